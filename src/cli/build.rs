//! `entente build`: articles in, a store out.

use super::Status;
use super::console::{Console, grouped};
use super::reading::{Reading, Records, Tally, counted};
use super::setup::Setup;
use crate::graph::ArticleGraph;
use crate::store::Store;
use anyhow::Result;
use std::path::PathBuf;

/// Read articles, extract what they say, and load it into a store
///
/// Every article is loaded in one step: whatever stops the program, the store holds whole articles. An article that is
/// already there, by its id or path, is replaced.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  entente build news/
  entente build 'archive/2025-*.jsonl' --store archive.db
  entente build statement.txt --date 2025-09-04
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
}

/// After so many articles everything is written through to the disk.
const CHECKPOINT: usize = 500;

/// What analysis gives of one article.
struct Analysed {
    graph: ArticleGraph,
    events: usize,
}

pub(super) fn run(arguments: &Arguments, console: &Console) -> Result<Status> {
    let store = Store::open(&arguments.store, arguments.base.as_deref())?;
    let pipeline = arguments.setup.pipeline()?;
    let mapper = store.mapper().clone();
    let work = move |article: &_| {
        let extraction = pipeline.extract(article);
        Analysed { graph: mapper.evidence(&extraction), events: extraction.events.len() }
    };
    let (mut loaded, mut events) = (0, 0);
    let take = |analysed: Analysed| {
        store.replace_graph(&analysed.graph)?;
        loaded += 1;
        events += analysed.events;
        if loaded % CHECKPOINT == 0 {
            store.flush()?;
        }
        Ok(())
    };
    let reading = &arguments.reading;
    let progress = console.progress(|| reading.total_bytes());
    let result =
        reading.each(Records::Articles, console, &progress, work, take).and_then(|tally| Ok((store.flush()?, tally)));
    drop(progress);
    match result {
        Ok(((), tally)) => {
            console.line(&summary(&tally, events, &arguments.store));
            Ok(tally.status())
        }
        Err(error) => Err(error.context(format!("stopped after {}", counted(loaded, "article")))),
    }
}

fn summary(tally: &Tally, events: usize, store: &std::path::Path) -> String {
    format!("{}: {} events read into {}", tally.summary(), grouped(events), store.display())
}
