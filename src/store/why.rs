//! From what a store holds back to the words: which articles say so, in which sentences, on whose word, by which rule.

use super::query::{BadTerm, parse_term};
use super::statement::{Evidence, is_statement};
use super::{Store, StoreError, is_article, short_iri};
use crate::graph::record::{Mention, named};
use crate::ontology::iri::{WIKIDATA, en, geo, prov, rdf, time};
use crate::ontology::{Shortcut, local};
use oxigraph::model::{GraphName, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term, TermRef, Triple};
use serde::Serialize;
use std::collections::BTreeSet;

/// Why something is in a store.
#[derive(Clone, Debug, Serialize)]
pub struct Why {
    /// What was asked about, in words.
    pub about: String,
    /// The same as terms, with the usual prefixes: one, or three for a triple.
    pub terms: Vec<String>,
    /// How many pieces of evidence there are, of which `evidence` holds the first.
    pub total: usize,
    pub evidence: Vec<Evidence>,
}

#[derive(Debug, thiserror::Error)]
pub enum WhyError {
    #[error("the store knows nothing of `{0}`")]
    Unknown(String),
    #[error("the record does not hold `{0}`")]
    NoTriple(String),
    #[error(transparent)]
    Term(#[from] BadTerm),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A statement, or an article's description of something, with the graph that holds it.
type Piece = (NamedNode, NamedNode);

impl Store {
    /// The evidence for an event, a relation or an entity, or for a statement of an article: `text` is an IRI, a name with
    /// a prefix, or the end of a name under the store's base such as `relation/5c829dfbf34e371a`. For an entity it is
    /// every statement that has to do with it. At most `limit` pieces are told.
    pub fn why(&self, text: &str, limit: usize) -> Result<Why, WhyError> {
        let node = self.known(text)?.ok_or_else(|| WhyError::Unknown(text.to_owned()))?;
        let pieces = self.for_thing(&node)?;
        self.told(self.label(&node)?, vec![short_iri(node.as_ref())], pieces, limit)
    }

    /// The evidence for a triple of the record or one of its shortcuts. A property of our own needs no prefix.
    pub fn why_triple(&self, [subject, predicate, object]: [&str; 3], limit: usize) -> Result<Why, WhyError> {
        let absent = || WhyError::NoTriple(format!("{subject} {predicate} {object}"));
        let node = self.known(subject)?.ok_or_else(|| WhyError::Unknown(subject.to_owned()))?;
        let triple = self.triple(node, &property(predicate)?, object)?.ok_or_else(absent)?;
        let pieces = self.for_triple(&triple)?;
        let subject = self.label(named(&triple.subject).ok_or_else(absent)?)?;
        let about = format!("{subject} {} {}", last_part(&triple.predicate), self.words_for(&triple.object)?);
        let terms = [triple.subject.into(), triple.predicate.into(), triple.object].iter().map(short).collect();
        self.told(about, terms, pieces, limit)
    }

    fn told(&self, about: String, terms: Vec<String>, pieces: BTreeSet<Piece>, limit: usize) -> Result<Why, WhyError> {
        let total = pieces.len();
        let told = pieces.into_iter().take(limit).map(|(graph, node)| self.evidence(&graph, &node));
        Ok(Why { about, terms, total, evidence: told.collect::<Result<_, _>>()? })
    }

    /// The node that somebody means, if the store has it.
    fn known(&self, text: &str) -> Result<Option<NamedNode>, WhyError> {
        for name in self.meant(text)? {
            if self.about(name.as_ref().into(), None).next().is_some()
                || self.pointing_at(name.as_ref().into()).next().is_some()
            {
                return Ok(Some(name));
            }
        }
        Ok(None)
    }

    /// The names that a text may stand for.
    fn meant(&self, text: &str) -> Result<Vec<NamedNode>, BadTerm> {
        if let Term::NamedNode(node) = parse_term(text)? {
            return Ok(vec![node]);
        }
        let base = self.mapper.base();
        let below = ["", "entity/", "event/", "relation/", "article/"].map(|kind| format!("{base}{kind}"));
        let starts = below.into_iter().chain([WIKIDATA.to_owned()]);
        Ok(starts.filter_map(|start| NamedNode::new(format!("{start}{text}")).ok()).collect())
    }

    /// The triple of the record that somebody means. A literal may be given by its value alone.
    fn triple(&self, subject: NamedNode, predicate: &NamedNode, object: &str) -> Result<Option<Triple>, WhyError> {
        let bare = object.strip_prefix('"').and_then(|o| o.strip_suffix('"')).unwrap_or(object);
        let names = self.meant(object).unwrap_or_default();
        let is_meant = |term: &Term| match term {
            Term::NamedNode(node) => names.contains(node),
            Term::Literal(literal) => literal.value() == bare,
            _ => false,
        };
        for quad in self.about(subject.as_ref().into(), Some(&GraphName::DefaultGraph)) {
            let quad = quad?;
            if quad.predicate == *predicate && is_meant(&quad.object) {
                return Ok(Some(quad.into()));
            }
        }
        Ok(None)
    }

    fn for_thing(&self, node: &NamedNode) -> Result<BTreeSet<Piece>, StoreError> {
        let sources = self.sources(node)?;
        if !sources.is_empty() {
            return Ok(sources);
        }
        let own = self.graphs_about(node)?;
        for graph in &own {
            if is_statement(&self.properties(graph, node)?) {
                return Ok(BTreeSet::from([(graph.clone(), node.clone())]));
            }
        }
        let statements = self.statements_about(node, None)?;
        Ok(if statements.is_empty() { described(own, node) } else { statements })
    }

    fn for_triple(&self, triple: &Triple) -> Result<BTreeSet<Piece>, StoreError> {
        let Some(subject) = named(&triple.subject) else { return Ok(BTreeSet::new()) };
        let sources = self.sources(subject)?;
        if !sources.is_empty() {
            return self.those_that_say(sources, &triple.object);
        }
        let graphs = self.graphs_with(triple)?;
        let statements = self.statements_about(subject, Some(&graphs))?;
        let mut facts = Vec::new();
        for (graph, node) in &statements {
            facts.push(self.mention_of(graph, node)?);
        }
        facts.retain(Mention::is_fact);
        let mut pieces = relations_behind(&facts, subject, triple);
        pieces.extend(self.events_behind(&facts, subject, triple)?);
        Ok(match (pieces.is_empty(), statements.is_empty()) {
            (false, _) => pieces,
            (true, false) => statements,
            (true, true) => described(graphs, subject),
        })
    }

    /// The mentions that an event or relation of the record is made of.
    fn sources(&self, node: &NamedNode) -> Result<BTreeSet<Piece>, StoreError> {
        let mut pieces = BTreeSet::new();
        for quad in self.about(node.as_ref().into(), Some(&GraphName::DefaultGraph)) {
            let quad = quad?;
            if let (true, Term::NamedNode(mention)) = (quad.predicate == prov::WAS_DERIVED_FROM, quad.object) {
                let graphs = self.graphs_about(&mention)?;
                pieces.extend(graphs.into_iter().map(|graph| (graph, mention.clone())));
            }
        }
        Ok(pieces)
    }

    /// The mentions that give a value; all, when it is none that a mention gives, such as the number of articles.
    fn those_that_say(&self, sources: BTreeSet<Piece>, value: &Term) -> Result<BTreeSet<Piece>, StoreError> {
        let mut saying = BTreeSet::new();
        for (graph, node) in &sources {
            let says = |(_, o): &(NamedNode, Term)| o == value;
            if value == &Term::from(node.clone()) || self.properties(graph, node)?.iter().any(says) {
                saying.insert((graph.clone(), node.clone()));
            }
        }
        Ok(if saying.is_empty() { sources } else { saying })
    }

    /// The statements of articles that have to do with something, also as part of a group or of a stretch of time.
    fn statements_about(
        &self,
        node: &NamedNode,
        graphs: Option<&BTreeSet<NamedNode>>,
    ) -> Result<BTreeSet<Piece>, StoreError> {
        let mut pieces = BTreeSet::new();
        let mut seen = BTreeSet::from([node.clone()]);
        let mut next = vec![node.clone()];
        while let Some(node) = next.pop() {
            for quad in self.pointing_at(node.as_ref().into()) {
                let Some((graph, subject, predicate)) = of_article(quad?) else { continue };
                if graphs.is_some_and(|g| !g.contains(&graph)) {
                    continue;
                }
                if is_statement(&self.properties(&graph, &subject)?) {
                    pieces.insert((graph, subject));
                } else if leads_on(predicate.as_ref()) && seen.insert(subject.clone()) {
                    next.push(subject);
                }
            }
        }
        Ok(pieces)
    }

    /// The events among facts from which a shortcut is drawn.
    fn events_behind(&self, facts: &[Mention], subject: &NamedNode, triple: &Triple) -> Result<Vec<Piece>, StoreError> {
        let shortcut = self.mapper.ontology().shortcuts().iter().find(|s| s.property == triple.predicate);
        let (Some(shortcut), Term::NamedNode(object)) = (shortcut, &triple.object) else { return Ok(Vec::new()) };
        let (from, to) = (self.with_groups(subject)?, self.with_groups(object)?);
        Ok(facts.iter().filter(|m| gives(m, shortcut, &from, &to)).map(piece).collect())
    }

    /// An entity, and the groups that articles say it belongs to.
    fn with_groups(&self, entity: &NamedNode) -> Result<Vec<Term>, StoreError> {
        let mut all = vec![Term::from(entity.clone())];
        for quad in self.pointing_at(entity.as_ref().into()) {
            if let Some((_, group, _)) = of_article(quad?).filter(|(.., p)| *p == en::HAS_MEMBER) {
                all.push(group.into());
            }
        }
        Ok(all)
    }

    fn mention_of(&self, graph: &NamedNode, node: &NamedNode) -> Result<Mention, StoreError> {
        let properties = self.properties(graph, node)?;
        Ok(Mention { node: node.clone(), article: graph.clone(), published: None, sketch: None, properties })
    }

    /// The articles' graphs that say something of a node.
    fn graphs_about(&self, node: &NamedNode) -> Result<BTreeSet<NamedNode>, StoreError> {
        let mut graphs = BTreeSet::new();
        for quad in self.about(node.as_ref().into(), None) {
            graphs.extend(of_article(quad?).map(|(graph, ..)| graph));
        }
        Ok(graphs)
    }

    fn graphs_with(&self, triple: &Triple) -> Result<BTreeSet<NamedNode>, StoreError> {
        let mut graphs = BTreeSet::new();
        for quad in self.about(triple.subject.as_ref(), None) {
            let quad = quad?;
            if quad.predicate == triple.predicate && quad.object == triple.object {
                graphs.extend(of_article(quad).map(|(graph, ..)| graph));
            }
        }
        Ok(graphs)
    }

    /// The name of something for people; the IRI, without the store's base, when it has none.
    pub(super) fn label(&self, node: &NamedNode) -> Result<String, StoreError> {
        if let Some(label) = self.known_label(node.as_ref())? {
            return Ok(label);
        }
        let below = node.as_str().strip_prefix(self.mapper.base()).map(str::to_owned);
        Ok(below.unwrap_or_else(|| short_iri(node.as_ref())))
    }

    fn words_for(&self, term: &Term) -> Result<String, StoreError> {
        match term {
            Term::NamedNode(node) => self.label(node),
            other => Ok(short(other)),
        }
    }
}

/// The property that somebody means: `a`, a name with a prefix, an IRI, or one of our own without prefix.
fn property(text: &str) -> Result<NamedNode, WhyError> {
    let own = || NamedNode::new(format!("{}{text}", en::NAMESPACE)).ok();
    match parse_term(text)? {
        Term::NamedNode(node) => Ok(node),
        _ if text == "a" => Ok(rdf::TYPE.into_owned()),
        _ => own().ok_or_else(|| WhyError::Unknown(text.to_owned())),
    }
}

/// The relations among facts of which a plain triple is the short form.
fn relations_behind(facts: &[Mention], subject: &NamedNode, triple: &Triple) -> BTreeSet<Piece> {
    let (s, o) = (TermRef::from(subject.as_ref()), triple.object.as_ref());
    let joins = |m: &Mention, s, o| has(m, rdf::SUBJECT, s) && has(m, rdf::OBJECT, o);
    let says =
        |m: &&Mention| has(m, rdf::PREDICATE, triple.predicate.as_ref().into()) && (joins(m, s, o) || joins(m, o, s));
    let (ended, holding): (Vec<&Mention>, Vec<&Mention>) =
        facts.iter().filter(says).partition(|m| m.properties.iter().any(|(p, _)| *p == en::VALID_UNTIL));
    let mut pieces: BTreeSet<Piece> = holding.into_iter().map(piece).collect();
    // What ends gives the triple only when the end lies ahead of the article: then no other mention there need hold.
    let graphs: BTreeSet<NamedNode> = pieces.iter().map(|(graph, _)| graph.clone()).collect();
    pieces.extend(ended.into_iter().map(piece).filter(|(graph, _)| !graphs.contains(graph)));
    pieces
}

fn piece(mention: &Mention) -> Piece {
    (mention.article.clone(), mention.node.clone())
}

/// Whether a statement about the subject is one about the object too: a group and its member, a stretch of time and its
/// first day, a place and its position.
fn leads_on(predicate: NamedNodeRef<'_>) -> bool {
    [en::HAS_MEMBER, geo::HAS_GEOMETRY, time::HAS_BEGINNING, time::HAS_END].contains(&predicate)
}

fn gives(mention: &Mention, shortcut: &Shortcut, from: &[Term], to: &[Term]) -> bool {
    let fills = |roles: &[NamedNode], fillers: &[Term]| {
        mention.properties.iter().any(|(p, o)| roles.contains(p) && fillers.contains(o))
    };
    let is_class =
        |(p, o): &(NamedNode, Term)| *p == en::EVENT_CLASS && shortcut.events.iter().any(|e| o == &e.clone().into());
    let there = fills(&shortcut.from, from) && fills(&shortcut.to, to);
    let back = shortcut.symmetric && fills(&shortcut.from, to) && fills(&shortcut.to, from);
    mention.properties.iter().any(is_class) && (there || back)
}

fn has(mention: &Mention, predicate: NamedNodeRef<'_>, object: TermRef<'_>) -> bool {
    mention.properties.iter().any(|(p, o)| *p == predicate && o.as_ref() == object)
}

fn described(graphs: BTreeSet<NamedNode>, node: &NamedNode) -> BTreeSet<Piece> {
    graphs.into_iter().map(|graph| (graph, node.clone())).collect()
}

/// Graph, subject and predicate of a quad of an article's graph.
fn of_article(quad: Quad) -> Option<(NamedNode, NamedNode, NamedNode)> {
    match (quad.graph_name, quad.subject) {
        (GraphName::NamedNode(graph), NamedOrBlankNode::NamedNode(subject)) if is_article(graph.as_ref()) => {
            Some((graph, subject, quad.predicate))
        }
        _ => None,
    }
}

fn last_part(node: &NamedNode) -> String {
    local(node.as_ref()).map_or_else(|| short_iri(node.as_ref()), str::to_owned)
}

fn short(term: &Term) -> String {
    match term {
        Term::NamedNode(node) => short_iri(node.as_ref()),
        Term::Literal(literal) => literal.value().to_owned(),
        other => other.to_string(),
    }
}
