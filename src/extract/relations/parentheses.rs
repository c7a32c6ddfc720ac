//! What brackets behind a name tell of a life: "(born 4 May 1950 in Paris)", "(1950–2010)", "(4 May 1950 – 3 June 2010)".
//!
//! The parser makes little of such brackets, so they are read from left to right: a word such as "born" opens a part, a dash
//! ends it, and a date or place belongs to the part it stands in.

use super::super::extraction::{Polarity, Status};
use super::super::rules::Kind;
use super::finder::{Finder, Statement};
use super::load::ParenthesisRule;
use super::sides::{Side, SideFiller};
use super::valid::{Valid, is_date};
use crate::coref::Chains;
use crate::doc::{Form, Pos};
use crate::link::EntityType;
use crate::text::Span;
use std::ops::Range;

/// How many tokens brackets may hold, and how many may stand between the name and them.
const LENGTH: usize = 60;
const GAP: usize = 6;

/// All that brackets behind names state.
pub(super) fn statements<'r>(finder: &Finder<'r>, chains: &Chains) -> Vec<Statement<'r>> {
    let mut found = Vec::new();
    for open in 0..finder.doc.tokens().len() {
        if finder.doc.word(open) != "(" {
            continue;
        }
        if let (Some(inside), Some(name)) = (inside(finder, open), name_before(finder, chains, open)) {
            let reader = Reader { finder, chains, inside, name, open };
            reader.read(&mut found);
        }
    }
    found
}

/// The tokens between a bracket and the one that closes it, in the same sentence or the next.
fn inside(finder: &Finder, open: usize) -> Option<Range<usize>> {
    let doc = finder.doc;
    let block = doc.sentence_of(open).block;
    let mut depth = 0;
    for t in open..(open + LENGTH).min(doc.tokens().len()) {
        if doc.sentence_of(t).block != block {
            return None;
        }
        match doc.word(t) {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(open + 1..t);
        }
    }
    None
}

/// The entity whose name ends before a bracket, past honours and other brackets.
fn name_before(finder: &Finder, chains: &Chains, open: usize) -> Option<Side> {
    let doc = finder.doc;
    let first = doc.sentence_of(open).tokens.start;
    let mut at = open;
    let mut gap = 0;
    while at > first && gap <= GAP {
        at -= 1;
        if doc.word(at) == ")" {
            at = opening(finder, first, at)?;
            continue;
        }
        let mention = chains.mentions.iter().find(|m| m.tokens.contains(&at) && m.form == Form::Name);
        if let Some(mention) = mention {
            let kind = chains.entities[mention.entity].kind;
            let known = chains.entities[mention.entity].wikidata.is_some();
            let person = kind == EntityType::Person || !known && Kind::Organization.admits(kind);
            if person {
                let filler = SideFiller::Entity(mention.entity);
                return Some(Side { filler, span: mention.span, inferred: false });
            }
        }
        let passes = matches!(doc.token(at).pos, Pos::Propn | Pos::Punct | Pos::Num | Pos::X | Pos::Noun);
        if !passes {
            return None;
        }
        gap += 1;
    }
    None
}

fn opening(finder: &Finder, first: usize, close: usize) -> Option<usize> {
    (first..close).rev().find(|&t| finder.doc.word(t) == "(")
}

struct Reader<'f, 'r, 'c> {
    finder: &'f Finder<'r>,
    chains: &'c Chains,
    inside: Range<usize>,
    name: Side,
    open: usize,
}

impl<'r> Reader<'_, 'r, '_> {
    fn read(&self, found: &mut Vec<Statement<'r>>) {
        let rules = &self.finder.rules.parentheses;
        let mut worded = false;
        for t in self.inside.clone() {
            let word = self.finder.doc.word(t).to_lowercase();
            let opened = rules.iter().filter(|r| r.words.contains(word.trim_end_matches('.')));
            for rule in opened {
                worded = true;
                let part = t + 1..self.end_of_part(t + 1);
                self.part(rule, t, part, found);
            }
        }
        if !worded {
            for rule in rules.iter().filter(|r| r.words.is_empty()) {
                self.stretch(rule, found);
            }
        }
    }

    /// Where the part that begins at a token ends: at a semicolon, at a dash between spaces or dates, or at another word that opens one.
    fn end_of_part(&self, start: usize) -> usize {
        let doc = self.finder.doc;
        let opens = |t: usize| {
            let word = doc.word(t).to_lowercase();
            self.finder.rules.parentheses.iter().any(|r| r.words.contains(word.trim_end_matches('.')))
        };
        let ends = |t: &usize| matches!(doc.word(*t), ";" | "–" | "—" | "(" | ")") || opens(*t);
        (start..self.inside.end).find(ends).unwrap_or(self.inside.end)
    }

    fn part(&self, rule: &'r ParenthesisRule, trigger: usize, part: Range<usize>, found: &mut Vec<Statement<'r>>) {
        if let (Some(predicate), Some(date)) = (rule.date, self.dates(&part).into_iter().next()) {
            found.push(self.statement(rule, predicate, trigger, date));
        }
        if let Some(predicate) = rule.place {
            for place in self.places(&part) {
                found.push(self.statement(rule, predicate, trigger, place));
            }
        }
    }

    /// "(1950–2010)" and "(4 May 1950 in Paris – 3 June 2010 in Rome)": two dates with a dash between them.
    fn stretch(&self, rule: &'r ParenthesisRule, found: &mut Vec<Statement<'r>>) {
        let (Some(from), Some(until)) = (rule.date, rule.until) else { return };
        let text = self.finder.doc.span(self.open..self.inside.end).of(self.finder.doc.text());
        let starts_with_date = text.trim_start_matches(['(', ' ', 'c', '.', 'a']).starts_with(char::is_alphanumeric);
        let dates = self.dates(&self.inside);
        if !starts_with_date || dates.len() != 2 || !self.dash_between(&dates[0], &dates[1]) {
            return;
        }
        let mut dates = dates.into_iter();
        for (predicate, date) in [from, until].into_iter().zip(&mut dates) {
            found.push(self.statement(rule, predicate, self.open, date));
        }
    }

    fn dash_between(&self, first: &Side, second: &Side) -> bool {
        let between = self.finder.doc.text().get(first.span.end..second.span.start).unwrap_or_default();
        between.contains(['-', '–', '—', '−'])
    }

    /// Days, months and years inside a range of tokens; also the two years of "1950–2010", which are one token.
    fn dates(&self, part: &Range<usize>) -> Vec<Side> {
        let doc = self.finder.doc;
        if part.is_empty() {
            return Vec::new();
        }
        let years = years_of(doc.span(part.clone()), doc.text());
        if !years.is_empty() {
            return years;
        }
        let inside = self.finder.times.iter().filter(|t| t.tokens.start >= part.start && t.tokens.end <= part.end);
        let dated = inside.filter(|t| is_date(t));
        dated.map(|t| Side { filler: SideFiller::Value(t.value.clone()), span: t.span, inferred: false }).collect()
    }

    fn places(&self, part: &Range<usize>) -> Vec<Side> {
        let is_place = |m: &&crate::doc::Mention| {
            m.tokens.start >= part.start
                && m.tokens.end <= part.end
                && m.form == Form::Name
                && Kind::Place.admits(self.chains.entities[m.entity].kind)
        };
        let Some(first) = self.chains.mentions.iter().find(is_place) else { return Vec::new() };
        let rest = self.finder.sides().places_after(first.span, self.chains);
        std::iter::once((first.entity, first.span))
            .chain(rest)
            .map(|(entity, span)| Side { filler: SideFiller::Entity(entity), span, inferred: false })
            .collect()
    }

    fn statement(&self, rule: &'r ParenthesisRule, predicate: usize, trigger: usize, object: Side) -> Statement<'r> {
        let mut claim = self.finder.claim(trigger, self.chains);
        // Brackets add what their clause takes for granted, whatever becomes of the clause.
        (claim.status, claim.polarity) = if claim.attribution.is_empty() {
            (Status::Asserted, Polarity::Positive)
        } else {
            (claim.status, claim.polarity)
        };
        Statement {
            predicate,
            subject: self.name.clone(),
            span: object.span,
            object,
            valid: Valid::default(),
            claim,
            confidence: rule.confidence,
            rule: &rule.id,
        }
    }
}

/// "1950–2010" and nothing else: two years of three or four digits.
fn years_of(span: Span, text: &str) -> Vec<Side> {
    let words = span.of(text);
    let Some((first, second)) = words.split_once(['–', '—', '-', '−']) else { return Vec::new() };
    let year = |part: &str| {
        let digits = part.trim();
        let is_year = (3..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        let start =
            span.start + (part.as_ptr() as usize - words.as_ptr() as usize) + (part.len() - part.trim_start().len());
        let value = format!("{digits:0>4}");
        is_year.then(|| Side {
            filler: SideFiller::Value(value),
            span: Span::new(start, start + digits.len()),
            inferred: false,
        })
    };
    match (year(first), year(second)) {
        (Some(first), Some(second)) => vec![first, second],
        _ => Vec::new(),
    }
}
