//! Articles in and out. Each change is one transaction, after which the record is what it would be had the store been built
//! from the articles it now holds, in any order.
//!
//! An article's graph is the evidence; everything in the default graph is a function of the evidence. A change therefore
//! compares what the article gave to the record before with what it gives now. Triples that many articles share, such as the
//! label of a country, stay as long as any graph has them; events and relations are made anew from all their mentions.

use super::error::StoreError;
use super::{Store, is_article};
use crate::graph::record::{self, Mention};
use crate::graph::{ArticleGraph, Extraction};
use crate::ontology::Ontology;
use crate::ontology::iri::{en, schema};
use oxigraph::model::{
    GraphName, GraphNameRef, NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Quad, Term, TermRef,
    Triple, TripleRef,
};
use oxigraph::store::{StorageError, Transaction};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::PoisonError;

impl Store {
    /// Puts what an article says into the store, in place of whatever the article said before.
    pub fn replace_article(&self, extraction: &Extraction) -> Result<(), StoreError> {
        self.replace_graph(&self.mapper.evidence(extraction))
    }

    /// The same with a graph that this store's [`Mapper`](crate::graph::Mapper) made.
    pub fn replace_graph(&self, graph: &ArticleGraph) -> Result<(), StoreError> {
        self.change(&graph.article, &graph.triples)?;
        Ok(())
    }

    /// Takes an article back, with everything that only it supported. Returns whether it was there.
    pub fn remove_article(&self, id: &str) -> Result<bool, StoreError> {
        self.change(&self.mapper.names().article(id), &[])
    }

    /// Returns whether the article was there before.
    fn change(&self, article: &NamedNode, triples: &[Triple]) -> Result<bool, StoreError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let work = || {
            let mut change = Change { ontology: self.mapper.ontology(), transaction: self.inner.start_transaction()? };
            let was_there = change.replace(article, triples)?;
            change.transaction.commit()?;
            Ok(was_there)
        };
        work().map_err(|e| self.failed("write to", e))
    }
}

/// Events or relations with the mentions that assert them.
type Instances = BTreeMap<NamedNode, Vec<Mention>>;

fn instances<'a>(before: &'a Instances, after: &'a Instances) -> BTreeSet<&'a NamedNode> {
    before.keys().chain(after.keys()).collect()
}

/// One article's change on its way.
struct Change<'a> {
    ontology: &'a Ontology,
    transaction: Transaction<'a>,
}

impl Change<'_> {
    fn replace(&mut self, article: &NamedNode, new: &[Triple]) -> Result<bool, StorageError> {
        let old = self.triples(None, GraphNameRef::NamedNode(article.as_ref()))?;
        let before = record::contribution(self.ontology, article, &old);
        let after = record::contribution(self.ontology, article, new);
        self.exchange(GraphNameRef::NamedNode(article.as_ref()), &old, new);
        if new.is_empty() {
            self.transaction.remove_named_graph(article)?;
        }
        self.shared(article, &before.shared, &after.shared)?;
        for event in instances(&before.events, &after.events) {
            let (mentions, is_new) = self.mentions(event, article, &before.events, &after.events)?;
            let triples = if mentions.is_empty() { Vec::new() } else { record::event(self.ontology, event, &mentions) };
            self.describe(event, is_new, &triples)?;
        }
        for relation in instances(&before.relations, &after.relations) {
            self.relation(article, relation, before.relations.get(relation), after.relations.get(relation))?;
        }
        Ok(!old.is_empty())
    }

    fn triples(
        &self,
        subject: Option<NamedOrBlankNodeRef<'_>>,
        graph: GraphNameRef<'_>,
    ) -> Result<Vec<Triple>, StorageError> {
        self.transaction.quads_for_pattern(subject, None, None, Some(graph)).map(|q| q.map(Triple::from)).collect()
    }

    /// Turns one set of triples of a graph into another.
    fn exchange(&mut self, graph: GraphNameRef<'_>, old: &[Triple], new: &[Triple]) {
        let (olds, news): (HashSet<&Triple>, HashSet<&Triple>) = (old.iter().collect(), new.iter().collect());
        for gone in old.iter().filter(|t| !news.contains(t)) {
            self.transaction.remove(gone.as_ref().in_graph(graph));
        }
        for come in new.iter().filter(|t| !olds.contains(t)) {
            self.transaction.insert(come.as_ref().in_graph(graph));
        }
    }

    /// Makes a node of the record what it shall be. Of a new one nothing needs to be looked for.
    fn describe(&mut self, node: &NamedNode, is_new: bool, triples: &[Triple]) -> Result<(), StorageError> {
        let old = if is_new { Vec::new() } else { self.triples(Some(node.into()), GraphNameRef::DefaultGraph)? };
        self.exchange(GraphNameRef::DefaultGraph, &old, triples);
        Ok(())
    }

    /// Adds what the article now shares with others, and takes away what it did and no other article has.
    fn shared(&mut self, article: &NamedNode, before: &[Triple], after: &[Triple]) -> Result<(), StorageError> {
        let stay: HashSet<&Triple> = after.iter().collect();
        let mut old = Vec::new();
        for triple in before {
            if stay.contains(triple) || !self.is_elsewhere(triple.as_ref(), article.as_ref())? {
                old.push(triple.clone());
            }
        }
        self.exchange(GraphNameRef::DefaultGraph, &old, after);
        Ok(())
    }

    /// Makes a relation what it shall be. It is the same from whatever mention it is made, so that it is enough to know
    /// whether there is any other: that somebody is president of somewhere is said by thousands of articles.
    fn relation(
        &mut self,
        article: &NamedNode,
        relation: &NamedNode,
        before: Option<&Vec<Mention>>,
        after: Option<&Vec<Mention>>,
    ) -> Result<(), StorageError> {
        let sources = |mentions: Option<&Vec<Mention>>| -> Vec<Triple> {
            mentions.into_iter().flatten().map(|m| record::source(relation, m)).collect()
        };
        let (mut old, mut new) = (sources(before), sources(after));
        if let Some(mentions) = after {
            new.extend(record::relation(relation, mentions));
        } else if let Some(mentions) = before
            && !self.is_asserted_elsewhere(relation, article)?
        {
            old.extend(record::relation(relation, mentions));
        }
        self.exchange(GraphNameRef::DefaultGraph, &old, &new);
        Ok(())
    }

    fn is_asserted_elsewhere(&self, relation: &NamedNode, article: &NamedNode) -> Result<bool, StorageError> {
        let object = Some(TermRef::NamedNode(relation.as_ref()));
        for quad in self.transaction.quads_for_pattern(None, Some(en::INSTANCE), object, None) {
            if let Quad { subject: NamedOrBlankNode::NamedNode(node), graph_name: GraphName::NamedNode(other), .. } =
                quad?
                && other != *article
                && self.mention(node, other)?.is_fact()
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether another article's graph has the triple.
    fn is_elsewhere(&self, triple: TripleRef<'_>, article: NamedNodeRef<'_>) -> Result<bool, StorageError> {
        let (s, p, o) = (triple.subject, triple.predicate, triple.object);
        for quad in self.transaction.quads_for_pattern(Some(s), Some(p), Some(o), None) {
            if matches!(quad?.graph_name, GraphName::NamedNode(g) if g != article && is_article(g.as_ref())) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Every mention that asserts an event: those that the article has now, and those of all others. Also says
    /// whether the record did not have it before.
    fn mentions(
        &self,
        instance: &NamedNode,
        article: &NamedNode,
        before: &Instances,
        after: &Instances,
    ) -> Result<(Vec<Mention>, bool), StorageError> {
        let mut mentions = self.mentions_elsewhere(instance, article)?;
        let is_new = mentions.is_empty() && !before.contains_key(instance);
        mentions.extend(after.get(instance).into_iter().flatten().cloned());
        mentions.sort_by(|a, b| (&a.article, &a.node).cmp(&(&b.article, &b.node)));
        Ok((mentions, is_new))
    }

    fn mentions_elsewhere(&self, instance: &NamedNode, article: &NamedNode) -> Result<Vec<Mention>, StorageError> {
        let object = Some(TermRef::NamedNode(instance.as_ref()));
        let mut mentions = Vec::new();
        for quad in self.transaction.quads_for_pattern(None, Some(en::INSTANCE), object, None) {
            if let Quad { subject: NamedOrBlankNode::NamedNode(node), graph_name: GraphName::NamedNode(graph), .. } =
                quad?
                && graph != *article
            {
                mentions.push(self.mention(node, graph)?);
            }
        }
        mentions.retain(Mention::is_fact);
        Ok(mentions)
    }

    fn mention(&self, node: NamedNode, article: NamedNode) -> Result<Mention, StorageError> {
        let graph = GraphNameRef::NamedNode(article.as_ref());
        let properties = self.triples(Some(node.as_ref().into()), graph)?.into_iter().map(|t| (t.predicate, t.object));
        let properties = properties.collect();
        let subject = Some(article.as_ref().into());
        let mut days = self.transaction.quads_for_pattern(subject, Some(schema::DATE_PUBLISHED), None, Some(graph));
        let published = match days.next().transpose()?.map(|q| q.object) {
            Some(Term::Literal(day)) => Some(day),
            _ => None,
        };
        Ok(Mention { node, article: article.clone(), published, properties })
    }
}
