//! Records of one article a line (JSONL).

use super::cues::Cues;
use super::plain::{self, Given};
use super::{Article, InputError, Options, Outcome, Parties, Reason};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::sync::Arc;

/// A line of the file. Fields that are not known are passed over, so that annotated data can be read as it is.
#[derive(Deserialize)]
struct Record {
    id: Option<Id>,
    text: Option<Arc<str>>,
    title: Option<String>,
    published: Option<String>,
    /// Another name for `published` that many collections use.
    date: Option<Words>,
    url: Option<String>,
    publisher: Option<String>,
    byline: Option<String>,
    language: Option<String>,
    actor: Option<Words>,
    recipient: Option<Words>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Words(String),
    Number(serde_json::Number),
}

/// A string; anything else is as good as nothing.
#[derive(Deserialize)]
#[serde(untagged)]
enum Words {
    String(String),
    Other(IgnoredAny),
}

impl Words {
    fn string(self) -> Option<String> {
        if let Self::String(words) = self { Some(words) } else { None }
    }
}

/// Reads one line. `line` counts from 1.
pub(super) fn read(source: &str, line: usize, bytes: &[u8], options: &Options, cues: &Cues) -> Outcome {
    let fail = |reason| InputError::at_line(source, line, reason);
    let record: Record = serde_json::from_str(utf8(bytes).map_err(fail)?).map_err(|e| bad_json(source, line, &e))?;
    let id = match record.id.ok_or_else(|| fail(Reason::NoField("id")))? {
        Id::Words(id) => id,
        Id::Number(id) => id.to_string(),
    };
    let text = record.text.ok_or_else(|| fail(Reason::NoField("text")))?;
    for (name, value) in [("id", &*id), ("text", &*text)] {
        if value.trim().is_empty() {
            return Err(fail(Reason::EmptyField(name)));
        }
    }
    let parties = parties(record.actor, record.recipient);
    if options.parties && parties.is_none() {
        return Err(fail(Reason::NoField("actor")));
    }
    let date_field = record.date.and_then(Words::string);
    let (published, year, warning) = plain::publication(record.published.or(date_field).as_deref(), source, cues);
    let given = Given {
        title: some(record.title),
        published,
        year,
        url: some(record.url),
        publisher: some(record.publisher),
        byline: some(record.byline),
        language: some(record.language),
    };
    let article = Article { parties, ..plain::article(id, text, given, options.date, cues) };
    Ok((article, warning.map(|w| InputError { line: Some(line), ..w })))
}

fn parties(actor: Option<Words>, recipient: Option<Words>) -> Option<Parties> {
    let words = |field: Option<Words>| some(field.and_then(Words::string));
    Some(Parties { actor: words(actor)?, recipient: words(recipient) })
}

/// An empty field says nothing.
fn some(field: Option<String>) -> Option<String> {
    field.filter(|words| !words.trim().is_empty())
}

fn utf8(bytes: &[u8]) -> Result<&str, Reason> {
    std::str::from_utf8(bytes).map_err(|error| {
        let offset = error.valid_up_to();
        Reason::Record(format!("not valid UTF-8: byte 0x{:02x} at offset {offset} of the line", bytes[offset]))
    })
}

fn bad_json(source: &str, line: usize, error: &serde_json::Error) -> InputError {
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
    InputError {
        column: Some(error.column()).filter(|&c| c > 0),
        ..InputError::at_line(source, line, Reason::Record(message))
    }
}
