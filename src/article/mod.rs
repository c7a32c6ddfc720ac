//! Articles, and a reader for each kind of input.

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
    pub text: Arc<str>,
    /// The parts of `text` that are analysed, in order, without overlap.
    pub blocks: Vec<Block>,
}
