//! Titles before a name: `US Secretary of State` of "US Secretary of State Marco Rubio".

use super::gazetteer::Gazetteer;
use super::spans::{NameSpan, span_of};
use super::words::Role;
use crate::doc::{Doc, Pos, Tag};
use std::ops::Range;

/// What stands before a name and says what its bearer is.
#[derive(Clone, Debug, Default)]
pub(super) struct Title<'g> {
    /// From the first word of the title to the name, the name not included.
    pub(super) tokens: Range<usize>,
    /// The words of the role alone.
    pub(super) words: Range<usize>,
    pub(super) role: Option<&'g Role>,
    /// The words of the role, in small letters.
    pub(super) phrase: String,
    /// The name span that tells for whom: `US`, `Russia` of "Russia's president".
    pub(super) of: Option<usize>,
    pub(super) former: bool,
    /// The sector of an office that stands before a rank.
    pub(super) office: Option<&'static str>,
}

/// The title before each name.
pub(super) fn of_all<'g>(doc: &Doc, gazetteer: &'g Gazetteer, spans: &[NameSpan]) -> Vec<Option<Title<'g>>> {
    (0..spans.len()).map(|n| before(doc, gazetteer, spans, n)).collect()
}

/// Cuts names off where a role begins that the model took for their end: `Philippine Defense` of "Philippine Defense Secretary
/// Gilberto Teodoro". Returns whether there were any.
pub(super) fn cut_off(doc: &Doc, gazetteer: &Gazetteer, spans: &mut [NameSpan], titles: &[Option<Title<'_>>]) -> bool {
    let mut any = false;
    for role in titles.iter().flatten().filter(|t| t.role.is_some()).map(|t| &t.words) {
        let overlaps = |s: &&mut NameSpan| {
            s.found.is_empty() && s.tokens.start < role.start && role.start < s.tokens.end && s.tokens.end < role.end
        };
        if let Some(span) = spans.iter_mut().find(overlaps) {
            *span = span_of(doc, gazetteer, span.tokens.start..role.start, span.label);
            any = true;
        }
    }
    any
}

/// The title before the name span `spans[n]`.
fn before<'g>(doc: &Doc, gazetteer: &'g Gazetteer, spans: &[NameSpan], n: usize) -> Option<Title<'g>> {
    let name = spans[n].tokens.start;
    // "liberal Jewish groups": what describes bears no title.
    if doc.token(name).tag == Tag::Jj {
        return None;
    }
    let floor = doc.sentence_of(name).tokens.start;
    let words = gazetteer.words();
    let (start, phrase) = (floor.max(name.saturating_sub(7))..name).find_map(|i| {
        let phrase = phrase(doc, i..name);
        let known = words.roles(&phrase).iter().any(|r| r.title || r.kind == super::EntityType::NewsAgency)
            || words.is("honorific", phrase.trim_end_matches('.'));
        (known && doc.token(name - 1).pos != Pos::Punct).then_some((i, phrase))
    })?;
    let role = words.roles(&phrase).iter().find(|r| r.title).or(words.roles(&phrase).first());
    let mut title =
        Title { tokens: start..name, words: start..name, role, phrase, of: None, former: false, office: None };
    if role.is_some_and(|r| r.sector == "MIL") {
        take_office(doc, gazetteer, floor, &mut title);
    }
    extend_left(doc, gazetteer, spans, n, floor, &mut title);
    Some(title)
}

/// An office before a rank says what its bearer does: `Deputy Minister of Defense Colonel-General`.
fn take_office(doc: &Doc, gazetteer: &Gazetteer, floor: usize, title: &mut Title<'_>) {
    let words = gazetteer.words();
    let rank = title.tokens.start;
    let office = (floor.max(rank.saturating_sub(6))..rank).find_map(|i| {
        let phrase = phrase(doc, i..rank);
        words.roles(&phrase).iter().find(|r| r.title && r.sector != "MIL").map(|r| (i, r.sector))
    });
    if let Some((start, sector)) = office {
        title.tokens.start = start;
        title.office = Some(sector);
    }
}

/// Takes in what comes before the role: a country, a body, `former`, an adjective.
fn extend_left(doc: &Doc, gazetteer: &Gazetteer, spans: &[NameSpan], n: usize, floor: usize, title: &mut Title<'_>) {
    let words = gazetteer.words();
    let mut left = n;
    while title.tokens.start > floor {
        let before = title.tokens.start - 1;
        let word = doc.word(before).to_lowercase();
        let span = spans[..left].iter().rposition(|s| s.tokens.end == title.tokens.start);
        if let Some(of) = span {
            if title.of.is_some() {
                break;
            }
            title.of = Some(of);
            title.tokens.start = spans[of].tokens.start;
            left = of;
        } else if doc.token(before).tag == Tag::Pos && title.of.is_none() {
            title.of = spans[..left].iter().rposition(|s| s.tokens.end == before);
            break;
        } else if words.is("former", &word) || words.is("then", &word) {
            title.former = true;
            title.tokens.start = before;
        } else if is_body_noun(doc, gazetteer, before)
            || doc.token(before).pos == Pos::Adj && doc.token(before).tag == Tag::Jj && title.role.is_some()
        {
            title.tokens.start = before;
        } else {
            break;
        }
    }
}

/// `ministry` of "China's foreign ministry spokesperson Lin Jian".
fn is_body_noun(doc: &Doc, gazetteer: &Gazetteer, token: usize) -> bool {
    let lower = doc.word(token).starts_with(char::is_lowercase) && doc.token(token).tag == Tag::Nn;
    let of_body = |r: &Role| r.kind == super::EntityType::Organization;
    lower && gazetteer.words().roles(doc.lemma(token)).iter().any(of_body)
}

/// Words as the list of roles has them: small letters, hyphens kept.
fn phrase(doc: &Doc, tokens: Range<usize>) -> String {
    doc.span(tokens).of(doc.text()).to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}
