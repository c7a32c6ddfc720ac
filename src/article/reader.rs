//! Reads sources one article at a time.

use super::cues::Cues;
use super::inputs::{Inputs, Source};
use super::{Article, InputError, Outcome, Reason, markdown, plain, records};
use encoding_rs::Encoding;
use jiff::civil::Date;
use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::fs::File;
use std::hash::{Hash, Hasher};
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The most bytes that one article, file or record, may have; longer ones are errors and are not read into memory.
pub const MAX_BYTES: usize = 4 << 20;

/// A kind of input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One article in plain text.
    Text,
    /// One article in Markdown.
    Markdown,
    /// One article a line, as a JSON object.
    Jsonl,
}

/// What file names end in, by kind.
const ENDINGS: [(&str, Format); 6] = [
    ("txt", Format::Text),
    ("text", Format::Text),
    ("md", Format::Markdown),
    ("markdown", Format::Markdown),
    ("jsonl", Format::Jsonl),
    ("ndjson", Format::Jsonl),
];

impl Format {
    /// The kind that a file's name tells.
    pub fn of_path(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        ENDINGS.iter().find(|(name, _)| *name == ending).map(|&(_, format)| format)
    }

    /// The kind that the beginning of a file tells.
    fn of_content(start: &[u8]) -> Self {
        let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
        if start.starts_with(b"{") {
            Self::Jsonl
        } else if start.starts_with(b"---\n") || start.starts_with(b"# ") {
            Self::Markdown
        } else {
            Self::Text
        }
    }

    pub(super) fn endings() -> String {
        ENDINGS.map(|(name, _)| format!(".{name}")).join(", ")
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "text" => Ok(Self::Text),
            "markdown" => Ok(Self::Markdown),
            "jsonl" => Ok(Self::Jsonl),
            _ => Err("expected `text`, `markdown` or `jsonl`".to_owned()),
        }
    }
}

/// How to read, where an input does not say it itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Kind of every input, whatever its name.
    pub format: Option<Format>,
    /// Encoding of text and Markdown without a byte order mark.
    pub encoding: Option<&'static Encoding>,
    /// Day of publication of articles that do not tell theirs.
    pub date: Option<Date>,
    /// Whether a record must name an actor.
    pub parties: bool,
}

impl Options {
    /// The encoding of this name in the WHATWG's list, such as `windows-1252`.
    pub fn encoding(label: &str) -> Result<&'static Encoding, Reason> {
        super::decode::by_label(label)
    }
}

/// Articles of all sources, in order. An input that cannot be read, or a record of it, is an error in its place.
pub struct Reader {
    inputs: Inputs,
    options: Options,
    cues: Arc<Cues>,
    records: Option<Records>,
    /// Hashes of the ids given so far: eight bytes an article.
    ids: HashSet<u64>,
    /// An article that waits until the warning about it is out.
    held: Option<Article>,
    bytes_read: Arc<AtomicU64>,
}

impl Reader {
    pub fn new(inputs: Inputs, options: Options, cues: Arc<Cues>) -> Self {
        Self { inputs, options, cues, records: None, ids: HashSet::new(), held: None, bytes_read: Arc::default() }
    }

    /// Counts the bytes read so far, to show progress from another thread.
    pub fn bytes_read(&self) -> Arc<AtomicU64> {
        self.bytes_read.clone()
    }

    fn open(&mut self, source: &Source) -> Option<Outcome> {
        let name = source.name();
        let fail = |error: io::Error| Some(Err(InputError::new(&name, error.into())));
        let stream: Box<dyn Read + Send> = match source {
            Source::Stdin => Box::new(io::stdin()),
            Source::File(path) => match File::open(path) {
                Ok(file) => Box::new(file),
                Err(error) => return fail(error),
            },
        };
        let mut stream = Counted { stream, count: self.bytes_read.clone() };
        let named =
            self.options.format.or_else(|| if let Source::File(path) = source { Format::of_path(path) } else { None });
        let start = match if named.is_some() { Ok(Vec::new()) } else { beginning(&mut stream) } {
            Ok(start) => start,
            Err(error) => return fail(error),
        };
        let format = named.unwrap_or_else(|| Format::of_content(&start));
        let stream = Cursor::new(start).chain(stream);
        match format {
            Format::Jsonl => {
                self.records = Some(Records::new(name, Box::new(BufReader::with_capacity(1 << 16, stream))));
                None
            }
            Format::Text | Format::Markdown => Some(self.single(source, format, stream)),
        }
    }

    fn single(&self, source: &Source, format: Format, stream: impl Read) -> Outcome {
        let name = source.name();
        let mut bytes = Vec::new();
        stream.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(|e| InputError::new(&name, e.into()))?;
        if bytes.len() > MAX_BYTES {
            return Err(InputError::new(&name, Reason::TooLong { limit: MAX_BYTES }));
        }
        let Options { encoding, date, .. } = self.options;
        match format {
            Format::Markdown => markdown::read(&name, bytes, encoding, date, &self.cues),
            Format::Text | Format::Jsonl => plain::read(&name, bytes, encoding, date, &self.cues),
        }
    }

    /// The next record of the open source, or nothing when it is at its end.
    fn record(&mut self) -> Option<Outcome> {
        let records = self.records.as_mut()?;
        match records.next() {
            Some(Ok(())) => Some(records::read(&records.name, records.line, &records.bytes, &self.options, &self.cues)),
            Some(Err(reason)) => {
                let error = InputError::at_line(&records.name, records.line, reason);
                if matches!(error.reason, Reason::Io(_)) {
                    self.records = None;
                }
                Some(Err(error))
            }
            None => {
                let empty = (records.records == 0).then(|| Err(InputError::new(&records.name, Reason::Empty)));
                self.records = None;
                empty
            }
        }
    }

    /// The warning first, if there is one, and then the article.
    fn give(&mut self, source: &str, read: Outcome) -> Result<Article, InputError> {
        let (article, warning) = read?;
        let article = self.admit(source, article)?;
        match warning {
            None => Ok(article),
            Some(warning) => {
                self.held = Some(article);
                Err(warning)
            }
        }
    }

    /// Refuses a second article of the same id: it would take the place of the first.
    fn admit(&mut self, source: &str, article: Article) -> Result<Article, InputError> {
        let mut hasher = DefaultHasher::new();
        article.id.hash(&mut hasher);
        if self.ids.insert(hasher.finish()) {
            return Ok(article);
        }
        let line = self.records.as_ref().map(|r| r.line);
        Err(InputError { line, ..InputError::new(source, Reason::DuplicateId(article.id)) })
    }
}

impl Iterator for Reader {
    type Item = Result<Article, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(article) = self.held.take() {
            return Some(Ok(article));
        }
        loop {
            let (source, read) = match &self.records {
                Some(records) => (records.name.clone(), self.record()),
                None => match self.inputs.next()? {
                    Ok(source) => (source.name(), self.open(&source)),
                    Err(error) => return Some(Err(error)),
                },
            };
            if let Some(read) = read {
                return Some(self.give(&source, read));
            }
        }
    }
}

/// The lines of a file of records, one in memory at a time.
struct Records {
    name: String,
    stream: Box<dyn BufRead + Send>,
    /// Number of the line in `bytes`, from 1.
    line: usize,
    bytes: Vec<u8>,
    /// Lines that were not blank.
    records: usize,
}

impl Records {
    fn new(name: String, stream: Box<dyn BufRead + Send>) -> Self {
        Self { name, stream, line: 0, bytes: Vec::new(), records: 0 }
    }

    /// Puts the next line that is not blank into `bytes`.
    fn next(&mut self) -> Option<Result<(), Reason>> {
        loop {
            self.line += 1;
            match self.read_line() {
                Ok(Some(true)) => {}
                Ok(Some(false)) => {
                    self.records += 1;
                    return Some(Err(Reason::TooLong { limit: MAX_BYTES }));
                }
                Ok(None) => return None,
                Err(error) => {
                    self.records += 1;
                    return Some(Err(error.into()));
                }
            }
            let length = self.bytes.trim_ascii_end().len();
            self.bytes.truncate(length);
            if self.line == 1 && self.bytes.starts_with(b"\xef\xbb\xbf") {
                self.bytes.drain(..3);
            }
            if !self.bytes.trim_ascii().is_empty() {
                self.records += 1;
                return Some(Ok(()));
            }
        }
    }

    /// Reads a line; false when it was longer than an article may be, and is now skipped. None at the end.
    fn read_line(&mut self) -> io::Result<Option<bool>> {
        self.bytes.clear();
        let read = (&mut self.stream).take(MAX_BYTES as u64 + 1).read_until(b'\n', &mut self.bytes)?;
        if read <= MAX_BYTES {
            return Ok((read > 0).then_some(true));
        }
        if self.bytes.last() != Some(&b'\n') {
            self.bytes = Vec::new();
            skip_line(&mut self.stream)?;
        }
        Ok(Some(false))
    }
}

/// Passes over the rest of a line without holding it.
fn skip_line(stream: &mut dyn BufRead) -> io::Result<()> {
    loop {
        let buffer = stream.fill_buf()?;
        let end = buffer.iter().position(|&b| b == b'\n');
        let (length, done) = (end.map_or(buffer.len(), |i| i + 1), end.is_some() || buffer.is_empty());
        stream.consume(length);
        if done {
            return Ok(());
        }
    }
}

/// Enough of a stream to tell its kind: up to the first byte that is not white space, and some more if it is there.
fn beginning(stream: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    let mut buffer = [0; 4096];
    while start.trim_ascii_start().len() < 4 && start.len() < MAX_BYTES {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => start.extend_from_slice(&buffer[..n]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(start)
}

/// Adds up what is read.
struct Counted<R> {
    stream: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.stream.read(buffer)?;
        self.count.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}
