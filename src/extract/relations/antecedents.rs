//! Pronouns that coreference left alone, because what they stand for was taken for no entity or for no person: "Montalvo and
//! his wife", "Geoff is from Minneapolis, where he met his wife".

use super::sides::Sides;
use crate::coref::Chains;
use crate::doc::{Dep, Form, NameType, Pos};
use crate::link::{Entity, EntityType};

impl Sides<'_> {
    /// Gives such pronouns their mentions, and a person to those names that have no entity.
    pub fn resolve_pronouns(&self, chains: &mut Chains) {
        let alone = |t: &usize| self.is_pronoun_of_one(*t);
        for pronoun in (0..self.doc.tokens().len()).filter(alone) {
            if chains.headed_by(pronoun).is_some() || !self.doc.sentence_of(pronoun).kind.asserts() {
                continue;
            }
            if let Some(entity) = self.antecedent(pronoun).and_then(|name| self.person_named(name, chains)) {
                chains.add_pronoun(entity, pronoun, self.doc.span(pronoun..pronoun + 1));
            }
        }
        for token in 0..self.doc.tokens().len() {
            let place = self.relative_place(token).and_then(|noun| chains.headed_by(noun)).map(|m| m.entity);
            if let Some(place) = place.filter(|_| chains.headed_by(token).is_none()) {
                chains.add_pronoun(place, token, self.doc.span(token..token + 1));
            }
        }
    }

    /// The noun that "where" stands for.
    fn relative_place(&self, token: usize) -> Option<usize> {
        let verb = self.doc.head(token);
        let relative = self.doc.dep(verb) == Dep::Relcl && token < verb && self.doc.head(verb) < token;
        (relative && self.doc.lemma(token).eq_ignore_ascii_case("where")).then(|| self.doc.head(verb))
    }

    /// "he", "his", "him", "she", "her", "hers".
    fn is_pronoun_of_one(&self, token: usize) -> bool {
        let word = self.doc.word(token).to_lowercase();
        let of_one = word.starts_with('h') || word == "she";
        self.doc.token(token).pos == Pos::Pron && of_one && self.words.is("person_pronouns", &word)
    }

    /// The name that the phrase round a pronoun is joined to, else the subject of the nearest verb above that has a name.
    fn antecedent(&self, pronoun: usize) -> Option<usize> {
        let is_name = |t: &usize| *t < pronoun && (self.grammar.is_name(*t) || self.is_unknown_name(*t));
        self.doc.ancestors(pronoun).find_map(|above| {
            let joined = (self.doc.dep(above) == Dep::Conj).then(|| self.grammar.first_conjunct(above));
            let subject = self.doc.children(above).find(|&c| matches!(self.doc.dep(c), Dep::Nsubj | Dep::Nsubjpass));
            joined.filter(is_name).or(subject.filter(is_name))
        })
    }

    /// The person that a name stands for: somebody unknown, or whoever an earlier stage took for an unknown body.
    fn person_named(&self, name: usize, chains: &mut Chains) -> Option<usize> {
        if let Some(mention) = chains.headed_by(name) {
            let entity = &chains.entities[mention.entity];
            let unknown = entity.wikidata.is_none() && entity.geonames.is_none();
            let may_be = matches!(entity.kind, EntityType::Person | EntityType::Organization | EntityType::Thing);
            let fits = mention.form != Form::Nominal && unknown && may_be && !self.names_body(&entity.label);
            let entity = mention.entity;
            // "he" and "she" say of a name that it is a person's.
            if fits {
                chains.entities[entity].kind = EntityType::Person;
            }
            return fits.then_some(entity);
        }
        let tokens = self.name_of(name);
        let (label, span) = (self.doc.phrase(tokens.clone()), self.doc.span(tokens.clone()));
        let known = self.doc.name_at(name).is_none_or(|n| n.kind == NameType::Person);
        let entity = Entity { kind: EntityType::Person, label, confidence: 1.0, ..Entity::default() };
        (known && !self.grammar.is_title(name)).then(|| chains.add(entity, tokens, name, span, Form::Name))
    }
}
