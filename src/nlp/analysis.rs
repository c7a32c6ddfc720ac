//! One analysis: blocks are cut into windows, windows go through the model in batches, and what comes out is joined.

use super::actions::Shares;
use super::matrix::{Lane, floats};
use super::model::Model;
use super::parser::State;
use super::ruler::{Outcome, Outcomes, Ruler, View};
use super::tok2vec::{Encoded, Rows};
use super::tokenizer;
use super::tree::Tree;
use super::words::{NO_ROW, Word, Words};
use crate::doc::{Doc, Name, Sentence, Tag, Token};
use crate::text::{Block, BlockKind, Span};
use serde::Serialize;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// Bytes of a block that are analysed in one piece, and tokens, should so many bytes hold more.
const WINDOW: usize = 64 << 10;
const WINDOW_TOKENS: usize = 16 << 10;

/// Tokens that are gathered before the networks run.
const BATCH: usize = 1 << 10;

/// Words, and bytes of words, that are remembered from one batch to the next.
const REMEMBERED_ROWS: usize = 1 << 12;
const REMEMBERED_BYTES: usize = 1 << 20;

/// What an analysis needs to work in, kept for the next one. What it remembers of words makes that one quicker and no
/// different.
#[derive(Debug)]
pub struct Workspace {
    words: Words,
    rows: Rows,
    ner_rows: Rows,
    token_rows: Vec<u32>,
    encoded: Encoded,
    shares: Shares,
    state: State,
    tree: Tree,
    logits: Vec<Lane>,
    tags: Vec<Tag>,
    views: Vec<View>,
    known_outcomes: Outcomes,
    window_outcomes: Vec<Outcome>,
    morphs: Vec<Arc<str>>,
    lemmas: Vec<Arc<str>>,
    batch: Batch,
}

/// Windows whose tokens are analysed together; in one array for all of them.
#[derive(Debug, Default)]
struct Batch {
    windows: Vec<Window>,
    tokens: Vec<tokenizer::Token>,
    spans: Vec<Span>,
    outcomes: Vec<Outcome>,
    /// Index of the head in the window.
    heads: Vec<u32>,
    starts_sentence: Vec<bool>,
}

#[derive(Clone, Debug)]
struct Window {
    tokens: Range<usize>,
    block: usize,
    kind: BlockKind,
}

/// What has been found so far.
#[derive(Debug, Default)]
struct Found {
    tokens: Vec<Token>,
    sentences: Vec<Sentence>,
    names: Vec<Name>,
}

/// An analysis as spaCy would print it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Raw {
    pub tokens: Vec<RawToken>,
    pub ents: Vec<RawName>,
}

/// A token with spaCy's attributes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RawToken {
    pub text: String,
    /// Whether a space follows.
    pub ws: bool,
    pub tag: &'static str,
    pub pos: &'static str,
    pub morph: String,
    pub lemma: String,
    pub head: usize,
    pub dep: &'static str,
    pub sent_start: bool,
}

/// A name from its first token to before `end`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RawName {
    pub start: usize,
    pub end: usize,
    pub label: &'static str,
}

impl Workspace {
    pub fn new(ruler: &Ruler) -> Self {
        Self {
            words: Words::default(),
            rows: Rows::default(),
            ner_rows: Rows::default(),
            token_rows: Vec::new(),
            encoded: Encoded::default(),
            shares: Shares::default(),
            state: State::default(),
            tree: Tree::default(),
            logits: Vec::new(),
            tags: Vec::new(),
            views: Vec::new(),
            known_outcomes: Outcomes::default(),
            window_outcomes: Vec::new(),
            morphs: ruler.morphs().iter().map(|morph| morph.text.as_str().into()).collect(),
            lemmas: ruler.lemmas().iter().map(|lemma| lemma.as_str().into()).collect(),
            batch: Batch::default(),
        }
    }

    /// Forgets the words when they have become too many.
    fn bound(&mut self) {
        let rows = self.rows.len().max(self.ner_rows.len());
        if rows > REMEMBERED_ROWS || self.words.bytes() > REMEMBERED_BYTES {
            self.words.clear();
            self.rows.clear();
            self.ner_rows.clear();
        }
    }
}

pub struct Analysis<'a> {
    model: &'a Model,
    work: &'a mut Workspace,
    found: Found,
}

impl<'a> Analysis<'a> {
    pub fn new(model: &'a Model, work: &'a mut Workspace) -> Self {
        work.batch.clear();
        Self { model, work, found: Found::default() }
    }

    pub fn doc(mut self, text: Arc<str>, blocks: &[Block]) -> Doc {
        for (index, block) in blocks.iter().enumerate() {
            let unwrapped = Unwrapped::new(block.span.of(&text));
            self.add_block(&unwrapped, block, index);
        }
        self.run();
        Doc::new(text, self.found.tokens, self.found.sentences, self.found.names)
    }

    pub fn raw(mut self, text: &str) -> Raw {
        let block = Block { span: Span::new(0, text.len()), kind: BlockKind::Body };
        self.add_block(&Unwrapped { text: text.into(), pairs: Vec::new() }, &block, 0);
        self.run();
        Raw::new(&Doc::new(text.into(), self.found.tokens, self.found.sentences, self.found.names))
    }

    fn add_block(&mut self, unwrapped: &Unwrapped, block: &Block, index: usize) {
        let mut rest = 0..unwrapped.text.len();
        while !rest.is_empty() {
            let end = rest.start + window_len(&unwrapped.text[rest.clone()]);
            self.add_window(unwrapped, rest.start..end, block, index);
            rest.start = end;
        }
    }

    fn add_window(&mut self, unwrapped: &Unwrapped, bytes: Range<usize>, block: &Block, index: usize) {
        let Batch { windows, tokens, spans, .. } = &mut self.work.batch;
        let first = tokens.len();
        let (model, words) = (self.model, &mut self.work.words);
        model.tokenizer.tokenize(&unwrapped.text[bytes.clone()], model.knowledge(), words, tokens);
        let place = |byte: usize| block.span.start + unwrapped.place(bytes.start + byte);
        spans.extend(tokens[first..].iter().map(|t| Span::new(place(t.range().start), place(t.range().end))));
        for start in (first..tokens.len()).step_by(WINDOW_TOKENS) {
            let tokens = start..tokens.len().min(start + WINDOW_TOKENS);
            windows.push(Window { tokens, block: index, kind: block.kind });
        }
        if tokens.len() >= BATCH {
            self.run();
        }
    }

    /// Takes the batch through the model.
    fn run(&mut self) {
        let texts: Vec<Range<usize>> = self.work.batch.windows.iter().map(|window| window.tokens.clone()).collect();
        self.encode(&texts);
        self.tag();
        for text in &texts {
            self.parse(text.clone());
        }
        self.encode_for_names(&texts);
        for window in std::mem::take(&mut self.work.batch.windows) {
            self.take(window);
        }
        self.work.batch.clear();
        self.work.bound();
    }

    fn encode(&mut self, texts: &[Range<usize>]) {
        let Workspace { words, rows, token_rows, encoded, batch, .. } = &mut *self.work;
        let network = &self.model.tok2vec;
        choose_rows(
            &batch.tokens,
            words,
            rows,
            token_rows,
            |token| usize::from(token.space),
            |words, rows| {
                network.add_rows(words, rows);
            },
        );
        network.encode(rows, token_rows, texts, encoded);
    }

    fn encode_for_names(&mut self, texts: &[Range<usize>]) {
        let Workspace { words, ner_rows, token_rows, encoded, batch, .. } = &mut *self.work;
        let network = &self.model.ner_tok2vec;
        let place = |token: &tokenizer::Token| 2 + usize::from(token.space && network.sees_space());
        choose_rows(&batch.tokens, words, ner_rows, token_rows, place, |words, rows| network.add_rows(words, rows));
        network.encode(ner_rows, token_rows, texts, encoded);
    }

    fn tag(&mut self) {
        let Workspace { encoded, logits, tags, .. } = &mut *self.work;
        let layer = &self.model.tagger;
        logits.resize(encoded.token_starts().len() * layer.width(), Lane::default());
        layer.apply(self.model.level, encoded.vectors(), encoded.token_starts(), logits);
        tags.clear();
        tags.extend(logits.chunks_exact(layer.width()).map(|row| self.model.tags[first_greatest(floats(row))]));
    }

    /// Parses a text and applies the attribute rules.
    fn parse(&mut self, text: Range<usize>) {
        let Workspace {
            words, encoded, shares, state, tree, tags, views, known_outcomes, window_outcomes, batch, ..
        } = &mut *self.work;
        let word = |i: usize| words.get(batch.tokens[text.start + i].word);
        let parser = &self.model.parser;
        parser.model().share(encoded, text.clone(), shares);
        parser.parse(shares, text.len(), |i| word(i).is_space, state, tree);
        views.clear();
        views.extend((0..text.len()).map(|i| View {
            tag: tags[text.start + i],
            dep: tree.deps[i],
            form: word(i).form,
            is_space: word(i).is_space,
        }));
        self.model.ruler.apply(views, known_outcomes, window_outcomes);
        batch.outcomes.extend_from_slice(window_outcomes);
        batch.heads.extend_from_slice(&tree.heads);
        batch.starts_sentence.extend_from_slice(&tree.starts_sentence);
    }

    /// Finds the names of a window and takes all that is known of it over into the result.
    fn take(&mut self, window: Window) {
        let first = self.found.tokens.len();
        self.find_names(&window, first);
        self.take_tokens(&window, first);
        self.take_sentences(&window, first);
    }

    fn find_names(&mut self, window: &Window, first: usize) {
        let Workspace { words, encoded, shares, batch, .. } = &mut *self.work;
        let text = window.tokens.clone();
        let ner = &self.model.ner;
        ner.model().share(encoded, text.clone(), shares);
        let is_space = |i: usize| words.get(batch.tokens[text.start + i].word).is_space;
        ner.find(shares, &batch.starts_sentence[text.clone()], is_space, |name| {
            let tokens = first + name.tokens.start..first + name.tokens.end;
            self.found.names.push(Name { tokens, ..name });
        });
    }

    fn take_tokens(&mut self, window: &Window, first: usize) {
        let Workspace { words, batch, morphs, lemmas, .. } = &mut *self.work;
        for i in window.tokens.clone() {
            let outcome = batch.outcomes[i];
            let word = words.get_mut(batch.tokens[i].word);
            let lemma = match outcome.lemma {
                Some(lemma) => lemmas[lemma as usize].clone(),
                None => self.model.lemma(word, &outcome),
            };
            self.found.tokens.push(Token {
                span: batch.spans[i],
                space: batch.tokens[i].space,
                tag: outcome.tag,
                pos: outcome.pos,
                dep: outcome.dep,
                head: first + batch.heads[i] as usize,
                lemma,
                morph: morphs[outcome.morph as usize].clone(),
                sentence: 0,
            });
        }
    }

    /// Adds the sentences of a window, which are the last tokens found.
    fn take_sentences(&mut self, window: &Window, first: usize) {
        let Found { tokens, sentences, .. } = &mut self.found;
        let batch = &self.work.batch;
        let is_space = |i: usize| self.work.words.get(batch.tokens[window.tokens.start + i - first].word).is_space;
        let starts =
            sentence_starts(&batch.starts_sentence[window.tokens.clone()], &batch.heads[window.tokens.clone()]);
        for (i, &start) in starts.iter().enumerate() {
            let end = starts.get(i + 1).copied().unwrap_or(window.tokens.len());
            let range = first + start..first + end;
            for token in &mut tokens[range.clone()] {
                token.sentence = sentences.len();
            }
            let visible = |i: &usize| !is_space(*i);
            let from = range.clone().find(visible).unwrap_or(range.start);
            let to = range.clone().rev().find(visible).unwrap_or(range.end - 1);
            let span = Span::new(tokens[from].span.start, tokens[to].span.end);
            sentences.push(Sentence { tokens: range, span, kind: window.kind, block: window.block });
        }
    }
}

impl Batch {
    fn clear(&mut self) {
        self.windows.clear();
        self.tokens.clear();
        self.spans.clear();
        self.outcomes.clear();
        self.heads.clear();
        self.starts_sentence.clear();
    }
}

/// Finds for each token the row of its word, of those that `place` says; rows that lack are added.
fn choose_rows(
    tokens: &[tokenizer::Token],
    words: &mut Words,
    rows: &mut Rows,
    token_rows: &mut Vec<u32>,
    place: impl Fn(&tokenizer::Token) -> usize,
    add: impl FnOnce(&[(&Word, bool)], &mut Rows),
) {
    let mut new = Vec::new();
    token_rows.clear();
    for token in tokens {
        let row = &mut words.get_mut(token.word).rows[place(token)];
        if *row == NO_ROW {
            *row = (rows.len() + new.len()) as u32;
            new.push((token.word, token.space));
        }
        token_rows.push(*row);
    }
    if !new.is_empty() {
        let new: Vec<(&Word, bool)> = new.into_iter().map(|(word, space)| (words.get(word), space)).collect();
        add(&new, rows);
    }
}

/// Where sentences start: as marked, but at no place that would part a token from its head. The first token always starts one.
fn sentence_starts(marked: &[bool], heads: &[u32]) -> Vec<usize> {
    // How many arcs go over the place before each token.
    let mut arcs = vec![0i32; marked.len() + 1];
    for (child, &head) in heads.iter().enumerate() {
        let (left, right) = (child.min(head as usize), child.max(head as usize));
        arcs[left + 1] += 1;
        arcs[right + 1] -= 1;
    }
    let mut open = 0;
    let mut starts = Vec::new();
    for (i, &marked) in marked.iter().enumerate() {
        open += arcs[i];
        if i == 0 || (marked && open == 0) {
            starts.push(i);
        }
    }
    starts
}

fn first_greatest(values: &[f32]) -> usize {
    let mut best = 0;
    for (i, &value) in values.iter().enumerate() {
        if value > values[best] {
            best = i;
        }
    }
    best
}

/// Length of the part of a text that is analysed in one piece: all of it, if it is not long; else to the last sentence end in
/// its second half, or the last whitespace there, or to any character.
fn window_len(text: &str) -> usize {
    if text.len() <= WINDOW {
        return text.len();
    }
    let cut = |wanted: &dyn Fn(char, char) -> bool| {
        let window = &text[..text.floor_char_boundary(WINDOW)];
        let mut after: Option<char> = None;
        for (i, c) in window.char_indices().rev() {
            if i < WINDOW / 2 {
                break;
            }
            if let Some(next) = after
                && wanted(c, next)
            {
                return Some(i + c.len_utf8() + next.len_utf8());
            }
            after = Some(c);
        }
        None
    };
    let is_end = |c: char, next: char| next.is_whitespace() && (".!?\u{2026}".contains(c) || c == '\n' || next == '\n');
    cut(&is_end).or_else(|| cut(&|_, next| next.is_whitespace())).unwrap_or_else(|| text.floor_char_boundary(WINDOW))
}

/// A block with its line breaks as spaces.
struct Unwrapped<'a> {
    text: Cow<'a, str>,
    /// Where a space stands for two bytes: places in `text`.
    pairs: Vec<usize>,
}

impl<'a> Unwrapped<'a> {
    fn new(block: &'a str) -> Self {
        if !block.contains('\n') {
            return Self { text: block.into(), pairs: Vec::new() };
        }
        let mut pairs = Vec::new();
        let mut text = String::with_capacity(block.len());
        for line in block.split_inclusive('\n') {
            let content = line.strip_suffix('\n').unwrap_or(line);
            let inner = content.strip_suffix('\r').unwrap_or(content);
            if content.len() == line.len() {
                text.push_str(line);
                continue;
            }
            text.push_str(inner);
            if inner.len() < content.len() {
                pairs.push(text.len());
            }
            text.push(' ');
        }
        Self { text: text.into(), pairs }
    }

    /// The byte of the block from which a byte of `text` comes.
    fn place(&self, byte: usize) -> usize {
        byte + self.pairs.partition_point(|&pair| pair < byte)
    }
}

impl Raw {
    fn new(doc: &Doc) -> Self {
        let token = |(i, token): (usize, &Token)| RawToken {
            text: doc.word(i).to_owned(),
            ws: token.space,
            tag: token.tag.as_str(),
            pos: token.pos.as_str(),
            morph: token.morph.to_string(),
            lemma: token.lemma.to_string(),
            head: token.head,
            dep: token.dep.as_str(),
            sent_start: doc.sentences()[token.sentence].tokens.start == i,
        };
        let name = |name: &Name| RawName { start: name.tokens.start, end: name.tokens.end, label: name.kind.as_str() };
        Self {
            tokens: doc.tokens().iter().enumerate().map(token).collect(),
            ents: doc.names().iter().map(name).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doc::NameType;

    const SENTENCE: &str = "Kim arrived in Beijing on Tuesday.";

    fn model() -> Model {
        Model::embedded().unwrap()
    }

    fn block(start: usize, end: usize) -> Block {
        Block { span: Span::new(start, end), kind: BlockKind::Body }
    }

    fn doc(model: &Model, text: &str) -> Doc {
        model.analyse(text.into(), &[block(0, text.len())])
    }

    /// Our weights are kept in 16 bits, the numbers we compare with were had from 32.
    fn assert_near(ours: &[f32], theirs: &[f32]) {
        let near = ours.iter().zip(theirs).all(|(a, b)| (a - b).abs() < 0.003);
        assert!(near && ours.len() >= theirs.len(), "{ours:?} instead of {theirs:?}");
    }

    #[test]
    fn numbers_inside_the_networks_are_those_of_spacy() {
        let model = model();
        let mut work = Workspace::new(&model.ruler);
        let mut analysis = Analysis::new(&model, &mut work);
        let Batch { tokens, windows, .. } = &mut analysis.work.batch;
        model.tokenizer.tokenize(SENTENCE, model.knowledge(), &mut analysis.work.words, tokens);
        windows.push(Window { tokens: 0..7, block: 0, kind: BlockKind::Body });
        assert_eq!(tokens.len(), 7);
        let kim = analysis.work.words.get(tokens[0].word);
        let ids = [kim.norm, kim.prefix, kim.suffix, kim.shape];
        assert_eq!(ids, [5232473079151956743, 8656007278630577320, 18334181510072437471, 18200729499220207786]);
        let stop = analysis.work.words.get(tokens[6].word);
        assert_eq!([stop.norm, stop.prefix, stop.suffix, stop.shape], [12646065887601541794; 4]);

        let texts = std::slice::from_ref(&(0..7_usize));
        analysis.encode(texts);
        assert_near(analysis.work.encoded.vector(0), &[-0.81075, -1.05483, 0.28202, 0.54491, 0.65522, -0.35734]);
        model.parser.model().share(&analysis.work.encoded, 0..7, &mut analysis.work.shares);
        assert_near(&model.parser.first_scores(&analysis.work.shares, 7), &[15.1052, -1.72857]);

        analysis.encode_for_names(texts);
        assert_near(analysis.work.encoded.vector(0), &[-1.11178, -1.51121, -2.28594, 2.29424, 1.99990, 2.01813]);
        model.ner.model().share(&analysis.work.encoded, 0..7, &mut analysis.work.shares);
        let scores = ["U-PERSON", "O", "U-ORG"].map(|name| model.ner.first_score(&analysis.work.shares, name));
        assert_near(&scores, &[13.2864, 4.9685, 3.5946]);
    }

    #[test]
    fn a_sentence_is_analysed_as_by_spacy() {
        let doc = doc(&model(), SENTENCE);
        let tags: Vec<_> = doc.tokens().iter().map(|t| t.tag.as_str()).collect();
        assert_eq!(tags, ["NNP", "VBD", "IN", "NNP", "IN", "NNP", "."]);
        let heads: Vec<_> = doc.tokens().iter().map(|t| t.head).collect();
        assert_eq!(heads, [1, 1, 1, 2, 1, 4, 1]);
        let deps: Vec<_> = doc.tokens().iter().map(|t| t.dep.as_str()).collect();
        assert_eq!(deps, ["nsubj", "ROOT", "prep", "pobj", "prep", "pobj", "punct"]);
        let names: Vec<_> = doc.names().iter().map(|n| (n.tokens.clone(), n.kind)).collect();
        assert_eq!(names, [(0..1, NameType::Person), (3..4, NameType::Gpe), (5..6, NameType::Date)]);
        assert_eq!(doc.lemma(1), "arrive");
    }

    #[test]
    fn blocks_stand_by_themselves_and_keep_their_offsets() {
        let text = "Leaders meet\n\nThe leaders of both\r\ncountries met\non Monday. They agreed.";
        let second = text.find("The leaders").unwrap();
        let doc = model().analyse(text.into(), &[block(0, 12), block(second, text.len())]);
        let sentences: Vec<_> = doc.sentences().iter().map(|s| (s.block, s.span.of(text))).collect();
        assert_eq!(
            sentences,
            [(0, "Leaders meet"), (1, "The leaders of both\r\ncountries met\non Monday."), (1, "They agreed.")]
        );
        let words: Vec<_> = (0..doc.tokens().len()).map(|i| doc.word(i)).collect();
        assert_eq!(words[4..10], ["of", "both", "countries", "met", "on", "Monday"]);
        assert!(doc.tokens().iter().all(|t| doc.sentences()[t.sentence].tokens.contains(&t.head)));
    }

    #[test]
    fn a_wrapped_paragraph_reads_as_an_unwrapped_one() {
        let model = model();
        let wrapped = "The president of the United\nStates met, for the first\r\ntime,\nKim Jong Un in Singapore.";
        let plain = wrapped.replace("\r\n", " ").replace('\n', " ");
        let strip = |doc: &Doc| {
            doc.tokens().iter().map(|t| (t.space, t.tag, t.dep, t.head, t.lemma.clone())).collect::<Vec<_>>()
        };
        let (a, b) = (doc(&model, wrapped), doc(&model, &plain));
        assert_eq!((strip(&a), a.names()), (strip(&b), b.names()));
    }

    #[test]
    fn what_was_analysed_before_or_with_a_text_makes_no_difference() {
        let model = model();
        let text = "China's foreign minister rejected the U.S. claim -- \"totally groundless\" -- in Bali on Friday.";
        let first = format!("{:?}", doc(&model, text));
        let many = format!("{text}\n{}", "Seoul and Tokyo signed a pact worth $2.5bn.\n".repeat(300));
        let blocks: Vec<Block> = many
            .lines()
            .map(|line| line.as_ptr() as usize - many.as_ptr() as usize)
            .zip(many.lines())
            .map(|(start, line)| block(start, start + line.len()))
            .collect();
        let together = model.analyse(many.as_str().into(), &blocks);
        let alone = doc(&model, text);
        assert_eq!(format!("{alone:?}"), first);
        let count = alone.tokens().len();
        assert_eq!(format!("{:?}", together.tokens()[..count].to_vec()), format!("{:?}", alone.tokens()));
    }

    #[test]
    fn enormous_blocks_are_cut_where_a_sentence_ends() {
        let line = "Officials said the talks in Geneva would go on. ".repeat(3000);
        let doc = doc(&model(), &line);
        assert_eq!(doc.sentences().len(), 3000);
        assert!(doc.sentences().iter().all(|s| s.span.of(&line) == "Officials said the talks in Geneva would go on."));
    }

    #[test]
    fn windows_end_at_a_sentence_at_whitespace_or_anywhere() {
        let filled = |unit: &str| unit.repeat(2 * WINDOW / unit.len());
        for (text, end) in [("word. word ", "word. "), ("word ", "word "), ("é", "é")] {
            let text = filled(text);
            let len = window_len(&text);
            assert!(len <= WINDOW && len > WINDOW - 20 && text[..len].ends_with(end), "{end}");
        }
        assert_eq!(window_len("short. text"), 11);
    }

    #[test]
    fn any_text_has_an_answer() {
        let model = model();
        let texts = [
            "",
            " ",
            "\n",
            "\u{1c}\u{85}\u{a0}",
            "\0",
            "\u{200b}\u{feff}",
            "é\u{301}",
            "((((((((",
            "....",
            "a@b@c.d",
            "\r\n\r\n x",
        ];
        for text in texts {
            let doc = doc(&model, text);
            let back: String = doc.tokens().iter().map(|t| t.span.of(text)).collect();
            assert_eq!(back.replace([' ', '\n', '\r'], ""), text.replace([' ', '\n', '\r'], ""), "{text:?}");
        }
    }
}
