#!/usr/bin/env python3
"""Score chains of mentions against a corpus annotated as GUM is: MUC, B-cubed and CEAF-e over entities with names.

    coref_score.py GOLD.jsonl --bin target/release/entente [--misses FILE]

GOLD has one article a line: `sents`, each with `tokens` (form, lemma, UPOS, tag, head within the sentence from 1, relation,
whether no space follows), and `entities`, mentions with `start`, `end` (tokens of the article) and `chain`. An entity has a
name when the head of one of its mentions is a proper noun. A mention of ours is the annotated one whose head it covers, the
shortest of several, since the annotated ones take in everything that modifies the head. Dates are left out. Groups count as what they are called.
Only the standard library is used.
"""
import argparse, collections, json, subprocess, sys, tempfile


def text_of(article):
    """The text, one sentence a line, and for each token where it begins and ends."""
    text, places = "", []
    for sentence in article["sents"]:
        for form, *_, glued in sentence["tokens"]:
            places.append((len(text), len(text) + len(form)))
            text += form + ("" if glued else " ")
        text = text.rstrip(" ") + "\n"
    return text, places


def heads(article):
    """For each token of the article, the token that it depends on; none for the root of a sentence."""
    out = []
    for sentence in article["sents"]:
        base = len(out)
        out += [base + t[4] - 1 if t[4] else None for t in sentence["tokens"]]
    return out


def head_of(mention, head):
    inside = range(mention["start"], mention["end"])
    return next((i for i in inside if head[i] is None or head[i] not in inside), mention["start"])


def key_chains(article):
    """Chains with a name: for each the set of head tokens of its mentions."""
    head, upos = heads(article), [t[2] for s in article["sents"] for t in s["tokens"]]
    chains = collections.defaultdict(set)
    for mention in (m for m in article["entities"] if m["type"] != "time"):
        chains[mention["chain"]].add(head_of(mention, head))
    return [c for c in chains.values() if any(upos[h] == "PROPN" for h in c)], {h for c in chains.values() for h in c}


NAMED = {"name", "acronym", "titled", "metonym"}


def our_chains(extracted, places, annotated):
    """Our chains with a name, mentions told by annotated heads; a mention that covers none is a token of its own."""
    chains, named = collections.defaultdict(set), set()
    for mention in extracted["mentions"]:
        covered = [i for i, (a, b) in enumerate(places) if mention["start"] <= a and b <= mention["end"]]
        if not covered or mention["form"] == "demonym":
            continue
        known = [i for i in covered if i in annotated]
        chains[mention["entity"]].add(known[-1] if known else covered[-1])
        if mention["form"] in NAMED:
            named.add(mention["entity"])
    taken, out = set(), []
    for entity in named:
        own = chains[entity] - taken
        taken |= own
        if own:
            out.append(own)
    return out


def ratio(a, b):
    return a / b if b else 0.0


def muc(key, response):
    """Links kept, links asked for (Vilain et al. 1995)."""
    of = {m: i for i, c in enumerate(response) for m in c}
    kept = sum(len(c) - len({of.get(m, ("none", m)) for m in c}) for c in key)
    return kept, sum(len(c) - 1 for c in key)


def b_cubed(key, response):
    """Mean share of a mention's chain that it is found with (Bagga and Baldwin 1998)."""
    of = {m: c for c in response for m in c}
    return sum(len(c & of[m]) / len(c) for c in key for m in c if m in of), sum(map(len, key))


def best_assignment(weight):
    """The greatest sum of weights of pairs, each row and column used once (the Hungarian method)."""
    if not weight or not weight[0]:
        return 0.0
    if len(weight) > len(weight[0]):
        weight = [list(column) for column in zip(*weight)]
    n, m = len(weight), len(weight[0])
    u, v, row_of, way = [0.0] * (n + 1), [0.0] * (m + 1), [0] * (m + 1), [0] * (m + 1)
    for i in range(1, n + 1):
        row_of[0], j0 = i, 0
        least, used = [float("inf")] * (m + 1), [False] * (m + 1)
        while True:
            used[j0] = True
            i0, delta, j1 = row_of[j0], float("inf"), 0
            for j in range(1, m + 1):
                if not used[j]:
                    cost = -weight[i0 - 1][j - 1] - u[i0] - v[j]
                    if cost < least[j]:
                        least[j], way[j] = cost, j0
                    if least[j] < delta:
                        delta, j1 = least[j], j
            for j in range(m + 1):
                if used[j]:
                    u[row_of[j]] += delta
                    v[j] -= delta
                else:
                    least[j] -= delta
            j0 = j1
            if row_of[j0] == 0:
                break
        while j0:
            row_of[j0] = row_of[way[j0]]
            j0 = way[j0]
    return sum(weight[row_of[j] - 1][j - 1] for j in range(1, m + 1) if row_of[j])


def ceaf_e(key, response):
    """Similarity of the best pairing of chains (Luo 2005)."""
    return best_assignment([[2 * len(k & r) / (len(k) + len(r)) for r in response] for k in key])


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("gold"); ap.add_argument("--bin", default="target/release/entente"); ap.add_argument("--misses")
    a = ap.parse_args()
    articles = [json.loads(line) for line in open(a.gold, encoding="utf-8")]
    texts = {r["id"]: text_of(r) for r in articles}
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as f:
        for r in articles:
            f.write(json.dumps({"id": r["id"], "text": texts[r["id"]][0], "published": r.get("date")}) + "\n")
        f.flush()
        run = subprocess.run([*a.bin.split(), "extract", "--input-format", "jsonl", f.name], capture_output=True, text=True)
    found = {d["article"]["id"]: d for d in map(json.loads, run.stdout.splitlines())}
    if not found:
        sys.exit(f"no output: {run.stderr[-500:]}")
    total, misses = collections.Counter(), open(a.misses, "w", encoding="utf-8") if a.misses else None
    for r in articles:
        text, places = texts[r["id"]]
        key, annotated = key_chains(r)
        response = our_chains(found[r["id"]], places, annotated)
        for name, measure in (("MUC", muc), ("B-cubed", b_cubed)):
            for side, (hit, of) in (("recall", measure(key, response)), ("precision", measure(response, key))):
                total[name, side, "hit"] += hit; total[name, side, "of"] += of
        total["CEAF-e", "recall", "hit"] += (same := ceaf_e(key, response)); total["CEAF-e", "precision", "hit"] += same
        total["CEAF-e", "recall", "of"] += len(key); total["CEAF-e", "precision", "of"] += len(response)
        if misses:
            word = lambda m: text[places[m][0]:places[m][1]]
            ours = {m: sorted(map(word, c)) for c in response for m in c}
            for c in key:
                lost = [m for m in c if m not in ours or not (c - {m}) & {x for x in c if ours.get(x) == ours[m]}]
                if len(c) > 1 and lost:
                    misses.write(json.dumps({"id": r["id"], "chain": [word(m) for m in sorted(c)], "lost": [(word(m), ours.get(m)) for m in sorted(lost)]}, ensure_ascii=False) + "\n")
    scores = []
    for name in ("MUC", "B-cubed", "CEAF-e"):
        r, p = (ratio(total[name, side, "hit"], total[name, side, "of"]) for side in ("recall", "precision"))
        scores.append(ratio(2 * r * p, r + p))
        print(f"{name:<10} precision {p:.3f}  recall {r:.3f}  F1 {scores[-1]:.3f}")
    print(f"{'mean F1':<10} {sum(scores) / 3:.3f}  ({len(articles)} articles)")


if __name__ == "__main__":
    main()
