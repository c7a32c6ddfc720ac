//! A folder of tables for Neo4j's import: entities, events and articles as nodes, with what joins them.

use super::columns::{Cell, on_one_line};
use super::events::{self, Event};
use super::selection::Selection;
use super::statement::{Reading, Statement};
use super::tables::written;
use super::{ExportError, relations};
use crate::store::Store;
use crate::text::parted;
use oxigraph::model::NamedNode;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

/// Heads of the tables, those of nodes first, as `neo4j-admin database import` reads them.
const TABLES: [(&str, &[&str]); 7] = [
    (
        "entities.csv",
        &[
            "iri:ID",
            ":LABEL",
            "name",
            "type",
            "country",
            "sector",
            "wikidata",
            "geonames:long",
            "latitude:double",
            "longitude:double",
        ],
    ),
    (
        "events.csv",
        &[
            "iri:ID",
            ":LABEL",
            "class",
            "type",
            "mode",
            "contexts:string[]",
            "quad:int",
            "score:double",
            "cameo",
            "date:date",
            "date_end:date",
            "status",
            "polarity",
            "confidence:double",
            "articles:int",
            "killed:int",
            "injured:int",
            "arrested:int",
            "released:int",
        ],
    ),
    ("articles.csv", &["iri:ID", ":LABEL", "id", "title", "publisher", "published:date", "url"]),
    ("values.csv", &["iri:ID", ":LABEL", "name"]),
    ("participations.csv", &[":START_ID", ":TYPE", ":END_ID"]),
    ("reports.csv", &[":START_ID", ":TYPE", ":END_ID", "sentence", "trigger", "rule", "confidence:double"]),
    (
        "relations.csv",
        &[":START_ID", ":TYPE", ":END_ID", "valid_from", "valid_until", "status", "confidence:double", "articles:int"],
    ),
];

/// How the tables are imported; written beside them.
const IMPORT: &str = include_str!("neo4j_import.sh");

/// Writes the tables into a folder, which is made if it is not there, and returns the number of their rows.
pub fn export_neo4j(store: &Store, selection: &Selection, folder: &Path) -> Result<u64, ExportError> {
    std::fs::create_dir_all(folder)?;
    let mut tables = Tables::create(folder)?;
    let reading = Reading::new(store);
    let mut used = Used::default();
    // An event of which several articles say that it is planned is several statements, but one node.
    let mut events = BTreeSet::new();
    events::each(&reading, selection, &mut |event, _| {
        if events.insert(event.statement.id.clone()) {
            write_event(&mut tables, event)?;
        }
        write_participations(&mut tables, &mut used, event)?;
        write_reports(&reading, &mut tables, &mut used, event)
    })?;
    relations::each(&reading, selection, &mut |relation| write_relation(&mut tables, &mut used, relation))?;
    write_entities(&reading, &mut tables, used.entities)?;
    for iri in used.articles {
        let article = reading.article(&NamedNode::new_unchecked(&iri))?;
        let cells = [iri.into(), "Article".into(), (&article.id).into(), (&article.title).into()];
        let rest = [(&article.publisher).into(), article.published.into(), (&article.url).into()];
        tables.add("articles.csv", cells.into_iter().chain(rest))?;
    }
    for value in used.values {
        tables.add("values.csv", [value_id(&value).into(), "Value".into(), value.into()])?;
    }
    std::fs::write(folder.join("import.sh"), IMPORT)?;
    tables.finish()
}

/// What the joining tables point at.
#[derive(Default)]
struct Used {
    entities: BTreeSet<String>,
    articles: BTreeSet<String>,
    values: BTreeSet<String>,
}

struct Tables {
    writers: Vec<csv::Writer<BufWriter<File>>>,
    rows: u64,
}

impl Tables {
    fn create(folder: &Path) -> Result<Self, ExportError> {
        let create = |(name, head): &(&str, &[&str])| {
            let mut writer = csv::Writer::from_writer(BufWriter::new(File::create(folder.join(name))?));
            writer.write_record(*head).map_err(written)?;
            Ok(writer)
        };
        Ok(Self { writers: TABLES.iter().map(create).collect::<Result<_, ExportError>>()?, rows: 0 })
    }

    fn add(&mut self, table: &str, cells: impl IntoIterator<Item = Cell>) -> Result<(), ExportError> {
        let index = TABLES.iter().position(|(name, _)| *name == table).unwrap_or_default();
        self.rows += 1;
        self.writers[index].write_record(cells.into_iter().map(|c| c.text())).map_err(written)
    }

    fn finish(mut self) -> Result<u64, ExportError> {
        for writer in &mut self.writers {
            writer.flush()?;
        }
        Ok(self.rows)
    }
}

fn write_event(tables: &mut Tables, event: &Event) -> Result<(), ExportError> {
    let Statement { id, standing, confidence, articles, .. } = &event.statement;
    let cells: [Cell; 19] = [
        id.as_str().into(),
        labels("Event", event.class.as_deref()).into(),
        (&event.class).into(),
        (&event.kind).into(),
        (&event.mode).into(),
        event.contexts.join(";").into(),
        event.quad.into(),
        event.score.into(),
        (&event.cameo).into(),
        event.first.into(),
        event.last.into(),
        standing.as_str().into(),
        event.statement.polarity().into(),
        (*confidence).into(),
        (*articles).into(),
        event.killed.into(),
        event.injured.into(),
        event.arrested.into(),
        event.released.into(),
    ];
    tables.add("events.csv", cells)
}

fn write_participations(tables: &mut Tables, used: &mut Used, event: &Event) -> Result<(), ExportError> {
    for (role, who) in &event.roles {
        used.entities.insert(who.as_str().to_owned());
        let cells = [event.statement.id.as_str().into(), upper(role).into(), who.as_str().into()];
        tables.add("participations.csv", cells)?;
    }
    Ok(())
}

fn write_reports(
    reading: &Reading<'_>,
    tables: &mut Tables,
    used: &mut Used,
    event: &Event,
) -> Result<(), ExportError> {
    for mention in &event.mentions {
        let Some(statement) = reading.mentioned(mention)? else { continue };
        used.articles.insert(statement.article.iri.clone());
        let cells: [Cell; 7] = [
            event.statement.id.as_str().into(),
            "REPORTED_IN".into(),
            statement.article.iri.as_str().into(),
            statement.sentence.as_deref().map(on_one_line).into(),
            (&statement.trigger).into(),
            statement.said.text(crate::ontology::iri::en::RULE).into(),
            statement.confidence.into(),
        ];
        tables.add("reports.csv", cells)?;
    }
    Ok(())
}

fn write_relation(tables: &mut Tables, used: &mut Used, relation: &relations::Relation) -> Result<(), ExportError> {
    used.entities.insert(relation.subject.id.clone());
    let object = match &relation.object {
        Some(party) => {
            used.entities.insert(party.id.clone());
            party.id.clone()
        }
        None => {
            used.values.insert(relation.value.clone());
            value_id(&relation.value)
        }
    };
    let statement = &relation.statement;
    let cells: [Cell; 8] = [
        relation.subject.id.as_str().into(),
        upper(relation.name()).into(),
        object.into(),
        (&relation.from).into(),
        (&relation.until).into(),
        statement.standing.as_str().into(),
        statement.confidence.into(),
        statement.articles.into(),
    ];
    tables.add("relations.csv", cells)
}

/// Entities with the members of groups among them, and who is a member of which.
fn write_entities(reading: &Reading<'_>, tables: &mut Tables, entities: BTreeSet<String>) -> Result<(), ExportError> {
    let mut waiting: Vec<String> = entities.iter().rev().cloned().collect();
    let mut written = BTreeSet::new();
    while let Some(iri) = waiting.pop() {
        if !written.insert(iri.clone()) {
            continue;
        }
        let party = reading.party(&NamedNode::new_unchecked(&iri))?;
        for member in &party.members {
            let cells = [iri.as_str().into(), "HAS_MEMBER".into(), member.as_str().into()];
            let rest = [Cell::None, Cell::None, Cell::None, Cell::None, Cell::None];
            tables.add("relations.csv", cells.into_iter().chain(rest))?;
            waiting.push(member.as_str().to_owned());
        }
        let cells: [Cell; 10] = [
            iri.into(),
            labels("Entity", party.class.as_deref()).into(),
            party.name.as_str().into(),
            (&party.class).into(),
            (&party.country).into(),
            (&party.sector).into(),
            (&party.wikidata).into(),
            party.geonames.into(),
            party.position.map(|(lat, _)| lat).into(),
            party.position.map(|(_, lon)| lon).into(),
        ];
        tables.add("entities.csv", cells)?;
    }
    Ok(())
}

fn labels(kind: &str, class: Option<&str>) -> String {
    class.filter(|c| *c != kind).map_or_else(|| kind.to_owned(), |class| format!("{kind};{class}"))
}

fn value_id(value: &str) -> String {
    format!("value:{}", on_one_line(value))
}

/// `childOf` as `CHILD_OF`.
fn upper(name: &str) -> String {
    parted(name, '_').to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_relationships_are_as_neo4j_has_them() {
        assert_eq!(["actor", "childOf", "headOf"].map(upper), ["ACTOR", "CHILD_OF", "HEAD_OF"]);
    }

    #[test]
    fn every_table_is_imported() {
        for (i, (name, _)) in TABLES.iter().enumerate() {
            let option = if i < 4 { "nodes" } else { "relationships" };
            assert!(IMPORT.contains(&format!("--{option}=\"$here/{name}\"")), "{name}");
        }
    }
}
