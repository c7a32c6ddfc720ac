#!/usr/bin/env python3
"""Runs the W3C's SPARQL test suites against `entente serve`, over HTTP, and prints how many tests pass.

    tools/w3c_sparql.py FOLDER [--program target/release/entente] [--url http://127.0.0.1:7879] [--suite NAME] [--failures]

FOLDER is the folder `sparql` of https://github.com/w3c/rdf-tests. The program is started with an empty store in memory. With
--url another server is tested, which has to be running with `/sparql` and `/store` (or what --paths says) and be writable.

Graphs are parsed and compared with pyoxigraph (pip install pyoxigraph).
"""

import argparse
import collections
import csv
import io
import json
import math
import os
import pathlib
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as xml

import pyoxigraph as ox

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
HT = "http://www.w3.org/2011/http#"
CNT = "http://www.w3.org/2011/content#"
HTS = "http://www.w3.org/2011/http-statusCodes#"
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
TOKEN = "a token for the tests"
STATUSES = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}

SUITES = {
    "query": ["sparql10/manifest.ttl", "sparql11/manifest-sparql11-query.ttl"],
    "results": ["sparql11/manifest-sparql11-results.ttl"],
    "update": ["sparql11/manifest-sparql11-update.ttl"],
    "protocol": ["sparql11/protocol/manifest.ttl"],
    "graph-store": ["sparql11/graph-store-protocol/manifest.ttl"],
}


class Failure(Exception):
    """What was expected and did not come."""


# --- RDF ------------------------------------------------------------------------------------------------------------


class Manifest:
    """A manifest with everything that it includes."""

    def __init__(self, path):
        self.store = ox.Store()
        self.entries = []
        self._load(pathlib.Path(path).resolve())

    def _load(self, path):
        base = path.as_uri()
        self.store.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=base)
        for manifest in self.store.quads_for_pattern(None, node(RDF + "type"), node(MF + "Manifest"), None):
            if manifest.subject.value != base:
                continue
            for kind in ("include", "entries"):
                found = self.value(manifest.subject, MF + kind)
                for item in self.list(found) if found else []:
                    if kind == "include":
                        self._load(local(item.value))
                    else:
                        self.entries.append(item)

    def values(self, subject, predicate):
        return [q.object for q in self.store.quads_for_pattern(subject, node(predicate), None, None)]

    def value(self, subject, predicate):
        return next(iter(self.values(subject, predicate)), None)

    def text(self, subject, predicate):
        value = self.value(subject, predicate)
        return value.value if value else None

    def list(self, head):
        while head is not None and head.value != RDF + "nil":
            yield self.value(head, RDF + "first")
            head = self.value(head, RDF + "rest")


def node(iri):
    return ox.NamedNode(iri)


def local(iri):
    return pathlib.Path(urllib.request.url2pathname(urllib.parse.urlparse(iri).path))


def format_of(path):
    suffix = pathlib.Path(path).suffix
    return {".rdf": ox.RdfFormat.RDF_XML, ".nt": ox.RdfFormat.N_TRIPLES, ".trig": ox.RdfFormat.TRIG}.get(
        suffix, ox.RdfFormat.TURTLE
    )


def read_graph(path, base=None):
    quads = ox.parse(path=str(path), format=format_of(path), base_iri=base or pathlib.Path(path).as_uri())
    return [ox.Quad(q.subject, q.predicate, q.object, q.graph_name) for q in quads]


def canonical(quads):
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


# --- HTTP -----------------------------------------------------------------------------------------------------------


class Server:
    def __init__(self, url, query="/sparql", store="/store"):
        self.url, self.query_path, self.store_path = url, query, store

    def send(self, method, path, headers=None, body=None):
        """Returns status, headers in lower case, and body."""
        headers = {"Authorization": f"Bearer {TOKEN}", **(headers or {})}
        request = urllib.request.Request(self.url + path, body, headers, method=method)
        if body is not None and not any(h.lower() == "content-type" for h in headers):
            request.add_unredirected_header("Content-Type", "")
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return response.status, lower(response.headers), response.read()
        except urllib.error.HTTPError as error:
            return error.code, lower(error.headers), error.read()

    def query(self, text, accept):
        headers = {"Content-Type": "application/sparql-query; charset=utf-8", "Accept": accept}
        return self.send("POST", self.query_path, headers, text.encode())

    def update(self, text):
        headers = {"Content-Type": "application/sparql-update; charset=utf-8"}
        return self.send("POST", self.query_path, headers, text.encode())

    def clear(self):
        status, _, body = self.update("DROP ALL")
        if status // 100 != 2:
            raise SystemExit(f"the store cannot be cleared: {status} {body.decode()}")

    def put(self, graph, quads):
        """Puts triples into a graph, or the default graph for none."""
        name = "default" if graph is None else "graph=" + urllib.parse.quote(graph, safe="")
        body = ox.serialize([ox.Triple(q.subject, q.predicate, q.object) for q in quads], format=ox.RdfFormat.N_TRIPLES)
        status, _, answer = self.send("POST", f"{self.store_path}?{name}", {"Content-Type": "application/n-triples"}, body)
        if status // 100 != 2:
            raise Failure(f"the data cannot be loaded: {status} {answer.decode()}")


def lower(headers):
    return {name.lower(): value for name, value in headers.items()}


# --- Results --------------------------------------------------------------------------------------------------------


def read_results(text, kind):
    """A boolean, or the variables and the rows; a row maps variables to terms."""
    if kind == "json":
        data = json.loads(text)
        if "boolean" in data:
            return data["boolean"]
        rows = [{v: json_term(t) for v, t in row.items()} for row in data["results"]["bindings"]]
        return data["head"].get("vars", []), rows
    if kind == "xml":
        return read_xml(text)
    raise ValueError(kind)


def json_term(term):
    kind, value = term["type"], term["value"]
    if kind == "uri":
        return node(value)
    if kind == "bnode":
        return ox.BlankNode("b" + re.sub(r"\W", "_", value))
    if kind == "triple":
        return ox.Triple(*(json_term(value[part]) for part in ("subject", "predicate", "object")))
    datatype = term.get("datatype")
    return ox.Literal(value, language=term.get("xml:lang"), datatype=node(datatype) if datatype else None)


def read_xml(text):
    space = "{http://www.w3.org/2005/sparql-results#}"
    root = xml.fromstring(text)
    boolean = root.find(space + "boolean")
    if boolean is not None:
        return boolean.text.strip() == "true"
    variables = [v.get("name") for v in root.iter(space + "variable")]
    rows = [{b.get("name"): xml_term(b[0]) for b in row} for row in root.iter(space + "result")]
    return variables, rows


def xml_term(element):
    kind, text = element.tag.split("}")[1], element.text or ""
    if kind == "uri":
        return node(text)
    if kind == "bnode":
        return ox.BlankNode("b" + re.sub(r"\W", "_", text.strip()))
    if kind == "triple":
        return ox.Triple(*(xml_term(part[0]) for part in element))
    datatype = element.get("datatype")
    language = element.get("{http://www.w3.org/XML/1998/namespace}lang")
    return ox.Literal(text, language=language, datatype=node(datatype) if datatype else None)


def read_result_graph(path):
    """Results written as RDF."""
    store = ox.Store()
    store.extend(read_graph(path))
    value = lambda s, p: next((q.object for q in store.quads_for_pattern(s, node(RS + p), None, None)), None)
    found = next(iter(store.quads_for_pattern(None, node(RDF + "type"), node(RS + "ResultSet"), None)), None)
    if found is None:
        return None
    result = found.subject
    if value(result, "boolean") is not None:
        return value(result, "boolean").value == "true"
    variables = [q.object.value for q in store.quads_for_pattern(result, node(RS + "resultVariable"), None, None)]
    rows, order = [], []
    for solution in store.quads_for_pattern(result, node(RS + "solution"), None, None):
        bindings = [q.object for q in store.quads_for_pattern(solution.object, node(RS + "binding"), None, None)]
        rows.append({value(b, "variable").value: value(b, "value") for b in bindings})
        index = value(solution.object, "index")
        order.append(int(index.value) if index else 0)
    rows = [row for _, row in sorted(zip(order, rows), key=lambda pair: pair[0])]
    return variables, rows


def same_results(got, expected, ordered):
    if isinstance(got, bool) or isinstance(expected, bool):
        return got == expected
    if set(got[0]) != set(expected[0]) or len(got[1]) != len(expected[1]):
        return False
    if ordered and not same_rows(got[1], expected[1]):
        return False
    return match(list(got[1]), list(expected[1]), {})


def same_rows(got, expected):
    """Row by row, with blank nodes named alike throughout."""
    names = {}
    return all(unify(a, b, names) is not None and names.update(unify(a, b, names)) is None for a, b in zip(got, expected))


def match(got, expected, names):
    """Whether the rows can be paired, under one renaming of the blank nodes."""
    if not got:
        return True
    row, rest = got[0], got[1:]
    tried = []
    for i, candidate in enumerate(expected):
        found = unify(row, candidate, names)
        if found is None or (candidate in tried and found == names):
            continue
        tried.append(candidate)
        if match(rest, expected[:i] + expected[i + 1 :], found):
            return True
        if found == names:
            return False
    return False


def unify(a, b, names):
    a = {v: t for v, t in a.items() if t is not None}
    b = {v: t for v, t in b.items() if t is not None}
    if a.keys() != b.keys():
        return None
    names = dict(names)
    return names if all(same_term(a[v], b[v], names) for v in a) else None


def same_term(a, b, names):
    if isinstance(a, ox.BlankNode) and isinstance(b, ox.BlankNode):
        if a in names or b in names.values():
            return names.get(a) == b
        names[a] = b
        return True
    if isinstance(a, ox.Triple) and isinstance(b, ox.Triple):
        return all(same_term(x, y, names) for x, y in zip(a, b))
    if isinstance(a, ox.Literal) and isinstance(b, ox.Literal) and a.datatype == b.datatype:
        number = a.datatype.value.rsplit("#")[-1] in ("integer", "decimal", "double", "float")
        if number:
            try:
                return math.isclose(float(a.value), float(b.value), rel_tol=1e-9)
            except ValueError:
                pass
        return a == b
    return a == b


# --- Tests ----------------------------------------------------------------------------------------------------------


def query_evaluation(manifest, test, server):
    action = manifest.value(test, MF + "action")
    path = local(manifest.value(action, QT + "query").value)
    text = path.read_text()
    load(manifest, action, server, QT, read_graph)
    if manifest.value(action, QT + "data") is None:
        load_named(server, text, path)
    result = manifest.value(test, MF + "result")
    result_path = local(result.value)
    suffix = result_path.suffix
    prologue = f"BASE <{path.as_uri()}>\n" if not re.search(r"^\s*base\b", text, re.I | re.M) else ""
    if suffix in (".csv", ".tsv"):
        return text_results(server, prologue + text, result_path)
    expected = read_result_graph(result_path) if suffix in (".ttl", ".rdf") else None
    is_graph = suffix in (".ttl", ".rdf", ".nt") and expected is None
    accept = "application/n-triples" if is_graph else "application/sparql-results+" + ("xml" if suffix == ".srx" else "json")
    status, _, body = server.query(prologue + text, accept)
    if status != 200:
        raise Failure(f"status {status}: {body.decode()}")
    if is_graph:
        got = canonical(ox.parse(body, format=ox.RdfFormat.N_TRIPLES))
        if got != canonical(read_graph(result_path)):
            raise Failure("another graph")
        return
    if expected is None:
        expected = read_results(result_path.read_text(), "xml" if suffix == ".srx" else "json")
    got = read_results(body.decode(), "xml" if suffix == ".srx" else "json")
    ordered = bool(re.search(r"\border\s+by\b", text, re.I)) and suffix in (".ttl", ".rdf")
    if not same_results(got, expected, ordered):
        raise Failure(f"got {got}, expected {expected}")


def load_named(server, query, path):
    """Loads the files that the query itself names as its dataset."""
    names = set(re.findall(r"\bfrom\s+(?:named\s+)?<([^>]*)>", query, re.I))
    for name in (urllib.parse.urljoin(path.as_uri(), n) for n in names):
        if local(name).exists():
            server.put(name, read_graph(local(name)))


def text_results(server, query, path):
    kind = path.suffix[1:]
    status, _, body = server.query(query, {"csv": "text/csv", "tsv": "text/tab-separated-values"}[kind])
    if status != 200:
        raise Failure(f"status {status}: {body.decode()}")
    got, expected = table(body.decode(), kind), table(path.read_text(), kind)
    if got != expected:
        raise Failure(f"got {got}, expected {expected}")


def table(text, kind):
    """Head and rows, both sorted, since `SELECT *` names its columns in any order; blank nodes by the order in which they come, numbers by their value."""
    rows = list(csv.reader(io.StringIO(text))) if kind == "csv" else [l.split("\t") for l in text.strip("\r\n").split("\n")]
    names = {}
    shown = lambda cell: names.setdefault(cell, f"_:{len(names)}") if cell.startswith("_:") else number(cell)
    head = [c.strip("\r") for c in rows[0]]
    order = sorted(range(len(head)), key=lambda i: head[i])
    return sorted(head), sorted([shown(row[i].strip("\r")) for i in order] for row in rows[1:])


def number(cell):
    match_ = re.fullmatch(r'"?([-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?)"?(\^\^.*)?', cell)
    return repr(float(match_[1])) if match_ else cell


def load(manifest, action, server, space, read):
    server.clear()
    for data in manifest.values(action, space + "data"):
        server.put(None, read(local(data.value)))
    for data in manifest.values(action, space + "graphData"):
        graph = manifest.value(data, space + "graph") if isinstance(data, ox.BlankNode) else data
        name = manifest.text(data, RDFS + "label") if isinstance(data, ox.BlankNode) else graph.value
        server.put(name, read(local(graph.value)))


def update_evaluation(manifest, test, server):
    action = manifest.value(test, MF + "action")
    path = local(manifest.value(action, UT + "request").value)
    load(manifest, action, server, UT, read_graph)
    status, _, body = server.update(f"BASE <{path.as_uri()}>\n" + path.read_text())
    if status // 100 != 2:
        raise Failure(f"status {status}: {body.decode()}")
    result = manifest.value(test, MF + "result")
    expected = []
    for data in manifest.values(result, UT + "data"):
        expected += read_graph(local(data.value))
    for data in manifest.values(result, UT + "graphData"):
        graph, name = manifest.value(data, UT + "graph"), manifest.text(data, RDFS + "label")
        expected += [ox.Quad(q.subject, q.predicate, q.object, node(name)) for q in read_graph(local(graph.value))]
    got = []
    accept = "application/sparql-results+json"
    _, _, body = server.query("SELECT ?s ?p ?o { ?s ?p ?o }", accept)
    got += [ox.Quad(r["s"], r["p"], r["o"]) for r in read_results(body.decode(), "json")[1]]
    _, _, body = server.query("SELECT ?s ?p ?o ?g { GRAPH ?g { ?s ?p ?o } }", accept)
    got += [ox.Quad(r["s"], r["p"], r["o"], r["g"]) for r in read_results(body.decode(), "json")[1]]
    if canonical(got) != canonical(expected):
        raise Failure(f"got {sorted(map(str, got))}, expected {sorted(map(str, expected))}")


def syntax(good, send):
    def run(manifest, test, server):
        action = manifest.value(test, MF + "action")
        text = local(action.value).read_bytes()
        kind = "sparql-query" if send == "query" else "sparql-update"
        server.clear()
        status, _, body = server.send("POST", server.query_path, {"Content-Type": f"application/{kind}"}, text)
        # What is right may still not be possible here, such as a function that nobody knows.
        if good and status == 400:
            raise Failure(f"status {status}: {body.decode()}")
        if not good and status != 400:
            raise Failure(f"status {status}, although it is wrong")

    return run


def http_test(manifest, test, server):
    server.clear()
    for data in manifest.values(test, UT + "graphData"):
        path = local(manifest.value(data, UT + "graph").value)
        server.put(manifest.text(data, RDFS + "label"), read_graph(path))
    action = manifest.value(test, MF + "action")
    requests = manifest.value(action, HT + "requests")
    variables = {}
    for request in manifest.list(requests):
        http_request(manifest, request, server, variables)


def http_request(manifest, request, server, variables):
    method, path = manifest.text(request, HT + "methodName"), manifest.text(request, HT + "absolutePath")
    is_store = path.startswith("/gsp")
    path = path.replace("/sparql/", server.query_path, 1) if not is_store else path.replace("/gsp", server.store_path, 1)
    content, charset = manifest.value(request, HT + "body"), "UTF-8"
    body = None
    if content:
        charset = manifest.text(content, CNT + "characterEncoding") or "UTF-8"
        body = manifest.text(content, CNT + "chars")
    for name, value in variables.items():
        path = path.replace(name, value)
        body = body and body.replace(name, value)
    headers = http_headers(manifest, request)
    status, got, answer = server.send(method, path, headers, body.encode(charset) if body is not None else None)
    response = manifest.value(request, HT + "resp")
    statuses = [s.value[len(HTS) :] for s in manifest.values(response, MF + "expectedStatus")]
    if statuses and not any(status_fits(status, s) for s in statuses):
        raise Failure(f"{method} {path}: status {status}, expected {statuses}: {answer.decode(errors='replace')}")
    boolean = manifest.text(response, MF + "expectedBoolean")
    if boolean is not None and (json.loads(answer).get("boolean") is not (boolean == "true")):
        raise Failure(f"{method} {path}: {answer.decode()}, expected {boolean}")
    http_format(manifest.text(response, MF + "expectedFormat"), got.get("content-type", ""))
    location = manifest.text(response, MF + "expectedLocation")
    if location:
        variables[location] = got.get("location", "")
    http_body(manifest, response, got, answer)


def status_fits(status, expected):
    if expected.startswith("StatusCode"):
        return str(status)[0] == expected[len("StatusCode")]
    return status == STATUSES[expected]


def http_format(expected, content_type):
    types = {
        "boolean": ("sparql-results+json", "sparql-results+xml"),
        "tabular": ("sparql-results+json", "sparql-results+xml", "csv", "tab-separated"),
        "RDF": ("turtle", "n-triples", "rdf+xml"),
    }
    if expected and not any(t in content_type for t in types[expected]):
        raise Failure(f"content type {content_type}, expected {expected}")


def http_headers(manifest, message):
    head = manifest.value(message, HT + "headers")
    items = manifest.list(head) if head else []
    return {manifest.text(h, HT + "fieldName"): manifest.text(h, HT + "fieldValue") for h in items}


def http_body(manifest, response, got, answer):
    for name, value in http_headers(manifest, response).items():
        same = lambda text: text.lower().replace(" ", "")
        if same(got.get(name, "")) != same(value):
            raise Failure(f"{name} is {got.get(name)}, expected {value}")
    content = manifest.value(response, HT + "body")
    if content:
        expected = canonical(ox.parse(manifest.text(content, CNT + "chars"), format=ox.RdfFormat.TURTLE))
        if canonical(ox.parse(answer, format=ox.RdfFormat.TURTLE)) != expected:
            raise Failure(f"another graph: {answer.decode()}")


KINDS = {
    "QueryEvaluationTest": query_evaluation,
    "CSVResultFormatTest": query_evaluation,
    "UpdateEvaluationTest": update_evaluation,
    "PositiveSyntaxTest": syntax(True, "query"),
    "PositiveSyntaxTest11": syntax(True, "query"),
    "NegativeSyntaxTest": syntax(False, "query"),
    "NegativeSyntaxTest11": syntax(False, "query"),
    "PositiveUpdateSyntaxTest11": syntax(True, "update"),
    "NegativeUpdateSyntaxTest11": syntax(False, "update"),
    "ProtocolTest": http_test,
    "GraphStoreProtocolTest": http_test,
}


def run_suite(name, files, folder, server, show):
    passed, failed, skipped = 0, [], collections.Counter()
    for file in files:
        manifest = Manifest(folder / file)
        for test in manifest.entries:
            kinds = [k.value.rsplit("#")[-1] for k in manifest.values(test, RDF + "type")]
            run = next((KINDS[k] for k in kinds if k in KINDS), None)
            if run is None:
                skipped[kinds[0] if kinds else "no kind"] += 1
                continue
            try:
                run(manifest, test, server)
                passed += 1
            except Exception as error:  # a test that breaks the tool has failed too
                failed.append((test.value, f"{type(error).__name__}: {error}"))
    total = passed + len(failed)
    left_out = "".join(f", {n} {kind} left out" for kind, n in skipped.items())
    print(f"{name}: {passed} of {total} passed{left_out}")
    for test, reason in failed if show else []:
        print(f"    {test}\n        {reason[:600]}")
    return total == passed


def start(program, port):
    command = [program, "serve", "--memory", "--writable", "--quiet", "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, env={**os.environ, "ENTENTE_TOKEN": TOKEN})
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process
        time.sleep(0.1)
    raise SystemExit("the server does not start")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--program", default="target/release/entente")
    parser.add_argument("--port", type=int, default=7879)
    parser.add_argument("--url", help="test a server that runs already")
    parser.add_argument("--paths", default="/sparql,/store", help="of the endpoint and the graph store")
    parser.add_argument("--suite", choices=SUITES, action="append")
    parser.add_argument("--failures", action="store_true", help="show what failed and why")
    arguments = parser.parse_args()
    process = None if arguments.url else start(arguments.program, arguments.port)
    server = Server(arguments.url or f"http://127.0.0.1:{arguments.port}", *arguments.paths.split(","))
    try:
        suites = {name: SUITES[name] for name in arguments.suite or SUITES}
        good = [run_suite(n, files, arguments.folder, server, arguments.failures) for n, files in suites.items()]
    finally:
        if process:
            process.terminate()
            process.wait()
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
