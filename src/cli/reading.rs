//! What all commands that read articles share: their arguments, and the way from inputs to results.

use super::console::{Console, Progress};
use super::{Status, Usage};
use crate::article::{Article, Cues, Format, Input, Inputs, Options, Reader};
use crate::pipeline::{self, Stop};
use crate::text::counted;
use anyhow::Result;
use jiff::civil::Date;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

#[derive(clap::Args)]
pub(super) struct Reading {
    /// Files, folders, patterns such as 'news/*.txt', or - for standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Kind of all inputs: text, markdown or jsonl; otherwise told by name or content
    #[arg(long, value_name = "KIND")]
    input_format: Option<Format>,
    /// Encoding of text files without a byte order mark, such as windows-1252 [default: utf-8]
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// Day of publication of articles that do not tell theirs
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<Date>,
    /// Threads to analyse with [default: one for each processor]
    #[arg(short = 'j', long, value_name = "N")]
    threads: Option<std::num::NonZeroUsize>,
}

/// How many articles were read and how many inputs failed.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) articles: usize,
    pub(super) failed: usize,
    interrupted: bool,
    seconds: f64,
    rate: f64,
}

impl Tally {
    pub(super) fn status(&self) -> Status {
        match self {
            Self { interrupted: true, .. } => Status::Interrupted,
            Self { failed: 1.., .. } => Status::SomeFailed,
            _ => Status::Done,
        }
    }

    /// The same with the time that has passed until now.
    pub(super) fn with_time(mut self, progress: &Progress<'_>) -> Self {
        (self.seconds, self.rate) = (progress.seconds(), progress.rate(self.articles));
        self
    }

    /// `12 articles in 0.4 s (30 a second), 1 input failed`.
    pub(super) fn summary(&self) -> String {
        let Self { articles, failed, .. } = *self;
        let mut text = format!("{} in {:.1} s ({:.1} a second)", counted(articles, "article"), self.seconds, self.rate);
        if failed > 0 {
            text += &format!(", {} failed", counted(failed, "input"));
        }
        if self.interrupted {
            text += ", stopped before the end";
        }
        text
    }
}

/// What the inputs hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Records {
    Articles,
    /// Texts that name an actor and perhaps a recipient; one that names no actor is an input that fails.
    Pairs,
}

impl Reading {
    /// Applies `work` to every article, on several threads, and gives the results to `take` in the order of the inputs.
    /// Inputs that fail are named on the console and counted; an error of `take` ends everything.
    pub(super) fn each<R: Send + 'static>(
        &self,
        records: Records,
        console: &Console,
        progress: &Progress<'_>,
        work: impl Fn(&Article) -> R + Send + Sync + 'static,
        mut take: impl FnMut(R) -> Result<()>,
    ) -> Result<Tally> {
        let reader = self.reader(records)?;
        let bytes = reader.bytes_read();
        let stop = stop_at_interrupt()?;
        let mut tally = Tally::default();
        for result in pipeline::each(reader, work, self.threads(), stop.clone()) {
            match result {
                Ok(result) => {
                    take(result)?;
                    tally.articles += 1;
                }
                Err(failure) if failure.is_warning() => console.warning(&failure.to_string()),
                Err(failure) => {
                    console.error(&failure.to_string());
                    tally.failed += 1;
                }
            }
            progress.show(bytes.load(Ordering::Relaxed), tally.articles);
        }
        tally.interrupted = stop.is_asked();
        Ok(tally.with_time(progress))
    }

    /// Bytes of all inputs, where they can be known.
    pub(super) fn total_bytes(&self) -> Option<u64> {
        Inputs::total_bytes(&self.inputs(), Arc::new(Cues::embedded()))
    }

    fn reader(&self, records: Records) -> Result<Reader> {
        let cues = Arc::new(Cues::embedded());
        let encoding = self.encoding.as_deref().map(Options::encoding).transpose().map_err(|e| Usage(e.to_string()))?;
        let parties = records == Records::Pairs;
        let options = Options { format: self.input_format, encoding, date: self.date, parties };
        Ok(Reader::new(Inputs::new(&self.inputs(), cues.clone()), options, cues))
    }

    fn inputs(&self) -> Vec<Input> {
        self.inputs.iter().map(Input::new).collect()
    }

    fn threads(&self) -> usize {
        self.threads.or_else(|| std::thread::available_parallelism().ok()).map_or(1, usize::from)
    }
}

/// The first Ctrl-C asks to stop after what is in hand, the second ends the process.
fn stop_at_interrupt() -> Result<Stop> {
    let stop = Stop::default();
    let asked = stop.clone();
    ctrlc::set_handler(move || {
        if asked.is_asked() {
            std::process::exit(130);
        }
        asked.ask();
    })?;
    Ok(stop)
}
