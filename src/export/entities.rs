//! Entities as rows.

use super::ExportError;
use super::columns::Cell;
use super::selection::Selection;
use super::statement::{Party, Reading};
use crate::ontology::iri::{en, schema};
use crate::ontology::local;
use oxigraph::model::{NamedNode, NamedOrBlankNode, Quad};
use std::collections::BTreeSet;

/// Calls `each` with every entity that is selected and the number of its articles and events, in the order of their names.
///
/// Of a selection, types and countries count here.
pub(super) fn each(
    reading: &Reading<'_>,
    selection: &Selection,
    each: &mut dyn FnMut(&Party, Counts) -> Result<(), ExportError>,
) -> Result<(), ExportError> {
    for node in nodes(reading)? {
        let party = reading.party(&node)?;
        let is_selected =
            selection.is_of_type(party.classes.iter().map(String::as_str)) && selection.is_of_country(&[Some(&party)]);
        if is_selected {
            each(&party, counts(reading, &node)?)?;
        }
    }
    Ok(())
}

/// The names of all entities of the record.
fn nodes(reading: &Reading<'_>) -> Result<BTreeSet<NamedNode>, ExportError> {
    let mut nodes = BTreeSet::new();
    let ontology = reading.ontology();
    for class in ontology.names().filter_map(|name| ontology.entity(name)) {
        for place in reading.of_class(class.iri.as_ref(), true) {
            nodes.insert(place?.0);
        }
    }
    Ok(nodes)
}

/// In how many articles and events of the record something is named.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    articles: i64,
    events: i64,
}

/// What befalls a group befalls its members.
fn counts(reading: &Reading<'_>, node: &NamedNode) -> Result<Counts, ExportError> {
    let (mut articles, mut events) = (BTreeSet::new(), BTreeSet::new());
    let mut waiting = vec![node.clone()];
    let mut seen = BTreeSet::new();
    while let Some(node) = waiting.pop().filter(|n| seen.insert(n.clone())) {
        for quad in reading.store.pointing_at(node.as_ref().into()) {
            let Quad { subject: NamedOrBlankNode::NamedNode(subject), predicate, graph_name, .. } = quad? else {
                continue;
            };
            let is_role = || local(predicate.as_ref()).is_some_and(|name| reading.ontology().role(name).is_some());
            match graph_name.is_default_graph() {
                false if predicate == schema::MENTIONS => _ = articles.insert(subject),
                true if predicate == en::HAS_MEMBER => waiting.push(subject),
                true if is_role() => _ = events.insert(subject),
                _ => (),
            }
        }
    }
    Ok(Counts { articles: articles.len() as i64, events: events.len() as i64 })
}

/// The cells of a row, in the order of the columns.
pub(super) fn row(party: &Party, counts: Counts) -> Vec<Cell> {
    let members: Vec<&str> = party.members.iter().map(NamedNode::as_str).collect();
    vec![
        party.id.as_str().into(),
        party.name.as_str().into(),
        (&party.class).into(),
        (&party.country).into(),
        (&party.sector).into(),
        (&party.wikidata).into(),
        party.geonames.into(),
        party.position.map(|(lat, _)| lat).into(),
        party.position.map(|(_, lon)| lon).into(),
        Some(members.join("; ")).filter(|m| !m.is_empty()).into(),
        counts.articles.into(),
        counts.events.into(),
    ]
}
