#!/usr/bin/env python3
"""What bad clients do to the others: queries that never end, large bodies, slow readers, idle and cut connections.

    python3 tools/endpoint_bombs.py STORE [--timeout 3] [--program target/release/entente]

Starts `entente serve` on the folder of a store with a short limit, and for each bomb prints the status that its client got, after how many
seconds, how long the work went on after the limit (until the server said that no query runs), and in milliseconds how long other clients
waited for small queries (p99): before, while the bomb went on, and after its limit. Exit status 1 when a query got another status
than 503 or 504, work went on for more than two seconds, or others waited more than twice as long after the limit as before, and more than
50 ms.
"""

import argparse
import http.client
import socket
import sys
import threading
import time
import urllib.parse
from pathlib import Path

import endpoint_speed

ANY = "(<x:none>|!<x:none>)"
BOTH = "(!<x:none>|^(!<x:none>))"
QUERIES = {
    "product of three": "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f }",
    "product, sorted": "SELECT ?a ?f { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f } ORDER BY ?f ?a",
    "product, concatenated": "SELECT (GROUP_CONCAT(STR(?b)) AS ?n) { ?a ?p ?b . ?c ?q ?d }",
    "all pairs of a path": f"SELECT (COUNT(*) AS ?n) {{ ?a {ANY}+ ?b }}",
    "all pairs, any direction": f"SELECT * {{ ?a {BOTH}* ?b }} ORDER BY ?a",
    "all pairs in all graphs": f"SELECT (COUNT(*) AS ?n) {{ GRAPH ?g {{ ?a {ANY}* ?b }} }}",
    "path of many steps": f"SELECT (COUNT(*) AS ?n) {{ wd:Q148 {'/'.join([BOTH] * 5)} ?b }}",
    "repeated steps": f"SELECT (COUNT(*) AS ?n) {{ wd:Q148 ({'/'.join([BOTH] * 4)})+ ?b . ?b {BOTH}+ ?c }}",
    "path in a filter": f"SELECT (COUNT(*) AS ?n) {{ ?a ?p ?b FILTER EXISTS {{ ?c {ANY}+ ?d FILTER(?d = ?b && ?c = ?a) }} }}",
    "values, many times": "SELECT (COUNT(*) AS ?n) { %s }" % "".join(f"VALUES ?v{i} {{ 0 1 2 3 4 5 6 7 8 9 }} " for i in range(12)),
}
SMALL = ["ASK { ?a a en:Event }", "SELECT ?a { ?a a en:Country } LIMIT 5", "SELECT ?e { ?e en:actor wd:Q148 } LIMIT 20"]


def main():
    args = arguments()
    command = [args.program, "serve", "--quiet", "--store", args.store, "--timeout", str(args.timeout), "--bind"]
    with endpoint_speed.served(command) as address:
        others = Others(address)
        usual = others.listen(3)
        print(f"{'bomb':26} {'status':>7} {'after':>7} {'goes on':>8}   p99 {usual:.1f} ms before; meanwhile, after")
        good = all([query(args, address, others, usual, *bomb) for bomb in QUERIES.items()])
        connections = [large_bodies, slow_readers, idle_connections, cut_connections]
        good &= all([connect(address, others, usual, bomb) for bomb in connections])
    sys.exit(0 if good else 1)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store")
    parser.add_argument("--timeout", type=int, default=3)
    parser.add_argument("--program", default=str(Path(__file__).resolve().parent.parent / "target/release/entente"))
    return parser.parse_args()


class Others:
    """Clients that ask small queries."""

    def __init__(self, address):
        self.server = endpoint_speed.Server(address, "/sparql")

    def listen(self, seconds):
        """p99 in milliseconds."""
        times, start = [], time.perf_counter()
        while time.perf_counter() - start < seconds:
            before = time.perf_counter()
            self.server.ask(SMALL[len(times) % len(SMALL)])
            times.append((time.perf_counter() - before) * 1000)
            time.sleep(0.002)
        return endpoint_speed.quantile(times, 99)


def query(args, address, others, usual, name, sparql):
    answer = {}

    def ask():
        start = time.perf_counter()
        connection = http.client.HTTPConnection(address, timeout=args.timeout + 30)
        connection.request("POST", "/sparql", sparql, {"Content-Type": "application/sparql-query"})
        response = connection.getresponse()
        response.read()
        answer.update(status=response.status, after=time.perf_counter() - start)

    asking = threading.Thread(target=ask)
    start = time.perf_counter()
    asking.start()
    meanwhile = others.listen(args.timeout)
    asking.join()
    while running(address) and time.perf_counter() - start < args.timeout + 60:
        time.sleep(0.02)
    goes_on = max(0.0, time.perf_counter() - start - args.timeout)
    after = others.listen(2)
    print(f"{name:26} {answer['status']:7} {answer['after']:7.2f} {goes_on:8.2f}   {meanwhile:.1f}, {after:.1f}", flush=True)
    return answer["status"] in (503, 504) and goes_on < 2 and is_usual(after, usual)


def is_usual(after, usual):
    return after < max(2 * usual, 50)


def running(address):
    connection = http.client.HTTPConnection(address, timeout=10)
    connection.request("GET", "/metrics")
    return b"\nentente_queries_running 0\n" not in connection.getresponse().read()


def connect(address, others, usual, bomb):
    sockets = bomb(address)
    after = others.listen(3)
    for one in sockets:
        one.close()
    print(f"{bomb.__doc__:45}   {after:.1f}")
    return is_usual(after, usual)


def open_socket(address, request=b""):
    host, port = address.split(":")
    one = socket.create_connection((host, int(port)), 10)
    one.sendall(request)
    return one


def large_bodies(address):
    """20 bodies of 100 MB"""
    sockets = []
    for _ in range(20):
        head = b"POST /sparql HTTP/1.1\r\nhost: x\r\ncontent-type: application/sparql-query\r\ncontent-length: 100000000\r\n\r\n"
        one = open_socket(address, head)
        try:
            for _ in range(100):
                one.sendall(b"#" * 1_000_000)
        except OSError:
            # The server has told what it thinks of that and closed.
            pass
        sockets.append(one)
    return sockets


def slow_readers(address):
    """30 downloads that nobody reads"""
    queries = urllib.parse.quote("SELECT * { ?a ?p ?b } LIMIT 100000").encode()
    paths = [b"/dump.nq", b"/sparql?query=" + queries]
    sockets = [open_socket(address, b"GET " + paths[i % 2] + b" HTTP/1.1\r\nhost: x\r\n\r\n") for i in range(30)]
    # Until the queries are done, and the downloads wait for their readers.
    time.sleep(8)
    return sockets


def idle_connections(address):
    """1,000 connections without a request"""
    return [open_socket(address) for _ in range(1000)]


def cut_connections(address):
    """200 connections cut after one of the queries"""
    queries = [urllib.parse.quote(query).encode() for query in QUERIES.values()]
    for i in range(200):
        query = queries[i // 20 % len(queries)]
        open_socket(address, b"GET /sparql?query=" + query + b" HTTP/1.1\r\nhost: x\r\n\r\n").close()
    time.sleep(1)
    return []


if __name__ == "__main__":
    main()
