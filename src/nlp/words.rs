//! What the model knows of a word from its letters alone, worked out once for each word.

use super::characters::Characters;
use super::hash::{QuickMap, StringIds};
use super::lemmatizer::Lemmas;
use super::parts::Parts;
use super::ruler::Ruler;
use super::tokenizer::{Split, Tokenizer};
use super::{BASE_NORMS, CHARACTERS, SYMBOLS};
use std::collections::HashMap;
use std::ops::Range;

/// The tables by which a word's features are found.
#[derive(Debug)]
pub struct Lexicon {
    pub ids: StringIds,
    pub classes: Characters,
    /// Id of the norm, by id of the word.
    norms: QuickMap<u64, u64>,
    base_norms: HashMap<&'static str, &'static str>,
}

/// A word with its features.
#[derive(Debug)]
pub struct Word {
    pub text: Box<str>,
    pub orth: u64,
    pub norm: u64,
    pub prefix: u64,
    pub suffix: u64,
    pub shape: u64,
    pub is_space: bool,
    /// Whether an exception of the tokeniser may begin here.
    pub begins_exception: bool,
    /// What the attribute ruler sees of the word.
    pub form: u16,
    /// Rows of what the networks make of the word: without and with a space after it, then the same for names.
    pub rows: [u32; 4],
    pub lemmas: Lemmas,
}

/// No row has been worked out.
pub const NO_ROW: u32 = u32::MAX;

impl Lexicon {
    pub fn new(parts: &Parts) -> Self {
        let ids = StringIds::new(SYMBOLS);
        Self {
            norms: parts.norms.iter().map(|(word, norm)| (*word, ids.id(norm))).collect(),
            base_norms: BASE_NORMS.lines().filter_map(|line| line.split_once('\t')).collect(),
            classes: Characters::new(CHARACTERS),
            ids,
        }
    }

    /// Id of a word's norm, if the tokeniser gives it none.
    fn norm(&self, text: &str, orth: u64, lower: &str) -> u64 {
        if let Some(&norm) = self.norms.get(&orth) {
            return norm;
        }
        self.ids.id(self.base_norms.get(text).copied().unwrap_or(lower))
    }

    /// The outline of a word: `Xxxx` for Kim's, `dddd` for a year. Runs are cut to four, long words have none.
    fn shape(&self, text: &str) -> String {
        const LONG: usize = 100;
        if text.chars().nth(LONG - 1).is_some() {
            return "LONG".to_owned();
        }
        let mut shape = String::new();
        let (mut last, mut run) = (None, 0);
        for c in text.chars() {
            let outline = self.outline(c);
            run = if last == Some(outline) { run + 1 } else { 0 };
            last = Some(outline);
            if run < 4 {
                shape.push(outline);
            }
        }
        shape
    }

    fn outline(&self, c: char) -> char {
        match () {
            () if self.classes.alpha.contains(c) && self.classes.upper.contains(c) => 'X',
            () if self.classes.alpha.contains(c) => 'x',
            () if self.classes.digit.contains(c) => 'd',
            () => c,
        }
    }

    fn word(&self, text: &str, norm: Option<&str>, orth: u64, tokenizer: &Tokenizer, ruler: &Ruler) -> Word {
        let lower = text.to_lowercase();
        let first = text.chars().next().map_or(0, char::len_utf8);
        let last = text.char_indices().rev().nth(2).map_or(0, |(i, _)| i);
        Word {
            orth,
            norm: norm.map_or_else(|| self.norm(text, orth, &lower), |norm| self.ids.id(norm)),
            prefix: self.ids.id(&text[..first]),
            suffix: self.ids.id(&text[last..]),
            shape: self.ids.id(&self.shape(text)),
            is_space: self.classes.is_space(text),
            begins_exception: tokenizer.begins_exception(orth),
            form: ruler.form(&lower),
            rows: [NO_ROW; 4],
            lemmas: Lemmas::default(),
            text: text.into(),
        }
    }
}

/// The words met so far, and how stretches of text fall into them.
#[derive(Debug, Default)]
pub struct Words {
    words: Vec<Word>,
    /// By ids of word and norm.
    by_id: QuickMap<(u64, u64), u32>,
    /// For stretches of text without space, or of space alone, their words in `pieces`.
    stretches: QuickMap<Box<str>, (u32, u32)>,
    pieces: Vec<Piece>,
    split: Split,
    bytes: usize,
}

/// A word inside a stretch of text.
#[derive(Clone, Copy, Debug)]
pub struct Piece {
    pub word: u32,
    /// Length in bytes.
    pub len: u32,
}

/// The tables a new word needs.
#[derive(Clone, Copy)]
pub struct Knowledge<'a> {
    pub lexicon: &'a Lexicon,
    pub tokenizer: &'a Tokenizer,
    pub ruler: &'a Ruler,
}

impl Words {
    /// Bytes of text that are kept, for bounding the memory.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }

    pub fn get(&self, word: u32) -> &Word {
        &self.words[word as usize]
    }

    pub fn get_mut(&mut self, word: u32) -> &mut Word {
        &mut self.words[word as usize]
    }

    /// How a stretch of text falls into words, by its place among the pieces.
    pub fn stretch(&mut self, text: &str, knowledge: Knowledge) -> Range<usize> {
        if let Some(&(start, end)) = self.stretches.get(text) {
            return start as usize..end as usize;
        }
        let start = self.pieces.len();
        let mut split = std::mem::take(&mut self.split);
        knowledge.tokenizer.split(text, true, &knowledge.lexicon.classes, &mut split);
        for part in &split.parts {
            let norm = part.norm.and_then(|place| knowledge.tokenizer.norm(place));
            let word = self.word(&text[part.range.clone()], norm, knowledge);
            self.pieces.push(Piece { word, len: part.range.len() as u32 });
        }
        self.split = split;
        self.bytes += text.len();
        self.stretches.insert(text.into(), (start as u32, self.pieces.len() as u32));
        start..self.pieces.len()
    }

    pub fn piece(&self, index: usize) -> Piece {
        self.pieces[index]
    }

    /// The word with this text, and with this norm if the tokeniser gives one.
    pub fn word(&mut self, text: &str, norm: Option<&str>, knowledge: Knowledge) -> u32 {
        let ids = &knowledge.lexicon.ids;
        let orth = ids.id(text);
        let key = (orth, norm.map_or(0, |norm| ids.id(norm)));
        if let Some(&word) = self.by_id.get(&key)
            && *self.words[word as usize].text == *text
        {
            return word;
        }
        let new = self.words.len() as u32;
        self.words.push(knowledge.lexicon.word(text, norm, orth, knowledge.tokenizer, knowledge.ruler));
        self.bytes += text.len();
        self.by_id.insert(key, new);
        new
    }
}
