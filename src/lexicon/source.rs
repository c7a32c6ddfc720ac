//! Files of knowledge as they are read, and errors that name the place in them.

use std::path::Path;

/// A file of `data/`, embedded or read from a folder: its path below `data/` and its text.
#[derive(Clone, Debug)]
pub struct DataFile {
    pub path: String,
    pub text: String,
}

impl DataFile {
    pub fn embedded(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// One file of a folder laid out as `data/` is.
    pub fn read(data: &Path, path: &str) -> Result<Self, DataError> {
        let text = std::fs::read_to_string(data.join(path)).map_err(|e| DataError::io(&data.join(path), &e))?;
        Ok(Self { path: path.to_owned(), text })
    }

    /// The TOML files below a folder, in the order of their paths, named relative to `root`.
    pub fn read_toml(root: &Path, folder: &Path) -> Result<Vec<Self>, DataError> {
        let mut files = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            let entries = std::fs::read_dir(&folder).map_err(|e| DataError::io(&folder, &e))?;
            for entry in entries {
                let path = entry.map_err(|e| DataError::io(&folder, &e))?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|e| e == "toml") {
                    let text = std::fs::read_to_string(&path).map_err(|e| DataError::io(&path, &e))?;
                    let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                    files.push(Self { path: name, text });
                }
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }

    /// Reads TOML into a type; the error names line and column.
    pub fn parse<T: serde::de::DeserializeOwned>(&self) -> Result<T, DataError> {
        toml::from_str(&self.text).map_err(|e| self.error_at(e.span().map_or(0, |s| s.start), e.message()))
    }

    /// An error at a byte of this file.
    pub fn error_at(&self, byte: usize, message: &str) -> DataError {
        let (line, column) = line_and_column(&self.text, byte);
        DataError { message: format!("{}:{line}:{column}: {message}", self.path) }
    }
}

/// What is wrong with a file of knowledge, and where: `rules/events/visit.toml:3:9: …`.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct DataError {
    pub message: String,
}

impl DataError {
    /// A file that has to be there and is not.
    pub fn missing(path: &str) -> Self {
        Self { message: format!("{path}: no such file of knowledge") }
    }

    fn io(path: &Path, error: &std::io::Error) -> Self {
        Self { message: format!("{}: {error}", path.display()) }
    }
}

/// Line and column, both from 1 and in code points, of a byte offset.
pub fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let before = &text.as_bytes()[..byte.min(text.len())];
    let line = before.iter().filter(|&&b| b == b'\n').count() + 1;
    let start = before.iter().rposition(|&b| b == b'\n').map_or(0, |i| i + 1);
    let column = String::from_utf8_lossy(&before[start..]).chars().count() + 1;
    (line, column)
}
