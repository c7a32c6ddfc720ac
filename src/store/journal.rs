//! Which graphs have changed since whoever follows the store, as its text index does, has last caught up.
//!
//! A graph is noted before its transaction begins, in a file beside the store. A process that is killed at any point so leaves
//! a list that holds at least what changed, and whoever opens the store next can catch up with it.

use super::{Store, StoreError};
use oxigraph::model::{GraphNameRef, NamedNode};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The list: a name on each line, or [`ANY`].
const FILE: &str = "entente.changes";
/// Stands for graphs that nobody knows.
const ANY: &str = "*";

/// Named graphs that are, or may be, others than they were.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    pub graphs: BTreeSet<NamedNode>,
    /// Whether any other graph may have changed too.
    pub any: bool,
}

impl Changes {
    pub fn is_empty(&self) -> bool {
        self.graphs.is_empty() && !self.any
    }

    /// What a line says. One that was not written to its end may be any name.
    fn read(&mut self, line: &str) {
        match NamedNode::new(line) {
            Ok(graph) => drop(self.graphs.insert(graph)),
            Err(_) => self.any = true,
        }
    }
}

/// The list of a store, in memory and, for a store on disk, in its file.
pub(super) struct Journal {
    file: Option<PathBuf>,
    changes: Mutex<Changes>,
}

impl Journal {
    /// The list as it was left.
    pub(super) fn open(folder: Option<&Path>) -> io::Result<Self> {
        let file = folder.map(|folder| folder.join(FILE));
        let mut changes = Changes::default();
        match file.as_ref().map(fs::read_to_string) {
            Some(Ok(text)) => text.lines().for_each(|line| changes.read(line)),
            Some(Err(error)) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => (),
        }
        Ok(Self { file, changes: Mutex::new(changes) })
    }

    fn changes(&self) -> MutexGuard<'_, Changes> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, graph: Option<&NamedNode>) -> io::Result<()> {
        let mut changes = self.changes();
        if graph.map_or(changes.any, |graph| changes.graphs.contains(graph)) {
            return Ok(());
        }
        if let Some(path) = &self.file {
            let line = format!("{}\n", graph.map_or(ANY, NamedNode::as_str));
            File::options().create(true).append(true).open(path)?.write_all(line.as_bytes())?;
        }
        match graph {
            Some(graph) => drop(changes.graphs.insert(graph.clone())),
            None => changes.any = true,
        }
        Ok(())
    }

    fn forget(&self) -> io::Result<()> {
        let mut changes = self.changes();
        if let Some(path) = self.file.as_ref().filter(|_| !changes.is_empty()) {
            File::create(path)?;
        }
        *changes = Changes::default();
        Ok(())
    }
}

impl Store {
    /// Whether there are changes that nobody has followed yet.
    pub fn has_changes(&self) -> bool {
        !self.journal.changes().is_empty()
    }

    /// Lets `follower` catch up with what has changed, while nobody writes. The changes are forgotten unless it fails.
    pub fn follow<E: From<StoreError>>(&self, follower: impl FnOnce(&Changes) -> Result<(), E>) -> Result<(), E> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let changes = self.journal.changes().clone();
        follower(&changes)?;
        Ok(self.journal.forget().map_err(|e| self.unwritten(e))?)
    }

    /// Notes a graph that is about to change. The default graph is not noted: it follows from the others.
    pub(super) fn note(&self, graph: GraphNameRef<'_>) -> Result<(), StoreError> {
        match graph {
            GraphNameRef::NamedNode(node) => self.journal.note(Some(&node.into_owned())).map_err(|e| self.unwritten(e)),
            GraphNameRef::BlankNode(_) | GraphNameRef::DefaultGraph => Ok(()),
        }
    }

    /// Notes that any graph may be about to change.
    pub(super) fn note_any(&self) -> Result<(), StoreError> {
        self.journal.note(None).map_err(|e| self.unwritten(e))
    }

    fn unwritten(&self, error: io::Error) -> StoreError {
        self.failed("write to", error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(name: &str) -> NamedNode {
        NamedNode::new(format!("http://x.example/{name}")).unwrap()
    }

    #[test]
    fn changes_outlive_the_process() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Journal::open(Some(folder.path())).unwrap();
        let journal = open();
        assert!(journal.changes().is_empty());
        journal.note(Some(&graph("a"))).unwrap();
        journal.note(Some(&graph("b"))).unwrap();
        journal.note(Some(&graph("a"))).unwrap();
        let text = fs::read_to_string(folder.path().join(FILE)).unwrap();
        assert_eq!(text, "http://x.example/a\nhttp://x.example/b\n");
        assert_eq!(open().changes().graphs, BTreeSet::from([graph("a"), graph("b")]));
        journal.note(None).unwrap();
        assert!(open().changes().any);
        journal.forget().unwrap();
        assert!(open().changes().is_empty() && journal.changes().is_empty());
    }

    #[test]
    fn a_line_that_breaks_off_stands_for_anything() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), "http://x.example/a\nhtt").unwrap();
        let journal = Journal::open(Some(folder.path())).unwrap();
        assert_eq!(*journal.changes(), Changes { graphs: BTreeSet::from([graph("a")]), any: true });
    }
}
