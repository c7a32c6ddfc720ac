//! Prints the language model's analysis of texts: one JSON object per line of input, of which each is a JSON string.
//!
//! `cargo run --example parse -- [MODEL_DIRECTORY] < texts.jsonl`

use entente::nlp::Model;
use std::io::{BufRead, Write, stdin, stdout};

fn main() -> anyhow::Result<()> {
    let model = match std::env::args().nth(1) {
        Some(directory) => Model::from_dir(directory)?,
        None => Model::embedded()?,
    };
    let mut out = std::io::BufWriter::new(stdout().lock());
    for line in stdin().lock().lines() {
        let text: String = serde_json::from_str(&line?)?;
        serde_json::to_writer(&mut out, &model.analyse_raw(&text))?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
