//! Changes that come from outside: SPARQL updates, and graphs put, extended and dropped as wholes.
//!
//! They may break the ties between evidence and record, which only loading articles keeps.

use super::ask::Dataset;
use super::known::Known;
use super::query::{evaluator, parser};
use super::refuse::asks_others;
use super::stopping::Stop;
use super::{Store, StoreError, digest};
use oxigraph::model::{GraphName, GraphNameRef, NamedNode, Triple};
use oxigraph::sparql::{SparqlSyntaxError, UpdateEvaluationError};
use oxigraph::store::StorageError;
use spargebra::GraphUpdateOperation;
use spargebra::algebra::GraphTarget;
use spargebra::term::GraphNamePattern;
use std::collections::BTreeSet;
use std::sync::{MutexGuard, PoisonError};

/// An update, and what its patterns are asked about.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub sparql: String,
    /// What relative IRIs are resolved against.
    pub base: Option<NamedNode>,
    /// Takes the place of `USING` and `WITH`, which must not be there then.
    pub dataset: Dataset,
}

#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    #[error("the update is not SPARQL: {0}")]
    Syntax(#[from] SparqlSyntaxError),
    #[error("the update names a dataset with USING or WITH, and so does the request: one of them has to do")]
    TwoDatasets,
    #[error("the update would read from another server: LOAD and SERVICE are not allowed")]
    Outside,
    #[error("the update was stopped, and nothing has changed")]
    Stopped,
    #[error("the update failed, and nothing has changed: {0}")]
    Evaluation(#[from] UpdateEvaluationError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Carries out an update as one transaction: all of it, or nothing. It ends early only if it is forced to. Needs a stack as [`ask`](Self::ask) does.
    pub fn update(&self, change: &Change, stop: &Stop) -> Result<(), ChangeError> {
        let mut update = parser(change.base.as_ref()).parse_update(&change.sparql)?;
        // Fails, as it always does here, and says nothing of it.
        update.operations.retain(|o| !matches!(o, GraphUpdateOperation::Load { silent: true, .. }));
        let loads = |o: &GraphUpdateOperation| matches!(o, GraphUpdateOperation::Load { .. });
        if update.operations.iter().any(loads) || asks_others(&change.sparql) {
            return Err(ChangeError::Outside);
        }
        let names_dataset = |o: &GraphUpdateOperation| matches!(o, GraphUpdateOperation::DeleteInsert { using: Some(using), .. } if !is_usual(using));
        if change.dataset.is_given() && update.operations.iter().any(names_dataset) {
            return Err(ChangeError::TwoDatasets);
        }
        let touched = touched(&update.operations);
        let mut prepared = evaluator().with_cancellation_token(stop.token()).for_update(update);
        for dataset in prepared.using_datasets_mut() {
            change.dataset.replace(dataset);
        }
        let _writer = self.writer_from_outside();
        match touched {
            Some(graphs) => graphs.iter().try_for_each(|graph| self.note_from_outside(graph.as_ref().into()))?,
            None => {
                self.note_any()?;
                self.drop_digests(None)?;
            }
        }
        match prepared.on_store(&self.inner).execute() {
            Ok(()) => Ok(self.keep_mark()?),
            Err(_) if stop.is_forced() => Err(ChangeError::Stopped),
            Err(error) => Err(error.into()),
        }
    }

    /// Held while somebody changes what he likes, after which nothing is known without reading.
    fn writer_from_outside(&self) -> MutexGuard<'_, Known> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        *writer = Known::default();
        writer
    }

    /// Notes that a graph is about to be changed otherwise than by loading its article: what is kept of it holds no longer.
    fn note_from_outside(&self, graph: GraphNameRef<'_>) -> Result<(), StoreError> {
        self.note(graph)?;
        match graph {
            GraphNameRef::NamedNode(node) => self.drop_digests(Some(&node.into_owned())),
            GraphNameRef::BlankNode(_) | GraphNameRef::DefaultGraph => Ok(()),
        }
    }

    /// Of one article, or of all.
    fn drop_digests(&self, article: Option<&NamedNode>) -> Result<(), StoreError> {
        let work = || {
            let kept: Vec<_> = digest::quads(&self.inner, article).collect::<Result<_, _>>()?;
            if kept.is_empty() {
                return Ok(());
            }
            let mut transaction = self.inner.start_transaction()?;
            kept.iter().for_each(|quad| transaction.remove(quad));
            transaction.commit()
        };
        work().map_err(|e: StorageError| self.failed("write to", e))
    }

    /// Whether there is such a graph. The default graph always is.
    pub fn has_graph(&self, name: &GraphName) -> Result<bool, StoreError> {
        let there = match name {
            GraphName::NamedNode(node) => self.inner.contains_named_graph(node),
            GraphName::BlankNode(node) => self.inner.contains_named_graph(node),
            GraphName::DefaultGraph => Ok(true),
        };
        there.map_err(|e| self.failed("read", e))
    }

    /// Puts triples into a graph, beside or in place of what it holds. Returns whether the graph is new.
    pub fn put_graph(&self, name: &GraphName, triples: &[Triple], keep: bool) -> Result<bool, StoreError> {
        let _writer = self.writer_from_outside();
        let is_new = !self.has_graph(name)?;
        self.note_from_outside(name.as_ref())?;
        let work = || {
            let mut transaction = self.inner.start_transaction()?;
            if !keep {
                transaction.clear_graph(name)?;
            }
            match name {
                GraphName::NamedNode(node) => transaction.insert_named_graph(node),
                GraphName::BlankNode(node) => transaction.insert_named_graph(node),
                GraphName::DefaultGraph => (),
            }
            for triple in triples {
                transaction.insert(triple.as_ref().in_graph(name.as_ref()));
            }
            transaction.commit()
        };
        work().map_err(|e: StorageError| self.failed("write to", e))?;
        self.keep_mark()?;
        Ok(is_new)
    }

    /// Takes a graph away; the default graph is emptied. Returns whether it was there.
    pub fn drop_graph(&self, name: &GraphName) -> Result<bool, StoreError> {
        let _writer = self.writer_from_outside();
        if !self.has_graph(name)? {
            return Ok(false);
        }
        self.note_from_outside(name.as_ref())?;
        let dropped = match name {
            GraphName::NamedNode(node) => self.inner.remove_named_graph(node),
            GraphName::BlankNode(node) => self.inner.remove_named_graph(node),
            GraphName::DefaultGraph => self.inner.clear_graph(GraphNameRef::DefaultGraph),
        };
        dropped.map_err(|e| self.failed("write to", e))?;
        self.keep_mark()?;
        Ok(true)
    }

    /// A store on disk without its mark could not be opened again.
    fn keep_mark(&self) -> Result<(), StoreError> {
        match self.path {
            Some(_) => self.mark_again().map_err(|e| self.failed("write to", e)),
            None => Ok(()),
        }
    }
}

/// The named graphs that operations may change; none if only the data tells which.
fn touched(operations: &[GraphUpdateOperation]) -> Option<BTreeSet<NamedNode>> {
    let mut touched = BTreeSet::new();
    for operation in operations {
        match operation {
            GraphUpdateOperation::InsertData { data } => {
                touched.extend(data.iter().filter_map(|q| named(&q.graph_name)))
            }
            GraphUpdateOperation::DeleteData { data } => {
                touched.extend(data.iter().filter_map(|q| named(&q.graph_name)))
            }
            GraphUpdateOperation::DeleteInsert { delete, insert, .. } => {
                let patterns = delete.iter().map(|q| &q.graph_name).chain(insert.iter().map(|q| &q.graph_name));
                for pattern in patterns {
                    match pattern {
                        GraphNamePattern::NamedNode(graph) => drop(touched.insert(graph.clone())),
                        GraphNamePattern::DefaultGraph => (),
                        GraphNamePattern::Variable(_) => return None,
                    }
                }
            }
            GraphUpdateOperation::Create { graph, .. } => drop(touched.insert(graph.clone())),
            GraphUpdateOperation::Clear { graph, .. } | GraphUpdateOperation::Drop { graph, .. } => match graph {
                GraphTarget::NamedNode(graph) => drop(touched.insert(graph.clone())),
                GraphTarget::DefaultGraph => (),
                GraphTarget::NamedGraphs | GraphTarget::AllGraphs => return None,
            },
            GraphUpdateOperation::Load { .. } => return None,
        }
    }
    Some(touched)
}

fn named(graph: &spargebra::term::GraphName) -> Option<NamedNode> {
    match graph {
        spargebra::term::GraphName::NamedNode(node) => Some(node.clone()),
        spargebra::term::GraphName::DefaultGraph => None,
    }
}

/// Whether a dataset is the one that an update has when it names none.
fn is_usual(dataset: &spargebra::algebra::QueryDataset) -> bool {
    dataset.default.is_empty() && dataset.named.is_none()
}
