//! What the analysis is done with: the same options for every command that analyses.

use crate::code::Coder;
use crate::graph::{RunInfo, names};
use crate::pipeline::Pipeline;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(super) struct Setup {
    /// Folder of another spaCy model of English, the one that holds config.cfg
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
    /// Folder with rules, cues of speech and word lists, laid out as data/ is, in place of those of the program
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Table of more names, in the format of data/gazetteer/README.md
    #[arg(long, value_name = "FILE")]
    gazetteer: Vec<PathBuf>,
}

impl Setup {
    /// Loads everything. This takes a moment.
    pub(super) fn pipeline(&self) -> Result<Pipeline> {
        let mut pipeline = Pipeline::embedded()?;
        if let Some(folder) = &self.model {
            pipeline = pipeline.with_model(folder)?;
        }
        if let Some(folder) = &self.data {
            pipeline = pipeline.with_rules(folder)?;
        }
        self.gazetteer.iter().try_fold(pipeline, |pipeline, file| Ok(pipeline.with_gazetteer(file)?))
    }

    /// What the graph says of the run: the versions of program, model, rules and tables, but not when it was, so that the same
    /// input gives the same graph.
    pub(super) fn run(&self, pipeline: &Pipeline) -> Result<RunInfo> {
        let (name, version) = pipeline.model_name();
        let mut data = match &self.data {
            None => format!("data {}", env!("ENTENTE_DATA")),
            Some(folder) => format!("data of {} {}", folder.display(), digest(&files(folder)?)?),
        };
        if !self.gazetteer.is_empty() {
            data = format!("{data}, more names {}", digest(&self.gazetteer)?);
        }
        Ok(RunInfo { model: Some(format!("{name} {version}")), data: Some(data), ..RunInfo::default() })
    }

    /// The coder's lexicon and weights.
    pub(super) fn coder(&self) -> Result<Coder> {
        Ok(self.data.as_deref().map_or_else(Coder::embedded, Coder::read)?)
    }
}

/// Reads a probability.
pub(super) fn probability(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|n| (0.0..=1.0).contains(n));
    number.ok_or_else(|| "expected a number from 0 to 1".to_owned())
}

/// The rules and word lists below a data folder, in the order of their names.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let pattern = |below: &str| format!("{}/{below}/**/*.t*", glob::Pattern::escape(&folder.to_string_lossy()));
    let mut files = Vec::new();
    for below in ["confidence", "lexicon", "rules"] {
        files.extend(glob::glob(&pattern(below))?.collect::<Result<Vec<_>, _>>()?);
    }
    Ok(files)
}

/// What tells these files from others, in a few characters.
fn digest(files: &[PathBuf]) -> Result<String> {
    let read =
        |file: &PathBuf| std::fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()));
    let texts = files.iter().map(read).collect::<Result<Vec<_>>>()?;
    Ok(names::hash(&texts.iter().map(String::as_str).collect::<Vec<_>>())[..8].to_owned())
}
