//! What of a store rests on statements that reach a confidence.
//!
//! Of an article's graph, events and relations that do not reach it are left out, with what is there for them alone, and with
//! the plain triples that no other gives. Of the record, what all articles leave out is left out; events are made anew from the
//! mentions that stay. Only the names of what is left out are held.

use super::statement::as_node;
use super::{Store, StoreError, is_article};
use crate::graph::ArticleGraph;
use crate::graph::record::{self, Mention, named};
use crate::ontology::iri::{en, itsrdf, nif, prov, rdf, schema, time};
use oxigraph::model::{GraphName, Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term, TermRef, Triple};
use std::collections::{BTreeMap, HashMap, HashSet};

/// What of some graphs of a store is sure; see [`Store::sure`].
pub struct Sure<'a> {
    store: &'a Store,
    /// By the graph of the article.
    left_out: HashMap<GraphName, LeftOut>,
    /// What some article does not describe as fully as before.
    touched: HashSet<NamedNode>,
}

impl Store {
    /// What of some graphs rests on events and relations that reach a confidence. Looks through the articles behind them.
    pub fn sure(&self, graphs: &[GraphName], least: f64) -> Result<Sure<'_>, StoreError> {
        Sure::new(self, graphs, least)
    }
}

impl<'a> Sure<'a> {
    fn new(store: &'a Store, graphs: &[GraphName], least: f64) -> Result<Self, StoreError> {
        let articles = match graphs.contains(&GraphName::DefaultGraph) {
            true => store.articles()?,
            false => graphs.iter().filter_map(article).cloned().collect(),
        };
        let (mut left_out, mut touched) = (HashMap::new(), HashSet::new());
        for article in articles {
            let name = GraphName::from(article.clone());
            let triples = store.graph(&name).map(|q| q.map(Triple::from)).collect::<Result<_, _>>()?;
            let out = LeftOut::of(store, &ArticleGraph { article, triples }, least);
            touched.extend(out.nodes.iter().chain(out.triples.iter().filter_map(|t| named(&t.subject))).cloned());
            left_out.insert(name, out);
        }
        Ok(Self { store, left_out, touched })
    }

    /// What is sure of the quads about a subject, all of those in the same graph.
    pub fn of(&self, subject: &NamedOrBlankNode, quads: Vec<Quad>) -> Result<Vec<Quad>, StoreError> {
        let (record, mut sure): (Vec<Quad>, Vec<Quad>) =
            quads.into_iter().partition(|q| q.graph_name.is_default_graph());
        sure.retain(|quad| self.stays(quad));
        sure.extend(self.of_record(subject, record)?);
        Ok(sure)
    }

    fn of_record(&self, subject: &NamedOrBlankNode, mut quads: Vec<Quad>) -> Result<Vec<Quad>, StoreError> {
        let is = |class: NamedNodeRef<'_>| {
            quads.iter().any(|q| q.predicate == rdf::TYPE && q.object.as_ref() == TermRef::from(class))
        };
        let Some(node) = named(subject) else { return Ok(quads) };
        if is(en::EVENT) {
            return self.event(node, quads);
        }
        if is(en::RELATION) {
            quads.retain(|q| q.predicate != prov::WAS_DERIVED_FROM || !self.is_unsure(&q.object));
            let has_source = quads.iter().any(|q| q.predicate == prov::WAS_DERIVED_FROM);
            return Ok(if has_source { quads } else { Vec::new() });
        }
        if self.touched.contains(node) {
            let given = self.given(subject)?;
            quads.retain(|q| given.contains(&(q.predicate.clone(), q.object.clone())));
        }
        Ok(quads)
    }

    /// Whether an article's quad stays.
    fn stays(&self, quad: &Quad) -> bool {
        self.left_out.get(&quad.graph_name).is_none_or(|out| out.keeps(quad))
    }

    /// Whether a mention is left out.
    fn is_unsure(&self, mention: &Term) -> bool {
        matches!(mention, Term::NamedNode(node) if self.touched.contains(node))
    }

    /// What articles still say of something.
    fn given(&self, subject: &NamedOrBlankNode) -> Result<HashSet<(NamedNode, Term)>, StoreError> {
        let mut given = HashSet::new();
        for quad in self.store.about(subject.as_ref(), None) {
            let quad = quad?;
            if article(&quad.graph_name).is_some() && self.stays(&quad) {
                given.insert((quad.predicate, quad.object));
            }
        }
        Ok(given)
    }

    /// An event as the mentions that stay have it, under the name that it has.
    fn event(&self, event: &NamedNode, quads: Vec<Quad>) -> Result<Vec<Quad>, StoreError> {
        let sources = quads.iter().filter(|q| q.predicate == prov::WAS_DERIVED_FROM).map(|q| &q.object);
        let (unsure, sure): (Vec<&Term>, Vec<&Term>) = sources.partition(|mention| self.is_unsure(mention));
        if unsure.is_empty() {
            return Ok(quads);
        }
        let mut reports: BTreeMap<(NamedNode, NamedNode), Vec<Mention>> = BTreeMap::new();
        for mention in sure.into_iter().filter_map(as_node) {
            let Some(mention) = self.mention(mention)? else { continue };
            let Some(instance) = mention.instance() else { continue };
            reports.entry((mention.article.clone(), instance)).or_default().push(mention);
        }
        let mapper = self.store.mapper();
        let report = |((article, instance), mentions): ((NamedNode, NamedNode), Vec<Mention>)| {
            let graph = GraphName::from(article);
            let about = |node: &NamedNode| -> Result<_, StoreError> {
                self.store.about(node.into(), Some(&graph)).map(|q| q.map(|q| (q.predicate, q.object))).collect()
            };
            mapper.rule().report((mapper.ontology(), mapper.names()), instance, mentions, about)
        };
        let reports = reports.into_iter().map(report).collect::<Result<Vec<_>, _>>()?;
        let triples = record::event(mapper, &reports).into_iter();
        Ok(triples.map(|t| Quad::new(event.clone(), t.predicate, t.object, GraphName::DefaultGraph)).collect())
    }

    fn mention(&self, node: &NamedNode) -> Result<Option<Mention>, StoreError> {
        let quads = self.store.about(node.as_ref().into(), None).collect::<Result<Vec<_>, _>>()?;
        let Some(name) = quads.first().and_then(|q| article(&q.graph_name)).cloned() else { return Ok(None) };
        let own = self.store.about(name.as_ref().into(), Some(&name.clone().into())).collect::<Result<Vec<_>, _>>()?;
        let said = |predicate: NamedNodeRef<'_>| own.iter().find(|q| q.predicate == predicate).and_then(literal);
        Ok(Some(Mention {
            node: node.clone(),
            published: said(schema::DATE_PUBLISHED),
            sketch: said(en::SKETCH),
            properties: quads.into_iter().map(|q| (q.predicate, q.object)).collect(),
            article: name,
        }))
    }
}

/// What is left out of an article's graph.
#[derive(Debug, Default)]
struct LeftOut {
    /// With all that is said of them.
    nodes: HashSet<NamedNode>,
    /// About others.
    triples: HashSet<Triple>,
}

impl LeftOut {
    fn of(store: &Store, graph: &ArticleGraph, least: f64) -> Self {
        let said = Said::new(&graph.triples);
        let nodes = said.without(said.statements().filter(|node| !said.reaches(node, least)));
        let mut is_given: HashMap<Triple, bool> = HashMap::new();
        for (triple, mention) in if nodes.is_empty() { Vec::new() } else { store.given(graph) } {
            *is_given.entry(triple).or_default() |= !nodes.contains(&mention.node);
        }
        let plain = is_given.into_iter().filter(|(_, is_given)| !is_given).map(|(triple, _)| triple);
        let leads_out = |t: &&Triple| as_node(&t.object).is_some_and(|n| nodes.contains(n));
        let leading =
            graph.triples.iter().filter(leads_out).filter(|t| named(&t.subject).is_some_and(|s| !nodes.contains(s)));
        let triples = plain.chain(leading.cloned()).collect();
        Self { nodes, triples }
    }

    fn keeps(&self, quad: &Quad) -> bool {
        named(&quad.subject).is_none_or(|node| !self.nodes.contains(node))
            && (self.triples.is_empty() || !self.triples.contains(&Triple::from(quad.clone())))
    }
}

/// What an article's graph says of each node.
struct Said<'a>(HashMap<&'a NamedNode, Vec<&'a Triple>>);

impl<'a> Said<'a> {
    fn new(triples: &'a [Triple]) -> Self {
        let mut said: HashMap<&NamedNode, Vec<&Triple>> = HashMap::new();
        for triple in triples {
            if let Some(node) = named(&triple.subject) {
                said.entry(node).or_default().push(triple);
            }
        }
        Self(said)
    }

    /// Mentions of events and relations.
    fn statements(&self) -> impl Iterator<Item = &'a NamedNode> + '_ {
        let classes = [en::EVENT_MENTION, en::RELATION_MENTION];
        self.0.keys().filter(move |node| classes.iter().any(|class| self.is(node, *class))).copied()
    }

    fn reaches(&self, statement: &NamedNode, least: f64) -> bool {
        let own = self.about(statement).iter().find(|t| t.predicate == en::CONFIDENCE);
        own.and_then(|t| as_literal(&t.object)?.value().parse::<f64>().ok()).is_some_and(|own| own >= least)
    }

    /// Some nodes, and those that are there for them alone.
    fn without(&self, nodes: impl Iterator<Item = &'a NamedNode>) -> HashSet<NamedNode> {
        let mut uses: HashMap<&NamedNode, usize> = HashMap::new();
        for node in self.0.values().flatten().filter_map(|t| as_node(&t.object)) {
            *uses.entry(node).or_default() += 1;
        }
        let (mut gone, mut next): (HashSet<NamedNode>, Vec<&NamedNode>) = (HashSet::new(), nodes.collect());
        while let Some(node) = next.pop() {
            gone.insert(node.clone());
            for used in self.about(node).iter().filter_map(|t| as_node(&t.object)) {
                let uses = uses.entry(used).or_default();
                *uses = uses.saturating_sub(1);
                if *uses == 0 && self.serves_others(used) && !gone.contains(used) {
                    next.push(used);
                }
            }
        }
        gone
    }

    /// Whether something is in the graph only because statements lead to it: times, those who vouch, words that name nobody, and
    /// by what an event is recognised.
    fn serves_others(&self, node: &NamedNode) -> bool {
        let said = self.about(node);
        let names_someone = || said.iter().any(|t| t.predicate == itsrdf::TA_IDENT_REF);
        let classes = [en::SOURCE, time::INSTANT, time::TEMPORAL_ENTITY];
        let is_untyped = !said.is_empty() && said.iter().all(|t| t.predicate != rdf::TYPE);
        is_untyped
            || classes.iter().any(|class| self.is(node, *class))
            || (self.is(node, nif::PHRASE) && !names_someone())
    }

    fn is(&self, node: &NamedNode, class: NamedNodeRef<'_>) -> bool {
        self.about(node).iter().any(|t| t.predicate == rdf::TYPE && t.object.as_ref() == TermRef::from(class))
    }

    fn about(&self, node: &NamedNode) -> &[&'a Triple] {
        self.0.get(node).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The article that a graph belongs to.
fn article(graph: &GraphName) -> Option<&NamedNode> {
    match graph {
        GraphName::NamedNode(node) if is_article(node.as_ref()) => Some(node),
        _ => None,
    }
}

fn as_literal(term: &Term) -> Option<&Literal> {
    if let Term::Literal(literal) = term { Some(literal) } else { None }
}

fn literal(quad: &Quad) -> Option<Literal> {
    as_literal(&quad.object).cloned()
}
