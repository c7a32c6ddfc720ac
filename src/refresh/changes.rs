//! What a table of Wikidata's answers would change in the gazetteer.

use super::Part;
use super::tables::Row;
use crate::link::{EntityType, Entry, Gazetteer};
use std::collections::BTreeSet;
use std::fmt;

/// One difference between the gazetteer and a newer table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The gazetteer has no entry for the item.
    New { item: String, name: String },
    /// Both have the item and say different things of it.
    Changed { item: String, name: String, what: &'static str, from: String, to: String },
    /// The gazetteer has the item and Wikidata's answer has not: an office that ended, a state that is no more.
    Vanished { item: String, name: String },
    /// The gazetteer has the item for a thing of another kind. The row is left out of the table.
    Refused { item: String, name: String, known: String },
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::New { item, name } => write!(f, "new       {item} {name}"),
            Self::Changed { item, name, what, from, to } => {
                write!(f, "changed   {item} {name}: {what} `{from}`, now `{to}`")
            }
            Self::Vanished { item, name } => write!(f, "vanished  {item} {name}"),
            Self::Refused { item, name, known } => write!(f, "refused   {item} {name}: known as {known}"),
        }
    }
}

/// Whether the gazetteer has the item of a row for something of another kind.
pub(super) fn is_refused(gazetteer: &Gazetteer, row: &Row) -> bool {
    known(gazetteer, row).is_some_and(|entry| format!("{:?}", entry.kind()) != row["kind"])
}

fn known<'g>(gazetteer: &'g Gazetteer, row: &Row) -> Option<Entry<'g>> {
    gazetteer.item(&row["wikidata"]).map(|id| gazetteer.entry(id))
}

/// All differences, those of rows first.
pub(super) fn between(gazetteer: &Gazetteer, part: Part, rows: &[Row], countries: &[String]) -> Vec<Change> {
    let mut changes: Vec<Change> = rows.iter().flat_map(|row| of_row(gazetteer, row)).collect();
    let here: BTreeSet<&str> = rows.iter().map(|r| r["wikidata"].as_str()).collect();
    let gone = gazetteer.entries().filter(|e| is_asked_for(e, part, countries));
    let gone = gone.filter_map(|e| e.wikidata().filter(|q| !here.contains(q)).map(|q| (q, e.name())));
    changes.extend(gone.map(|(item, name)| Change::Vanished { item: item.to_owned(), name: name.to_owned() }));
    changes
}

fn of_row(gazetteer: &Gazetteer, row: &Row) -> Vec<Change> {
    let (item, name) = (row["wikidata"].clone(), row["name"].clone());
    let Some(entry) = known(gazetteer, row) else { return vec![Change::New { item, name }] };
    if is_refused(gazetteer, row) {
        return vec![Change::Refused { item, name, known: format!("{} ({:?})", entry.name(), entry.kind()) }];
    }
    let changed = |what, from: String, to: String| {
        let (item, name) = (item.clone(), name.clone());
        (gazetteer.key(&from) != gazetteer.key(&to)).then_some(Change::Changed { item, name, what, from, to })
    };
    let (before, now) =
        (held(entry.offices().filter(|o| o.until.is_empty()).map(|o| o.title.to_owned())), held(open_offices(row)));
    let found = match entry.kind() {
        EntityType::Country => vec![
            changed("code", entry.country().unwrap_or_default().to_owned(), row["country"].clone()),
            changed("name", entry.name().to_owned(), row["name"].clone()),
        ],
        // Titles are written differently everywhere; what counts is whether somebody holds an office still.
        _ if before.is_empty() != now.is_empty() => vec![changed("offices held", before, now)],
        _ => Vec::new(),
    };
    found.into_iter().flatten().collect()
}

/// Titles of the offices of a row that have not ended.
fn open_offices(row: &Row) -> impl Iterator<Item = String> {
    let title = |office: &str| office.splitn(4, ' ').nth(3).map(str::to_owned);
    let offices = row.get("offices").map_or("", String::as_str);
    offices.split('|').filter(|o| o.split(' ').next().is_some_and(|d| d.ends_with('/'))).filter_map(title)
}

fn held(titles: impl Iterator<Item = String>) -> String {
    titles.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
}

/// Whether an entry should be among the answers: a state, or somebody who leads a state that was asked for.
fn is_asked_for(entry: &Entry<'_>, part: Part, countries: &[String]) -> bool {
    match part {
        Part::States => entry.kind() == EntityType::Country && entry.geonames().is_some(),
        Part::People => {
            let asked = |code: &str| countries.is_empty() || countries.iter().any(|c| c == code);
            entry.kind() == EntityType::Person
                && entry.weight() >= 5.0
                && entry.offices().any(|o| o.until.is_empty() && o.sector == "GOV" && asked(o.country))
        }
    }
}
