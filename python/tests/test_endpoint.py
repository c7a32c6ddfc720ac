"""`entente serve` as other people's programs see it: SPARQLWrapper and rdflib. `ENTENTE` names the program."""

import os
import re
import subprocess
import urllib.request

import pyarrow
import pytest
import rdflib
from rdflib.namespace import DCAT, RDF, VOID
from SPARQLWrapper import CSV, JSON, POST, RDFXML, TSV, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import EndPointInternalError, QueryBadFormed, Unauthorized

TOKEN = "open sesame"
DATA = "INSERT DATA { <x:a> a <x:Paper> ; rdfs:label 'ä'@de . GRAPH <x:g> { <x:a> <x:p> 1 } }"


@pytest.fixture(scope="module")
def server():
    program = os.environ.get("ENTENTE")
    if program is None:
        pytest.skip("ENTENTE names no program")
    command = [os.path.abspath(program), "serve", "--memory", "--writable", "--quiet", "--timeout", "1", "--bind", "127.0.0.1:0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, "ENTENTE_TOKEN": TOKEN}) as process:
        yield re.fullmatch(r"listening at (http://.*)/sparql\n", process.stderr.readline())[1]
        process.terminate()


@pytest.fixture
def ask(server):
    def ask(query, form=JSON, **settings):
        client = SPARQLWrapper(server + "/sparql")
        client.setQuery(query)
        client.setReturnFormat(form)
        for name, value in settings.items():
            getattr(client, name)(*value)
        return client.query()

    return ask


@pytest.fixture(autouse=True)
def filled(ask):
    ask(DATA, setMethod=[POST], addCustomHttpHeader=["Authorization", f"Bearer {TOKEN}"])


def test_results_in_every_format(ask):
    query = "SELECT ?label { ?a a <x:Paper> ; rdfs:label ?label }"
    [row] = ask(query).convert()["results"]["bindings"]
    assert row["label"] == {"type": "literal", "value": "ä", "xml:lang": "de"}
    assert ask(query, CSV).convert().decode().split() == ["label", "ä"]
    assert ask(query, TSV).convert().decode().split() == ["?label", '"ä"@de']
    assert "ä" in ask(query, XML).convert().toxml()
    assert ask("ASK { ?a a <x:Paper> }").convert()["boolean"] is True


@pytest.mark.parametrize("form", [TURTLE, RDFXML])
def test_graphs(ask, form):
    answer = ask("CONSTRUCT WHERE { ?a rdfs:label ?b }", form).convert()
    graph = rdflib.Graph().parse(data=answer) if isinstance(answer, bytes) else answer
    assert list(graph.objects()) == [rdflib.Literal("ä", lang="de")]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_dataset_of_ones_own(ask, method):
    query = "SELECT ?o { <x:a> <x:p> ?o }"
    assert ask(query, setMethod=[method]).convert()["results"]["bindings"] == []
    [row] = ask(query, setMethod=[method], addDefaultGraph=["x:g"]).convert()["results"]["bindings"]
    assert row["o"]["value"] == "1"


def test_errors_are_the_clients_own(ask):
    with pytest.raises(QueryBadFormed, match="line 1, column"):
        ask("SELECT ?a WHERE")
    with pytest.raises(Unauthorized):
        ask("CLEAR ALL", setMethod=[POST])
    many = " ".join(f"GRAPH ?g{i} {{ ?a{i} ?b{i} ?c{i} }}" for i in range(3))
    with pytest.raises((EndPointInternalError, OSError)):
        ask(f"SELECT (COUNT(*) AS ?n) {{ {many} }}")


def test_what_there_is_and_where_to_get_it(server):
    about = rdflib.Graph().parse(server + "/.well-known/void")
    [dataset] = about.subjects(RDF.type, DCAT.Dataset)
    assert int(about.value(dataset, VOID.triples)) > 3
    places = {str(place) for place in about.objects(None, DCAT.downloadURL)}
    assert server + "/dump.nq.zst" in places
    packed = rdflib.Dataset()
    with pyarrow.CompressedInputStream(pyarrow.BufferReader(fetch(server + "/dump.nq.zst")), "zstd") as stream:
        packed.parse(data=stream.read(), format="nquads")
    assert (rdflib.URIRef("x:a"), rdflib.URIRef("x:p"), rdflib.Literal(1), rdflib.URIRef("x:g")) in packed


def fetch(address):
    with urllib.request.urlopen(address) as response:
        assert response.headers["Content-Type"] == "application/zstd"
        return response.read()
