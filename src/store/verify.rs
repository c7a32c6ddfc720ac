//! Whether a store is whole: the record holds what the articles' graphs give it, and nothing else; everything has the shape that
//! `ontology/shapes.ttl` asks for; and every term of our own is in the ontology.

use super::{Store, StoreError, digest};
use crate::graph::{record, together};
use crate::ontology::iri::rdf;
use crate::ontology::shapes::{Properties, Shapes, Violation};
use oxigraph::model::{GraphName, NamedNode, NamedOrBlankNode, Term, Triple};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt;

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub difference: Difference,
    pub triple: Triple,
    /// The article whose graph calls for a triple that is missing, or has what is wrong; none for the record.
    pub article: Option<NamedNode>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// An article's graph calls for it, and the record lacks it.
    Missing,
    /// It stands in the record, and no article supports it.
    Unsupported,
    /// A term in one of our own namespaces that the ontology does not have.
    UnknownTerm(NamedNode),
    /// What is kept of the article to compare its events with others' is not what its graph has.
    Digest,
    /// What the triple is about is not of the shape that its class asks for.
    Shape(Violation),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { difference, triple, article } = self;
        match difference {
            Difference::Missing => write!(f, "not in the record: {triple}")?,
            Difference::Unsupported => write!(f, "in the record without support: {triple}")?,
            Difference::Digest => write!(f, "kept otherwise than the graph has it: {triple}")?,
            Difference::UnknownTerm(term) => write!(f, "{term} is not in the ontology: {triple}")?,
            Difference::Shape(Violation { shape, path, expected, value }) => {
                write!(f, "{} is not of the shape {shape}: ", triple.subject)?;
                path.as_ref().map_or(Ok(()), |path| write!(f, "{path} "))?;
                write!(f, "should be {expected}")?;
                value.as_ref().map_or(Ok(()), |value| write!(f, ", not {value}"))?;
            }
        }
        article.as_ref().map_or(Ok(()), |article| write!(f, " (article {article})"))
    }
}

/// Triples that the record should hold, each with an article that calls for it.
type Expected = HashMap<Triple, NamedNode>;

impl Store {
    /// Everything on which evidence and record disagree, all that is not of its shape, and for each graph every term of our own
    /// that the ontology lacks; nothing for a store that is whole. Holds the record in memory.
    pub fn verify(&self) -> Result<Vec<Fault>, StoreError> {
        let (mut faults, mut expected, mut reports) = (Vec::new(), Expected::new(), Vec::new());
        let (mapper, shapes) = (self.mapper(), Shapes::embedded()?);
        for article in self.articles()? {
            let triples = self.triples_of(&GraphName::NamedNode(article.clone()))?;
            faults.extend(self.unknown_terms(&triples, Some(&article)));
            faults.extend(self.misshapen(&shapes, &triples, Some(&article))?);
            let contribution = record::contribution(mapper, &article, &triples);
            let part = record::of_reports(mapper, &article, &triples, &contribution.events);
            faults.extend(self.misdigested(part, &article)?);
            let relations = contribution.relations.iter().flat_map(|(relation, mentions)| {
                let triples =
                    mentions.iter().map(move |m| (record::relation(relation, m), record::source(relation, m)));
                triples.flat_map(|(itself, source)| itself.into_iter().chain([source]))
            });
            expected.extend(relations.chain(contribution.shared).map(|t| (t, article.clone())));
            reports.extend(contribution.events);
        }
        for event in together::events(mapper, reports) {
            let article = &event[0].article;
            expected.extend(record::event(mapper, &event).into_iter().map(|t| (t, article.clone())));
        }
        let record = self.triples_of(&GraphName::DefaultGraph)?;
        faults.extend(self.unknown_terms(&record, None));
        faults.extend(self.misshapen(&shapes, &record, None)?);
        faults.extend(against(&record, &expected));
        Ok(faults)
    }

    /// What departs from the shapes in a graph. Of the record's sources the articles' graphs tell.
    fn misshapen(
        &self,
        shapes: &Shapes,
        triples: &[Triple],
        article: Option<&NamedNode>,
    ) -> Result<Vec<Fault>, StoreError> {
        let mut graph: BTreeMap<&NamedNode, Properties> = BTreeMap::new();
        for triple in triples {
            if let NamedOrBlankNode::NamedNode(subject) = &triple.subject {
                graph.entry(subject).or_default().push((triple.predicate.clone(), triple.object.clone()));
            }
        }
        let mut about = |node: &NamedNode| match graph.get(node) {
            Some(said) => Ok(said.clone()),
            None if article.is_some() => Ok(Properties::new()),
            None => self.about(node.into(), None).map(|q| q.map(|q| (q.predicate, q.object))).collect(),
        };
        let mut faults = Vec::new();
        for (node, said) in &graph {
            for violation in shapes.violations(node, said, &mut about)? {
                let class = said.iter().find(|(p, _)| *p == rdf::TYPE).map(|(p, class)| (p.clone(), class.clone()));
                let Some((predicate, class)) = class else { continue };
                let triple = Triple::new((*node).clone(), predicate, class);
                faults.push(Fault { difference: Difference::Shape(violation), triple, article: article.cloned() });
            }
        }
        Ok(faults)
    }

    /// One triple for an article of which something else is kept than this part of its graph.
    fn misdigested(&self, part: Vec<Triple>, article: &NamedNode) -> Result<Option<Fault>, StoreError> {
        let kept = digest::read(&self.inner, article).map_err(|e| self.failed("read", e))?;
        let Some(kept) = kept else { return Ok(None) };
        let (kept, part): (HashSet<Triple>, HashSet<Triple>) = (kept.into_iter().collect(), part.into_iter().collect());
        let first = kept.symmetric_difference(&part).min_by_key(|t| t.to_string());
        let fault = |triple: &Triple| Fault {
            difference: Difference::Digest,
            triple: triple.clone(),
            article: Some(article.clone()),
        };
        Ok(first.map(fault))
    }

    fn triples_of(&self, graph: &GraphName) -> Result<Vec<Triple>, StoreError> {
        self.graph(graph).map(|q| q.map(Triple::from)).collect()
    }

    fn unknown_terms(&self, triples: &[Triple], article: Option<&NamedNode>) -> Vec<Fault> {
        let ontology = self.mapper.ontology();
        let mut seen = BTreeSet::new();
        let mut faults = Vec::new();
        for triple in triples {
            for term in terms(triple).filter(|t| !ontology.has_term(t.as_str())) {
                if seen.insert(term.clone()) {
                    let difference = Difference::UnknownTerm(term);
                    faults.push(Fault { difference, triple: triple.clone(), article: article.cloned() });
                }
            }
        }
        faults
    }
}

/// On what the record and what is expected of it disagree.
fn against(record: &[Triple], expected: &Expected) -> Vec<Fault> {
    let there: HashSet<&Triple> = record.iter().collect();
    let fault = |difference, triple: &Triple, article: Option<&NamedNode>| Fault {
        difference,
        triple: triple.clone(),
        article: article.cloned(),
    };
    let missing = expected.iter().filter(|(t, _)| !there.contains(t));
    let mut faults: Vec<_> = missing.map(|(t, a)| fault(Difference::Missing, t, Some(a))).collect();
    let extra = record.iter().filter(|t| !expected.contains_key(t));
    faults.extend(extra.map(|t| fault(Difference::Unsupported, t, None)));
    faults.sort_by_cached_key(Fault::to_string);
    faults
}

/// What a triple names beside its subject: the property, and the object or its datatype.
fn terms(triple: &Triple) -> impl Iterator<Item = NamedNode> {
    let object = match &triple.object {
        Term::NamedNode(node) => Some(node.clone()),
        Term::Literal(literal) => Some(literal.datatype().into_owned()),
        _ => None,
    };
    std::iter::once(triple.predicate.clone()).chain(object)
}
