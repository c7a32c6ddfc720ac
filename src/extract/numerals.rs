//! Numbers in front of nouns: "17 soldiers", "at least two dozen people", "1,200 workers".

use crate::doc::{Dep, Doc, Pos};
use crate::lexicon::{DataError, DataFile};
use serde::Deserialize;
use std::collections::HashMap;

/// The words for numbers, from `data/rules/numerals.toml`.
#[derive(Clone, Debug, Default)]
pub struct Numerals {
    values: HashMap<String, u64>,
    times: HashMap<String, u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NumeralFile {
    numerals: HashMap<String, u64>,
    times: HashMap<String, u64>,
}

impl Numerals {
    /// Reads the table.
    pub fn load(file: &DataFile) -> Result<Self, DataError> {
        let NumeralFile { numerals, times } = file.parse()?;
        Ok(Self { values: numerals, times })
    }

    /// How many of a noun there are, as a number before it says; none for "many" and "dozens".
    pub fn before(&self, doc: &Doc, noun: usize) -> Option<u64> {
        doc.children(noun).find(|&c| doc.dep(c) == Dep::Nummod).and_then(|number| self.at(doc, number))
    }

    /// The value of a number with the words before it: "two hundred"; none for "dozens".
    pub fn at(&self, doc: &Doc, number: usize) -> Option<u64> {
        if doc.token(number).pos != Pos::Num && (doc.is_plural(number) || !self.is_word(doc, number)) {
            return None;
        }
        let words =
            doc.subtree(number).filter(|&t| doc.token(t).pos == Pos::Num || self.values.contains_key(&lower(doc, t)));
        self.value(words.map(|t| lower(doc, t)))
    }

    /// How often a verb happens: "twice", "three times".
    pub fn times(&self, doc: &Doc, verb: usize) -> Option<u64> {
        doc.children(verb).find_map(|c| match &*lower(doc, c) {
            "time" => self.before(doc, c),
            word => self.times.get(word).copied(),
        })
    }

    /// Whether a token is a word for a number.
    pub fn is_word(&self, doc: &Doc, t: usize) -> bool {
        self.values.contains_key(&lower(doc, t))
    }

    /// The value of the numbers that tokens make together.
    pub fn of_tokens(&self, doc: &Doc, tokens: impl Iterator<Item = usize>) -> Option<u64> {
        self.value(tokens.map(|t| lower(doc, t)))
    }

    /// The value of words such as `two hundred`, `twenty five`, `1,200`, `3.5 million`.
    fn value(&self, words: impl Iterator<Item = String>) -> Option<u64> {
        let (mut total, mut group) = (0.0, None::<f64>);
        for word in words {
            let value = match word.replace(',', "").parse::<f64>() {
                Ok(figure) => figure,
                Err(_) => self.values.get(&word).map(|&v| v as f64)?,
            };
            group = Some(match group {
                Some(before) if value >= 12.0 && before < value && (value >= 100.0 || value == 12.0) => before * value,
                Some(before) => before + value,
                None => value,
            });
            if value >= 1000.0 {
                total += group.take().unwrap_or_default();
            }
        }
        let value = total + group.unwrap_or(0.0);
        (value >= 0.0 && value.fract() == 0.0 && value < 1e12).then_some(value as u64)
    }
}

fn lower(doc: &Doc, t: usize) -> String {
    doc.lemma(t).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_figures_have_values() {
        let file = DataFile::embedded("numerals.toml", include_str!("../../data/rules/numerals.toml"));
        let numerals = Numerals::load(&file).expect("the table is good");
        let value = |text: &str| numerals.value(text.split(' ').map(str::to_owned));
        for (text, expected) in [
            ("17", Some(17)),
            ("1,200", Some(1200)),
            ("two dozen", Some(24)),
            ("twenty five", Some(25)),
            ("three hundred twelve", Some(312)),
            ("two hundred thousand", Some(200_000)),
            ("3.5 million", Some(3_500_000)),
            ("2.5", None),
            ("many", None),
        ] {
            assert_eq!(value(text), expected, "{text}");
        }
    }
}
