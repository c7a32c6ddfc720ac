//! What the plain triples of the record rest on.
//!
//! [`Store::supports`] goes once through the articles, where [`Store::why_triple`] asks for one triple: it is for exports.

use super::{Store, StoreError};
use crate::graph::ArticleGraph;
use crate::graph::record::{self, Mention, named};
use crate::ontology::Shortcut;
use crate::ontology::iri::{en, rdf};
use oxigraph::model::{GraphName, NamedNode, NamedNodeRef, Term, Triple};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Statements of articles on which a triple rests, all for the same time.
#[derive(Clone, Debug, PartialEq)]
pub struct Support {
    /// Names the triple as it is said to hold at this time.
    pub name: NamedNode,
    pub triple: Triple,
    /// `en:validFrom` and `en:validUntil` of a lasting relation, `en:earliest` and `en:latest` of an event.
    pub times: Vec<(NamedNode, Term)>,
    pub mentions: BTreeSet<NamedNode>,
    pub articles: BTreeSet<NamedNode>,
    /// The confidence of the surest.
    pub confidence: Option<Term>,
}

const TIMES: [NamedNodeRef<'static>; 4] = [en::VALID_FROM, en::VALID_UNTIL, en::EARLIEST, en::LATEST];

impl Store {
    /// For each plain triple of the record, drawn from events or lasting relations, what it rests on, in the order of the
    /// triples: once for each time for which it is said to hold. With a least confidence, statements that do not reach it
    /// count for nothing.
    pub fn supports(&self, least: Option<f64>) -> Result<Vec<Support>, StoreError> {
        let mut all: BTreeMap<(String, String), Support> = BTreeMap::new();
        for article in self.articles()? {
            let graph = GraphName::NamedNode(article.clone());
            let triples = self.graph(&graph).map(|q| q.map(Triple::from)).collect::<Result<_, _>>()?;
            for (triple, mention) in self.given(&ArticleGraph { article, triples }) {
                if mention.reaches(least) {
                    self.add(&mut all, triple, &mention);
                }
            }
        }
        Ok(all.into_values().collect())
    }

    fn add(&self, all: &mut BTreeMap<(String, String), Support>, triple: Triple, mention: &Mention) {
        let mut times: Vec<(NamedNode, Term)> =
            mention.properties.iter().filter(|(p, _)| TIMES.contains(&p.as_ref())).cloned().collect();
        times.sort_by_cached_key(|(p, o)| (p.clone(), o.to_string()));
        let (line, when) = (triple.to_string(), times.iter().map(|(p, o)| format!("{p} {o} ")).collect::<String>());
        let support = all.entry((line.clone(), when.clone())).or_insert_with(|| Support {
            name: self.mapper.names().hashed("statement", &[&line, &when]),
            triple,
            times,
            mentions: BTreeSet::new(),
            articles: BTreeSet::new(),
            confidence: None,
        });
        support.mentions.insert(mention.node.clone());
        support.articles.insert(mention.article.clone());
        let number = |term: &Term| match term {
            Term::Literal(literal) => literal.value().parse::<f64>().unwrap_or_default(),
            _ => 0.0,
        };
        let own = mention.properties.iter().find(|(p, _)| *p == en::CONFIDENCE).map(|(_, o)| o);
        if let Some(own) = own.filter(|own| support.confidence.as_ref().is_none_or(|c| number(c) < number(own))) {
            support.confidence = Some(own.clone());
        }
    }

    /// The plain triples of an article's graph, each with the statements that give it.
    pub(super) fn given(&self, graph: &ArticleGraph) -> Vec<(Triple, Mention)> {
        let contribution = record::contribution(&self.mapper, &graph.article, &graph.triples);
        let view = View::new(&graph.triples);
        let mut given = Vec::new();
        for mention in contribution.events.iter().flat_map(|report| report.mentions.iter()) {
            for shortcut in self.mapper.ontology().shortcuts().iter().filter(|s| is_of(mention, s)) {
                given.extend(view.drawn(mention, shortcut).into_iter().map(|t| (t, mention.clone())));
            }
        }
        let mut relations: BTreeMap<String, Vec<(Triple, &Mention)>> = BTreeMap::new();
        for mention in contribution.relations.values().flatten() {
            for triple in view.stated(mention) {
                relations.entry(triple.to_string()).or_default().push((triple, mention));
            }
        }
        for mut stated in relations.into_values() {
            // What ends gives the triple only when the end lies ahead of the article: then no other mention there need hold.
            let ends = |m: &Mention| m.properties.iter().any(|(p, _)| *p == en::VALID_UNTIL);
            if !stated.iter().all(|(_, m)| ends(m)) {
                stated.retain(|(_, m)| !ends(m));
            }
            given.extend(stated.into_iter().map(|(t, m)| (t, m.clone())));
        }
        given
    }
}

/// An article's triples, with the members of groups.
struct View<'a> {
    there: HashSet<&'a Triple>,
    members: HashMap<&'a NamedNode, Vec<&'a Term>>,
}

impl<'a> View<'a> {
    fn new(triples: &'a [Triple]) -> Self {
        let mut members: HashMap<&NamedNode, Vec<&Term>> = HashMap::new();
        for triple in triples.iter().filter(|t| t.predicate == en::HAS_MEMBER) {
            if let Some(group) = named(&triple.subject) {
                members.entry(group).or_default().push(&triple.object);
            }
        }
        Self { there: triples.iter().collect(), members }
    }

    /// Those that are there of the triples that an event can give.
    fn drawn(&self, mention: &Mention, shortcut: &Shortcut) -> Vec<Triple> {
        let fillers = |roles: &[NamedNode]| -> Vec<&Term> {
            let entities = mention.properties.iter().filter(|(p, _)| roles.contains(p)).map(|(_, o)| o);
            entities.flat_map(|o| self.meant(o)).collect()
        };
        let (from, to) = (fillers(&shortcut.from), fillers(&shortcut.to));
        let pairs = from.iter().flat_map(|a| to.iter().map(move |b| (*a, *b)));
        let both = pairs.flat_map(|(a, b)| [Some((a, b)), shortcut.symmetric.then_some((b, a))]).flatten();
        let mut triples: Vec<Triple> = both.filter_map(|(a, b)| self.there(a, &shortcut.property, b)).collect();
        let mut seen = HashSet::new();
        triples.retain(|triple| seen.insert(triple.clone()));
        triples
    }

    /// Those that are there of the triples that a relation states.
    fn stated(&self, mention: &Mention) -> Vec<Triple> {
        let value = |p: NamedNodeRef<'_>| mention.properties.iter().find(|(q, _)| *q == p).map(|(_, o)| o);
        let (Some(s), Some(Term::NamedNode(p)), Some(o)) =
            (value(rdf::SUBJECT), value(rdf::PREDICATE), value(rdf::OBJECT))
        else {
            return Vec::new();
        };
        let mut triples: Vec<Triple> = [(s, o), (o, s)].iter().filter_map(|(s, o)| self.there(s, p, o)).collect();
        triples.dedup();
        triples
    }

    fn there(&self, subject: &Term, predicate: &NamedNode, object: &Term) -> Option<Triple> {
        let Term::NamedNode(subject) = subject else { return None };
        let triple = Triple::new(subject.clone(), predicate.clone(), object.clone());
        self.there.contains(&triple).then_some(triple)
    }

    /// The entity itself, or the members of a group.
    fn meant<'b>(&'b self, entity: &'b Term) -> Vec<&'b Term> {
        let members = match entity {
            Term::NamedNode(node) => self.members.get(node),
            _ => None,
        };
        members.cloned().unwrap_or_else(|| vec![entity])
    }
}

fn is_of(mention: &Mention, shortcut: &Shortcut) -> bool {
    mention
        .properties
        .iter()
        .any(|(p, o)| *p == en::EVENT_CLASS && matches!(o, Term::NamedNode(class) if shortcut.events.contains(class)))
}
