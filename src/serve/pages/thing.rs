//! The page about whatever a name stands for: an article, a thing that articles name, an event, or anything else as a table.

use super::super::html::{Page, address, as_rdf, capital, escape};
use super::super::parameters::encode;
use super::super::problem::Problem;
use super::reader::{Reader, node, number};
use super::{article, entity, instance, statements};
use crate::ontology::iri::{en, rdf, rdfs};
use crate::store::short_iri;
use crate::text::grouped;
use oxigraph::model::{NamedNode, Quad};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Quads that point at a thing, in a document about what is only named.
pub(super) const MOST_ROWS: usize = 500;
/// Values of one property that are shown, and things and pairs that are counted.
const MOST_VALUES: usize = 100;
const MOST_COUNTED: usize = 20_000;

pub(super) fn page(reader: &Reader<'_>, thing: &NamedNode, from: usize) -> Result<Page, Problem> {
    let mut page = if article::is_article(reader, thing)? {
        article::page(reader, thing)?
    } else {
        let quads = reader.record(thing.as_ref())?;
        if entity::is_entity(reader, &quads) {
            entity::page(reader, thing, &quads, from)?
        } else if let Some(page) = statements::event(reader, thing)? {
            page
        } else {
            table(reader, thing)?
        }
    };
    let encoded = encode(thing.as_str());
    page.data = Some(format!("/page?iri={encoded}&as=turtle"));
    let _ = write!(
        page.body,
        "\n<p class=\"iri\">{} · as {}</p>",
        escape(thing.as_str()),
        as_rdf(&format!("/page?iri={encoded}&amp;"))
    );
    Ok(page)
}

/// What is shown beside each property: values, or things that have it.
type ByProperty = BTreeMap<NamedNode, Values>;

/// Some of the values, as HTML, and how many there are.
#[derive(Default)]
struct Values {
    shown: BTreeSet<String>,
    total: usize,
    /// Whether there may be more than the total.
    is_cut: bool,
}

fn table(reader: &Reader<'_>, thing: &NamedNode) -> Result<Page, Problem> {
    let (values, pointing, used) = (values(reader, thing)?, pointing(reader, thing)?, used(reader, thing)?);
    if values.is_empty() && pointing.is_empty() && used.is_empty() {
        return Err(Problem::not_found(format!("nothing is known of {thing}")));
    }
    let mut page = Page::new(&capital(&reader.label(thing.as_ref())));
    if reader.vocabulary.label(thing.as_str()).is_some() {
        page.body = format!("<p class=\"kind\">Term of the vocabulary</p>\n{}", page.body);
    }
    if let Some(definition) = reader.vocabulary.definition(thing.as_str()) {
        let _ = writeln!(page.body, "<p class=\"lead\">{}</p>", escape(definition));
    }
    let name = |property: &NamedNode| property_name(reader, property);
    let inverse = |property: &NamedNode| match property.as_ref() {
        rdf::TYPE => "things of this class".to_owned(),
        rdfs::SUB_CLASS_OF => "narrower classes".to_owned(),
        en::EVENT_CLASS => "statements of this class".to_owned(),
        _ => name(property),
    };
    page.body += &properties("What is said", &values, name);
    page.body += &properties("Where it is named", &pointing, inverse);
    page.body += &properties("Where it is used", &used, name);
    Ok(page)
}

fn values(reader: &Reader<'_>, thing: &NamedNode) -> Result<ByProperty, Problem> {
    let mut values = BTreeMap::<NamedNode, BTreeSet<String>>::new();
    for quad in reader.store.about(thing.as_ref().into(), None) {
        let Quad { predicate, object, .. } = quad?;
        values.entry(predicate).or_default().insert(reader.term(&object));
    }
    let counted = |all: BTreeSet<String>| {
        let total = all.len();
        Values { shown: all.into_iter().take(MOST_VALUES).collect(), total, is_cut: false }
    };
    Ok(values.into_iter().map(|(property, all)| (property, counted(all))).collect())
}

/// Things that a property leads from to this one. Events of the record have their class twice.
fn pointing(reader: &Reader<'_>, thing: &NamedNode) -> Result<ByProperty, Problem> {
    let counts = reader.rows(&format!(
        "SELECT ?p (COUNT(*) AS ?n) {{ SELECT DISTINCT ?p ?s {{ {{ ?s ?p {thing} FILTER(?p != en:eventClass) }} UNION {{ GRAPH ?g {{ ?s ?p {thing} }} }} FILTER(ISIRI(?s)) }} LIMIT {MOST_COUNTED} }} GROUP BY ?p"
    ))?;
    let is_cut = counts.iter().map(|row| number(row, 1)).sum::<usize>() == MOST_COUNTED;
    let mut listed = ByProperty::new();
    for row in &counts {
        let Some(property) = node(row, 0) else { continue };
        let record = format!("{{ ?s {property} {thing} }} UNION ");
        let record = if *property == en::EVENT_CLASS { "" } else { &record };
        let things = reader.rows(&format!(
            "SELECT DISTINCT ?s {{ {record}{{ GRAPH ?g {{ ?s {property} {thing} }} }} FILTER(ISIRI(?s)) }} LIMIT {MOST_VALUES}"
        ))?;
        let shown = things.iter().flatten().flatten().map(|subject| instance::link(reader, subject));
        let values = Values { shown: shown.collect::<Result<_, _>>()?, total: number(row, 1), is_cut };
        listed.insert(property.clone(), values);
    }
    Ok(listed)
}

/// Pairs that this property joins.
fn used(reader: &Reader<'_>, thing: &NamedNode) -> Result<ByProperty, Problem> {
    let pairs = |most| {
        format!("SELECT DISTINCT ?s ?o {{ {{ ?s {thing} ?o }} UNION {{ GRAPH ?g {{ ?s {thing} ?o }} }} }} LIMIT {most}")
    };
    let rows = reader.rows(&pairs(MOST_VALUES))?;
    let mut shown = BTreeSet::new();
    for row in &rows {
        if let [Some(subject), Some(object)] = row.as_slice() {
            shown.insert(format!("{} → {}", instance::link(reader, subject)?, instance::link(reader, object)?));
        }
    }
    if shown.is_empty() {
        return Ok(ByProperty::new());
    }
    let counts = reader.rows(&format!("SELECT (COUNT(*) AS ?n) {{ {} }}", pairs(MOST_COUNTED)))?;
    let total = counts.first().map_or(0, |row| number(row, 0));
    Ok(ByProperty::from([(thing.clone(), Values { shown, total, is_cut: total == MOST_COUNTED })]))
}

fn property_name(reader: &Reader<'_>, property: &NamedNode) -> String {
    reader.known_label(property.as_ref()).unwrap_or_else(|| short_iri(property.as_ref()))
}

fn properties(title: &str, all: &ByProperty, name: impl Fn(&NamedNode) -> String) -> String {
    if all.is_empty() {
        return String::new();
    }
    let mut html = format!("<h2>{title}</h2>\n<div class=\"wide\"><table><tbody>\n");
    for (property, Values { shown, total, is_cut }) in all {
        let number = match total {
            0 | 1 => String::new(),
            _ if *is_cut => format!(" <span class=\"faint\">at least {}</span>", grouped(*total)),
            _ => format!(" <span class=\"faint\">{}</span>", grouped(*total)),
        };
        let more = total.saturating_sub(MOST_VALUES);
        let more =
            if more > 0 { format!("<li class=\"faint\">and {} more</li>", grouped(more)) } else { String::new() };
        let _ = writeln!(
            html,
            "<tr><th scope=\"row\"><a href=\"{}\">{}</a>{number}</th><td><ul class=\"values\">{}{more}</ul></td></tr>",
            address(property.as_ref()),
            escape(&name(property)),
            shown.iter().map(|value| format!("<li>{value}</li>")).collect::<String>()
        );
    }
    html + "</tbody></table></div>"
}
