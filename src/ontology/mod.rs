//! The vocabulary: its terms as constants, and what the files in `ontology/` say of classes, roles and shortcuts.

pub mod iri;
pub mod page;
pub mod shapes;

use iri::{en, owl, rdf, rdfs};
use oxigraph::io::{RdfFormat, RdfParseError, RdfParser};
use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, Term};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A file of the ontology, and the graph of every store that holds it.
pub struct OntologyFile {
    pub graph: &'static str,
    pub name: &'static str,
    pub turtle: &'static str,
}

/// The files of the ontology.
pub const FILES: &[OntologyFile] = &[
    OntologyFile {
        graph: "https://w3id.org/entente/ns",
        name: "ontology/entente.ttl",
        turtle: include_str!("../../ontology/entente.ttl"),
    },
    OntologyFile {
        graph: "https://w3id.org/entente/plover",
        name: "ontology/plover.ttl",
        turtle: include_str!("../../ontology/plover.ttl"),
    },
    OntologyFile {
        graph: "https://w3id.org/entente/cameo",
        name: "ontology/cameo.ttl",
        turtle: include_str!("../../ontology/cameo.ttl"),
    },
];

#[derive(Debug, thiserror::Error)]
#[error("{file}: {source}")]
pub struct OntologyError {
    file: String,
    source: RdfParseError,
}

/// What the ontology says of our own classes and properties, by local name: `Visit`, `actor`, `childOf`.
#[derive(Clone, Debug, Default)]
pub struct Ontology {
    events: BTreeMap<String, Class>,
    entities: BTreeMap<String, Class>,
    roles: BTreeMap<String, Role>,
    relations: BTreeMap<String, Relation>,
    shortcuts: Vec<Shortcut>,
    concepts: BTreeSet<String>,
}

/// A class of events or entities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    pub iri: NamedNode,
    /// Our own classes above it, nearest first, up to but without `en:Event` or `en:Entity`.
    pub above: Vec<NamedNode>,
}

/// A property from an event to somebody or something that has to do with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    pub iri: NamedNode,
    /// Whether the filler is where the event happens, rather than a participant.
    pub is_place: bool,
}

/// A property of lasting states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    pub iri: NamedNode,
    /// Whether it holds both ways.
    pub symmetric: bool,
}

/// A property of which plain triples are drawn from events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortcut {
    pub property: NamedNode,
    /// Classes of events that give it, those below them included.
    pub events: BTreeSet<NamedNode>,
    pub from: Vec<NamedNode>,
    pub to: Vec<NamedNode>,
    /// Classes that subject and object must belong to.
    pub domain: Option<NamedNode>,
    pub range: Option<NamedNode>,
    pub symmetric: bool,
}

impl Ontology {
    /// Reads the ontology that is part of the program. Fails only when its files are not Turtle.
    pub fn load() -> Result<Self, OntologyError> {
        let mut terms = Terms::default();
        for file in FILES {
            terms.read(file)?;
        }
        Ok(terms.ontology())
    }

    /// The class of events with this name.
    pub fn event(&self, name: &str) -> Option<&Class> {
        self.events.get(name)
    }

    /// The class of entities with this name.
    pub fn entity(&self, name: &str) -> Option<&Class> {
        self.entities.get(name)
    }

    /// The property for a role of an event.
    pub fn role(&self, name: &str) -> Option<&Role> {
        self.roles.get(name)
    }

    /// Every role, in alphabetical order.
    pub fn roles(&self) -> impl Iterator<Item = &Role> {
        self.roles.values()
    }

    /// The property for a lasting state.
    pub fn relation(&self, name: &str) -> Option<&Relation> {
        self.relations.get(name)
    }

    /// Every shortcut, in order of its IRI.
    pub fn shortcuts(&self) -> &[Shortcut] {
        &self.shortcuts
    }

    /// Names of all classes of events, in alphabetical order.
    pub fn event_names(&self) -> impl Iterator<Item = &str> {
        self.events.keys().map(String::as_str)
    }

    /// Whether a SKOS concept with this IRI (a PLOVER type, mode, context or sector, or a CAMEO code) exists.
    pub fn has_concept(&self, iri: &str) -> bool {
        self.concepts.contains(iri)
    }

    /// Whether a term of our own namespaces is one that the ontology has. Of terms in other namespaces nothing is known.
    pub fn has_term(&self, iri: &str) -> bool {
        let is_constant = || en::ALL.iter().any(|t| t.as_str() == iri);
        match iri.strip_prefix(en::NAMESPACE) {
            Some(name) => is_constant() || self.names().any(|n| n == name),
            None if iri.starts_with(iri::PLOVER) || iri.starts_with(iri::CAMEO) => self.has_concept(iri),
            None => true,
        }
    }

    /// Names that the loader gives a meaning to, without being constants of [`iri`].
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let shortcuts = self.shortcuts.iter().filter_map(|s| local(s.property.as_ref()));
        let maps = self.events.keys().chain(self.entities.keys()).chain(self.roles.keys()).chain(self.relations.keys());
        maps.map(String::as_str).chain(shortcuts)
    }
}

/// The name of a term of our own vocabulary without its namespace.
pub fn local(term: NamedNodeRef<'_>) -> Option<&str> {
    term.as_str().strip_prefix(en::NAMESPACE)
}

/// The ontology's triples by subject and predicate, with IRIs alone.
#[derive(Default)]
struct Terms(HashMap<NamedNode, Vec<(NamedNode, NamedNode)>>);

impl Terms {
    fn read(&mut self, file: &OntologyFile) -> Result<(), OntologyError> {
        for quad in RdfParser::from_format(RdfFormat::Turtle).for_slice(file.turtle) {
            let quad = quad.map_err(|e| OntologyError { file: file.name.to_owned(), source: e.into() })?;
            if let (NamedOrBlankNode::NamedNode(s), Term::NamedNode(o)) = (quad.subject, quad.object) {
                self.0.entry(s).or_default().push((quad.predicate, o));
            }
        }
        Ok(())
    }

    fn objects(&self, subject: NamedNodeRef<'_>, predicate: NamedNodeRef<'_>) -> Vec<NamedNode> {
        let pairs = self.0.get(&subject.into_owned()).map(Vec::as_slice).unwrap_or_default();
        pairs.iter().filter(|(p, _)| *p == predicate).map(|(_, o)| o.clone()).collect()
    }

    /// Everything that `predicate` leads to in any number of steps, nearest first.
    fn above(&self, term: NamedNodeRef<'_>, predicate: NamedNodeRef<'_>) -> Vec<NamedNode> {
        let mut found: Vec<NamedNode> = Vec::new();
        let mut next = self.objects(term, predicate);
        while !next.is_empty() {
            next.retain(|t| !found.contains(t));
            found.extend(next.iter().cloned());
            next = next.iter().flat_map(|t| self.objects(t.as_ref(), predicate)).collect();
        }
        found
    }

    fn ontology(&self) -> Ontology {
        let mut ontology = Ontology::default();
        for term in self.0.keys() {
            let concept = "http://www.w3.org/2004/02/skos/core#Concept";
            if self.objects(term.as_ref(), rdf::TYPE).iter().any(|t| t.as_str() == concept) {
                ontology.concepts.insert(term.as_str().to_owned());
            }
            if let Some(name) = local(term.as_ref()) {
                self.place(&mut ontology, name, term);
            }
        }
        ontology.shortcuts.sort_by(|a, b| a.property.cmp(&b.property));
        ontology
    }

    /// Files one of our own terms under what it is.
    fn place(&self, ontology: &mut Ontology, name: &str, term: &NamedNode) {
        let classes = self.above(term.as_ref(), rdfs::SUB_CLASS_OF);
        let properties = self.above(term.as_ref(), rdfs::SUB_PROPERTY_OF);
        let below = |above: &[NamedNode], top: NamedNodeRef<'_>| above.iter().any(|t| *t == top);
        if below(&classes, en::EVENT) {
            ontology.events.insert(name.to_owned(), class(term, classes, en::EVENT));
        } else if below(&classes, en::ENTITY) {
            ontology.entities.insert(name.to_owned(), class(term, classes, en::ENTITY));
        } else if below(&properties, iri::sem::HAS_ACTOR) || below(&properties, iri::sem::HAS_PLACE) {
            let role = Role { iri: term.clone(), is_place: below(&properties, iri::sem::HAS_PLACE) };
            ontology.roles.insert(name.to_owned(), role);
        } else if below(&properties, en::RELATED) {
            let relation = Relation { iri: term.clone(), symmetric: self.symmetric(term) };
            ontology.relations.insert(name.to_owned(), relation);
        } else if below(&properties, en::SHORTCUT) {
            ontology.shortcuts.push(self.shortcut(term));
        }
    }

    fn shortcut(&self, property: &NamedNode) -> Shortcut {
        let objects = |predicate| self.objects(property.as_ref(), predicate);
        let tops = objects(en::SHORTCUT_FOR);
        let is_below =
            |term: &NamedNode| self.above(term.as_ref(), rdfs::SUB_CLASS_OF).iter().any(|t| tops.contains(t));
        Shortcut {
            property: property.clone(),
            events: self.0.keys().filter(|t| tops.contains(t) || is_below(t)).cloned().collect(),
            from: objects(en::FROM_ROLE),
            to: objects(en::TO_ROLE),
            domain: objects(rdfs::DOMAIN).into_iter().next(),
            range: objects(rdfs::RANGE).into_iter().next(),
            symmetric: self.symmetric(property),
        }
    }

    fn symmetric(&self, property: &NamedNode) -> bool {
        self.objects(property.as_ref(), rdf::TYPE).iter().any(|t| *t == owl::SYMMETRIC_PROPERTY)
    }
}

fn class(term: &NamedNode, above: Vec<NamedNode>, top: NamedNodeRef<'_>) -> Class {
    let above = above.into_iter().filter(|t| local(t.as_ref()).is_some() && *t != top).collect();
    Class { iri: term.clone(), above }
}

#[cfg(test)]
mod tests;
