//! The second and third layer, as a function of the first.
//!
//! What an article's graph says of entities, times and places, its shortcuts included, stands in the record as it is. An
//! event of the record is made of all mentions that assert it, in whatever articles, a relation of any one of them.

use super::copies::Sketch;
use super::describe::is_described;
use super::party::Properties;
use super::same::Report;
use super::{ArticleGraph, Mapper, together};
use crate::ontology::iri::{PLOVER, en, prov, rdf, rdfs, schema, sem};
use crate::ontology::{Class, Ontology, local};
use jiff::civil::Date;
use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, Term, Triple};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::convert::Infallible;

/// What one article's graph adds to the record.
#[derive(Clone, Debug, Default)]
pub struct Contribution {
    /// Triples that stand in the record as long as any article has them.
    pub shared: Vec<Triple>,
    /// Relations that the article asserts, with the mentions that do.
    pub relations: BTreeMap<NamedNode, Vec<Mention>>,
    /// Events that the article asserts, in the order of their names.
    pub events: Vec<Report>,
}

/// A mention of an event or relation in an article's graph.
#[derive(Clone, Debug)]
pub struct Mention {
    pub node: NamedNode,
    pub article: NamedNode,
    /// The day on which the article was published, as `xsd:date`.
    pub published: Option<Literal>,
    /// The [`Sketch`] of the article's text.
    pub sketch: Option<Literal>,
    pub properties: Properties,
}

impl Mention {
    /// Whether the article itself says, without reserve, that it is so.
    pub fn is_fact(&self) -> bool {
        let is = |p: NamedNodeRef<'_>, o: NamedNodeRef<'_>| self.all(p).any(|v| v.as_ref() == o.into());
        let unreal = ["aux-future", "aux-hypothetical", "aux-negation"];
        is(en::STATUS, en::ASSERTED)
            && is(en::POLARITY, en::POSITIVE)
            && self.all(en::ATTRIBUTION).next().is_none()
            && !self.all(en::AUXILIARY).any(|a| unreal.iter().any(|u| is_concept(a, u)))
    }

    /// Whether it is as sure as this, when anything is asked for.
    pub fn reaches(&self, least: Option<f64>) -> bool {
        least.is_none_or(|least| confidence(self).is_some_and(|(own, _)| own >= least))
    }

    /// The event or relation that it is a mention of.
    pub fn instance(&self) -> Option<NamedNode> {
        match self.all(en::INSTANCE).next() {
            Some(Term::NamedNode(instance)) => Some(instance.clone()),
            _ => None,
        }
    }

    /// The first and last day on which it can have been.
    pub(super) fn stretch(&self) -> Option<(Date, Date)> {
        let day = |p| literal(self.all(p).next()?)?.value().parse::<Date>().ok();
        Some((day(en::EARLIEST)?, day(en::LATEST)?))
    }

    fn is_a(&self, class: NamedNodeRef<'_>) -> bool {
        self.all(rdf::TYPE).any(|c| c.as_ref() == class.into())
    }

    fn all<'a>(&'a self, predicate: NamedNodeRef<'a>) -> impl Iterator<Item = &'a Term> {
        self.properties.iter().filter(move |(p, _)| *p == predicate).map(|(_, o)| o)
    }
}

fn is_concept(term: &Term, name: &str) -> bool {
    matches!(term, Term::NamedNode(n) if n.as_str().strip_prefix(PLOVER) == Some(name))
}

/// The record of a store that holds these articles alone, without repetition; of each article, the graph is given once.
pub fn of_all(mapper: &Mapper, graphs: &[ArticleGraph]) -> Vec<Triple> {
    let (mut record, mut reports) = (Vec::new(), Vec::new());
    for graph in graphs {
        let contribution = contribution(mapper, &graph.article, &graph.triples);
        record.extend(contribution.shared);
        for (node, mentions) in &contribution.relations {
            record.extend(mentions.first().into_iter().flat_map(|m| relation(node, m)));
            record.extend(mentions.iter().map(|m| source(node, m)));
        }
        reports.extend(contribution.events);
    }
    let events = together::events(mapper, reports);
    record.extend(events.iter().flat_map(|reports| event(mapper, reports)));
    let mut seen = HashSet::new();
    record.retain(|triple| seen.insert(triple.clone()));
    record
}

/// What an article's graph adds to the record.
pub fn contribution(mapper: &Mapper, article: &NamedNode, triples: &[Triple]) -> Contribution {
    let ontology = mapper.ontology();
    let described: BTreeSet<&NamedNode> = triples
        .iter()
        .filter(|t| t.predicate == rdf::TYPE)
        .filter(|t| matches!(&t.object, Term::NamedNode(class) if is_described(ontology, class.as_ref())))
        .filter_map(|t| named(&t.subject))
        .collect();
    let shared = triples.iter().filter(|t| named(&t.subject).is_some_and(|s| described.contains(s)));
    let Facts { relations, events } = facts(article, triples);
    Contribution { shared: shared.cloned().collect(), relations, events: reports(mapper, events, triples) }
}

/// What an article asserts, each with the mentions that do.
#[derive(Default)]
struct Facts {
    relations: BTreeMap<NamedNode, Vec<Mention>>,
    events: BTreeMap<NamedNode, Vec<Mention>>,
}

fn facts(article: &NamedNode, triples: &[Triple]) -> Facts {
    let mut facts = Facts::default();
    for mention in mentions(article, triples) {
        let Some(instance) = mention.instance().filter(|_| mention.is_fact()) else { continue };
        let kind = if mention.is_a(en::RELATION_MENTION) { &mut facts.relations } else { &mut facts.events };
        kind.entry(instance).or_default().push(mention);
    }
    facts
}

/// What an article reports, as [`contribution`] has it, without the rest.
pub fn events(mapper: &Mapper, article: &NamedNode, triples: &[Triple]) -> Vec<Report> {
    reports(mapper, facts(article, triples).events, triples)
}

/// The part of an article's graph that gives the same reports as the whole, as far as [`event`] and [`together`] ask: what they
/// are asked for of mentions, and what tells those whom these name from others.
pub fn of_reports(mapper: &Mapper, article: &NamedNode, triples: &[Triple], reports: &[Report]) -> Vec<Triple> {
    let ontology = mapper.ontology();
    let of = by_subject(triples);
    let about = |node: &NamedNode, wanted: &dyn Fn(&NamedNode) -> bool| -> Vec<Triple> {
        let said = of.get(node).into_iter().flatten().filter(|t| wanted(&t.predicate));
        said.map(|t| (*t).clone()).collect()
    };
    let make_facts = [en::INSTANCE, en::STATUS, en::POLARITY];
    let mut part = about(article, &|p| [schema::DATE_PUBLISHED, en::SKETCH].contains(&p.as_ref()));
    let mut parties = BTreeSet::new();
    for report in reports {
        part.extend(about(&report.instance, &|p| *p == en::ANCHOR));
        for mention in report.mentions.iter() {
            part.extend(about(&mention.node, &|p| is_asked(ontology, p) || make_facts.contains(&p.as_ref())));
            for (predicate, object) in &mention.properties {
                if let Term::NamedNode(party) = object
                    && !kept(ontology, predicate).is_empty()
                {
                    parties.extend(report.meant(party).chain([party]));
                }
            }
        }
    }
    let told = [rdf::TYPE, rdfs::LABEL, en::COUNTRY_CODE, en::HAS_MEMBER];
    part.extend(parties.into_iter().flat_map(|party| about(party, &|p| told.contains(&p.as_ref()))));
    part
}

fn reports(mapper: &Mapper, events: BTreeMap<NamedNode, Vec<Mention>>, triples: &[Triple]) -> Vec<Report> {
    let about = properties_of(triples);
    let report = |(instance, mentions)| {
        mapper.rule().report((mapper.ontology(), mapper.names()), instance, mentions, |node| about(node))
    };
    let reports = events.into_iter().map(report);
    reports.map(|report: Result<Report, Infallible>| report.unwrap_or_else(|never| match never {})).collect()
}

fn by_subject(triples: &[Triple]) -> HashMap<&NamedNode, Vec<&Triple>> {
    let mut by_subject: HashMap<&NamedNode, Vec<&Triple>> = HashMap::new();
    for triple in triples {
        if let Some(subject) = named(&triple.subject) {
            by_subject.entry(subject).or_default().push(triple);
        }
    }
    by_subject
}

/// Tells what triples say of a node.
pub(super) fn properties_of(triples: &[Triple]) -> impl Fn(&NamedNode) -> Result<Properties, Infallible> {
    let by_subject = by_subject(triples);
    move |node| {
        let triples = by_subject.get(node).map(Vec::as_slice).unwrap_or_default();
        Ok(triples.iter().map(|t| (t.predicate.clone(), t.object.clone())).collect())
    }
}

/// Everything in an article's graph that is a mention of something.
fn mentions(article: &NamedNode, triples: &[Triple]) -> Vec<Mention> {
    let of_article = |p: NamedNodeRef<'_>| {
        let said = triples.iter().find(|t| t.predicate == p && named(&t.subject) == Some(article));
        said.and_then(|t| literal(&t.object)).cloned()
    };
    let (published, sketch) = (of_article(schema::DATE_PUBLISHED), of_article(en::SKETCH));
    let nodes = triples.iter().filter(|t| t.predicate == en::INSTANCE).filter_map(|t| named(&t.subject));
    let mut mentions: HashMap<&NamedNode, Properties> = nodes.clone().map(|n| (n, Vec::new())).collect();
    for triple in triples {
        if let Some(properties) = named(&triple.subject).and_then(|s| mentions.get_mut(s)) {
            properties.push((triple.predicate.clone(), triple.object.clone()));
        }
    }
    let mention = |node: &NamedNode| {
        let (node, properties) = (node.clone(), mentions.remove(node)?);
        let (published, sketch) = (published.clone(), sketch.clone());
        Some(Mention { node, article: article.clone(), published, sketch, properties })
    };
    nodes.filter_map(mention).collect()
}

/// The name of a subject that has one.
pub fn named(subject: &NamedOrBlankNode) -> Option<&NamedNode> {
    match subject {
        NamedOrBlankNode::NamedNode(node) => Some(node),
        NamedOrBlankNode::BlankNode(_) => None,
    }
}

fn literal(term: &Term) -> Option<&Literal> {
    match term {
        Term::Literal(literal) => Some(literal),
        _ => None,
    }
}

/// A relation as the record has it, without its sources; the same from whatever mention it is made.
pub fn relation(relation: &NamedNode, mention: &Mention) -> Vec<Triple> {
    let kept = [rdf::SUBJECT, rdf::PREDICATE, rdf::OBJECT, en::VALID_FROM, en::VALID_UNTIL];
    let properties = mention.properties.iter().filter(|(p, _)| kept.contains(&p.as_ref()));
    let class = Triple::new(relation.clone(), rdf::TYPE, en::RELATION);
    let content = properties.map(|(p, o)| Triple::new(relation.clone(), p.clone(), o.clone()));
    std::iter::once(class).chain(content).collect()
}

/// The triple that leads from an event or relation of the record to a mention.
pub fn source(instance: &NamedNode, mention: &Mention) -> Triple {
    Triple::new(instance.clone(), prov::WAS_DERIVED_FROM, mention.node.clone())
}

/// A report with no more of its mentions than [`event`] asks for.
pub fn condensed(mapper: &Mapper, report: &Report) -> Report {
    let is_asked = |p: &NamedNode| is_asked(mapper.ontology(), p);
    let condensed = |mention: &Mention| Mention {
        node: mention.node.clone(),
        article: mention.article.clone(),
        published: mention.published.clone(),
        sketch: None,
        properties: mention.properties.iter().filter(|(p, _)| is_asked(p)).cloned().collect(),
    };
    report.with_mentions(report.mentions.iter().map(condensed).collect())
}

fn is_asked(ontology: &Ontology, predicate: &NamedNode) -> bool {
    let others = [en::EVENT_CLASS, en::EARLIEST, en::LATEST, en::CONFIDENCE, sem::HAS_TIME];
    others.contains(&predicate.as_ref()) || !kept(ontology, predicate).is_empty()
}

/// An event as the record has it, out of every report of it, in the order in which [`together::events`]
/// gives them: the first names it.
pub fn event(mapper: &Mapper, reports: &[Report]) -> Vec<Triple> {
    let Some(event) = reports.first().map(|r| &r.instance) else { return Vec::new() };
    let mentions: Vec<&Mention> = reports.iter().flat_map(|r| r.mentions.iter()).collect();
    let ontology = mapper.ontology();
    let mut facts: BTreeSet<(NamedNode, TermKey)> = BTreeSet::new();
    let mut add = |predicate: NamedNodeRef<'_>, object: &Term| {
        facts.insert((predicate.into_owned(), TermKey(object.to_string(), object.clone())));
    };
    for (report, mention) in reports.iter().flat_map(|r| r.mentions.iter().map(move |m| (r, m))) {
        for class in mention.all(en::EVENT_CLASS) {
            classes(ontology, class).iter().for_each(|class| add(rdf::TYPE, class));
            let is_below = |other: &Term| other != class && classes(ontology, other).contains(class);
            if !mentions.iter().flat_map(|m| m.all(en::EVENT_CLASS)).any(is_below) {
                add(en::EVENT_CLASS, class);
            }
        }
        for (predicate, object) in &mention.properties {
            let kept = kept(ontology, predicate);
            match object {
                // Who stands for others in one article need not be known to those who ask.
                Term::NamedNode(node) => report.meant(node).for_each(|meant| {
                    kept.iter().for_each(|predicate| add(*predicate, &meant.clone().into()));
                }),
                _ => kept.iter().for_each(|predicate| add(*predicate, object)),
            }
        }
        add(prov::WAS_DERIVED_FROM, &mention.node.clone().into());
    }
    if let Some(when) = mentions.iter().filter_map(|m| When::of(m)).min() {
        add(sem::HAS_TIME, &when.time.1);
        add(en::EARLIEST, &when.first.1);
        add(en::LATEST, &when.last.1);
    }
    if let Some(surest) = mentions.iter().filter_map(|m| confidence(m)).max_by(|a, b| a.0.total_cmp(&b.0)) {
        add(en::CONFIDENCE, surest.1);
    }
    if let Some(first) = mentions.iter().filter_map(|m| m.published.as_ref()).min_by_key(|d| d.value().to_owned()) {
        add(en::FIRST_REPORTED, &first.clone().into());
    }
    let sketches: BTreeMap<&NamedNode, Option<&Sketch>> = reports.iter().map(|r| (&r.article, r.sketch())).collect();
    let origins = mapper.rule().copies.origins(&sketches.values().copied().collect::<Vec<_>>());
    for (predicate, number) in [(en::ARTICLES, sketches.len()), (en::ORIGINS, origins)] {
        add(predicate, &Literal::new_typed_literal(number.to_string(), xsd::INTEGER).into());
    }
    facts.into_iter().map(|(p, o)| Triple::new(event.clone(), p, o.1)).collect()
}

/// A term in the order of its text.
#[derive(PartialEq, Eq)]
struct TermKey(String, Term);

impl Ord for TermKey {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}

impl PartialOrd for TermKey {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// The class of an event, those above it, and SEM's.
fn classes(ontology: &Ontology, class: &Term) -> Vec<Term> {
    let known = |n: &NamedNode| local(n.as_ref()).and_then(|name| ontology.event(name)).map(above);
    let above = match class {
        Term::NamedNode(node) => known(node).unwrap_or_default(),
        _ => Vec::new(),
    };
    let tops = [en::EVENT, sem::EVENT].map(|t| t.into_owned().into());
    std::iter::once(class.clone()).chain(above).chain(tops).collect()
}

fn above(class: &Class) -> Vec<Term> {
    class.above.iter().map(|c| c.clone().into()).collect()
}

/// The properties under which a mention's property stands in the record: itself, and SEM's for a participant or place.
fn kept<'a>(ontology: &'a Ontology, predicate: &'a NamedNode) -> Vec<NamedNodeRef<'a>> {
    let numbers = [en::NUMBER_KILLED, en::NUMBER_INJURED, en::NUMBER_ARRESTED, en::NUMBER_RELEASED];
    if numbers.contains(&predicate.as_ref())
        || [en::EVENT_TYPE, en::MODE, en::CONTEXT, en::CAMEO].contains(&predicate.as_ref())
    {
        return vec![predicate.as_ref()];
    }
    match local(predicate.as_ref()).and_then(|name| ontology.role(name)) {
        Some(role) if role.is_place => vec![predicate.as_ref(), sem::HAS_PLACE],
        Some(_) => vec![predicate.as_ref(), sem::HAS_ACTOR],
        None => Vec::new(),
    }
}

/// The time of a mention, in the order of preference: the shortest stretch, then the first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct When {
    days: i32,
    first: TermKey,
    last: TermKey,
    time: TermKey,
}

impl When {
    fn of(mention: &Mention) -> Option<Self> {
        let key = |p| mention.all(p).next().map(|t| TermKey(t.to_string(), t.clone()));
        let day = |t: &TermKey| literal(&t.1)?.value().parse::<Date>().ok();
        let (first, last, time) = (key(en::EARLIEST)?, key(en::LATEST)?, key(sem::HAS_TIME)?);
        let days = day(&last)?.since(day(&first)?).ok()?.get_days();
        Some(Self { days, first, last, time })
    }
}

fn confidence(mention: &Mention) -> Option<(f64, &Term)> {
    let term = mention.all(en::CONFIDENCE).next()?;
    Some((literal(term)?.value().parse().ok()?, term))
}
