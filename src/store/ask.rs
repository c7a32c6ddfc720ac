//! Questions as a server takes them: with a dataset and a base of their own, stopped from outside, and written while they are
//! answered.

use super::query::{QueryError, evaluator};
use super::stopping::{self, Stop, Unwound};
use super::{Store, answer};
use oxigraph::io::{RdfFormat, RdfSerializer};
use oxigraph::model::{GraphName, NamedNode, NamedOrBlankNode, Triple, TripleRef};
use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsSerializer};
use oxigraph::sparql::{QueryDataset, QueryResults};
use spargebra::Query;
use std::io::{self, Write};

/// A query, and what it is asked about.
#[derive(Clone, Debug, Default)]
pub struct Question {
    pub sparql: String,
    /// What relative IRIs are resolved against.
    pub base: Option<NamedNode>,
    pub dataset: Dataset,
}

/// The graphs that a query sees. Without any, those that the query itself names, and otherwise the whole store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dataset {
    /// Together the default graph.
    pub default: Vec<NamedNode>,
    pub named: Vec<NamedNode>,
}

impl Dataset {
    pub fn is_given(&self) -> bool {
        !self.default.is_empty() || !self.named.is_empty()
    }

    /// Takes the place of the dataset that a query names.
    pub(super) fn replace(&self, dataset: &mut QueryDataset) {
        if self.is_given() {
            dataset.set_default_graph(self.default.iter().cloned().map(GraphName::from).collect());
            dataset.set_available_named_graphs(self.named.iter().cloned().map(NamedOrBlankNode::from).collect());
        }
    }
}

/// What kind of answer a query has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerKind {
    Solutions,
    Boolean,
    Graph,
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// Solutions or a boolean.
    Results(QueryResultsFormat),
    Graph(RdfFormat),
}

impl Store {
    /// Answers a question in the calling thread, which needs a stack of [`STACK`](super::STACK) for questions that nest
    /// deeply. `choose` gets to know the kind of answer before anything is evaluated, and says how to write it; none ends it
    /// with [`QueryError::Format`].
    ///
    /// Once it is asked to stop, the evaluation ends with [`QueryError::Stopped`] at its next row or comparison.
    pub fn ask<F: Into<Written> + Copy>(
        &self,
        question: &Question,
        stop: &Stop,
        choose: impl FnOnce(AnswerKind) -> Option<F>,
        out: &mut dyn Write,
    ) -> Result<F, QueryError> {
        let query = self.parsed.query(question)?;
        let format = choose(kind(&query)).ok_or(QueryError::Format)?;
        if stop.is_asked() {
            return Err(QueryError::Stopped);
        }
        let mut prepared = stopping::stoppable(evaluator(), stop).for_query(Query::clone(&query));
        question.dataset.replace(prepared.dataset_mut());
        let evaluated = stopping::run(|| write(prepared.on_store(&self.inner).execute()?, format.into(), out));
        match evaluated {
            _ if stop.is_asked() => Err(QueryError::Stopped),
            Ok(Ok(())) => Ok(format),
            Ok(Err(error)) => Err(error),
            Err(Unwound::Stopped) => Err(QueryError::Stopped),
            Err(Unwound::Panicked(words)) => Err(QueryError::Thread(words)),
        }
    }
}

impl Store {
    /// Writes a graph in a format of RDF, without its name, until it is told to stop.
    pub fn write_graph(
        &self,
        name: &GraphName,
        format: RdfFormat,
        stopped: impl Fn() -> bool,
        out: &mut dyn Write,
    ) -> Result<(), QueryError> {
        let mut writer = answer::with_prefixes(RdfSerializer::from_format(format)).for_writer(out);
        for quad in self.graph(name) {
            if stopped() {
                return Err(QueryError::Stopped);
            }
            writer.serialize_triple(TripleRef::from(quad?.as_ref()))?;
        }
        writer.finish()?;
        Ok(())
    }
}

/// Writes triples in a format of RDF, with the prefixes that we know.
pub fn write_triples(triples: &[Triple], format: RdfFormat, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = answer::with_prefixes(RdfSerializer::from_format(format)).for_writer(out);
    for triple in triples {
        writer.serialize_triple(triple)?;
    }
    writer.finish().map(|_| ())
}

fn kind(query: &Query) -> AnswerKind {
    match query {
        Query::Select { .. } => AnswerKind::Solutions,
        Query::Ask { .. } => AnswerKind::Boolean,
        Query::Construct { .. } | Query::Describe { .. } => AnswerKind::Graph,
    }
}

fn write(results: QueryResults<'_>, written: Written, out: &mut dyn Write) -> Result<(), QueryError> {
    match (results, written) {
        (QueryResults::Boolean(value), Written::Results(format)) => {
            QueryResultsSerializer::from_format(format).serialize_boolean_to_writer(out, value)?;
        }
        (QueryResults::Solutions(solutions), Written::Results(format)) => {
            let serializer = QueryResultsSerializer::from_format(format);
            let mut writer = serializer.serialize_solutions_to_writer(out, solutions.variables().to_vec())?;
            for solution in solutions {
                writer.serialize(&solution?)?;
            }
            writer.finish()?;
        }
        (QueryResults::Graph(triples), Written::Graph(format)) => {
            let mut writer = answer::with_prefixes(RdfSerializer::from_format(format)).for_writer(out);
            for triple in triples {
                writer.serialize_triple(&triple?)?;
            }
            writer.finish()?;
        }
        _ => return Err(QueryError::Format),
    }
    Ok(())
}

impl From<io::Error> for QueryError {
    fn from(error: io::Error) -> Self {
        Self::Write(error)
    }
}
