//! The language model: tokeniser, tagger, parser, lemmatiser and names.
//!
//! [`Model`] does in Rust what spaCy's English pipelines (`en_core_web_sm`, `md`, `lg`, version 3.8) do, with their weights
//! and with the same result. The small one is part of the program; others are read from the directory in which spaCy keeps
//! them.
//!
//! ```
//! use entente::{nlp::Model, text::{Block, BlockKind, Span}};
//!
//! let model = Model::embedded()?;
//! let text = "Kim arrived in Beijing on Tuesday.";
//! let block = Block { span: Span::new(0, text.len()), kind: BlockKind::Body };
//! let doc = model.analyse(text.into(), &[block]);
//! assert_eq!(doc.word(doc.head(0)), "arrived");
//! assert_eq!(doc.names()[1].kind.as_str(), "GPE");
//! # Ok::<(), entente::nlp::LoadError>(())
//! ```

mod actions;
mod analysis;
mod characters;
mod hash;
mod lemmatizer;
mod matrix;
mod mending;
mod model;
mod ner;
mod parser;
mod parts;
mod patterns;
mod ruler;
mod tok2vec;
mod tokenizer;
mod tree;
mod url;
mod words;

pub use analysis::{Raw, RawName, RawToken};
pub use mending::mended;
pub use model::Model;
pub use parts::LoadError;

/// The model that is part of the program, as `tools/convert_model.py` packs it.
const EMBEDDED: &[u8] = include_bytes!("../../data/models/en_core_web_sm/model.bin");

// Tables that spaCy has in its source; `data/models/spacy/README.md` describes them.
const SYMBOLS: &str = include_str!("../../data/models/spacy/symbols.tsv");
const BASE_NORMS: &str = include_str!("../../data/models/spacy/base_norms.tsv");
const CHARACTERS: &str = include_str!("../../data/models/spacy/characters.tsv");
