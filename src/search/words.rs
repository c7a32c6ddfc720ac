//! From what somebody types to queries of the index: words, words that stand together, and words that must not be there.

use super::documents::Fields;
use tantivy::Term;
use tantivy::query::{BooleanQuery, BoostQuery, FuzzyTermQuery, Occur, PhraseQuery, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer, TextAnalyzer, TokenStream,
};

/// Analyzer of names: words in lower case and without accents.
pub(super) const NAMES: &str = "names";
/// Analyzer of texts: the same, cut back to their stems.
pub(super) const TEXT: &str = "text";

/// Bytes beyond which a word is none.
const LONGEST: usize = 60;
/// Words beyond which nothing is looked for.
const MOST: usize = 16;
/// How much more a word counts in a headline than in the text.
const HEADLINE: f32 = 2.5;
/// How much more a whole word counts than the beginning of one.
const WHOLE: f32 = 3.0;

/// Tells an index how to cut texts into words.
pub(super) fn register(index: &tantivy::Index) {
    index.tokenizers().register(NAMES, names());
    index.tokenizers().register(TEXT, texts());
}

fn names() -> TextAnalyzer {
    let words = TextAnalyzer::builder(SimpleTokenizer::default()).filter(RemoveLongFilter::limit(LONGEST));
    words.filter(LowerCaser).filter(AsciiFoldingFilter).build()
}

fn texts() -> TextAnalyzer {
    let words = TextAnalyzer::builder(SimpleTokenizer::default()).filter(RemoveLongFilter::limit(LONGEST));
    words.filter(LowerCaser).filter(AsciiFoldingFilter).filter(Stemmer::new(Language::English)).build()
}

fn cut(mut analyzer: TextAnalyzer, text: &str) -> Vec<String> {
    let mut words = Vec::new();
    analyzer.token_stream(text).process(&mut |token| words.push(token.text.clone()));
    words
}

/// What somebody typed, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wanted<'a>(Vec<Part<'a>>);

#[derive(Debug, PartialEq, Eq)]
struct Part<'a> {
    text: &'a str,
    is_quoted: bool,
    is_unwanted: bool,
}

impl<'a> Wanted<'a> {
    pub(super) fn read(text: &'a str) -> Self {
        let mut parts = Vec::new();
        for (i, piece) in text.split('"').enumerate() {
            if i % 2 == 1 {
                parts.push(Part { text: piece, is_quoted: true, is_unwanted: false });
                continue;
            }
            parts.extend(piece.split_whitespace().map(|word| match word.strip_prefix('-') {
                Some(rest) => Part { text: rest, is_quoted: false, is_unwanted: true },
                None => Part { text: word, is_quoted: false, is_unwanted: false },
            }));
        }
        Self(parts)
    }

    /// The words that a name has to have.
    pub(super) fn name(&self) -> Vec<String> {
        let wanted = self.0.iter().filter(|part| !part.is_unwanted);
        wanted.flat_map(|part| cut(names(), part.text)).take(MOST).collect()
    }

    /// Names that have all the words, or, if `roughly`, words with a letter or two other than these.
    pub(super) fn names(&self, fields: &Fields, roughly: bool) -> Option<Box<dyn Query>> {
        let words = self.name();
        let last = words.len().checked_sub(1)?;
        let word = |(i, word): (usize, &String)| {
            let term = Term::from_field_text(fields.names, word);
            let exact = TermQuery::new(term.clone(), IndexRecordOption::WithFreqs);
            let mut ways: Vec<Box<dyn Query>> = vec![Box::new(BoostQuery::new(Box::new(exact), WHOLE))];
            if roughly {
                let letters = word.chars().count();
                let distance = u8::from(letters > 3) + u8::from(letters > 7);
                ways.push(Box::new(FuzzyTermQuery::new(term, distance, true)));
            } else if i == last && word.chars().count() > 1 {
                ways.push(Box::new(FuzzyTermQuery::new_prefix(term, 0, true)));
            }
            Box::new(BooleanQuery::union(ways)) as Box<dyn Query>
        };
        Some(Box::new(BooleanQuery::intersection(words.iter().enumerate().map(word).collect())))
    }

    /// Articles that have all the words, or, unless `all`, some of them.
    pub(super) fn articles(&self, fields: &Fields, all: bool) -> Option<Box<dyn Query>> {
        let occur = |part: &Part<'_>| match part {
            Part { is_unwanted: true, .. } => Occur::MustNot,
            Part { is_quoted: false, .. } if !all => Occur::Should,
            _ => Occur::Must,
        };
        let clauses = self.0.iter().take(MOST).filter_map(|part| Some((occur(part), part.anywhere(fields)?)));
        let clauses: Vec<(Occur, Box<dyn Query>)> = clauses.collect();
        if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            return None;
        }
        Some(Box::new(BooleanQuery::new(clauses)))
    }
}

impl Part<'_> {
    /// The words of the part together, in headline or text.
    fn anywhere(&self, fields: &Fields) -> Option<Box<dyn Query>> {
        let words = cut(texts(), self.text);
        let title = BoostQuery::new(together(fields.title, &words)?, HEADLINE);
        Some(Box::new(BooleanQuery::union(vec![Box::new(title), together(fields.text, &words)?])))
    }
}

fn together(field: Field, words: &[String]) -> Option<Box<dyn Query>> {
    let mut terms: Vec<Term> = words.iter().map(|word| Term::from_field_text(field, word)).collect();
    match terms.len() {
        0 => None,
        1 => Some(Box::new(TermQuery::new(terms.remove(0), IndexRecordOption::WithFreqs))),
        _ => Some(Box::new(PhraseQuery::new(terms))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_taken_apart() {
        let part = |text, is_quoted, is_unwanted| Part { text, is_quoted, is_unwanted };
        for (typed, parts) in [
            ("", vec![]),
            ("xi  kim", vec![part("xi", false, false), part("kim", false, false)]),
            ("\"xi jinping\" -kim", vec![part("xi jinping", true, false), part("kim", false, true)]),
            ("open \"end", vec![part("open", false, false), part("end", true, false)]),
            ("- \"\"", vec![part("", false, true), part("", true, false)]),
        ] {
            assert_eq!(Wanted::read(typed).0, parts, "{typed}");
        }
        assert_eq!(Wanted::read("Lula's Café -x").name(), ["lula", "s", "cafe"]);
        assert_eq!(cut(texts(), "Visited ministers"), ["visit", "minist"]);
    }
}
