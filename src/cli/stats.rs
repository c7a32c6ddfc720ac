//! `entente stats`: what a store holds, in numbers.

use super::Status;
use crate::store::{AnswerFormat, QueryOptions, Store};
use anyhow::Result;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;

/// Show what a store holds
#[derive(clap::Args)]
#[command(after_help = "Examples:
  entente stats
  entente stats --store archive.db | column -s, -t")]
pub(super) struct Arguments {
    /// Folder of the store
    #[arg(long, value_name = "DIR", default_value = "entente.db", env = "ENTENTE_STORE")]
    store: PathBuf,
}

/// One row for each thing that is counted: what it is, and how many there are.
const COUNTS: &str = include_str!("stats.rq");

pub(super) fn run(arguments: &Arguments) -> Result<Status> {
    let store = Store::open_read_only(&arguments.store)?;
    let answer = store.query(COUNTS, &QueryOptions::default())?;
    let format = if io::stdout().is_terminal() { AnswerFormat::Table } else { AnswerFormat::Csv };
    let mut out = BufWriter::new(io::stdout().lock());
    answer.write(format, &mut out)?;
    out.flush()?;
    Ok(Status::Done)
}
