//! Turtle and TriG as people like to read them, by sophia: subjects together, prefixes, lists of objects.
//!
//! sophia lays out whole graphs in memory. Nothing in the graph needs to be nested, so that any set of subjects can be laid
//! out by itself, and a graph is written part by part.

use super::order::Quads;
use super::{ExportError, ExportFormat};
use crate::ontology::iri::PREFIXES;
use oxigraph::model::{GraphName, Quad, TermRef};
use sophia::api::prefix::{Prefix, PrefixMapPair};
use sophia::api::serializer::QuadSerializer;
use sophia::api::source::IntoSource;
use sophia::iri::Iri;
use sophia::turtle::serializer::trig::{TriGConfig, TriGSerializer};
use sophia::xml::model::Trusted;
use std::io::{self, Write};

pub(super) fn turtle(quads: &Quads<'_>, format: ExportFormat, out: &mut dyn Write) -> Result<u64, ExportError> {
    for (prefix, namespace) in PREFIXES {
        writeln!(out, "PREFIX {prefix}: <{namespace}>")?;
    }
    let mut written = 0;
    for graph in &quads.graphs {
        for part in quads.parts(graph)? {
            let part = part?;
            written += part.len() as u64;
            out.write_all(&laid_out(&part, format == ExportFormat::TriG)?)?;
        }
    }
    Ok(written)
}

/// Quads of one graph, without prefix declarations.
fn laid_out(quads: &[Quad], with_graph: bool) -> io::Result<Vec<u8>> {
    let config = TriGConfig::new().with_pretty(true).with_own_prefix_map(prefixes());
    let mut text = Vec::new();
    let quads = quads.iter().map(|q| (spo(q), graph(q).filter(|_| with_graph)));
    let mut serializer = TriGSerializer::new_with_config(&mut text, config);
    serializer.serialize_quads(quads.into_source()).map_err(io::Error::other)?;
    let body = text.split_inclusive(|b| *b == b'\n').skip_while(|line| line.starts_with(b"PREFIX "));
    Ok(body.flatten().copied().collect())
}

/// A term of oxrdf for sophia, without a copy.
type Sophia<'a> = Trusted<TermRef<'a>>;

pub(super) fn spo(quad: &Quad) -> [Sophia<'_>; 3] {
    [quad.subject.as_ref().into(), quad.predicate.as_ref().into(), quad.object.as_ref()].map(Trusted)
}

pub(super) fn graph(quad: &Quad) -> Option<Sophia<'_>> {
    match &quad.graph_name {
        GraphName::NamedNode(node) => Some(Trusted(node.as_ref().into())),
        GraphName::BlankNode(node) => Some(Trusted(node.as_ref().into())),
        GraphName::DefaultGraph => None,
    }
}

fn prefixes() -> Vec<PrefixMapPair> {
    let pair = |(prefix, iri): &(&'static str, &'static str)| {
        (Prefix::new_unchecked((*prefix).into()), Iri::new_unchecked((*iri).into()))
    };
    PREFIXES.iter().map(pair).collect()
}
