//! `entente build`: articles in, a store out.

use super::Status;
use super::console::Console;
use super::reading::{Reading, Records, Tally};
use super::setup::{Setup, probability};
use crate::graph::ArticleGraph;
use crate::search::Index;
use crate::store::Store;
use crate::text::{counted, grouped};
use anyhow::Result;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Read articles, extract what they say, and load it into a store
///
/// Articles are loaded in batches, each whole or not at all: whatever stops the program, the store holds whole articles. An
/// article that is already there, by its id or path, is replaced.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  entente build news/
  entente build 'archive/2025-*.jsonl' --store archive.db
  entente build statement.txt --date 2025-09-04
  entente build news/ --min-confidence 0.7 --no-mentions --store small.db
  zcat dump.jsonl.gz | entente build --input-format jsonl -")]
pub(super) struct Arguments {
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    setup: Setup,
    /// Folder of the store, made if it is not there
    #[arg(long, value_name = "DIR", default_value = "entente.db", env = "ENTENTE_STORE")]
    store: PathBuf,
    /// IRI under which everything without a name elsewhere is named; a store keeps its first
    #[arg(long, value_name = "IRI")]
    base: Option<String>,
    /// Keep of the texts only the sentences that say something, such as for a store that is given to others
    #[arg(long)]
    no_text: bool,
    /// Leave out which words name whom, for a smaller store: `why` then tells sentences and triggers alone
    #[arg(long)]
    no_mentions: bool,
    /// Leave out events and relations less sure than this, from 0 to 1
    #[arg(long, value_name = "NUMBER", value_parser = probability)]
    min_confidence: Option<f64>,
}

/// So many triples are loaded at once.
const BATCH: usize = 200_000;
/// Nor does an article wait longer than this while others come.
const PATIENCE: Duration = Duration::from_secs(10);
/// After so many articles everything is written through to the disk.
const CHECKPOINT: usize = 500;

/// What analysis gives of one article.
struct Analysed {
    graph: ArticleGraph,
    events: usize,
}

/// What goes into the store.
struct Loader<'a> {
    store: &'a Store,
    index: &'a Index,
    waiting: Vec<ArticleGraph>,
    triples: usize,
    since: Instant,
    loaded: usize,
    events: usize,
}

impl Loader<'_> {
    fn take(&mut self, analysed: Analysed) -> Result<()> {
        self.events += analysed.events;
        self.triples += analysed.graph.triples.len();
        self.waiting.push(analysed.graph);
        if self.triples >= BATCH || self.since.elapsed() >= PATIENCE {
            self.load()?;
        }
        Ok(())
    }

    fn load(&mut self) -> Result<()> {
        let graphs = std::mem::take(&mut self.waiting);
        self.store.replace_graphs(&graphs)?;
        (self.triples, self.since) = (0, Instant::now());
        let checkpoints = self.loaded / CHECKPOINT;
        self.loaded += graphs.len();
        if self.loaded / CHECKPOINT > checkpoints {
            self.write_through()?;
        }
        Ok(())
    }

    fn write_through(&self) -> Result<()> {
        self.store.flush()?;
        Ok(self.index.catch_up(self.store)?)
    }
}

pub(super) fn run(arguments: &Arguments, console: &Console) -> Result<Status> {
    let store = Store::open(&arguments.store, arguments.base.as_deref())?;
    let index = Index::open(&store)?;
    let pipeline = arguments.setup.pipeline()?;
    let store = store.with_run(arguments.setup.run(&pipeline)?)?;
    let store = if arguments.no_text { store.without_texts() } else { store };
    let store = if arguments.no_mentions { store.without_mentions() } else { store };
    let mapper = store.mapper().clone();
    let least = arguments.min_confidence.unwrap_or_default();
    let work = move |article: &_| {
        let extraction = pipeline.extract(article).at_least(least);
        Analysed { graph: mapper.evidence(&extraction), events: extraction.events.len() }
    };
    let (waiting, since) = (Vec::new(), Instant::now());
    let mut loader = Loader { store: &store, index: &index, waiting, triples: 0, since, loaded: 0, events: 0 };
    let reading = &arguments.reading;
    let progress = console.progress(|| reading.total_bytes());
    let result = reading
        .each(Records::Articles, console, &progress, work, |analysed| loader.take(analysed))
        .and_then(|tally| Ok((loader.load()?, loader.write_through()?, tally)));
    drop(progress);
    match result {
        Ok(((), (), tally)) => {
            console.line(&summary(&tally, loader.events, &arguments.store));
            Ok(tally.status())
        }
        Err(error) => Err(error.context(format!("stopped after {}", counted(loader.loaded, "article")))),
    }
}

fn summary(tally: &Tally, events: usize, store: &std::path::Path) -> String {
    format!("{}: {} events read into {}", tally.summary(), grouped(events), store.display())
}
