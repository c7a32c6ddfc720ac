//! `entente explain`: what the program makes of a sentence, step by step.

use super::Status;
use crate::extract::{Outcome, RoleName};
use crate::pipeline::{Analysis, Pipeline, lines};
use anyhow::Result;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::sync::Arc;

/// Show how a sentence is read: words, mentions, events, and where each rule that came near stopped
#[derive(clap::Args)]
#[command(after_help = "Examples:
  entente explain 'Kim did not visit Beijing.'
  entente explain --rules my-data 'The union called a general strike.'")]
pub(super) struct Arguments {
    /// A sentence, or a few
    #[arg(value_name = "TEXT")]
    text: String,
    /// Day of publication, YYYY-MM-DD, against which times are read
    #[arg(long, value_name = "DAY")]
    date: Option<jiff::civil::Date>,
    /// Folder of rules and word lists, laid out as data/ is
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Result<Status> {
    let mut pipeline = Pipeline::embedded()?;
    if let Some(folder) = &arguments.rules {
        pipeline = pipeline.with_rules(folder)?;
    }
    let text: Arc<str> = arguments.text.as_str().into();
    let analysis = pipeline.analyse(text.clone(), &lines(&text), arguments.date);
    let mut out = BufWriter::new(io::stdout().lock());
    words(&analysis, &mut out)?;
    mentions(&analysis, &mut out)?;
    events(&analysis, &mut out)?;
    rules(&pipeline, &analysis, &mut out)?;
    out.flush()?;
    Ok(Status::Done)
}

fn words(analysis: &Analysis, out: &mut impl Write) -> io::Result<()> {
    let doc = &analysis.doc;
    writeln!(out, "Words")?;
    for (i, token) in doc.tokens().iter().enumerate() {
        let head = if token.head == i { "-" } else { doc.word(token.head) };
        writeln!(out, "  {:<18} {:<18} {:<5} {:<10} {head}", doc.word(i), doc.lemma(i), token.tag, token.dep)?;
    }
    Ok(())
}

fn mentions(analysis: &Analysis, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\nMentions")?;
    for mention in &analysis.chains.mentions {
        let entity = &analysis.chains.entities[mention.entity];
        let known = entity.iri().unwrap_or_else(|| "an entity of its own".to_owned());
        let (country, sector) = (entity.country.as_deref().unwrap_or("-"), entity.sector.as_deref().unwrap_or("-"));
        let words = mention.span.of(analysis.doc.text());
        writeln!(out, "  {words:<28} {:?}: {} ({country} {sector}), {known}", entity.kind, entity.label)?;
    }
    Ok(())
}

fn events(analysis: &Analysis, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\nEvents")?;
    for event in &analysis.events {
        let words = event.trigger_span.of(analysis.doc.text());
        let kind = event.kind.as_deref().unwrap_or("outside PLOVER");
        writeln!(
            out,
            "  {words}: {} ({kind}), {:?} {:?}, by {}",
            event.class, event.status, event.polarity, event.rule
        )?;
        for (role, party) in &event.parties {
            writeln!(out, "    {:<10} {}", name_of(role), party.span.of(analysis.doc.text()))?;
        }
        for &entity in &event.attribution {
            writeln!(out, "    {:<10} {}", "says", analysis.chains.entities[entity].label)?;
        }
        if let Some(time) = event.time.map(|t| &analysis.times[t]) {
            writeln!(out, "    {:<10} {} ({})", "when", time.span.of(analysis.doc.text()), time.value)?;
        }
    }
    Ok(())
}

fn rules(pipeline: &Pipeline, analysis: &Analysis, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\nRules that a word triggered")?;
    for attempt in pipeline.attempts(analysis) {
        let outcome = match attempt.outcome {
            Outcome::Found => "fits".to_owned(),
            Outcome::Beaten => "fits, but another fits better".to_owned(),
            Outcome::Condition(condition) => format!("stopped at the condition {condition}"),
            Outcome::Unfilled(role) => format!("nothing fills the {}", name_of(&role)),
        };
        writeln!(out, "  {:<16} {:<44} {outcome}", analysis.doc.word(attempt.trigger), attempt.rule)?;
    }
    Ok(())
}

fn name_of(role: &RoleName) -> &str {
    match role {
        RoleName::Actor => "actor",
        RoleName::Recipient => "recipient",
        RoleName::Place => "place",
        RoleName::Other(name) => name,
    }
}
