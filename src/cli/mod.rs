//! Arguments, printing, exit status. Each command is a module; only what is here prints.

mod backup;
mod build;
mod code;
mod console;
mod explain;
mod export;
mod extract;
mod gazetteer;
mod lookup;
mod ontology;
mod parse;
mod query;
mod reading;
mod retract;
mod search;
mod serve;
mod setup;
mod stats;
mod verify;
mod why;

use clap::{Parser, Subcommand};
use console::Console;
use std::io;
use std::process::ExitCode;

/// Reads news and keeps the record: who did what to whom, when, where, and who says so.
#[derive(Parser)]
#[command(name = "entente", version, max_term_width = 110, subcommand_required = true, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Build(build::Arguments),
    Query(query::Arguments),
    Search(search::Arguments),
    Extract(extract::Arguments),
    Code(code::Arguments),
    Explain(explain::Arguments),
    Why(why::Arguments),
    Retract(retract::Arguments),
    Verify(verify::Arguments),
    Backup(backup::Arguments),
    Export(export::Arguments),
    Serve(serve::Arguments),
    Stats(stats::Arguments),
    Lookup(lookup::Arguments),
    Gazetteer(gazetteer::Arguments),
    Ontology(ontology::Arguments),
    Parse(parse::Arguments),
}

/// How a command ended, when nothing kept it from ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Done,
    /// Some inputs failed; each was named, the rest is done.
    SomeFailed,
    /// Ctrl-C: what was in hand is done.
    Interrupted,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        match status {
            Status::Done => Self::SUCCESS,
            Status::SomeFailed => Self::FAILURE,
            Status::Interrupted => Self::from(130),
        }
    }
}

/// An error in what the user typed: exit status 2 instead of 1.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Usage(String);

/// Reads the arguments, runs the command, and says how it went. Wrong arguments end the process here.
pub fn main() -> ExitCode {
    let console = Console::new();
    let result = match Arguments::parse().command {
        Command::Build(arguments) => build::run(&arguments, &console),
        Command::Query(arguments) => query::run(&arguments, &console),
        Command::Search(arguments) => search::run(&arguments, &console),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Why(arguments) => why::run(&arguments),
        Command::Retract(arguments) => retract::run(&arguments, &console),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Backup(arguments) => backup::run(&arguments, &console),
        Command::Export(arguments) => export::run(&arguments, &console),
        Command::Serve(arguments) => serve::run(&arguments, &console),
        Command::Stats(arguments) => stats::run(&arguments),
        Command::Lookup(arguments) => lookup::run(&arguments),
        Command::Gazetteer(arguments) => gazetteer::run(&arguments, &console),
        Command::Ontology(arguments) => ontology::run(&arguments),
        Command::Parse(arguments) => parse::run(&arguments, &console),
        Command::Extract(arguments) => extract::run(&arguments, &console),
        Command::Code(arguments) => code::run(&arguments, &console),
    };
    match result {
        Ok(status) => status.into(),
        // Whoever reads our output has seen enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            console.error(&format!("{error:#}"));
            ExitCode::from(if error.is::<Usage>() { 2 } else { 1 })
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|e| e.downcast_ref::<io::Error>()).any(|e| e.kind() == io::ErrorKind::BrokenPipe)
}
