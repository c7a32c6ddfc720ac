#!/usr/bin/env python3
"""Learn how sure a statement is, and say how well that is calibrated: see data/confidence/README.md.

    cargo build --release --example confidence_features
    tools/train_confidence.py --pairs plv_dev.jsonl --quads cameo5_dev.jsonl --participants meantime_dev.jsonl \\
        --relations kn_folds1-3.jsonl --links newsfair_dev.jsonl aida_conll_dev.jsonl --chains gum_news_dev.jsonl

Writes data/confidence/*.tsv and data/confidence/reliability.md. The figures in the latter are of statements in articles that
neither weights nor calibration had seen. Needs numpy. The same input gives the same files.
"""
import argparse, collections, json, pathlib, subprocess, tempfile

import numpy as np

import coref_score

GROUPS = {0: [], 1: ["AGREE", "CONSULT", "SUPPORT"], 2: ["COOPERATE", "AID", "YIELD"], 3: ["REQUEST", "ACCUSE", "REJECT", "THREATEN"],
          4: ["PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT"]}
# CONCEDE and RETREAT are one code in the annotated sentences.
ROOTS = {"CONCEDE": "YIELD", "RETREAT": "YIELD"}
ROLES = ("Arg0", "Arg1", "Arg2", "Argm-LOC")
# Statements in which a feature must have been seen.
LEAST = 5
FOLDS = 10
PENALTIES = (1.0, 3.0, 10.0, 30.0, 100.0)
BINS = 10
DATA = pathlib.Path(__file__).parent.parent / "data/confidence"
TITLES = {"events": "Events: type and parties", "relations": "Relations: predicate and both ends",
          "links": "Names: identifier", "references": "Pronouns, nouns and groups: what they stand for"}


def main():
    options = arguments()
    examples = collections.defaultdict(list)
    # A sentence of both sets counts once, with the finer label.
    pairs = read(options.pairs)
    texts = {r["text"] for r in pairs}
    sets = [(pairs, from_pairs), ([r for r in read(options.quads) if r["text"] not in texts], from_quads),
            (read(options.participants), from_events), (read(options.relations), from_relations),
            (read(options.links), from_links), (read(options.chains), from_chains)]
    for rows, label in sets:
        said = features_of(options.features, rows)
        for i, row in enumerate(rows):
            for table, own, names, right in label(row, said[str(i)]):
                examples[table].append(Example(f"{label.__name__} {row['id']}", own, frozenset(names), right))
    report = [HEADER]
    for table in TITLES:
        report += learn(table, examples[table])
    (DATA / "reliability.md").write_text("\n".join(report))


HEADER = """# How well confidence is calibrated

Written by `tools/train_confidence.py`. Every statement here was judged by weights and a calibration that had not seen its article
(ten folds). In each table statements are sorted by their confidence and cut into ten parts: where "confidence" and "right" agree, the number means what it says.
ECE is the mean difference of the two over the parts; "rules alone" is what rules and linker say of themselves.
"""

Example = collections.namedtuple("Example", "article own names right")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, what in [("pairs", "a pair of parties and their PLOVER type"), ("quads", "a pair and its quad class"),
                       ("participants", "events with participants"), ("relations", "lasting relations"),
                       ("links", "names and Wikidata items"), ("chains", "mentions and their chains")]:
        parser.add_argument(f"--{name}", nargs="+", required=True, metavar="FILE", help=f"texts annotated with {what}")
    parser.add_argument("--features", default="target/release/examples/confidence_features", help="program that prints features")
    return parser.parse_args()


def read(files):
    return [json.loads(line) for file in files for line in open(file, encoding="utf-8") if line.strip()]


def features_of(program, rows):
    """What the program says of each text, by its place in the list."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for i, row in enumerate(rows):
            text = row.get("text") or coref_score.text_of(row)[0]
            day = row.get("dct") or row.get("date")
            file.write(json.dumps({"id": str(i), "text": text, **({"published": day[:10]} if day else {})}) + "\n")
        file.flush()
        lines = subprocess.run([program, file.name], capture_output=True, text=True, check=True).stdout.splitlines()
    return {said["article"]["id"]: said for said in map(json.loads, lines)}


# Labels: for every statement that the annotation can judge, the table, what the rules say of it, its features, and whether it is right.


def events(said):
    return zip(said.get("events", []), said["event_features"])


def span(words):
    return words["start"], words["end"]


def overlap(a, b):
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def find_all(text, words):
    spans, at = [], text.find(words)
    while at >= 0:
        spans.append((at, at + len(words)))
        at = text.find(words, at + 1)
    return spans


def names(parties, spans):
    """Whether one of the parties is named by at least half of such words."""
    shares = [(overlap(span(p), s), min(s[1] - s[0], p["end"] - p["start"])) for p in parties for s in spans]
    return any(both and both >= 0.5 * shorter for both, shorter in shares)


def linking(row, event, sources, targets):
    """1 when an event has both parties in their roles, -1 when exchanged, 0 otherwise."""
    find = lambda words: [s for w in words for s in find_all(row["text"], w)]
    s, t = find(sources), find(targets)
    actors, recipients = event.get("actor", []), event.get("recipient", [])
    mutual = not recipients or len(actors) > 1
    if names(actors, s) and (names(recipients, t) or (mutual and names(actors, t))):
        return 1
    return -1 if names(actors, t) and names(recipients, s) else 0


def judged(row, said, sources, targets, types):
    """Events between the two parties; those outside PLOVER cannot be judged."""
    for event, features in events(said):
        place = linking(row, event, sources, targets) if event.get("type") else 0
        if place:
            kind = ROOTS.get(event["type"], event["type"])
            yield "events", event["confidence"], features, place == 1 and kind in types


def from_pairs(row, said):
    return judged(row, said, [row["source"]], [row["target"]], [row["root"]]) if row.get("target") else []


def from_quads(row, said):
    return judged(row, said, row["source"] or [], row["target"] or [], GROUPS[row["penta"]])


def from_events(row, said):
    """Events are right when an annotated one has all their parties."""
    entities = {e["id"]: e for e in row["entities"]}
    for event, features in events(said):
        parties = event.get("actor", []) + event.get("recipient", [])
        if event["trigger"]["end"] > annotated(row) or not parties:
            continue
        known = [e for e in row["events"] if overlap(span(e), span(event["trigger"]))]
        places = [span(entities[p["arg"]]) for e in known for p in row["participants"]
                  if p["event"] == e["id"] and p["arg"] in entities and p["role"] in ROLES]
        yield "events", event["confidence"], features, all(any(overlap(span(p), s) for s in places) for p in parties)
    yield from references(said, lambda mention: nearest_chain(row, mention))


def annotated(row):
    """Where the annotated part of a text ends."""
    lines = [i for i, c in enumerate(row["text"]) if c == "\n"]
    last = row["annotated_upto_sentence"]
    return lines[last] if last < len(lines) else len(row["text"])


def nearest_chain(row, mention):
    """The chain of the annotated words that are most like a mention's."""
    def likeness(entity):
        return overlap(span(entity), span(mention)) / (max(entity["end"], mention["end"]) - min(entity["start"], mention["start"]))
    best = max(row["entities"], key=likeness, default=None)
    return best.get("chain") if best and likeness(best) >= 0.5 else None


def from_relations(row, said):
    where = collections.defaultdict(list)
    for mention in said.get("mentions", []):
        where[mention["entity"]].append(span(mention))
    touches = lambda entity, words: any(overlap(a, b) for a in where[entity] for b in find_all(row["text"], words))
    for relation, features in zip(said.get("relations", []), said["relation_features"]):
        names = relation.get("knowledgenet")
        names = [names] if isinstance(names, str) else names or []
        if not set(names) & set(row["annotated"]):
            continue
        here = span(relation)
        is_object = lambda words: (touches(relation["object"], words) if relation.get("object")
                                   else any(overlap(here, s) for s in find_all(row["text"], words)))
        right = any(f["prop"] in names and touches(relation["subject"], f["subject"]) and is_object(f["object"]) for f in row["facts"])
        yield "relations", relation["confidence"], features, right


def mentions(said, table):
    for mention, judged in zip(said.get("mentions", []), said["mention_features"]):
        if judged and judged[0] == table:
            yield mention, judged[1]


def from_links(row, said):
    low, high = row.get("eval_span") or (0, len(row["text"]))
    gold = {span(m): m for m in row["mentions"]}
    entities = {e["id"]: e for e in said["entities"]} if said.get("entities") else {}
    for mention, features in mentions(said, "links"):
        item, known = entities[mention["entity"]].get("wikidata"), gold.get(span(mention))
        if not item or not low <= mention["start"] < high:
            continue
        is_nothing = known is not None and known["kind"] == "nil"
        if known is not None and not is_nothing and not (known["kind"] == "entity" and known.get("qid")):
            continue
        yield "links", mention["confidence"], features, known is not None and not is_nothing and known["qid"] == item


def from_chains(row, said):
    _, places = coref_score.text_of(row)
    head = coref_score.heads(row)
    chain_at = {}
    for mention in sorted(row["entities"], key=lambda m: m["start"] - m["end"]):
        chain_at[coref_score.head_of(mention, head)] = mention["chain"]

    def chain(mention):
        covered = [i for i, (a, b) in enumerate(places) if mention["start"] <= a and b <= mention["end"] and i in chain_at]
        return chain_at[covered[-1]] if covered else None
    return references(said, chain)


def references(said, chain):
    """A word that takes up a name is right when what it was tied to nearest before it, or else after it, is of its chain."""
    by_entity = collections.defaultdict(list)
    for mention in said.get("mentions", []):
        by_entity[mention["entity"]].append(mention)
    for mention, features in mentions(said, "references"):
        others = [m for m in by_entity[mention["entity"]] if span(m) != span(mention)]
        before = [m for m in others if m["start"] < mention["start"]]
        other = max(before, key=span, default=None) or min(others, key=span, default=None)
        own = chain(mention)
        if other and own is not None and chain(other) is not None:
            yield "references", mention["confidence"], features, chain(other) == own


# The model: a logistic regression, and a straight line over its scores that makes them probabilities.


class Model:
    def __init__(self, examples, penalty):
        seen = collections.Counter(name for e in examples for name in e.names)
        self.features = sorted(name for name, count in seen.items() if count >= LEAST)
        self.index = {name: i + 1 for i, name in enumerate(self.features)}
        self.weights = fit(self.matrix(examples), labels(examples), penalty)

    def matrix(self, examples):
        rows = np.zeros((len(examples), len(self.features) + 1))
        rows[:, 0] = 1
        for row, example in zip(rows, examples):
            row[[self.index[name] for name in example.names if name in self.index]] = 1
        return rows

    def scores(self, examples):
        return self.matrix(examples) @ self.weights


def labels(examples):
    return np.array([float(e.right) for e in examples])


def sigmoid(scores):
    return 1 / (1 + np.exp(-np.clip(scores, -30, 30)))


def fit(rows, right, penalty):
    """Newton's method; the bias is free."""
    weights = np.zeros(rows.shape[1])
    ridge = np.full(rows.shape[1], penalty)
    ridge[0] = 1e-6
    for _ in range(30):
        p = sigmoid(rows @ weights)
        gradient = rows.T @ (p - right) + ridge * weights
        step = np.linalg.solve((rows * (p * (1 - p))[:, None]).T @ rows + np.diag(ridge), gradient)
        weights -= step
        if np.abs(step).max() < 1e-6:
            break
    return weights


def line(scores, right):
    """Slope and height that make the scores probabilities (Platt)."""
    return fit(np.stack([np.ones_like(scores), scores], axis=1), right, 1e-3)


def losses(p, right):
    p = np.clip(p, 1e-6, 1 - 1e-6)
    return -np.where(right == 1, np.log(p), np.log(1 - p))


def loss(p, right):
    return float(losses(p, right).mean())


def simplest(tried):
    """The largest penalty that is not clearly worse than the best: by less than the standard error of the difference. Texts of
    another kind than the annotated ones are judged too."""
    best = min(tried, key=lambda p: tried[p].mean())
    worse = {p: each - tried[best] for p, each in tried.items()}
    return max(p for p, d in worse.items() if d.mean() <= d.std() / np.sqrt(len(d)))


def folds(examples):
    """The fold of each example; all of an article are in one."""
    articles = {a: i for i, a in enumerate(sorted({e.article for e in examples}))}
    order = np.random.default_rng(1).permutation(len(articles))
    return np.array([order[articles[e.article]] % FOLDS for e in examples])


def held_out(examples, fold, penalty):
    scores = np.zeros(len(examples))
    for k in range(FOLDS):
        model = Model([e for e, f in zip(examples, fold) if f != k], penalty)
        scores[fold == k] = model.scores([e for e, f in zip(examples, fold) if f == k])
    return scores


def learn(table, examples):
    """Writes the weights of one table, and gives its part of the report."""
    right, fold = labels(examples), folds(examples)
    tried = {penalty: held_out(examples, fold, penalty) for penalty in PENALTIES}
    penalty = simplest({p: losses(sigmoid(scores), right) for p, scores in tried.items()})
    scores = tried[penalty]
    calibrated = np.zeros(len(examples))
    for k in range(FOLDS):
        height, slope = line(scores[fold != k], right[fold != k])
        calibrated[fold == k] = sigmoid(height + slope * scores[fold == k])
    model, (height, slope) = Model(examples, penalty), line(scores, right)
    write(table, model, height, slope)
    own = np.array([e.own for e in examples])
    print(f"{table}: {len(examples)} statements, {right.mean():.3f} right, penalty {penalty}, slope {slope:.2f}, "
          f"ECE {ece(calibrated, right):.3f} (rules alone {ece(own, right):.3f}), log loss {loss(calibrated, right):.3f}, "
          f"area under the curve {auc(calibrated, right):.3f} (rules alone {auc(own, right):.3f})")
    return section(table, calibrated, own, right)


def write(table, model, height, slope):
    """The line is part of the weights; what rounds to nothing is left out."""
    rows = [("bias", height + slope * model.weights[0])] + [(n, slope * w) for n, w in zip(model.features, model.weights[1:])]
    kept = [f"{name}\t{weight:.2f}\n" for name, weight in rows if name == "bias" or abs(weight) >= 0.005]
    (DATA / f"{table}.tsv").write_text("feature\tweight\n" + kept[0] + "".join(sorted(kept[1:])))


def parts(p):
    return np.array_split(np.argsort(p, kind="stable"), BINS)


def ece(p, right):
    return float(sum(len(i) * abs(p[i].mean() - right[i].mean()) for i in parts(p)) / len(p))


def auc(p, right):
    """Probability that of a right and a wrong statement the right one has the higher number."""
    good, bad = p[right == 1], np.sort(p[right == 0])
    below = np.searchsorted(bad, good, "left") + np.searchsorted(bad, good, "right")
    return float(below.sum() / (2 * len(good) * len(bad)))


def section(table, p, own, right):
    figures = [("", "learned", "rules alone"), ("---", "---", "---"), ("ECE", ece(p, right), ece(own, right)),
               ("Brier score", np.mean((p - right) ** 2), np.mean((own - right) ** 2)),
               ("a right statement above a wrong one", auc(p, right), auc(own, right))]
    text = lambda cell: cell if isinstance(cell, str) else f"{cell:.3f}"
    rows = ["| " + " | ".join(map(text, row)) + " |" for row in figures]
    rows += ["", "| confidence | right | statements |", "| --- | --- | --- |"]
    rows += [f"| {p[i].mean():.2f} | {right[i].mean():.2f} | {len(i)} |" for i in parts(p)]
    return [f"## {TITLES[table]}", "", f"{len(right)} statements, of which {right.mean():.2f} are right.", "", *rows, ""]


if __name__ == "__main__":
    main()
