//! Articles, and a reader for each kind of input.
//!
//! [`Inputs`] turns what a user names (files, folders, globs, `-`) into single sources, [`Reader`] reads those one article
//! at a time, with memory bounded by the largest article. A source or record that cannot be read is an [`InputError`] in
//! the place of its articles; the rest goes on.

mod cues;
mod dateline;
mod dates;
mod decode;
mod error;
mod front_matter;
mod inputs;
mod layout;
mod markdown;
mod plain;
mod reader;
mod records;

pub use cues::Cues;
pub use dates::read_date;
pub use error::{InputError, Reason};
pub use inputs::{Input, Inputs, Source};
pub use reader::{Format, MAX_BYTES, Options, Reader};

use crate::text::Block;
use jiff::civil::Date;
use std::sync::Arc;

/// An article as it was read: its text unchanged, and what is known beside it.
#[derive(Clone, Debug)]
pub struct Article {
    /// The record's id, or the file's path as the user gave it.
    pub id: String,
    pub title: Option<String>,
    /// Day of publication; none when neither record, front matter, dateline nor option gives it.
    pub published: Option<Date>,
    pub url: Option<String>,
    pub publisher: Option<String>,
    pub byline: Option<String>,
    pub language: Option<String>,
    /// Who did something to whom, where the record says it.
    pub parties: Option<Parties>,
    pub text: Arc<str>,
    /// The parts of `text` that are analysed, in order, without overlap.
    pub blocks: Vec<Block>,
}

/// The words that name the two parties of an event, as a record gives them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parties {
    pub actor: String,
    pub recipient: Option<String>,
}

/// An article as a reader gives it, with a warning about it if there is one.
type Outcome = Result<(Article, Option<InputError>), InputError>;

impl Article {
    /// A text without anything known beside it, cut into its blocks. For a sentence, or a text from another program.
    pub fn from_text(id: impl Into<String>, text: impl Into<Arc<str>>, cues: &Cues) -> Self {
        plain::article(id.into(), text.into(), plain::Given::default(), None, cues)
    }
}
