"""The package from outside."""

import datetime
import doctest
import threading
import time

import entente
import pandas
import polars
import pytest

TEXT = "Xi Jinping met Kim Jong Un in Beijing on Thursday. Xinhua said that Russia attacked Ukraine."
ARTICLES = [
    {"id": "a", "text": TEXT, "published": "2025-09-05", "publisher": "Example Wire", "title": "Xi & Kim <meet>"},
    {"id": "b", "text": "The United States imposed sanctions on Russia on 4 March 2025.", "published": "2025-03-05"},
]


@pytest.fixture(scope="session")
def pipeline():
    return entente.Pipeline()


@pytest.fixture(scope="session")
def graph(pipeline):
    graph = entente.Graph()
    assert graph.add(ARTICLES, pipeline=pipeline) == 2
    return graph


def test_the_examples_of_the_documentation():
    assert doctest.testmod(entente).failed == 0


def test_an_article_is_a_text_or_a_mapping(pipeline):
    of_text = pipeline.extract(TEXT, date=datetime.date(2025, 9, 5))
    of_mapping = pipeline.extract(ARTICLES[0])
    assert [e["class"] for e in of_text.events] == [e["class"] for e in of_mapping.events]
    assert {"Meeting", "Attack"} <= {e["class"] for e in of_text.events}
    met = of_text.events[0]
    assert met["time"]["value"] == "2025-09-04"
    assert of_text.words(met["trigger"]) == "met"
    parties = sorted(of_text.words(p) for p in met["actor"] + met.get("recipient", []))
    assert parties == ["Kim Jong Un", "Xi Jinping"]
    assert "Xi Jinping" in {of_text.name(p["entity"]) for p in met["actor"]}
    assert of_text.sentence(0).startswith("Xi Jinping met")
    assert of_mapping.article["title"] == "Xi & Kim <meet>"


@pytest.mark.parametrize("text", ["", "\x00", "🙂" * 1000, "met met met", "\n\n\n", "Xi " * 5000])
def test_any_text_has_an_answer(pipeline, text):
    assert pipeline.extract(text).text == text


@pytest.mark.parametrize("article, error", [(7, TypeError), ({"id": "x"}, ValueError), ({"text": "a", "published": "soon"}, ValueError)])
def test_what_is_no_article_is_an_error(pipeline, article, error):
    with pytest.raises(error):
        pipeline.extract(article)
    with pytest.raises(error):
        list(pipeline.extract_many(["fine", article]))


def test_many_come_in_their_order(pipeline):
    texts = [f"Xi Jinping met Kim Jong Un {n} times." for n in range(50)]
    assert [x.text for x in pipeline.extract_many(iter(texts))] == texts
    assert list(pipeline.extract_many([])) == []


def test_articles_are_taken_as_results_are(pipeline):
    taken = []

    def source():
        for n in range(10_000):
            taken.append(n)
            yield "Xi Jinping met Kim Jong Un."

    results = pipeline.extract_many(source(), threads=2)
    next(results)
    time.sleep(0.2)
    assert len(taken) < 100
    results.close()


def test_what_the_source_raises_is_raised(pipeline):
    def source():
        yield "Xi Jinping met Kim Jong Un."
        raise KeyError("lost")

    with pytest.raises(KeyError, match="lost"):
        list(pipeline.extract_many(source()))


def test_other_threads_run_meanwhile(pipeline):
    ticks, done = [], threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    start = time.perf_counter()
    pipeline.extract(TEXT * 300)
    took = time.perf_counter() - start
    done.set()
    thread.join()
    during = [t for t in ticks if start <= t <= start + took]
    assert len(during) > 3, f"{len(during)} ticks in {took:.2f} s"


def test_answers_are_frames(graph):
    answer = graph.query("SELECT ?who ?whom ?day { ?e a en:Meeting ; en:actor ?who , ?whom ; en:earliest ?day . FILTER(?who != ?whom) }")
    assert len(answer) == 2 and answer.columns == ["who", "whom", "day"]
    assert answer[0]["day"] == datetime.date(2025, 9, 4) and answer[-1] == list(answer)[1]
    with pytest.raises(IndexError):
        answer[2]
    frame = answer.to_pandas()
    assert isinstance(frame, pandas.DataFrame) and str(frame["day"].dtype).startswith("datetime64")
    assert answer.to_polars()["day"].dtype == polars.Date
    numbers = graph.query("SELECT (COUNT(*) AS ?n) (AVG(?c) AS ?mean) { ?e en:confidence ?c }").to_polars()
    assert numbers["n"].dtype == polars.Int64 and numbers["mean"].dtype == polars.Float64
    assert graph.query("ASK { ?s ?p ?o }") is True
    assert graph.query("CONSTRUCT { ?a en:met ?b } WHERE { ?a en:met ?b }").columns == ["subject", "predicate", "object"]
    assert len(graph.query("SELECT ?x { ?x a en:NoSuchThing }").to_pandas()) == 0


def test_named_questions_take_values(graph):
    assert {row["who"] for row in graph.query("who-met-whom", who="Xi Jinping")} == {"Xi Jinping"}
    with pytest.raises(ValueError):
        graph.query("SELECT nonsense")
    with pytest.raises(TimeoutError):
        graph.query("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", timeout=0.2)


def test_events_are_a_frame(graph):
    frame = graph.events()
    assert set(frame["status"]) == {"asserted"} and (frame["type"] == "CONSULT").sum() == 2
    assert set(graph.events(country="RUS")["type"]) == {"SANCTION"}
    assert set(graph.events(country="RUS", status="all")["type"]) == {"SANCTION", "ASSAULT"}
    reported = graph.events(status=["reported"], frame="polars")
    assert [s.startswith("Xinhua") for s in reported["according_to"]] == [True]
    assert len(graph.events(since=datetime.date(2025, 9, 1), type=["CONSULT", "SANCTION"])) == 2
    assert "Xi Jinping" in {row["name"] for row in graph.table("entities", type="Person")}
    for wrong in ({"type": "NONSENSE"}, {"country": "China"}, {"status": "maybe"}, {"since": "soon"}, {"frame": "list"}):
        with pytest.raises(ValueError):
            graph.events(**wrong)


def test_results_show_themselves(pipeline, graph):
    html = pipeline.extract(ARTICLES[0])._repr_html_()
    assert ">met</mark>" in html and "Xi &amp; Kim &lt;meet&gt;" in html and "<td>Xinhua" in html
    table = graph.query("SELECT ?a ?b { ?a en:met ?b }")._repr_html_()
    assert table.count("<tr>") == 3 and ">Q15031</a>" in table and "2 rows" in table


def test_a_store_on_disk(pipeline, tmp_path):
    with pytest.raises(OSError):
        entente.Graph.open(tmp_path / "none")
    graph = entente.Graph.open(tmp_path / "db", writable=True)
    (tmp_path / "x.txt").write_text("Xi Jinping met Kim Jong Un in Beijing on 4 September 2025.\n")
    assert graph.add_files(tmp_path / "x.txt", pipeline=pipeline) == 1
    assert graph.retract(str(tmp_path / "x.txt")) is True and len(graph.events()) == 0
    graph.add(ARTICLES, pipeline=pipeline)
    del graph
    again = entente.Graph.open(tmp_path / "db")
    assert len(again.articles()) == 2 and repr(again) == "<Graph: 2 articles>"
