//! What a store says of itself, in a graph of its own: the version of its layout, its base, and the vocabularies it holds.

use super::Store;
use super::error::StoreError;
use crate::graph::{DEFAULT_BASE, names};
use crate::ontology::iri::en;
use crate::ontology::{FILES, OntologyFile};
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::vocab::xsd;
use oxigraph::model::{GraphNameRef, Literal, NamedNodeRef, QuadRef, Term};
use oxigraph::store::{StorageError, Transaction};
use std::path::Path;
use std::sync::PoisonError;

type Inner = oxigraph::store::Store;

/// Version of the shape of the graph. A change that makes old stores unreadable, or queries wrong on them, raises it.
const VERSION: u32 = 2;

/// The base of a store: its own, else the one asked for, else the default. Fails when two of them disagree, or the store was
/// written by another version.
pub(super) fn base(store: &Inner, path: &Path, asked: Option<&str>) -> Result<String, StoreError> {
    let fact = |p| fact(store, p).map_err(|e| StoreError::storage("read", path, e));
    if let Some(found) = fact(en::STORE_VERSION)?.filter(|v| *v != VERSION.to_string()) {
        return Err(StoreError::Version { path: path.to_owned(), found, known: VERSION });
    }
    let is_marked = fact(en::STORE_VERSION)?.is_some();
    if !is_marked && !store.is_empty().map_err(|e| StoreError::storage("read", path, e))? {
        return Err(StoreError::Unmarked(path.to_owned()));
    }
    match (fact(en::BASE)?, asked) {
        (Some(found), Some(asked)) if found != asked => {
            Err(StoreError::Base { path: path.to_owned(), found, asked: asked.to_owned() })
        }
        (Some(found), _) => Ok(found),
        (None, asked) => Ok(asked.unwrap_or(DEFAULT_BASE).to_owned()),
    }
}

fn fact(store: &Inner, predicate: NamedNodeRef<'_>) -> Result<Option<String>, StorageError> {
    let quads = store.quads_for_pattern(Some(en::STORE.into()), Some(predicate), None, Some(en::STORE.into()));
    let texts =
        quads.map(|q| q.map(|q| if let Term::Literal(l) = q.object { Some(l.value().to_owned()) } else { None }));
    texts.filter_map(Result::transpose).next().transpose()
}

impl Store {
    /// Writes the description and the vocabularies, unless they are there as they should be.
    pub(super) fn describe_itself(&self) -> Result<(), StorageError> {
        let hash = names::hash(&FILES.iter().map(|f| f.turtle).collect::<Vec<_>>());
        if fact(&self.inner, en::ONTOLOGY_HASH)?.as_ref() == Some(&hash) {
            return Ok(());
        }
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut transaction = self.inner.start_transaction()?;
        transaction.clear_graph(en::STORE)?;
        self.mark(&mut transaction);
        transaction.insert(QuadRef::new(en::STORE, en::ONTOLOGY_HASH, &Literal::new_simple_literal(hash), en::STORE));
        for file in FILES {
            load(&mut transaction, file)?;
        }
        transaction.commit()
    }

    /// Writes the mark again if it has gone.
    pub(super) fn mark_again(&self) -> Result<(), StorageError> {
        if fact(&self.inner, en::STORE_VERSION)? == Some(VERSION.to_string()) && fact(&self.inner, en::BASE)?.is_some()
        {
            return Ok(());
        }
        let mut transaction = self.inner.start_transaction()?;
        self.mark(&mut transaction);
        transaction.commit()
    }

    fn mark(&self, transaction: &mut Transaction<'_>) {
        let version = Literal::new_typed_literal(VERSION.to_string(), xsd::INTEGER);
        let base = Literal::new_typed_literal(self.mapper.base(), xsd::ANY_URI);
        for (predicate, value) in &[(en::STORE_VERSION, version), (en::BASE, base)] {
            transaction.insert(QuadRef::new(en::STORE, *predicate, value, en::STORE));
        }
    }
}

fn load(transaction: &mut Transaction<'_>, file: &OntologyFile) -> Result<(), StorageError> {
    let graph = GraphNameRef::NamedNode(NamedNodeRef::new_unchecked(file.graph));
    transaction.clear_graph(graph)?;
    for quad in RdfParser::from_format(RdfFormat::Turtle).for_slice(file.turtle) {
        // That the files are Turtle is tested; whoever replaces them is told.
        let quad = quad.map_err(|e| StorageError::Io(std::io::Error::other(format!("{}: {e}", file.name))))?;
        transaction.insert(QuadRef::new(&quad.subject, &quad.predicate, &quad.object, graph));
    }
    Ok(())
}
