//! `entente extract`: articles in, one JSON object for each out.

use super::Status;
use super::console::Console;
use super::reading::{Reading, Records};
use super::setup::{Setup, probability};
use anyhow::Result;
use std::io::{self, IsTerminal, Write};

/// Print what articles say as JSON, one object a line, in the order of the input
#[derive(clap::Args)]
#[command(after_help = "Examples:
  entente extract article.txt
  entente extract news/ 'archive/2025-*.jsonl' > extractions.jsonl
  entente extract article.txt --min-confidence 0.8 | jq .events
  echo 'China sent aid to Pakistan.' | entente extract -
  curl -s https://example.org/feed.jsonl | entente extract --input-format jsonl - | jq .events")]
pub(super) struct Arguments {
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    setup: Setup,
    /// Leave out events and relations less sure than this, from 0 to 1
    #[arg(long, value_name = "NUMBER", value_parser = probability)]
    min_confidence: Option<f64>,
}

pub(super) fn run(arguments: &Arguments, console: &Console) -> Result<Status> {
    let pipeline = arguments.setup.pipeline()?;
    let least = arguments.min_confidence.unwrap_or_default();
    let work = move |article: &_| serde_json::to_string(&pipeline.extract(article).at_least(least)).map(one_line);
    let mut out = io::stdout().lock();
    let reading = &arguments.reading;
    // A bar would run into the lines when both go to the terminal.
    let total = || if io::stdout().is_terminal() { None } else { reading.total_bytes() };
    let progress = console.progress(total);
    let tally = reading.each(Records::Articles, console, &progress, work, |json| Ok(writeln!(out, "{}", json?)?))?;
    drop(progress);
    console.line(&tally.summary());
    Ok(tally.status())
}

/// JSON without the characters that JSON allows in strings and some readers take for ends of lines.
fn one_line(json: String) -> String {
    const ENDS: [(char, &str); 3] = [('\u{85}', "\\u0085"), ('\u{2028}', "\\u2028"), ('\u{2029}', "\\u2029")];
    if !json.contains(ENDS.map(|(end, _)| end)) {
        return json;
    }
    ENDS.iter().fold(json, |json, (end, escape)| json.replace(*end, escape))
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn every_object_is_one_line_for_everybody() {
        let text = "a\u{85}b\u{2028}c\u{2029}d";
        let json = one_line(serde_json::to_string(text).unwrap());
        assert_eq!(json, r#""a\u0085b\u2028c\u2029d""#);
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
