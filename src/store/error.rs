//! What can go wrong with a store, in words that name its folder.

use crate::graph::GraphError;
use crate::ontology::shapes::ShapesError;
use oxigraph::store::StorageError;
use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("no store at `{}`: `entente build --store {} INPUT…` makes one", .0.display(), .0.display())]
    Missing(PathBuf),
    #[error("`{}` holds other files and no store: name a folder that is empty or does not exist yet", .0.display())]
    Foreign(PathBuf),
    #[error("`{}` is there already: name a folder that does not exist yet", .0.display())]
    Taken(PathBuf),
    #[error("the store `{}` is in use by another process: one at a time may write to it, and only while nobody reads it", .0.display())]
    Locked(PathBuf),
    #[error("the store `{}` cannot be written to: {reason}", .path.display())]
    ReadOnly { path: PathBuf, reason: String },
    #[error("the store `{}` was written in version {found} of its layout, and this program knows version {known}: build it again from the articles", .path.display())]
    Version { path: PathBuf, found: String, known: u32 },
    #[error("`{}` holds a graph of another program: name a folder that is empty or does not exist yet", .0.display())]
    Unmarked(PathBuf),
    #[error("the store `{}` names its things under `{found}`, not `{asked}`: leave out the base or take another folder", .path.display())]
    Base { path: PathBuf, found: String, asked: String },
    #[error("cannot open `{}`: this build of the program keeps stores in memory only (feature `disk`)", .0.display())]
    NoDisk(PathBuf),
    #[error("cannot {doing} the store `{}`: {source}", .path.display())]
    Storage { doing: &'static str, path: PathBuf, source: StorageError },
    #[error("cannot read `{}`: {source}", .path.display())]
    Folder { path: PathBuf, source: std::io::Error },
    #[error(transparent)]
    Graph(#[from] GraphError),
    #[error(transparent)]
    Shapes(#[from] ShapesError),
}

impl StoreError {
    /// Tells a lock held by somebody else, a folder without permission and a store that is not made yet from other failures, which
    /// RocksDB gives in words alone.
    pub(super) fn storage(doing: &'static str, path: &Path, source: StorageError) -> Self {
        let path = path.to_owned();
        let message = source.to_string();
        let says = |words: &[&str]| words.iter().any(|w| message.contains(w));
        if says(&["Permission denied", "Read-only file system"]) {
            Self::ReadOnly { path, reason: "permission denied or a read-only file system".to_owned() }
        } else if says(&["No space left", "Disk quota exceeded"]) {
            Self::ReadOnly { path, reason: "no space left on the disk".to_owned() }
        } else if says(&["lock hold by current process", "While lock file", "Resource temporarily unavailable"]) {
            Self::Locked(path)
        } else if doing == "open" && says(&["Column family not found", "Inserts are only possible on read-write"]) {
            // Somebody was killed while making it, before anything was in it; whoever opens it for writing makes the rest.
            Self::Missing(path)
        } else {
            Self::Storage { doing, path, source }
        }
    }
}
