#!/usr/bin/env python3
"""Train the coder's linear model, or cross-validate it: see data/coder/README.md.

    cargo build --release --example coder_features
    tools/train_coder.py GOLD.jsonl [--weak WEAK.jsonl] --features target/release/examples/coder_features [--folds 10]

GOLD has {"id", "text", "source", "target", "root"} a line, WEAK {"id", "text", "source": [..], "target": [..], "penta"}:
only one of five groups of types is known there. The sentences of data/coder/sentences.tsv are trained on too. Needs numpy and scipy. Without --folds the weights go to
data/coder/weights.tsv; with it figures are printed and nothing is written.
"""
import argparse, collections, json, pathlib, random, re, subprocess, tempfile

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

LABELS = ["ACCUSE", "AGREE", "AID", "ASSAULT", "COERCE", "CONSULT", "COOPERATE", "MOBILIZE", "NONE", "PROTEST", "REJECT",
          "REQUEST", "SANCTION", "SUPPORT", "THREATEN", "YIELD"]
GROUPS = {0: ["NONE"], 1: ["AGREE", "CONSULT", "SUPPORT"], 2: ["COOPERATE", "AID", "YIELD"],
          3: ["REQUEST", "ACCUSE", "REJECT", "THREATEN"], 4: ["PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT"]}
# How much a feature may count, by the first letters of its name: the lexicon and the rules know more than one word does.
SCALES = [("LX", 1.5), ("L1", 1.5), ("LL", 1.5), ("LV", 1.5), ("LN", 1.5), ("LW", 1.5), ("lL", 0.7), ("L", 1.0), ("E", 1.0),
          ("m", 0.7), ("p", 0.7), ("c", 0.6), ("w", 0.35), ("R", 0.35), ("A", 0.35)]
WEAK_WEIGHT = 0.4
OWN_WEIGHT = 0.3
PENALTY = 3.0
# Examples in which a feature must have been seen.
LEAST = 3
# Taken from the score of "no event", of which only the weak examples tell.
CAUTION = 1.0
DATA = pathlib.Path(__file__).parent.parent / "data/coder"


def main():
    options = arguments()
    gold = [dict(r, actor=r["source"], recipient=r["target"], labels=[r["root"]], weight=1.0) for r in read(options.gold)]
    weak = [dict(r, actor=first(r["source"]), recipient=first(r["target"]), labels=GROUPS[r["penta"]], weight=WEAK_WEIGHT)
            for r in (read(options.weak) if options.weak else [])]
    weak = [r for r in weak if r["actor"]]
    own = own_sentences()
    features = extract(options.features, gold + weak + own)
    for row in gold + weak + own:
        row["features"] = features.get(row["id"], [])
    weak += own
    if options.folds:
        validate(gold, weak, options)
    else:
        # A sentence of both sets counts once, with the finer label.
        texts = {r["text"] for r in gold}
        model = Model(gold + [r for r in weak if r["text"] not in texts])
        model.write(options.out)
        print(f"accuracy on the training set {np.mean([model.predict(r['features']) in r['labels'] for r in gold]):.3f}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold")
    parser.add_argument("--weak")
    parser.add_argument("--features", default="target/release/examples/coder_features", help="program that prints features")
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--repeats", type=int, default=1, help="cross-validations, each with another division")
    parser.add_argument("--only", default="", help="prefixes of the features to use, with commas")
    parser.add_argument("--misses", help="file for what cross-validation gets wrong")
    parser.add_argument("--out", default=str(DATA / "weights.tsv"))
    return parser.parse_args()


def read(path):
    return [json.loads(line) for line in open(path, encoding="utf-8") if line.strip()]


def own_sentences():
    """The project's sentences: the type, then the text with <actor> and [recipient]."""
    rows = []
    for number, line in enumerate(open(DATA / "sentences.tsv", encoding="utf-8"), 1):
        label, marked = line.rstrip("\n").split("\t")
        actor, recipient = re.search("<(.*?)>", marked)[1], re.search(r"\[(.*?)\]", marked)[1]
        rows.append({"id": f"sentence-{number}", "text": re.sub(r"[<>\[\]]", "", marked), "actor": actor, "recipient": recipient,
                     "labels": [label], "weight": OWN_WEIGHT})
    return rows


def first(words):
    return words[0].replace(" 's", "'s") if words else None


def extract(program, rows):
    """The features of each record, by id."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps({k: row[k] for k in ("id", "text", "actor", "recipient")}) + "\n")
        file.flush()
        out = subprocess.run([program, file.name], check=True, capture_output=True, text=True).stdout
    return {r["id"]: r["features"] for r in map(json.loads, out.splitlines())}


def scale(name):
    return next((s for prefix, s in SCALES if name.startswith(prefix)), 1.0)


class Model:
    """Multinomial logistic regression; an example may allow several labels, whose probabilities then add up."""

    def __init__(self, rows, penalty=PENALTY):
        counts = collections.Counter(f for r in rows for f in r["features"])
        self.names = ["bias"] + sorted(f for f, n in counts.items() if n >= LEAST)
        self.index = {f: i for i, f in enumerate(self.names)}
        self.scales = np.array([1.0] + [scale(f) for f in self.names[1:]])
        x = self.matrix(rows)
        transposed = x.T.tocsr()
        allowed = np.array([[label in r["labels"] for label in LABELS] for r in rows], float)
        weights = np.array([r["weight"] for r in rows])
        shape = (len(self.names), len(LABELS))

        def loss(flat):
            w = flat.reshape(shape)
            scores = x @ w
            scores -= scores.max(1, keepdims=True)
            p = np.exp(scores)
            p /= p.sum(1, keepdims=True)
            inside = (p * allowed).sum(1)
            target = p * allowed / inside[:, None]
            gradient = transposed @ ((p - target) * weights[:, None]) + penalty * w
            return -(weights * np.log(inside)).sum() + penalty / 2 * (w * w).sum(), gradient.ravel()

        found = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 300})
        self.weights = found.x.reshape(shape) * self.scales[:, None]
        self.weights[0, LABELS.index("NONE")] -= CAUTION

    def indices(self, features):
        return [0] + [self.index[f] for f in features if f in self.index]

    def matrix(self, rows):
        """The examples' features, scaled."""
        columns = [self.indices(r["features"]) for r in rows]
        ends = np.cumsum([0] + [len(c) for c in columns])
        flat = np.concatenate(columns)
        return csr_matrix((self.scales[flat], flat, ends), shape=(len(rows), len(self.names)))

    def scores(self, features):
        return self.weights[self.indices(features)].sum(0)

    def predict(self, features):
        return LABELS[int(np.argmax(self.scores(features)))]

    def write(self, path):
        with open(path, "w", encoding="utf-8") as file:
            file.write("\t".join(["feature"] + LABELS) + "\n")
            for name, weights in zip(self.names, self.weights):
                cells = ["" if abs(w) < 0.005 else re.sub(r"^(-?)0\.", r"\1.", f"{w:.2f}") for w in weights]
                if any(cells) or name == "bias":
                    file.write("\t".join([name] + cells) + "\n")


def validate(gold, weak, options):
    only = tuple(p for p in options.only.split(",") if p)
    if only:
        for row in gold + weak:
            row["features"] = [f for f in row["features"] if f.startswith(only)]
    figures, wrong = [], []
    for seed in range(options.repeats):
        predicted = {}
        for held, rest in folds(gold, options.folds, seed):
            texts = {r["text"] for r in held}
            known = {r["text"] for r in rest}
            model = Model(rest + [r for r in weak if r["text"] not in texts and r["text"] not in known])
            for row in held:
                predicted[row["id"]] = model.predict(row["features"])
        figures.append(report(gold, predicted, seed == 0))
        wrong += [(r, predicted[r["id"]]) for r in gold if predicted[r["id"]] not in r["labels"]] if seed == 0 else []
    print(f"macro F1 over {options.folds} folds, {options.repeats} times: {np.mean(figures):.3f} (from {min(figures):.3f} to {max(figures):.3f})")
    if options.misses:
        with open(options.misses, "w", encoding="utf-8") as file:
            for row, got in wrong:
                file.write(json.dumps({"id": row["id"], "gold": row["root"], "got": got, "text": row.get("marked"), "features": row["features"]}) + "\n")


def folds(rows, count, seed):
    """Divides by text, each label evenly."""
    order = sorted(rows, key=lambda r: (r["root"], r["text"]))
    random.Random(seed).shuffle(order)
    order.sort(key=lambda r: r["root"])
    of_text = {}
    for i, row in enumerate(order):
        of_text.setdefault(row["text"], i % count)
    for fold in range(count):
        yield [r for r in rows if of_text[r["text"]] == fold], [r for r in rows if of_text[r["text"]] != fold]


def report(gold, predicted, printed):
    scores = []
    for label in sorted({r["root"] for r in gold}):
        right = sum(predicted[r["id"]] == label == r["root"] for r in gold)
        said, were = sum(p == label for p in predicted.values()), sum(r["root"] == label for r in gold)
        f1 = 2 * right / (said + were) if right else 0.0
        scores.append(f1)
        if printed:
            print(f"{label:10} P {right / said if said else 0:.2f}  R {right / were:.2f}  F1 {f1:.3f}  of {were}")
    if printed:
        print(f"accuracy {np.mean([predicted[r['id']] == r['root'] for r in gold]):.3f}, no event {sum(p == 'NONE' for p in predicted.values())}")
    return float(np.mean(scores))


if __name__ == "__main__":
    main()
