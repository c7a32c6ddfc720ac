//! What the analysis is done with: the same options for every command that analyses.

use crate::code::Coder;
use crate::pipeline::Pipeline;
use anyhow::Result;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(super) struct Setup {
    /// Folder of another spaCy model of English, the one that holds config.cfg
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
    /// Folder with rules and word lists, laid out as data/ is, in place of those of the program
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

    /// The coder's lexicon and weights.
    pub(super) fn coder(&self) -> Result<Coder> {
        Ok(self.data.as_deref().map_or_else(Coder::embedded, Coder::read)?)
    }
}
