//! Measures the language model: `cargo run --release --example speed -- [--model DIR] [--threads N] [--passes N] < texts.jsonl`
//!
//! Each line of the input is a JSON string, an article, of which each line is a block. Prints one JSON object: seconds for
//! loading the model, and for each pass over all articles its seconds by the clock and of the processor.

use anyhow::Context;
use clap::Parser;
use entente::nlp::Model;
use entente::text::{Block, BlockKind, Span};
use rayon::prelude::*;
use std::io::stdin;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

#[derive(Parser)]
struct Arguments {
    /// Directory of a spaCy model, instead of the embedded one.
    #[arg(long)]
    model: Option<PathBuf>,
    #[arg(long, default_value_t = 1)]
    threads: usize,
    #[arg(long, default_value_t = 3)]
    passes: usize,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let start = Instant::now();
    let model = match arguments.model {
        Some(directory) => Model::from_dir(directory)?,
        None => Model::embedded()?,
    };
    let load = start.elapsed().as_secs_f64();
    let texts: Vec<Arc<str>> =
        stdin().lines().map(|line| Ok(serde_json::from_str(&line?)?)).collect::<anyhow::Result<_>>()?;
    let threads = rayon::ThreadPoolBuilder::new().num_threads(arguments.threads).build()?;
    let mut passes = Vec::new();
    let mut tokens = 0;
    for _ in 0..arguments.passes {
        let (start, used) = (Instant::now(), processor_seconds()?);
        tokens = threads.install(|| texts.par_iter().map(|text| count(&model, text)).sum());
        passes.push([start.elapsed().as_secs_f64(), processor_seconds()? - used]);
    }
    let words: usize = texts.iter().map(|text| text.split_whitespace().count()).sum();
    println!("{}", serde_json::json!({ "load": load, "words": words, "tokens": tokens, "passes": passes }));
    Ok(())
}

fn count(model: &Model, text: &Arc<str>) -> usize {
    let mut start = 0;
    let mut blocks = Vec::new();
    for line in text.split_inclusive('\n') {
        blocks.push(Block { span: Span::new(start, start + line.trim_end().len()), kind: BlockKind::Body });
        start += line.len();
    }
    model.analyse(text.clone(), &blocks).tokens().len()
}

/// Seconds of processor time that this process has used, as Linux counts them.
fn processor_seconds() -> anyhow::Result<f64> {
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").context("processor time is only known on Linux")?;
    let (_, fields) = stat.rsplit_once(')').context("/proc/self/stat")?;
    let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<f64>).sum::<Result<f64, _>>()?;
    Ok(ticks / TICKS_PER_SECOND)
}
