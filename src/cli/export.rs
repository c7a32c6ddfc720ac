//! `entente export`: a store as a file.

use super::Status;
use crate::export::{ExportFormat, Scope, export};
use crate::store::Store;
use anyhow::{Context, Result};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

/// Write a store as RDF
///
/// Formats that hold graphs (nquads, trig, jsonld) write the evidence too; the others write the record alone.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  entente export --format turtle > record.ttl
  entente export --format nquads --output all.nq --store archive.db")]
pub(super) struct Arguments {
    /// Format of the file
    #[arg(long, value_name = "FORMAT", default_value = "nquads", value_parser = formats())]
    format: ExportFormat,
    /// File to write [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Folder of the store
    #[arg(long, value_name = "DIR", default_value = "entente.db", env = "ENTENTE_STORE")]
    store: PathBuf,
}

fn formats() -> impl TypedValueParser<Value = ExportFormat> {
    let named = |name: String| ExportFormat::ALL.into_iter().find(|f| f.as_str() == name).expect("a name of the list");
    PossibleValuesParser::new(ExportFormat::ALL.map(ExportFormat::as_str)).map(named)
}

pub(super) fn run(arguments: &Arguments) -> Result<Status> {
    let store = Store::open_existing(&arguments.store)?;
    let mut out: Box<dyn Write> = match &arguments.output {
        Some(path) => Box::new(File::create(path).with_context(|| format!("cannot write `{}`", path.display()))?),
        None => Box::new(io::stdout().lock()),
    };
    let mut out = BufWriter::new(&mut out);
    export(&store, arguments.format, &Scope::of(arguments.format), &mut out)?;
    out.flush()?;
    Ok(Status::Done)
}
