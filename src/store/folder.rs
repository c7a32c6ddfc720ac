//! Stores on disk: RocksDB, when the program is built with it.

use super::error::StoreError;
use oxigraph::store::StorageError;
use std::io::ErrorKind;
use std::path::Path;

type Inner = oxigraph::store::Store;

/// The file that every RocksDB database has.
const MARK: &str = "CURRENT";

/// Whether a store can be opened or made here: the folder holds one, is empty, or does not exist.
pub(super) fn is_free_or_store(path: &Path) -> Result<(), StoreError> {
    let mut entries = match std::fs::read_dir(path) {
        Ok(entries) => entries,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(StoreError::Folder { path: path.to_owned(), source }),
    };
    if entries.next().is_none() || path.join(MARK).exists() || was_interrupted(path) {
        Ok(())
    } else {
        Err(StoreError::Foreign(path.to_owned()))
    }
}

/// Whether a process was killed while it made a store here, before the mark was written.
fn was_interrupted(path: &Path) -> bool {
    path.join("LOCK").exists() && path.join("LOG").exists()
}

/// Whether a store is here.
pub(super) fn is_store(path: &Path) -> Result<(), StoreError> {
    match path.join(MARK).try_exists() {
        Ok(true) => Ok(()),
        Ok(false) => Err(StoreError::Missing(path.to_owned())),
        Err(source) => Err(StoreError::Folder { path: path.to_owned(), source }),
    }
}

#[cfg(feature = "disk")]
pub(super) fn open(path: &Path) -> Result<Inner, StoreError> {
    std::fs::create_dir_all(path).map_err(|e| StoreError::storage("make", path, e.into()))?;
    Inner::open(path).map_err(|e| StoreError::storage("open", path, e))
}

#[cfg(feature = "disk")]
pub(super) fn open_read_only(path: &Path) -> Result<Inner, StoreError> {
    Inner::open_read_only(path).map_err(|e| StoreError::storage("open", path, e))
}

#[cfg(feature = "disk")]
pub(super) fn flush(store: &Inner) -> Result<(), StorageError> {
    store.flush()
}

#[cfg(feature = "disk")]
pub(super) fn optimize(store: &Inner) -> Result<(), StorageError> {
    store.optimize()
}

#[cfg(not(feature = "disk"))]
pub(super) fn optimize(_: &Inner) -> Result<(), StorageError> {
    Ok(())
}

#[cfg(not(feature = "disk"))]
pub(super) fn open(path: &Path) -> Result<Inner, StoreError> {
    Err(StoreError::NoDisk(path.to_owned()))
}

#[cfg(not(feature = "disk"))]
pub(super) fn open_read_only(path: &Path) -> Result<Inner, StoreError> {
    Err(StoreError::NoDisk(path.to_owned()))
}

#[cfg(not(feature = "disk"))]
pub(super) fn flush(_: &Inner) -> Result<(), StorageError> {
    Ok(())
}
