//! Events, relations and quotations as an article gives them, each with its words, status, sources and rule.

use super::describe::{classes, concept, time};
use super::evidence::Evidence;
use super::names::encode;
use crate::extract::{
    AmountKind, Casualty, EntityInfo, EventInfo, MentionInfo, Order, Polarity, QuotationInfo, QuotationKind,
    RelationInfo, Status,
};
use crate::ontology::Shortcut;
use crate::ontology::iri::{self, en, nif, prov, rdf, sem};
use jiff::civil::Date;
use oxigraph::model::{Literal, NamedNode, NamedNodeRef, Term};

pub(super) fn events(evidence: &mut Evidence<'_>) {
    for event in &evidence.extraction.events {
        let node = evidence.part(format_args!("event-{}", encode(&event.id)));
        evidence.add(&node, rdf::TYPE, en::EVENT_MENTION.into_owned());
        coding(evidence, &node, event);
        participants(evidence, &node, event);
        when(evidence, &node, event);
        assessment(evidence, &node, &Assessment::from(event));
        for aux in &event.aux {
            let concept = concept(evidence.mapper, iri::PLOVER, &format!("aux-{aux}"));
            evidence.add(&node, en::AUXILIARY, concept);
        }
        if let Some(count) = event.count {
            evidence.add_number(&node, en::COUNT, count as usize);
        }
        for casualty in &event.casualties {
            let property = match casualty.of {
                Casualty::Dead => en::NUMBER_KILLED,
                Casualty::Injured => en::NUMBER_INJURED,
                Casualty::Arrested => en::NUMBER_ARRESTED,
                Casualty::Released => en::NUMBER_RELEASED,
            };
            evidence.add_number(&node, property, casualty.number as usize);
        }
        for amount in &event.amounts {
            let property = match amount.of {
                AmountKind::Money => en::MONEY,
                AmountKind::Weapon => en::WEAPONS,
            };
            evidence.add_text(&node, property, &format!("{} {}", amount.number, amount.unit));
        }
        for other in &event.order {
            let before = evidence.part(format_args!("event-{}", encode(&other.event)));
            match other.relation {
                Order::Before => evidence.add(&node, en::BEFORE, before),
                Order::After => evidence.add(&before, en::BEFORE, node.clone()),
            }
        }
        words(evidence, &node, Some(event.sentence), (event.trigger.start, event.trigger.end));
        if is_fact(event) {
            shortcuts(evidence, event);
        }
    }
}

/// Whether an event happened, as far as the article itself says so without reserve.
fn is_fact(event: &EventInfo) -> bool {
    let unreal = |aux: &String| ["future", "hypothetical", "negation"].contains(&aux.as_str());
    Assessment::from(event).is_fact() && !event.aux.iter().any(unreal)
}

fn coding(evidence: &mut Evidence<'_>, node: &NamedNode, event: &EventInfo) {
    let mapper = evidence.mapper;
    let class = match mapper.ontology.event(&event.class) {
        Some(class) => class.iri.clone(),
        None if event.class.is_empty() => en::EVENT.into_owned(),
        None => mapper.names.of_kind("class", &event.class),
    };
    evidence.add(node, en::EVENT_CLASS, class);
    let instance = if event.instance.is_empty() { &event.id } else { &event.instance };
    let instance = mapper.names.event(&evidence.extraction.article.id, instance);
    evidence.add(node, en::INSTANCE, instance);
    if let Some(kind) = &event.kind {
        evidence.add(node, en::EVENT_TYPE, concept(mapper, iri::PLOVER, kind));
        if let Some(mode) = &event.mode {
            evidence.add(node, en::MODE, concept(mapper, iri::PLOVER, &format!("{kind}-{mode}")));
        }
    }
    for context in &event.contexts {
        let name = format!("context-{}", context.replace(['_', ' '], "-"));
        evidence.add(node, en::CONTEXT, concept(mapper, iri::PLOVER, &name));
    }
    if let Some(code) = &event.cameo {
        evidence.add(node, en::CAMEO, concept(mapper, iri::CAMEO, code));
    }
}

/// Every participant and place of an event: the property for the role, the entity, and where it is named.
fn roles(evidence: &Evidence<'_>, event: &EventInfo) -> Vec<(NamedNode, String, usize, usize)> {
    let role = |name: &str| match evidence.mapper.ontology.role(name) {
        Some(role) => role.iri.clone(),
        None => en::PARTICIPANT.into_owned(),
    };
    let one = |name, p: &crate::extract::Participant| (role(name), p.entity.clone(), p.start, p.end);
    let actors = event.actor.iter().map(|p| one("actor", p));
    let recipients = event.recipient.iter().map(|p| one("recipient", p));
    let others = event.others.iter().map(|o| (role(&o.role), o.entity.clone(), o.start, o.end));
    let place = event.place.iter().map(|p| one("place", p));
    actors.chain(recipients).chain(others).chain(place).collect()
}

fn participants(evidence: &mut Evidence<'_>, node: &NamedNode, event: &EventInfo) {
    for (role, entity, start, end) in roles(evidence, event) {
        if let Some(name) = evidence.name(&entity) {
            evidence.add(node, role.as_ref(), name);
            evidence.mention(node, &entity, start, end);
        }
    }
}

fn when(evidence: &mut Evidence<'_>, node: &NamedNode, event: &EventInfo) {
    let Some(when) = &event.time else { return };
    evidence.add_text(node, en::TIMEX, &when.value);
    if when.inferred {
        evidence.add(node, en::TIME_INFERRED, Literal::from(true));
    }
    if when.start < when.end {
        let said = evidence.words(nif::PHRASE, when.start, when.end);
        evidence.add(node, en::TIME_WORDS, said);
    }
    if let Some((time, first, last)) = time(evidence, &when.value) {
        evidence.add(node, sem::HAS_TIME, time);
        evidence.add(node, en::EARLIEST, first);
        evidence.add(node, en::LATEST, last);
    }
}

/// How a statement is put, and by whom.
struct Assessment<'a> {
    status: Status,
    polarity: Polarity,
    attribution: &'a [String],
    confidence: f32,
    rule: &'a str,
}

impl<'a> From<&'a EventInfo> for Assessment<'a> {
    fn from(event: &'a EventInfo) -> Self {
        let EventInfo { status, polarity, attribution, confidence, rule, .. } = event;
        Self { status: *status, polarity: *polarity, attribution, confidence: *confidence, rule }
    }
}

impl<'a> From<&'a RelationInfo> for Assessment<'a> {
    fn from(relation: &'a RelationInfo) -> Self {
        let RelationInfo { status, polarity, attribution, confidence, rule, .. } = relation;
        Self { status: *status, polarity: *polarity, attribution, confidence: *confidence, rule }
    }
}

impl Assessment<'_> {
    fn is_fact(&self) -> bool {
        self.status == Status::Asserted && self.polarity == Polarity::Positive && self.attribution.is_empty()
    }
}

fn assessment<'a>(evidence: &mut Evidence<'a>, node: &NamedNode, assessment: &Assessment<'a>) {
    evidence.add(node, en::STATUS, status(assessment.status).into_owned());
    let polarity = match assessment.polarity {
        Polarity::Positive => en::POSITIVE,
        Polarity::Negative => en::NEGATIVE,
    };
    evidence.add(node, en::POLARITY, polarity.into_owned());
    sources(evidence, node, assessment.attribution);
    evidence.add_confidence(node, en::CONFIDENCE, assessment.confidence);
    if !assessment.rule.is_empty() {
        evidence.add_text(node, en::RULE, assessment.rule);
    }
    let run = evidence.run.clone();
    evidence.add(node, prov::WAS_GENERATED_BY, run);
}

fn status(status: Status) -> NamedNodeRef<'static> {
    match status {
        Status::Asserted => en::ASSERTED,
        Status::Reported => en::REPORTED,
        Status::Planned => en::PLANNED,
        Status::Hoped => en::HOPED,
        Status::Requested => en::REQUESTED,
        Status::Conditional => en::CONDITIONAL,
        Status::Expected => en::EXPECTED,
        Status::Denied => en::DENIED,
    }
}

fn sources<'a>(evidence: &mut Evidence<'a>, node: &NamedNode, attribution: &'a [String]) {
    if let Some(chain) = evidence.chain(attribution) {
        evidence.add(node, en::ATTRIBUTION, chain);
    }
    for name in attribution.iter().filter_map(|e| evidence.name(e)).collect::<Vec<_>>() {
        evidence.add(node, en::ACCORDING_TO, name);
    }
}

fn words(evidence: &mut Evidence<'_>, node: &NamedNode, sentence: Option<usize>, (start, end): (usize, usize)) {
    if let Some(sentence) = evidence.sentence(sentence, start) {
        evidence.add(node, en::SENTENCE, sentence);
    }
    if start < end {
        let trigger = evidence.words(nif::PHRASE, start, end);
        evidence.add(node, en::TRIGGER, trigger);
    }
}

/// The plain triples that an event gives.
fn shortcuts(evidence: &mut Evidence<'_>, event: &EventInfo) {
    let mapper = evidence.mapper;
    let Some(class) = mapper.ontology.event(&event.class) else { return };
    let roles = roles(evidence, event);
    for shortcut in mapper.ontology.shortcuts().iter().filter(|s| s.events.contains(&class.iri)) {
        let fillers = |wanted: &[NamedNode]| -> Vec<(&EntityInfo, bool)> {
            let entities = roles.iter().filter(|(role, ..)| wanted.contains(role)).map(|(_, entity, ..)| entity);
            entities.flat_map(|e| evidence.members(e).into_iter().map(move |m| (m, is_counterpart(event, e)))).collect()
        };
        let (from, to) = (fillers(&shortcut.from), fillers(&shortcut.to));
        for (a, b) in from.iter().flat_map(|a| to.iter().map(move |b| (*a, *b))) {
            // Nothing says that those whom Kim met have met each other.
            if !(a.1 && b.1) {
                shortcut_between(evidence, shortcut, a.0, b.0);
            }
        }
    }
}

/// Whether an actor is one of those with whom others do what all do together.
fn is_counterpart(event: &EventInfo, entity: &str) -> bool {
    event.actor.iter().any(|p| p.entity == entity && p.counterpart) && event.actor.iter().any(|p| !p.counterpart)
}

fn shortcut_between(evidence: &mut Evidence<'_>, shortcut: &Shortcut, from: &EntityInfo, to: &EntityInfo) {
    let fits = |info: &EntityInfo, class: &Option<NamedNode>| {
        class.as_ref().is_none_or(|c| *c == en::ENTITY || classes(evidence.mapper, info).contains(c))
    };
    if !fits(from, &shortcut.domain) || !fits(to, &shortcut.range) {
        return;
    }
    let (Some(a), Some(b)) = (evidence.name(&from.id), evidence.name(&to.id)) else { return };
    if a == b {
        return;
    }
    evidence.add(&a, shortcut.property.as_ref(), b.clone());
    if shortcut.symmetric {
        evidence.add(&b, shortcut.property.as_ref(), a);
    }
}

pub(super) fn relations(evidence: &mut Evidence<'_>) {
    for (i, relation) in evidence.extraction.relations.iter().enumerate() {
        let Some((subject, object)) = ends(evidence, relation) else { continue };
        let (property, symmetric) = property(evidence, &relation.predicate);
        let node = evidence.part(format_args!("relation-{i}"));
        evidence.add(&node, rdf::TYPE, en::RELATION_MENTION.into_owned());
        evidence.add(&node, en::INSTANCE, instance(evidence, relation, &subject, &property, &object));
        evidence.add(&node, rdf::SUBJECT, subject.clone());
        evidence.add(&node, rdf::PREDICATE, property.clone());
        evidence.add(&node, rdf::OBJECT, object.clone());
        for (predicate, value) in [(en::VALID_FROM, &relation.begin), (en::VALID_UNTIL, &relation.until)] {
            if let Some(value) = value {
                evidence.add_text(&node, predicate, value);
            }
        }
        wikidata_property(evidence, &node, relation);
        assessment(evidence, &node, &Assessment::from(relation));
        words(evidence, &node, None, (relation.start, relation.end));
        named_ends(evidence, &node, relation);
        if Assessment::from(relation).is_fact() && !has_ended(evidence, relation) {
            plain(evidence, subject, &property, object, symmetric);
        }
    }
}

/// Subject and object, when both are there.
fn ends(evidence: &Evidence<'_>, relation: &RelationInfo) -> Option<(NamedNode, Term)> {
    let object = relation.object.as_deref().and_then(|o| evidence.name(o)).map(Term::from);
    let value = || relation.value.as_deref().map(|v| Literal::new_simple_literal(v).into());
    Some((evidence.name(&relation.subject)?, object.or_else(value)?))
}

/// Says which words name subject and object: of those in the sentence, the ones nearest to what states the relation.
fn named_ends(evidence: &mut Evidence<'_>, node: &NamedNode, relation: &RelationInfo) {
    let extraction = evidence.extraction;
    let around = extraction.sentences.iter().find(|s| s.start <= relation.start && relation.start < s.end);
    let Some(sentence) = around else { return };
    let distance = |m: &MentionInfo| m.start.saturating_sub(relation.end) + relation.start.saturating_sub(m.end);
    for entity in std::iter::once(&relation.subject).chain(&relation.object) {
        let here = |m: &&MentionInfo| m.entity == *entity && sentence.start <= m.start && m.end <= sentence.end;
        let nearest = extraction.mentions.iter().filter(here).min_by_key(|m| (distance(m), m.start));
        if let Some(mention) = nearest {
            evidence.mention(node, entity, mention.start, mention.end);
        }
    }
}

fn property(evidence: &Evidence<'_>, predicate: &str) -> (NamedNode, bool) {
    match evidence.mapper.ontology.relation(predicate) {
        Some(relation) => (relation.iri.clone(), relation.symmetric),
        None => (evidence.mapper.names.of_kind("property", predicate), false),
    }
}

fn instance(
    evidence: &Evidence<'_>,
    relation: &RelationInfo,
    subject: &NamedNode,
    property: &NamedNode,
    object: &Term,
) -> NamedNode {
    let (from, until) = (relation.begin.as_deref().unwrap_or_default(), relation.until.as_deref().unwrap_or_default());
    let object = object.to_string();
    evidence.mapper.names.hashed("relation", &[subject.as_str(), property.as_str(), &object, from, until])
}

fn wikidata_property(evidence: &mut Evidence<'_>, node: &NamedNode, relation: &RelationInfo) {
    let is_property =
        |id: &&str| id.strip_prefix('P').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    if let Some(id) = relation.wikidata.as_deref().filter(is_property) {
        let property = NamedNode::new_unchecked(format!("{}{id}", iri::WIKIDATA));
        evidence.add(node, en::WIKIDATA_PROPERTY, property);
    }
}

/// Whether the article says that the state no longer holds: it gives an end that is not known to lie after the article.
fn has_ended(evidence: &Evidence<'_>, relation: &RelationInfo) -> bool {
    let Some(until) = &relation.until else { return false };
    let published = evidence.extraction.article.published.as_deref().and_then(|d| d.parse::<Date>().ok());
    let end = super::days::stretch(until).map(|s| s.first);
    !matches!((published, end), (Some(published), Some(end)) if end > published)
}

fn plain(evidence: &mut Evidence<'_>, subject: NamedNode, property: &NamedNode, object: Term, symmetric: bool) {
    if let (true, Term::NamedNode(object)) = (symmetric, &object) {
        evidence.add(object, property.as_ref(), subject.clone());
    }
    evidence.add(&subject, property.as_ref(), object);
}

pub(super) fn quotations(evidence: &mut Evidence<'_>) {
    for (i, quotation) in evidence.extraction.quotations.iter().enumerate() {
        let node = evidence.part(format_args!("quotation-{i}"));
        let class = match quotation.kind {
            QuotationKind::Direct => en::DIRECT_QUOTATION,
            QuotationKind::Mixed => en::MIXED_QUOTATION,
            QuotationKind::Indirect => en::INDIRECT_QUOTATION,
        };
        evidence.add(&node, rdf::TYPE, en::QUOTATION.into_owned());
        evidence.add(&node, rdf::TYPE, class.into_owned());
        talkers(evidence, &node, quotation);
        sources(evidence, &node, &quotation.via);
        for span in quotation.content.iter().filter(|s| s.start < s.end) {
            let content = evidence.words(nif::PHRASE, span.start, span.end);
            evidence.add(&node, en::CONTENT, content);
        }
        let run = evidence.run.clone();
        evidence.add(&node, prov::WAS_GENERATED_BY, run);
        let cue = quotation.cue.map_or((0, 0), |c| (c.start, c.end));
        let position = quotation.cue.or(quotation.content.first().copied()).map_or(0, |s| s.start);
        words(evidence, &node, None, if cue.0 < cue.1 { cue } else { (position, position) });
    }
}

fn talkers(evidence: &mut Evidence<'_>, node: &NamedNode, quotation: &QuotationInfo) {
    if let Some((speaker, name)) = quotation.speaker.as_deref().and_then(|s| Some((s, evidence.name(s)?))) {
        evidence.add(node, en::SPEAKER, name);
        if let Some(span) = quotation.speaker_span {
            evidence.mention(node, speaker, span.start, span.end);
        }
    }
    for name in quotation.addressee.iter().filter_map(|e| evidence.name(e)).collect::<Vec<_>>() {
        evidence.add(node, en::ADDRESSEE, name);
    }
}
