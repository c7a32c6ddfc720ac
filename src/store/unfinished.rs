//! Large changes in two steps, of which the second is made up for when the process was killed before it.
//!
//! The storage engine takes over files of new quads at once, but cannot take quads away at the same time. So the first step
//! adds the new quads together with a list of those that are to go, and the second takes away these and the list. Whoever
//! opens the store for writing does the second step if it is due.

use crate::ontology::iri::en;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{Literal, Quad, QuadRef, Term};
use oxigraph::store::{StorageError, Store};
use std::collections::HashSet;
use std::num::NonZero;
use std::thread;

/// Adds quads, and the list of those that are to go.
pub(super) fn add_in_bulk(store: &Store, come: Vec<Quad>, going: &HashSet<Quad>) -> Result<(), StorageError> {
    let listed = going.iter().map(|quad| {
        let line = Literal::new_simple_literal(format!("{quad} ."));
        QuadRef::new(en::STORE, en::UNFINISHED, &line, en::STORE).into_owned()
    });
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    // The engine takes a megabyte for a thousand quads; more than one thread has something to do only when that is little.
    let megabytes = (come.len() + going.len()).div_ceil(1000).max(threads);
    let mut loader = store.bulk_loader().with_num_threads(threads).with_max_memory_size_in_megabytes(megabytes);
    loader.load_quads(come.into_iter().chain(listed))?;
    loader.commit()
}

/// Whether the second step of a change is due.
pub(super) fn is_due(store: &Store) -> Result<bool, StorageError> {
    Ok(list(store).next().transpose()?.is_some())
}

/// Takes away what is listed, and the list.
pub(super) fn finish(store: &Store) -> Result<(), StorageError> {
    let listed: Vec<Quad> = list(store).collect::<Result<_, _>>()?;
    if listed.is_empty() {
        return Ok(());
    }
    let mut transaction = store.start_transaction()?;
    for line in &listed {
        if let Term::Literal(text) = &line.object {
            for quad in RdfParser::from_format(RdfFormat::NQuads).for_slice(text.value()) {
                let quad = quad.map_err(|e| StorageError::Io(std::io::Error::other(e)))?;
                transaction.remove(&quad);
            }
        }
        transaction.remove(line);
    }
    transaction.commit()
}

fn list(store: &Store) -> impl Iterator<Item = Result<Quad, StorageError>> {
    store.quads_for_pattern(Some(en::STORE.into()), Some(en::UNFINISHED), None, Some(en::STORE.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxigraph::model::{GraphName, NamedNode};

    #[test]
    fn what_was_left_undone_is_made_up_for() {
        let node = |name: &str| NamedNode::new_unchecked(format!("https://entente.example/{name}"));
        let quad = |object: &str| {
            Quad::new(node("s"), node("p"), Literal::new_simple_literal(object), GraphName::DefaultGraph)
        };
        let (old, kept, new) = (quad("\"old\"\n"), quad("kept"), quad("new"));
        let store = Store::new().unwrap();
        store.extend([old.clone(), kept.clone()]).unwrap();
        add_in_bulk(&store, vec![new.clone()], &HashSet::from([old.clone()])).unwrap();
        assert!(is_due(&store).unwrap() && store.contains(&old).unwrap() && store.contains(&new).unwrap());
        finish(&store).unwrap();
        assert!(!is_due(&store).unwrap());
        let left: HashSet<Quad> = store.iter().collect::<Result<_, _>>().unwrap();
        assert_eq!(left, HashSet::from([kept, new]));
    }
}
