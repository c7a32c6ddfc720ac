//! What stands for a thing in a list: its label, or what it says where it has none, as an event, a statement or words have.

use super::super::html;
use super::super::problem::Problem;
use super::events::Event;
use super::reader::{Reader, literal, named};
use crate::ontology::iri::{en, geo, nif, rdf, schema};
use oxigraph::model::{NamedNode, NamedNodeRef, Quad, Term};

/// Quads about a thing that are looked at.
const MOST: usize = 100;

/// A thing as a link with words in it, or any other term.
pub(super) fn link(reader: &Reader<'_>, term: &Term) -> Result<String, Problem> {
    let Term::NamedNode(node) = term else { return Ok(reader.term(term)) };
    Ok(match words(reader, node.as_ref())? {
        Some(words) => html::link(node.as_ref(), &words),
        None => reader.term(term),
    })
}

/// Words for a thing, if there are any.
pub(super) fn words(reader: &Reader<'_>, node: NamedNodeRef<'_>) -> Result<Option<String>, Problem> {
    if let Some(label) = reader.known_label(node) {
        return Ok(Some(label));
    }
    if let Some(event) = Event::read(reader, node)? {
        return Ok(Some(event.title(reader)));
    }
    let quads = reader.store.about(node.into(), None).take(MOST).collect::<Result<Vec<_>, _>>()?;
    let text = |property| value(&quads, property).and_then(literal).map(|l| l.value().to_owned());
    if let Some(sentence) = value(&quads, en::SENTENCE).and_then(named) {
        return anchor(reader, sentence);
    }
    let known = [schema::HEADLINE, en::ARTICLE_ID, nif::ANCHOR_OF, en::EDTF, geo::AS_WKT].into_iter().find_map(text);
    Ok(known.or_else(|| relation(reader, &quads)))
}

fn value<'a>(quads: &'a [Quad], property: NamedNodeRef<'_>) -> Option<&'a Term> {
    quads.iter().find(|quad| quad.predicate == property).map(|quad| &quad.object)
}

fn anchor(reader: &Reader<'_>, sentence: &NamedNode) -> Result<Option<String>, Problem> {
    let words = reader.store.values(sentence.as_ref().into(), nif::ANCHOR_OF, None).next().transpose()?;
    Ok(words.as_ref().and_then(literal).map(|words| words.value().to_owned()))
}

/// Subject, property and object of a relation of the record.
fn relation(reader: &Reader<'_>, quads: &[Quad]) -> Option<String> {
    let parts = [rdf::SUBJECT, rdf::PREDICATE, rdf::OBJECT].map(|property| match value(quads, property)? {
        Term::NamedNode(node) => Some(reader.label(node.as_ref())),
        Term::Literal(literal) => Some(literal.value().to_owned()),
        other => Some(other.to_string()),
    });
    Some(parts.into_iter().collect::<Option<Vec<_>>>()?.join(" "))
}
