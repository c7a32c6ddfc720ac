//! What can be wrong with an input, said so that the person who gave it knows where to look.

use std::fmt;
use std::io;

/// A source, or one record of it, that could not be read; or, as a warning, something about it that was passed over.
#[derive(Debug, thiserror::Error)]
#[error("{}: {reason}", Place(.source_name, *.line, *.column))]
pub struct InputError {
    /// The path as the user gave it, `<stdin>` or a glob.
    pub source_name: String,
    /// Line of a file of records, counted from 1.
    pub line: Option<usize>,
    /// Column in that line, counted from 1.
    pub column: Option<usize>,
    pub reason: Reason,
}

impl InputError {
    pub(super) fn new(source_name: &str, reason: Reason) -> Self {
        Self { source_name: source_name.to_owned(), line: None, column: None, reason }
    }

    pub(super) fn at_line(source_name: &str, line: usize, reason: Reason) -> Self {
        Self { line: Some(line), ..Self::new(source_name, reason) }
    }

    /// Whether the article was read nevertheless.
    pub fn is_warning(&self) -> bool {
        matches!(self.reason, Reason::Date(_))
    }
}

/// Why an input could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Reason {
    #[error("{}", io_message(.0))]
    Io(io::Error),
    #[error("no such file or folder")]
    Missing,
    #[error("the link leads nowhere")]
    BrokenLink,
    #[error("not a regular file")]
    NotRegular,
    #[error("no file matches this pattern")]
    NoMatch,
    #[error("not a pattern of file names: {0}")]
    Pattern(String),
    #[error("the folder holds no article (files ending in {0} are read)")]
    NoArticles(String),
    #[error("the file is empty")]
    Empty,
    #[error("a binary file: byte {offset} is zero")]
    Binary { offset: usize },
    #[error("not valid {encoding}: byte 0x{byte:02x} at offset {offset}, line {line}{}", hint(.encoding))]
    Encoding { encoding: &'static str, byte: u8, offset: usize, line: usize },
    #[error("unknown encoding `{0}`")]
    UnknownEncoding(String),
    #[error("longer than {} MiB, the most that one article may have", .limit >> 20)]
    TooLong { limit: usize },
    #[error("not a record: {0}")]
    Record(String),
    #[error("the record has no `{0}`")]
    NoField(&'static str),
    #[error("`{0}` is empty")]
    EmptyField(&'static str),
    #[error("another article of this run already has the id `{0}`")]
    DuplicateId(String),
    #[error("`{0}` is no date (expected YYYY-MM-DD); the article's day of publication stays unknown")]
    Date(String),
}

impl From<io::Error> for Reason {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

fn hint(encoding: &str) -> &'static str {
    if encoding == "UTF-8" { " (another encoding can be named with `--encoding`)" } else { "" }
}

/// The system's message in small letters and without its number.
fn io_message(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// `FILE`, `FILE:LINE` or `FILE:LINE:COLUMN`.
struct Place<'a>(&'a str, Option<usize>, Option<usize>);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)?;
        [self.1, self.2].iter().map_while(|n| *n).try_for_each(|n| write!(f, ":{n}"))
    }
}
