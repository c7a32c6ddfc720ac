//! Asks Wikidata for newer tables of the gazetteer, and says what they change.
//!
//! [`refresh`] asks the questions of `data/wikidata` one after the other, and gives tables in the format of
//! `data/gazetteer/README.md`, with [`Change`]s against the gazetteer that is there. Nothing is replaced here: the caller
//! shows the changes and keeps the tables where the user wants them.

mod changes;
mod client;
mod tables;

pub use changes::Change;
pub use client::{AskError, Client, Manners};

use crate::link::Gazetteer;
use std::collections::{BTreeMap, BTreeSet};

const EXPECTED: &str = include_str!("../../data/wikidata/expected.tsv");
const LABELS: &str = include_str!("../../data/wikidata/labels.rq");
const STATES: &str = include_str!("../../data/wikidata/states.rq");
const PEOPLE: &str = include_str!("../../data/wikidata/people.rq");

/// How many states one question on people names: the endpoint gives each question a minute.
const STATES_AT_ONCE: usize = 5;

/// What may be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// States and territories.
    States,
    /// Those who hold or held the highest offices.
    People,
}

/// A table in the gazetteer's format, and what it changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refreshed {
    pub part: Part,
    pub table: String,
    pub changes: Vec<Change>,
}

/// Why there is no table.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    #[error(transparent)]
    Ask(#[from] AskError),
    #[error("Wikidata calls {id} `{found}`, expected `{expected}`: the questions no longer ask what they should")]
    Label { id: String, expected: String, found: String },
    #[error("`{0}` is the code of no country, expected ISO 3166-1 alpha-3 such as CHN")]
    Country(String),
}

/// Asks for some parts. `countries` are ISO 3166-1 alpha-3 codes to which people are limited; none means all.
///
/// A question that fails again and again ends everything: half a table would read as if the other half had vanished.
pub async fn refresh(
    client: &Client,
    gazetteer: &Gazetteer,
    parts: &BTreeSet<Part>,
    countries: &[String],
) -> Result<Vec<Refreshed>, RefreshError> {
    check_labels(client).await?;
    let mut refreshed = Vec::new();
    for &part in parts {
        let rows = match part {
            Part::States => tables::states(&client.ask("states", STATES).await?),
            Part::People => people(client, &states_of(gazetteer, countries)?).await?,
        };
        let changes = changes::between(gazetteer, part, &rows, countries);
        let rows: Vec<&tables::Row> = rows.iter().filter(|r| !changes::is_refused(gazetteer, r)).collect();
        refreshed.push(Refreshed { part, table: tables::text(part, &rows), changes });
    }
    Ok(refreshed)
}

/// Whether properties and classes still mean what the questions take them for.
async fn check_labels(client: &Client) -> Result<(), RefreshError> {
    let expected: BTreeMap<&str, &str> = EXPECTED.lines().skip(1).filter_map(|l| l.split_once('\t')).collect();
    let entities: Vec<String> = expected.keys().map(|id| format!("wd:{id}")).collect();
    let answer = client.ask("labels", &LABELS.replace("{{entities}}", &entities.join(" "))).await?;
    let found: BTreeMap<&str, &str> =
        answer.iter().filter_map(|b| Some((tables::item(b)?, b.get("name")?.as_str()))).collect();
    match expected.iter().find(|(id, label)| found.get(*id) != Some(label)) {
        None => Ok(()),
        Some((id, label)) => Err(RefreshError::Label {
            id: (*id).to_owned(),
            expected: (*label).to_owned(),
            found: found.get(id).copied().unwrap_or_default().to_owned(),
        }),
    }
}

/// The items of the states asked for.
fn states_of(gazetteer: &Gazetteer, countries: &[String]) -> Result<Vec<String>, RefreshError> {
    let codes: Vec<String> = match countries {
        [] => gazetteer.country_codes().map(str::to_owned).collect(),
        some => some.to_vec(),
    };
    let mut items = BTreeSet::new();
    for code in codes {
        let country = gazetteer.country(&code).ok_or_else(|| RefreshError::Country(code.clone()))?;
        items.extend(gazetteer.entry(country).wikidata().map(str::to_owned));
    }
    Ok(items.into_iter().collect())
}

async fn people(client: &Client, states: &[String]) -> Result<Vec<tables::Row>, RefreshError> {
    let mut answer = Vec::new();
    for some in states.chunks(STATES_AT_ONCE) {
        let items: Vec<String> = some.iter().map(|q| format!("wd:{q}")).collect();
        answer.extend(client.ask("people", &PEOPLE.replace("{{states}}", &items.join(" "))).await?);
    }
    Ok(tables::people(&answer))
}
