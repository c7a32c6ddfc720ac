//! Where the two given parties stand in the text, and what lies between them on the tree.

use crate::article::Parties;
use crate::doc::{Doc, Pos};
use crate::text::Span;
use std::ops::Range;

/// The parties as they were found in an analysed text.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    /// Tokens of the actor; none when the text does not have its words.
    pub actor: Option<Range<usize>>,
    pub recipient: Option<Range<usize>>,
    /// Tokens of the sentence that tells the event.
    pub sentence: Range<usize>,
    /// From the actor's head to the recipient's, both included; up to the main verb where one of them is not there.
    pub path: Vec<usize>,
}

impl Scene {
    /// Finds the places of both parties that stand nearest to each other on the tree.
    pub fn new(doc: &Doc, parties: &Parties) -> Self {
        let actors = places(doc, &parties.actor);
        let recipients = parties.recipient.as_deref().map(|words| places(doc, words)).unwrap_or_default();
        let pairs = actors.iter().flat_map(|a| recipients.iter().map(move |r| (a, r)));
        let apart = pairs.filter(|(a, r)| a.end <= r.start || r.end <= a.start);
        let linked = apart.filter_map(|(a, r)| Some((a, r, between(doc, head(doc, a), head(doc, r))?)));
        let nearest = linked.min_by_key(|(_, _, path)| path.len());
        match nearest {
            Some((a, r, path)) => Self::of(doc, Some(a.clone()), Some(r.clone()), path),
            None => Self::lone(doc, actors.first(), recipients.first()),
        }
    }

    fn lone(doc: &Doc, actor: Option<&Range<usize>>, recipient: Option<&Range<usize>>) -> Self {
        let start = actor.or(recipient).map(|place| head(doc, place)).or_else(|| root(doc));
        Self::of(doc, actor.cloned(), recipient.cloned(), start.into_iter().collect())
    }

    fn of(doc: &Doc, actor: Option<Range<usize>>, recipient: Option<Range<usize>>, mut path: Vec<usize>) -> Self {
        let sentence = path.first().map_or(0..0, |&t| doc.sentence_of(t).tokens.clone());
        let mut scene = Self { actor, recipient, sentence, path: Vec::new() };
        let named = |t: &usize| scene.is_actor(*t) || scene.is_recipient(*t);
        if path.iter().all(named) {
            extend_to_verb(doc, &mut path);
        }
        scene.path = path;
        scene
    }

    pub fn is_actor(&self, token: usize) -> bool {
        self.actor.as_ref().is_some_and(|a| a.contains(&token))
    }

    pub fn is_recipient(&self, token: usize) -> bool {
        self.recipient.as_ref().is_some_and(|r| r.contains(&token))
    }

    /// Whether the path leads from one party to the other.
    pub fn is_linked(&self) -> bool {
        let ends =
            |party: &Option<Range<usize>>| party.as_ref().is_some_and(|p| self.path.iter().any(|t| p.contains(t)));
        ends(&self.actor) && ends(&self.recipient)
    }
}

/// Parties that are coordinated have their verb above both.
fn extend_to_verb(doc: &Doc, path: &mut Vec<usize>) {
    let Some(top) = path.iter().copied().min_by_key(|&t| doc.ancestors(t).count()) else { return };
    for token in doc.ancestors(top) {
        path.push(token);
        if matches!(doc.token(token).pos, Pos::Verb | Pos::Aux) {
            break;
        }
    }
}

/// The token whose head lies outside the range; the one with most below it where there are several.
pub fn head(doc: &Doc, range: &Range<usize>) -> usize {
    let outside = range.clone().filter(|&t| doc.head(t) == t || !range.contains(&doc.head(t)));
    outside.max_by_key(|&t| (doc.token(t).pos != Pos::Punct, doc.subtree(t).len())).unwrap_or(range.start)
}

/// Places of one party that are looked at.
const MOST_PLACES: usize = 32;

/// Token ranges of the occurrences of words; with other spaces or capitals when there is none as it stands.
fn places(doc: &Doc, words: &str) -> Vec<Range<usize>> {
    let words = words.trim();
    let exact = occurrences(doc.text(), words);
    let spans = if exact.is_empty() { loose_occurrences(doc.text(), words) } else { exact };
    spans.into_iter().filter_map(|span| tokens_of(doc, span)).take(MOST_PLACES).collect()
}

fn occurrences(text: &str, words: &str) -> Vec<Span> {
    if words.is_empty() {
        return Vec::new();
    }
    let all = text.match_indices(words).map(|(at, _)| Span::new(at, at + words.len()));
    let (whole, inside): (Vec<_>, Vec<_>) = all.partition(|&span| is_whole(text, span));
    if whole.is_empty() { inside } else { whole }
}

/// Whether no word goes on before or after the span.
fn is_whole(text: &str, span: Span) -> bool {
    let before = text[..span.start].chars().next_back();
    let after = text[span.end..].chars().next();
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}

fn loose_occurrences(text: &str, words: &str) -> Vec<Span> {
    let parts: Vec<String> = words.split_whitespace().map(regex::escape).collect();
    if parts.is_empty() {
        return Vec::new();
    }
    let pattern = regex::RegexBuilder::new(&parts.join(r"\s*")).case_insensitive(true).build();
    pattern.map(|p| p.find_iter(text).map(|m| Span::new(m.start(), m.end())).collect()).unwrap_or_default()
}

fn tokens_of(doc: &Doc, span: Span) -> Option<Range<usize>> {
    let tokens = doc.tokens();
    let start = tokens.partition_point(|t| t.span.end <= span.start);
    let end = tokens.partition_point(|t| t.span.start < span.end);
    (start < end).then_some(start..end)
}

/// The way over the tree from one token to another; none between sentences.
fn between(doc: &Doc, from: usize, to: usize) -> Option<Vec<usize>> {
    let up: Vec<usize> = [from].into_iter().chain(doc.ancestors(from)).collect();
    let down: Vec<usize> = [to].into_iter().chain(doc.ancestors(to)).collect();
    let shared = up.iter().rev().zip(down.iter().rev()).take_while(|(a, b)| a == b).count();
    let (rise, fall) = (up.len() - shared, down.len() - shared);
    (shared > 0).then(|| up[..=rise].iter().chain(down[..fall].iter().rev()).copied().collect())
}

fn root(doc: &Doc) -> Option<usize> {
    let sentence = doc.sentences().first()?;
    sentence.tokens.clone().find(|&t| doc.head(t) == t)
}
