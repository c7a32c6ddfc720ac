//! `entente lookup`: what the gazetteer knows by a name.

use super::Status;
use crate::link::{Candidate, Entry, Gazetteer, NameRole, Office};
use anyhow::Result;
use serde_json::{Value, json};
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

/// Show what the gazetteer knows by a name, the likeliest first
#[derive(clap::Args)]
#[command(after_help = "Examples:
  entente lookup Beijing
  entente lookup 'Kim Jong Un' Xi
  entente lookup Q148
  entente lookup --json Georgia | jq .country")]
pub(super) struct Arguments {
    /// A name, as it stands in a text, or a Wikidata item such as Q148
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,
    /// Print one JSON object for each meaning of a name
    #[arg(long)]
    json: bool,
    /// Table of more names, in the format of data/gazetteer/README.md
    #[arg(long, value_name = "FILE")]
    gazetteer: Vec<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Result<Status> {
    let mut gazetteer = Gazetteer::embedded()?;
    for file in &arguments.gazetteer {
        gazetteer.add_file(file)?;
    }
    let mut out = BufWriter::new(io::stdout().lock());
    let mut status = Status::Done;
    for name in &arguments.names {
        let found = meanings(&gazetteer, name);
        if found.is_empty() {
            status = Status::SomeFailed;
        }
        if arguments.json {
            found.iter().try_for_each(|meaning| writeln!(out, "{}", meaning.json(name)))?;
        } else {
            write_meanings(&mut out, name, &found)?;
        }
    }
    out.flush()?;
    Ok(status)
}

/// Something that bears a name.
struct Meaning<'g> {
    entry: Entry<'g>,
    role: NameRole,
    share: f32,
}

fn meanings<'g>(gazetteer: &'g Gazetteer, name: &str) -> Vec<Meaning<'g>> {
    if let Some(id) = gazetteer.item(name) {
        return vec![Meaning { entry: gazetteer.entry(id), role: NameRole::Name, share: 1.0 }];
    }
    let meaning = |c: Candidate<'g>| Meaning { entry: c.entry, role: c.role, share: c.prior };
    gazetteer.lookup(name).into_iter().map(meaning).collect()
}

impl Meaning<'_> {
    fn role(&self) -> &'static str {
        match self.role {
            NameRole::Name => "name",
            NameRole::Adjective => "adjective",
            NameRole::People => "people",
            NameRole::Surname => "surname",
        }
    }

    fn json(&self, name: &str) -> Value {
        let entry = self.entry;
        let office = |o: Office| json!({"office": o.title, "country": o.country, "from": o.from, "until": o.until});
        json!({
            "query": name,
            "as": self.role(),
            "share": self.share,
            "type": entry.kind(),
            "label": entry.name(),
            "aliases": entry.aliases().collect::<Vec<_>>(),
            "wikidata": entry.wikidata(),
            "geonames": entry.geonames(),
            "country": entry.country(),
            "sector": entry.sector(),
            "lat": entry.coordinates().map(|c| c.0),
            "lon": entry.coordinates().map(|c| c.1),
            "offices": entry.offices().map(office).collect::<Vec<_>>(),
        })
    }

    /// `97 %  Country  China  wd:Q148 gn:1814991 CHN`, and what else is known in lines below.
    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let entry = self.entry;
        let ids = [
            entry.wikidata().map(|q| format!("wd:{q}")),
            entry.geonames().map(|g| format!("gn:{g}")),
            entry.country().map(str::to_owned),
            entry.sector().map(str::to_owned),
            entry.coordinates().map(|(lat, lon)| format!("{lat:.3}, {lon:.3}")),
        ];
        let ids: Vec<String> = ids.into_iter().flatten().collect();
        writeln!(
            out,
            "  {:>3.0} %  {} ({:?}, by {})  {}",
            self.share * 100.0,
            entry.name(),
            entry.kind(),
            self.role(),
            ids.join("  ")
        )?;
        let aliases: Vec<&str> = entry.aliases().collect();
        if !aliases.is_empty() {
            writeln!(out, "         also: {}", aliases.join(", "))?;
        }
        for office in entry.offices() {
            writeln!(out, "         {}", office_line(office))?;
        }
        Ok(())
    }
}

/// `President (CHN), 2013-03-14 until now`.
fn office_line(office: Office) -> String {
    let from = if office.from.is_empty() { "?" } else { office.from };
    let until = if office.until.is_empty() { "now" } else { office.until };
    format!("{} ({}), {from} until {until}", office.title, office.country)
}

fn write_meanings(out: &mut impl Write, name: &str, found: &[Meaning]) -> io::Result<()> {
    if found.is_empty() {
        return writeln!(out, "{name}: not known");
    }
    writeln!(out, "{name}")?;
    found.iter().try_for_each(|meaning| meaning.write(out))
}
