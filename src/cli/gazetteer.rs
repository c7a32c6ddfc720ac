//! `entente gazetteer refresh`: newer tables of names from Wikidata.

use super::{Console, Status, Usage};
use crate::link::Gazetteer;
use crate::refresh::{Change, Client, Manners, Part, RefreshError, Refreshed, refresh};
use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Work on the tables of names
#[derive(clap::Args)]
#[command(after_help = "Examples:
  entente gazetteer refresh --out newer
  entente gazetteer refresh --help")]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    Refresh(Refresh),
}

/// Ask Wikidata for newer tables, show what they change, and write them
#[derive(clap::Args)]
#[command(
    after_help = "The tables are written to a folder and used with --gazetteer; nothing that the program carries with it
is replaced. Questions are asked one at a time; a failed one is asked again after a pause.

Examples:
  entente gazetteer refresh --out newer
  entente gazetteer refresh --out newer --part people --country CHN --country PRK
  entente build articles/ --gazetteer newer/people.tsv"
)]
struct Refresh {
    /// Folder to write the tables to
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Only these tables
    #[arg(long, value_name = "TABLE")]
    part: Vec<PartName>,
    /// Only people of this country, by its ISO 3166-1 alpha-3 code
    #[arg(long, value_name = "CODE")]
    country: Vec<String>,
    /// SPARQL endpoint to ask
    #[arg(long, value_name = "URL", default_value = "https://query.wikidata.org/sparql")]
    endpoint: String,
    /// Seconds between two questions
    #[arg(long, value_name = "SECONDS", default_value_t = 2.0)]
    pause: f64,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum PartName {
    States,
    People,
}

impl From<PartName> for Part {
    fn from(name: PartName) -> Self {
        match name {
            PartName::States => Self::States,
            PartName::People => Self::People,
        }
    }
}

pub(super) fn run(arguments: &Arguments, console: &Console) -> Result<Status> {
    let Command::Refresh(arguments) = &arguments.command;
    let gazetteer = Gazetteer::embedded()?;
    let pause = Duration::try_from_secs_f64(arguments.pause)
        .map_err(|e| Usage(format!("`--pause {}`: {e}", arguments.pause)))?;
    let client = Client::new(&arguments.endpoint, Manners { pause, ..Manners::default() })?;
    let mut parts: BTreeSet<Part> = arguments.part.iter().map(|&p| p.into()).collect();
    if parts.is_empty() {
        parts = BTreeSet::from([Part::States, Part::People]);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let refreshed =
        runtime.block_on(refresh(&client, &gazetteer, &parts, &arguments.country)).map_err(|e| match e {
            RefreshError::Country(_) => Usage(e.to_string()).into(),
            e => anyhow::Error::from(e),
        })?;
    let mut out = io::stdout().lock();
    for one in &refreshed {
        one.changes.iter().try_for_each(|change| writeln!(out, "{change}"))?;
    }
    std::fs::create_dir_all(&arguments.out).with_context(|| arguments.out.display().to_string())?;
    for one in &refreshed {
        let file = write(&arguments.out, one)?;
        console.line(&format!("{}: {}", file.display(), summary(one)));
    }
    Ok(Status::Done)
}

/// Writes the whole table, or leaves the file that is there.
fn write(folder: &Path, refreshed: &Refreshed) -> Result<PathBuf> {
    let file = folder.join(match refreshed.part {
        Part::States => "states.tsv",
        Part::People => "people.tsv",
    });
    let unfinished = file.with_extension("tsv.part");
    std::fs::write(&unfinished, &refreshed.table).with_context(|| unfinished.display().to_string())?;
    std::fs::rename(&unfinished, &file).with_context(|| file.display().to_string())?;
    Ok(file)
}

fn summary(refreshed: &Refreshed) -> String {
    let count = |is: fn(&Change) -> bool| refreshed.changes.iter().filter(|c| is(c)).count();
    format!(
        "{} rows, {} new, {} changed, {} vanished, {} refused",
        refreshed.table.lines().count() - 1,
        count(|c| matches!(c, Change::New { .. })),
        count(|c| matches!(c, Change::Changed { .. })),
        count(|c| matches!(c, Change::Vanished { .. })),
        count(|c| matches!(c, Change::Refused { .. })),
    )
}
