#!/usr/bin/env python3
"""Write ontology/plover.ttl and ontology/cameo.ttl from the tables in ontology/tables.

    tools/schemes.py            writes both files
    tools/schemes.py --check    writes nothing; exits with 1 when a file differs from its table

Needs Python 3.9 or newer and nothing else. The tables say what their columns are in ontology/tables/README.md.
"""

import csv
import sys
from pathlib import Path

ONTOLOGY = Path(__file__).resolve().parent.parent / "ontology"

PREFIXES = """@prefix en: <https://w3id.org/entente/ns#> .
@prefix plover: <https://w3id.org/entente/plover#> .
@prefix cameo: <https://w3id.org/entente/cameo#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
"""

GROUPS = {
    "quad": ("quads", "Quad classes"),
    "type": ("types", "Event types"),
    "mode": ("modes", "Modes"),
    "context": ("contexts", "Contexts"),
    "auxiliary": ("auxiliary-modes", "Auxiliary modes"),
    "sector": ("sectors", "Sectors"),
}


def rows(name):
    with open(ONTOLOGY / "tables" / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def text(string, language="@en"):
    escaped = string.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"{language}'


def concept(iri, properties):
    lines = [f"    {predicate} {value}" for predicate, value in properties if value]
    return f"{iri} a skos:Concept ;\n" + " ;\n".join(lines) + " .\n"


def header(comment, scheme, title):
    return f"# {comment}\n# Written by tools/schemes.py from ontology/tables; change the table, not this file.\n\n{PREFIXES}\n" + (
        f"{scheme} a skos:ConceptScheme ;\n    dcterms:title {text(title)} .\n"
    )


def plover():
    parts = [header("PLOVER: quad classes, event types, modes, contexts, auxiliary modes and sectors.", "plover:scheme", "PLOVER")]
    table = rows("plover.tsv")
    for kind, (group, title) in GROUPS.items():
        members = [f"plover:{row['name']}" for row in table if row["kind"] == kind]
        parts.append(f"plover:{group} a skos:Collection ;\n    skos:prefLabel {text(title)} ;\n    skos:member {' , '.join(members)} .\n")
    for row in table:
        is_top = not row["broader"]
        parts.append(
            concept(
                f"plover:{row['name']}",
                [
                    ("skos:inScheme", "plover:scheme"),
                    ("skos:topConceptOf", "plover:scheme" if is_top else ""),
                    ("skos:broader", "" if is_top else f"plover:{row['broader']}"),
                    ("skos:notation", text(row["notation"], "") if row["notation"] else ""),
                    ("en:score", row["score"]),
                    ("skos:prefLabel", text(row["label"])),
                    ("skos:definition", text(row["definition"])),
                    ("skos:editorialNote", text(row["note"]) if row["note"] else ""),
                ],
            )
        )
    return "\n".join(parts)


def cameo():
    parts = [header("CAMEO: the codes and what each is in PLOVER.", "cameo:scheme", "CAMEO")]
    table = rows("cameo.tsv")
    codes = {row["code"] for row in table}
    for row in table:
        code = row["code"]
        broader = code[:-1]
        assert len(code) == 2 or broader in codes, f"{code}: no code {broader} above it"
        parts.append(
            concept(
                f"cameo:{code}",
                [
                    ("skos:inScheme", "cameo:scheme"),
                    ("skos:topConceptOf", "cameo:scheme" if len(code) == 2 else ""),
                    ("skos:broader", f"cameo:{broader}" if len(code) > 2 else ""),
                    ("skos:notation", text(code, "")),
                    ("skos:broadMatch", f"plover:{row['plover']}" if row["plover"] else ""),
                    ("skos:prefLabel", text(row["label"])),
                    ("skos:definition", text(row["definition"])),
                    ("skos:editorialNote", text(row["note"]) if row["note"] else ""),
                ],
            )
        )
    return "\n".join(parts)


def main():
    check = sys.argv[1:] == ["--check"]
    if sys.argv[1:] and not check:
        sys.exit(__doc__)
    stale = []
    for name, content in (("plover.ttl", plover()), ("cameo.ttl", cameo())):
        path = ONTOLOGY / name
        if not check:
            path.write_text(content, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != content:
            stale.append(f"ontology/{name}")
    if stale:
        sys.exit(f"{', '.join(stale)}: not what tools/schemes.py makes of the tables")


if __name__ == "__main__":
    main()
