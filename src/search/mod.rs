//! Search by words: names of things, and the text of articles.
//!
//! The index lies in a folder beside the store's files and follows from the store alone. It never has to be made by hand: whoever
//! opens it catches up with what has changed since ([`Store::follow`]), or makes it anew when it is not there or broken. An
//! article gives one document for its text and one for each thing that it names, so that taking it back takes back both.
//!
//! ```
//! use entente::search::Index;
//! use entente::store::Store;
//!
//! let store = Store::in_memory()?;
//! let index = Index::open(&store)?;
//! assert!(index.search(&store, "nobody", 10)?.is_empty());
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```

mod documents;
mod found;
mod things;
mod words;

pub use documents::text;
pub use found::{ArticleFound, Found, Snippet, ThingFound};

use crate::store::{Changes, Store, StoreError};
use documents::Fields;
use oxigraph::model::{NamedNode, Triple};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{fs, io, thread};
use tantivy::directory::MmapDirectory;
use tantivy::directory::error::LockError;
use tantivy::{IndexReader, IndexWriter, ReloadPolicy, TantivyDocument, TantivyError};

/// The folder of the index, in that of the store.
const FOLDER: &str = "search";
/// Written once an index is whole. Another shape of the documents needs another mark.
const WHOLE: &str = "whole 1";
/// Bytes that may be indexed before they are written.
const MEMORY: usize = 64 << 20;
/// How long another process that catches up with the same store is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    #[error("the index for searching failed: {0}")]
    Index(#[from] TantivyError),
    #[error("cannot make `{}`: {source}", .path.display())]
    Folder { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What graphs of articles give to the index; see [`Index::documents`].
#[derive(Default)]
pub struct Documents {
    by_article: HashMap<NamedNode, Vec<TantivyDocument>>,
    bytes: usize,
}

impl Documents {
    /// Adds others. Of two of one article the later count.
    pub fn extend(&mut self, others: Self) {
        self.by_article.extend(others.by_article);
        self.bytes += others.bytes;
    }

    /// About how many bytes of text they hold.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

/// The index of a store.
pub struct Index {
    index: tantivy::Index,
    fields: Fields,
    reader: IndexReader,
    /// Held while writing.
    writing: Mutex<()>,
}

impl Index {
    /// Opens the index of a store and brings it up to date. Where nobody may write, it is made anew in memory if it is not.
    pub fn open(store: &Store) -> Result<Self, SearchError> {
        let Some(folder) = store.path().map(|path| path.join(FOLDER)) else { return Self::of(store) };
        let opened = Self::on_disk(&folder).and_then(|index| {
            index.catch_up(store)?;
            Ok(index)
        });
        match opened {
            Err(error) if error.is_about_permission() => Self::of(store),
            opened => opened,
        }
    }

    fn on_disk(folder: &Path) -> Result<Self, SearchError> {
        let failed = |source| SearchError::Folder { path: folder.to_owned(), source };
        fs::create_dir_all(folder).map_err(failed)?;
        let open = || -> Result<Self, SearchError> {
            let directory = MmapDirectory::open(folder).map_err(TantivyError::from)?;
            Self::new(tantivy::Index::open_or_create(directory, Fields::schema())?)
        };
        open().or_else(|error| match error {
            error if error.is_about_permission() => Err(error),
            // Broken, or of another version.
            _ => {
                fs::remove_dir_all(folder).and_then(|()| fs::create_dir_all(folder)).map_err(failed)?;
                open()
            }
        })
    }

    /// An index in memory.
    fn of(store: &Store) -> Result<Self, SearchError> {
        let index = Self::new(tantivy::Index::create_in_ram(Fields::schema()))?;
        index.apply(store, &Changes { any: true, ..Changes::default() }, Documents::default())?;
        Ok(index)
    }

    fn new(index: tantivy::Index) -> Result<Self, SearchError> {
        words::register(&index);
        let fields = Fields::of(&index.schema());
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { index, fields, reader, writing: Mutex::default() })
    }

    /// Follows the store's changes since the last time.
    pub fn catch_up(&self, store: &Store) -> Result<(), SearchError> {
        self.catch_up_with(store, Documents::default())
    }

    /// The same with documents of graphs as the store now has them, which are not read again.
    pub fn catch_up_with(&self, store: &Store, made: Documents) -> Result<(), SearchError> {
        if !store.has_changes() && self.is_whole() {
            return Ok(());
        }
        store.follow(|changes| {
            let changes = if self.is_whole() { changes.clone() } else { Changes { any: true, ..Changes::default() } };
            self.apply(store, &changes, made)
        })
    }

    /// What makes documents of graphs that are to be loaded, on any thread.
    /// It takes the article and the triples of its graph.
    pub fn documents(&self) -> impl Fn(&NamedNode, &[Triple]) -> Documents + Send + Sync + 'static + use<> {
        let fields = self.fields.clone();
        move |article, triples| {
            let documents = documents::documents(&fields, article, triples.iter().map(documents::of_triple));
            let bytes = documents.iter().map(documents::bytes).sum();
            Documents { by_article: HashMap::from([(article.clone(), documents)]), bytes }
        }
    }

    /// What is found for some words: names that all of them are in, the last perhaps only as a beginning, and articles that hold them
    /// all. At most `limit` of each. Words in quotation marks have to stand together; articles with a word behind a minus sign are
    /// left out.
    pub fn search(&self, store: &Store, words: &str, limit: usize) -> Result<Found, SearchError> {
        found::find(self, store, words, limit)
    }

    fn is_whole(&self) -> bool {
        self.index.load_metas().is_ok_and(|metas| metas.payload.as_deref() == Some(WHOLE))
    }

    fn apply(&self, store: &Store, changes: &Changes, mut made: Documents) -> Result<(), SearchError> {
        let _one = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut writer = self.writer()?;
        let add = |documents: Vec<_>| documents.into_iter().try_for_each(|d| writer.add_document(d).map(drop));
        if changes.any {
            writer.delete_all_documents()?;
            for article in store.articles()? {
                add(self.read(store, &article)?)?;
            }
        } else {
            for graph in &changes.graphs {
                writer.delete_term(self.fields.article_term(graph));
                add(made.by_article.remove(graph).map_or_else(|| self.read(store, graph), Ok)?)?;
            }
        }
        let mut commit = writer.prepare_commit()?;
        commit.set_payload(WHOLE);
        commit.commit()?;
        writer.wait_merging_threads()?;
        self.reader.reload()?;
        Ok(())
    }

    fn read(&self, store: &Store, article: &NamedNode) -> Result<Vec<TantivyDocument>, StoreError> {
        let quads = store.graph(&article.clone().into()).collect::<Result<Vec<_>, _>>()?;
        Ok(documents::documents(&self.fields, article, quads.iter().map(documents::of_quad)))
    }

    /// Waits for another process that catches up, which then has little left to do.
    fn writer(&self) -> Result<IndexWriter<TantivyDocument>, TantivyError> {
        let start = Instant::now();
        loop {
            match self.index.writer_with_num_threads(1, MEMORY) {
                Err(TantivyError::LockFailure(LockError::LockBusy, _)) if start.elapsed() < PATIENCE => {
                    thread::sleep(Duration::from_millis(50));
                }
                writer => return writer,
            }
        }
    }
}

impl SearchError {
    fn is_about_permission(&self) -> bool {
        const KINDS: [io::ErrorKind; 2] = [io::ErrorKind::PermissionDenied, io::ErrorKind::ReadOnlyFilesystem];
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(self);
        while let Some(error) = cause {
            if error.downcast_ref::<io::Error>().is_some_and(|e| KINDS.contains(&e.kind())) {
                return true;
            }
            cause = error.source();
        }
        // Tantivy keeps some causes as text alone.
        let text = self.to_string();
        ["PermissionDenied", "Permission denied", "ReadOnlyFilesystem", "Read-only file system"]
            .iter()
            .any(|words| text.contains(words))
    }
}
