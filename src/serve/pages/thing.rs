//! The page about whatever a name stands for: an article, a thing that articles name, an event, or anything else as a table.

use super::super::html::{Page, address, capital, escape};
use super::super::parameters::encode;
use super::super::problem::Problem;
use super::reader::Reader;
use super::{entity, statements};
use crate::store::short_iri;
use oxigraph::model::{NamedNode, NamedOrBlankNode, Quad};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Quads that point at a thing, and values of one property, that are looked at.
pub(super) const MOST_ROWS: usize = 500;
const MOST_VALUES: usize = 100;

pub(super) fn page(reader: &Reader<'_>, thing: &NamedNode, from: usize) -> Result<Page, Problem> {
    let mut page = if statements::is_article(reader, thing)? {
        statements::article(reader, thing)?
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
        "\n<p class=\"iri\">{} · as <a href=\"/page?iri={encoded}&amp;as=turtle\">Turtle</a>, <a href=\"/page?iri={encoded}&amp;as=jsonld\">JSON-LD</a>, <a href=\"/page?iri={encoded}&amp;as=ntriples\">N-Triples</a></p>",
        escape(thing.as_str())
    );
    Ok(page)
}

/// Values of a property, or things that have it.
type ByProperty = BTreeMap<NamedNode, BTreeSet<String>>;

fn table(reader: &Reader<'_>, thing: &NamedNode) -> Result<Page, Problem> {
    let (mut values, mut pointing) = (ByProperty::new(), ByProperty::new());
    for quad in reader.store.about(thing.as_ref().into(), None) {
        let Quad { predicate, object, .. } = quad?;
        values.entry(predicate).or_default().insert(reader.term(&object));
    }
    for quad in reader.store.pointing_at(thing.as_ref().into()).take(MOST_ROWS) {
        let Quad { subject, predicate, .. } = quad?;
        if let NamedOrBlankNode::NamedNode(subject) = subject {
            pointing.entry(predicate).or_default().insert(reader.term(&subject.into()));
        }
    }
    let mut used = ByProperty::new();
    for quad in reader.store.stated_by(thing.as_ref()).take(MOST_VALUES) {
        let Quad { subject, predicate, object, .. } = quad?;
        let pair = format!("{} → {}", reader.term(&subject.into()), reader.term(&object));
        used.entry(predicate).or_default().insert(pair);
    }
    if values.is_empty() && pointing.is_empty() && used.is_empty() {
        return Err(Problem::not_found(format!("nothing is known of {thing}")));
    }
    let mut page = Page::new(&capital(&reader.label(thing.as_ref())));
    page.body += &properties("What is said", reader, &values);
    page.body += &properties("Where it is named", reader, &pointing);
    page.body += &properties("Where it is used", reader, &used);
    Ok(page)
}

fn properties(title: &str, reader: &Reader<'_>, values: &ByProperty) -> String {
    if values.is_empty() {
        return String::new();
    }
    let mut html = format!("<h2>{title}</h2>\n<div class=\"wide\"><table><tbody>\n");
    for (property, values) in values {
        let name = reader.known_label(property.as_ref()).unwrap_or_else(|| short_iri(property.as_ref()));
        let shown: Vec<&str> = values.iter().take(MOST_VALUES).map(String::as_str).collect();
        let more = values.len().saturating_sub(MOST_VALUES);
        let more = if more > 0 { format!("<br>and {more} more") } else { String::new() };
        let _ = writeln!(
            html,
            "<tr><th scope=\"row\"><a href=\"{}\">{}</a></th><td>{}{more}</td></tr>",
            address(property.as_ref()),
            escape(&name),
            shown.join("<br>")
        );
    }
    html + "</tbody></table></div>"
}
