//! Quads in the order of their names.

use super::ExportError;
use crate::store::Store;
use oxigraph::model::{GraphName, NamedOrBlankNode, Quad};
use std::collections::HashSet;

/// Subjects whose quads are read at a time.
const PART: usize = 200;

/// The quads of a graph, sorted by subject, predicate and object, in parts of whole subjects.
pub(super) fn parts<'a>(
    store: &'a Store,
    graph: &'a GraphName,
) -> Result<impl Iterator<Item = Result<Vec<Quad>, ExportError>> + 'a, ExportError> {
    let subjects = subjects(store, std::slice::from_ref(graph))?;
    let count = subjects.len().div_ceil(PART);
    Ok((0..count).map(move |i| {
        let mut part = Vec::new();
        for subject in subjects.iter().skip(i * PART).take(PART) {
            part.extend(about(store, subject, Some(graph))?.into_iter().map(|(_, quad)| quad));
        }
        Ok(part)
    }))
}

/// The subjects of some graphs, in the order of their lines in N-Quads.
pub(super) fn subjects(store: &Store, graphs: &[GraphName]) -> Result<Vec<NamedOrBlankNode>, ExportError> {
    let mut subjects = HashSet::new();
    for graph in graphs {
        for quad in store.graph(graph) {
            subjects.insert(quad?.subject);
        }
    }
    let mut subjects: Vec<_> = subjects.into_iter().collect();
    // With its brackets, so that `<a>` stands where its line will, which is after `<a#b>`.
    subjects.sort_by_cached_key(ToString::to_string);
    Ok(subjects)
}

/// Quads about a subject, in one graph or in all, each with its line, in the order of the lines.
pub(super) fn about(
    store: &Store,
    subject: &NamedOrBlankNode,
    graph: Option<&GraphName>,
) -> Result<Vec<(String, Quad)>, ExportError> {
    let mut quads = Vec::new();
    for quad in store.about(subject.as_ref(), graph) {
        let quad = quad?;
        quads.push((format!("{quad} ."), quad));
    }
    quads.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(quads)
}
