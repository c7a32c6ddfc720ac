//! The first layer: what one article says, as triples of its own graph.

use super::names::fragment;
use super::same::Report;
use super::{ArticleGraph, Mapper, describe, record, says};
use crate::extract::{EntityInfo, Extraction, SentenceInfo};
use crate::ontology::iri::{en, itsrdf, nif, rdf};
use crate::text::CodePoints;
use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, NamedNode, NamedNodeRef, Term, Triple};
use std::collections::{HashMap, HashSet};

/// Writes the evidence of one article.
pub(super) fn evidence(mapper: &Mapper, extraction: &Extraction) -> ArticleGraph {
    let mut evidence = Evidence::new(mapper, extraction);
    describe::article(&mut evidence);
    describe::entities(&mut evidence);
    says::events(&mut evidence);
    says::relations(&mut evidence);
    says::quotations(&mut evidence);
    evidence.name_the_others();
    evidence.anchor();
    ArticleGraph { article: evidence.article, triples: evidence.triples }
}

/// An article's graph while it is written.
pub(super) struct Evidence<'a> {
    pub mapper: &'a Mapper,
    pub extraction: &'a Extraction,
    pub article: NamedNode,
    pub run: NamedNode,
    /// Names of the entities by their ids.
    pub names: HashMap<&'a str, NamedNode>,
    points: CodePoints,
    infos: HashMap<&'a str, &'a EntityInfo>,
    /// Attributions of more than nobody, in order of their first use.
    chains: Vec<&'a [String]>,
    triples: Vec<Triple>,
    seen: HashSet<Triple>,
}

impl<'a> Evidence<'a> {
    fn new(mapper: &'a Mapper, extraction: &'a Extraction) -> Self {
        Self {
            mapper,
            extraction,
            article: mapper.names.article(&extraction.article.id),
            run: describe::run_name(mapper),
            names: describe::entity_names(mapper, extraction),
            points: CodePoints::new(&extraction.text),
            infos: extraction.entities.iter().map(|e| (e.id.as_str(), e)).collect(),
            chains: Vec::new(),
            triples: Vec::new(),
            seen: HashSet::new(),
        }
    }

    /// Adds a triple unless it is there.
    pub fn add(&mut self, subject: &NamedNode, predicate: NamedNodeRef<'_>, object: impl Into<Term>) {
        let triple = Triple::new(subject.clone(), predicate.into_owned(), object);
        if self.seen.insert(triple.clone()) {
            self.triples.push(triple);
        }
    }

    pub fn add_text(&mut self, subject: &NamedNode, predicate: NamedNodeRef<'_>, text: &str) {
        self.add(subject, predicate, Literal::new_simple_literal(text));
    }

    pub fn add_number(&mut self, subject: &NamedNode, predicate: NamedNodeRef<'_>, number: usize) {
        self.add(subject, predicate, Literal::new_typed_literal(number.to_string(), xsd::INTEGER));
    }

    /// Adds a probability, to three places.
    pub fn add_confidence(&mut self, subject: &NamedNode, predicate: NamedNodeRef<'_>, confidence: f32) {
        if confidence.is_finite() {
            let text = format!("{:.3}", confidence.clamp(0.0, 1.0));
            let text = text.trim_end_matches('0').trim_end_matches('.');
            self.add(subject, predicate, Literal::new_typed_literal(text, xsd::DECIMAL));
        }
    }

    /// A node of the article's own document.
    pub fn part(&self, name: impl std::fmt::Display) -> NamedNode {
        fragment(self.article.as_ref(), name)
    }

    pub fn name(&self, entity: &str) -> Option<NamedNode> {
        self.names.get(entity).cloned()
    }

    pub fn info(&self, entity: &str) -> Option<&'a EntityInfo> {
        self.infos.get(entity).copied()
    }

    /// The entity itself, or, for a group that is said to consist of others, those.
    pub fn members(&self, entity: &str) -> Vec<&'a EntityInfo> {
        let Some(info) = self.info(entity) else { return Vec::new() };
        let members: Vec<_> = info.members.iter().filter_map(|m| self.info(m)).collect();
        if members.is_empty() { vec![info] } else { members }
    }

    /// The text from one code point to another, as far as there is such a text.
    pub fn text(&self, start: usize, end: usize) -> &'a str {
        let range = self.points.byte(start)..self.points.byte(end);
        self.extraction.text.get(range).unwrap_or_default()
    }

    /// Names words of the article, and says what they are and where they stand.
    pub fn words(&mut self, kind: NamedNodeRef<'_>, start: usize, end: usize) -> NamedNode {
        let node = self.part(format_args!("char={start},{end}"));
        let context = self.context();
        self.add(&node, rdf::TYPE, kind.into_owned());
        self.add(&node, rdf::TYPE, nif::RFC5147_STRING.into_owned());
        self.add(&node, nif::REFERENCE_CONTEXT, context);
        self.offsets(&node, start, end);
        self.add_text(&node, nif::ANCHOR_OF, self.text(start, end));
        node
    }

    /// The article's whole text.
    pub fn context(&self) -> NamedNode {
        let end = self.points.at(self.extraction.text.len());
        self.part(format_args!("char=0,{end}"))
    }

    /// As plain integers: the store knows no narrower type and would give these back in another form than they had.
    pub fn offsets(&mut self, node: &NamedNode, start: usize, end: usize) {
        for (predicate, index) in [(nif::BEGIN_INDEX, start), (nif::END_INDEX, end)] {
            self.add_number(node, predicate, index);
        }
    }

    /// The sentence with this index, or else the one that a position lies in.
    pub fn sentence(&mut self, index: Option<usize>, position: usize) -> Option<NamedNode> {
        let sentences: &'a [SentenceInfo] = &self.extraction.sentences;
        let around = || sentences.iter().find(|s| s.start <= position && position < s.end);
        let sentence = index.and_then(|i| sentences.get(i)).or_else(around)?;
        let node = self.words(nif::SENTENCE, sentence.start, sentence.end);
        self.add_text(&node, en::SENTENCE_KIND, sentence.kind.as_str());
        Some(node)
    }

    /// Says by what the events that the article asserts can be recognised in others.
    fn anchor(&mut self) {
        let (mapper, about) = (self.mapper, record::properties_of(&self.triples));
        let events = record::contribution(mapper, &self.article, &self.triples).events;
        let anchors = |r: &Report| match mapper.rule().anchors(mapper.ontology(), r, &about) {
            Ok(anchors) => anchors,
            Err(never) => match never {},
        };
        let anchors: Vec<_> = events.iter().map(|report| (report.instance.clone(), anchors(report))).collect();
        drop(about);
        for (instance, anchors) in &anchors {
            anchors.iter().for_each(|anchor| self.add_text(instance, en::ANCHOR, anchor));
        }
    }

    /// Words that name an entity in some statement; nothing when mentions are left out.
    pub fn mention(&mut self, statement: &NamedNode, entity: &str, start: usize, end: usize) {
        if let Some(node) = self.naming(entity, start, end) {
            self.add(statement, en::MENTION, node);
        }
    }

    /// The words that come first for each entity that no statement names, with their sentence.
    fn name_the_others(&mut self) {
        let refs = self.triples.iter().filter(|t| t.predicate == itsrdf::TA_IDENT_REF);
        let named: HashSet<Term> = refs.map(|t| t.object.clone()).collect();
        let extraction = self.extraction;
        for info in extraction.entities.iter().filter(|_| self.mapper.mentions) {
            let is_named = self.name(&info.id).is_none_or(|name| named.contains(&name.into()));
            let first = extraction.mentions.iter().filter(|m| m.entity == info.id).min_by_key(|m| (m.start, m.end));
            if let (false, Some(first)) = (is_named, first) {
                self.naming(&info.id, first.start, first.end);
                self.sentence(None, first.start);
            }
        }
    }

    /// Words that name an entity, with how and how surely they were linked; none when mentions are left out.
    fn naming(&mut self, entity: &str, start: usize, end: usize) -> Option<NamedNode> {
        let name = self.name(entity).filter(|_| self.mapper.mentions && start < end)?;
        let node = self.words(nif::PHRASE, start, end);
        self.add(&node, itsrdf::TA_IDENT_REF, name);
        let mentions = &self.extraction.mentions;
        if let Some(mention) = mentions.iter().find(|m| m.entity == entity && m.start == start && m.end == end) {
            self.add_text(&node, en::FORM, mention.form.as_str());
            self.add_confidence(&node, itsrdf::TA_CONFIDENCE, mention.confidence);
        }
        Some(node)
    }

    /// The outermost source of an attribution, with the chain behind it; none when the article itself vouches.
    ///
    /// A source whose entity is unknown keeps its place in the chain: somebody vouches, though we cannot say who.
    pub fn chain(&mut self, attribution: &'a [String]) -> Option<NamedNode> {
        if attribution.is_empty() {
            return None;
        }
        let chain = self.chains.iter().position(|c| *c == attribution).unwrap_or_else(|| {
            self.chains.push(attribution);
            self.chains.len() - 1
        });
        let node = |position: usize| format!("source-{}-{position}", chain + 1);
        for (i, entity) in attribution.iter().enumerate() {
            let source = self.part(node(i + 1));
            self.add(&source, rdf::TYPE, en::SOURCE.into_owned());
            self.add_number(&source, en::POSITION, i + 1);
            if let Some(name) = self.name(entity) {
                self.add(&source, en::WHO, name);
            }
            if i + 1 < attribution.len() {
                let next = self.part(node(i + 2));
                self.add(&source, en::NEXT, next);
            }
        }
        Some(self.part(node(1)))
    }
}
