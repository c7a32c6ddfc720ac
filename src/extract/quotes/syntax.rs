//! Who speaks, and what a cue governs, read off the tree.

use crate::doc::{Dep, Doc, Pos, Tag};
use std::ops::Range;

/// Whoever is the source of what a verb reports: the head of the phrase. `None` when the text does not say.
pub(super) fn speaker_of(doc: &Doc, verb: usize) -> Option<usize> {
    speaker_within(doc, verb, 8)
}

fn speaker_within(doc: &Doc, verb: usize, depth: usize) -> Option<usize> {
    let depth = depth.checked_sub(1)?;
    if doc.child(verb, Dep::Auxpass).is_some() || (doc.dep(verb) == Dep::Acl && doc.token(verb).tag == Tag::Vbn) {
        return doc.child(verb, Dep::Agent).and_then(|by| doc.child(by, Dep::Pobj));
    }
    if let Some(subject) = doc.child(verb, Dep::Nsubj) {
        return Some(subject);
    }
    let head = doc.head(verb);
    match doc.dep(verb) {
        Dep::Acl => Some(head),
        Dep::Conj | Dep::Advcl | Dep::Ccomp | Dep::Dep if is_verb(doc, head) => governor_speaker(doc, head, depth),
        Dep::Xcomp => doc
            .child(head, Dep::Dobj)
            .filter(|_| doc.token(verb).tag == Tag::Vb)
            .or_else(|| governor_speaker(doc, head, depth)),
        Dep::Pcomp => {
            let holder = doc.head(head);
            match is_verb(doc, holder) {
                // "quoted him as saying"
                true if doc.lemma(head) == "as" && doc.child(holder, Dep::Dobj).is_some() => {
                    doc.child(holder, Dep::Dobj)
                }
                true => governor_speaker(doc, holder, depth),
                false => possessor(doc, holder),
            }
        }
        _ => None,
    }
}

/// The subject of the verb above, also of a passive one: "was quoted as saying".
fn governor_speaker(doc: &Doc, verb: usize, depth: usize) -> Option<usize> {
    doc.child(verb, Dep::Nsubjpass).or_else(|| speaker_within(doc, verb, depth))
}

/// Whose claim, statement, promise it is: the possessor, or the subject of the verb that has it as its object.
pub(super) fn possessor(doc: &Doc, noun: usize) -> Option<usize> {
    if let Some(owner) = doc.child(noun, Dep::Poss) {
        return Some(owner);
    }
    let by = doc.children(noun).find(|&c| doc.dep(c) == Dep::Prep && matches!(doc.lemma(c), "by" | "from"));
    if let Some(by) = by {
        return doc.child(by, Dep::Pobj);
    }
    let head = doc.head(noun);
    (doc.dep(noun) == Dep::Dobj && is_verb(doc, head)).then(|| speaker_of(doc, head)).flatten()
}

pub(super) fn is_verb(doc: &Doc, t: usize) -> bool {
    matches!(doc.token(t).pos, Pos::Verb | Pos::Aux)
}

/// The phrase round a head, without the clauses and long additions after it.
pub(super) fn phrase(doc: &Doc, head: usize) -> Range<usize> {
    let start = doc.subtree(head).start;
    let mut end = head + 1;
    for child in doc.children(head).filter(|&c| c > head) {
        let short = matches!(doc.dep(child), Dep::Prep | Dep::Conj | Dep::Cc | Dep::Compound | Dep::Nummod | Dep::Nmod);
        let comma = doc.word(end.min(doc.tokens().len() - 1)) == ",";
        if !short || child != doc.subtree(child).start.max(end) || comma {
            break;
        }
        end = doc.subtree(child).end;
    }
    let left =
        doc.children(head).find(|&c| c < head && !matches!(doc.dep(c), Dep::Punct | Dep::Prep | Dep::Advmod | Dep::Cc));
    let start = left.map_or(head, |c| doc.subtree(c).start).max(start);
    start..end
}

/// The lemma of a verb with its particle, as the tables give it: "point out", "fire back".
pub(super) fn with_particle(doc: &Doc, verb: usize) -> Option<(String, usize)> {
    let particle = doc.children(verb).find(|&c| {
        c > verb
            && c <= verb + 2
            && (doc.dep(c) == Dep::Prt
                || matches!(doc.lemma(c), "out" | "back" | "on" | "up" | "forth" | "clear" | "aim" | "with" | "it"))
    })?;
    Some((format!("{} {}", doc.lemma(verb), doc.lemma(particle)), particle))
}

/// The verb with its auxiliaries, negation and particle.
pub(super) fn verb_group(doc: &Doc, verb: usize, particle: Option<usize>) -> Range<usize> {
    let before = doc.children(verb).filter(|&c| c < verb && matches!(doc.dep(c), Dep::Aux | Dep::Auxpass | Dep::Neg));
    // Only what stands next to the verb: the auxiliary of a question stands before the subject.
    let mut start = verb;
    for c in before.collect::<Vec<_>>().into_iter().rev() {
        if (c + 1..start).all(|t| doc.head(t) == verb && !matches!(doc.dep(t), Dep::Nsubj | Dep::Nsubjpass)) {
            start = c;
        }
    }
    start..particle.map_or(verb, |p| p.max(verb)) + 1
}

pub(super) fn is_negated(doc: &Doc, verb: usize) -> bool {
    doc.child(verb, Dep::Neg).is_some()
        || doc.children(verb).any(|c| doc.dep(c) == Dep::Advmod && matches!(doc.lemma(c), "never" | "hardly"))
        || doc
            .child(verb, Dep::Nsubj)
            .is_some_and(|s| matches!(doc.lemma(s), "nobody" | "none") || doc.word(s).eq_ignore_ascii_case("no one"))
}

/// Cuts marks of pause off both ends of a range.
pub(super) fn trimmed(doc: &Doc, range: Range<usize>) -> Range<usize> {
    let loose = |t: usize| {
        matches!(doc.word(t), "," | "." | ":" | ";" | "—" | "–" | "-" | "--" | "_") || doc.word(t).trim().is_empty()
    };
    let (mut start, mut end) = (range.start, range.end);
    while start < end && loose(start) {
        start += 1;
    }
    while start < end && loose(end - 1) {
        end -= 1;
    }
    start..end
}

/// Whether a stretch holds a clause: a finite verb with something before it.
pub(super) fn has_clause(doc: &Doc, range: &Range<usize>) -> bool {
    range.clone().any(|t| {
        is_verb(doc, t)
            && matches!(doc.token(t).tag, Tag::Vbd | Tag::Vbz | Tag::Vbp | Tag::Md | Tag::Vb | Tag::Vbn | Tag::Vbg)
            && doc.children(t).any(|c| {
                matches!(doc.dep(c), Dep::Nsubj | Dep::Nsubjpass | Dep::Expl | Dep::Csubj) && range.contains(&c)
            })
    })
}

pub(super) fn is_infinitive(doc: &Doc, verb: usize) -> bool {
    doc.children(verb).any(|c| doc.dep(c) == Dep::Aux && doc.token(c).tag == Tag::To)
}

/// A mark at which the clause of a cue ends.
pub(super) fn is_pause(doc: &Doc, t: usize) -> bool {
    const PAUSES: &[&str] =
        &[",", ":", ";", ".", "?", "!", "—", "–", "--", "”", "“", "\"", "''", "``", "(", ")", "..."];
    PAUSES.contains(&doc.word(t))
}

pub(super) fn is_mark(doc: &Doc, t: usize) -> bool {
    doc.word(t).chars().all(|c| !c.is_alphanumeric())
}

/// What "who" or "which" refers to.
pub(super) fn antecedent(doc: &Doc, head: usize) -> Option<usize> {
    let relative = matches!(doc.token(head).tag, Tag::Wp | Tag::Wdt);
    let verb = doc.head(head);
    (relative && doc.dep(verb) == Dep::Relcl).then(|| doc.head(verb))
}

/// The noun or clause that a preposition governs.
pub(super) fn complement(doc: &Doc, preposition: usize) -> Option<usize> {
    doc.child(preposition, Dep::Pcomp).or(doc.child(preposition, Dep::Pobj))
}
