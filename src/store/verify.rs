//! Whether the layers of a store agree: the record holds what the articles' graphs give it, and nothing else.

use super::{Store, StoreError};
use crate::graph::record;
use oxigraph::model::{GraphName, NamedNode, Term, Triple};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt;

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub difference: Difference,
    pub triple: Triple,
    /// The article whose graph calls for a triple that is missing, or uses a term that is unknown; none for the record.
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
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { difference, triple, article } = self;
        match difference {
            Difference::Missing => write!(f, "not in the record: {triple}")?,
            Difference::Unsupported => write!(f, "in the record without support: {triple}")?,
            Difference::UnknownTerm(term) => write!(f, "{term} is not in the ontology: {triple}")?,
        }
        article.as_ref().map_or(Ok(()), |article| write!(f, " (article {article})"))
    }
}

/// Triples that the record should hold, each with an article that calls for it.
type Expected = HashMap<Triple, NamedNode>;

impl Store {
    /// Everything on which evidence and record disagree, and for each graph every term of our own that the ontology lacks;
    /// nothing for a store that is whole. Holds the record in memory.
    pub fn verify(&self) -> Result<Vec<Fault>, StoreError> {
        let (mut faults, mut expected, mut reports) = (Vec::new(), Expected::new(), Vec::new());
        let mapper = self.mapper();
        for article in self.articles()? {
            let triples = self.triples_of(&GraphName::NamedNode(article.clone()))?;
            faults.extend(self.unknown_terms(&triples, Some(&article)));
            let contribution = record::contribution(mapper, &article, &triples);
            let relations = contribution.relations.iter().flat_map(|(relation, mentions)| {
                let triples =
                    mentions.iter().map(move |m| (record::relation(relation, m), record::source(relation, m)));
                triples.flat_map(|(itself, source)| itself.into_iter().chain([source]))
            });
            expected.extend(relations.chain(contribution.shared).map(|t| (t, article.clone())));
            reports.extend(contribution.events);
        }
        for event in mapper.rule().events(mapper.ontology(), reports) {
            let article = &event[0].article;
            expected.extend(record::event(mapper, &event).into_iter().map(|t| (t, article.clone())));
        }
        faults.extend(self.against_record(&expected)?);
        Ok(faults)
    }

    fn triples_of(&self, graph: &GraphName) -> Result<Vec<Triple>, StoreError> {
        self.graph(graph).map(|q| q.map(Triple::from)).collect()
    }

    fn against_record(&self, expected: &Expected) -> Result<Vec<Fault>, StoreError> {
        let record = self.triples_of(&GraphName::DefaultGraph)?;
        let mut faults = self.unknown_terms(&record, None);
        let there: HashSet<&Triple> = record.iter().collect();
        let fault = |difference, triple: &Triple, article: Option<&NamedNode>| Fault {
            difference,
            triple: triple.clone(),
            article: article.cloned(),
        };
        let missing = expected.iter().filter(|(t, _)| !there.contains(t));
        let mut missing: Vec<_> = missing.map(|(t, a)| fault(Difference::Missing, t, Some(a))).collect();
        let extra = record.iter().filter(|t| !expected.contains_key(t));
        missing.extend(extra.map(|t| fault(Difference::Unsupported, t, None)));
        missing.sort_by_cached_key(Fault::to_string);
        faults.extend(missing);
        Ok(faults)
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

/// What a triple names beside its subject: the property, and the object or its datatype.
fn terms(triple: &Triple) -> impl Iterator<Item = NamedNode> {
    let object = match &triple.object {
        Term::NamedNode(node) => Some(node.clone()),
        Term::Literal(literal) => Some(literal.datatype().into_owned()),
        _ => None,
    };
    std::iter::once(triple.predicate.clone()).chain(object)
}
