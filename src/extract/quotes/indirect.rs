//! What is reported without quotation marks, by the construction of its cue.

use super::cues::{Frame, Stance, Usage};
use super::finder::{Cue, Draft, Finder};
use super::syntax::{
    antecedent, complement, has_clause, is_infinitive, is_mark, is_pause, is_verb, speaker_of, trimmed,
};
use crate::doc::{Dep, NameType, Pos, Tag};
use std::ops::Range;

impl Finder<'_> {
    /// The content that a verb has in one of its constructions.
    pub fn content(&self, cue: &Cue, usage: &Usage) -> Option<Vec<Range<usize>>> {
        match &usage.frame {
            Frame::Quote => return self.direct(cue).or_else(|| self.beside(cue)).or_else(|| self.announced(cue)),
            Frame::That => return self.that(cue).map(|c| vec![c]),
            _ => {}
        }
        cue.speaker?;
        let content = match &usage.frame {
            Frame::To => self.infinitive(cue),
            Frame::ObjectTo => self.object_to(cue),
            Frame::OnTo => self.on_to(cue),
            Frame::ObjectAs => self.object_with(cue, &["as"]),
            Frame::ObjectOf => self.object_with(cue, &["of", "for", "with"]),
            Frame::ObjectName => self.object_name(cue),
            Frame::Ing => self.gerund(cue),
            // The words themselves hang from "saying"; who passes them on comes later.
            Frame::Quoted => None,
            Frame::Preposition(word) => self.preposition(cue, word),
            _ => self.object(cue).map(|object| self.with_addition(cue, object)),
        };
        content.map(|c| self.before_semicolon(c)).filter(|c| !c.is_empty()).map(|c| vec![c])
    }

    /// "did not comment on the claim; a day earlier it said": another clause is not what the words are on.
    fn before_semicolon(&self, content: Range<usize>) -> Range<usize> {
        let end = content.clone().find(|&t| self.doc.word(t) == ";").unwrap_or(content.end);
        content.start..end
    }

    fn after(&self, cue: &Cue) -> impl Iterator<Item = usize> {
        let verb = cue.verb;
        self.doc.children(verb).filter(move |&c| c > verb)
    }

    fn infinitive(&self, cue: &Cue) -> Option<Range<usize>> {
        let doc = self.doc;
        let to = self.after(cue).find(|&c| doc.dep(c) == Dep::Xcomp && is_infinitive(doc, c))?;
        doc.child(cue.verb, Dep::Dobj).is_none().then(|| self.whole(cue, to))
    }

    /// "urged them to leave": with those who are to do it.
    fn object_to(&self, cue: &Cue) -> Option<Range<usize>> {
        let doc = self.doc;
        let object = doc.child(cue.verb, Dep::Dobj);
        let clause = |c: &usize| matches!(doc.dep(*c), Dep::Xcomp | Dep::Ccomp) && is_infinitive(doc, *c);
        let below = |object| {
            doc.children(object).find(|&c| matches!(doc.dep(c), Dep::Acl | Dep::Relcl) && is_infinitive(doc, c))
        };
        let to = self.after(cue).find(clause).or_else(|| object.and_then(below))?;
        let who = object.or_else(|| doc.child(to, Dep::Nsubj)).map_or(usize::MAX, |o| doc.subtree(o).start);
        let start = who.min(doc.subtree(to).start).max(cue.verb + 1);
        Some(self.extended(trimmed(doc, start..doc.subtree(to).end)))
    }

    /// "called on them to leave"
    fn on_to(&self, cue: &Cue) -> Option<Range<usize>> {
        let doc = self.doc;
        let on = self
            .after(cue)
            .find(|&c| doc.dep(c) == Dep::Prep && matches!(doc.lemma(c), "on" | "upon" | "to" | "with"))?;
        let who = doc.child(on, Dep::Pobj)?;
        let to = doc.children(cue.verb).chain(doc.children(who)).find(|&c| c > who && is_infinitive(doc, c))?;
        Some(trimmed(doc, doc.subtree(who).start..doc.subtree(to).end))
    }

    /// "described it as a fraud", "accused him of fraud": object and phrase together.
    fn object_with(&self, cue: &Cue, prepositions: &[&str]) -> Option<Range<usize>> {
        let doc = self.doc;
        let object = self.object(cue)?;
        let phrase = doc
            .children(cue.verb)
            .chain(doc.children(object))
            .find(|&c| c > object && doc.dep(c) == Dep::Prep && prepositions.contains(&doc.lemma(c)))?;
        Some(self.extended(trimmed(doc, doc.subtree(object).start..doc.subtree(phrase).end)))
    }

    /// "called it a fraud": the small clause.
    fn object_name(&self, cue: &Cue) -> Option<Range<usize>> {
        let doc = self.doc;
        let parts =
            || self.after(cue).filter(|&c| matches!(doc.dep(c), Dep::Oprd | Dep::Ccomp | Dep::Xcomp | Dep::Dobj));
        let start = parts().map(|c| doc.subtree(c).start).min()?.max(cue.group.end);
        let end = parts().map(|c| doc.subtree(c).end).max()?;
        Some(self.extended(trimmed(doc, start..end)))
    }

    fn gerund(&self, cue: &Cue) -> Option<Range<usize>> {
        let doc = self.doc;
        let ing =
            self.after(cue).find(|&c| matches!(doc.dep(c), Dep::Xcomp | Dep::Ccomp) && doc.token(c).tag == Tag::Vbg)?;
        Some(self.whole(cue, ing))
    }

    fn preposition(&self, cue: &Cue, word: &str) -> Option<Range<usize>> {
        let doc = self.doc;
        let preposition = self.after(cue).find(|&c| doc.dep(c) == Dep::Prep && doc.lemma(c) == word)?;
        Some(self.whole(cue, complement(doc, preposition)?))
    }

    /// What is acted on: the object, or the subject of a passive that names its agent.
    fn object(&self, cue: &Cue) -> Option<usize> {
        let passive = self.doc.child(cue.verb, Dep::Nsubjpass);
        self.doc.child(cue.verb, Dep::Dobj).filter(|&o| o > cue.verb).or(passive)
    }

    /// The object with what is said of it: "the media for being dishonest", "the violence on a madman".
    fn with_addition(&self, cue: &Cue, object: usize) -> Range<usize> {
        let doc = self.doc;
        let mut range = doc.subtree(object);
        if object < cue.verb {
            return self.extended(trimmed(doc, range.start..range.end.min(cue.group.start)));
        }
        range.start = range.start.max(cue.group.end);
        let is_date =
            |c: usize| doc.child(c, Dep::Pobj).and_then(|o| doc.name_at(o)).is_some_and(|n| n.kind == NameType::Date);
        let says = |c: usize| {
            doc.dep(c) == Dep::Prep
                && matches!(doc.lemma(c), "as" | "for" | "over" | "of" | "to" | "on" | "with" | "against")
                && !is_date(c)
        };
        if let Some(addition) = doc.children(cue.verb).find(|&c| c == range.end && says(c)) {
            range.end = doc.subtree(addition).end;
        }
        self.extended(trimmed(doc, range))
    }

    /// The subtree of a token as content, on its own side of the cue.
    fn whole(&self, cue: &Cue, top: usize) -> Range<usize> {
        let mut range = self.doc.subtree(top);
        match top > cue.verb {
            true => range.start = range.start.max(cue.group.end),
            false => range.end = range.end.min(cue.clause.start),
        }
        self.extended(trimmed(self.doc, range))
    }

    /// Lets a range that begins or stops inside quotation marks take them in.
    pub fn extended(&self, range: Range<usize>) -> Range<usize> {
        let mut range = range;
        for quote in self.quotes.iter().map(|q| &q.tokens) {
            if range.contains(&quote.start) && quote.end > range.end {
                range.end = quote.end;
            }
            let begins_in = quote.start < range.start && range.start <= quote.start + 2 && range.start < quote.end;
            if begins_in && range.end >= quote.end {
                range.start = quote.start;
            }
        }
        range
    }

    /// A finite clause that the cue governs.
    fn that(&self, cue: &Cue) -> Option<Range<usize>> {
        let doc = self.doc;
        let marked = |c: usize| doc.child(c, Dep::Mark).is_some_and(|m| matches!(doc.lemma(m), "that" | "whether"));
        let clausal = |c: usize| match doc.dep(c) {
            Dep::Ccomp => true,
            Dep::Xcomp | Dep::Advcl => marked(c),
            _ => false,
        };
        let Some(top) = self.after(cue).find(|&c| clausal(c) && !is_infinitive(doc, c)) else {
            return self.marked_that(cue).or_else(|| self.rest_of_sentence(cue));
        };
        let end = self.after(cue).filter(|&c| clausal(c)).map(|c| doc.subtree(c).end).max()?;
        let object =
            doc.child(cue.verb, Dep::Dobj).filter(|&o| o > cue.verb).map_or(0, |o| doc.subtree(o).end.min(top));
        let start = doc.subtree(top).start.max(cue.group.end).max(object);
        let comment = (top..end).find(|&t| self.is_comment(t)).map(|noun| doc.subtree(noun).start);
        let other = || (top..end).find(|&t| self.is_said_by_another(t));
        let end = comment.or_else(other).map_or(end, |stop| stop.max(start));
        let mut range = self.extended(trimmed(doc, start..end));
        if range.start > cue.group.end && doc.lemma(range.start - 1) == "that" {
            range.start -= 1;
        }
        (!range.is_empty()).then_some(range)
    }

    /// "Officials say ten were held, but activists accused the army": whether a mark and "but" begin what somebody else says.
    fn is_said_by_another(&self, comma: usize) -> bool {
        let doc = self.doc;
        let but = comma + 1;
        if doc.word(comma) != "," || but >= doc.tokens().len() || doc.lemma(but) != "but" {
            return false;
        }
        let speaks = |v: &usize| {
            let subject = doc.child(*v, Dep::Nsubj).filter(|&s| s > but && doc.token(s).pos != Pos::Pron);
            let finite = matches!(doc.token(*v).tag, Tag::Vbd | Tag::Vbz | Tag::Vbp);
            doc.dep(*v) == Dep::Conj && *v > but && finite && subject.is_some() && self.is_speech_verb(*v)
        };
        doc.children(doc.head(but)).any(|v| speaks(&v))
    }

    /// "…, an accusation (that) the junta denies": what the writer adds to somebody's words.
    fn is_comment(&self, noun: usize) -> bool {
        let doc = self.doc;
        let words = ["accusation", "allegation", "assertion", "charge", "claim", "contention", "suggestion"];
        let start = doc.subtree(noun).start;
        let verb = doc.child(noun, Dep::Relcl);
        let disputed = verb.is_some_and(|v| matches!(doc.lemma(v), "deny" | "dismiss" | "dispute" | "reject"));
        disputed
            && doc.dep(noun) == Dep::Appos
            && words.contains(&doc.lemma(noun))
            && start > 0
            && doc.word(start - 1) == ","
    }

    /// "told a friend on many occasions that …", where the tree hangs the clause from a word between.
    fn marked_that(&self, cue: &Cue) -> Option<Range<usize>> {
        let doc = self.doc;
        let end = doc.sentence_of(cue.verb).tokens.end;
        let stop = (cue.group.end..end).find(|&t| is_pause(doc, t) || is_verb(doc, t) || doc.lemma(t) == "that")?;
        let rest = trimmed(doc, stop..end);
        let marked = doc.lemma(stop) == "that" && stop > cue.group.end;
        (cue.has_own_subject(doc) && marked && has_clause(doc, &rest)).then(|| self.extended(rest))
    }

    /// What follows a verb of saying to the end of the sentence, where the tree does not hang it from the verb.
    fn rest_of_sentence(&self, cue: &Cue) -> Option<Range<usize>> {
        let doc = self.doc;
        let says = cue.usages.iter().any(|u| u.frame == Frame::Quote && u.stance == Stance::Reports);
        let governs = self.after(cue).any(|c| matches!(doc.dep(c), Dep::Dobj | Dep::Xcomp | Dep::Advcl | Dep::Prt));
        if !says || governs || !cue.has_own_subject(doc) {
            return None;
        }
        let rest = trimmed(doc, cue.group.end..doc.sentence_of(cue.verb).tokens.end);
        let paused = (cue.group.end..rest.start).any(|t| doc.word(t) == ",");
        (!paused && has_clause(doc, &rest)).then(|| self.extended(rest))
    }

    /// A clause before, or round, "he said": the rest of the sentence.
    fn beside(&self, cue: &Cue) -> Option<Vec<Range<usize>>> {
        let doc = self.doc;
        let sentence = doc.sentence_of(cue.verb).tokens.clone();
        let before = cue.clause.start.checked_sub(1).filter(|t| sentence.contains(t))?;
        if !self.is_parenthesis(cue, before, &sentence) {
            return None;
        }
        let left = trimmed(doc, self.after_speech(sentence.start, cue.clause.start)..before);
        let right = self.right_of_parenthesis(cue, &sentence);
        let split = right.as_ref().is_some_and(|r| has_clause(doc, r) || self.depends_on(r, &left));
        if !has_clause(doc, &left) && !split {
            return None;
        }
        let mut content: Vec<_> = [Some(left), right.filter(|_| split)].into_iter().flatten().collect();
        content.retain(|r| !r.is_empty());
        content.extend(self.speech_resumed(cue).map(|q| self.quotes[q].tokens.clone()));
        (!content.is_empty()).then_some(content)
    }

    /// Whether the clause of a cue stands after a pause, with a subject and nothing of its own to say.
    fn is_parenthesis(&self, cue: &Cue, before: usize, sentence: &Range<usize>) -> bool {
        let doc = self.doc;
        let as_clause = doc.child(cue.verb, Dep::Mark).is_some_and(|m| doc.lemma(m) == "as");
        let paused = matches!(doc.word(before), "," | "—" | "–" | "--" | "\"") || doc.word(before).ends_with('”');
        let governs = |dep| doc.children(cue.verb).any(|c| c > cue.verb && doc.dep(c) == dep);
        let own = cue.has_own_subject(doc) || self.inverted(cue).is_some();
        let relative = doc.dep(cue.verb) == Dep::Relcl || cue.speaker.is_some_and(|s| antecedent(doc, s).is_some());
        let further = matches!(doc.dep(cue.verb), Dep::Conj | Dep::Advcl) && !self.ends_sentence(&cue.clause, sentence);
        paused && own && !relative && (as_clause || !(governs(Dep::Ccomp) || further)) && !governs(Dep::Xcomp)
    }

    /// Whether a verb on the right has its subject on the left, or goes on with a verb there: "Kim thanked Xi, Xinhua said, and
    /// promised help".
    fn depends_on(&self, right: &Range<usize>, left: &Range<usize>) -> bool {
        let doc = self.doc;
        let goes_on = |t: usize| doc.dep(t) == Dep::Conj && left.contains(&doc.head(t)) && is_verb(doc, doc.head(t));
        right.clone().any(|t| is_verb(doc, t) && (doc.children(t).any(|c| left.contains(&c)) || goes_on(t)))
    }

    pub fn ends_sentence(&self, clause: &Range<usize>, sentence: &Range<usize>) -> bool {
        (clause.end..sentence.end).all(|t| is_mark(self.doc, t))
    }

    /// Where the part of the sentence begins that is nobody's direct speech yet.
    fn after_speech(&self, start: usize, end: usize) -> usize {
        let taken = self.quotes.iter().zip(&self.owner).filter(|(q, owner)| q.speech && owner.is_some());
        taken.map(|(q, _)| &q.tokens).filter(|q| q.start >= start && q.end <= end).map(|q| q.end).max().unwrap_or(start)
    }

    /// What follows "…, he said, …", when it goes on with the sentence and does not hang from the cue.
    fn right_of_parenthesis(&self, cue: &Cue, sentence: &Range<usize>) -> Option<Range<usize>> {
        let doc = self.doc;
        let comma = cue.clause.end;
        if comma + 2 >= sentence.end || doc.word(comma) != "," {
            return None;
        }
        let hangs = doc
            .children(cue.verb)
            .any(|c| c > comma && matches!(doc.dep(c), Dep::Advcl | Dep::Conj | Dep::Prep | Dep::Npadvmod | Dep::Dep));
        let right = trimmed(doc, comma + 1..sentence.end);
        let joined = !right.is_empty() && doc.dep(right.start) == Dep::Cc;
        (!hangs).then(|| trimmed(doc, right.start + usize::from(joined)..right.end))
    }

    /// "Xi was quoted by Xinhua as saying …", "Xinhua quoted Xi as saying …": Xinhua vouches for Xi's saying it.
    pub fn vouchers(&mut self) {
        let doc = self.doc;
        for verb in 0..doc.tokens().len() {
            if !self.passes_on(verb) || self.speech_at(verb).is_some() {
                continue;
            }
            if let Some((voucher, content)) = self.passed_on(verb) {
                self.drafts.push(Draft::said(voucher, verb..verb + 1, content, Stance::Reports));
            }
        }
    }

    /// Whether a verb of quoting governs "as saying".
    pub fn passes_on(&self, verb: usize) -> bool {
        let doc = self.doc;
        let saying = |c: usize| doc.lemma(c) == "as" && doc.child(c, Dep::Pcomp).is_some();
        is_verb(doc, verb)
            && self.cues.of_verb(doc.lemma(verb)).iter().any(|u| u.frame == Frame::Quoted)
            && doc.children(verb).any(saying)
    }

    /// Who passes on the saying that a verb of quoting governs, and the saying with its words.
    fn passed_on(&self, verb: usize) -> Option<(usize, Vec<Range<usize>>)> {
        let doc = self.doc;
        let saying = doc.children(verb).find(|&c| c > verb && doc.dep(c) == Dep::Prep && doc.lemma(c) == "as")?;
        let voucher = speaker_of(doc, verb)?;
        let phrase = doc.subtree(saying);
        let inner = self.drafts.iter().find(|d| d.cue.as_ref().is_some_and(|cue| phrase.contains(&cue.start)))?;
        let quoted = inner.speaker.map_or(saying, |s| doc.subtree(s).start.min(saying));
        let clause = trimmed(doc, quoted..inner.cue.as_ref()?.end);
        let mut content: Vec<_> =
            inner.content.iter().filter(|c| c.start >= clause.end || c.end <= clause.start).cloned().collect();
        content.push(clause);
        content.sort_by_key(|c| c.start);
        Some((voucher, content))
    }

    /// The clause that a phrase such as "according to" stands in, without the phrase.
    pub fn round_phrase(&self, first: usize, last: usize) -> Vec<Range<usize>> {
        let doc = self.doc;
        let sentence = doc.sentence_of(first).tokens.clone();
        let mut phrase = doc.subtree(first).start.min(first)..doc.subtree(first).end.max(doc.subtree(last).end);
        // A tree that hangs the whole sentence below the phrase leaves the first comma to tell them apart.
        if trimmed(doc, phrase.clone()) == trimmed(doc, sentence.clone()) {
            phrase = first..(last + 1..sentence.end).find(|&t| doc.word(t) == ",").unwrap_or(sentence.end);
        }
        let clause = doc.ancestors(first).find(|&t| is_verb(doc, t) && has_clause(doc, &doc.subtree(t)));
        let whole = match clause.filter(|&v| !matches!(doc.dep(v), Dep::Root | Dep::Ccomp | Dep::Parataxis)) {
            Some(verb) => doc.subtree(verb),
            None => sentence,
        };
        let left = trimmed(doc, whole.start..phrase.start.clamp(whole.start, whole.end));
        let right = trimmed(doc, phrase.end.clamp(whole.start, whole.end)..whole.end);
        [left, right].into_iter().filter(|r| r.len() > 1).map(|r| self.extended(r)).collect()
    }
}
