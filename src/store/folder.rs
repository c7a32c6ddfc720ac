//! Stores on disk: RocksDB, when the program is built with it.
//!
//! RocksDB keeps out a second writer, but lets readers in while somebody writes, which it calls undefined. A lock file of
//! our own therefore lets in one writer, or any number of readers.

use super::error::StoreError;
use oxigraph::store::StorageError;
use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;

type Inner = oxigraph::store::Store;

/// The file that every RocksDB database has.
const MARK: &str = "CURRENT";
/// Locked by whoever has the store open.
const LOCK: &str = "entente.lock";

/// Bytes of the log that the next to open the store may have to read.
#[cfg(feature = "disk")]
const LONGEST_LOG: u64 = 2 << 20;

/// A store that is open, and the lock that is held meanwhile.
pub(super) struct Opened {
    pub inner: Inner,
    pub lock: Option<File>,
}

/// Whether a store can be opened or made here: the folder holds one, is empty, or does not exist.
pub(super) fn is_free_or_store(path: &Path) -> Result<(), StoreError> {
    let entries = match std::fs::read_dir(path) {
        Ok(entries) => entries,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(StoreError::Folder { path: path.to_owned(), source }),
    };
    let mut names = entries.filter_map(Result::ok).map(|e| e.file_name().to_string_lossy().into_owned());
    if path.join(MARK).exists() || names.all(|name| is_of_unfinished(&name)) {
        Ok(())
    } else {
        Err(StoreError::Foreign(path.to_owned()))
    }
}

/// Whether a file is one that a process leaves that was killed while it made a store, before the mark was written.
fn is_of_unfinished(name: &str) -> bool {
    ["LOCK", "LOG", "IDENTITY", "MANIFEST-", "OPTIONS-", LOCK].iter().any(|start| name.starts_with(start))
        || name.ends_with(".dbtmp")
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
pub(super) fn open(path: &Path) -> Result<Opened, StoreError> {
    std::fs::create_dir_all(path).map_err(|e| StoreError::storage("make", path, e.into()))?;
    let lock = File::options().create(true).truncate(false).write(true).open(path.join(LOCK));
    let lock = lock.map_err(|e| StoreError::storage("open", path, e.into()))?;
    locked(path, lock.try_lock())?;
    let inner = Inner::open(path).map_err(|e| StoreError::storage("open", path, e))?;
    Ok(Opened { inner, lock: Some(lock) })
}

#[cfg(feature = "disk")]
pub(super) fn open_read_only(path: &Path) -> Result<Opened, StoreError> {
    let lock = match File::open(path.join(LOCK)) {
        Ok(lock) => Some(lock),
        // A store that was copied here without it: nobody to keep out.
        Err(e) if e.kind() == ErrorKind::NotFound => None,
        Err(e) => return Err(StoreError::storage("open", path, e.into())),
    };
    if let Some(lock) = &lock {
        locked(path, lock.try_lock_shared())?;
    }
    let inner = Inner::open_read_only(path).map_err(|e| StoreError::storage("open", path, e))?;
    Ok(Opened { inner, lock })
}

#[cfg(feature = "disk")]
fn locked(path: &Path, result: Result<(), std::fs::TryLockError>) -> Result<(), StoreError> {
    use std::fs::TryLockError;
    match result {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked(path.to_owned())),
        // A file system without locks, where RocksDB's own has to do.
        Err(TryLockError::Error(e)) if e.kind() == ErrorKind::Unsupported => Ok(()),
        Err(TryLockError::Error(e)) => Err(StoreError::storage("open", path, e.into())),
    }
}

/// A copy of the store as it now is; its tables are shared with the copy where the file system can.
#[cfg(feature = "disk")]
pub(super) fn checkpoint(store: &Inner, target: &Path) -> Result<(), StorageError> {
    store.backup(target)
}

#[cfg(not(feature = "disk"))]
pub(super) fn checkpoint(_: &Inner, _: &Path) -> Result<(), StorageError> {
    Err(StorageError::Io(std::io::Error::other("a store in memory cannot be copied")))
}

/// Writes everything to the disk. RocksDB makes files of what it holds in memory, for each of its eleven tables, and may wait
/// until others have been merged. All of it stands in its log, though, so that of little it is enough to write that through;
/// whoever opens the store next reads it.
#[cfg(feature = "disk")]
pub(super) fn flush(store: &Inner, path: Option<&Path>) -> Result<(), StorageError> {
    match path.map(logs).transpose()? {
        Some((logs, bytes)) if bytes <= LONGEST_LOG => Ok(logs.iter().try_for_each(File::sync_data)?),
        _ => store.flush(),
    }
}

/// The logs in a folder, with the folder itself, and their bytes.
#[cfg(feature = "disk")]
fn logs(folder: &Path) -> std::io::Result<(Vec<File>, u64)> {
    let (mut files, mut bytes) = (Vec::new(), 0);
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "log") {
            let file = File::open(path)?;
            bytes += file.metadata()?.len();
            files.push(file);
        }
    }
    // Elsewhere a folder is no file that can be opened.
    if cfg!(unix) {
        files.push(File::open(folder)?);
    }
    Ok((files, bytes))
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
pub(super) fn open(path: &Path) -> Result<Opened, StoreError> {
    Err(StoreError::NoDisk(path.to_owned()))
}

#[cfg(not(feature = "disk"))]
pub(super) fn open_read_only(path: &Path) -> Result<Opened, StoreError> {
    Err(StoreError::NoDisk(path.to_owned()))
}

#[cfg(not(feature = "disk"))]
pub(super) fn flush(_: &Inner, _: Option<&Path>) -> Result<(), StorageError> {
    Ok(())
}
