//! The store: an embedded Oxigraph that holds a graph for each article, the record drawn from them, and the vocabularies.
//!
//! A store is a folder, or lives in memory. One process at a time may write to a folder, while nobody reads it, and inside the
//! process one thread at a time writes; its queries run beside on a snapshot. Each article, or batch of articles, goes in whole or not at
//! all, also when the process is killed. [`Store::flush`] sees to it that they survive a power cut too.
//!
//! ```
//! use entente::extract::Extraction;
//! use entente::store::{QueryOptions, Store};
//!
//! let store = Store::in_memory()?;
//! store.replace_article(&Extraction::default())?;
//! let answer = store.query("SELECT ?a { GRAPH ?a { ?a a schema:NewsArticle } }", &QueryOptions::default())?;
//! assert_eq!(answer.len(), 1);
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```

mod answer;
mod ask;
mod backup;
mod change;
mod counts;
mod digest;
mod error;
mod folder;
mod journal;
mod known;
mod label;
mod load;
mod parsed;
mod paths;
pub mod queries;
mod query;
mod refuse;
mod self_description;
mod statement;
mod stopping;
mod supports;
mod sure;
mod unfinished;
mod verify;
mod why;

pub use answer::{AnswerFormat, QueryAnswer, Solutions, UnfitFormat, short_iri};
pub use ask::{AnswerKind, Dataset, Question, Written, write_triples};
pub use backup::backup;
pub use change::{Change, ChangeError};
pub use counts::Counts;
pub use error::StoreError;
pub use journal::Changes;
pub use query::{BadTerm, QueryError, QueryOptions, STACK, parse_binding, parse_term};
pub use statement::{Evidence, EvidenceKind, Named, Participant, Run, Source, Time, Words};
pub use stopping::Stop;
pub use supports::Support;
pub use sure::Sure;
pub use verify::{Difference, Fault};
pub use why::{Why, WhyError};

use crate::graph::{DEFAULT_BASE, GraphOptions, Mapper, RunInfo};
use crate::ontology::FILES;
use crate::ontology::iri::en;
use folder::Opened;
use journal::Journal;
use known::Known;
use oxigraph::model::{GraphName, NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Quad, Term, TermRef};
use oxigraph::store::StorageError;
use parsed::Parsed;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Articles and what is known from them.
pub struct Store {
    inner: oxigraph::store::Store,
    mapper: Mapper,
    /// The folder; none in memory.
    path: Option<PathBuf>,
    /// Held while writing: transactions on disk do not exclude each other. What the writer knows without reading.
    writer: Mutex<Known>,
    /// What followers of the store have not seen yet.
    journal: Journal,
    /// Queries that may be asked again.
    parsed: Parsed,
    /// Keeps other processes out of the folder; the last field, so that it goes when the store is closed.
    _lock: Option<File>,
}

impl Store {
    /// Opens the store in a folder, and makes it when there is none.
    ///
    /// `base` is the IRI under which everything without a name elsewhere is named; a store keeps the one that it was made with,
    /// [`DEFAULT_BASE`] if none was given.
    pub fn open(path: &Path, base: Option<&str>) -> Result<Self, StoreError> {
        folder::is_free_or_store(path)?;
        Self::on(folder::open(path)?, Some(path.to_owned()), base)
    }

    /// Opens the store in a folder, which must be there. A folder that cannot be written to is opened for reading.
    pub fn open_existing(path: &Path) -> Result<Self, StoreError> {
        folder::is_store(path)?;
        match folder::open(path) {
            Ok(opened) => Self::on(opened, Some(path.to_owned()), None),
            Err(StoreError::ReadOnly { .. }) => Self::open_read_only(path),
            Err(error) => Err(error),
        }
    }

    /// Opens the store in a folder for questions alone. Any number of processes may do so at a time.
    pub fn open_read_only(path: &Path) -> Result<Self, StoreError> {
        folder::is_store(path)?;
        let store = Self::described(folder::open_read_only(path)?, Some(path.to_owned()), None)?;
        if !unfinished::is_due(&store.inner).map_err(|e| store.failed("read", e))? {
            return Ok(store);
        }
        drop(store);
        drop(Self::open(path, None));
        Self::described(folder::open_read_only(path)?, Some(path.to_owned()), None)
    }

    /// An empty store in memory, under the default base.
    pub fn in_memory() -> Result<Self, StoreError> {
        Self::in_memory_with_base(DEFAULT_BASE)
    }

    /// An empty store in memory.
    pub fn in_memory_with_base(base: &str) -> Result<Self, StoreError> {
        let inner = oxigraph::store::Store::new().map_err(|e| StoreError::storage("make", Path::new("memory"), e))?;
        Self::on(Opened { inner, lock: None }, None, Some(base))
    }

    /// The same store, with what is to be said of the run that extracts.
    pub fn with_run(mut self, run: RunInfo) -> Result<Self, StoreError> {
        let base = self.mapper.base().to_owned();
        self.mapper = Mapper::new(GraphOptions { base, run, ..GraphOptions::default() })?;
        Ok(self)
    }

    /// The same store, which will not keep the texts of articles that are loaded from now on: only the sentences that say
    /// something, for texts that must not be passed on.
    pub fn without_texts(mut self) -> Self {
        self.mapper = self.mapper.without_texts();
        self
    }

    /// The same store, which will not say of articles that are loaded from now on which words name whom; see [`GraphOptions`].
    pub fn without_mentions(mut self) -> Self {
        self.mapper = self.mapper.without_mentions();
        self
    }

    /// Opens, and brings what the store says of itself and the vocabularies up to date.
    fn on(opened: Opened, path: Option<PathBuf>, base: Option<&str>) -> Result<Self, StoreError> {
        let store = Self::described(opened, path, base)?;
        unfinished::finish(&store.inner).map_err(|e| store.failed("write to", e))?;
        store.describe_itself().map_err(|e| store.failed("write to", e))?;
        Ok(store)
    }

    /// Opens without writing.
    fn described(opened: Opened, path: Option<PathBuf>, base: Option<&str>) -> Result<Self, StoreError> {
        let Opened { inner, lock } = opened;
        let place = path.as_deref().unwrap_or(Path::new("memory"));
        let base = self_description::base(&inner, place, base)?;
        let mapper = Mapper::new(GraphOptions { base, ..GraphOptions::default() })?;
        let journal = Journal::open(path.as_deref()).map_err(|e| StoreError::storage("read", place, e.into()))?;
        Ok(Self { inner, mapper, path, writer: Mutex::default(), journal, parsed: Parsed::default(), _lock: lock })
    }

    /// What writes extractions as graphs for this store. Making them takes most of the time, and can be done in many threads.
    pub fn mapper(&self) -> &Mapper {
        &self.mapper
    }

    /// The folder; none in memory.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Writes everything to the disk, so that a power cut cannot undo it. A killed process loses nothing even without.
    pub fn flush(&self) -> Result<(), StoreError> {
        folder::flush(&self.inner, self.path()).map_err(|e| self.failed("write to", e))
    }

    /// Rewrites the files of a store so that they are small and quick to read: worth it once much has been written.
    pub fn optimize(&self) -> Result<(), StoreError> {
        folder::optimize(&self.inner).map_err(|e| self.failed("write to", e))
    }

    /// All quads in no particular order: the articles' graphs, the record (the default graph), the vocabularies, and what the
    /// store says of itself.
    pub fn quads(&self) -> impl Iterator<Item = Result<Quad, StoreError>> + '_ {
        self.inner.iter().map(|q| q.map_err(|e| self.failed("read", e)))
    }

    /// The quads about one subject, in one graph or in whatever graph.
    pub fn about(
        &self,
        subject: NamedOrBlankNodeRef<'_>,
        graph: Option<&GraphName>,
    ) -> impl Iterator<Item = Result<Quad, StoreError>> + '_ {
        let quads = self.inner.quads_for_pattern(Some(subject), None, None, graph.map(GraphName::as_ref));
        quads.map(|q| q.map_err(|e| self.failed("read", e)))
    }

    /// The values of one property of a subject, in one graph or in whatever graph: of a country, thousands of articles say much.
    pub fn values(
        &self,
        subject: NamedOrBlankNodeRef<'_>,
        property: NamedNodeRef<'_>,
        graph: Option<&GraphName>,
    ) -> impl Iterator<Item = Result<Term, StoreError>> + '_ {
        let quads = self.inner.quads_for_pattern(Some(subject), Some(property), None, graph.map(GraphName::as_ref));
        quads.map(|q| q.map(|q| q.object).map_err(|e| self.failed("read", e)))
    }

    /// The quads that have something as their object, in whatever graph.
    pub fn pointing_at(&self, object: TermRef<'_>) -> impl Iterator<Item = Result<Quad, StoreError>> + '_ {
        self.inner.quads_for_pattern(None, None, Some(object), None).map(|q| q.map_err(|e| self.failed("read", e)))
    }

    /// The quads that have something as their property, in one graph or in whatever graph.
    pub fn stated_by(
        &self,
        property: NamedNodeRef<'_>,
        graph: Option<&GraphName>,
    ) -> impl Iterator<Item = Result<Quad, StoreError>> + '_ {
        let quads = self.inner.quads_for_pattern(None, Some(property), None, graph.map(GraphName::as_ref));
        quads.map(|q| q.map_err(|e| self.failed("read", e)))
    }

    /// The articles, in the order of their names. Each also names the graph of what it says.
    pub fn articles(&self) -> Result<Vec<NamedNode>, StoreError> {
        let mut articles = Vec::new();
        for graph in self.inner.named_graphs() {
            if let NamedOrBlankNode::NamedNode(graph) = graph.map_err(|e| self.failed("read", e))?
                && is_article(graph.as_ref())
            {
                articles.push(graph);
            }
        }
        articles.sort();
        Ok(articles)
    }

    /// The quads of one graph.
    pub fn graph(&self, name: &GraphName) -> impl Iterator<Item = Result<Quad, StoreError>> + '_ {
        let quads = self.inner.quads_for_pattern(None, None, None, Some(name.as_ref()));
        quads.map(|q| q.map_err(|e| self.failed("read", e)))
    }

    fn failed(&self, doing: &'static str, error: StorageError) -> StoreError {
        StoreError::storage(doing, self.path.as_deref().unwrap_or(Path::new("memory")), error)
    }
}

/// Whether a graph is an article's, and not one of the vocabularies or the store's own.
pub fn is_article(graph: NamedNodeRef<'_>) -> bool {
    graph != en::STORE && FILES.iter().all(|f| f.graph != graph.as_str())
}
