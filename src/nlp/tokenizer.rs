//! Splits a text into tokens as spaCy's tokeniser does: at whitespace, then by exceptions, prefixes, suffixes and infixes.

use super::characters::Characters;
use super::hash::{QuickMap, StringIds};
use super::parts::{LoadError, Parts, TokenizerRules};
use super::patterns::Pattern;
use super::url::Url;
use super::words::{Knowledge, Words};
use std::collections::HashMap;
use std::ops::Range;

#[derive(Debug)]
pub struct Tokenizer {
    prefix: Pattern,
    suffix: Pattern,
    infix: Pattern,
    url: Url,
    /// For each word that has tokens of its own, where they are in `exception_tokens`.
    exceptions: HashMap<Box<str>, Range<usize>>,
    exception_tokens: Vec<ExceptionToken>,
    /// Length in bytes of the longest exception.
    longest: usize,
    /// The sequences into which the rules would split exceptions, as a tree: from a node, by id of word, to a node.
    sequences: QuickMap<(u32, u64), u32>,
    /// Whether a sequence ends at a node.
    ends: Vec<bool>,
}

#[derive(Debug)]
struct ExceptionToken {
    len: usize,
    norm: Option<Box<str>>,
}

/// A token of a text.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    pub word: u32,
    /// Bytes before it in the text.
    pub start: u32,
    pub len: u32,
    /// Whether one space follows.
    pub space: bool,
}

impl Token {
    pub fn range(&self) -> Range<usize> {
        self.start as usize..(self.start + self.len) as usize
    }
}

/// A stretch of text in parts, and room for working that out.
#[derive(Debug, Default)]
pub struct Split {
    pub parts: Vec<Part>,
    chars: Vec<char>,
    /// Byte at which each character begins, and the text's length.
    offsets: Vec<usize>,
    suffixes: Vec<Range<usize>>,
    infixes: Vec<(usize, usize)>,
}

#[derive(Debug)]
pub struct Part {
    /// Bytes of the stretch.
    pub range: Range<usize>,
    /// Where the norm is found that an exception gives.
    pub norm: Option<usize>,
}

/// First node of the tree of sequences.
const ROOT: u32 = 0;

impl Tokenizer {
    pub fn new(parts: &Parts, classes: &Characters, ids: &StringIds) -> Result<Self, LoadError> {
        let rules = &parts.tokenizer;
        let error = |place: &str, reason: String| parts.error(format!("tokenizer {place}"), reason);
        let pattern = |place: &str, source: &str| Pattern::parse(source).map_err(|reason| error(place, reason));
        if rules.token_match.is_some() || !rules.faster_heuristics {
            return Err(error("token_match, faster_heuristics", "values of another language than English".to_owned()));
        }
        let mut tokenizer = Self {
            prefix: pattern("prefix_search", &rules.prefix_search)?,
            suffix: pattern("suffix_search", &rules.suffix_search)?,
            infix: pattern("infix_finditer", &rules.infix_finditer)?,
            url: Url::parse(&rules.url_match).map_err(|reason| error("url_match", reason))?,
            exceptions: HashMap::new(),
            exception_tokens: Vec::new(),
            longest: rules.exceptions.keys().map(String::len).max().unwrap_or(0),
            sequences: QuickMap::default(),
            ends: vec![false],
        };
        tokenizer.add_exceptions(rules).map_err(|reason| error("exceptions", reason))?;
        tokenizer.add_sequences(classes, ids);
        Ok(tokenizer)
    }

    fn add_exceptions(&mut self, rules: &TokenizerRules) -> Result<(), String> {
        for (text, tokens) in &rules.exceptions {
            if tokens.iter().map(|(orth, _)| orth.as_str()).collect::<String>() != *text {
                return Err(format!("the tokens of `{text}` do not make it up"));
            }
            let start = self.exception_tokens.len();
            let token = |(orth, norm): &(String, Option<String>)| ExceptionToken {
                len: orth.len(),
                norm: norm.as_deref().map(Into::into),
            };
            self.exception_tokens.extend(tokens.iter().map(token));
            self.exceptions.insert(text.as_str().into(), start..self.exception_tokens.len());
        }
        Ok(())
    }

    /// An exception in which a prefix, suffix or infix is found may be split before it is seen as a whole; its sequence is
    /// looked for afterwards.
    fn add_sequences(&mut self, classes: &Characters, ids: &StringIds) {
        let touched = self.exceptions.keys().filter(|text| self.is_touched_by_rules(text));
        let sequences: Vec<Vec<u64>> = touched.map(|text| self.sequence(text, classes, ids)).collect();
        for sequence in sequences {
            let mut node = ROOT;
            for word in sequence {
                let next = self.ends.len() as u32;
                node = *self.sequences.entry((node, word)).or_insert(next);
                if node == next {
                    self.ends.push(false);
                }
            }
            self.ends[node as usize] = true;
        }
    }

    fn is_touched_by_rules(&self, text: &str) -> bool {
        let chars: Vec<char> = text.chars().collect();
        let mut infixes = Vec::new();
        self.infix.find_all(&chars, &mut infixes);
        self.prefix.prefix(&chars) > 0 || !infixes.is_empty() || self.suffix.suffix(&chars) > 0 || text.contains(' ')
    }

    /// Ids of the words into which a text falls without exceptions.
    fn sequence(&self, text: &str, classes: &Characters, ids: &StringIds) -> Vec<u64> {
        let mut sequence = Vec::new();
        let mut split = Split::default();
        for_each_stretch(text, classes, |range, _| {
            let stretch = &text[range];
            self.split(stretch, false, classes, &mut split);
            sequence.extend(split.parts.iter().map(|part| ids.id(&stretch[part.range.clone()])));
        });
        sequence
    }

    /// Whether a sequence that an exception may have been split into begins with the word.
    pub fn begins_exception(&self, orth: u64) -> bool {
        self.sequences.contains_key(&(ROOT, orth))
    }

    /// The norm at a place that a part names.
    pub fn norm(&self, place: usize) -> Option<&str> {
        self.exception_tokens[place].norm.as_deref()
    }

    /// Puts the tokens of a text behind those in `tokens`.
    pub fn tokenize(&self, text: &str, knowledge: Knowledge, words: &mut Words, tokens: &mut Vec<Token>) {
        let first = tokens.len();
        for_each_stretch(text, &knowledge.lexicon.classes, |range, space| {
            let mut start = range.start as u32;
            for piece in words.stretch(&text[range], knowledge) {
                let piece = words.piece(piece);
                tokens.push(Token { word: piece.word, start, len: piece.len, space: false });
                start += piece.len;
            }
            if let Some(last) = tokens[first..].last_mut() {
                last.space = space;
            }
        });
        if tokens[first..].iter().any(|token| words.get(token.word).begins_exception) {
            self.restore_exceptions(text, first, knowledge, words, tokens);
        }
    }

    /// Puts back together what the rules have split although it is an exception. Longer ones go first, then earlier ones;
    /// one whose first or last token is taken already gives way.
    fn restore_exceptions(
        &self,
        text: &str,
        first: usize,
        knowledge: Knowledge,
        words: &mut Words,
        tokens: &mut Vec<Token>,
    ) {
        let chosen = self.chosen_sequences(&tokens[first..], words);
        if chosen.is_empty() {
            return;
        }
        let old = tokens.split_off(first);
        let mut next = 0;
        for range in chosen {
            tokens.extend_from_slice(&old[next..range.start]);
            next = range.end;
            let last = old[range.end - 1];
            let bytes = old[range.start].start as usize..last.range().end;
            match self.exceptions.get(&text[bytes.clone()]) {
                None => tokens.extend_from_slice(&old[range]),
                Some(exception) => {
                    self.push_exception(exception, &text[bytes.clone()], bytes.start, knowledge, words, tokens)
                }
            }
            if let Some(token) = tokens.last_mut() {
                token.space = last.space;
            }
        }
        tokens.extend_from_slice(&old[next..]);
    }

    fn push_exception(
        &self,
        exception: &Range<usize>,
        text: &str,
        start: usize,
        knowledge: Knowledge,
        words: &mut Words,
        tokens: &mut Vec<Token>,
    ) {
        let mut at = 0;
        for token in &self.exception_tokens[exception.clone()] {
            let word = words.word(&text[at..at + token.len], token.norm.as_deref(), knowledge);
            tokens.push(Token { word, start: (start + at) as u32, len: token.len as u32, space: false });
            at += token.len;
        }
    }

    /// The sequences of exceptions in a text that are not covered by others, in order.
    fn chosen_sequences(&self, tokens: &[Token], words: &Words) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        for start in (0..tokens.len()).filter(|&i| words.get(tokens[i].word).begins_exception) {
            let mut node = ROOT;
            for (end, token) in tokens.iter().enumerate().skip(start) {
                let Some(&next) = self.sequences.get(&(node, words.get(token.word).orth)) else { break };
                node = next;
                if self.ends[node as usize] {
                    found.push(start..end + 1);
                }
            }
        }
        found.sort_by_key(|range| (std::cmp::Reverse(range.len()), range.start));
        let mut covered = vec![false; if found.is_empty() { 0 } else { tokens.len() }];
        let mut chosen = Vec::new();
        for range in found {
            if !covered[range.start] && !covered[range.end - 1] {
                chosen.push(range.clone());
            }
            covered[range].fill(true);
        }
        chosen.sort_by_key(|range| range.start);
        chosen
    }

    /// Splits a stretch of text that holds no space, or space alone.
    pub fn split(&self, text: &str, with_exceptions: bool, classes: &Characters, split: &mut Split) {
        let Split { parts, chars, offsets, suffixes, infixes } = split;
        parts.clear();
        chars.clear();
        chars.extend(text.chars());
        offsets.clear();
        offsets.extend(text.char_indices().map(|(i, _)| i).chain([text.len()]));
        suffixes.clear();
        let bytes = |chars: Range<usize>| offsets[chars.start]..offsets[chars.end];
        let exception = |chars: Range<usize>| {
            let text = &text[bytes(chars)];
            if with_exceptions && text.len() <= self.longest { self.exceptions.get(text) } else { None }
        };
        let plain = |chars: Range<usize>| Part { range: bytes(chars), norm: None };

        let rest = self.strip(chars, |range| exception(range).is_some(), |prefix| parts.push(plain(prefix)), suffixes);
        if rest.is_empty() {
        } else if let Some(tokens) = exception(rest.clone()) {
            let mut start = offsets[rest.start];
            for place in tokens.clone() {
                let end = start + self.exception_tokens[place].len;
                parts.push(Part { range: start..end, norm: Some(place) });
                start = end;
            }
        } else if self.url.matches(&chars[rest.clone()], classes) {
            parts.push(plain(rest));
        } else {
            infixes.clear();
            self.infix.find_all(&chars[rest.clone()], infixes);
            let mut start = rest.start;
            // A match at the very start stays with what follows it.
            for (from, to) in
                infixes.iter().filter(|(from, _)| *from > 0).map(|(a, b)| (rest.start + a, rest.start + b))
            {
                if from > start {
                    parts.push(plain(start..from));
                }
                parts.push(plain(from..to));
                start = to;
            }
            if start < rest.end {
                parts.push(plain(start..rest.end));
            }
        }
        parts.extend(suffixes.drain(..).rev().map(plain));
    }

    /// Takes prefixes and suffixes off until there are none or an exception is left, and returns what is left.
    fn strip(
        &self,
        chars: &[char],
        is_exception: impl Fn(Range<usize>) -> bool,
        mut prefix: impl FnMut(Range<usize>),
        suffixes: &mut Vec<Range<usize>>,
    ) -> Range<usize> {
        let mut rest = 0..chars.len();
        let mut last_len = 0;
        while !rest.is_empty() && rest.len() != last_len && !is_exception(rest.clone()) {
            last_len = rest.len();
            let front = rest.start + self.prefix.prefix(&chars[rest.clone()]);
            if front > rest.start && front < rest.end && is_exception(front..rest.end) {
                prefix(rest.start..front);
                return front..rest.end;
            }
            let back = rest.end - self.suffix.suffix(&chars[front..rest.end]);
            if back < rest.end && back > rest.start && is_exception(rest.start..back) {
                suffixes.push(back..rest.end);
                return rest.start..back;
            }
            if front > rest.start {
                prefix(rest.start..front);
            }
            if back < rest.end {
                suffixes.push(back..rest.end);
            }
            rest = front..back;
        }
        rest
    }
}

/// Calls back for each run of whitespace or of other characters, with its bytes and whether a space follows it. That
/// space belongs to neither run.
fn for_each_stretch(text: &str, classes: &Characters, mut take: impl FnMut(Range<usize>, bool)) {
    let mut start = 0;
    let mut in_space = text.chars().next().is_some_and(|c| classes.space.contains(c));
    for (i, c) in text.char_indices() {
        if classes.space.contains(c) == in_space {
            continue;
        }
        if start < i {
            take(start..i, c == ' ');
        }
        start = if c == ' ' { i + 1 } else { i };
        in_space = !in_space;
    }
    if start < text.len() {
        take(start..text.len(), false);
    }
}
