//! Who takes part in an event, and where it is, as far as that can be compared between articles.

use super::copies::words;
use super::names::Names;
use crate::ontology::iri::{en, rdf, rdfs};
use crate::ontology::local;
use oxigraph::model::{NamedNode, NamedNodeRef, Term};
use std::collections::BTreeSet;

/// What a graph says of a node.
pub type Properties = Vec<(NamedNode, Term)>;

/// A participant or place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Party {
    /// The same for the same thing in whatever article, when it is known or has a name.
    pub key: String,
    pub node: NamedNode,
    /// Whether the key names the same thing everywhere, rather than something of one article.
    is_known: bool,
    /// Whether it is called by a name of its own, rather than "police" or "two men".
    is_named: bool,
    label: BTreeSet<String>,
    /// ISO 3166-1 alpha-3.
    country: Option<String>,
    classes: BTreeSet<String>,
}

/// What comes of comparing two parties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Same,
    /// They may be the same: one of them says too little.
    Unclear,
    Different,
}

impl Party {
    /// Those whom a node stands for: the members of a group that has some, else itself. `about` tells what the article says
    /// of a node.
    pub fn all<E>(
        node: &NamedNode,
        names: &Names,
        about: &mut impl FnMut(&NamedNode) -> Result<Properties, E>,
    ) -> Result<Vec<Self>, E> {
        let properties = about(node)?;
        let members: Vec<NamedNode> = nodes(&properties, en::HAS_MEMBER).cloned().collect();
        if members.is_empty() {
            return Ok(vec![Self::of(node, names, &properties)]);
        }
        members.iter().map(|member| Ok(Self::of(member, names, &about(member)?))).collect()
    }

    fn of(node: &NamedNode, names: &Names, properties: &Properties) -> Self {
        let text = |p| properties.iter().find(|(q, _)| *q == p).and_then(|(_, o)| literal(o));
        let label = text(rdfs::LABEL).unwrap_or_default();
        let classes: BTreeSet<String> =
            nodes(properties, rdf::TYPE).filter_map(|c| local(c.as_ref())).map(str::to_owned).collect();
        let country = text(en::COUNTRY_CODE).map(str::to_owned);
        let is_known = !names.is_local_entity(node.as_ref());
        // The one word for a group may have its capital from the beginning of the sentence.
        let is_word = classes.contains("Group") && !label.contains(' ');
        let is_named = is_known || (is_name(label) && !is_word);
        let label: BTreeSet<String> = words(label).into_iter().collect();
        let is_state = ["Country", "Government"].iter().any(|c| classes.contains(*c));
        let key = match &country {
            Some(code) if is_state => code.clone(),
            _ if is_known => node.as_str().to_owned(),
            _ => label.iter().map(String::as_str).collect::<Vec<_>>().join("_"),
        };
        Self { key, node: node.clone(), is_known, is_named, label, country, classes }
    }

    /// Whether each compares with any other as this one does.
    pub fn compares_like(&self, other: &Self) -> bool {
        let Self { key, node: _, is_known, is_named, label, country, classes } = self;
        (key, is_known, is_named) == (&other.key, &other.is_known, &other.is_named)
            && (label, country, classes) == (&other.label, &other.country, &other.classes)
    }

    /// Whether it is told from others by what the article says of it.
    pub fn is_identified(&self) -> bool {
        self.is_known || self.is_named
    }

    pub fn is_place(&self) -> bool {
        self.is("Place") && !self.is("Government")
    }

    /// A state stands for all that is in it.
    pub fn is_state(&self) -> bool {
        self.is("Country") || self.is("Government")
    }

    fn is(&self, class: &str) -> bool {
        self.classes.contains(class)
    }

    pub fn compare(&self, other: &Self) -> Comparison {
        use Comparison::{Different, Same, Unclear};
        if self.key == other.key {
            return Same;
        }
        if matches!((&self.country, &other.country), (Some(a), Some(b)) if a != b) {
            return Different;
        }
        match (self.is_known, other.is_known) {
            (true, true) if self.is_state() || other.is_state() => Unclear,
            (true, true) => Different,
            _ if !self.is_named || !other.is_named => Unclear,
            _ if self.label.is_subset(&other.label) || other.label.is_subset(&self.label) => Same,
            _ if self.is("Person") && other.is("Person") => Different,
            _ => Unclear,
        }
    }

    /// The same for places: of two towns one cannot be in the other, of a region and a town it can.
    pub fn compare_place(&self, other: &Self) -> Comparison {
        let comparison = self.compare(other);
        let are_towns = self.is("City") && other.is("City");
        match comparison {
            Comparison::Different if self.country == other.country && !are_towns => Comparison::Unclear,
            Comparison::Unclear if are_towns && self.is_named && other.is_named => Comparison::Different,
            _ => comparison,
        }
    }
}

/// Whether a label is a name: "Abu Omar al-Baghdadi", but neither "two men" nor "North Korean leader".
fn is_name(label: &str) -> bool {
    let mut words = label.split_whitespace().filter(|w| w.chars().count() > 3);
    let begins = |word: &str| word.starts_with(|c: char| !c.is_lowercase()) || word.contains('-');
    label.contains(char::is_uppercase) && words.all(begins)
}

fn nodes<'a>(properties: &'a Properties, predicate: NamedNodeRef<'a>) -> impl Iterator<Item = &'a NamedNode> {
    properties.iter().filter(move |(p, _)| *p == predicate).filter_map(|(_, o)| match o {
        Term::NamedNode(node) => Some(node),
        _ => None,
    })
}

fn literal(term: &Term) -> Option<&str> {
    match term {
        Term::Literal(literal) => Some(literal.value()),
        _ => None,
    }
}
