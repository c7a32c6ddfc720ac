#!/usr/bin/env python3
"""Queries per second of the endpoint and of Oxigraph's own server, on the same store, machine and run.

    python3 tools/endpoint_speed.py STORE [--seconds 2] [--clients 4] [--rounds 3]

Starts `entente serve` and `oxigraph serve-read-only` on the folder of a store, asks each the queries of `queries/` over HTTP with
connections that stay open, in turns, and prints for each query how many answers came a second and how long half of them (p50) and all
but one in a hundred (p99) took at most, in milliseconds. The answers are compared as well: both have to give the same rows.
The last lines sum up: the rates by their geometric mean, and with all queries mixed. `oxigraph` is installed by `pip install oxigraph`, in
the version that `Cargo.lock` names.
"""

import argparse
import contextlib
import http.client
import json
import math
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main():
    args = arguments()
    with contextlib.ExitStack() as stack:
        ours = stack.enter_context(served([args.entente, "serve", "--quiet", "--store", args.store, "--timeout", "600", "--bind"]))
        theirs = stack.enter_context(served([args.oxigraph, "serve-read-only", "--location", args.store, "--bind"]))
        prefixes = known_prefixes(ours)
        queries = {path.stem: prefixes + path.read_text() for path in sorted((ROOT / "queries").glob("*.rq"))}
        servers = {"entente": Server(ours, "/sparql"), "oxigraph": Server(theirs, "/query")}
        different = [name for name, query in queries.items() if not same(*(server.rows(query) for server in servers.values()))]
        rates = measure(args, servers, queries)
    sum_up(rates)
    if different:
        sys.exit(f"the answers differ: {', '.join(different)}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", help="folder of a store")
    parser.add_argument("--entente", default=str(ROOT / "target/release/entente"))
    parser.add_argument("--oxigraph", default="oxigraph")
    parser.add_argument("--seconds", type=float, default=2, help="for each query, server and round")
    parser.add_argument("--clients", type=int, default=4, help="connections that ask at a time")
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


@contextlib.contextmanager
def served(command):
    """Runs a server at a free port, and gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = "127.0.0.1:%d" % probe.getsockname()[1]
    process = subprocess.Popen([*command, address], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with contextlib.suppress(OSError), socket.create_connection(address.split(":"), 1):
                break
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait()


def known_prefixes(address):
    """The prefixes that need not be declared in our queries, as declarations."""
    turtle = Server(address, "/sparql").ask("CONSTRUCT { [] a [] } {}", "text/turtle")
    lines = (line.split() for line in turtle.decode().splitlines())
    return "".join(f"PREFIX {line[1]} {line[2]}\n" for line in lines if line[:1] == ["@prefix"])


class Server:
    def __init__(self, address, path):
        self.address, self.path = address, path
        self.connections = threading.local()

    def ask(self, query, accept="application/sparql-results+json"):
        try:
            response, answer = self.post(query, accept)
        except (BrokenPipeError, ConnectionResetError, http.client.RemoteDisconnected):
            # Closed by the server while the other one was long about a question.
            del self.connections.open
            response, answer = self.post(query, accept)
        if response.status != 200:
            raise RuntimeError(f"{self.address}: {response.status} {answer[:300]!r}")
        return answer

    def post(self, query, accept):
        if not hasattr(self.connections, "open"):
            self.connections.open = http.client.HTTPConnection(self.address, timeout=1200)
        connection = self.connections.open
        body = urllib.parse.urlencode({"query": query})
        connection.request("POST", self.path, body, {"Content-Type": "application/x-www-form-urlencoded", "Accept": accept})
        response = connection.getresponse()
        return response, response.read()

    def rows(self, query):
        return json.loads(self.ask(query))["results"]["bindings"]


def same(ours, theirs):
    def plain(rows):
        return sorted(json.dumps(row, sort_keys=True) for row in rows)

    return plain(ours) == plain(theirs)


def measure(args, servers, queries):
    """Rates by query and server."""
    rates = {}
    print(f"{'query':26} " + " ".join(f"{name + ' /s':>12} {'p50':>8} {'p99':>8}" for name in servers) + "    ratio")
    for name, asked in [*((name, [query]) for name, query in queries.items()), ("all of them, mixed", list(queries.values()))]:
        times = {server: [] for server in servers}
        spans = dict.fromkeys(servers, 0.0)
        for round in range(args.rounds):
            order = list(servers) if round % 2 == 0 else list(servers)[::-1]
            for server in order:
                took, span = load(args, servers[server], asked)
                times[server] += took
                spans[server] += span
        rates[name] = {server: len(times[server]) / spans[server] for server in servers}
        cells = (f"{rates[name][s]:12.1f} {quantile(times[s], 50):8.2f} {quantile(times[s], 99):8.2f}" for s in servers)
        print(f"{name:26} {' '.join(cells)} {ratio(rates[name]):8.2f}", flush=True)
    return rates


def load(args, server, queries):
    """Milliseconds of each answer, and how many seconds all took."""
    took, start = [], time.perf_counter()

    def client(number):
        asked = number
        while time.perf_counter() - start < args.seconds:
            before = time.perf_counter()
            server.ask(queries[asked % len(queries)])
            took.append((time.perf_counter() - before) * 1000)
            asked += 1

    threads = [threading.Thread(target=client, args=(n,)) for n in range(args.clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took, time.perf_counter() - start


def quantile(times, percent):
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, math.ceil(len(ordered) * percent / 100) - 1)]


def ratio(rates):
    ours, theirs = rates.values()
    return ours / theirs


def sum_up(rates):
    *each, mixed = rates
    mean = statistics.geometric_mean(ratio(rates[name]) for name in each)
    slower = [name for name in each if ratio(rates[name]) < 0.9]
    print(f"rate against oxigraph's: {mean:.2f} over the queries, {ratio(rates[mixed]):.2f} mixed; below 0.9: {', '.join(slower) or 'none'}")


if __name__ == "__main__":
    main()
