//! Goes through a text for cues, and makes a draft of what each brings.

use super::cues::{Cues, Frame, Stance, Usage};
use super::marks::{Quote, blocks, quotes};
use super::syntax::{
    complement, is_infinitive, is_negated, is_pause, is_verb, possessor, speaker_of, trimmed, verb_group, with_particle,
};
use crate::doc::{Dep, Doc, Pos};
use std::ops::Range;

/// A quotation before its entities are known.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    /// The head of the phrase that names the speaker.
    pub speaker: Option<usize>,
    pub addressee: Option<usize>,
    pub cue: Option<Range<usize>>,
    pub content: Vec<Range<usize>>,
    pub stance: Stance,
    pub negated: bool,
}

impl Draft {
    /// What somebody says, by a cue that is no verb.
    pub fn said(speaker: usize, cue: Range<usize>, content: Vec<Range<usize>>, stance: Stance) -> Self {
        Self { speaker: Some(speaker), addressee: None, cue: Some(cue), content, stance, negated: false }
    }
}

/// A verb that may be a cue, with what the tree says of it.
pub(super) struct Cue<'a> {
    pub verb: usize,
    pub usages: &'a [Usage],
    /// The verb with its auxiliaries and particle.
    pub group: Range<usize>,
    pub speaker: Option<usize>,
    /// The verb with its subject and what follows up to the next pause.
    pub clause: Range<usize>,
}

impl Cue<'_> {
    /// Whether the verb has a subject of its own.
    pub fn has_own_subject(&self, doc: &Doc) -> bool {
        self.speaker.is_some_and(|s| doc.head(s) == self.verb)
    }
}

/// One text, its quotation marks, and the drafts made so far.
pub(super) struct Finder<'a> {
    pub doc: &'a Doc,
    pub cues: &'a Cues,
    pub blocks: Vec<Range<usize>>,
    pub quotes: Vec<Quote>,
    /// The draft that a quote has become content of.
    pub owner: Vec<Option<usize>>,
    pub drafts: Vec<Draft>,
}

impl<'a> Finder<'a> {
    pub fn new(doc: &'a Doc, cues: &'a Cues) -> Self {
        let blocks = blocks(doc);
        let quotes = quotes(doc, &blocks);
        let owner = vec![None; quotes.len()];
        Self { doc, cues, blocks, quotes, owner, drafts: Vec::new() }
    }

    /// Everything that is said, in no order.
    pub fn find(mut self) -> Vec<Draft> {
        let doc = self.doc;
        for t in 0..doc.tokens().len() {
            if self.speech_at(t).is_some() {
                continue;
            }
            match doc.token(t).pos {
                Pos::Verb | Pos::Aux => self.verb(t),
                Pos::Noun => self.noun(t),
                _ => {}
            }
        }
        self.vouchers();
        self.phrases();
        self.labels();
        self.dashes();
        self.colons();
        self.orphans();
        self.drafts.retain(|d| !d.content.is_empty());
        self.without_inner_attitudes()
    }

    /// Inside what somebody says only further speech is kept: what Xi is reported to want, Xinhua reports.
    fn without_inner_attitudes(self) -> Vec<Draft> {
        let inside = |d: &Draft, outer: &Draft| {
            d.cue.as_ref().is_some_and(|cue| outer.content.iter().any(|c| c.contains(&cue.start)))
        };
        let keep = |d: &Draft| d.stance == Stance::Reports || !self.drafts.iter().any(|outer| inside(d, outer));
        self.drafts.iter().filter(|d| keep(d)).cloned().collect()
    }

    /// The direct speech that a token lies in.
    pub fn speech_at(&self, token: usize) -> Option<usize> {
        let i = self.quotes.partition_point(|q| q.tokens.end <= token);
        self.quotes.get(i).filter(|q| q.speech && q.tokens.contains(&token)).map(|_| i)
    }

    /// The tokens of the block a token lies in.
    pub fn block(&self, token: usize) -> Range<usize> {
        let i = self.blocks.partition_point(|b| b.end <= token);
        self.blocks.get(i).cloned().unwrap_or(0..self.doc.tokens().len())
    }

    pub fn block_number(&self, token: usize) -> usize {
        self.doc.sentence_of(token).block
    }

    /// Whether quotation marks open at a token.
    pub fn opens(&self, token: usize) -> bool {
        self.quotes.binary_search_by_key(&token, |q| q.tokens.start).is_ok()
    }

    pub fn is_speech_verb(&self, t: usize) -> bool {
        let usages = self.cues.of_verb(self.doc.lemma(t));
        is_verb(self.doc, t) && usages.iter().any(|u| u.frame == Frame::Quote)
    }

    fn verb(&mut self, verb: usize) {
        let Some(cue) = self.cue(verb).filter(|_| !self.passes_on(verb)) else { return };
        let found = cue.usages.iter().find_map(|usage| self.content(&cue, usage).map(|content| (usage, content)));
        if let Some((usage, content)) = found {
            self.add(&cue, usage, content);
        }
    }

    fn cue(&self, verb: usize) -> Option<Cue<'a>> {
        let doc = self.doc;
        let joined = with_particle(doc, verb);
        let phrasal = joined.as_ref().map_or(&[][..], |(lemma, _)| self.cues.of_verb(lemma));
        let (usages, particle) = match phrasal {
            [] => (self.cues.of_verb(doc.lemma(verb)), None),
            usages => (usages, joined.map(|(_, particle)| particle)),
        };
        if usages.is_empty() {
            return None;
        }
        let group = verb_group(doc, verb, particle);
        let speaker = speaker_of(doc, verb).filter(|&s| self.speech_at(s).is_none());
        let clause = self.clause(verb, &group, speaker);
        Some(Cue { verb, usages, group, speaker, clause })
    }

    fn add(&mut self, cue: &Cue, usage: &Usage, content: Vec<Range<usize>>) {
        let draft = self.drafts.len();
        for (i, quote) in self.quotes.iter().enumerate() {
            if content.iter().any(|c| c.contains(&quote.tokens.start)) {
                self.owner[i] = self.owner[i].or(Some(draft));
            }
        }
        self.drafts.push(Draft {
            speaker: cue.speaker.or_else(|| self.inverted(cue)).or_else(|| self.between(cue)),
            addressee: self.addressee(cue, usage).filter(|t| !content.iter().any(|c| c.contains(t))),
            cue: Some(cue.group.clone()),
            stance: usage.stance,
            negated: is_negated(self.doc, cue.verb),
            content,
        });
    }

    /// Whom the words are spoken to.
    fn addressee(&self, cue: &Cue, usage: &Usage) -> Option<usize> {
        let doc = self.doc;
        let dative = doc.child(cue.verb, Dep::Dative).map(|d| doc.child(d, Dep::Pobj).unwrap_or(d));
        let object = || doc.child(cue.verb, Dep::Dobj).filter(|_| usage.object_is_addressee);
        let to = || doc.children(cue.verb).find(|&c| doc.dep(c) == Dep::Prep && doc.lemma(c) == "to");
        dative.or_else(object).or_else(|| doc.child(to()?, Dep::Pobj))
    }

    /// "…," said Smith, where the tree has no subject.
    pub fn inverted(&self, cue: &Cue) -> Option<usize> {
        let doc = self.doc;
        let names = |t: usize| matches!(doc.token(t).pos, Pos::Noun | Pos::Propn | Pos::Pron);
        doc.children(cue.verb).find(|&c| c > cue.verb && names(c) && doc.subtree(c).start <= cue.group.end)
    }

    /// `"…," Cummings (D-Md.) said`, where the tree has no subject.
    fn between(&self, cue: &Cue) -> Option<usize> {
        let doc = self.doc;
        let start = self.quotes.iter().filter(|q| q.tokens.end <= cue.group.start).map(|q| q.tokens.end).max()?;
        let gap = start..cue.group.start;
        let named = |t: usize| matches!(doc.token(t).pos, Pos::Noun | Pos::Propn | Pos::Pron);
        let first = gap.clone().find(|&t| named(t)).filter(|_| gap.len() <= 25)?;
        (first..gap.end).take_while(|&t| named(t)).last()
    }

    fn clause(&self, verb: usize, group: &Range<usize>, speaker: Option<usize>) -> Range<usize> {
        let doc = self.doc;
        let subject = speaker.filter(|&s| doc.head(s) == verb).map(|s| doc.subtree(s));
        let mut start = subject.as_ref().map_or(group.start, |s| s.start.min(group.start));
        let before = doc.children(verb).filter(|&c| c < group.start);
        for c in before.collect::<Vec<_>>().into_iter().rev() {
            if c + 1 == start && matches!(doc.dep(c), Dep::Advmod | Dep::Cc | Dep::Mark) {
                start = c;
            }
        }
        // A tree that takes words of the speech for the subject does not move the clause into it.
        let spoken = self.quotes.iter().filter(|q| q.tokens.end <= group.start).map(|q| q.tokens.end).max();
        let mut end = subject.filter(|s| s.start > verb).map_or(group.end, |s| s.end.max(group.end));
        let sentence = &doc.sentence_of(verb).tokens;
        while end < sentence.end && !is_pause(doc, end) && !self.opens(end) {
            end += 1;
        }
        start.max(spoken.unwrap_or(0))..end
    }

    fn noun(&mut self, noun: usize) {
        let usages = self.cues.of_noun(self.doc.lemma(noun));
        if usages.is_empty() {
            return;
        }
        let Some(speaker) = possessor(self.doc, noun) else { return };
        let found = usages.iter().find_map(|u| self.content_of_noun(noun, &u.frame).map(|content| (u.stance, content)));
        let Some((stance, content)) = found else { return };
        if let Some(i) = self.quotes.iter().position(|q| q.tokens == content) {
            self.owner[i] = self.owner[i].or(Some(self.drafts.len()));
        }
        self.drafts.push(Draft::said(speaker, noun..noun + 1, vec![content], stance));
    }

    /// What is said by "his claim that …", "a promise to …", "criticism of …", `a statement: "…"`.
    fn content_of_noun(&self, noun: usize, frame: &Frame) -> Option<Range<usize>> {
        let doc = self.doc;
        let mut after = doc.children(noun).filter(|&c| c > noun);
        let top = match frame {
            Frame::Quote => return self.speech_after_noun(noun).map(|i| self.quotes[i].tokens.clone()),
            Frame::That => after.find(|&c| {
                matches!(doc.dep(c), Dep::Acl | Dep::Ccomp | Dep::Relcl)
                    && doc.child(c, Dep::Mark).is_some_and(|m| doc.lemma(m) == "that")
            })?,
            Frame::To => after.find(|&c| matches!(doc.dep(c), Dep::Acl | Dep::Xcomp) && is_infinitive(doc, c))?,
            Frame::Preposition(word) => {
                complement(doc, after.find(|&c| doc.dep(c) == Dep::Prep && doc.lemma(c) == word)?)?
            }
            _ => return None,
        };
        Some(self.extended(trimmed(doc, doc.subtree(top).start.max(noun + 1)..doc.subtree(top).end)))
    }

    /// "According to the ministry, …"
    fn phrases(&mut self) {
        let doc = self.doc;
        for (words, stance) in self.cues.phrases() {
            for start in 0..(doc.tokens().len() + 1).saturating_sub(words.len()) {
                let here = words.iter().enumerate().all(|(i, w)| doc.word(start + i).eq_ignore_ascii_case(w));
                let end = start + words.len();
                if !here || self.speech_at(start).is_some() {
                    continue;
                }
                let Some(speaker) = doc.child(end - 1, Dep::Pobj) else { continue };
                let content = self.round_phrase(start, end - 1);
                self.drafts.push(Draft::said(speaker, start..end, content, *stance));
            }
        }
    }
}
