//! `entente build`: articles in, a store out.

use super::Status;
use super::console::Console;
use super::reading::{Reading, Records, Tally};
use super::setup::{Setup, probability};
use crate::graph::ArticleGraph;
use crate::search::{Documents, Index};
use crate::store::Store;
use crate::text::{counted, grouped};
use anyhow::Result;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
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
const BATCH: usize = 400_000;
/// Nor are more bytes of text held back, whether before loading or for the index.
const TEXT: usize = 64 << 20;
/// Nor does an article wait longer than this while others come.
const PATIENCE: Duration = Duration::from_secs(10);
/// After so many articles everything is written through to the disk.
const CHECKPOINT: usize = 500;

/// Articles that go into the store at once.
#[derive(Default)]
struct Batch {
    graphs: Vec<ArticleGraph>,
    documents: Documents,
    triples: usize,
    events: usize,
}

impl Batch {
    fn of(graph: ArticleGraph, documents: Documents, events: usize) -> Self {
        Self { triples: graph.triples.len(), graphs: vec![graph], documents, events }
    }

    fn extend(&mut self, other: Self) {
        self.graphs.extend(other.graphs);
        self.documents.extend(other.documents);
        self.triples += other.triples;
        self.events += other.events;
    }
}

/// Gathers articles, and gives them away once they are many or have waited long.
struct Gathering {
    batch: Batch,
    since: Instant,
    give: SyncSender<Batch>,
}

impl Gathering {
    /// Fails when nobody takes batches any more.
    fn take(&mut self, article: Batch) -> Result<()> {
        self.batch.extend(article);
        let is_full = self.batch.triples >= BATCH || self.batch.documents.bytes() >= TEXT;
        if is_full || self.since.elapsed() >= PATIENCE {
            self.give()?;
            self.since = Instant::now();
        }
        Ok(())
    }

    fn give(&mut self) -> Result<()> {
        Ok(self.give.send(std::mem::take(&mut self.batch))?)
    }
}

/// What goes into the store, on a thread of its own: what is read meanwhile is the next batch.
struct Loader<'a> {
    store: &'a Store,
    index: &'a Index,
    /// Of articles that are in the store and not yet in the index.
    documents: Documents,
    loaded: usize,
    events: usize,
}

impl Loader<'_> {
    /// Fails with what keeps it from going on, after however many articles are in the store.
    fn run(&mut self, batches: Receiver<Batch>) -> Result<()> {
        for batch in batches {
            let articles = batch.graphs.len();
            self.store.replace_graphs(batch.graphs)?;
            self.documents.extend(batch.documents);
            self.events += batch.events;
            let checkpoints = self.loaded / CHECKPOINT;
            self.loaded += articles;
            if self.loaded / CHECKPOINT > checkpoints || self.documents.bytes() >= TEXT {
                self.write_through()?;
            }
        }
        self.write_through()
    }

    fn write_through(&mut self) -> Result<()> {
        self.store.flush()?;
        Ok(self.index.catch_up_with(self.store, std::mem::take(&mut self.documents))?)
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
    let documents = index.documents();
    let work = move |article: &_| {
        let extraction = pipeline.extract(article).at_least(least);
        let graph = mapper.evidence(&extraction);
        let documents = documents(&graph.article, &graph.triples);
        Batch::of(graph, documents, extraction.events.len())
    };
    let mut loader = Loader { store: &store, index: &index, documents: Documents::default(), loaded: 0, events: 0 };
    let reading = &arguments.reading;
    let progress = console.progress(|| reading.total_bytes());
    let result = thread::scope(|scope| {
        // None waits between the batch that is gathered and the one that is loaded.
        let (give, batches) = sync_channel(0);
        let loading = scope.spawn(|| loader.run(batches));
        let mut gathering = Gathering { batch: Batch::default(), since: Instant::now(), give };
        let tally = reading
            .each(Records::Articles, console, &progress, work, |article| gathering.take(article))
            .and_then(|tally| gathering.give().map(|()| tally));
        drop(gathering);
        let loaded = loading.join().unwrap_or_else(|panic| resume_unwind(panic));
        // That loading failed is why nobody took what was gathered.
        loaded.and(tally).map(|tally| tally.with_time(&progress))
    });
    drop(progress);
    match result {
        Ok(tally) => {
            console.line(&summary(&tally, loader.events, &arguments.store));
            Ok(tally.status())
        }
        Err(error) => Err(error.context(format!("stopped after {}", counted(loader.loaded, "article")))),
    }
}

fn summary(tally: &Tally, events: usize, store: &std::path::Path) -> String {
    format!("{}: {} events read into {}", tally.summary(), grouped(events), store.display())
}
