//! What an article, a run, an entity and a time are.

use super::copies::Sketch;
use super::evidence::Evidence;
use super::names::hash;
use super::{Mapper, days};
use crate::doc::Form;
use crate::extract::{EntityInfo, Extraction};
use crate::ontology::iri::{self, en, geo, nif, owl, prov, rdf, rdfs, schema, sf, time};
use jiff::civil::Date;
use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, NamedNode, NamedNodeRef};
use std::collections::{HashMap, HashSet};

/// Describes the article, its text and the run that read it.
pub(super) fn article(evidence: &mut Evidence<'_>) {
    let article = evidence.article.clone();
    let info = &evidence.extraction.article;
    evidence.add(&article, rdf::TYPE, schema::NEWS_ARTICLE.into_owned());
    evidence.add_text(&article, en::ARTICLE_ID, &info.id);
    for (predicate, text) in
        [(schema::HEADLINE, &info.title), (schema::AUTHOR, &info.byline), (schema::IN_LANGUAGE, &info.language)]
    {
        if let Some(text) = text {
            evidence.add_text(&article, predicate, text);
        }
    }
    if let Some(day) = info.published.as_deref().and_then(|d| d.parse::<Date>().ok()) {
        evidence.add(&article, schema::DATE_PUBLISHED, date(day));
    }
    if let Some(url) = info.url.as_deref().and_then(|u| NamedNode::new(u).ok()) {
        evidence.add(&article, schema::URL, url);
    }
    if let Some(publisher) = &info.publisher {
        let node = evidence.mapper.names.of_kind("publisher", publisher);
        evidence.add(&article, schema::PUBLISHER, node.clone());
        evidence.add(&node, rdf::TYPE, schema::ORGANIZATION.into_owned());
        evidence.add_text(&node, rdfs::LABEL, publisher);
    }
    evidence.add_text(&article, en::TEXT_HASH, &hash(&[&evidence.extraction.text]));
    if let Some(sketch) = Sketch::of(&evidence.extraction.text, evidence.mapper.rule().copies.words) {
        evidence.add_text(&article, en::SKETCH, &sketch.to_string());
    }
    text(evidence);
    run(evidence);
}

fn text(evidence: &mut Evidence<'_>) {
    let (context, article) = (evidence.context(), evidence.article.clone());
    evidence.add(&context, rdf::TYPE, nif::CONTEXT.into_owned());
    evidence.add(&context, rdf::TYPE, nif::RFC5147_STRING.into_owned());
    evidence.add(&context, nif::SOURCE_URL, article);
    let end = evidence.extraction.text.chars().count();
    evidence.offsets(&context, 0, end);
    if evidence.mapper.text {
        evidence.add_text(&context, nif::IS_STRING, &evidence.extraction.text);
    }
}

/// The run, named by all that is known of it.
pub(super) fn run_name(mapper: &Mapper) -> NamedNode {
    let run = &mapper.run;
    let started = run.started.map(|t| t.to_string()).unwrap_or_default();
    let parts =
        [&run.version, run.model.as_deref().unwrap_or_default(), run.data.as_deref().unwrap_or_default(), &started];
    mapper.names.hashed("run", &parts)
}

fn run(evidence: &mut Evidence<'_>) {
    let (mapper, article, run) = (evidence.mapper, evidence.article.clone(), evidence.run.clone());
    evidence.add(&article, en::EXTRACTED_BY, run.clone());
    evidence.add(&run, rdf::TYPE, prov::ACTIVITY.into_owned());
    let program = mapper.names.of_kind("program", &format!("entente-{}", mapper.run.version));
    evidence.add(&run, prov::WAS_ASSOCIATED_WITH, program.clone());
    evidence.add(&program, rdf::TYPE, schema::SOFTWARE_APPLICATION.into_owned());
    evidence.add_text(&program, rdfs::LABEL, "Entente");
    evidence.add_text(&program, schema::SOFTWARE_VERSION, &mapper.run.version);
    for (kind, name) in [("model", &mapper.run.model), ("data", &mapper.run.data)] {
        if let Some(name) = name {
            let node = mapper.names.of_kind(kind, name);
            evidence.add(&run, prov::USED, node.clone());
            evidence.add_text(&node, rdfs::LABEL, name);
        }
    }
    if let Some(started) = mapper.run.started {
        let started = Literal::new_typed_literal(started.to_string(), xsd::DATE_TIME);
        evidence.add(&run, prov::STARTED_AT_TIME, started);
    }
}

/// Describes every entity that the article names.
pub(super) fn entities(evidence: &mut Evidence<'_>) {
    let article = evidence.article.clone();
    for info in &evidence.extraction.entities {
        let Some(node) = evidence.name(&info.id) else { continue };
        evidence.add(&article, schema::MENTIONS, node.clone());
        entity(evidence, &node, info);
        if let (Some(lat), Some(lon)) = (info.lat, info.lon) {
            point(evidence, &node, lat, lon);
        }
    }
}

fn entity(evidence: &mut Evidence<'_>, node: &NamedNode, info: &EntityInfo) {
    for class in classes(evidence.mapper, info) {
        evidence.add(node, rdf::TYPE, class);
    }
    let label = label(evidence, info);
    evidence.add_text(node, rdfs::LABEL, &label);
    if let Some(country) = &info.country {
        evidence.add_text(node, en::COUNTRY_CODE, country);
    }
    if let Some(sector) = &info.sector {
        let concept = concept(evidence.mapper, iri::PLOVER, &format!("sector-{sector}"));
        evidence.add(node, en::SECTOR, concept);
    }
    let place = info.geonames.map(|id| NamedNode::new_unchecked(format!("{}{id}/", iri::GEONAMES)));
    if let Some(place) = place.filter(|p| p != node) {
        evidence.add(node, owl::SAME_AS, place);
    }
    for member in info.members.iter().filter_map(|m| evidence.name(m)).collect::<Vec<_>>() {
        evidence.add(node, en::HAS_MEMBER, member);
    }
}

/// The class of an entity and those of ours above it.
pub(super) fn classes(mapper: &Mapper, info: &EntityInfo) -> Vec<NamedNode> {
    match mapper.ontology.entity(&info.kind) {
        Some(class) => std::iter::once(&class.iri).chain(&class.above).cloned().collect(),
        None => vec![en::THING.into_owned()],
    }
}

/// A group is called by its members, since an article calls it many things.
fn label(evidence: &Evidence<'_>, info: &EntityInfo) -> String {
    let mut labels: Vec<&str> =
        info.members.iter().filter_map(|m| evidence.info(m)).map(|m| m.label.as_str()).collect();
    labels.sort_unstable();
    match labels.split_last() {
        None => info.label.clone(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

fn point(evidence: &mut Evidence<'_>, place: &NamedNode, lat: f64, lon: f64) {
    if !(lat.abs() <= 90.0 && lon.abs() <= 180.0) {
        return;
    }
    let node = evidence.mapper.names.of_kind("point", &format!("{lat}_{lon}"));
    evidence.add(place, geo::HAS_GEOMETRY, node.clone());
    evidence.add(&node, rdf::TYPE, sf::POINT.into_owned());
    let wkt = Literal::new_typed_literal(format!("POINT({lon} {lat})"), geo::WKT_LITERAL);
    evidence.add(&node, geo::AS_WKT, wkt);
}

/// The time that a TIMEX3 value stands for, with its first and last day.
pub(super) fn time(evidence: &mut Evidence<'_>, value: &str) -> Option<(NamedNode, Literal, Literal)> {
    let stretch = days::stretch(value)?;
    let node = evidence.mapper.names.of_kind("time", &stretch.edtf);
    let edtf = Literal::new_typed_literal(stretch.edtf.as_str(), en::EDTF_STRING);
    if stretch.first == stretch.last {
        instant(evidence, stretch.first);
    } else {
        evidence.add(&node, rdf::TYPE, time::TEMPORAL_ENTITY.into_owned());
        evidence.add(&node, en::EDTF, edtf);
        for (predicate, day) in [(time::HAS_BEGINNING, stretch.first), (time::HAS_END, stretch.last)] {
            let day = instant(evidence, day);
            evidence.add(&node, predicate, day);
        }
    }
    Some((node, date(stretch.first), date(stretch.last)))
}

fn instant(evidence: &mut Evidence<'_>, day: Date) -> NamedNode {
    let text = day.to_string();
    let node = evidence.mapper.names.of_kind("time", &text);
    evidence.add(&node, rdf::TYPE, time::INSTANT.into_owned());
    evidence.add(&node, time::IN_XSD_DATE, date(day));
    evidence.add(&node, en::EDTF, Literal::new_typed_literal(text, en::EDTF_STRING));
    node
}

fn date(day: Date) -> Literal {
    Literal::new_typed_literal(day.to_string(), xsd::DATE)
}

/// A concept of one of the schemes; one of the user's own, under the base, when the scheme has none of this name.
pub(super) fn concept(mapper: &Mapper, scheme: &str, name: &str) -> NamedNode {
    let iri = format!("{scheme}{name}");
    if mapper.ontology.has_concept(&iri) {
        NamedNode::new_unchecked(iri)
    } else {
        mapper.names.of_kind(if scheme == iri::CAMEO { "cameo" } else { "plover" }, name)
    }
}

/// The name of every entity of an article, by id. See [`names`](super::names) for how they are chosen.
pub(super) fn entity_names<'a>(mapper: &Mapper, extraction: &'a Extraction) -> HashMap<&'a str, NamedNode> {
    let mut names: HashMap<&str, NamedNode> = HashMap::new();
    let mut namesakes: HashMap<(&str, &str), usize> = HashMap::new();
    let unknown = only_pronouns(extraction);
    let there = extraction.entities.iter().filter(|e| !unknown.contains(&*e.id));
    let (groups, others): (Vec<_>, Vec<_>) = there.partition(|e| !e.members.is_empty());
    for info in others.into_iter().chain(groups) {
        let own = || {
            let nth = namesakes.entry((&info.kind, &info.label)).or_default();
            *nth += 1;
            let nth = nth.to_string();
            let parts = [extraction.article.id.as_str(), &info.kind, &info.label, &nth];
            mapper.names.local_entity(&info.label, &parts)
        };
        let name = known(info).or_else(|| shared(mapper, info, &names)).unwrap_or_else(own);
        names.entry(&info.id).or_insert(name);
    }
    names
}

/// Entities that the article calls "he" or "it" and nothing else: nobody knows who they are, and the graph says nothing of them.
fn only_pronouns(extraction: &Extraction) -> HashSet<&str> {
    let called = |pronoun: bool| {
        let mentions = extraction.mentions.iter().filter(move |m| (m.form == Form::Pronoun) == pronoun);
        mentions.map(|m| m.entity.as_str()).collect::<HashSet<&str>>()
    };
    let named = called(false);
    called(true).into_iter().filter(|e| !named.contains(e)).collect()
}

/// The name by which the world knows an entity.
fn known(info: &EntityInfo) -> Option<NamedNode> {
    let item = info.wikidata.as_deref().filter(|id| is_item(id));
    let item = item.map(|id| NamedNode::new_unchecked(format!("{}{id}", iri::WIKIDATA)));
    let place = info.geonames.map(|id| NamedNode::new_unchecked(format!("{}{id}/", iri::GEONAMES)));
    let given = || NamedNode::new(&info.iri).ok().filter(|i| i.as_str().starts_with("http"));
    item.or(place).or_else(given)
}

fn is_item(id: &str) -> bool {
    id.strip_prefix('Q').is_some_and(|n| !n.is_empty() && !n.starts_with('0') && n.bytes().all(|b| b.is_ascii_digit()))
}

/// The name of an entity that is the same in every article: a country or its government, or a group of others.
fn shared(mapper: &Mapper, info: &EntityInfo, names: &HashMap<&str, NamedNode>) -> Option<NamedNode> {
    let country = info.country.as_deref().filter(|c| c.len() == 3 && c.bytes().all(|b| b.is_ascii_uppercase()));
    match (info.kind.as_str(), country) {
        ("Country", Some(code)) => Some(mapper.names.of_kind("entity/country", code)),
        ("Government", Some(code)) => Some(mapper.names.of_kind("entity/government", code)),
        _ if info.members.is_empty() => None,
        _ => {
            let members: Option<Vec<&NamedNode>> = info.members.iter().map(|m| names.get(m.as_str())).collect();
            let mut members: Vec<&str> = members?.into_iter().map(|m| m.as_str()).collect();
            members.sort_unstable();
            members.dedup();
            Some(mapper.names.hashed("entity/group", &members))
        }
    }
}

/// Whether something of this class is described in the record as it is in the evidence.
pub(super) fn is_described(ontology: &crate::ontology::Ontology, class: NamedNodeRef<'_>) -> bool {
    class == sf::POINT
        || class == time::INSTANT
        || class == time::TEMPORAL_ENTITY
        || crate::ontology::local(class).is_some_and(|name| ontology.entity(name).is_some())
}
