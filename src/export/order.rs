//! Quads in the order of their names.

use super::ExportError;
use crate::store::{Store, Sure};
use oxigraph::model::{GraphName, NamedOrBlankNode, Quad};
use std::collections::HashSet;

/// Subjects whose quads are read at a time.
const PART: usize = 200;

/// What of a store is written: some of its graphs, and of these all or what is sure.
pub(super) struct Quads<'a> {
    store: &'a Store,
    pub graphs: Vec<GraphName>,
    sure: Option<Sure<'a>>,
}

impl<'a> Quads<'a> {
    /// What is in some graphs, so far as it rests on statements that reach a confidence, when there is one to reach.
    pub fn new(store: &'a Store, graphs: Vec<GraphName>, least: Option<f64>) -> Result<Self, ExportError> {
        let sure = least.map(|least| store.sure(&graphs, least)).transpose()?;
        Ok(Self { store, graphs, sure })
    }

    /// The quads of a graph, sorted by subject, predicate and object, in parts of whole subjects.
    pub fn parts<'b>(
        &'b self,
        graph: &'b GraphName,
    ) -> Result<impl Iterator<Item = Result<Vec<Quad>, ExportError>> + 'b, ExportError> {
        let subjects = self.subjects(std::slice::from_ref(graph))?;
        let count = subjects.len().div_ceil(PART);
        Ok((0..count).map(move |i| {
            let mut part = Vec::new();
            for subject in subjects.iter().skip(i * PART).take(PART) {
                part.extend(self.about(subject, Some(graph))?.into_iter().map(|(_, quad)| quad));
            }
            Ok(part)
        }))
    }

    /// The subjects of some graphs, in the order of their lines in N-Quads; of some of them there may be nothing to write.
    pub fn subjects(&self, graphs: &[GraphName]) -> Result<Vec<NamedOrBlankNode>, ExportError> {
        let mut subjects = HashSet::new();
        for graph in graphs {
            for quad in self.store.graph(graph) {
                subjects.insert(quad?.subject);
            }
        }
        let mut subjects: Vec<_> = subjects.into_iter().collect();
        // With its brackets, so that `<a>` stands where its line will, which is after `<a#b>`.
        subjects.sort_by_cached_key(ToString::to_string);
        Ok(subjects)
    }

    /// Quads about a subject, in one graph or in all, each with its line, in the order of the lines.
    pub fn about(
        &self,
        subject: &NamedOrBlankNode,
        graph: Option<&GraphName>,
    ) -> Result<Vec<(String, Quad)>, ExportError> {
        let mut quads = self.store.about(subject.as_ref(), graph).collect::<Result<Vec<_>, _>>()?;
        if let Some(sure) = &self.sure {
            quads = sure.of(subject, quads)?;
        }
        let mut lines: Vec<_> = quads.into_iter().map(|quad| (format!("{quad} ."), quad)).collect();
        lines.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(lines)
    }
}
