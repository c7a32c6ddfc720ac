//! Plain text: the text stays as it is, what stands around the prose is told apart.

use super::cues::{Cues, Field};
use super::dates;
use super::front_matter::FrontMatter;
use super::layout::{self, Found, Paragraph};
use super::{Article, InputError, Outcome, Reason, decode};
use encoding_rs::Encoding;
use jiff::civil::Date;
use std::sync::Arc;

/// What is known of an article beside its text, as given.
#[derive(Debug, Default)]
pub(super) struct Given {
    pub(super) title: Option<String>,
    pub(super) published: Option<Date>,
    /// Year of publication when the day is not known.
    pub(super) year: Option<i16>,
    pub(super) url: Option<String>,
    pub(super) publisher: Option<String>,
    pub(super) byline: Option<String>,
    pub(super) language: Option<String>,
}

/// Reads a text file. Its front matter stays part of the text, so that offsets are the file's, but of no block.
pub(super) fn read(
    id: &str,
    bytes: Vec<u8>,
    encoding: Option<&'static Encoding>,
    date: Option<Date>,
    cues: &Cues,
) -> Outcome {
    let fail = |reason| InputError::new(id, reason);
    let text: Arc<str> = decoded(bytes, encoding, cues).map_err(fail)?.into();
    let front = FrontMatter::of(&text, cues);
    let (given, warning) = given(&front, id, cues);
    let paragraphs = layout::paragraphs(&text, front.end, cues);
    if paragraphs.is_empty() {
        return Err(fail(Reason::Empty));
    }
    let id = front.get(Field::Id).unwrap_or(id).to_owned();
    Ok((joined(id, text, &paragraphs, given, date, cues), warning))
}

/// An article from a text that is prose from its first byte, and what is given beside it.
pub(super) fn article(id: String, text: Arc<str>, given: Given, date: Option<Date>, cues: &Cues) -> Article {
    let paragraphs = layout::paragraphs(&text, 0, cues);
    joined(id, text, &paragraphs, given, date, cues)
}

/// Tells the paragraphs apart, and fills what was not given from what they say; `date` is the last resort.
pub(super) fn joined(
    id: String,
    text: Arc<str>,
    paragraphs: &[Paragraph],
    given: Given,
    date: Option<Date>,
    cues: &Cues,
) -> Article {
    let Found { blocks, title, byline, day } = layout::classify(&text, paragraphs, given.title.as_deref(), cues);
    let published = given.published.or_else(|| day?.date(given.year)).or(date);
    Article {
        id,
        title: given.title.or(title),
        published,
        url: given.url,
        publisher: given.publisher,
        byline: given.byline.or(byline),
        language: given.language,
        parties: None,
        text,
        blocks,
    }
}

/// What front matter gives; a date that is none is a warning.
pub(super) fn given(front: &FrontMatter, source: &str, cues: &Cues) -> (Given, Option<InputError>) {
    let get = |field| front.get(field).map(str::to_owned);
    let (published, year, warning) = publication(front.get(Field::Published), source, cues);
    let given = Given {
        title: get(Field::Title),
        published,
        year,
        url: get(Field::Url),
        publisher: get(Field::Publisher),
        byline: get(Field::Byline),
        language: get(Field::Language),
    };
    (given, warning)
}

/// A day of publication in words: the day, or the year alone, or a warning that it is neither.
pub(super) fn publication(
    words: Option<&str>,
    source: &str,
    cues: &Cues,
) -> (Option<Date>, Option<i16>, Option<InputError>) {
    let Some(words) = words.map(str::trim).filter(|w| !w.is_empty()) else { return (None, None, None) };
    match (dates::read_date(words, cues), dates::read_year(words)) {
        (None, None) => (None, None, Some(InputError::new(source, Reason::Date(words.to_owned())))),
        (date, year) => (date, year, None),
    }
}

/// The file's text, in the encoding given, or declared in its front matter, or UTF-8.
pub(super) fn decoded(bytes: Vec<u8>, encoding: Option<&'static Encoding>, cues: &Cues) -> Result<String, Reason> {
    if bytes.is_empty() {
        return Err(Reason::Empty);
    }
    let encoding = match encoding {
        None => declared(&bytes, cues).map(|label| decode::by_label(&label)).transpose()?,
        given => given,
    };
    decode::decode(bytes, encoding)
}

/// Front matter names its own encoding in ASCII, which nearly all encodings share.
fn declared(bytes: &[u8], cues: &Cues) -> Option<String> {
    let head = &bytes[..bytes.len().min(2048)];
    let ascii: String = head.iter().map(|&b| if b.is_ascii() { char::from(b) } else { '?' }).collect();
    FrontMatter::of(&ascii, cues).get(Field::Encoding).map(str::to_owned)
}
