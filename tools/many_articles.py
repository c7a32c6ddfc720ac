#!/usr/bin/env python3
"""Makes many articles of a few, for measurements of size: each copy tells of other states, people, months and years.

    python3 tools/many_articles.py ARTICLES.jsonl 10000 > many.jsonl

In every copy, states, their adjectives and capitals are exchanged for those of the state that stands as many rows further in the gazetteer,
family names for other ones of the gazetteer, and months and years move on with the day of publication. So the record grows with the
articles, as it would from news, where plain copies would all support the same few events.
"""

import argparse
import csv
import datetime
import json
import re
from pathlib import Path

GAZETTEER = Path(__file__).resolve().parent.parent / "data/gazetteer"
MONTHS = "January February March April May June July August September October November December".split()
DAYS = 37


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path, help="JSONL")
    parser.add_argument("count", type=int)
    args = parser.parse_args()
    records = [json.loads(line) for line in args.articles.read_text().splitlines()]
    states, families = known_states(), known_families()
    for number in range(args.count):
        record, copy = records[number % len(records)], number // len(records)
        exchanged = exchange(names(states, families, copy)) if number % len(records) == 0 else exchanged
        print(json.dumps(changed(record, copy, exchanged), ensure_ascii=False))


def known_states():
    """For each state its name, adjective, and capital, those without all three left out."""
    rows = table("states.tsv")
    triples = ([row["name"], row["adjectives"].split("|")[0], row["capital"]] for row in rows)
    return [names for names in triples if all(names)]


def known_families():
    """Last words of the names of people, of those that are no everyday words."""
    names = {row["name"].split()[-1] for row in table("people.tsv") if len(row["name"].split()) == 2}
    return sorted(name for name in names if re.fullmatch(r"[A-Z][a-z]{4,}", name))


def table(name):
    with open(GAZETTEER / name, newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def names(states, families, copy):
    """What each name becomes in a copy. States go before families of the same name."""
    people = {name: families[(at + 101 * copy) % len(families)] for at, name in enumerate(families)}
    places = {old: new for at, state in enumerate(states) for old, new in zip(state, states[(at + copy) % len(states)])}
    months = {name: MONTHS[(at + copy) % len(MONTHS)] for at, name in enumerate(MONTHS) if name != "May"}
    return people | places | months


def exchange(names):
    words = re.compile(r"\b[A-Z]\w+(?: [A-Z]\w+)*|\b(?:19|20)\d\d\b")

    def exchanged(match, copy):
        text = match.group()
        if text.isdigit():
            return str(int(text) + copy * DAYS // 365)
        return names.get(text) or " ".join(names.get(word, word) for word in text.split(" "))

    return lambda text, copy: words.sub(lambda match: exchanged(match, copy), text)


def changed(record, copy, exchanged):
    if copy == 0:
        return record
    texts = {key: exchanged(record[key], copy) for key in ("title", "text") if record.get(key)}
    days = {key: moved(record[key], copy) for key in ("date", "published") if record.get(key)}
    return record | texts | days | {"id": f"{record['id']}-{copy}"}


def moved(day, copy):
    return (datetime.date.fromisoformat(day[:10]) + datetime.timedelta(days=DAYS * copy)).isoformat()


if __name__ == "__main__":
    main()
