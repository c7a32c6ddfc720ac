//! Stretches between quotation marks.

use crate::doc::{Doc, Tag};
use std::ops::Range;

/// Words between quotation marks, the marks included.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Quote {
    pub tokens: Range<usize>,
    /// Block it lies in.
    pub block: usize,
    /// Whether its closing mark is there; speech of several paragraphs closes in the last alone.
    pub closed: bool,
    /// Whether it is speech by itself, not a few words taken over into another's sentence.
    pub speech: bool,
}

impl Quote {
    /// Whether the words stop short ("…,") for somebody who is named after them.
    pub fn awaits_speaker(&self, doc: &Doc) -> bool {
        last_word(doc, &self.tokens).is_some_and(|t| doc.word(t).ends_with([',', '?', '!']) || doc.word(t) == "—")
    }
}

/// The tokens of each block, in order.
pub(super) fn blocks(doc: &Doc) -> Vec<Range<usize>> {
    let mut blocks: Vec<(usize, Range<usize>)> = Vec::new();
    for sentence in doc.sentences() {
        match blocks.last_mut() {
            Some((block, tokens)) if *block == sentence.block => tokens.end = sentence.tokens.end,
            _ => blocks.push((sentence.block, sentence.tokens.clone())),
        }
    }
    blocks.into_iter().map(|(_, tokens)| tokens).collect()
}

/// All quotations of a text that are not inside another one.
pub(super) fn quotes(doc: &Doc, blocks: &[Range<usize>]) -> Vec<Quote> {
    let mut quotes = Vec::new();
    for (block, tokens) in blocks.iter().enumerate() {
        quotes_of_block(doc, block, tokens.clone(), &mut quotes);
    }
    quotes
}

/// A mark that opens, and so which marks close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    /// `"`, which closes itself.
    Straight,
    /// `“`
    Curly,
    /// `„` and `«`
    Low,
    /// Two back-ticks, closed by two apostrophes.
    Ticks,
    Single,
}

fn quotes_of_block(doc: &Doc, block: usize, tokens: Range<usize>, quotes: &mut Vec<Quote>) {
    let mut open: Option<(usize, Mark)> = None;
    for t in tokens.clone() {
        match open {
            None => open = opening(doc, &tokens, t).map(|mark| (t, mark)),
            Some((start, mark)) => {
                if closes(doc, &tokens, t, mark) && t > start {
                    let range = start..t + 1;
                    let speech = is_speech(doc, &tokens, &range);
                    quotes.push(Quote { tokens: range, block, closed: true, speech });
                    open = None;
                }
            }
        }
    }
    // A mark that is never closed counts when a sentence begins with it: the speech goes on in the next paragraph.
    if let Some((start, mark)) = open
        && mark != Mark::Single
        && (start == tokens.start
            || doc.sentence_of(start).tokens.start == start
            || doc.word(start - 1).ends_with([':', ',']))
    {
        quotes.push(Quote { tokens: start..tokens.end, block, closed: false, speech: true });
    }
}

fn opening(doc: &Doc, block: &Range<usize>, t: usize) -> Option<Mark> {
    let word = doc.word(t);
    let after_space =
        t == block.start || doc.token(t - 1).space || matches!(doc.word(t - 1), "(" | "[" | "—" | "-" | "–");
    let before_word = !doc.token(t).space && t + 1 < block.end;
    match word.chars().next()? {
        '“' => Some(Mark::Curly),
        '”' if t == block.start => Some(Mark::Curly),
        '„' | '«' => Some(Mark::Low),
        '"' if after_space => Some(Mark::Straight),
        '`' if word.starts_with("``") || (before_word && doc.word(t + 1) == "`") => Some(Mark::Ticks),
        '\'' if word == "''" && after_space && before_word => Some(Mark::Ticks),
        '‘' if before_word => single(doc, block, t),
        '\'' if word == "'" && after_space && before_word => single(doc, block, t),
        _ => None,
    }
}

/// A single mark opens only when one that can close it follows before the next that opens.
fn single(doc: &Doc, block: &Range<usize>, t: usize) -> Option<Mark> {
    let end =
        (t + 1..block.end).find(|&i| closes(doc, block, i, Mark::Single) || matches!(doc.word(i), "“" | "\"" | "‘"))?;
    closes(doc, block, end, Mark::Single).then_some(Mark::Single)
}

fn closes(doc: &Doc, block: &Range<usize>, t: usize, mark: Mark) -> bool {
    let word = doc.word(t);
    match mark {
        // Writers who mix the two kinds of marks close with either; one inside the other has a space before it.
        Mark::Straight => word.ends_with('"') || (word == "”" && !doc.token(t - 1).space),
        Mark::Curly => word.ends_with('”') || (matches!(word, "\"" | "“") && !doc.token(t - 1).space),
        Mark::Low => word.ends_with(['»', '“', '”']),
        Mark::Ticks => word == "''" || word == "\"",
        Mark::Single => {
            let ends_word =
                t + 1 == block.end || doc.token(t).space || !doc.word(t + 1).starts_with(char::is_alphanumeric);
            let after_mark = t > block.start && doc.word(t - 1).ends_with([',', '.', '?', '!']);
            let possessive = doc.token(t).tag == Tag::Pos && !after_mark;
            matches!(word, "’" | "'") && ends_word && !possessive
        }
    }
}

/// Whether a quotation is a clause of its own: it stands after a pause or a verb, and has a verb or is long.
fn is_speech(doc: &Doc, block: &Range<usize>, quote: &Range<usize>) -> bool {
    let words = quote.clone().filter(|&t| doc.word(t).starts_with(char::is_alphanumeric)).count();
    let capital =
        quote.clone().find_map(|t| doc.word(t).chars().find(|c| c.is_alphabetic())).is_some_and(char::is_uppercase);
    let finite = quote.clone().any(|t| matches!(doc.token(t).tag, Tag::Vbd | Tag::Vbz | Tag::Vbp | Tag::Md | Tag::Vb));
    let ended =
        last_word(doc, quote).is_some_and(|t| doc.word(t).ends_with(['.', ',', '?', '!', '…']) || doc.word(t) == "—");
    let before = (block.start..quote.start).rev().find(|&t| !doc.word(t).trim().is_empty());
    let paused = before.is_none_or(|t| {
        matches!(doc.word(t), "," | ":" | "." | "?" | "!" | "—" | "–" | ";" | "―")
            || doc.word(t).ends_with(['”', '"', '.', '!', '?'])
            || doc.sentence_of(t).tokens.end == quote.start
            || breaks_line(doc, quote.start)
    });
    let whole = capital && ended && finite && words >= 3;
    // "…" to drive up the price, she said: a few words of hers inside a sentence that goes on.
    let goes_on = !ended
        && quote.end < block.end
        && doc.word(quote.end).starts_with(char::is_lowercase)
        && !doc.token(quote.end).tag.as_str().starts_with("VB");
    match paused && !goes_on {
        true => words >= 2 && ((ended && (finite || words >= 4)) || (capital && finite && words >= 4)),
        false => whole && before.is_some_and(|t| doc.token(t).tag.as_str().starts_with("VB") || doc.word(t) == "that"),
    }
}

/// Whether the text begins a new line with a token.
pub(super) fn breaks_line(doc: &Doc, t: usize) -> bool {
    t > 0 && doc.text()[doc.token(t - 1).span.start..doc.token(t).span.start].contains('\n')
}

fn last_word(doc: &Doc, quote: &Range<usize>) -> Option<usize> {
    let inner = quote.start + 1..quote.end.max(quote.start + 1);
    inner.rev().find(|&t| !matches!(doc.word(t), "”" | "\"" | "''" | "’" | "'" | "»") && !doc.word(t).trim().is_empty())
}
