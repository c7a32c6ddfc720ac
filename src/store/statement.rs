//! One statement of one article, told with everything that the article's graph says of it.

use super::{Store, StoreError, short_iri};
use crate::graph::record::named;
use crate::ontology::iri::{en, geo, itsrdf, nif, prov, rdf, rdfs, schema};
use crate::ontology::local;
use oxigraph::model::{GraphName, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term};
use serde::Serialize;
use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;

/// A statement of an article, with its words. Offsets count code points of the article's text.
#[derive(Clone, Debug, Serialize)]
pub struct Evidence {
    pub iri: String,
    pub kind: EvidenceKind,
    pub article: Source,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentence: Option<Words>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger: Option<Words>,
    /// What is quoted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub content: Vec<Words>,
    /// Class of an event, property of a relation, kind of a quotation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// PLOVER type, mode and contexts, and CAMEO code, as names with a prefix.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub polarity: Option<String>,
    /// Who vouches for it, outermost first; empty when the article itself does. Somebody unknown has no name.
    pub attribution: Vec<Named>,
    pub participants: Vec<Participant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<Run>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EvidenceKind {
    Event,
    Relation,
    Quotation,
    /// What the article's graph says of an entity without saying that anything happened to it.
    Description,
}

/// The article.
#[derive(Clone, Debug, Serialize)]
pub struct Source {
    pub iri: String,
    pub id: Option<String>,
    pub title: Option<String>,
    pub published: Option<String>,
    pub publisher: Option<String>,
    pub url: Option<String>,
}

/// Words of an article. `form` and `confidence` tell how, and how surely, they were linked to an entity.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Words {
    pub text: String,
    pub begin: usize,
    pub end: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Named {
    pub name: Option<String>,
    pub iri: Option<String>,
}

/// Somebody or something in a role, and the words that name it there.
#[derive(Clone, Debug, Serialize)]
pub struct Participant {
    pub role: String,
    #[serde(flatten)]
    pub who: Named,
    pub words: Vec<Words>,
}

/// Dates of a statement: as the article words them, as TIMEX3, and the days they cover or the time for which they hold.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Time {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<Words>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
}

/// What read the article.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    pub iri: String,
    pub version: Option<String>,
    /// Model and tables.
    pub used: Vec<String>,
    pub started: Option<String>,
}

/// Properties of a node in one graph.
pub(super) type Properties = Vec<(NamedNode, Term)>;

/// Whether a node is an event, a relation or a quotation as an article gives it.
pub(super) fn is_statement(properties: &Properties) -> bool {
    kind(properties) != EvidenceKind::Description
}

fn kind(properties: &Properties) -> EvidenceKind {
    let is = |class: NamedNodeRef<'_>| all(properties, rdf::TYPE).any(|t| t.as_ref() == class.into());
    match () {
        () if is(en::EVENT_MENTION) => EvidenceKind::Event,
        () if is(en::RELATION_MENTION) => EvidenceKind::Relation,
        () if is(en::QUOTATION) => EvidenceKind::Quotation,
        () => EvidenceKind::Description,
    }
}

impl Store {
    pub(super) fn properties(&self, graph: &NamedNode, node: &NamedNode) -> Result<Properties, StoreError> {
        let graph = GraphName::NamedNode(graph.clone());
        self.about(node.as_ref().into(), Some(&graph)).map(|q| q.map(|q| (q.predicate, q.object))).collect()
    }

    /// All that an article's graph says of a statement.
    pub fn evidence(&self, graph: &NamedNode, node: &NamedNode) -> Result<Evidence, StoreError> {
        self.evidence_in(&Graph::asked(self, graph), node)
    }

    pub(super) fn evidence_in(&self, graph: &Graph<'_>, node: &NamedNode) -> Result<Evidence, StoreError> {
        let properties = graph.of(node)?;
        let kind = kind(&properties);
        let telling = Telling { store: self, graph, properties };
        let mut evidence = telling.evidence(node, kind)?;
        if kind == EvidenceKind::Description {
            self.show_named(graph.name, node, &mut evidence)?;
        }
        Ok(evidence)
    }

    /// All statements of an article, whose graph has been read.
    pub fn statements(&self, article: &NamedNode, quads: &[Quad]) -> Result<Vec<Evidence>, StoreError> {
        let graph = Graph::read(self, article, quads);
        let classes = [en::EVENT_MENTION, en::RELATION_MENTION, en::QUOTATION];
        let is_statement = |q: &&Quad| {
            q.predicate == rdf::TYPE && as_node(&q.object).is_some_and(|class| classes.contains(&class.as_ref()))
        };
        quads
            .iter()
            .filter(is_statement)
            .filter_map(|q| named(&q.subject))
            .map(|node| self.evidence_in(&graph, node))
            .collect()
    }

    /// Adds the words that name an entity, or the place that a point belongs to, and the sentence around the first.
    fn show_named(&self, graph: &NamedNode, node: &NamedNode, evidence: &mut Evidence) -> Result<(), StoreError> {
        let mut words = self.naming(graph, node)?;
        for owner in self.subjects(graph, geo::HAS_GEOMETRY, node)? {
            words.extend(self.naming(graph, &owner)?);
        }
        words.sort_by_key(|w| (w.begin, w.end));
        let Some(first) = words.first().cloned() else { return Ok(()) };
        for sentence in self.subjects(graph, rdf::TYPE, &nif::SENTENCE.into_owned())? {
            let sentence = self::words(&self.properties(graph, &sentence)?);
            if sentence.begin <= first.begin && first.end <= sentence.end {
                evidence.sentence = Some(sentence);
            }
        }
        let who = Named { name: Some(self.label(node)?), iri: Some(node.as_str().to_owned()) };
        evidence.participants.push(Participant { role: "entity".to_owned(), who, words });
        Ok(())
    }

    fn naming(&self, graph: &NamedNode, entity: &NamedNode) -> Result<Vec<Words>, StoreError> {
        let nodes = self.subjects(graph, itsrdf::TA_IDENT_REF, entity)?;
        nodes.iter().map(|n| Ok(words(&self.properties(graph, n)?))).collect()
    }

    /// What has a property with this object in one graph.
    fn subjects(
        &self,
        graph: &NamedNode,
        predicate: NamedNodeRef<'_>,
        object: &NamedNode,
    ) -> Result<Vec<NamedNode>, StoreError> {
        let mut subjects = Vec::new();
        for quad in self.inner.quads_for_pattern(None, Some(predicate), Some(object.into()), Some(graph.into())) {
            if let NamedOrBlankNode::NamedNode(subject) = quad.map_err(|e| self.failed("read", e))?.subject {
                subjects.push(subject);
            }
        }
        Ok(subjects)
    }
}

/// An article's graph, and what its statements have in common.
pub(super) struct Graph<'a> {
    store: &'a Store,
    name: &'a NamedNode,
    /// What it says of each node, if it has been read; otherwise the store is asked for each.
    whole: Option<HashMap<&'a NamedNode, Properties>>,
    source: OnceCell<Source>,
    runs: RefCell<HashMap<NamedNode, Run>>,
    labels: RefCell<HashMap<NamedNode, String>>,
}

impl<'a> Graph<'a> {
    pub(super) fn asked(store: &'a Store, name: &'a NamedNode) -> Self {
        let (source, runs, labels) = (OnceCell::new(), RefCell::default(), RefCell::default());
        Self { store, name, whole: None, source, runs, labels }
    }

    fn read(store: &'a Store, name: &'a NamedNode, quads: &'a [Quad]) -> Self {
        let mut whole: HashMap<&NamedNode, Properties> = HashMap::new();
        for (node, quad) in quads.iter().filter_map(|quad| Some((named(&quad.subject)?, quad))) {
            whole.entry(node).or_default().push((quad.predicate.clone(), quad.object.clone()));
        }
        Self { whole: Some(whole), ..Self::asked(store, name) }
    }

    fn of(&self, node: &NamedNode) -> Result<Cow<'_, Properties>, StoreError> {
        match &self.whole {
            Some(whole) => Ok(whole.get(node).map_or_else(Cow::default, Cow::Borrowed)),
            None => self.store.properties(self.name, node).map(Cow::Owned),
        }
    }

    /// What the article calls something, or else what others do.
    fn label(&self, node: &NamedNode) -> Result<String, StoreError> {
        if let Some(label) = self.labels.borrow().get(node) {
            return Ok(label.clone());
        }
        let label = text(&*self.of(node)?, rdfs::LABEL).map_or_else(|| self.store.label(node), Ok)?;
        self.labels.borrow_mut().insert(node.clone(), label.clone());
        Ok(label)
    }

    /// The article.
    fn source(&self) -> Result<Source, StoreError> {
        if let Some(source) = self.source.get() {
            return Ok(source.clone());
        }
        let text = |property| Ok::<_, StoreError>(self.own(property)?.as_ref().map(value));
        let publisher = match self.own(schema::PUBLISHER)? {
            Some(Term::NamedNode(publisher)) => Some(self.store.label(&publisher)?),
            _ => None,
        };
        let source = Source {
            iri: self.name.as_str().to_owned(),
            id: text(en::ARTICLE_ID)?,
            title: text(schema::HEADLINE)?,
            published: text(schema::DATE_PUBLISHED)?,
            publisher,
            url: self.own(schema::URL)?.as_ref().and_then(as_node).map(|u| u.as_str().to_owned()),
        };
        Ok(self.source.get_or_init(|| source).clone())
    }

    /// A value that the article itself has. A long one mentions hundreds of things, which need not be read for that.
    fn own(&self, property: NamedNodeRef<'_>) -> Result<Option<Term>, StoreError> {
        match &self.whole {
            Some(whole) => Ok(whole.get(self.name).and_then(|properties| all(properties, property).next().cloned())),
            None => {
                let graph = GraphName::NamedNode(self.name.clone());
                self.store.values(self.name.as_ref().into(), property, Some(&graph)).next().transpose()
            }
        }
    }

    fn run(&self, run: &NamedNode) -> Result<Run, StoreError> {
        if let Some(run) = self.runs.borrow().get(run) {
            return Ok(run.clone());
        }
        let properties = self.of(run)?;
        let program = node(&properties, prov::WAS_ASSOCIATED_WITH).map(|p| self.of(p)).transpose()?;
        let used = all(&properties, prov::USED).filter_map(as_node).map(|node| self.store.label(node));
        let mut used = used.collect::<Result<Vec<_>, _>>()?;
        used.sort();
        let told = Run {
            iri: run.as_str().to_owned(),
            version: program.and_then(|p| text(&p, schema::SOFTWARE_VERSION)),
            used,
            started: text(&properties, prov::STARTED_AT_TIME),
        };
        self.runs.borrow_mut().insert(run.clone(), told.clone());
        Ok(told)
    }
}

/// A statement while it is told.
struct Telling<'a> {
    store: &'a Store,
    graph: &'a Graph<'a>,
    properties: Cow<'a, Properties>,
}

impl Telling<'_> {
    fn evidence(&self, iri: &NamedNode, kind: EvidenceKind) -> Result<Evidence, StoreError> {
        let own = &*self.properties;
        let is_told = kind != EvidenceKind::Description;
        Ok(Evidence {
            iri: iri.as_str().to_owned(),
            kind,
            article: self.graph.source()?,
            sentence: self.words(en::SENTENCE)?.pop(),
            trigger: self.words(en::TRIGGER)?.pop(),
            content: self.words(en::CONTENT)?,
            class: self.class(kind),
            codes: [en::EVENT_TYPE, en::MODE, en::CONTEXT, en::CAMEO]
                .iter()
                .flat_map(|p| nodes(own, *p))
                .map(short_iri)
                .collect(),
            status: names(own, en::STATUS).pop().map(|s| s.to_lowercase()),
            polarity: names(own, en::POLARITY).pop().map(|p| p.to_lowercase()),
            attribution: self.attribution()?,
            participants: if is_told { self.participants(kind)? } else { Vec::new() },
            time: self.time()?,
            rule: text(own, en::RULE),
            confidence: number(own, en::CONFIDENCE),
            run: self.run()?,
        })
    }

    /// The words that a property leads to, in the order of the text.
    fn words(&self, predicate: NamedNodeRef<'_>) -> Result<Vec<Words>, StoreError> {
        let nodes = all(&self.properties, predicate).filter_map(as_node);
        let mut words = nodes.map(|n| Ok(words(&*self.graph.of(n)?))).collect::<Result<Vec<_>, StoreError>>()?;
        words.sort_by_key(|w| (w.begin, w.end));
        Ok(words)
    }

    fn class(&self, kind: EvidenceKind) -> Option<String> {
        let predicate = match kind {
            EvidenceKind::Event => en::EVENT_CLASS,
            EvidenceKind::Relation => rdf::PREDICATE,
            EvidenceKind::Quotation => rdf::TYPE,
            EvidenceKind::Description => return None,
        };
        names(&self.properties, predicate).into_iter().find(|name| name != "Quotation")
    }

    /// The chain of sources, outermost first.
    fn attribution(&self) -> Result<Vec<Named>, StoreError> {
        let mut chain = Vec::new();
        let mut seen = Vec::new();
        let mut next = node(&self.properties, en::ATTRIBUTION).cloned();
        while let Some(source) = next.filter(|s| !seen.contains(s)) {
            let properties = self.graph.of(&source)?;
            let who = node(&properties, en::WHO);
            chain.push(who.map_or(Ok(Named { name: None, iri: None }), |who| self.named(who))?);
            next = node(&properties, en::NEXT).cloned();
            seen.push(source);
        }
        Ok(chain)
    }

    fn named(&self, who: &NamedNode) -> Result<Named, StoreError> {
        Ok(Named { name: Some(self.graph.label(who)?), iri: Some(who.as_str().to_owned()) })
    }

    fn participants(&self, kind: EvidenceKind) -> Result<Vec<Participant>, StoreError> {
        let mut mentioned = Vec::new();
        for node in all(&self.properties, en::MENTION).filter_map(as_node) {
            mentioned.push(self.graph.of(node)?);
        }
        let mut participants = Vec::new();
        for (predicate, filler) in self.properties.iter() {
            let Some(role) = self.role(kind, predicate) else { continue };
            let who = match filler {
                Term::NamedNode(who) => self.named(who)?,
                other => Named { name: Some(value(other)), iri: None },
            };
            let naming = mentioned.iter().filter(|m| all(m, itsrdf::TA_IDENT_REF).any(|t| t == filler));
            let mut words: Vec<Words> = naming.map(|m| words(m)).collect();
            words.sort_by_key(|w| (w.begin, w.end));
            participants.push(Participant { role, who, words });
        }
        let order = ["actor", "speaker", "subject", "recipient", "addressee", "object"];
        let rank = |p: &Participant| order.iter().position(|o| *o == p.role).unwrap_or(order.len());
        participants.sort_by(|a, b| (rank(a), &a.role, &a.who.name).cmp(&(rank(b), &b.role, &b.who.name)));
        Ok(participants)
    }

    /// The role that a property stands for, if it does.
    fn role(&self, kind: EvidenceKind, predicate: &NamedNode) -> Option<String> {
        let ends = [(rdf::SUBJECT, "subject"), (rdf::OBJECT, "object")];
        let talk = [en::SPEAKER, en::ADDRESSEE, en::PARTICIPANT];
        let name = local(predicate.as_ref());
        match kind {
            EvidenceKind::Relation => ends.iter().find(|(p, _)| predicate == p).map(|(_, name)| (*name).to_owned()),
            _ if talk.contains(&predicate.as_ref()) => name.map(str::to_owned),
            _ => name.filter(|n| self.store.mapper().ontology().role(n).is_some()).map(str::to_owned),
        }
    }

    fn time(&self) -> Result<Option<Time>, StoreError> {
        let own = &self.properties;
        let time = Time {
            words: self.words(en::TIME_WORDS)?.pop(),
            value: text(own, en::TIMEX),
            first: text(own, en::EARLIEST).or_else(|| text(own, en::VALID_FROM)),
            last: text(own, en::LATEST).or_else(|| text(own, en::VALID_UNTIL)),
        };
        Ok(Some(time).filter(|t| t.value.is_some() || t.first.is_some() || t.last.is_some()))
    }

    fn run(&self) -> Result<Option<Run>, StoreError> {
        let run = match node(&self.properties, prov::WAS_GENERATED_BY) {
            Some(run) => Some(run.clone()),
            None => self.graph.own(en::EXTRACTED_BY)?.as_ref().and_then(as_node).cloned(),
        };
        run.map(|run| self.graph.run(&run)).transpose()
    }
}

fn words(properties: &Properties) -> Words {
    let index = |predicate| text(properties, predicate).and_then(|t| t.parse().ok()).unwrap_or_default();
    // Words that stand for two entities may have been linked with two confidences; nothing says which is whose.
    let is_sure = all(properties, itsrdf::TA_CONFIDENCE).count() == 1;
    Words {
        text: text(properties, nif::ANCHOR_OF).unwrap_or_default(),
        begin: index(nif::BEGIN_INDEX),
        end: index(nif::END_INDEX),
        form: text(properties, en::FORM),
        confidence: number(properties, itsrdf::TA_CONFIDENCE).filter(|_| is_sure),
    }
}

fn all<'a>(properties: &'a Properties, predicate: NamedNodeRef<'a>) -> impl Iterator<Item = &'a Term> {
    properties.iter().filter(move |(p, _)| *p == predicate).map(|(_, o)| o)
}

pub(super) fn as_node(term: &Term) -> Option<&NamedNode> {
    match term {
        Term::NamedNode(node) => Some(node),
        _ => None,
    }
}

fn node<'a>(properties: &'a Properties, predicate: NamedNodeRef<'a>) -> Option<&'a NamedNode> {
    all(properties, predicate).find_map(as_node)
}

fn text(properties: &Properties, predicate: NamedNodeRef<'_>) -> Option<String> {
    all(properties, predicate).find(|t| matches!(t, Term::Literal(_))).map(value)
}

fn number(properties: &Properties, predicate: NamedNodeRef<'_>) -> Option<f64> {
    text(properties, predicate)?.parse().ok()
}

fn value(term: &Term) -> String {
    match term {
        Term::NamedNode(node) => short_iri(node.as_ref()),
        Term::Literal(literal) => literal.value().to_owned(),
        other => other.to_string(),
    }
}

/// The nodes that a property leads to, in order.
fn nodes<'a>(properties: &'a Properties, predicate: NamedNodeRef<'a>) -> Vec<NamedNodeRef<'a>> {
    let mut nodes: Vec<_> = all(properties, predicate).filter_map(as_node).map(NamedNode::as_ref).collect();
    nodes.sort();
    nodes
}

/// The same by the last part of their names.
fn names(properties: &Properties, predicate: NamedNodeRef<'_>) -> Vec<String> {
    let name = |n: NamedNodeRef<'_>| n.as_str().rsplit(['/', '#']).next().unwrap_or_default().to_owned();
    nodes(properties, predicate).into_iter().map(name).collect()
}
