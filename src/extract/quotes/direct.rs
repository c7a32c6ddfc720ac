//! Direct speech, and who speaks it: by a cue beside it, a label before it, a dash after it, or by what went before.

use super::cues::Stance;
use super::finder::{Cue, Draft, Finder};
use super::marks::{Quote, breaks_line};
use super::syntax::{is_mark, is_pause, is_verb, speaker_of, trimmed};
use crate::doc::{Dep, NameType};
use std::ops::Range;

impl Finder<'_> {
    /// Direct speech next to the cue: before it, after it, or both.
    pub fn direct(&self, cue: &Cue) -> Option<Vec<Range<usize>>> {
        let before = self.speech_before(cue);
        let after = self.speech_after(cue);
        let mut speech: Vec<usize> = before.into_iter().chain(after).collect();
        if after.is_none() && (before.is_some() || self.says_no_more(cue)) {
            speech.extend(self.speech_resumed(cue));
        }
        (!speech.is_empty()).then(|| speech.into_iter().map(|q| self.quotes[q].tokens.clone()).collect())
    }

    /// Whether the cue has nothing after it in its sentence, so that the next one may be its content.
    fn says_no_more(&self, cue: &Cue) -> bool {
        let doc = self.doc;
        let governed = |c: usize| matches!(doc.dep(c), Dep::Ccomp | Dep::Xcomp | Dep::Dobj | Dep::Prep);
        let ends = self.ends_sentence(&cue.clause, &doc.sentence_of(cue.verb).tokens);
        cue.speaker.is_some() && ends && !doc.children(cue.verb).any(governed)
    }

    fn is_free(&self, quote: usize) -> bool {
        self.owner[quote].is_none()
    }

    fn speech_before(&self, cue: &Cue) -> Option<usize> {
        let doc = self.doc;
        let i = self.quotes.partition_point(|q| q.tokens.end <= cue.group.start).checked_sub(1)?;
        let quote = &self.quotes[i];
        let near = (quote.tokens.end..cue.clause.start).all(|t| is_mark(doc, t)) || self.leads_to(quote, cue);
        let same = self.block_number(cue.verb) == self.block_number(quote.tokens.start);
        // A few words between marks at the end of a clause belong to the clause: … was "a well liked colleague," she said.
        let begins = doc.sentence_of(quote.tokens.start).tokens.start == quote.tokens.start;
        (near && same && self.is_free(i) && (quote.speech || (begins && quote.awaits_speaker(doc)))).then_some(i)
    }

    /// `"…," Rep. Elijah Cummings (D-Md.) said`: a name, with what is added to it, between the speech and the cue.
    fn leads_to(&self, quote: &Quote, cue: &Cue) -> bool {
        let doc = self.doc;
        let between = quote.tokens.end..cue.group.start;
        let ends = |t: usize| matches!(doc.word(t), "." | "?" | "!" | ";" | ":") || self.is_speech_verb(t);
        quote.speech && quote.awaits_speaker(doc) && between.len() <= 25 && !between.clone().any(ends)
    }

    fn speech_after(&self, cue: &Cue) -> Option<usize> {
        let doc = self.doc;
        let i = self.quotes.partition_point(|q| q.tokens.start < cue.group.end);
        let quote = self.quotes.get(i)?;
        let gap = cue.group.end..quote.tokens.start;
        let last = gap.clone().next_back();
        let colon = last.is_some_and(|t| doc.word(t).ends_with(':'));
        let paused = colon || last.is_none_or(|t| matches!(doc.word(t), "," | "that" | "—" | "-" | "–"));
        let same_block = self.block_number(quote.tokens.start) == self.block_number(cue.verb);
        let same = quote.tokens.start < doc.sentence_of(cue.verb).tokens.end || (colon && same_block);
        let other = |t: usize| self.is_speech_verb(t) || (is_verb(doc, t) && doc.child(t, Dep::Nsubj).is_some());
        let clause = doc.child(cue.verb, Dep::Ccomp).filter(|&c| c > cue.verb).map(|c| doc.subtree(c));
        let inside = clause.is_some_and(|c| gap.clone().any(|t| !is_mark(doc, t) && c.contains(&t)));
        let spoken = quote.speech || (quote.awaits_speaker(doc) && gap.clone().all(|t| is_mark(doc, t)));
        (same && paused && spoken && !inside && self.is_free(i) && !gap.clone().any(other)).then_some(i)
    }

    /// `"A," he said. "B."`: the speech that goes on after the clause of the cue, or after its sentence.
    pub fn speech_resumed(&self, cue: &Cue) -> Option<usize> {
        let doc = self.doc;
        let sentence = &doc.sentence_of(cue.verb).tokens;
        let after = self.quotes.partition_point(|q| q.tokens.start < cue.clause.end);
        // "told NBC's "Today" on Monday" names a programme, and speaks no word.
        let i = (after..self.quotes.len())
            .find(|&i| self.quotes[i].speech || self.quotes[i].tokens.start >= sentence.end)?;
        let quote = &self.quotes[i];
        let rest = cue.clause.end..sentence.end.max(cue.clause.end).min(quote.tokens.start);
        let next =
            (rest.end..quote.tokens.start).all(|t| is_mark(doc, t)) && !rest.clone().any(|t| self.is_speech_verb(t));
        let near = next || (cue.clause.end..quote.tokens.start).all(|t| is_mark(doc, t));
        let same = self.block_number(quote.tokens.start) == self.block_number(cue.verb);
        (near && same && quote.speech && self.is_free(i) && !self.has_own_cue(i)).then_some(i)
    }

    /// Whether somebody is named as the speaker right after a quote.
    fn has_own_cue(&self, quote: usize) -> bool {
        let doc = self.doc;
        let quote = &self.quotes[quote];
        let end = self.block(quote.tokens.start).end.min(quote.tokens.end + 12);
        let mut next = (quote.tokens.end..end).take_while(|&t| doc.word(t) != ".");
        quote.closed && quote.awaits_speaker(doc) && next.any(|t| self.is_speech_verb(t))
    }

    /// `The statement read:` with the words in the next paragraph.
    pub fn announced(&self, cue: &Cue) -> Option<Vec<Range<usize>>> {
        let doc = self.doc;
        let block = self.block(cue.verb);
        let last = block.clone().rev().find(|&t| !doc.word(t).trim().is_empty())?;
        let other = (cue.group.end..last).any(|t| is_verb(doc, t) && doc.child(t, Dep::Nsubj).is_some());
        if !doc.word(last).ends_with(':') || !doc.sentence_of(cue.verb).tokens.contains(&last) || other {
            return None;
        }
        let next = self.blocks.iter().find(|b| b.start >= block.end)?;
        let quoted = self.quotes.iter().find(|q| q.tokens.start == next.start);
        Some(vec![quoted.map_or(next.clone(), |q| q.tokens.clone())])
    }

    /// `issued a statement: "…"`
    pub fn speech_after_noun(&self, noun: usize) -> Option<usize> {
        let doc = self.doc;
        let i = self.quotes.partition_point(|q| q.tokens.start <= noun);
        let quote = self.quotes.get(i)?;
        let gap = noun + 1..quote.tokens.start;
        let mark = gap.clone().next_back().filter(|&t| matches!(doc.word(t), "," | ":"))?;
        let broken = gap.clone().any(|t| is_verb(doc, t) || (t != mark && is_pause(doc, t)));
        let same = self.block_number(quote.tokens.start) == self.block_number(noun);
        (same && !broken && quote.speech && self.is_free(i)).then_some(i)
    }

    /// `Poll: Voters back the treaty` in a headline, `WALLACE: …` in a transcript.
    pub fn labels(&mut self) {
        let doc = self.doc;
        for (i, block) in self.blocks.clone().into_iter().enumerate() {
            let start = block.clone().find(|&t| !is_mark(doc, t)).unwrap_or(block.start);
            let Some(colon) = (start..block.end.min(start + 8)).find(|&t| doc.word(t) == ":") else { continue };
            let label = start..colon;
            let content = trimmed(doc, colon + 1..block.end);
            let broken = |t: usize| is_verb(doc, t) || is_pause(doc, t) || doc.word(t).contains('(');
            let phrase = !label.is_empty() && !label.clone().any(broken);
            if phrase && content.len() >= 3 && if i == 0 { self.is_source(&label) } else { self.is_shouted(&label) } {
                self.drafts.push(Draft::said(colon - 1, colon..colon + 1, vec![content], Stance::Reports));
            }
        }
    }

    fn is_shouted(&self, label: &Range<usize>) -> bool {
        label.clone().map(|t| self.doc.word(t)).all(|w| w.len() > 1 && w.chars().all(|c| !c.is_lowercase()))
    }

    fn is_source(&self, label: &Range<usize>) -> bool {
        use NameType::{Gpe, Norp, Org, Person};
        let named = |t: usize| self.doc.name_at(t).is_some_and(|n| matches!(n.kind, Person | Org | Gpe | Norp));
        label.clone().any(|t| named(t) || self.cues.is_source(&self.doc.lemma(t).to_lowercase()))
    }

    /// `"…" — Name` at the end of a line, or with the dash and the name on the next.
    pub fn dashes(&mut self) {
        for i in 0..self.quotes.len() {
            if let Some((dash, speaker)) = self.name_after_dash(i).filter(|_| self.is_free(i)) {
                self.speak(i, speaker, dash);
            }
        }
    }

    fn name_after_dash(&self, quote: usize) -> Option<(usize, usize)> {
        let doc = self.doc;
        let end = self.quotes[quote].tokens.end;
        let dash = (end..doc.tokens().len()).find(|&t| !doc.word(t).trim().is_empty())?;
        let block = self.block(dash);
        if !matches!(doc.word(dash), "―" | "—" | "–" | "--" | "-") || (dash != block.start && dash > end + 1) {
            return None;
        }
        let stop = (dash + 1..block.end).find(|&t| self.opens(t) || (t > dash + 1 && breaks_line(doc, t)));
        let name = trimmed(doc, dash + 1..stop.unwrap_or(block.end));
        let capital = |t: usize| doc.word(t).starts_with(|c: char| c.is_uppercase() || c == '.');
        (!name.is_empty() && name.len() <= 6 && name.clone().all(capital)).then(|| (dash, name.end - 1))
    }

    /// `Trump went even further: "…"`: a colon where no verb of speech is.
    pub fn colons(&mut self) {
        let doc = self.doc;
        for i in 0..self.quotes.len() {
            let quote = &self.quotes[i];
            let colon = quote.tokens.start.checked_sub(1).filter(|&t| doc.word(t).ends_with(':'));
            let Some(colon) = colon.filter(|_| quote.speech && self.is_free(i) && !self.is_covered(i)) else {
                continue;
            };
            let root = doc.sentence_of(colon).tokens.clone().find(|&t| doc.head(t) == t && is_verb(doc, t));
            if let Some(speaker) = root.and_then(|root| speaker_of(doc, root)) {
                self.speak(i, speaker, colon);
            }
        }
    }

    fn speak(&mut self, quote: usize, speaker: usize, cue: usize) {
        self.owner[quote] = Some(self.drafts.len());
        let content = vec![self.quotes[quote].tokens.clone()];
        self.drafts.push(Draft::said(speaker, cue..cue + 1, content, Stance::Reports));
    }

    /// Speech that nobody is named for goes on from the speech before it.
    pub fn orphans(&mut self) {
        for i in 0..self.quotes.len() {
            if !self.quotes[i].speech || !self.is_free(i) || self.is_covered(i) {
                continue;
            }
            if let Some(draft) = self.previous_speech(i).or_else(|| self.speech_closed_later(i)) {
                self.owner[i] = Some(draft);
                self.drafts[draft].content.push(self.quotes[i].tokens.clone());
                self.drafts[draft].content.sort_by_key(|c| c.start);
            }
        }
    }

    fn is_covered(&self, quote: usize) -> bool {
        let at = self.quotes[quote].tokens.start;
        self.drafts.iter().any(|d| d.content.iter().any(|c| c.contains(&at)))
    }

    /// The draft that owns the quote before, when that is in the same paragraph or ends the one before.
    fn previous_speech(&self, quote: usize) -> Option<usize> {
        let before = quote.checked_sub(1)?;
        let (last, this) = (&self.quotes[before], &self.quotes[quote]);
        let begins = this.tokens.start == self.blocks[this.block].start;
        let near = last.block == this.block || (last.block + 1 == this.block && begins);
        self.owner[before].filter(|_| near)
    }

    /// Speech of several paragraphs whose speaker is named in the last.
    fn speech_closed_later(&self, quote: usize) -> Option<usize> {
        let (this, next) = (&self.quotes[quote], self.quotes.get(quote + 1)?);
        let begins = next.tokens.start == self.blocks[next.block].start;
        self.owner[quote + 1].filter(|_| !this.closed && next.block == this.block + 1 && begins)
    }
}
