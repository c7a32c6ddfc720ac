//! What the stages cost: `cargo run --release --example stages -- ARTICLES...`
//!
//! Reads articles as `entente extract` does and prints, for the language model, for linking and chains together, and for the
//! whole of `extract`, words a second and microseconds an article on one thread, and how each compares with the model alone.
//! Of several passes the quickest counts, stage by stage in turns, so that a busy machine troubles all alike.

use entente::article::{Article, Cues, Input, Inputs, Options, Reader};
use entente::coref;
use entente::link::{self, Gazetteer};
use entente::nlp::{Model, mended};
use entente::pipeline::Pipeline;
use std::sync::Arc;
use std::time::{Duration, Instant};

const PASSES: usize = 5;

fn main() -> anyhow::Result<()> {
    let inputs: Vec<Input> = std::env::args_os().skip(1).map(Input::new).collect();
    let cues = Arc::new(Cues::embedded());
    let reader = Reader::new(Inputs::new(&inputs, cues.clone()), Options::default(), cues);
    let articles: Vec<Article> = reader.collect::<Result<_, _>>()?;
    let (model, gazetteer, pipeline) = (Model::embedded()?, Gazetteer::embedded()?, Pipeline::embedded()?);

    let mut quickest = [Duration::MAX; 3];
    for _ in 0..PASSES {
        let start = Instant::now();
        let docs: Vec<_> = articles.iter().map(|a| model.analyse(a.text.clone(), &a.blocks)).collect();
        quickest[0] = quickest[0].min(start.elapsed());
        let docs: Vec<_> = docs.into_iter().map(mended).collect();
        let start = Instant::now();
        for (doc, article) in docs.iter().zip(&articles) {
            coref::resolve(doc, link::link(doc, &gazetteer, article.published), &gazetteer);
        }
        quickest[1] = quickest[1].min(start.elapsed());
        let start = Instant::now();
        articles.iter().for_each(|article| drop(pipeline.extract(article)));
        quickest[2] = quickest[2].min(start.elapsed());
    }
    let words: usize = articles.iter().map(|a| a.text.split_whitespace().count()).sum();
    println!("{} articles, {words} words", articles.len());
    for (stage, took) in ["language model", "linking and chains", "extract, all of it"].iter().zip(quickest) {
        let seconds = took.as_secs_f64();
        println!(
            "{stage:20} {:8.0} words a second {:8.0} µs an article {:6.2} of the model's time",
            words as f64 / seconds,
            seconds * 1e6 / articles.len() as f64,
            seconds / quickest[0].as_secs_f64()
        );
    }
    Ok(())
}
