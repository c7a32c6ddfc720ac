//! Whether an article reports sport, where the name of a country or a city is mostly the name of its team.

use super::words::{SportWord, Words};
use crate::doc::{Doc, Pos, Tag};
use std::collections::{HashMap, HashSet};

/// What an article that reports sport is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sport {
    /// The sport most spoken of, as `sports.tsv` calls it.
    pub(super) name: Option<&'static str>,
    /// Whether teams play it: in tennis or athletics somebody of a country is no team.
    pub(super) of_teams: bool,
}

/// The sport of an article; none when it reports something else, though it may mention sport.
pub(super) fn of(doc: &Doc, words: &Words) -> Option<Sport> {
    let signs = Signs::of(doc, words);
    let tables = 15 * signs.scores >= signs.words && signs.scores >= 4;
    if !signs.suffice() && !tables {
        return None;
    }
    let name = signs.sports.iter().max_by_key(|(name, count)| (**count, std::cmp::Reverse(**name))).map(|(n, _)| *n);
    Some(Sport { name, of_teams: name.is_none_or(|n| words.is("team_sport", n)) })
}

/// How much in an article speaks of sport.
#[derive(Default)]
struct Signs {
    words: usize,
    /// Words that only sport has, and words that others share with it: distinct ones, and all.
    sure: HashSet<&'static str>,
    likely: HashSet<&'static str>,
    sure_count: usize,
    likely_count: usize,
    /// Results such as `2-1`.
    results: usize,
    /// Names between numbers, as in `Minnesota 6 Milwaukee 1`.
    scores: usize,
    at_start: bool,
    sports: HashMap<&'static str, usize>,
}

/// How many words at the start of an article name its matter.
const FIRST_WORDS: usize = 20;

impl Signs {
    fn of(doc: &Doc, words: &Words) -> Self {
        let mut signs = Self::default();
        for i in 0..doc.tokens().len() {
            signs.words += usize::from(doc.word(i).contains(char::is_alphanumeric));
            signs.results += usize::from(result_at(doc, i, 2));
            signs.scores += usize::from(is_scored(doc, i));
            let alone = words.sport(&plain(doc.word(i))).or_else(|| words.sport(&plain(doc.lemma(i))));
            for sign in alone.into_iter().chain(longer_phrases(doc, i).iter().filter_map(|p| words.sport(p))) {
                signs.take(sign, i);
            }
        }
        signs
    }

    fn take(&mut self, (word, sign): (&'static str, SportWord), at: usize) {
        if sign.sure {
            self.sure.insert(word);
            self.sure_count += 1;
            self.at_start |= at < FIRST_WORDS;
        } else {
            self.likely.insert(word);
            self.likely_count += 1;
        }
        if !sign.sport.is_empty() {
            *self.sports.entry(sign.sport).or_default() += if sign.sure { 2 } else { 1 };
        }
    }

    /// Thresholds found by trying, on news of every kind: many different words of sport, or a few of its own in dense company.
    fn suffice(&self) -> bool {
        let (sure, kinds) = (self.sure.len(), self.sure.len() + self.likely.len() + usize::from(self.results > 0));
        let weight = 2 * self.sure_count + self.likely_count + self.results;
        let denser_than = |per_thousand: usize| 1000 * weight >= per_thousand * self.words.max(1);
        sure >= 3 && denser_than(40)
            || sure >= 1 && kinds >= 5 && denser_than(60)
            || self.at_start && kinds >= 3 && denser_than(50)
            || kinds >= 7 && denser_than(80)
            || sure >= 1 && self.results >= 2 && denser_than(50)
    }
}

/// The two and the three words that begin at a token, in small letters; hyphens are left out.
fn longer_phrases(doc: &Doc, i: usize) -> Vec<String> {
    let end = doc.sentence_of(i).tokens.end;
    let mut phrase = plain(doc.word(i));
    let following = (i + 1..end.min(i + 6)).filter(|&j| doc.word(j) != "-").take(2);
    following
        .map(|j| {
            phrase = format!("{phrase} {}", plain(doc.word(j)));
            phrase.clone()
        })
        .collect()
}

/// A word as `sports.tsv` has it.
fn plain(word: &str) -> String {
    word.to_lowercase().replace('-', " ")
}

/// Whether a result such as `2-1` stands at a token, as one word or as three.
fn result_at(doc: &Doc, i: usize, digits: usize) -> bool {
    let whole = |(a, b)| is_small_number(a, digits) && is_small_number(b, 2);
    let parts = |j: usize| doc.word(j + 1) == "-" && whole((doc.word(j), doc.word(j + 2)));
    doc.word(i).split_once('-').is_some_and(whole) || i + 2 < doc.sentence_of(i).tokens.end && parts(i)
}

fn is_small_number(word: &str, digits: usize) -> bool {
    (1..=digits).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a name has a small number or a result right behind it and no preposition or article before it: `Stoke 4 3 1`,
/// `Australia 228-9`.
pub(super) fn is_scored(doc: &Doc, i: usize) -> bool {
    let sentence = doc.sentence_of(i).tokens.clone();
    let innings =
        |word: &str| word.split_once('-').is_some_and(|(a, b)| is_small_number(a, 3) && is_small_number(b, 2));
    let small = |j: usize| is_small_number(doc.word(j), 2) || innings(doc.word(j));
    let name = matches!(doc.token(i).tag, Tag::Nnp | Tag::Nnps) && doc.word(i).starts_with(char::is_uppercase);
    let before = i.checked_sub(1).filter(|j| sentence.contains(j));
    let free = before.is_none_or(|j| !matches!(doc.token(j).pos, Pos::Adp | Pos::Det | Pos::Verb | Pos::Aux));
    name && free && sentence.contains(&(i + 1)) && small(i + 1)
}
