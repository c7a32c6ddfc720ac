//! `entente query`: questions to a store.

use super::console::Console;
use super::setup::probability;
use super::{Status, Usage};
use crate::store::{AnswerFormat, QueryAnswer, QueryError, QueryOptions, Store, parse_binding, queries};
use anyhow::{Context, Result};
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser;
use std::fs;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Ask a store: a question with a name, a file with a query, or SPARQL itself
///
/// A question with a name can be narrowed by giving some of its columns a value, as an IRI, a prefixed name or text.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  entente query --list
  entente query who-met-whom
  entente query who-met-whom actor=wd:Q148
  entente query office-holders --bind day=2024-06-01
  entente query timeline 'entity=Xi Jinping' --min-confidence 0.8
  entente query mine.rq --format json --store archive.db
  entente query -e 'SELECT ?who ?where { ?who en:visited ?where }' --timeout 10")]
pub(super) struct Arguments {
    /// Name of a question (see --list) or file with a query
    #[arg(value_name = "NAME|FILE.rq", required_unless_present_any = ["expression", "list"], conflicts_with = "list")]
    question: Option<String>,
    /// SPARQL; the usual prefixes need not be declared
    #[arg(short, long, value_name = "SPARQL", conflicts_with = "list")]
    expression: Option<String>,
    /// Values of columns, such as actor=wd:Q148 or 'type=CONSULT'
    #[arg(value_name = "COLUMN=VALUE")]
    bindings: Vec<String>,
    /// The same: --bind day=2024-06-01
    #[arg(long = "bind", value_name = "COLUMN=VALUE", conflicts_with = "list")]
    more_bindings: Vec<String>,
    /// Show the questions that have a name
    #[arg(long)]
    list: bool,
    /// Format of the answer [default: table on a terminal, else csv, or turtle for a graph]
    #[arg(long, value_name = "FORMAT", value_parser = formats())]
    format: Option<AnswerFormat>,
    /// Of a question with a name: count only what is at least as sure as this, from 0 to 1
    #[arg(long, value_name = "NUMBER", value_parser = probability, conflicts_with_all = ["expression", "list"])]
    min_confidence: Option<f64>,
    /// Give up after this many seconds
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,
    /// Folder of the store
    #[arg(long, value_name = "DIR", default_value = "entente.db", env = "ENTENTE_STORE")]
    store: PathBuf,
}

fn formats() -> impl TypedValueParser<Value = AnswerFormat> {
    let named = |name: String| AnswerFormat::ALL.into_iter().find(|f| f.as_str() == name).expect("a name of the list");
    PossibleValuesParser::new(AnswerFormat::ALL.map(AnswerFormat::as_str)).map(named)
}

pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let number: f64 = text.parse().map_err(|_| "expected a number of seconds")?;
    Duration::try_from_secs_f64(number).map_err(|_| "expected a positive number of seconds".to_owned())
}

pub(super) fn run(arguments: &Arguments, console: &Console) -> Result<Status> {
    if arguments.list {
        return list();
    }
    let query = query(arguments)?;
    let options = options(arguments)?;
    let store = Store::open_read_only(&arguments.store)?;
    let answer = store.query(&query, &options).map_err(explained)?;
    let format = arguments.format.unwrap_or_else(|| usual_format(&answer));
    answer.fits(format).map_err(|e| Usage(e.to_string()))?;
    let mut out = BufWriter::new(io::stdout().lock());
    answer.write(format, &mut out)?;
    out.flush()?;
    if answer.is_empty() && matches!(answer, QueryAnswer::Solutions(_)) && io::stdout().is_terminal() {
        console.line("nothing found");
    }
    Ok(Status::Done)
}

/// The SPARQL that the arguments name.
fn query(arguments: &Arguments) -> Result<String> {
    let Some(question) = &arguments.question else { return Ok(arguments.expression.clone().unwrap_or_default()) };
    if let Some(expression) = &arguments.expression {
        return Ok(expression.clone());
    }
    if let Some(named) = queries::query(question) {
        let Some(least) = arguments.min_confidence else { return Ok(named.sparql.to_owned()) };
        let unfit = || Usage(format!("`{question}` is about nothing that has a confidence"));
        return Ok(named.of_confidence(least).ok_or_else(unfit)?);
    }
    if arguments.min_confidence.is_some() {
        return Err(Usage(
            "`--min-confidence` is for questions with a name: a query of your own can ask for `en:confidence`"
                .to_owned(),
        )
        .into());
    }
    let path = Path::new(question);
    if path.extension().is_some_and(|e| e == "rq") || path.exists() {
        return fs::read_to_string(path).with_context(|| format!("cannot read `{question}`"));
    }
    Err(Usage(format!("no question is called `{question}`: `entente query --list` shows them all")).into())
}

/// With `-e` the first argument that is not an option is a binding too.
fn options(arguments: &Arguments) -> Result<QueryOptions> {
    let first = arguments.question.iter().filter(|_| arguments.expression.is_some());
    let bindings = first
        .chain(&arguments.bindings)
        .chain(&arguments.more_bindings)
        .map(|text| parse_binding(text))
        .collect::<Result<_, _>>();
    Ok(QueryOptions {
        timeout: arguments.timeout,
        bindings: bindings.map_err(|e| Usage(e.to_string()))?,
        ..QueryOptions::default()
    })
}

/// What is wrong with the query itself is an error in usage.
fn explained(error: QueryError) -> anyhow::Error {
    match error {
        QueryError::Syntax(_) | QueryError::Update | QueryError::Service | QueryError::Variable(_) => {
            Usage(error.to_string()).into()
        }
        _ => error.into(),
    }
}

fn usual_format(answer: &QueryAnswer) -> AnswerFormat {
    match answer {
        _ if io::stdout().is_terminal() => AnswerFormat::Table,
        QueryAnswer::Graph(_) => AnswerFormat::Turtle,
        QueryAnswer::Solutions(_) | QueryAnswer::Boolean(_) => AnswerFormat::Csv,
    }
}

fn list() -> Result<Status> {
    let mut out = io::stdout().lock();
    for (i, query) in queries::named().enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}: {}", query.name, query.title)?;
        writeln!(out, "    {}", query.question)?;
        writeln!(out, "    columns: {}", query.columns)?;
    }
    Ok(Status::Done)
}
