//! What a thing is called, of which articles may say it differently.

use super::{Store, StoreError};
use crate::ontology::iri::rdfs;
use oxigraph::model::{GraphName, NamedNodeRef, Term};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Labels of one thing that are counted: where it has several, and where it is none of the record, as publishers and models are, whose
/// label is hardly ever another.
const MOST: usize = 1000;
const FEW: usize = 10;

impl Store {
    /// The label of a thing that has one; of several, the one that most articles give it. Of those that as many give, one with a capital
    /// letter at its beginning is likelier to be a name; then the order of the alphabet decides.
    pub fn known_label(&self, node: NamedNodeRef<'_>) -> Result<Option<String>, StoreError> {
        // The record has each label once, and most things have one.
        let mut known = self.labels(node, Some(&GraphName::DefaultGraph), usize::MAX)?;
        if known.len() != 1 {
            known = self.labels(node, None, if known.is_empty() { FEW } else { MOST })?;
        }
        let rank =
            |(label, count): &(String, usize)| (*count, label.starts_with(char::is_uppercase), Reverse(label.clone()));
        Ok(known.into_iter().max_by_key(rank).map(|(label, _)| label))
    }

    /// Labels with how often they are given.
    fn labels(
        &self,
        node: NamedNodeRef<'_>,
        graph: Option<&GraphName>,
        most: usize,
    ) -> Result<BTreeMap<String, usize>, StoreError> {
        let mut labels = BTreeMap::new();
        for label in self.values(node.into(), rdfs::LABEL, graph).take(most) {
            if let Term::Literal(label) = label? {
                *labels.entry(label.value().to_owned()).or_default() += 1;
            }
        }
        Ok(labels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Change, Stop};
    use oxigraph::model::NamedNode;

    #[test]
    fn the_label_that_most_articles_give() {
        let store = Store::in_memory().unwrap();
        for (case, (given, chosen)) in [
            (&[][..], None),
            (&["Ann"], Some("Ann")),
            (&["Ann Lee", "Ann", "Ann Lee", "Zoe"], Some("Ann Lee")),
            (&["his government", "Iraqi government", "government"], Some("Iraqi government")),
            (&["b", "a"], Some("a")),
        ]
        .into_iter()
        .enumerate()
        {
            let node = NamedNode::new(format!("http://x.example/{case}")).unwrap();
            let said = |label: &&str| format!("{node} rdfs:label '{label}' . ");
            let record: String = given.iter().map(said).collect();
            let graph = |(i, label)| format!("GRAPH <http://x.example/article/{i}> {{ {}}} ", said(label));
            let articles: String = given.iter().enumerate().map(graph).collect();
            let change = Change { sparql: format!("INSERT DATA {{ {record}{articles}}}"), ..Change::default() };
            store.update(&change, &Stop::default()).unwrap();
            assert_eq!(store.known_label(node.as_ref()).unwrap().as_deref(), chosen, "{given:?}");
        }
    }
}
