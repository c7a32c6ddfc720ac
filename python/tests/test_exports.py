"""What `entente export` writes, read by the programs that it is for. `ENTENTE` names the program."""

import json
import os
import subprocess

import entente
import networkx
import pandas
import pyarrow.parquet
import pytest

ARTICLES = "../../notebooks/articles/koreas.jsonl"


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    program = os.environ.get("ENTENTE")
    if program is None:
        pytest.skip("ENTENTE names no program")
    folder = tmp_path_factory.mktemp("export")
    graph = entente.Graph.open(folder / "db", writable=True)
    graph.add_files(os.path.join(os.path.dirname(__file__), ARTICLES))
    events = graph.events()
    del graph

    def run(name, *arguments):
        output = folder / name
        command = [os.path.abspath(program), "export", "--store", folder / "db", "--output", output, *arguments]
        subprocess.run(command, check=True)
        return output

    run.events = events
    return run


def test_parquet_is_the_frame(export):
    path = export("events.parquet", "--format", "parquet")
    pandas.testing.assert_frame_equal(pyarrow.parquet.read_table(path).to_pandas(date_as_object=False), export.events)
    assert pyarrow.parquet.read_metadata(path).metadata[b"score"].startswith(b"PLOVER score")


@pytest.mark.parametrize("format, delimiter", [("tsv", "\t"), ("csv", ",")])
def test_text_tables_are_the_frame(export, format, delimiter):
    frame = pandas.read_csv(export(f"events.{format}", "--format", format), sep=delimiter, keep_default_na=False)
    assert list(frame.columns) == list(export.events.columns) and len(frame) == len(export.events)
    for column in ("event_id", "actor_name", "sentence"):
        assert list(frame[column]) == list(export.events[column].fillna(""))


@pytest.mark.parametrize("format, read", [("gexf", networkx.read_gexf), ("graphml", networkx.read_graphml)])
def test_graph_files_are_graphs(export, format, read):
    graph = read(export(f"network.{format}", "--format", format, "--type", "CONSULT"))
    name = "label" if format == "gexf" else "name"
    names = networkx.get_node_attributes(graph, name)
    ids = {names[node]: node for node in graph}
    edges = graph.get_edge_data(ids["Moon Jae-in"], ids["Kim Jong-un"] if "Kim Jong-un" in ids else ids["Kim Jong Un"])
    edge = edges if "weight" in edges else next(iter(edges.values()))
    pairs = export.events[(export.events.actor_name == "Moon Jae-in") & (export.events.type == "CONSULT")]
    pairs = pairs[pairs.recipient_name.fillna("").str.startswith("Kim Jong")]
    assert edge["weight"] == len(pairs) > 1
    assert edge["what"] == "CONSULT"


def test_plover_has_a_line_for_each_event(export):
    lines = export("events.jsonl", "--format", "plover").read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines] == list(export.events.event_id.drop_duplicates())
