//! From when and until when a relation is said to hold.

use super::super::grammar::Grammar;
use super::file::TimeRole;
use super::load::RelationRule;
use crate::doc::{Dep, Doc, Pos, Tag};
use crate::lexicon::WordLists;
use crate::times::{Bound, TimeExpression, TimexType, time_of};

/// Both ends, as TIMEX3 values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Valid {
    pub begin: Option<String>,
    pub until: Option<String>,
}

/// What is only known to be over.
const PAST: &str = "PAST_REF";

/// Reads the validity of what a trigger states; `state` says whether the past tense ends it.
pub fn valid(
    grammar: &Grammar,
    words: &WordLists,
    times: &[TimeExpression],
    rule: &RelationRule,
    state: bool,
    trigger: usize,
) -> Valid {
    let doc = grammar.doc;
    let carrier = carrier(grammar, trigger);
    let mut valid = Valid::default();
    for time in times.iter().filter(|t| is_date(t) && belongs_to(doc, t, &[trigger, carrier])) {
        match end_of(doc, time) {
            Some(Bound::Begin) => valid.begin = valid.begin.or_else(|| Some(time.value.clone())),
            Some(Bound::End) => valid.until = valid.until.or_else(|| Some(time.value.clone())),
            None => {}
        }
    }
    let date = || time_of(doc, times, trigger).filter(|&t| is_date(&times[t])).map(|t| times[t].value.clone());
    match rule.time {
        Some(TimeRole::Begin) => valid.begin = valid.begin.or_else(date),
        Some(TimeRole::Until) => valid.until = valid.until.or_else(date).or_else(|| Some(PAST.to_owned())),
        None => {}
    }
    let over = doc.children(trigger).any(|c| words.is("past_modifiers", &doc.lemma(c).to_lowercase()))
        || is_hyphened_past(doc, words, trigger);
    let past = state && rule.time.is_none() && is_past(doc, carrier, trigger);
    if valid.until.is_none() && (over || past) {
        valid.until = Some(PAST.to_owned());
    }
    valid
}

/// "ex-wife", "then-prime minister": the model's tokens of these hang together in many ways.
fn is_hyphened_past(doc: &Doc, words: &WordLists, trigger: usize) -> bool {
    let start = doc.sentence_of(trigger).tokens.start;
    let mut before =
        (start..trigger).rev().skip_while(|&t| trigger - t < 3 && doc.word(t).starts_with(char::is_alphabetic));
    let hyphen = before.next().filter(|&t| doc.word(t) == "-");
    hyphen.is_some_and(|t| t > start && words.is("past_modifiers", &doc.word(t - 1).to_lowercase()))
}

/// Whether a time is a day, month or year that can be told.
pub fn is_date(time: &TimeExpression) -> bool {
    time.kind == TimexType::Date && time.value.starts_with(|c: char| c.is_ascii_digit())
}

/// The verb by which a noun is said of someone; the trigger itself for any other.
pub fn carrier(grammar: &Grammar, trigger: usize) -> usize {
    let doc = grammar.doc;
    let carrier = grammar.carrier(trigger);
    let top = grammar.first_conjunct(trigger);
    let preposition = doc.head(top);
    let as_what = doc.dep(top) == Dep::Pobj && doc.lemma(preposition) == "as";
    if carrier == trigger && as_what && grammar.is_verb(doc.head(preposition)) {
        return doc.head(preposition);
    }
    carrier
}

/// Whether a verb stands in the simple past, which says that a state is over.
fn is_past(doc: &Doc, verb: usize, trigger: usize) -> bool {
    let tag = doc.token(verb).tag;
    let becomes = verb != trigger && doc.lemma(verb) != "be" && doc.lemma(verb) != "serve";
    let auxiliary_past =
        doc.children(verb).any(|c| matches!(doc.dep(c), Dep::Aux | Dep::Auxpass) && doc.token(c).tag == Tag::Vbd);
    matches!(doc.token(verb).pos, Pos::Verb | Pos::Aux) && !becomes && (tag == Tag::Vbd || auxiliary_past)
}

/// Which end of a stretch a date is: by what the time says itself, or by the word before it.
fn end_of(doc: &Doc, time: &TimeExpression) -> Option<Bound> {
    let before = time.tokens.start.checked_sub(1).map(|t| doc.word(t).to_lowercase());
    match before.as_deref() {
        Some("from" | "since") => Some(Bound::Begin),
        Some("to" | "until" | "till" | "through") => Some(Bound::End),
        _ => time.bound,
    }
}

/// Whether the way up from a time reaches a token without passing a verb or another clause.
pub(super) fn hangs_from(doc: &Doc, time: &TimeExpression, holder: usize) -> bool {
    belongs_to(doc, time, &[holder])
}

fn belongs_to(doc: &Doc, time: &TimeExpression, holders: &[usize]) -> bool {
    let Some(top) = doc.top_of(&time.tokens) else { return false };
    let mut at = top;
    for _ in 0..8 {
        let head = doc.head(at);
        if holders.contains(&head) {
            return true;
        }
        if head == at || matches!(doc.token(head).pos, Pos::Verb | Pos::Aux) {
            return false;
        }
        at = head;
    }
    false
}
