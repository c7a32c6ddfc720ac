#!/usr/bin/env python3
"""Write the small tables that spaCy keeps in its source instead of in its models.

    python3 -m venv env && env/bin/pip install spacy==3.8.*
    env/bin/python tools/spacy_tables.py

writes `symbols.tsv`, `base_norms.tsv` and `characters.tsv` to `data/models/spacy/`; `README.md` there says what they are.
"""

import sys
import unicodedata
from pathlib import Path

from spacy.lang.norm_exceptions import BASE_NORMS
from spacy.symbols import IDS

OUTPUT = Path(__file__).resolve().parent.parent / "data/models/spacy"

CLASSES = {
    "alpha": str.isalpha,
    "digit": str.isdigit,
    "space": str.isspace,
    "upper": str.isupper,
    "word": lambda char: char.isalnum() or char == "_",
    "decimal": str.isdecimal,
}


def main():
    OUTPUT.mkdir(parents=True, exist_ok=True)
    write("symbols.tsv", sorted((name, number) for name, number in IDS.items() if name))
    write("base_norms.tsv", sorted(BASE_NORMS.items()))
    write("characters.tsv", [row for name, holds in sorted(CLASSES.items()) for row in ranges(name, holds)])
    print(f"Unicode {unicodedata.unidata_version}, Python {sys.version.split()[0]}")


def write(name, rows):
    (OUTPUT / name).write_text("".join("\t".join(map(str, row)) + "\n" for row in rows), encoding="utf-8")


def ranges(name, holds):
    """The characters for which `holds`, as ranges of code points in hexadecimal, both ends included."""
    start = None
    for point in range(sys.maxunicode + 2):
        inside = point <= sys.maxunicode and holds(chr(point))
        if inside and start is None:
            start = point
        if not inside and start is not None:
            yield name, f"{start:X}", f"{point - 1:X}"
            start = None


if __name__ == "__main__":
    main()
