//! `entente export`: a store, or a part of it, as files for people and other programs.

use super::console::Console;
use super::{Status, Usage};
use crate::export::{
    About, COLUMNS, ExportError, ExportFormat, NetworkFormat, Scope, Selection, Standing, Table, TableFormat,
    export_annotated, export_at_least, export_crate, export_neo4j, export_network, export_plover, export_table,
};
use crate::store::Store;
use crate::text::grouped;
use anyhow::{Context, Result};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use oxigraph::model::NamedNode;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Write a store as RDF, as event data, as tables or as a graph for other programs
///
/// RDF (nquads, trig, turtle, ntriples, rdfxml, jsonld) is written whole: the record, and the evidence of every article in a
/// graph of its own. Formats for one graph (turtle, ntriples, rdfxml) hold the record alone, unless --article names another. With
/// --rdf12 every plain triple, such as `wd:Q56226 en:visited wd:Q148`, is annotated with its evidence, confidence and time. With
/// --min-confidence events and relations that are less sure are left out, of the record too, which is what the rest gives.
///
/// Tables (csv, tsv, parquet) have a row for each event and pair of actor and recipient, or for each entity or relation; see
/// --table and --columns. plover is event data as JSON, an event a line. gexf (Gephi) and graphml (Cytoscape, yEd) are the
/// graph between entities. neo4j writes a folder of tables for its import, ro-crate a folder with the data set in all these
/// forms and its description. All of these can be narrowed by time, type, country, confidence and status.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  entente export > everything.nq
  entente export --format turtle --output record.ttl
  entente export --format turtle --rdf12 --output annotated.ttl
  entente export --format trig --article news/today.txt
  entente export --format nquads --min-confidence 0.8 --output sure.nq
  entente export --format parquet --output events.parquet
  entente export --format tsv --from 2024-01-01 --to 2024-12-31 --country CHN,PRK
  entente export --format csv --table relations --type childOf
  entente export --format plover --status reported,planned --min-confidence 0.7 | jq .
  entente export --format gexf --type CONSULT --output meetings.gexf
  entente export --format neo4j --output neo4j/
  entente export --format ro-crate --output dataset/ --licence https://creativecommons.org/licenses/by/4.0/")]
pub(super) struct Arguments {
    /// Format of the file
    #[arg(long, value_name = "FORMAT", default_value = "nquads", value_parser = formats())]
    format: Format,
    /// File to write, otherwise standard output; for neo4j and ro-crate a folder
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// RDF: only what one article says: its id, or its path as it was given
    #[arg(long, value_name = "ID", conflicts_with_all = ["record", "vocabulary"])]
    article: Option<String>,
    /// RDF: only the record: entities, events and plain triples
    #[arg(long, conflicts_with = "vocabulary")]
    record: bool,
    /// RDF: only the vocabularies
    #[arg(long)]
    vocabulary: bool,
    /// RDF: say of each plain triple, by annotations of RDF 1.2, what it rests on, how sure that is, and when it holds
    #[arg(long, conflicts_with_all = ["article", "vocabulary"])]
    rdf12: bool,
    /// What the rows of csv, tsv or parquet are about
    #[arg(long, value_name = "TABLE", default_value = "events", value_parser = tables())]
    table: Table,
    /// Show the columns of the tables and their meaning
    #[arg(long)]
    columns: bool,
    #[command(flatten)]
    selection: Wanted,
    #[command(flatten)]
    about: Told,
    /// Folder of the store
    #[arg(long, value_name = "DIR", default_value = "entente.db", env = "ENTENTE_STORE")]
    store: PathBuf,
}

#[derive(clap::Args)]
#[command(next_help_heading = "Selection (for RDF by confidence alone)")]
struct Wanted {
    /// First day. What has no date counts as of its publication
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Option<Date>,
    /// Last day
    #[arg(long, value_name = "YYYY-MM-DD")]
    to: Option<Date>,
    /// PLOVER types or classes of events, relations, classes of entities: CONSULT, Visit, childOf, Person
    #[arg(long = "type", value_name = "TYPE", value_delimiter = ',')]
    types: Vec<String>,
    /// Countries of a party or of the place, by ISO 3166-1 alpha-3 code
    #[arg(long = "country", value_name = "CODE", value_delimiter = ',')]
    countries: Vec<String>,
    /// Least confidence, from 0 to 1
    #[arg(long, value_name = "NUMBER")]
    min_confidence: Option<f64>,
    /// How articles put it [default: asserted]; all means all of them
    #[arg(long = "status", value_name = "STATUS", value_delimiter = ',', value_parser = statuses())]
    statuses: Vec<String>,
}

#[derive(clap::Args)]
#[command(next_help_heading = "Description (for ro-crate)")]
struct Told {
    /// Title of the data set
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// What the data set is
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Who publishes it
    #[arg(long, value_name = "NAME")]
    publisher: Option<String>,
    /// Its licence
    #[arg(long, value_name = "IRI", value_parser = iri)]
    licence: Option<NamedNode>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Rdf(ExportFormat),
    Plover,
    Table(TableFormat),
    Network(NetworkFormat),
    Neo4j,
    RoCrate,
}

impl Format {
    fn all() -> Vec<Self> {
        let rdf = ExportFormat::ALL.map(Self::Rdf);
        let tables = TableFormat::ALL.map(Self::Table);
        let networks = NetworkFormat::ALL.map(Self::Network);
        let with_plover = rdf.into_iter().chain([Self::Plover]);
        with_plover.chain(tables).chain(networks).chain([Self::Neo4j, Self::RoCrate]).collect()
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Rdf(format) => format.as_str(),
            Self::Plover => "plover",
            Self::Table(format) => format.as_str(),
            Self::Network(format) => format.as_str(),
            Self::Neo4j => "neo4j",
            Self::RoCrate => "ro-crate",
        }
    }
}

fn formats() -> impl TypedValueParser<Value = Format> {
    let named = |name: String| Format::all().into_iter().find(|f| f.as_str() == name).expect("a name of the list");
    PossibleValuesParser::new(Format::all().into_iter().map(Format::as_str)).map(named)
}

fn tables() -> impl TypedValueParser<Value = Table> {
    let named = |name: String| Table::ALL.into_iter().find(|t| t.as_str() == name).expect("a name of the list");
    PossibleValuesParser::new(Table::ALL.map(Table::as_str)).map(named)
}

fn statuses() -> PossibleValuesParser {
    PossibleValuesParser::new(Standing::ALL.map(Standing::as_str).into_iter().chain(["all"]))
}

fn iri(text: &str) -> Result<NamedNode, String> {
    NamedNode::new(text).map_err(|e| e.to_string())
}

pub(super) fn run(arguments: &Arguments, console: &Console) -> Result<Status> {
    if arguments.columns {
        io::stdout().lock().write_all(COLUMNS.as_bytes())?;
        return Ok(Status::Done);
    }
    arguments.fit()?;
    let store = Store::open_read_only(&arguments.store)?;
    let selection = arguments.selection.read(&store)?;
    let format = arguments.format;
    let write = |out: &mut (dyn Write + Send)| match format {
        Format::Rdf(format) => {
            let write = if arguments.rdf12 { export_annotated } else { export_at_least };
            write(&store, format, &scope(arguments, format, &store), selection.confidence, out)
        }
        Format::Plover => export_plover(&store, &selection, out),
        Format::Table(format) => export_table(&store, arguments.table, format, &selection, out),
        Format::Network(format) => export_network(&store, format, &selection, out),
        Format::Neo4j | Format::RoCrate => Err(ExportError::Folder(format.as_str())),
    };
    match &arguments.output {
        Some(folder) if format == Format::Neo4j => {
            let rows = export_neo4j(&store, &selection, folder).map_err(told)?;
            console.line(&format!("{} rows written to {}", grouped(rows as usize), folder.display()));
        }
        Some(folder) if format == Format::RoCrate => {
            let files = export_crate(&store, &selection, &arguments.about.read()?, folder).map_err(told)?;
            console.line(&format!("{} files written to {}", grouped(files as usize), folder.display()));
        }
        Some(path) => {
            let count = write_file(path, |out| write(out).map_err(told))?;
            console.line(&format!("{} {} written to {}", grouped(count as usize), arguments.counted(), path.display()));
        }
        None => {
            let mut out = BufWriter::new(io::stdout());
            write(&mut out).map_err(told)?;
            out.flush()?;
        }
    }
    Ok(Status::Done)
}

impl Arguments {
    /// Says which arguments do not go with the format.
    fn fit(&self) -> Result<()> {
        let wrong = |text: String| Err(Usage(text).into());
        let name = self.format.as_str();
        let is_rdf = matches!(self.format, Format::Rdf(_));
        if !is_rdf && (self.article.is_some() || self.record || self.vocabulary || self.rdf12) {
            return wrong(format!(
                "`--article`, `--record`, `--vocabulary` and `--rdf12` are for RDF, not for `{name}`"
            ));
        }
        if is_rdf && self.selection.is_of_more_than_confidence() {
            return wrong(format!(
                "`{name}` can be narrowed by `--min-confidence` alone: what happens in a time or to a country needs what is said \
                 elsewhere, so that a part by time, type, country or status is a query (`entente query`)"
            ));
        }
        if self.vocabulary && self.selection.min_confidence.is_some() {
            return wrong("vocabularies have no confidence".to_owned());
        }
        if self.table != Table::Events && !matches!(self.format, Format::Table(_)) {
            return wrong(format!("`--table` is for csv, tsv and parquet, not for `{name}`"));
        }
        if self.table == Table::Entities && self.selection.is_of_statements() {
            return wrong("entities can be selected by type and country alone".to_owned());
        }
        if self.format != Format::RoCrate && self.about.is_any() {
            return wrong(format!("a description of the data set is for ro-crate, not for `{name}`"));
        }
        Ok(())
    }

    /// What is counted when all is written.
    fn counted(&self) -> &'static str {
        match self.format {
            Format::Rdf(_) => "quads",
            Format::Plover => "events",
            Format::Network(_) => "edges",
            _ => "rows",
        }
    }
}

impl Wanted {
    fn is_of_statements(&self) -> bool {
        self.min_confidence.is_some() || self.is_dated() || !self.statuses.is_empty()
    }

    fn is_of_more_than_confidence(&self) -> bool {
        self.is_dated() || !self.statuses.is_empty() || !self.types.is_empty() || !self.countries.is_empty()
    }

    fn is_dated(&self) -> bool {
        self.from.is_some() || self.to.is_some()
    }

    fn read(&self, store: &Store) -> Result<Selection> {
        let named = |name: &String| Standing::ALL.into_iter().find(|s| s.as_str() == *name);
        let standings = match self.statuses.as_slice() {
            [] => vec![Standing::Asserted],
            names if names.iter().any(|n| n == "all") => Standing::ALL.to_vec(),
            names => names.iter().filter_map(named).collect(),
        };
        let selection = Selection {
            from: self.from,
            to: self.to,
            types: self.types.clone(),
            countries: self.countries.clone(),
            confidence: self.min_confidence,
            standings,
        };
        Ok(selection.checked(store.mapper().ontology()).map_err(|e| Usage(e.to_string()))?)
    }
}

impl Told {
    fn is_any(&self) -> bool {
        self.title.is_some() || self.description.is_some() || self.publisher.is_some() || self.licence.is_some()
    }

    fn read(&self) -> Result<About> {
        Ok(About {
            title: self.title.clone().unwrap_or_else(|| "Events in the news".to_owned()),
            description: self.description.clone(),
            publisher: self.publisher.clone(),
            licence: self.licence.clone(),
            published: today()?,
        })
    }
}

/// The day, or the one that <https://reproducible-builds.org/specs/source-date-epoch/> sets.
fn today() -> Result<Date> {
    let now = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(seconds) => seconds.parse().ok().and_then(|s| Timestamp::from_second(s).ok()),
        Err(_) => Some(Timestamp::now()),
    };
    let now = now.ok_or_else(|| Usage("`SOURCE_DATE_EPOCH` is no number of seconds".to_owned()))?;
    Ok(Offset::UTC.to_datetime(now).date())
}

fn scope(arguments: &Arguments, format: ExportFormat, store: &Store) -> Scope {
    match &arguments.article {
        Some(id) => Scope::Article(store.mapper().names().article(id)),
        None if arguments.record => Scope::Record,
        None if arguments.vocabulary => Scope::Vocabulary,
        None => Scope::of(format),
    }
}

/// Writes beside the file and renames at the end, so that a failure leaves the old file as it was.
fn write_file<T>(path: &Path, write: impl FnOnce(&mut (dyn Write + Send)) -> Result<T>) -> Result<T> {
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
        ExportError::OneGraph(_) | ExportError::NoAnnotations(_) | ExportError::NoParquet | ExportError::Folder(_) => {
            Usage(error.to_string()).into()
        }
        _ => error.into(),
    }
}
