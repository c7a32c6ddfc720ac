//! Spans of an article's text, the blocks it falls into, and the change between bytes and code points;
//! numbers as people read them.
//!
//! Inside the program a position is a byte offset into the article's own text. What is printed or stored counts Unicode
//! code points, as RFC 5147 and NIF do; [`CodePoints`] translates.

use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A stretch of text: byte offsets, end exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

impl Span {
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The words themselves. Panics, as slicing does, when the span is not one of `text`.
    pub fn of(self, text: &str) -> &str {
        &text[self.start..self.end]
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether `other` lies inside `self`.
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The smallest span that covers both.
    pub fn cover(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self { start: range.start, end: range.end }
    }
}

/// What a line or paragraph of an article is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BlockKind {
    Headline,
    Subheading,
    Caption,
    Byline,
    Dateline,
    Body,
}

impl BlockKind {
    /// The name as the extraction's JSON has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Headline => "headline",
            Self::Subheading => "subheading",
            Self::Caption => "caption",
            Self::Byline => "byline",
            Self::Dateline => "dateline",
            Self::Body => "body",
        }
    }

    /// Whether what stands in it can be told as having happened: not in a subheading, a caption, a byline or a dateline.
    pub fn asserts(self) -> bool {
        !matches!(self, Self::Subheading | Self::Caption | Self::Byline | Self::Dateline)
    }
}

/// A part of an article that is analysed by itself: no sentence runs from one block into the next.
///
/// A paragraph that its file wraps over several lines is one block with line breaks inside; the reader of the block takes
/// each line break for a space, so that offsets stay those of the article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    pub span: Span,
    pub kind: BlockKind,
}

/// Translates byte offsets of one text into code points and back.
///
/// Building it takes one pass over the text; a text that is all ASCII needs no table.
#[derive(Clone, Debug)]
pub struct CodePoints {
    /// Byte offset of every code point, with the text's length at the end; empty when the text is ASCII.
    starts: Vec<u32>,
    len: usize,
}

impl CodePoints {
    pub fn new(text: &str) -> Self {
        if text.is_ascii() {
            return Self { starts: Vec::new(), len: text.len() };
        }
        let starts = text.char_indices().map(|(i, _)| i as u32).chain([text.len() as u32]).collect();
        Self { starts, len: text.len() }
    }

    /// The code point that begins at `byte`, or that `byte` lies in.
    pub fn at(&self, byte: usize) -> usize {
        if self.starts.is_empty() {
            return byte.min(self.len);
        }
        match self.starts.binary_search(&(byte as u32)) {
            Ok(i) => i,
            Err(i) => i.saturating_sub(1),
        }
    }

    /// The byte at which code point `index` begins; the text's length when there are fewer.
    pub fn byte(&self, index: usize) -> usize {
        if self.starts.is_empty() {
            return index.min(self.len);
        }
        self.starts.get(index).map_or(self.len, |&b| b as usize)
    }
}

/// A name in CamelCase with something between its words: `Wreath Laid` of `WreathLaid`, `child_Of` of `childOf`.
pub fn parted(name: &str, by: char) -> String {
    let mut parted = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !parted.is_empty() {
            parted.push(by);
        }
        parted.push(c);
    }
    parted
}

/// `1 event`, `2 events`, `12,345 events`.
pub fn counted(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {thing}{plural}", grouped(number))
}

/// `12,345`.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_points_and_bytes_translate_both_ways() {
        for text in ["", "Kim", "Élysée – 北京 €5"] {
            let points = CodePoints::new(text);
            for (i, (byte, _)) in text.char_indices().enumerate() {
                assert_eq!((points.at(byte), points.byte(i)), (i, byte), "{text}");
            }
            assert_eq!(points.at(text.len()), text.chars().count());
            assert_eq!(points.byte(text.chars().count() + 3), text.len());
        }
    }
}
