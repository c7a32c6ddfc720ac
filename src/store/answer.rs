//! Answers to queries, and the formats that they can be written in.

use crate::ontology::iri::PREFIXES;
use oxigraph::io::{RdfFormat, RdfSerializer};
use oxigraph::model::{NamedNodeRef, Term, Triple};
use oxigraph::sparql::Variable;
use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsSerializer};
use std::io::{self, Write};

/// What a query gives: rows for SELECT, triples for CONSTRUCT and DESCRIBE, yes or no for ASK.
#[derive(Clone, Debug, PartialEq)]
pub enum QueryAnswer {
    Solutions(Solutions),
    Graph(Vec<Triple>),
    Boolean(bool),
}

/// A table of terms. Every row has a cell for each variable, empty where there is no value.
#[derive(Clone, Debug, PartialEq)]
pub struct Solutions {
    pub variables: Vec<Variable>,
    pub rows: Vec<Vec<Option<Term>>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerFormat {
    /// Aligned columns for people, with IRIs shortened; Turtle for triples.
    Table,
    Csv,
    Tsv,
    Json,
    Xml,
    Turtle,
    NTriples,
}

/// The format is for another kind of answer.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{answer} cannot be written as {format}: take {instead}")]
pub struct UnfitFormat {
    answer: &'static str,
    format: &'static str,
    instead: &'static str,
}

impl AnswerFormat {
    pub const ALL: [Self; 7] = [Self::Table, Self::Csv, Self::Tsv, Self::Json, Self::Xml, Self::Turtle, Self::NTriples];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Json => "json",
            Self::Xml => "xml",
            Self::Turtle => "turtle",
            Self::NTriples => "ntriples",
        }
    }
}

impl QueryAnswer {
    /// Rows, triples, or one for yes and none for no.
    pub fn len(&self) -> usize {
        match self {
            Self::Solutions(solutions) => solutions.rows.len(),
            Self::Graph(triples) => triples.len(),
            Self::Boolean(value) => usize::from(*value),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the answer can be written in a format.
    pub fn fits(&self, format: AnswerFormat) -> Result<(), UnfitFormat> {
        let for_graphs = matches!(format, AnswerFormat::Turtle | AnswerFormat::NTriples);
        let unfit = |answer, instead| Err(UnfitFormat { answer, format: format.as_str(), instead });
        match self {
            Self::Graph(_) if !for_graphs && format != AnswerFormat::Table => unfit("a graph", "turtle or ntriples"),
            Self::Solutions(_) if for_graphs => unfit("a table of results", "table, csv, tsv, json or xml"),
            Self::Boolean(_) if for_graphs => unfit("yes or no", "table, csv, tsv, json or xml"),
            _ => Ok(()),
        }
    }

    /// Writes the answer. A format that does not fit is an error of kind `InvalidInput`; see [`fits`](Self::fits).
    pub fn write(&self, format: AnswerFormat, out: &mut dyn Write) -> io::Result<()> {
        self.fits(format).map_err(|e| io::Error::new(io::ErrorKind::InvalidInput, e))?;
        match self {
            Self::Solutions(solutions) => match results_format(format) {
                Some(format) => write_solutions(solutions, format, out),
                None => write_table(solutions, out),
            },
            Self::Boolean(value) => match results_format(format) {
                Some(format) => {
                    QueryResultsSerializer::from_format(format).serialize_boolean_to_writer(out, *value).map(|_| ())
                }
                None => writeln!(out, "{}", if *value { "yes" } else { "no" }),
            },
            Self::Graph(triples) if format == AnswerFormat::NTriples => write_graph(triples, RdfFormat::NTriples, out),
            Self::Graph(triples) => write_graph(triples, RdfFormat::Turtle, out),
        }
    }
}

fn results_format(format: AnswerFormat) -> Option<QueryResultsFormat> {
    match format {
        AnswerFormat::Csv => Some(QueryResultsFormat::Csv),
        AnswerFormat::Tsv => Some(QueryResultsFormat::Tsv),
        AnswerFormat::Json => Some(QueryResultsFormat::Json),
        AnswerFormat::Xml => Some(QueryResultsFormat::Xml),
        AnswerFormat::Table | AnswerFormat::Turtle | AnswerFormat::NTriples => None,
    }
}

fn write_solutions(solutions: &Solutions, format: QueryResultsFormat, out: &mut dyn Write) -> io::Result<()> {
    let serializer = QueryResultsSerializer::from_format(format);
    let mut writer = serializer.serialize_solutions_to_writer(out, solutions.variables.clone())?;
    for row in &solutions.rows {
        writer.serialize(solutions.variables.iter().zip(row).filter_map(|(v, t)| Some((v, t.as_ref()?))))?;
    }
    writer.finish().map(|_| ())
}

fn write_graph(triples: &[Triple], format: RdfFormat, out: &mut dyn Write) -> io::Result<()> {
    let mut sorted: Vec<&Triple> = triples.iter().collect();
    sorted.sort_by_cached_key(|t| t.to_string());
    sorted.dedup();
    let mut writer = with_prefixes(RdfSerializer::from_format(format)).for_writer(out);
    for triple in sorted {
        writer.serialize_triple(triple)?;
    }
    writer.finish().map(|_| ())
}

pub(super) fn with_prefixes(serializer: RdfSerializer) -> RdfSerializer {
    PREFIXES.iter().fold(serializer, |serializer, (prefix, namespace)| {
        serializer.with_prefix(*prefix, *namespace).expect("the namespaces are IRIs")
    })
}

/// Columns as wide as their widest cell, and a line under the head.
fn write_table(solutions: &Solutions, out: &mut dyn Write) -> io::Result<()> {
    let head: Vec<String> = solutions.variables.iter().map(|v| v.as_str().to_owned()).collect();
    let rows = solutions.rows.iter().map(|row| row.iter().map(|t| t.as_ref().map_or(String::new(), shown)).collect());
    let rows: Vec<Vec<String>> = rows.collect();
    let mut widths: Vec<usize> = head.iter().map(|h| h.chars().count()).collect();
    for (width, cell) in rows.iter().flat_map(|row| widths_of(row).enumerate().collect::<Vec<_>>()) {
        widths[width] = widths[width].max(cell);
    }
    let rule: Vec<String> = widths.iter().map(|w| "─".repeat(*w)).collect();
    for row in [&head, &rule].into_iter().chain(&rows) {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}

fn widths_of(row: &[String]) -> impl Iterator<Item = usize> {
    row.iter().map(|cell| cell.chars().count())
}

/// A term on one line: IRIs with a prefix if there is one, literals by their value alone.
fn shown(term: &Term) -> String {
    match term {
        Term::NamedNode(node) => short_iri(node.as_ref()),
        Term::Literal(literal) => literal.value().replace(|c: char| c.is_control(), " "),
        _ => term.to_string(),
    }
}

/// An IRI with the prefix that leaves the least of it; as it is when there is none.
pub fn short_iri(node: NamedNodeRef<'_>) -> String {
    let is_local = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_-".contains(c));
    let shortened = PREFIXES.iter().filter_map(|(p, ns)| Some((p, node.as_str().strip_prefix(ns)?)));
    match shortened.filter(|(_, name)| is_local(name)).min_by_key(|(_, name)| name.len()) {
        Some((prefix, name)) => format!("{prefix}:{name}"),
        None => node.as_str().to_owned(),
    }
}
