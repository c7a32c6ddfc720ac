//! How fast articles go into a store on disk, against the storage engine's own bulk load of the same quads.
//!
//! ```sh
//! entente extract news/ > news.jsonl
//! cargo run --release --example load_rate -- news.jsonl 2000
//! ```
//!
//! The extractions are repeated, under other ids, until there are as many articles as asked for. What is printed: triples
//! and bytes per article, triples per second of both ways, the time to add one more article and to replace one, and the
//! most memory that the process has held.

use entente::extract::Extraction;
use entente::graph::ArticleGraph;
use entente::store::Store;
use oxigraph::model::Quad;
use std::error::Error;
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::{Duration, Instant};

/// Articles that are loaded at once; about as many as `build` takes.
const BATCH: usize = 400;

/// Articles that are added one by one.
const ADDED: usize = 50;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (file, count) = (arguments.next().ok_or("give a file of extractions")?, arguments.next());
    let count: usize = count.as_deref().unwrap_or("1000").parse()?;
    let text = std::fs::read_to_string(file)?;
    let extractions: Vec<Extraction> = text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let folder = tempfile::tempdir()?;
    let (ours, bulk) = (folder.path().join("ours"), folder.path().join("bulk"));

    let (quads, taken) = load_articles(&ours, &extractions, count)?;
    report("articles in batches", quads, taken);
    println!("{:.0} quads and {:.0} bytes on disk per article", per(quads, count), per(size(&ours)?, count));
    println!("peak memory {} MB", peak_memory().unwrap_or_default() / 1024);
    let store = Store::open(&ours, None)?;
    let taken = load_in_bulk(&bulk, store.quads())?;
    report("the engine's bulk load", quads, taken);
    one_more(&store, &extractions[0], "added", "one article more, the first after opening")?;
    let mut times: Vec<Duration> = (1..=ADDED)
        .map(|i| add(&store, &extractions[i % extractions.len()], &format!("added-{i}")))
        .collect::<Result<_, _>>()?;
    times.sort();
    println!(
        "{ADDED} more: {:.1} ms each in the middle, {:.1} ms at most",
        millis(times[ADDED / 2]),
        millis(times[ADDED - 1])
    );
    one_more(&store, &extractions[0], "added", "the same article again")?;
    let mut changed = extractions[0].clone();
    changed.events.pop();
    one_more(&store, &changed, "added", "another version of it")?;
    let start = Instant::now();
    store.remove_article("added")?;
    println!("taking it back: {:.1} ms", millis(start.elapsed()));
    Ok(())
}

fn numbered(extraction: &Extraction, id: &str) -> Extraction {
    let mut extraction = extraction.clone();
    extraction.article.id = id.to_owned();
    extraction
}

/// Loads articles, and returns how many quads the store then has. Making the graphs is part of the time; as in `build`, the next
/// ones are made while some are loaded.
fn load_articles(path: &Path, extractions: &[Extraction], count: usize) -> Result<(usize, Duration), Box<dyn Error>> {
    let store = Store::open(path, None)?;
    let articles = (0..count).map(|i| numbered(&extractions[i % extractions.len()], &format!("article-{i}")));
    let articles: Vec<Extraction> = articles.collect();
    let start = Instant::now();
    thread::scope(|scope| {
        let (give, batches) = sync_channel::<Vec<ArticleGraph>>(0);
        let mapper = store.mapper();
        scope.spawn(move || {
            let mut batches = articles.chunks(BATCH).map(|b| b.iter().map(|x| mapper.evidence(x)).collect());
            // Nobody takes them when loading has failed.
            batches.try_for_each(|graphs| give.send(graphs))
        });
        batches.into_iter().try_for_each(|graphs| store.replace_graphs(graphs))
    })?;
    store.flush()?;
    let taken = start.elapsed();
    Ok((store.quads().count(), taken))
}

fn load_in_bulk(
    path: &Path,
    quads: impl Iterator<Item = Result<Quad, entente::store::StoreError>>,
) -> Result<Duration, Box<dyn Error>> {
    let quads: Vec<Quad> = quads.collect::<Result<_, _>>()?;
    let store = oxigraph::store::Store::open(path)?;
    let start = Instant::now();
    let mut loader = store.bulk_loader();
    loader.load_quads(quads)?;
    loader.commit()?;
    store.flush()?;
    Ok(start.elapsed())
}

fn one_more(store: &Store, extraction: &Extraction, id: &str, what: &str) -> Result<(), Box<dyn Error>> {
    println!("{what}: {:.1} ms", millis(add(store, extraction, id)?));
    Ok(())
}

fn add(store: &Store, extraction: &Extraction, id: &str) -> Result<Duration, Box<dyn Error>> {
    let extraction = numbered(extraction, id);
    let start = Instant::now();
    store.replace_article(&extraction)?;
    Ok(start.elapsed())
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn report(what: &str, quads: usize, taken: Duration) {
    println!(
        "{what}: {quads} quads in {:.2} s, {:.0} a second",
        taken.as_secs_f64(),
        quads as f64 / taken.as_secs_f64()
    );
}

fn per(total: usize, count: usize) -> f64 {
    total as f64 / count.max(1) as f64
}

fn size(folder: &Path) -> std::io::Result<usize> {
    std::fs::read_dir(folder)?.map(|entry| Ok(entry?.metadata()?.len() as usize)).sum()
}

/// In kilobytes, where the system tells.
fn peak_memory() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}
