//! `entente verify`: whether a store is whole.

use super::Status;
use crate::store::Store;
use crate::text::counted;
use anyhow::Result;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

/// Check that a store is whole
///
/// The record must hold all that the articles' graphs give it and nothing that none supports; everything must have the shape
/// that its class asks for (`entente ontology --shapes`); and every term of Entente's own must be in the ontology. What is wrong is
/// printed, a line each, and the exit status is then 1.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  entente verify
  entente verify --store archive.db")]
pub(super) struct Arguments {
    /// Folder of the store
    #[arg(long, value_name = "DIR", default_value = "entente.db", env = "ENTENTE_STORE")]
    store: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> Result<Status> {
    let store = Store::open_read_only(&arguments.store)?;
    let faults = store.verify()?;
    let mut out = BufWriter::new(io::stdout().lock());
    for fault in &faults {
        writeln!(out, "{fault}")?;
    }
    if faults.is_empty() {
        writeln!(out, "the layers agree and the shapes hold: {}", counted(store.articles()?.len(), "article"))?;
    }
    out.flush()?;
    Ok(if faults.is_empty() { Status::Done } else { Status::SomeFailed })
}
