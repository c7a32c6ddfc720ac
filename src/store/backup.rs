//! Copies of a store, also while it is in use.
//!
//! Whoever holds the store takes a checkpoint. When another process holds it, its files are copied as they are: tables are
//! never changed once written, and logs only grow. The copy is whole if the manifest, which says what files count, is the same
//! after the logs were copied as before; otherwise it is begun anew. In the end it is opened, which reads the logs.

use super::error::StoreError;
use super::{Store, folder};
use oxigraph::store::StorageError;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// So often a copy is begun anew while another process rewrites the files.
const ATTEMPTS: usize = 20;

impl Store {
    /// Writes a copy of the store into a folder that does not exist yet. Others may go on reading and writing.
    pub fn backup(&self, target: &Path) -> Result<(), StoreError> {
        is_free(target)?;
        folder::checkpoint(&self.inner, target).map_err(|e| StoreError::storage("write", target, e))
    }
}

/// Copies the store in a folder, whoever holds it, into one that does not exist yet.
pub fn backup(source: &Path, target: &Path) -> Result<(), StoreError> {
    match Store::open_existing(source) {
        Ok(store) => store.backup(target),
        Err(StoreError::Locked(_)) => copy_in_use(source, target),
        Err(error) => Err(error),
    }
}

fn is_free(target: &Path) -> Result<(), StoreError> {
    match target.try_exists() {
        Ok(false) => Ok(()),
        Ok(true) => Err(StoreError::Taken(target.to_owned())),
        Err(source) => Err(StoreError::Folder { path: target.to_owned(), source }),
    }
}

fn copy_in_use(source: &Path, target: &Path) -> Result<(), StoreError> {
    is_free(target)?;
    let failed = |error: io::Error| StoreError::storage("copy", source, StorageError::Io(error));
    for _ in 0..ATTEMPTS {
        match copy(source, target) {
            Ok(true) => return Store::open_existing(target).map(drop),
            Ok(false) => (),
            // A file that the other process has just done away with.
            Err(error) if error.kind() == ErrorKind::NotFound => (),
            Err(error) => return Err(failed(error)),
        }
        fs::remove_dir_all(target).map_err(failed)?;
    }
    Err(failed(io::Error::other("its files change too quickly: try again later")))
}

/// Returns whether the files that count stayed the same meanwhile.
fn copy(source: &Path, target: &Path) -> io::Result<bool> {
    fs::create_dir_all(target)?;
    let before = manifest(source)?;
    for file in files(source, |name| name.ends_with(".sst"))? {
        copy_file(&file, target)?;
    }
    // In the order of their numbers, so that no later log is there without all of the earlier.
    for file in files(source, |name| name.ends_with(".log"))? {
        copy_file(&file, target)?;
    }
    for file in files(source, |name| name.starts_with("OPTIONS-") || name == "IDENTITY")? {
        copy_file(&file, target)?;
    }
    let (name, content) = &before;
    fs::write(target.join(name), content)?;
    fs::write(target.join("CURRENT"), format!("{name}\n"))?;
    Ok(before == manifest(source)?)
}

/// Name and content of the file that says what files count.
fn manifest(source: &Path) -> io::Result<(String, Vec<u8>)> {
    let name = fs::read_to_string(source.join("CURRENT"))?.trim().to_owned();
    let content = fs::read(source.join(&name))?;
    Ok((name, content))
}

fn files(folder: &Path, wanted: impl Fn(&str) -> bool) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if wanted(&entry.file_name().to_string_lossy()) {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

fn copy_file(file: &Path, target: &Path) -> io::Result<()> {
    let name = file.file_name().ok_or(ErrorKind::NotFound)?;
    fs::copy(file, target.join(name)).map(drop)
}
