//! Words for the terms of our own vocabulary, and how PLOVER rates types of events; read once from the ontology's files, so
//! that pages need not ask the store for them.

use crate::ontology::iri::{PREFIXES, en, rdfs};
use crate::ontology::{FILES, local};
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{NamedNodeRef, NamedOrBlankNode, Term};
use std::collections::{BTreeMap, HashMap};

const SKOS: &str = "http://www.w3.org/2004/02/skos/core#";

/// Whether a kind of event brings its parties together or drives them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tone {
    Cooperation,
    Conflict,
}

impl Tone {
    /// The class of its elements in a page.
    pub(super) fn class(tone: Option<Self>) -> &'static str {
        match tone {
            Some(Self::Cooperation) => "good",
            Some(Self::Conflict) => "bad",
            None => "plain",
        }
    }
}

#[derive(Default)]
pub(super) struct Vocabulary {
    labels: HashMap<String, String>,
    definitions: HashMap<String, String>,
    scores: HashMap<String, f64>,
}

impl Vocabulary {
    /// Reads the files. What is no Turtle in them is left out; tests see to it that all of it is.
    pub(super) fn load() -> Self {
        let mut vocabulary = Self::default();
        for file in FILES {
            for quad in RdfParser::from_format(RdfFormat::Turtle).for_slice(file.turtle).filter_map(Result::ok) {
                if let (NamedOrBlankNode::NamedNode(term), Term::Literal(value)) = (quad.subject, quad.object) {
                    vocabulary.note(term.into_string(), quad.predicate.as_ref(), value.value());
                }
            }
        }
        vocabulary
    }

    fn note(&mut self, term: String, predicate: NamedNodeRef<'_>, value: &str) {
        match predicate.as_str().strip_prefix(SKOS) {
            Some("prefLabel") => drop(self.labels.insert(term, value.to_owned())),
            Some("definition") => drop(self.definitions.insert(term, value.to_owned())),
            _ if predicate == rdfs::LABEL => drop(self.labels.insert(term, value.to_owned())),
            _ if local(predicate) == Some("score") => drop(value.parse().map(|score| self.scores.insert(term, score))),
            _ => (),
        }
    }

    /// What a term is called.
    pub(super) fn label(&self, term: &str) -> Option<&str> {
        self.labels.get(term).map(String::as_str)
    }

    /// The same for the local name of a term of our own.
    pub(super) fn own_label(&self, name: &str) -> Option<&str> {
        self.label(&format!("{}{name}", en::NAMESPACE))
    }

    pub(super) fn definition(&self, term: &str) -> Option<&str> {
        self.definitions.get(term).map(String::as_str)
    }

    /// PLOVER's score for a type of events, from -10 (conflict) to 10 (cooperation).
    pub(super) fn score(&self, kind: &str) -> Option<f64> {
        self.scores.get(kind).copied()
    }

    pub(super) fn tone(&self, kind: &str) -> Option<Tone> {
        let score = self.score(kind)?;
        Some(if score > 0.0 { Tone::Cooperation } else { Tone::Conflict })
    }

    /// Our own terms with a prefix, each with what it is called; for an editor to offer them.
    pub(super) fn prefixed(&self) -> BTreeMap<String, &str> {
        let own = ["en", "plover"].map(|prefix| PREFIXES.iter().find(|(p, _)| *p == prefix));
        let named = |(term, label)| {
            let (prefix, namespace) = own.iter().flatten().find(|(_, n)| str::starts_with(term, n))?;
            Some((format!("{prefix}:{}", &term[namespace.len()..]), label))
        };
        self.labels.iter().filter_map(|(term, label)| named((term.as_str(), label.as_str()))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ontology::iri::PLOVER;

    #[test]
    fn terms_have_words_and_types_a_tone() {
        let vocabulary = Vocabulary::load();
        let kind = |name: &str| format!("{PLOVER}{name}");
        assert_eq!(vocabulary.own_label("Meeting"), Some("meeting"));
        assert!(vocabulary.definition(&kind("AID")).is_some());
        assert_eq!(vocabulary.tone(&kind("AID")), Some(Tone::Cooperation));
        assert_eq!(vocabulary.tone(&kind("ASSAULT")), Some(Tone::Conflict));
        assert_eq!(vocabulary.tone(&kind("none")), None);
        assert_eq!(vocabulary.prefixed().get("en:Meeting"), Some(&"meeting"));
    }
}
