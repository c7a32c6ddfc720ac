//! `entente export`: a store, or a part of it, as a file.

use super::console::{Console, grouped};
use super::{Status, Usage};
use crate::export::{ExportError, ExportFormat, Scope, export};
use crate::store::Store;
use anyhow::{Context, Result};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Write a store as RDF: the record, and the evidence of every article in a graph of its own
///
/// Formats for one graph (turtle, ntriples, rdfxml) hold the record alone, unless --article names another graph.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  entente export > everything.nq
  entente export --format turtle --output record.ttl
  entente export --format trig --article news/today.txt
  entente export --format jsonld --store archive.db | jq .")]
pub(super) struct Arguments {
    /// Format of the file
    #[arg(long, value_name = "FORMAT", default_value = "nquads", value_parser = formats())]
    format: ExportFormat,
    /// File to write; otherwise standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Only what one article says: its id, or its path as it was given
    #[arg(long, value_name = "ID", conflicts_with_all = ["record", "vocabulary"])]
    article: Option<String>,
    /// Only the record: entities, events and plain triples
    #[arg(long, conflicts_with = "vocabulary")]
    record: bool,
    /// Only the vocabularies
    #[arg(long)]
    vocabulary: bool,
    /// Folder of the store
    #[arg(long, value_name = "DIR", default_value = "entente.db", env = "ENTENTE_STORE")]
    store: PathBuf,
}

fn formats() -> impl TypedValueParser<Value = ExportFormat> {
    let named = |name: String| ExportFormat::ALL.into_iter().find(|f| f.as_str() == name).expect("a name of the list");
    PossibleValuesParser::new(ExportFormat::ALL.map(ExportFormat::as_str)).map(named)
}

pub(super) fn run(arguments: &Arguments, console: &Console) -> Result<Status> {
    let store = Store::open_read_only(&arguments.store)?;
    let scope = scope(arguments, &store);
    match &arguments.output {
        None => {
            let mut out = BufWriter::new(io::stdout().lock());
            export(&store, arguments.format, &scope, &mut out).map_err(told)?;
            out.flush()?;
        }
        Some(path) => {
            let quads = write_file(path, |out| export(&store, arguments.format, &scope, out).map_err(told))?;
            console.line(&format!("{} quads written to {}", grouped(quads as usize), path.display()));
        }
    }
    Ok(Status::Done)
}

fn scope(arguments: &Arguments, store: &Store) -> Scope {
    match &arguments.article {
        Some(id) => Scope::Article(store.mapper().names().article(id)),
        None if arguments.record => Scope::Record,
        None if arguments.vocabulary => Scope::Vocabulary,
        None => Scope::of(arguments.format),
    }
}

/// Writes beside the file and renames at the end, so that a failure leaves the old file as it was.
fn write_file<T>(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<T>) -> Result<T> {
    let beside = path.with_file_name(format!(".{}.part", path.file_name().unwrap_or_default().to_string_lossy()));
    let work = || {
        let mut out = BufWriter::new(File::create(&beside)?);
        let written = write(&mut out)?;
        out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        std::fs::rename(&beside, path)?;
        Ok(written)
    };
    let result: Result<T> = work();
    if result.is_err() {
        // What failed matters, not that the rest of it cannot be removed.
        let _ = std::fs::remove_file(&beside);
    }
    result.with_context(|| format!("cannot write `{}`", path.display()))
}

fn told(error: ExportError) -> anyhow::Error {
    match error {
        ExportError::OneGraph(_) => Usage(error.to_string()).into(),
        _ => error.into(),
    }
}
