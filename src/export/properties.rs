//! The properties of a node of the graph, by predicate.

use super::ExportError;
use crate::ontology::iri::en;
use crate::store::Store;
use jiff::civil::Date;
use oxigraph::model::{GraphName, NamedNode, NamedNodeRef, Term};

/// What one graph, or all graphs, say of a node, in the order of the terms' text.
pub(super) struct Properties(Vec<(NamedNode, Term)>);

impl Properties {
    pub fn read(store: &Store, node: &NamedNode, graph: Option<&GraphName>) -> Result<Self, ExportError> {
        let quads = store.about(node.as_ref().into(), graph);
        let mut properties = quads.map(|q| q.map(|q| (q.predicate, q.object))).collect::<Result<Vec<_>, _>>()?;
        properties.sort_by_cached_key(|(_, object)| object.to_string());
        properties.dedup();
        Ok(Self(properties))
    }

    pub fn iter(&self) -> impl Iterator<Item = (&NamedNode, &Term)> {
        self.0.iter().map(|(p, o)| (p, o))
    }

    pub fn all<'a>(&'a self, predicate: NamedNodeRef<'a>) -> impl Iterator<Item = &'a Term> {
        self.0.iter().filter(move |(p, _)| *p == predicate).map(|(_, o)| o)
    }

    pub fn nodes<'a>(&'a self, predicate: NamedNodeRef<'a>) -> impl Iterator<Item = &'a NamedNode> {
        self.all(predicate).filter_map(|term| if let Term::NamedNode(node) = term { Some(node) } else { None })
    }

    pub fn node<'a>(&'a self, predicate: NamedNodeRef<'a>) -> Option<&'a NamedNode> {
        self.nodes(predicate).next()
    }

    pub fn has(&self, predicate: NamedNodeRef<'_>, object: NamedNodeRef<'_>) -> bool {
        self.nodes(predicate).any(|n| *n == object)
    }

    pub fn text(&self, predicate: NamedNodeRef<'_>) -> Option<String> {
        let literal = |term: &Term| if let Term::Literal(l) = term { Some(l.value().to_owned()) } else { None };
        self.all(predicate).find_map(literal)
    }

    pub fn number(&self, predicate: NamedNodeRef<'_>) -> Option<f64> {
        self.text(predicate)?.parse().ok().filter(|n: &f64| n.is_finite())
    }

    pub fn integer(&self, predicate: NamedNodeRef<'_>) -> Option<i64> {
        self.text(predicate)?.parse().ok()
    }

    pub fn date(&self, predicate: NamedNodeRef<'_>) -> Option<Date> {
        self.text(predicate)?.parse().ok()
    }

    /// The last part of the name of what a property leads to: `Visit`, `CONSULT`.
    pub fn name(&self, predicate: NamedNodeRef<'_>) -> Option<String> {
        self.node(predicate).map(|n| last_part(n).to_owned())
    }
}

/// What stands after the last `/` or `#` of an IRI.
pub(super) fn last_part(node: &NamedNode) -> &str {
    node.as_str().rsplit(['/', '#']).next().unwrap_or_default()
}

/// A property of our own vocabulary that a store may or may not have.
pub(super) fn own(name: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("{}{name}", en::NAMESPACE))
}
