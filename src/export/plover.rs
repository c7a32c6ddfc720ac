//! Event data as PLOVER has it, in JSON: one object a line for each event, with all its actors and recipients.

use super::columns::on_one_line;
use super::selection::Selection;
use super::statement::{Party, Reading, Statement};
use super::{ExportError, events};
use crate::store::Store;
use jiff::civil::Date;
use serde::Serialize;
use std::io::{self, Write};

/// Writes the events that are selected and returns how many there are.
pub fn export_plover(store: &Store, selection: &Selection, out: &mut dyn Write) -> Result<u64, ExportError> {
    let mut count = 0;
    events::each(&Reading::new(store), selection, &mut |event, _| {
        serde_json::to_writer(&mut *out, &Line::from(event)).map_err(io::Error::from)?;
        writeln!(out)?;
        count += 1;
        Ok(())
    })?;
    out.flush()?;
    Ok(count)
}

/// What is not known is left out.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    mention: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_end: Option<Date>,
    #[serde(rename = "type")]
    kind: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<&'a str>,
    context: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cameo: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quad: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f64>,
    mutual: bool,
    actor: Vec<Who<'a>>,
    recipient: Vec<Who<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Who<'a>>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    polarity: Option<&'static str>,
    according_to: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    confidence: Option<f64>,
    articles: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    origins: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    killed: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    injured: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    arrested: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    released: Option<i64>,
    source: Source<'a>,
}

#[derive(Serialize)]
struct Who<'a> {
    id: &'a str,
    name: &'a str,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    class: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sector: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wikidata: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    geonames: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lat: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lon: Option<f64>,
}

#[derive(Serialize)]
struct Source<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    article: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    publisher: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sentence: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trigger: Option<&'a str>,
}

impl<'a> From<&'a events::Event> for Line<'a> {
    fn from(event: &'a events::Event) -> Self {
        let statement = &event.statement;
        Self {
            id: statement.id.as_str(),
            mention: statement.mention.as_str(),
            date: event.first,
            date_end: event.last,
            kind: event.kind.as_deref(),
            mode: event.mode.as_deref(),
            context: &event.contexts,
            class: event.class.as_deref(),
            cameo: event.cameo.as_deref(),
            quad: event.quad,
            score: event.score,
            mutual: event.mutual,
            actor: event.actors.iter().map(|p| Who::from(&**p)).collect(),
            recipient: event.recipients.iter().map(|p| Who::from(&**p)).collect(),
            place: event.place.as_deref().map(Who::from),
            status: statement.standing.as_str(),
            polarity: statement.polarity(),
            according_to: &statement.sources,
            confidence: statement.confidence,
            articles: statement.articles,
            origins: statement.origins,
            killed: event.killed,
            injured: event.injured,
            arrested: event.arrested,
            released: event.released,
            source: Source::from(statement),
        }
    }
}

impl<'a> From<&'a Party> for Who<'a> {
    fn from(party: &'a Party) -> Self {
        Self {
            id: &party.id,
            name: &party.name,
            class: party.class.as_deref(),
            country: party.country.as_deref(),
            sector: party.sector.as_deref(),
            wikidata: party.wikidata.as_deref(),
            geonames: party.geonames,
            lat: party.position.map(|(lat, _)| lat),
            lon: party.position.map(|(_, lon)| lon),
        }
    }
}

impl<'a> From<&'a Statement> for Source<'a> {
    fn from(statement: &'a Statement) -> Self {
        let article = &*statement.article;
        Self {
            article: article.id.as_deref(),
            title: article.title.as_deref(),
            publisher: article.publisher.as_deref(),
            published: article.published,
            url: article.url.as_deref(),
            sentence: statement.sentence.as_deref().map(on_one_line),
            trigger: statement.trigger.as_deref(),
        }
    }
}
