//! Checks every example of the rule files in a data folder, without building them in:
//! `cargo run --release --example rules -- data`

use entente::pipeline::Pipeline;
use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> anyhow::Result<ExitCode> {
    let folder = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("data"), PathBuf::from);
    let (count, failed) = Pipeline::embedded()?.with_rules(&folder)?.check_examples()?;
    for example in &failed {
        println!("{}: {}\n    {}", example.file, example.text, example.difference);
    }
    println!("{} of {count} examples fail", failed.len());
    Ok(if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
