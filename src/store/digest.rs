//! What an article reports, kept in one text.
//!
//! Whether an article reports the same events as others is decided from a part of what each says. Read from the articles'
//! graphs, quad by quad, that takes most of the time that it takes to add an article of which there are many copies. So this part
//! of each graph is kept as one literal in the store's own graph too, written and taken away together with it. Where none
//! is, as in stores of older versions and for graphs that were changed from outside, the graph itself is read.

use crate::ontology::iri::en;
use oxigraph::io::{RdfFormat, RdfParser, RdfSerializer};
use oxigraph::model::{Literal, NamedNode, Quad, QuadRef, Term, Triple};
use oxigraph::store::{StorageError, Store};
use std::io;

/// Another one is needed for each change of what is kept: a text of another version is left alone.
const VERSION: &str = "1\n";

/// The quad that keeps a part of an article's graph; none for an empty part.
pub(super) fn quad(article: &NamedNode, part: &[Triple]) -> Result<Option<Quad>, StorageError> {
    if part.is_empty() {
        return Ok(None);
    }
    let mut writer = RdfSerializer::from_format(RdfFormat::NTriples).for_writer(VERSION.as_bytes().to_vec());
    part.iter().try_for_each(|triple| writer.serialize_triple(triple))?;
    let text = String::from_utf8(writer.finish()?).map_err(io::Error::other)?;
    let text = Literal::new_simple_literal(text);
    Ok(Some(QuadRef::new(&subject(article), en::DIGEST, &text, en::STORE).into_owned()))
}

/// What is kept of an article's graph; none if nothing is, or nothing that this version knows to read.
pub(super) fn read(store: &Store, article: &NamedNode) -> Result<Option<Vec<Triple>>, StorageError> {
    let Some(Quad { object: Term::Literal(text), .. }) = quads(store, Some(article)).next().transpose()? else {
        return Ok(None);
    };
    let Some(text) = text.value().strip_prefix(VERSION) else { return Ok(None) };
    let quads = RdfParser::from_format(RdfFormat::NTriples).lenient().for_slice(text);
    let triples = quads.map(|quad| quad.map(Triple::from)).collect::<Result<_, _>>();
    triples.map(Some).map_err(|e| io::Error::other(e).into())
}

/// What is kept of one article's graph, or of all.
pub(super) fn quads(
    store: &Store,
    article: Option<&NamedNode>,
) -> impl Iterator<Item = Result<Quad, StorageError>> + use<> {
    let subject = article.map(subject);
    store.quads_for_pattern(subject.as_ref().map(Into::into), Some(en::DIGEST), None, Some(en::STORE.into()))
}

/// Not the article itself, of which the store's own graph has nothing to say.
fn subject(article: &NamedNode) -> NamedNode {
    NamedNode::new_unchecked(format!("{}#digest", article.as_str()))
}
