//! A store as files for people and other programs.
//!
//! Every format gives the same bytes for the same content: graphs, subjects and triples come in the order of their names.
//! Writing needs memory for the names of the subjects and for one piece of a graph at a time, not for the whole store.

mod annotations;
mod columns;
mod entities;
mod events;
mod jsonld;
mod lines;
mod neo4j;
mod network;
mod order;
#[cfg(feature = "parquet")]
mod parquet;
mod plover;
mod pretty;
mod properties;
mod relations;
mod ro_crate;
mod selection;
mod statement;
mod tables;

pub use columns::{COLUMNS, Cell, Column, Kind, Table};
pub use neo4j::export_neo4j;
pub use network::{NetworkFormat, export_network};
pub use plover::export_plover;
pub use ro_crate::{About, export_crate};
pub use selection::{Selection, SelectionError};
pub use statement::Standing;
pub use tables::{TableFormat, export_table, rows};

use crate::ontology::iri::PREFIXES;
use crate::store::{Store, StoreError};
use order::Quads;
use oxigraph::io::{RdfFormat, RdfSerializer};
use oxigraph::model::{GraphName, NamedNode};
use std::io::{self, Write};

/// A format to write a store in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// One quad a line, in the order of RDFC-1.0: the form to compare, sort and load elsewhere.
    NQuads,
    /// For people, with a block for each graph.
    TriG,
    /// For people; one graph.
    Turtle,
    /// One triple a line; one graph.
    NTriples,
    /// One graph.
    RdfXml,
    /// Nested objects with a context of prefixes.
    JsonLd,
}

impl ExportFormat {
    pub const ALL: [Self; 6] = [Self::NQuads, Self::TriG, Self::Turtle, Self::NTriples, Self::RdfXml, Self::JsonLd];

    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NQuads => "nquads",
            Self::TriG => "trig",
            Self::Turtle => "turtle",
            Self::NTriples => "ntriples",
            Self::RdfXml => "rdfxml",
            Self::JsonLd => "jsonld",
        }
    }

    /// Whether a file of the format can hold several graphs.
    pub fn holds_graphs(self) -> bool {
        matches!(self, Self::NQuads | Self::TriG | Self::JsonLd)
    }
}

/// What part of a store to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The record and the evidence of every article.
    All,
    /// The record alone: entities, events and plain triples.
    Record,
    /// What one article says.
    Article(NamedNode),
    /// The vocabularies.
    Vocabulary,
}

impl Scope {
    /// What a format writes when nothing is said: all, if it can hold graphs, else the record.
    pub fn of(format: ExportFormat) -> Self {
        if format.holds_graphs() { Self::All } else { Self::Record }
    }

    /// The graphs, in the order of their names; the default graph comes first.
    fn graphs(&self, store: &Store) -> Result<Vec<GraphName>, ExportError> {
        let named = |names: Vec<NamedNode>| names.into_iter().map(GraphName::from);
        Ok(match self {
            Self::All => std::iter::once(GraphName::DefaultGraph).chain(named(store.articles()?)).collect(),
            Self::Record => vec![GraphName::DefaultGraph],
            Self::Article(article) => vec![article.clone().into()],
            Self::Vocabulary => {
                let files = crate::ontology::FILES.iter().map(|f| NamedNode::new_unchecked(f.graph));
                let mut files: Vec<NamedNode> = files.collect();
                files.sort();
                named(files).collect()
            }
        })
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("`{0}` holds one graph: choose the record or an article, or one of nquads, trig, jsonld")]
    OneGraph(&'static str),
    #[error("`{0}` has no form for annotations of RDF 1.2: choose nquads, trig, turtle or ntriples")]
    NoAnnotations(&'static str),
    #[error("no article `{0}` in the store")]
    NoArticle(String),
    #[error("`{0}` is a folder of files: name it with `--output`")]
    Folder(&'static str),
    #[error("this build of the program cannot write Parquet (feature `parquet`): take csv or tsv")]
    NoParquet,
    #[cfg(feature = "parquet")]
    #[error("cannot write Parquet: {0}")]
    Parquet(#[from] ::parquet::errors::ParquetError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("cannot write: {0}")]
    Write(#[from] io::Error),
}

/// Writes a part of a store that has the record in it, and says of the record's plain triples, in the manner of RDF 1.2, what
/// they rest on, how sure that is, and when they hold. Returns how many quads that were. With a least confidence, see
/// [`export_at_least`].
pub fn export_annotated(
    store: &Store,
    format: ExportFormat,
    scope: &Scope,
    least: Option<f64>,
    out: &mut dyn Write,
) -> Result<u64, ExportError> {
    if matches!(format, ExportFormat::RdfXml | ExportFormat::JsonLd) {
        return Err(ExportError::NoAnnotations(format.as_str()));
    }
    let written = export_at_least(store, format, scope, least, out)?;
    Ok(written + annotations::annotations(store, format, least, out)?)
}

/// Writes a part of a store, and returns how many quads that were.
///
/// In a format for one graph, the name of an article's graph is not written.
pub fn export(store: &Store, format: ExportFormat, scope: &Scope, out: &mut dyn Write) -> Result<u64, ExportError> {
    export_at_least(store, format, scope, None, out)
}

/// The same, so far as it rests on events and relations that reach a confidence: others are left out of the articles' graphs,
/// and the record is what the rest gives. Events keep the names that they have in the store. What has no confidence, such as a
/// quotation or what an entity is, stays.
pub fn export_at_least(
    store: &Store,
    format: ExportFormat,
    scope: &Scope,
    least: Option<f64>,
    out: &mut dyn Write,
) -> Result<u64, ExportError> {
    let graphs = scope.graphs(store)?;
    if graphs.len() > 1 && !format.holds_graphs() {
        return Err(ExportError::OneGraph(format.as_str()));
    }
    if let Scope::Article(article) = scope
        && store.graph(&article.clone().into()).next().transpose()?.is_none()
    {
        return Err(ExportError::NoArticle(article.as_str().to_owned()));
    }
    let quads = Quads::new(store, graphs, least)?;
    let written = match format {
        ExportFormat::NQuads => lines::nquads(&quads, out),
        ExportFormat::NTriples => stream(&quads, RdfFormat::NTriples, out),
        ExportFormat::RdfXml => stream(&quads, RdfFormat::RdfXml, out),
        ExportFormat::TriG | ExportFormat::Turtle => pretty::turtle(&quads, format, out),
        ExportFormat::JsonLd => jsonld::jsonld(&quads, out),
    }?;
    out.flush()?;
    Ok(written)
}

/// One graph, triple by triple.
fn stream(quads: &Quads<'_>, format: RdfFormat, out: &mut dyn Write) -> Result<u64, ExportError> {
    let start = RdfSerializer::from_format(format);
    let with_prefixes = PREFIXES.iter().try_fold(start, |s, (prefix, namespace)| s.with_prefix(*prefix, *namespace));
    let mut writer = with_prefixes.map_err(io::Error::other)?.for_writer(out);
    let mut written = 0;
    for graph in &quads.graphs {
        for part in quads.parts(graph)? {
            for quad in part? {
                writer.serialize_triple(quad.as_ref())?;
                written += 1;
            }
        }
    }
    writer.finish()?;
    Ok(written)
}
