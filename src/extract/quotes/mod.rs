//! Who is said to have said what: quotations, direct, indirect and mixed, with speaker, addressee, cue and content.
//!
//! Direct speech is found by its marks, across sentences and paragraphs; what is reported without marks by the
//! construction its cue stands in. The words of speech are tables ([`Cues`]); nothing here knows a verb.

mod cues;
mod direct;
mod finder;
mod indirect;
mod marks;
mod syntax;

pub use cues::{CueError, Cues, Stance};

use super::extraction::QuotationKind;
use crate::coref::Chains;
use crate::doc::{Dep, Doc};
use std::ops::Range;

/// What somebody is said to have said, or thought.
#[derive(Clone, Debug, PartialEq)]
pub struct Quotation {
    /// Index of the speaker's mention; `None` when nobody is named, or the words name no entity.
    pub speaker: Option<usize>,
    /// The words that name the speaker, also "he" and "which".
    pub speaker_tokens: Option<Range<usize>>,
    /// Indices of the mentions of those spoken to.
    pub addressees: Vec<usize>,
    /// The words of speech; `None` where only a colon or a dash tells.
    pub cue: Option<Range<usize>>,
    /// What is said, in the order of the text; marks of quotation included.
    pub content: Vec<Range<usize>>,
    pub kind: QuotationKind,
    pub stance: Stance,
    /// Whether it is said that it was not said.
    pub negated: bool,
    /// The quotations inside which this one stands, outermost first: what "Xinhua reported that Xi said …".
    pub via: Vec<usize>,
}

impl Quotation {
    pub fn contains(&self, token: usize) -> bool {
        self.content.iter().any(|c| c.contains(&token))
    }

    /// Whether the speaker, and not the article, vouches for a clause of the content.
    pub fn vouches(&self) -> bool {
        self.stance == Stance::Reports && !self.negated
    }

    fn length(&self) -> usize {
        self.content.iter().map(Range::len).sum()
    }
}

/// The quotations round a token, outermost first: "the article → Xinhua → Xi".
pub fn attribution_of(quotations: &[Quotation], token: usize) -> Vec<usize> {
    let mut around: Vec<usize> = (0..quotations.len()).filter(|&i| quotations[i].contains(token)).collect();
    around.sort_by_key(|&i| std::cmp::Reverse(quotations[i].length()));
    around
}

impl Cues {
    /// The quotations of a text, in the order of their content.
    pub fn quotations(&self, doc: &Doc, chains: &Chains) -> Vec<Quotation> {
        let mut drafts = finder::Finder::new(doc, self).find();
        // The wider first, so that speech stands before the speech inside it.
        let length = |d: &finder::Draft| d.content.iter().map(Range::len).sum::<usize>();
        drafts.sort_by_key(|d| (d.content[0].start, std::cmp::Reverse(length(d))));
        let mut quotations: Vec<Quotation> = drafts.into_iter().map(|draft| finish(doc, chains, draft)).collect();
        let around: Vec<Vec<usize>> = (0..quotations.len()).map(|i| enclosing(&quotations, i)).collect();
        quotations.iter_mut().zip(around).for_each(|(q, via)| q.via = via);
        quotations
    }
}

fn enclosing(quotations: &[Quotation], inner: usize) -> Vec<usize> {
    let Some(at) = quotations[inner].cue.clone().or(quotations[inner].speaker_tokens.clone()) else {
        return Vec::new();
    };
    let mut around = attribution_of(quotations, at.start);
    around.retain(|&i| i != inner && quotations[i].length() > quotations[inner].length());
    around
}

fn finish(doc: &Doc, chains: &Chains, draft: finder::Draft) -> Quotation {
    let mention = |head: usize| mention_of(chains, head);
    let kind = kind_of(doc, &draft.content);
    // "which reported" speaks for what it refers to.
    let named = draft.speaker.map(|head| syntax::antecedent(doc, head).unwrap_or(head));
    Quotation {
        speaker: named.and_then(|head| mention(head).or_else(|| mention(counted(doc, head)?))),
        speaker_tokens: draft.speaker.map(|head| syntax::phrase(doc, head)),
        addressees: draft.addressee.and_then(mention).into_iter().collect(),
        cue: draft.cue,
        content: draft.content,
        kind,
        stance: draft.stance,
        negated: draft.negated,
        via: Vec::new(),
    }
}

/// "thousands of demonstrators": what a number is of.
fn counted(doc: &Doc, number: usize) -> Option<usize> {
    let of = doc.child(number, Dep::Prep).filter(|&c| doc.lemma(c) == "of")?;
    doc.child(of, Dep::Pobj)
}

/// The longest mention with this head; else the shortest that the head lies in, as "agency" in "state news agency Xinhua".
fn mention_of(chains: &Chains, head: usize) -> Option<usize> {
    let mentions = || chains.mentions.iter().enumerate();
    let headed = mentions().filter(|(_, m)| m.head == head).max_by_key(|(_, m)| m.tokens.len());
    let around = || mentions().filter(|(_, m)| m.tokens.contains(&head)).min_by_key(|(_, m)| m.tokens.len());
    headed.or_else(around).map(|(i, _)| i)
}

/// Whether a word is a mark of quotation.
pub fn is_mark(word: &str) -> bool {
    word.contains(['“', '”', '"', '«', '»', '‘', '`']) || word == "''"
}

fn kind_of(doc: &Doc, content: &[Range<usize>]) -> QuotationKind {
    let is_mark = |t: usize| is_mark(doc.word(t));
    let marked = content.iter().any(|c| c.clone().any(is_mark));
    let whole = content.iter().all(|c| is_mark(c.start));
    match (marked, whole) {
        (false, _) => QuotationKind::Indirect,
        (true, true) => QuotationKind::Direct,
        (true, false) => QuotationKind::Mixed,
    }
}
