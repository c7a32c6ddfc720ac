#!/usr/bin/env python3
"""Words per second of the language model and of spaCy, on the same texts, machine and run.

    python3 tools/speed.py TEXT...

A TEXT is a text file, of which each line is an article, or a .jsonl file of strings. Rounds of both take turns. spaCy runs
`nlp.pipe` in one process with one thread for its matrix products; we run with one thread, then with two. The first
pass of ours, which knows no word yet, is given apart. Rates are medians, by the clock and by processor time: the latter
is the fairer where other programs run. An environment with spaCy is made as for tools/parity.py.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import parity

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")


def main():
    args = arguments()
    os.environ.update({name: "1" for name in THREADS})
    spacy = parity.import_spacy(args)
    directory = args.model or parity.installed_model()
    texts = [text for path in args.texts for text in parity.read(path, "line")]
    start = time.perf_counter()
    nlp = spacy.load(directory)
    print(f"loading: spaCy {time.perf_counter() - start:.3f} s", end=", ")
    rounds = [(spacy_pass(nlp, texts), our_passes(args, texts, 1), our_passes(args, texts, 2)) for _ in range(args.rounds)]
    words = rounds[0][1]["words"]
    print(f"ours {statistics.median(one['load'] for _, one, _ in rounds):.3f} s; {len(texts)} texts, {words} words")
    report(args, words, rounds)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", nargs="+", type=Path)
    parser.add_argument("--model", type=Path, help="directory of a spaCy model for both; without it ours is the embedded one")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--environment", type=Path, default=Path(tempfile.gettempdir()) / "entente-spacy")
    return parser.parse_args()


def spacy_pass(nlp, texts):
    """Seconds by the clock and of the processor."""
    start = time.perf_counter(), time.process_time()
    for _ in nlp.pipe(texts):
        pass
    return time.perf_counter() - start[0], time.process_time() - start[1]


def our_passes(args, texts, threads):
    command = ["cargo", "run", "--quiet", "--release", "--no-default-features", "--example", "speed", "--"]
    command += ["--threads", str(threads), "--passes", "4"] + (["--model", str(args.model)] if args.model else [])
    lines = "".join(json.dumps(text) + "\n" for text in texts)
    result = subprocess.run(command, cwd=parity.ROOT, input=lines, text=True, stdout=subprocess.PIPE, check=True)
    return json.loads(result.stdout)


def report(args, words, rounds):
    measured = {
        "spaCy": [spacy for spacy, _, _ in rounds],
        "ours, first pass": [one["passes"][0] for _, one, _ in rounds],
        "ours": [seconds for _, one, _ in rounds for seconds in one["passes"][1:]],
        "ours, two threads": [seconds for _, _, two in rounds for seconds in two["passes"][1:]],
    }
    base = None
    for name, seconds in measured.items():
        rates = [words / statistics.median(column) for column in zip(*seconds)]
        base = base or rates
        clock, processor = (f"{rate:9,.0f} ({rate / other:5.2f} times spaCy)" for rate, other in zip(rates, base))
        print(f"{name:18} words/s by the clock {clock}, of processor time {processor}")


if __name__ == "__main__":
    main()
