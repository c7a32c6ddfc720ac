//! Chains of mentions: what nouns, pronouns and group words stand for, beside the names that were linked.
//!
//! [`resolve`] walks through an article once. Every noun that names an actor ("soldiers", "the Chinese president"), every
//! third-person pronoun and every group ("the two countries") either joins an entity that the text has named before, or
//! becomes an entity of its own; a pronoun that nothing fits gets no mention.

mod chains;
mod groups;
mod nominals;
mod pronouns;

pub use chains::Chains;

use crate::doc::{Dep, Doc, Form, Mention, NameType, Pos};
use crate::link::{Entity, Gazetteer, Gender, Linked};
use std::ops::Range;

/// Completes the chains of an article, of which `linked` holds the names.
pub fn resolve(doc: &Doc, linked: Linked, gazetteer: &Gazetteer) -> Chains {
    let mut resolver = Resolver { doc, gazetteer, chains: Chains::new(linked) };
    for sentence in doc.sentences() {
        for token in sentence.tokens.clone() {
            resolver.token(token);
        }
    }
    resolver.chains.sorted()
}

/// How many sentences back an antecedent may stand.
const REACH: usize = 3;

struct Resolver<'a> {
    doc: &'a Doc,
    gazetteer: &'a Gazetteer,
    chains: Chains,
}

impl Resolver<'_> {
    fn token(&mut self, t: usize) {
        if self.chains.headed_by(t).is_some() {
            return;
        }
        match self.doc.token(t).pos {
            Pos::Pron | Pos::Det => self.pronoun(t),
            Pos::Noun | Pos::Propn if !self.chains.covers(t) && !self.group(t) => self.nominal(t),
            Pos::Adj if self.is_hyphened_role(t) => self.nominal(t),
            Pos::Adj if !self.chains.covers(t) => {
                self.group_adjective(t);
            }
            _ => {}
        }
    }

    fn is_hyphened_role(&self, t: usize) -> bool {
        let known = |role: String| !self.gazetteer.words().roles(&role).is_empty();
        !self.chains.covers(t) && self.hyphened(t).is_some_and(known)
    }

    fn add(&mut self, entity: usize, tokens: Range<usize>, head: usize, form: Form, confidence: f32) {
        let span = self.doc.span(tokens.clone());
        self.chains.push(Mention { entity, tokens, head, span, form, confidence });
    }

    fn entity(&self, index: usize) -> &Entity {
        &self.chains.entities[index]
    }

    fn new_entity(&mut self, entity: Entity) -> usize {
        self.chains.entities.push(entity);
        self.chains.entities.len() - 1
    }

    fn lower(&self, t: usize) -> String {
        self.doc.lemma(t).to_lowercase()
    }

    /// Mentions before a token, nearest first, no more than `REACH` sentences back.
    fn before(&self, t: usize) -> impl Iterator<Item = &Mention> {
        let first = self.doc.token(t).sentence.saturating_sub(REACH);
        let recent = self.chains.before(t);
        recent.take_while(move |m| self.doc.token(m.head).sentence >= first)
    }

    /// From the leftmost dependant before a noun to the noun itself.
    fn noun_phrase(&self, head: usize) -> Range<usize> {
        let is_part = |c: &usize| {
            let dep = self.doc.dep(*c);
            *c < head
                && !matches!(dep, Dep::Punct | Dep::Cc | Dep::Preconj | Dep::Advmod | Dep::Appos)
                // "Days later gangs attacked"
                && !(dep == Dep::Compound && self.doc.is_plural(*c) && self.doc.name_at(*c).is_some_and(|n| n.kind == NameType::Date))
        };
        let start = self.doc.children(head).find(is_part).map_or(head, |c| self.doc.subtree(c).start);
        start..head + 1
    }

    /// What is known of a person's gender: from the gazetteer, the first name, or a title.
    fn gender(&self, index: usize) -> Option<Gender> {
        let entity = self.entity(index);
        let entry = entity.wikidata.as_deref().and_then(|q| self.gazetteer.item(q)).map(|id| self.gazetteer.entry(id));
        if let Some(gender) = entry.and_then(|e| e.gender()).and_then(|g| g.to_string().parse().ok()) {
            return Some(gender);
        }
        let words = self.gazetteer.words();
        let titles = self.chains.mentions_of(index).flat_map(|m| m.tokens.clone()).map(|t| self.doc.word(t));
        for word in titles {
            if words.is("honorific_male", word) {
                return Some(Gender::Male);
            }
            if words.is("honorific_female", word) {
                return Some(Gender::Female);
            }
        }
        // "a woman", "his mother": a person without a name is what the noun says.
        let heads = self.chains.mentions_of(index).filter(|m| m.form == Form::Nominal).map(|m| self.lower(m.head));
        if let Some(gender) = heads.into_iter().find_map(|noun| self.noun_gender(&noun)) {
            return Some(gender);
        }
        entity.label.split_whitespace().find_map(|word| words.given_name(&self.gazetteer.key(word)))
    }

    /// Of whom a noun is said: "wife", "spokesman".
    fn noun_gender(&self, noun: &str) -> Option<Gender> {
        let words = self.gazetteer.words();
        let of_women = words.is("female_noun", noun).then_some(Gender::Female);
        of_women.or_else(|| words.is("male_noun", noun).then_some(Gender::Male))
    }

    fn country(&mut self, code: &str) -> Option<usize> {
        self.chains.country(code, self.gazetteer)
    }
}
