//! From what the user names to single sources: folders are walked, globs expanded.

use super::cues::Cues;
use super::reader::Format;
use super::{InputError, Reason};
use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Something to read articles from, as named on a command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    Stdin,
    /// A file, a folder or, when there is no such path, a pattern of paths.
    Path(PathBuf),
}

impl Input {
    /// `-` is standard input, everything else a path or pattern.
    pub fn new(argument: impl Into<PathBuf>) -> Self {
        let path = argument.into();
        if path.as_os_str() == "-" { Self::Stdin } else { Self::Path(path) }
    }
}

/// One file or stream of articles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    Stdin,
    /// The path, without `./` in front.
    File(PathBuf),
}

impl Source {
    /// How messages name it: the path as the user gave it.
    pub fn name(&self) -> String {
        match self {
            Self::Stdin => "<stdin>".to_owned(),
            Self::File(path) => shown(path),
        }
    }
}

/// The sources of a list of inputs, in the order given; files of a folder sorted by name, folders among them. No more than the
/// folders on the way to the current file are held in memory.
pub struct Inputs {
    cues: Arc<Cues>,
    /// What is still to be seen, the next one last.
    waiting: Vec<Waiting>,
    /// Folders entered so far: a link back to one of them is not followed again.
    entered: HashSet<Identity>,
    /// How many results were given so far.
    given: usize,
}

enum Waiting {
    Given(Input),
    Found(PathBuf),
    Failed(InputError),
    /// A folder that the user named was walked; before it, this many results had been given.
    End(PathBuf, usize),
}

impl Inputs {
    pub fn new(inputs: &[Input], cues: Arc<Cues>) -> Self {
        let waiting = inputs.iter().rev().cloned().map(Waiting::Given).collect();
        Self { cues, waiting, entered: HashSet::new(), given: 0 }
    }

    /// Bytes in all files that can be seen, to measure progress by; none if there is a source without a size.
    pub fn total_bytes(inputs: &[Input], cues: Arc<Cues>) -> Option<u64> {
        Self::new(inputs, cues).filter_map(Result::ok).try_fold(0, |sum, source| match source {
            Source::File(path) => fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|m| sum + m.len()),
            Source::Stdin => None,
        })
    }

    fn given(&mut self, input: Input) -> Option<Result<Source, InputError>> {
        let Input::Path(path) = input else { return Some(Ok(Source::Stdin)) };
        match fs::metadata(&path) {
            Ok(data) if data.is_dir() => self.enter(&path),
            // A pipe or device that the user names is read; in a folder it is not.
            Ok(_) => Some(Ok(Source::File(tidy(&path)))),
            Err(_) if path.is_symlink() => Some(fail(&path, Reason::BrokenLink)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.pattern(&path),
            Err(error) => Some(fail(&path, error.into())),
        }
    }

    /// Expands a pattern; a path without `*`, `?` or `[` is a file that is missing.
    fn pattern(&mut self, path: &Path) -> Option<Result<Source, InputError>> {
        let Some(pattern) = path.to_str().filter(|p| p.contains(['*', '?', '['])) else {
            return Some(fail(path, Reason::Missing));
        };
        let matches = match glob::glob(pattern) {
            Ok(matches) => matches,
            Err(error) => return Some(fail(path, Reason::Pattern(error.msg.to_owned()))),
        };
        let mut found: Vec<Waiting> = matches
            .map(|m| match m {
                Ok(path) => Waiting::Given(Input::Path(path)),
                Err(error) => Waiting::Failed(InputError::new(&shown(error.path()), error_of(&error).into())),
            })
            .collect();
        if found.is_empty() {
            return Some(fail(path, Reason::NoMatch));
        }
        found.reverse();
        self.waiting.extend(found);
        None
    }

    /// Puts a folder's files in line. A folder that the user named must hold some, in it or below.
    fn enter(&mut self, folder: &Path) -> Option<Result<Source, InputError>> {
        self.waiting.push(Waiting::End(folder.to_owned(), self.given));
        self.list(folder).err().map(|error| fail(folder, error.into()))
    }

    fn list(&mut self, folder: &Path) -> io::Result<()> {
        if !self.entered.insert(identity(folder)?) {
            return Ok(());
        }
        let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
        entries.retain(|entry| !entry.file_name().to_string_lossy().starts_with('.'));
        entries.sort_unstable_by_key(fs::DirEntry::file_name);
        for entry in entries.iter().rev() {
            let path = entry.path();
            let kind = entry.file_type()?;
            if kind.is_dir() || (kind.is_symlink() && path.is_dir()) || self.is_article(&path) {
                self.waiting.push(Waiting::Found(path));
            }
        }
        Ok(())
    }

    fn is_article(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Format::of_path(path).is_some() && !self.cues.describes_folder(&name)
    }

    /// A file or folder inside a folder.
    fn found(&mut self, path: &Path) -> Option<Result<Source, InputError>> {
        match fs::metadata(path) {
            Ok(data) if data.is_dir() => self.list(path).err().map(|error| fail(path, error.into())),
            Ok(data) if data.is_file() => Some(Ok(Source::File(tidy(path)))),
            Ok(_) => Some(fail(path, Reason::NotRegular)),
            Err(_) if path.is_symlink() => Some(fail(path, Reason::BrokenLink)),
            Err(error) => Some(fail(path, error.into())),
        }
    }
}

impl Iterator for Inputs {
    type Item = Result<Source, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let next = match self.waiting.pop()? {
                Waiting::Given(input) => self.given(input),
                Waiting::Found(path) => self.found(&path),
                Waiting::Failed(error) => Some(Err(error)),
                Waiting::End(folder, before) => {
                    (self.given == before).then(|| fail(&folder, Reason::NoArticles(Format::endings())))
                }
            };
            if next.is_some() {
                self.given += 1;
                return next;
            }
        }
    }
}

/// What tells a folder from all others, by whatever path it was reached: device and number.
#[cfg(unix)]
type Identity = (u64, u64);

#[cfg(unix)]
fn identity(folder: &Path) -> io::Result<Identity> {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(folder).map(|data| (data.dev(), data.ino()))
}

#[cfg(not(unix))]
type Identity = PathBuf;

#[cfg(not(unix))]
fn identity(folder: &Path) -> io::Result<Identity> {
    fs::canonicalize(folder)
}

fn fail(path: &Path, reason: Reason) -> Result<Source, InputError> {
    Err(InputError::new(&shown(path), reason))
}

fn error_of(error: &glob::GlobError) -> io::Error {
    io::Error::new(error.error().kind(), error.error().to_string())
}

fn tidy(path: &Path) -> PathBuf {
    path.strip_prefix(".").map_or_else(|_| path.to_owned(), Path::to_owned)
}

fn shown(path: &Path) -> String {
    tidy(path).to_string_lossy().into_owned()
}
