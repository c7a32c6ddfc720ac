//! Entities and mentions of one article, found by the head of a mention.

use crate::doc::{Doc, Form, Mention};
use crate::link::{Entity, EntityType, Gazetteer, Linked};
use crate::text::Span;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

/// All entities of an article and all mentions that stand for them.
#[derive(Clone, Debug, Default)]
pub struct Chains {
    pub entities: Vec<Entity>,
    pub mentions: Vec<Mention>,
    /// Head token to mention: the longest that has this head.
    by_head: HashMap<usize, usize>,
    /// Token to the name it stands in.
    by_word: HashMap<usize, usize>,
    /// Head token and mention, to walk back through the text.
    by_place: BTreeSet<(usize, usize)>,
    /// The mentions of each entity.
    by_entity: HashMap<usize, Vec<usize>>,
    covered: BTreeSet<usize>,
}

impl Chains {
    /// Chains of the names alone.
    pub fn new(linked: Linked) -> Self {
        let mut chains = Self { entities: linked.entities, ..Self::default() };
        for mention in linked.mentions {
            chains.push(mention);
        }
        chains
    }

    /// The longest mention whose head is this token; else the name that it is a word of, whichever word the parser takes for
    /// the head of it.
    pub fn headed_by(&self, token: usize) -> Option<&Mention> {
        self.by_head.get(&token).or_else(|| self.by_word.get(&token)).map(|&i| &self.mentions[i])
    }

    /// Whether the article calls this entity by a name.
    pub fn is_named(&self, entity: usize) -> bool {
        let mentions = self.by_entity.get(&entity).into_iter().flatten();
        mentions.map(|&m| self.mentions[m].form).any(|f| matches!(f, Form::Name | Form::Acronym | Form::Titled))
    }

    /// Adds an entity that is mentioned once, in these words; gives its index.
    pub fn add(&mut self, entity: Entity, tokens: Range<usize>, head: usize, span: Span, form: Form) -> usize {
        let index = self.entities.len();
        let confidence = entity.confidence;
        self.entities.push(entity);
        self.push(Mention { entity: index, tokens, head, span, form, confidence });
        index
    }

    /// Adds a pronoun to those that stand for an entity.
    pub fn add_pronoun(&mut self, entity: usize, token: usize, span: Span) {
        let confidence = 0.7 * self.entities[entity].confidence;
        self.push(Mention { entity, tokens: token..token + 1, head: token, span, form: Form::Pronoun, confidence });
    }

    /// The entity of the country with this ISO code, one for the article; none for a code that is no country's.
    pub fn country(&mut self, code: &str, gazetteer: &Gazetteer) -> Option<usize> {
        if let Some(known) = self.known_country(code) {
            return Some(known);
        }
        self.entities.push(gazetteer.entry(gazetteer.country(code)?).entity());
        Some(self.entities.len() - 1)
    }

    /// The same where the article has spoken of it already.
    pub fn known_country(&self, code: &str) -> Option<usize> {
        self.entities.iter().position(|e| e.kind == EntityType::Country && e.country.as_deref() == Some(code))
    }

    /// Gives "I" and "we" inside quoted words their mentions. `speech` has the tokens of quoted words, each with the mention
    /// of their speaker; where quotations lie in one another, the innermost counts.
    pub fn first_person(&mut self, doc: &Doc, speech: &[(Range<usize>, usize)]) {
        let mut inner: Vec<&(Range<usize>, usize)> = speech.iter().collect();
        inner.sort_by_key(|(tokens, speaker)| (tokens.len(), tokens.start, *speaker));
        for (tokens, speaker) in inner {
            let entity = self.mentions[*speaker].entity;
            for t in tokens.clone() {
                let confidence = first_person(&doc.word(t).to_lowercase(), self.entities[entity].kind);
                if let Some(confidence) = confidence.filter(|_| self.headed_by(t).is_none()) {
                    let span = doc.span(t..t + 1);
                    self.push(Mention { entity, tokens: t..t + 1, head: t, span, form: Form::Pronoun, confidence });
                }
            }
        }
    }

    pub(super) fn push(&mut self, mention: Mention) {
        let index = self.mentions.len();
        let longest = self.by_head.entry(mention.head).or_insert(index);
        if self.mentions.get(*longest).is_some_and(|m| m.tokens.len() < mention.tokens.len()) {
            *longest = index;
        }
        if matches!(mention.form, Form::Name | Form::Titled | Form::Acronym) {
            self.by_word.extend(mention.tokens.clone().map(|t| (t, index)));
        }
        self.by_place.insert((mention.head, index));
        self.by_entity.entry(mention.entity).or_default().push(index);
        self.covered.extend(mention.tokens.clone());
        self.mentions.push(mention);
    }

    /// Whether a token lies in some mention.
    pub(super) fn covers(&self, token: usize) -> bool {
        self.covered.contains(&token)
    }

    /// Mentions whose head stands before a token, nearest first.
    pub fn before(&self, token: usize) -> impl Iterator<Item = &Mention> {
        self.by_place.range(..(token, 0)).rev().map(|&(_, i)| &self.mentions[i])
    }

    pub(super) fn mentions_of(&self, entity: usize) -> impl Iterator<Item = &Mention> {
        self.by_entity.get(&entity).into_iter().flatten().map(|&i| &self.mentions[i])
    }

    /// The same chains with the mentions in the order of the text.
    pub(super) fn sorted(self) -> Self {
        let mut mentions = self.mentions;
        mentions.sort_by_key(|m| (m.span.start, m.span.end));
        Self::new(Linked { entities: self.entities, mentions })
    }
}

/// How sure it is that a pronoun means a speaker of this kind: "we" of one person is those for whom she speaks, too.
fn first_person(word: &str, speaker: EntityType) -> Option<f32> {
    let person = matches!(speaker, EntityType::Person | EntityType::Group);
    match word {
        "i" | "me" | "my" | "mine" | "myself" => person.then_some(0.9),
        "we" | "us" | "our" | "ours" | "ourselves" => Some(if person { 0.6 } else { 0.8 }),
        _ => None,
    }
}
