//! Where the verb above a time expression points: to the past, as news mostly does, or ahead.

use super::resolve::Direction;
use super::words::{Class, Words};
use crate::doc::{Dep, Doc, Pos, Tag};
use crate::text::BlockKind;
use std::ops::Range;

/// The direction that the words around an expression give it.
pub(super) fn direction(doc: &Doc, words: &Words, tokens: Range<usize>) -> Direction {
    let Some(head) = tokens.clone().find(|&t| !tokens.contains(&doc.head(t)) || doc.head(t) == t) else {
        return Direction::Nearest;
    };
    // "Wednesday's ruling" is past; "as early as Tuesday" is not.
    if doc.dep(head) == Dep::Poss {
        return Direction::Nearest;
    }
    if is_earliest(doc, words, tokens.start) {
        return Direction::Future;
    }
    let mut preposition = None;
    let mut scheduled = false;
    for above in doc.ancestors(head) {
        match doc.token(above).pos {
            Pos::Adp | Pos::Sconj => preposition = preposition.or(Some(above)),
            Pos::Verb | Pos::Aux => {
                // What is said of an election or a deadline may be past while the day itself is ahead.
                return match of_verb(doc, words, above, preposition) {
                    Direction::Past if scheduled => Direction::Nearest,
                    direction => direction,
                };
            }
            _ => scheduled |= words.has(Class::Scheduled, doc.lemma(above)),
        }
    }
    Direction::Nearest
}

fn is_earliest(doc: &Doc, words: &Words, start: usize) -> bool {
    let before = |n: usize| start.checked_sub(n).map_or("", |t| doc.word(t));
    before(1) == "as" && words.has(Class::Early, before(2)) && before(3) == "as"
}

fn of_verb(doc: &Doc, words: &Words, verb: usize, preposition: Option<usize>) -> Direction {
    let word = preposition.map_or("", |p| doc.lemma(p));
    let planned = words.has(Class::Prospect, doc.lemma(verb));
    // What is planned for Tuesday, or extended until Tuesday, lies ahead of a planning that is past.
    if (planned && word == "for")
        || words.has(Class::Arranged, doc.lemma(verb))
        || (is_until(words, word) && words.has(Class::Until, doc.lemma(verb)))
    {
        return Direction::Future;
    }
    if is_until(words, word)
        && preposition.is_some_and(|p| p > verb)
        && tense(doc, words, verb) == Tense::Past
        && !has_negation(doc, verb)
    {
        return Direction::Nearest;
    }
    match tense(doc, words, verb) {
        Tense::Past => Direction::Past,
        Tense::Future => Direction::Future,
        Tense::Possible => Direction::Nearest,
        Tense::Participle if planned && doc.token(verb).tag == Tag::Vbn => Direction::Future,
        Tense::Participle if doc.token(verb).tag == Tag::Vbn => Direction::Past,
        Tense::Infinitive => of_infinitive(doc, words, verb),
        Tense::Participle => above(doc, words, verb, |verb| of_verb(doc, words, verb, None)),
        Tense::Present if doc.sentence_of(verb).kind == BlockKind::Headline => Direction::Nearest,
        Tense::Present if planned => Direction::Future,
        Tense::Present if is_copula_or_speech(doc, verb) => Direction::Nearest,
        Tense::Present => Direction::Future,
    }
}

fn is_until(words: &Words, preposition: &str) -> bool {
    words.has(Class::Untilword, preposition)
}

fn has_negation(doc: &Doc, verb: usize) -> bool {
    doc.child(verb, Dep::Neg).is_some()
}

/// A present that says nothing about the time of what it governs: "is", and what somebody "says".
fn is_copula_or_speech(doc: &Doc, verb: usize) -> bool {
    doc.lemma(verb) == "be" || doc.child(verb, Dep::Ccomp).is_some()
}

/// An infinitive looks ahead when a plan, an expectation or a duty governs it, else it happens when its governor does.
fn of_infinitive(doc: &Doc, words: &Words, verb: usize) -> Direction {
    let governor = doc.head(verb);
    let ahead = governor != verb && (words.has(Class::Prospect, doc.lemma(governor)) || doc.lemma(governor) == "be");
    if ahead {
        return Direction::Future;
    }
    match above(doc, words, verb, |verb| of_verb(doc, words, verb, None)) {
        Direction::Future => Direction::Future,
        _ => Direction::Nearest,
    }
}

fn above(doc: &Doc, words: &Words, verb: usize, then: impl Fn(usize) -> Direction) -> Direction {
    for up in doc.ancestors(verb) {
        if words.has(Class::Prospect, doc.lemma(up)) && doc.token(up).pos != Pos::Verb {
            return Direction::Future;
        }
        if matches!(doc.token(up).pos, Pos::Verb | Pos::Aux) {
            return then(up);
        }
    }
    Direction::Nearest
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tense {
    Past,
    Present,
    Future,
    /// What "could" happen, or could have.
    Possible,
    /// With `to`, or bare.
    Infinitive,
    /// Without an auxiliary.
    Participle,
}

fn tense(doc: &Doc, words: &Words, verb: usize) -> Tense {
    let auxiliaries = doc.children(verb).filter(|&c| matches!(doc.dep(c), Dep::Aux | Dep::Auxpass));
    let mut participle = matches!(doc.token(verb).tag, Tag::Vbg | Tag::Vbn);
    let mut infinitive = false;
    for auxiliary in auxiliaries {
        let progressive = doc.token(verb).tag == Tag::Vbg;
        match doc.token(auxiliary).tag {
            Tag::Md if words.has(Class::Doubt, doc.lemma(auxiliary)) => return Tense::Possible,
            Tag::Md => return Tense::Future,
            Tag::Vbd => return Tense::Past,
            Tag::Vbz | Tag::Vbp if doc.lemma(auxiliary) == "have" => return Tense::Past,
            Tag::Vbz | Tag::Vbp => return Tense::Present,
            Tag::To => infinitive = true,
            _ => participle = participle && progressive,
        }
    }
    match doc.token(verb).tag {
        _ if infinitive => Tense::Infinitive,
        _ if participle => Tense::Participle,
        Tag::Vb => Tense::Infinitive,
        Tag::Vbz | Tag::Vbp => Tense::Present,
        Tag::Md => Tense::Future,
        _ => Tense::Past,
    }
}
