#!/usr/bin/env python3
"""How well the relations of the re3d data set (documents on Syria and Iraq) are found.

    tools/re3d.py ENTENTE DOCUMENTS.jsonl

ENTENTE is the program; each line of DOCUMENTS has `id`, `text` and `relations`, each with `type` and the offsets `source_start`,
`source_end`, `target_start`, `target_end` in code points. re3d has no relations of its own kind that would be the same as an
event or a relation here: `tools/re3d.tsv` says which are counted for which, from what side to what side. A synonym is a
second name for one entity in the same sentence. A relation is found when the words of both sides overlap, sides changed
places only where the table says so. Prints precision, recall and F1 for every type, then for all.
"""
import collections
import csv
import json
import pathlib
import subprocess
import sys
import tempfile


def table():
    """The rows of the table, by kind."""
    rows = collections.defaultdict(list)
    with open(pathlib.Path(__file__).with_suffix(".tsv"), encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            rows[row["kind"]].append(row)
    return rows


def extract(program, documents):
    """What the program prints for each document, by id."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for document in documents:
            file.write(json.dumps({"id": document["id"], "text": document["text"]}) + "\n")
        file.flush()
        command = [program, "extract", "--input-format", "jsonl", file.name]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {record["article"]["id"]: record for record in map(json.loads, printed.splitlines())}


def span(words):
    return words["start"], words["end"]


def overlap(one, other):
    return one[0] < other[1] and other[0] < one[1]


def sentence_of(record, place):
    return next((span(s) for s in record["sentences"] if s["start"] <= place[0] < s["end"]), None)


def parties(event, role):
    """The spans of those who fill a role."""
    filled = event.get(role) or []
    return [span(party) for party in ([filled] if isinstance(filled, dict) else filled) if "start" in party]


def of_events(record, rows):
    for event in record.get("events", []):
        if event.get("polarity") == "negative":
            continue
        for row in rows:
            if row["ours"] not in ("*", event.get("type")):
                continue
            sources, targets = parties(event, row["source"]), parties(event, row["target"])
            yield from ((row, a, b) for a in sources for b in targets if a != b)


def of_relations(record, rows):
    """Relations name entities; of each the mentions count that stand in the sentence of the relation."""
    mentions = collections.defaultdict(list)
    for mention in record.get("mentions", []):
        mentions[mention["entity"]].append(span(mention))
    for relation in record.get("relations", []):
        place = sentence_of(record, span(relation))
        if "object" not in relation or relation.get("polarity") == "negative" or not place:
            continue
        for row in (row for row in rows if row["ours"] == relation["predicate"]):
            near = {
                side: min(
                    (m for m in mentions[relation[side]] if overlap(m, place)),
                    key=lambda m: abs(m[0] - relation["start"]),
                    default=None,
                )
                for side in ("subject", "object")
            }
            if near["subject"] and near["object"]:
                yield row, near[row["source"]], near[row["target"]]


def of_mentions(record, rows):
    """Two names of one entity, different in their words, in one sentence."""
    text = record["text"]
    names = [m for m in record.get("mentions", []) if m["form"] in ("name", "acronym")]
    for first, second in zip(names, names[1:]):
        one, other = span(first), span(second)
        same = first["entity"] == second["entity"] and sentence_of(record, one) == sentence_of(record, other)
        if same and text[one[0] : one[1]] != text[other[0] : other[1]]:
            yield from ((row, one, other) for row in rows)


def found(record, rows):
    """What the program says, in the terms of re3d: type, source, target, whether the sides may change places."""
    every = [*of_events(record, rows["event"]), *of_relations(record, rows["relation"]), *of_mentions(record, rows["mention"])]
    kept = {}
    for row, source, target in every:
        symmetric = row["symmetric"] == "yes"
        sides = tuple(sorted((source, target))) if symmetric else (source, target)
        kept[(row["re3d"], sides)] = symmetric
    return [(kind, source, target, symmetric) for (kind, (source, target)), symmetric in kept.items()]


def fits(relation, ours):
    kind, source, target, symmetric = ours
    wanted = (relation["source_start"], relation["source_end"]), (relation["target_start"], relation["target_end"])
    straight = overlap(wanted[0], source) and overlap(wanted[1], target)
    swapped = symmetric and overlap(wanted[0], target) and overlap(wanted[1], source)
    return relation["type"] == kind and (straight or swapped)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    program, path = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        documents = [json.loads(line) for line in file if line.strip()]
    rows, records = table(), extract(program, documents)
    counts = collections.defaultdict(lambda: [0, 0, 0])
    for document in documents:
        left = found(records[document["id"]], rows)
        for relation in document["relations"]:
            hit = next((ours for ours in left if fits(relation, ours)), None)
            if hit:
                left.remove(hit)
            counts[relation["type"]][0 if hit else 2] += 1
        for kind, *_ in left:
            counts[kind][1] += 1
    counts["all"] = [sum(column) for column in zip(*counts.values())]
    for kind in [*sorted(k for k in counts if k != "all"), "all"]:
        right, wrong, missed = counts[kind]
        precision = right / (right + wrong) if right + wrong else 0.0
        recall = right / (right + missed) if right + missed else 0.0
        f1 = 2 * precision * recall / (precision + recall) if right else 0.0
        print(f"{kind:<16} precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}  ({right + missed})")


if __name__ == "__main__":
    main()
