//! A loaded model, and the analysis of texts with it.

use super::EMBEDDED;
use super::analysis::{Analysis, Raw, Workspace};
use super::lemmatizer::Lemmatizer;
use super::matrix::{Dense, LANE, Level, WIDTH};
use super::ner::NameFinder;
use super::parser::Parser;
use super::parts::{LoadError, Parts};
use super::ruler::{Outcome, Ruler};
use super::tok2vec::{Tok2Vec, WordVectors};
use super::tokenizer::Tokenizer;
use super::words::{Knowledge, Lexicon, Word};
use crate::doc::{Doc, Tag};
use crate::text::Block;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// An English model. Share it between threads: each analysis takes a workspace of its own.
#[derive(Debug)]
pub struct Model {
    name: String,
    version: String,
    pub(super) level: Level,
    pub(super) lexicon: Lexicon,
    pub(super) tokenizer: Tokenizer,
    pub(super) tok2vec: Tok2Vec,
    pub(super) tagger: Dense,
    pub(super) tags: Vec<Tag>,
    pub(super) parser: Parser,
    pub(super) ruler: Ruler,
    pub(super) lemmatizer: Lemmatizer,
    pub(super) ner_tok2vec: Tok2Vec,
    pub(super) ner: NameFinder,
    /// Workspaces that no analysis uses now, with what they remember of words.
    workspaces: Mutex<Vec<Workspace>>,
}

impl Model {
    /// The model that is part of the program: spaCy's `en_core_web_sm` 3.8, its weights kept in 16 bits.
    pub fn embedded() -> Result<Self, LoadError> {
        Self::new(Parts::from_bytes("data/models/en_core_web_sm/model.bin", EMBEDDED)?)
    }

    /// A model from the directory in which spaCy 3 keeps it, the one that holds `config.cfg`: `en_core_web_sm`, `md` or `lg`.
    pub fn from_dir(path: impl AsRef<Path>) -> Result<Self, LoadError> {
        Self::new(Parts::from_dir(path.as_ref())?)
    }

    fn new(mut parts: Parts) -> Result<Self, LoadError> {
        let level = Level::detect();
        let lexicon = Lexicon::new(&parts);
        let vectors = WordVectors::new(&mut parts).map(Arc::new);
        let ruler = Ruler::new(&parts)?;
        let (tagger, tags) = tagger(&parts)?;
        Ok(Self {
            level,
            tokenizer: Tokenizer::new(&parts, &lexicon.classes, &lexicon.ids)?,
            tok2vec: Tok2Vec::new(&parts, "tok2vec", vectors.clone(), level)?,
            tagger,
            tags,
            parser: Parser::new(&parts, level)?,
            ner_tok2vec: Tok2Vec::new(&parts, "ner", vectors, level)?,
            ner: NameFinder::new(&parts, level)?,
            lemmatizer: Lemmatizer::new(&mut parts, &lexicon.ids, ruler.morphs()),
            ruler,
            lexicon,
            workspaces: Mutex::default(),
            name: parts.name,
            version: parts.version,
        })
    }

    /// The model's name and version.
    pub fn name(&self) -> (&str, &str) {
        (&self.name, &self.version)
    }

    /// Analyses a text block by block: no sentence runs from one block into another. Line breaks inside a block, `\n` or
    /// `\r\n`, are read as single spaces. The blocks must be in order and apart; what lies between them is left out.
    ///
    /// Any text has an answer. A block of more than 64 KiB is cut where a sentence seems to end, else at whitespace, else
    /// anywhere, and again after 16,384 tokens, so that time grows with length alone and memory, beside that for the result,
    /// is bounded.
    pub fn analyse(&self, text: Arc<str>, blocks: &[Block]) -> Doc {
        self.with_workspace(|workspace| Analysis::new(self, workspace).doc(text, blocks))
    }

    /// Analyses a text as one block, line breaks and all, as spaCy does; for comparison with it.
    pub fn analyse_raw(&self, text: &str) -> Raw {
        self.with_workspace(|workspace| Analysis::new(self, workspace).raw(text))
    }

    pub(super) fn knowledge(&self) -> Knowledge<'_> {
        Knowledge { lexicon: &self.lexicon, tokenizer: &self.tokenizer, ruler: &self.ruler }
    }

    /// The lemma of a word that has been tagged.
    pub(super) fn lemma(&self, word: &mut Word, outcome: &Outcome) -> Arc<str> {
        self.lemmatizer.lemma(&word.text, outcome.pos, outcome.morph, &self.lexicon.classes, &mut word.lemmas)
    }

    fn with_workspace<T>(&self, work: impl FnOnce(&mut Workspace) -> T) -> T {
        let free = self.workspaces.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut workspace = free.unwrap_or_else(|| Workspace::new(&self.ruler));
        let result = work(&mut workspace);
        self.workspaces.lock().unwrap_or_else(PoisonError::into_inner).push(workspace);
        result
    }
}

/// The tagger's layer, and the tags in the order of its outputs.
fn tagger(parts: &Parts) -> Result<(Dense, Vec<Tag>), LoadError> {
    const UNITS: usize = WIDTH * LANE;
    let count = parts.tags.len();
    let tag = |text: &String| text.parse::<Tag>().map_err(|e| parts.error("tagger.labels", e.to_string()));
    let tags = parts.tags.iter().map(tag).collect::<Result<_, _>>()?;
    let weights = &parts.array("tagger.softmax.0.W", &[count, UNITS])?.values;
    let bias = &parts.array("tagger.softmax.0.b", &[count])?.values;
    Ok((Dense::new(UNITS, count, |o, i| weights[o * UNITS + i], |o| bias[o]), tags))
}
