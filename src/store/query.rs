//! Questions to a store, with a limit in time.

use super::Store;
use super::answer::{QueryAnswer, Solutions};
use super::error::StoreError;
use super::refuse::{Refusal, refusal};
use super::stopping::{self, Stop, Unwound};
use crate::ontology::iri::PREFIXES;
use oxigraph::model::vocab::xsd;
use oxigraph::model::{IriParseError, Literal, NamedNode, Term};
use oxigraph::sparql::{QueryEvaluationError, QueryResults, SparqlEvaluator, SparqlSyntaxError, Variable};
use spargebra::SparqlParser;
use std::io;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

/// How a query is asked.
#[derive(Clone, Debug, Default)]
pub struct QueryOptions {
    /// After this long the query ends with [`QueryError::Timeout`].
    pub timeout: Option<Duration>,
    /// Values of variables, by name without `?`. A variable must be among those that the query selects.
    pub bindings: Vec<(String, Term)>,
    /// Rows or triples after which the answer ends, if that many come.
    pub most: Option<usize>,
    /// Stops the query from outside, with [`QueryError::Stopped`].
    pub stop: Option<Stop>,
}

#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    #[error("the query is not SPARQL: {0}")]
    Syntax(#[from] SparqlSyntaxError),
    #[error("the query would change the store: only SELECT, ASK, CONSTRUCT and DESCRIBE are allowed")]
    Update,
    #[error("the query would ask another server: SERVICE is not allowed")]
    Service,
    #[error("`{0}` is no name of a variable")]
    Variable(String),
    #[error("no answer within {:.1} seconds: ask for less, or allow more with `--timeout`", .0.as_secs_f64())]
    Timeout(Duration),
    #[error("the query was stopped")]
    Stopped,
    #[error("the answer cannot be written in a format that was asked for")]
    Format,
    #[error("cannot write the answer: {0}")]
    Write(io::Error),
    #[error("the query failed: {0}")]
    Evaluation(#[from] QueryEvaluationError),
    #[error("the query failed: {0}")]
    Thread(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Room for the parser and evaluator, which follow the nesting of a query.
pub const STACK: usize = 256 << 20;
/// How long a query that ran out of time may take to notice, before it is left behind.
const GRACE: Duration = Duration::from_millis(200);

impl Store {
    /// Asks a SPARQL query, in which the prefixes of [`PREFIXES`] are known. Its default graph is the record; an article's
    /// evidence is in the graph named by the article.
    ///
    /// A query that runs out of time is told to stop, and left to a thread of its own if it does not.
    pub fn query(&self, query: &str, options: &QueryOptions) -> Result<QueryAnswer, QueryError> {
        match refusal(query) {
            Some(Refusal::Update) => return Err(QueryError::Update),
            Some(Refusal::Service) => return Err(QueryError::Service),
            None => (),
        }
        let stop = options.stop.clone().unwrap_or_default();
        let job =
            Job { store: self.inner.clone(), query: query.to_owned(), options: options.clone(), stop: stop.clone() };
        let (sender, receiver) = mpsc::channel();
        let run = move || {
            // Nobody listens any more when the time is over.
            let _ = sender.send(job.run());
        };
        let spawned = std::thread::Builder::new().name("query".to_owned()).stack_size(STACK).spawn(run);
        spawned.map_err(|e| QueryError::Thread(e.to_string()))?;
        let Some(timeout) = options.timeout else {
            return receiver
                .recv()
                .unwrap_or_else(|_| Err(QueryError::Thread("it ended without an answer".to_owned())));
        };
        match receiver.recv_timeout(timeout) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Disconnected) => Err(QueryError::Thread("it ended without an answer".to_owned())),
            Err(RecvTimeoutError::Timeout) => {
                stop.ask();
                if receiver.recv_timeout(GRACE / 2).is_err() {
                    stop.force();
                    let _ = receiver.recv_timeout(GRACE / 2);
                }
                Err(QueryError::Timeout(timeout))
            }
        }
    }
}

/// A query with all it needs to run in a thread of its own.
struct Job {
    store: oxigraph::store::Store,
    query: String,
    options: QueryOptions,
    stop: Stop,
}

impl Job {
    fn run(self) -> Result<QueryAnswer, QueryError> {
        let mut query = parser(None).parse_query(&self.query)?;
        stopping::watch(&mut query);
        let mut prepared = stopping::stoppable(evaluator(), &self.stop).for_query(query);
        for (name, term) in self.options.bindings {
            let variable = Variable::new(&name).map_err(|_| QueryError::Variable(name))?;
            prepared = prepared.substitute_variable(variable, term);
        }
        let most = self.options.most.unwrap_or(usize::MAX);
        match stopping::run(|| collect(prepared.on_store(&self.store).execute()?, most)) {
            _ if self.stop.is_asked() => Err(QueryError::Stopped),
            Ok(answer) => Ok(answer?),
            Err(Unwound::Stopped) => Err(QueryError::Stopped),
            Err(Unwound::Panicked(words)) => Err(QueryError::Thread(words)),
        }
    }
}

/// A parser that knows the prefixes.
pub(super) fn parser(base: Option<&NamedNode>) -> SparqlParser {
    let parser = PREFIXES.iter().fold(SparqlParser::new(), |parser, (prefix, namespace)| {
        parser.with_prefix(*prefix, *namespace).expect("the namespaces are IRIs")
    });
    match base {
        Some(base) => parser.with_base_iri(base.as_str()).expect("a node's name is an IRI"),
        None => parser,
    }
}

/// An evaluator of what the parser gave.
pub(super) fn evaluator() -> SparqlEvaluator {
    SparqlEvaluator::new()
}

fn collect(results: QueryResults<'_>, most: usize) -> Result<QueryAnswer, QueryEvaluationError> {
    Ok(match results {
        QueryResults::Boolean(value) => QueryAnswer::Boolean(value),
        QueryResults::Graph(triples) => QueryAnswer::Graph(triples.take(most).collect::<Result<_, _>>()?),
        QueryResults::Solutions(solutions) => {
            let variables = solutions.variables().to_vec();
            let rows = solutions.take(most).map(|s| s.map(|s| s.values().to_vec())).collect::<Result<_, _>>()?;
            QueryAnswer::Solutions(Solutions { variables, rows })
        }
    })
}

#[derive(Debug, thiserror::Error)]
pub enum BadTerm {
    #[error("`{0}` does not give a variable its value: write `name=value`")]
    Binding(String),
    #[error("`{0}` has a prefix that is not known: write the IRI in full, between `<` and `>`")]
    Prefix(String),
    #[error("`{text}` is no IRI: {source}")]
    Iri { text: String, source: IriParseError },
}

/// A variable's name and value from `name=value`; see [`parse_term`].
pub fn parse_binding(text: &str) -> Result<(String, Term), BadTerm> {
    let (name, value) = text.split_once('=').ok_or_else(|| BadTerm::Binding(text.to_owned()))?;
    let name = name.trim().trim_start_matches(['?', '$']);
    Ok((name.to_owned(), parse_term(value.trim())?))
}

/// An RDF term as people type one: `<IRI>`, `https://…`, a name with a known prefix such as `wd:Q148`, a day such as
/// `2025-09-04`, a whole number, or else text. Quotes keep what they enclose from being read as anything but text.
pub fn parse_term(text: &str) -> Result<Term, BadTerm> {
    let iri =
        |iri: &str| NamedNode::new(iri).map(Term::from).map_err(|source| BadTerm::Iri { text: iri.to_owned(), source });
    let unwrapped = |open, close| text.strip_prefix(open).and_then(|t: &str| t.strip_suffix(close));
    if let Some(inner) = unwrapped('<', '>') {
        return iri(inner);
    }
    if let Some(inner) = unwrapped('"', '"') {
        return Ok(Literal::new_simple_literal(inner).into());
    }
    if ["http://", "https://", "urn:"].iter().any(|scheme| text.starts_with(scheme)) {
        return iri(text);
    }
    let name = text.split_once(':').filter(|(p, l)| !p.is_empty() && !format!("{p}{l}").contains(char::is_whitespace));
    match name {
        None => Ok(literal(text).into()),
        Some((prefix, local)) => match PREFIXES.iter().find(|(p, _)| *p == prefix) {
            Some((_, namespace)) => iri(&format!("{namespace}{local}")),
            None => Err(BadTerm::Prefix(text.to_owned())),
        },
    }
}

fn literal(text: &str) -> Literal {
    let is_day = text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok();
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    match (is_day, is_number) {
        (true, _) => Literal::new_typed_literal(text, xsd::DATE),
        (_, true) => Literal::new_typed_literal(text, xsd::INTEGER),
        _ => Literal::new_simple_literal(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_as_people_type_them() {
        for (text, expected) in [
            ("wd:Q148", "<http://www.wikidata.org/entity/Q148>"),
            ("<urn:x>", "<urn:x>"),
            ("https://x.example/a", "<https://x.example/a>"),
            ("China", "\"China\""),
            ("2025-09-04", "\"2025-09-04\"^^<http://www.w3.org/2001/XMLSchema#date>"),
            ("2025-99-04", "\"2025-99-04\""),
            ("-3", "\"-3\"^^<http://www.w3.org/2001/XMLSchema#integer>"),
            ("+3", "\"+3\""),
            ("\"3\"", "\"3\""),
            ("note: this", "\"note: this\""),
            ("\"wd:Q148\"", "\"wd:Q148\""),
            ("", "\"\""),
        ] {
            assert_eq!(parse_term(text).unwrap().to_string(), expected, "{text}");
        }
        assert!(parse_term("nope:x").is_err() && parse_term("<a b>").is_err());
        assert_eq!(parse_binding("?a = wd:Q1").unwrap().0, "a");
        assert!(parse_binding("a").is_err());
    }
}
