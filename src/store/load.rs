//! Articles in and out. After each change the record is what it would be had the store been built from the articles it now
//! holds, in any order.
//!
//! An article's graph is the evidence; everything in the default graph is a function of the evidence. A change therefore
//! compares what articles gave to the record before with what they give now. Triples that many articles share, such as the
//! label of a country, stay as long as any graph has them; relations are made anew from any mention, events from all
//! reports that hang together with those that come or go.

use super::error::StoreError;
use super::known::Known;
use super::{Store, digest, is_article, unfinished};
use crate::graph::record::{self, Contribution, Mention};
use crate::graph::same::Report;
use crate::graph::{ArticleGraph, Extraction, Mapper, together};
use crate::ontology::iri::{en, schema};
use oxigraph::model::{
    GraphName, GraphNameRef, Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Quad, Term,
    TermRef, Triple, TripleRef,
};
use oxigraph::store::StorageError;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::PoisonError;

impl Store {
    /// Puts what an article says into the store, in place of whatever the article said before.
    pub fn replace_article(&self, extraction: &Extraction) -> Result<(), StoreError> {
        self.replace_graphs([self.mapper.evidence(extraction)])
    }

    /// The same with graphs that this store's [`Mapper`](crate::graph::Mapper) made, all or none of them: much quicker than one
    /// by one. Of two graphs of one article the later counts.
    pub fn replace_graphs(&self, graphs: impl IntoIterator<Item = ArticleGraph>) -> Result<(), StoreError> {
        self.change(graphs.into_iter().map(|g| (g.article, g.triples)).collect())?;
        Ok(())
    }

    /// Takes an article back, with everything that only it supported. Returns whether it was there.
    pub fn remove_article(&self, id: &str) -> Result<bool, StoreError> {
        self.change(BTreeMap::from([(self.mapper.names().article(id), Vec::new())]))
    }

    /// Gives articles new graphs; one without triples goes. Returns whether any was there before.
    fn change(&self, graphs: BTreeMap<NamedNode, Vec<Triple>>) -> Result<bool, StoreError> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        graphs.keys().try_for_each(|article| self.note(article.as_ref().into()))?;
        // What is known of reports is of use again only when all went well.
        let mut known = std::mem::take(&mut *writer);
        graphs.keys().for_each(|article| known.forget(article));
        let work = || {
            let mut change = Change {
                mapper: &self.mapper,
                // Nobody else writes meanwhile.
                store: &self.inner,
                is_on_disk: self.path.is_some(),
                articles: graphs.keys().cloned().collect(),
                known,
                of_articles: RefCell::default(),
                come: Vec::new(),
                gone: HashSet::new(),
            };
            let emptied = graphs.iter().filter(|(_, triples)| triples.is_empty()).map(|(article, _)| article.clone());
            let emptied: Vec<NamedNode> = emptied.collect();
            let (was_there, reports) = change.replace(graphs)?;
            let mut known = std::mem::take(&mut change.known);
            change.commit(&emptied)?;
            known.learn(reports.iter().map(|r| record::condensed(&self.mapper, r)));
            *writer = known;
            Ok(was_there)
        };
        work().map_err(|e| self.failed("write to", e))
    }
}

/// From so many quads on it is worth making files of them.
const LARGE: usize = 20_000;

/// A change on its way: quads that come and quads that go.
struct Change<'a> {
    mapper: &'a Mapper,
    store: &'a oxigraph::store::Store,
    is_on_disk: bool,
    /// Those that change.
    articles: HashSet<NamedNode>,
    /// Reports of others, so far as they have been read.
    known: Known,
    /// Of these others: when they appeared, and their sketches.
    of_articles: RefCell<HashMap<NamedNode, Seen>>,
    /// Perhaps with repetitions.
    come: Vec<Quad>,
    gone: HashSet<Quad>,
}

/// When an article appeared, and the sketch of its text.
type Seen = (Option<Literal>, Option<Literal>);

/// By which an event is known: those that its reports give it.
fn names(event: &[Report]) -> Vec<&NamedNode> {
    event.iter().map(|r| &r.instance).collect()
}

/// Something that is to be made anew, as it was and as it shall be.
#[derive(Default)]
struct Both<T> {
    before: T,
    after: T,
}

impl Change<'_> {
    /// Whether any of the articles was there before, and what they now report.
    fn replace(&mut self, graphs: BTreeMap<NamedNode, Vec<Triple>>) -> Result<(bool, Vec<Report>), StorageError> {
        let mut all: Vec<Both<Contribution>> = Vec::new();
        let mut was_there = false;
        for (article, new) in graphs {
            let old = self.triples(None, article.as_ref().into())?;
            was_there |= !old.is_empty();
            let contribution = |triples: &[Triple]| record::contribution(self.mapper, &article, triples);
            let both = Both { before: contribution(&old), after: contribution(&new) };
            self.digest(&article, &record::of_reports(self.mapper, &article, &new, &both.after.events))?;
            all.push(both);
            self.exchange(&article.into(), &old, new);
        }
        self.shared(&all)?;
        self.relations(&all)?;
        let reports = all.iter().flat_map(|b| b.after.events.clone()).collect();
        self.events(all)?;
        Ok((was_there, reports))
    }

    /// Writes, all or nothing. What only adds is written without looking, which is quicker, and much of it as files that the
    /// storage engine takes over as they are.
    fn commit(mut self, emptied: &[NamedNode]) -> Result<(), StorageError> {
        let is_large = self.come.len() >= LARGE.max(self.gone.len()) && emptied.is_empty();
        if is_large && self.is_on_disk {
            let come = std::mem::take(&mut self.come);
            unfinished::add_in_bulk(self.store, come, &self.gone)?;
            return unfinished::finish(self.store);
        }
        if self.gone.is_empty() && emptied.is_empty() {
            return self.store.extend(self.come);
        }
        let mut transaction = self.store.start_transaction()?;
        self.gone.iter().for_each(|quad| transaction.remove(quad));
        transaction.extend(&self.come);
        for graph in emptied {
            transaction.remove_named_graph(graph)?;
        }
        transaction.commit()
    }

    fn triples(
        &self,
        subject: Option<NamedOrBlankNodeRef<'_>>,
        graph: GraphNameRef<'_>,
    ) -> Result<Vec<Triple>, StorageError> {
        self.store.quads_for_pattern(subject, None, None, Some(graph)).map(|q| q.map(Triple::from)).collect()
    }

    /// Turns one set of triples of a graph into another.
    fn exchange(&mut self, graph: &GraphName, old: &[Triple], mut new: Vec<Triple>) {
        if !old.is_empty() {
            let (olds, news): (HashSet<&Triple>, HashSet<&Triple>) = (old.iter().collect(), new.iter().collect());
            self.gone.extend(old.iter().filter(|t| !news.contains(t)).map(|t| t.clone().in_graph(graph.clone())));
            new.retain(|t| !olds.contains(t));
        }
        self.come.extend(new.into_iter().map(|t| t.in_graph(graph.clone())));
    }

    /// Keeps a part of an article's new graph in place of what is kept of the old.
    fn digest(&mut self, article: &NamedNode, part: &[Triple]) -> Result<(), StorageError> {
        let new = digest::quad(article, part)?;
        let old: Vec<Quad> = digest::quads(self.store, Some(article)).collect::<Result<_, _>>()?;
        self.come.extend(new.clone().filter(|new| !old.contains(new)));
        self.gone.extend(old.into_iter().filter(|old| Some(old) != new.as_ref()));
        Ok(())
    }

    /// Adds what the articles now share with others, and takes away what they did and no other article has.
    fn shared(&mut self, all: &[Both<Contribution>]) -> Result<(), StorageError> {
        let after: HashSet<&Triple> = all.iter().flat_map(|b| &b.after.shared).collect();
        let before: HashSet<&Triple> = all.iter().flat_map(|b| &b.before.shared).collect();
        for triple in before.difference(&after) {
            if !self.is_elsewhere(triple.as_ref())? {
                self.gone.insert((*triple).clone().in_graph(GraphName::DefaultGraph));
            }
        }
        self.come.extend(after.difference(&before).map(|t| (*t).clone().in_graph(GraphName::DefaultGraph)));
        Ok(())
    }

    /// Whether the graph of an article that does not change has the triple.
    fn is_elsewhere(&self, triple: TripleRef<'_>) -> Result<bool, StorageError> {
        let (s, p, o) = (triple.subject, triple.predicate, triple.object);
        for quad in self.store.quads_for_pattern(Some(s), Some(p), Some(o), None) {
            if self.other_article(&quad?.graph_name).is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The article that a graph belongs to, unless it is one that changes.
    fn other_article<'g>(&self, graph: &'g GraphName) -> Option<&'g NamedNode> {
        match graph {
            GraphName::NamedNode(node) if !self.articles.contains(node) && is_article(node.as_ref()) => Some(node),
            _ => None,
        }
    }

    /// Makes relations what they shall be. One is the same from whatever mention it is made, so that it is enough to know
    /// whether there is any other: that somebody is president of somewhere is said by thousands of articles.
    fn relations(&mut self, all: &[Both<Contribution>]) -> Result<(), StorageError> {
        let mut relations: BTreeMap<&NamedNode, Both<Vec<&Mention>>> = BTreeMap::new();
        for both in all {
            for (relation, mentions) in &both.before.relations {
                relations.entry(relation).or_default().before.extend(mentions);
            }
            for (relation, mentions) in &both.after.relations {
                relations.entry(relation).or_default().after.extend(mentions);
            }
        }
        for (relation, Both { before, after }) in relations {
            let triples = |mentions: &[&Mention], with_itself: bool| -> Vec<Triple> {
                let itself = mentions.first().filter(|_| with_itself).map(|m| record::relation(relation, m));
                let sources = mentions.iter().map(|m| record::source(relation, m));
                itself.into_iter().flatten().chain(sources).collect()
            };
            let goes = !before.is_empty() && after.is_empty() && !self.is_asserted_elsewhere(relation)?;
            let (old, new) = (triples(&before, goes), triples(&after, true));
            self.exchange(&GraphName::DefaultGraph, &old, new);
        }
        Ok(())
    }

    fn is_asserted_elsewhere(&self, relation: &NamedNode) -> Result<bool, StorageError> {
        let object = Some(TermRef::NamedNode(relation.as_ref()));
        for quad in self.store.quads_for_pattern(None, Some(en::INSTANCE), object, None) {
            if let Quad { subject: NamedOrBlankNode::NamedNode(node), graph_name, .. } = quad?
                && let Some(other) = self.other_article(&graph_name)
                && self.mention(node, other)?.is_fact()
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Makes events what they shall be: those that the articles report or reported, and all others that hang together with
    /// them.
    fn events(&mut self, all: Vec<Both<Contribution>>) -> Result<(), StorageError> {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for both in all {
            before.extend(both.before.events);
            after.extend(both.after.events);
        }
        let mut old = self.hanging_together(before)?;
        let start = old.values().filter(|r| self.stays(r)).cloned().chain(after).collect();
        let new = self.hanging_together(start)?;
        // What now hangs together with reports that come did so with one another before.
        old.extend(new.iter().filter(|(_, r)| self.stays(r)).map(|(name, report)| (name.clone(), report.clone())));
        let mapper = self.mapper;
        let sorted = |reports: BTreeMap<NamedNode, Report>| together::events(mapper, reports.into_values().collect());
        let (old, new) = (sorted(old), sorted(new));
        let olds: HashSet<Vec<&NamedNode>> = old.iter().map(|event| names(event)).collect();
        let lasting = new.iter().filter(|event| event.iter().all(|r| self.stays(r))).map(|event| names(event));
        let same: HashSet<Vec<&NamedNode>> = lasting.filter(|names| olds.contains(names)).collect();
        let triples = |events: &[Vec<Report>]| -> Vec<Triple> {
            let others = events.iter().filter(|event| !same.contains(&names(event)));
            others.flat_map(|reports| record::event(mapper, reports)).collect()
        };
        self.exchange(&GraphName::DefaultGraph, &triples(&old), triples(&new));
        Ok(())
    }

    /// Whether a report is of an article that does not change.
    fn stays(&self, report: &Report) -> bool {
        !self.articles.contains(&report.article)
    }

    /// Reports, and those of articles that do not change with which they hang together.
    fn hanging_together(&mut self, start: Vec<Report>) -> Result<BTreeMap<NamedNode, Report>, StorageError> {
        let mapper = self.mapper;
        together::closure(mapper, start, |anchor| self.reports_at(anchor))
    }

    /// The reports of articles that do not change that have an anchor.
    fn reports_at(&mut self, anchor: &str) -> Result<Vec<Report>, StorageError> {
        let literal = Literal::new_simple_literal(anchor);
        let mut reports = Vec::new();
        for quad in self.store.quads_for_pattern(None, Some(en::ANCHOR), Some((&literal).into()), None) {
            let Quad { subject: NamedOrBlankNode::NamedNode(instance), graph_name, .. } = quad? else { continue };
            let Some(article) = self.other_article(&graph_name) else { continue };
            reports.push(self.report(&instance, article)?);
        }
        Ok(reports)
    }

    /// What an article that does not change reports of an event.
    fn report(&mut self, instance: &NamedNode, article: &NamedNode) -> Result<Report, StorageError> {
        if let Some(report) = self.known.report(article, instance) {
            return Ok(report);
        }
        if let Some(triples) = digest::read(self.store, article)? {
            self.known.learn(record::events(self.mapper, article, &triples));
            if let Some(report) = self.known.report(article, instance) {
                return Ok(report);
            }
        }
        let report = record::condensed(self.mapper, &self.read_report(instance, article)?);
        self.known.learn([report.clone()]);
        Ok(report)
    }

    /// The same from the article's graph.
    fn read_report(&self, instance: &NamedNode, article: &NamedNode) -> Result<Report, StorageError> {
        let (graph, object) = (GraphNameRef::NamedNode(article.as_ref()), Some(TermRef::NamedNode(instance.as_ref())));
        let mut mentions = Vec::new();
        for quad in self.store.quads_for_pattern(None, Some(en::INSTANCE), object, Some(graph)) {
            if let NamedOrBlankNode::NamedNode(node) = quad?.subject {
                mentions.push(self.mention(node, article)?);
            }
        }
        mentions.retain(Mention::is_fact);
        mentions.sort_by(|a, b| a.node.cmp(&b.node));
        let mapper = self.mapper;
        mapper.rule().report((mapper.ontology(), mapper.names()), instance.clone(), mentions, |node| {
            let triples = self.triples(Some(node.into()), graph)?;
            Ok(triples.into_iter().map(|t| (t.predicate, t.object)).collect())
        })
    }

    fn mention(&self, node: NamedNode, article: &NamedNode) -> Result<Mention, StorageError> {
        let graph = GraphNameRef::NamedNode(article.as_ref());
        let properties = self.triples(Some(node.as_ref().into()), graph)?.into_iter().map(|t| (t.predicate, t.object));
        let properties = properties.collect();
        let (published, sketch) = self.of_article(article)?;
        Ok(Mention { node, article: article.clone(), published, sketch, properties })
    }

    /// When an article that does not change appeared, and the sketch of its text.
    fn of_article(&self, article: &NamedNode) -> Result<Seen, StorageError> {
        if let Some(known) = self.of_articles.borrow().get(article) {
            return Ok(known.clone());
        }
        let graph = GraphNameRef::NamedNode(article.as_ref());
        let said = |predicate: NamedNodeRef<'_>| {
            let subject = Some(article.as_ref().into());
            let mut quads = self.store.quads_for_pattern(subject, Some(predicate), None, Some(graph));
            match quads.next().transpose()?.map(|q| q.object) {
                Some(Term::Literal(literal)) => Ok::<_, StorageError>(Some(literal)),
                _ => Ok(None),
            }
        };
        let read = (said(schema::DATE_PUBLISHED)?, said(en::SKETCH)?);
        self.of_articles.borrow_mut().insert(article.clone(), read.clone());
        Ok(read)
    }
}
