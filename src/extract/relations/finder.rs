//! Rules for relations against a document: for every trigger all rules whose conditions hold and whose sides are filled.

use super::super::grammar::Grammar;
use super::super::quotes::Quotation;
use super::super::rules::{Condition, Trigger, WordClass};
use super::super::status::{self, StatusTable};
use super::super::vouching::Claim;
use super::load::{RelationRule, RelationRules};
use super::parentheses;
use super::predicates::{Predicate, WikidataProperty};
use super::sides::{Side, SideFiller, Sides};
use super::valid::{self, Valid, valid};
use super::{Object, Relation};
use crate::coref::Chains;
use crate::doc::{Dep, Doc, Form, Mention, NameType, Pos};
use crate::lexicon::WordLists;
use crate::link::{Entity, EntityType, Gazetteer};
use crate::text::Span;
use crate::times::TimeExpression;
use std::sync::Arc;

/// What the relations of a document are found with.
pub struct Finder<'a> {
    pub doc: &'a Doc,
    pub grammar: Grammar<'a>,
    pub rules: &'a RelationRules,
    pub status: &'a StatusTable,
    pub words: &'a WordLists,
    pub times: &'a [TimeExpression],
    pub quotations: &'a [Quotation],
    pub gazetteer: &'a Gazetteer,
}

/// A relation with the words that name its sides.
type Placed = ((Span, Span), Relation);

/// A rule that fits, before what follows from it is drawn.
pub(super) struct Statement<'r> {
    pub predicate: usize,
    pub subject: Side,
    pub object: Side,
    pub span: Span,
    pub valid: Valid,
    pub claim: Claim,
    pub confidence: f32,
    pub rule: &'r str,
}

impl Finder<'_> {
    /// All relations of the document, in the order of their triggers. Those whom only a relation names are added to `chains`.
    pub fn run(&self, chains: &mut Chains) -> Vec<Relation> {
        let mut found = Vec::new();
        self.sides().resolve_pronouns(chains);
        for trigger in 0..self.doc.tokens().len() {
            if !self.doc.sentence_of(trigger).kind.asserts() {
                continue;
            }
            for (rule, phrase) in self.candidates(trigger, chains) {
                self.try_rule(&self.rules.rules[rule], trigger, phrase, chains, &mut found);
            }
        }
        for statement in parentheses::statements(self, chains) {
            self.draw(statement, chains, &mut found);
        }
        found.sort_by_key(|(_, r)| (r.span.start, r.span.end));
        without_repeats(found)
    }

    pub(super) fn sides(&self) -> Sides<'_> {
        Sides { doc: self.doc, grammar: &self.grammar, times: self.times, words: self.words, gazetteer: self.gazetteer }
    }

    /// The rules that a token triggers, with the words of the trigger.
    fn candidates(&self, t: usize, chains: &Chains) -> Vec<(usize, Span)> {
        let own = self.doc.token(t).span;
        let mut found = Vec::new();
        if self.is_part_of_more(t) {
            return found;
        }
        if let Some(class) = self.word_class(t) {
            let lemma = self.lemma(t);
            let fitting = self.rules.triggers(&lemma).iter().filter(|entry| entry.class == class);
            found.extend(fitting.filter_map(|entry| Some((entry.rule, self.phrase(t, entry)?))));
        }
        let of_country = |m: &Mention| m.form == Form::Demonym && chains.entities[m.entity].kind == EntityType::Country;
        let demonym = chains.headed_by(t).is_some_and(of_country) || self.is_nationality(t);
        // "(Ukrainian: …)" names a language.
        let names_language = self.doc.tokens().get(t + 1).is_some_and(|next| next.span.of(self.doc.text()) == ":");
        if demonym && !names_language {
            found.extend(self.rules.demonyms.iter().map(|&rule| (rule, own)));
        }
        if self.ends_person(t) {
            found.extend(self.rules.persons.iter().map(|&rule| (rule, own)));
        }
        found.sort_by_key(|&(rule, span)| (rule, std::cmp::Reverse(span.len())));
        found.dedup_by_key(|(rule, _)| *rule);
        found
    }

    /// "King" in "Martin Luther King", "chief" in "chief operating officer", "president" in "Mr. President": no word of its own.
    fn is_part_of_more(&self, t: usize) -> bool {
        let inside = self.doc.name_at(t).is_some_and(|n| n.kind == NameType::Person && n.tokens.start < t);
        let head = self.doc.head(t);
        let before = matches!(self.doc.dep(t), Dep::Compound | Dep::Nmod | Dep::Amod) && (t + 1..t + 4).contains(&head);
        let longer = before && self.grammar.is_title(t) && self.grammar.is_title(head) && self.names_nobody(head);
        let address = t.checked_sub(1).is_some_and(|b| self.words.is("address", &self.doc.word(b).to_lowercase()));
        longer || (inside || address) && self.grammar.is_title(t)
    }

    fn names_nobody(&self, t: usize) -> bool {
        self.doc.name_at(t).is_none_or(|n| n.kind != NameType::Person)
    }

    fn ends_person(&self, t: usize) -> bool {
        self.doc.name_at(t).is_some_and(|n| n.kind == NameType::Person && n.tokens.end == t + 1)
    }

    /// Words of nationality whose country no stage before found.
    fn is_nationality(&self, t: usize) -> bool {
        self.doc.name_at(t).is_some_and(|n| n.kind == NameType::Norp)
            && self.gazetteer.lookup(self.doc.word(t)).first().is_some_and(|c| c.entry.kind() == EntityType::Country)
    }

    fn lemma(&self, t: usize) -> String {
        self.doc.lemma(t).to_lowercase()
    }

    fn word_class(&self, t: usize) -> Option<WordClass> {
        let token = self.doc.token(t);
        let inside_name = self.doc.name_at(t).is_some_and(|n| {
            !matches!(n.kind, NameType::Norp | NameType::Date | NameType::Person) && n.tokens.end > t + 1
        });
        match token.pos {
            Pos::Noun | Pos::Propn if !inside_name => Some(WordClass::Noun),
            Pos::Verb => Some(WordClass::Verb),
            Pos::Adj => Some(WordClass::Adjective),
            _ => None,
        }
    }

    /// The words of a trigger, when all of them are there: before a noun right before it, after a verb anywhere below it.
    fn phrase(&self, head: usize, trigger: &Trigger) -> Option<Span> {
        let mut span = self.doc.token(head).span;
        if trigger.class == WordClass::Noun {
            let mut at = head;
            for word in trigger.rest.iter().rev() {
                at = self.word_before(at).filter(|&t| self.lemma(t) == *word || self.is_word(t, word))?;
                span = span.cover(self.doc.token(at).span);
            }
            return Some(span);
        }
        self.grammar.phrase_below(head, &trigger.rest)
    }

    fn is_word(&self, t: usize, word: &str) -> bool {
        self.doc.word(t).eq_ignore_ascii_case(word)
    }

    /// The token before, past a hyphen.
    fn word_before(&self, t: usize) -> Option<usize> {
        let first = self.doc.sentence_of(t).tokens.start;
        (first..t).rev().find(|&b| self.doc.word(b) != "-")
    }

    fn try_rule(
        &self,
        rule: &RelationRule,
        trigger: usize,
        phrase: Span,
        chains: &mut Chains,
        found: &mut Vec<Placed>,
    ) {
        let holds = |c: &Condition| self.holds(c, trigger);
        if !rule.needs.iter().all(holds) || rule.unless.iter().any(holds) {
            return;
        }
        let objects = self.sides().fill(&rule.object, trigger, phrase, chains);
        if objects.is_empty() {
            return;
        }
        let subjects = self.sides().fill(&rule.subject, trigger, phrase, chains);
        for subject in &subjects {
            for object in objects.iter().filter(|o| o.filler != subject.filler) {
                let (subject, object) = (self.settled(subject, chains), self.settled(object, chains));
                let statement = self.statement(rule, trigger, phrase, &subject, &object, chains);
                self.draw(statement, chains, found);
            }
        }
    }

    /// The same side, with somebody new in the chains.
    fn settled(&self, side: &Side, chains: &mut Chains) -> Side {
        let SideFiller::New(new) = &side.filler else { return side.clone() };
        let known = chains.headed_by(new.head).map(|m| m.entity);
        let entity = known.unwrap_or_else(|| {
            let label = self.doc.phrase(new.tokens.clone());
            let entity = Entity { kind: new.kind, label, confidence: 1.0, ..Entity::default() };
            let is_pronoun = self.doc.token(new.head).pos == Pos::Pron;
            let form = if is_pronoun { Form::Pronoun } else { Form::Nominal };
            chains.add(entity, new.tokens.clone(), new.head, side.span, form)
        });
        Side { filler: SideFiller::Entity(entity), ..side.clone() }
    }

    fn holds(&self, condition: &Condition, trigger: usize) -> bool {
        let ends = self.grammar.follow(trigger, &condition.path);
        if condition.words.is_empty() {
            return !ends.is_empty();
        }
        ends.iter().any(|end| condition.words.contains(&self.lemma(end.token)))
    }

    fn statement<'r>(
        &self,
        rule: &'r RelationRule,
        trigger: usize,
        phrase: Span,
        subject: &Side,
        object: &Side,
        chains: &Chains,
    ) -> Statement<'r> {
        let state = self.rules.predicates.get(rule.predicate).state;
        let inferred = usize::from(subject.inferred) + usize::from(object.inferred);
        Statement {
            predicate: rule.predicate,
            subject: subject.clone(),
            object: object.clone(),
            span: phrase.cover(object.span),
            valid: valid(&self.grammar, self.words, self.times, rule, state, trigger),
            claim: self.claim(trigger, chains),
            confidence: rule.confidence * 0.93f32.powi(inferred as i32),
            rule: &rule.id,
        }
    }

    /// What is predicated has the standing of its clause; what an attribute takes for granted ("his wife, Mary") its own.
    pub(super) fn claim(&self, trigger: usize, chains: &Chains) -> Claim {
        // "is not a German citizen" denies the adjective with its noun.
        let before = matches!(self.doc.dep(trigger), Dep::Amod | Dep::Compound | Dep::Nmod);
        let said = if before { self.doc.head(trigger) } else { trigger };
        let carrier = valid::carrier(&self.grammar, said);
        let depends = status::depends_on_clause(&self.grammar, self.status, said);
        let is_said = carrier != said || depends || !before && !self.grammar.is_noun(trigger);
        let standing = match is_said {
            true => status::standing(&self.grammar, self.status, said, carrier),
            false => status::of_attribute(&self.grammar, self.status, trigger),
        };
        let claim = Claim { status: standing.status, polarity: standing.polarity, attribution: Vec::new() };
        if is_said {
            return claim.at(trigger, self.quotations, chains, &self.grammar);
        }
        let is_title = before && chains.headed_by(said).is_some_and(|m| matches!(m.form, Form::Name | Form::Titled));
        claim.attributed(trigger, is_title, self.quotations, chains)
    }

    /// The relation that is stated, and those that follow from it.
    fn draw(&self, statement: Statement<'_>, chains: &Chains, found: &mut Vec<Placed>) {
        for (predicate, swapped) in self.rules.predicates.closure(statement.predicate) {
            let predicate = self.rules.predicates.get(predicate);
            let (subject, object) =
                if swapped { (&statement.object, &statement.subject) } else { (&statement.subject, &statement.object) };
            self.relation(&statement, predicate, subject, object, chains, found);
            if predicate.symmetric {
                self.relation(&statement, predicate, object, subject, chains, found);
            }
        }
    }

    fn relation(
        &self,
        statement: &Statement<'_>,
        predicate: &Predicate,
        subject: &Side,
        object: &Side,
        chains: &Chains,
        found: &mut Vec<Placed>,
    ) {
        let sides = (subject, object);
        let SideFiller::Entity(subject) = subject.filler else { return };
        if predicate.own_country && self.is_of_another_country(subject, &object.filler, chains) {
            return;
        }
        let object = match &object.filler {
            SideFiller::Entity(entity) => Object::Entity(*entity),
            SideFiller::Value(value) => Object::Value(value.clone()),
            SideFiller::New(_) => return,
        };
        let ends = (sides.0.span, sides.1.span);
        found.push((
            ends,
            Relation {
                subject,
                predicate: predicate.name.clone(),
                wikidata: self.wikidata(predicate, &object, chains),
                object,
                span: statement.span,
                knowledgenet: predicate.knowledgenet.clone(),
                begin: statement.valid.begin.clone(),
                until: statement.valid.until.clone(),
                status: statement.claim.status,
                polarity: statement.claim.polarity,
                attribution: statement.claim.attribution.clone(),
                confidence: statement.confidence,
                rule: statement.rule.to_owned(),
            },
        ));
    }

    /// Whether a person known to the gazetteer has another country than the one that a rule read: "Putin" and "Armenia" in a
    /// list of leaders that the parser got wrong.
    fn is_of_another_country(&self, subject: usize, object: &SideFiller, chains: &Chains) -> bool {
        let SideFiller::Entity(object) = *object else { return false };
        let country = |entity: usize| chains.entities[entity].country.as_deref();
        let known = chains.entities[subject].wikidata.is_some();
        known && country(subject).zip(country(object)).is_some_and(|(own, other)| own != other)
    }

    fn wikidata(&self, predicate: &Predicate, object: &Object, chains: &Chains) -> Option<Arc<str>> {
        match (predicate.wikidata.as_ref()?, object) {
            (WikidataProperty::One(id), _) => Some(id.clone()),
            (WikidataProperty::ByGender { male, female }, Object::Entity(entity)) => {
                let item = chains.entities[*entity].wikidata.as_deref().and_then(|q| self.gazetteer.item(q))?;
                match self.gazetteer.entry(item).gender()? {
                    'm' => Some(male.clone()),
                    'f' => Some(female.clone()),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// One place says a thing once of the same words: of equal relations that overlap the surest stays. "He met and married his wife"
/// says it twice.
fn without_repeats(found: Vec<Placed>) -> Vec<Relation> {
    let mut kept: Vec<Placed> = Vec::new();
    for (ends, relation) in found {
        let same = |(known, k): &&mut Placed| {
            *known == ends
                && k.subject == relation.subject
                && k.predicate == relation.predicate
                && k.object == relation.object
                && k.span.start < relation.span.end
                && relation.span.start < k.span.end
        };
        match kept.iter_mut().find(same) {
            Some((_, known)) if known.confidence < relation.confidence => *known = relation,
            Some(_) => {}
            None => kept.push((ends, relation)),
        }
    }
    kept.into_iter().map(|(_, relation)| relation).collect()
}
