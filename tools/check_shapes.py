"""Checks graphs against ontology/shapes.ttl with pySHACL (pip install pyshacl).

    entente export --format nquads -o all.nq
    python3 tools/check_shapes.py all.nq

With `--pairs FILE.toml` it prints the articles of such a file as JSONL instead, to be built.

The evidence of all articles and the record are checked together, since the record refers to the evidence; the vocabularies
are left out. Exit status 1 when a shape is violated.
"""

import json
import sys
import tomllib
from pathlib import Path

from pyshacl import validate
from rdflib import Dataset, Graph

ROOT = Path(__file__).resolve().parent.parent
VOCABULARIES = "https://w3id.org/entente/"


def merged(files):
    """All triples of the files' graphs but the vocabularies."""
    dataset, graph = Dataset(), Graph()
    for file in files:
        dataset.parse(file, format="nquads")
    for subject, predicate, obj, name in dataset.quads():
        if not str(name or "").startswith(VOCABULARIES):
            graph.add((subject, predicate, obj))
    return graph


def print_pairs(file):
    """The two articles of every pair of a file, as JSONL."""
    for number, pair in enumerate(tomllib.loads(Path(file).read_text())["pair"]):
        for name, day in zip("ab", pair["days"]):
            print(json.dumps({"id": f"{number}{name}", "published": day, "text": pair[name]}))
    return 0


def main(files):
    if not files:
        sys.exit(__doc__)
    if files[0] == "--pairs":
        return print_pairs(files[1])
    graph = merged(files)
    if not graph:
        sys.exit("no triples to check")
    shapes = Graph().parse(ROOT / "ontology" / "shapes.ttl")
    conforms, _, text = validate(graph, shacl_graph=shapes, inference="none")
    print(f"{len(graph)} triples: {'the shapes hold' if conforms else text}")
    return 0 if conforms else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
