//! `entente code`: the event between two given parties, one JSON object for each record.

use super::Status;
use super::console::Console;
use super::reading::{Reading, Records};
use super::setup::Setup;
use crate::article::Article;
use crate::code::Coding;
use anyhow::Result;
use serde::Serialize;
use std::io::{self, Write};

/// Print the event that a sentence reports between two given parties, as JSON
///
/// The output has one object a line, in the order of the input. Each record has an `id`, a `text`, the words that name the
/// `actor` in it and those that name the `recipient` (or null); `published`, a day, is optional. The `type` is null when the
/// sentence reports no event between the two.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  entente code sentences.jsonl > codes.jsonl
  echo '{\"id\": 1, \"text\": \"Oslo sent aid to Kyiv.\", \"actor\": \"Oslo\", \"recipient\": \"Kyiv\"}' | entente code -")]
pub(super) struct Arguments {
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    setup: Setup,
}

#[derive(Serialize)]
struct Line {
    id: String,
    #[serde(flatten)]
    coding: Coding,
}

pub(super) fn run(arguments: &Arguments, console: &Console) -> Result<Status> {
    let pipeline = arguments.setup.pipeline()?;
    let coder = arguments.setup.coder()?;
    let work = move |article: &Article| {
        let parties = article.parties.as_ref()?;
        let coding = coder.code(&pipeline, &article.text, parties, article.published);
        serde_json::to_string(&Line { id: article.id.clone(), coding }).ok()
    };
    let mut out = io::stdout().lock();
    let progress = console.progress(|| None);
    let take = |json: Option<String>| Ok(json.map_or(Ok(()), |json| writeln!(out, "{json}"))?);
    let tally = arguments.reading.each(Records::Pairs, console, &progress, work, take)?;
    drop(progress);
    console.line(&tally.summary());
    Ok(tally.status())
}
