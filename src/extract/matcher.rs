//! Rules against a document: for every trigger the best rule whose conditions hold and whose roles are filled.

use super::event::{Event, Party};
use super::extraction::Status;
use super::grammar::{Filler, Grammar, Step};
use super::numerals::Numerals;
use super::rules::{Condition, Kind, Role, RoleName, Rule, Rules, StandsFor, Trigger, WordClass};
use super::status::{self, Standing, StatusTable};
use super::triggers::Triggers;
use crate::coref::Chains;
use crate::doc::{Dep, Doc, Form, Mention, Pos, Tag};
use crate::link::{Entity, EntityType, Gazetteer};
use crate::text::{BlockKind, Span};
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

/// What the matcher works with.
pub struct Matcher<'a> {
    pub doc: &'a Doc,
    pub grammar: Grammar<'a>,
    pub rules: &'a Rules,
    pub lexicon: &'a Triggers,
    pub status: &'a StatusTable,
    pub numerals: &'a Numerals,
    pub gazetteer: &'a Gazetteer,
}

/// Where a rule stopped, for those who ask why a sentence gave nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Found,
    /// Another rule fitted the same words better.
    Beaten,
    /// A condition failed: its path and words.
    Condition(String),
    /// A role that must be filled is not.
    Unfilled(RoleName),
    /// Nobody in public life has a part in what a trigger of the lexicon names.
    Private,
}

/// A rule that a word triggered, and how far it came.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub rule: String,
    pub trigger: usize,
    pub outcome: Outcome,
}

struct Candidate {
    rule: usize,
    trigger: usize,
    span: Span,
    parties: Vec<(RoleName, Party)>,
    inferred: usize,
    /// The number before the first of the recipients, and of the actors.
    numbers: [Option<(u64, Span)>; 2],
    /// Whether a number alone stands for the recipients, and for the actors: "killed 12".
    bare: [bool; 2],
    /// Mode and CAMEO code that a trigger of the lexicon tells.
    mode: Option<Arc<str>>,
    cameo: Option<Arc<str>>,
    /// Entities that nobody has named before, with the words that name them here; they join the chains when the rule wins.
    /// Their numbers go on from those of the chains.
    new: Vec<(Entity, Option<Words>)>,
}

/// Where something new is named.
struct Words {
    tokens: Range<usize>,
    head: usize,
    span: Span,
}

/// Where the numbers of a role stand in [`Candidate::numbers`].
fn counted_place(role: &RoleName) -> Option<usize> {
    match role {
        RoleName::Recipient => Some(0),
        RoleName::Actor => Some(1),
        _ => None,
    }
}

impl Candidate {
    fn entity<'c>(&'c self, index: usize, chains: &'c Chains) -> &'c Entity {
        match index.checked_sub(chains.entities.len()) {
            None => &chains.entities[index],
            Some(new) => &self.new[new].0,
        }
    }

    fn add(&mut self, entity: Entity, words: Option<Words>, chains: &Chains) -> usize {
        self.new.push((entity, words));
        chains.entities.len() + self.new.len() - 1
    }
}

impl Matcher<'_> {
    /// All events of the document, in the order of their triggers. Entities that only an event names are added to `chains`.
    pub fn run(&self, chains: &mut Chains, mut attempts: Option<&mut Vec<Attempt>>) -> Vec<Event> {
        let mut events = Vec::new();
        for trigger in 0..self.doc.tokens().len() {
            if let Some(event) = self.event_at(trigger, chains, attempts.as_deref_mut()) {
                events.push(event);
            }
        }
        self.drop_repeats(&mut events);
        self.drop_carriers(&mut events);
        events
    }

    /// "began an offensive": a general event of a verb that only carries or governs the noun of another says nothing more.
    fn drop_carriers(&self, events: &mut Vec<Event>) {
        let above = |e: &Event| [self.grammar.carrier(e.trigger), self.doc.head(e.trigger)];
        let carriers: HashSet<usize> = events.iter().filter(|e| !e.general).flat_map(above).collect();
        events.retain(|e| !e.general || !carriers.contains(&e.trigger));
    }

    /// "signed an agreement" names one event by verb and noun: the mention with more participants stays, else the verb's.
    fn drop_repeats(&self, events: &mut Vec<Event>) {
        let by_trigger: HashMap<usize, usize> = events.iter().enumerate().map(|(i, e)| (e.trigger, i)).collect();
        let mut repeated = vec![false; events.len()];
        for (i, event) in events.iter().enumerate() {
            // "killed two and wounded three" are two events.
            if self.doc.dep(event.trigger) == Dep::Conj && self.grammar.is_verb(event.trigger) {
                continue;
            }
            let verbs = [self.grammar.carrier(event.trigger), self.doc.head(event.trigger)];
            let twins = verbs.iter().filter(|&&v| v != event.trigger).filter_map(|v| by_trigger.get(v).copied());
            let same =
                |t: &usize| events[*t].is_of_file(event) || event.is_from_lexicon() && events[*t].kind == event.kind;
            if let Some(verb) = twins.filter(same).min() {
                repeated[if event.parties.len() > events[verb].parties.len() { verb } else { i }] = true;
            }
        }
        let mut repeated = repeated.into_iter();
        events.retain(|_| repeated.next() == Some(false));
    }

    fn event_at(&self, trigger: usize, chains: &mut Chains, mut attempts: Option<&mut Vec<Attempt>>) -> Option<Event> {
        let gerund = self.grammar.is_gerund_as_noun(trigger);
        let class = if gerund { WordClass::Noun } else { self.word_class(trigger)? };
        // "called the sentence an attack on free speech" says what somebody takes it for.
        if class == WordClass::Noun && self.doc.dep(trigger) == Dep::Oprd {
            return None;
        }
        let lemma = if gerund { self.doc.word(trigger) } else { self.doc.lemma(trigger) }.to_lowercase();
        let mut best = self.best_of(self.rules.triggers(&lemma), class, trigger, chains, attempts.as_deref_mut());
        if best.is_none() {
            best = self.by_lexicon(trigger, chains, attempts.as_deref_mut());
        }
        if best.is_none() {
            best = self.best_of(self.rules.general(), class, trigger, chains, attempts);
        }
        let candidate = best?;
        let standing = status::standing(&self.grammar, self.status, trigger, self.grammar.carrier(trigger));
        self.happened(&candidate, standing).then(|| self.finish(candidate, standing, chains))
    }

    /// What a trigger of the lexicon alone stands for, when all that fit the words agree on the type.
    fn by_lexicon(&self, trigger: usize, chains: &Chains, attempts: Option<&mut Vec<Attempt>>) -> Option<Candidate> {
        if self.is_purpose(trigger) {
            return None;
        }
        let found = self.lexicon.at(self.doc, trigger);
        let first = found.first()?.trigger;
        if found.iter().any(|f| f.trigger.kind != first.kind || self.rules.is_silent(&f.trigger.phrase)) {
            return None;
        }
        let weak = found.iter().all(|f| self.rules.is_weak(&f.trigger.phrase));
        let index = self.rules.of_type(&first.kind)?;
        let rule = self.rules.get(index);
        let result = self.try_rule(rule, index, trigger, self.doc.token(trigger).span, chains);
        let (candidate, outcome) = match result {
            Err(outcome) => (None, outcome),
            // "They met" may be anything; who met must be told.
            Ok(candidate) if rule.mutual && candidate.parties.len() < 2 => (None, Outcome::Unfilled(RoleName::Actor)),
            Ok(candidate) if !self.is_public(&candidate, weak, chains) => (None, Outcome::Private),
            Ok(mut candidate) => {
                candidate.mode = first.mode.as_deref().map(Arc::from);
                candidate.cameo = first.cameo.as_deref().map(Arc::from);
                (Some(candidate), Outcome::Found)
            }
        };
        if let Some(attempts) = attempts {
            attempts.push(Attempt { rule: rule.id.clone(), trigger, outcome });
        }
        candidate
    }

    /// Whether a state, or somebody in public life, has a part in it; with `all`, on each side.
    fn is_public(&self, candidate: &Candidate, all: bool, chains: &Chains) -> bool {
        let public = |party: &&Party| {
            let entity = candidate.entity(party.entity, chains);
            matches!(entity.kind, EntityType::Country | EntityType::Government)
                || entity.sector.as_deref().is_some_and(|s| self.rules.is_public(s))
        };
        let of = |role: RoleName| candidate.parties.iter().filter(move |(r, _)| *r == role).map(|(_, party)| party);
        let (mut actors, mut recipients) = (of(RoleName::Actor), of(RoleName::Recipient));
        match (all, self.rules.get(candidate.rule).mutual) {
            (true, true) => actors.filter(public).count() > 1,
            (true, false) => actors.any(|p| public(&p)) && recipients.any(|p| public(&p)),
            (false, _) => actors.chain(recipients).any(|p| public(&p)),
        }
    }

    /// Whether nobody who has a part in it can be in public life: neither a state or its seat, nor somebody whom the text
    /// gives a name and nothing a trade.
    fn is_private(&self, candidate: &Candidate, chains: &Chains) -> bool {
        let unknown = |party: &Party| {
            let entity = candidate.entity(party.entity, chains);
            match entity.kind {
                EntityType::City | EntityType::Region => true,
                EntityType::Person => entity.sector.is_none() && chains.is_named(party.entity),
                _ => false,
            }
        };
        let sides = candidate.parties.iter().filter(|(role, _)| matches!(role, RoleName::Actor | RoleName::Recipient));
        !self.is_public(candidate, false, chains) && !sides.into_iter().any(|(_, party)| unknown(party))
    }

    /// "flew in to help", "the ability to defend itself": an infinitive that only says what for.
    fn is_purpose(&self, trigger: usize) -> bool {
        let mut trigger = trigger;
        while self.doc.dep(trigger) == Dep::Conj && self.grammar.is_verb(self.doc.head(trigger)) {
            trigger = self.doc.head(trigger);
        }
        matches!(self.doc.dep(trigger), Dep::Advcl | Dep::Acl) && self.grammar.is_infinitive(trigger)
    }

    /// Whether what a general rule found is told as something that took place: "replaced", "has replaced", "is replacing",
    /// and in a headline "replaces"; not "replaces" of every day, nor what is only planned.
    fn happened(&self, candidate: &Candidate, standing: Standing) -> bool {
        if !self.rules.get(candidate.rule).general {
            return true;
        }
        let trigger = candidate.trigger;
        let helped = || self.doc.children(trigger).any(|c| matches!(self.doc.dep(c), Dep::Aux | Dep::Auxpass));
        let told = match self.doc.token(trigger).tag {
            Tag::Vbd | Tag::Vbn => true,
            Tag::Vb => self.doc.children(trigger).any(|c| self.doc.token(c).tag == Tag::Vbd),
            Tag::Vbg => helped(),
            Tag::Vbz | Tag::Vbp => self.doc.sentence_of(trigger).kind == BlockKind::Headline,
            _ => false,
        };
        told && matches!(standing.status, Status::Asserted | Status::Reported)
    }

    fn best_of(
        &self,
        triggers: &[Trigger],
        class: WordClass,
        trigger: usize,
        chains: &Chains,
        mut attempts: Option<&mut Vec<Attempt>>,
    ) -> Option<Candidate> {
        let mut best: Option<Candidate> = None;
        for entry in triggers.iter().filter(|t| t.class == class) {
            let Some(span) = self.phrase(trigger, entry) else { continue };
            let rule = self.rules.get(entry.rule);
            let result = self.try_rule(rule, entry.rule, trigger, span, chains);
            let outcome = match result {
                Err(outcome) => outcome,
                Ok(candidate) if rule.public && self.is_private(&candidate, chains) => Outcome::Private,
                Ok(candidate) if best.as_ref().is_some_and(|b| self.rank(b) >= self.rank(&candidate)) => {
                    Outcome::Beaten
                }
                Ok(candidate) => {
                    best = Some(candidate);
                    Outcome::Found
                }
            };
            if let Some(attempts) = attempts.as_deref_mut() {
                attempts.push(Attempt { rule: rule.id.clone(), trigger, outcome });
            }
        }
        best
    }

    /// What kind of trigger a token can be; none for what stands in a subheading or byline, or inside a name.
    fn word_class(&self, t: usize) -> Option<WordClass> {
        let token = self.doc.token(t);
        if !self.doc.sentence_of(t).kind.asserts() {
            return None;
        }
        match token.pos {
            Pos::Verb | Pos::Aux if token.dep == Dep::Amod || token.dep == Dep::Compound => None,
            Pos::Verb => Some(WordClass::Verb),
            // "is dead", "are on strike"
            Pos::Aux if !matches!(token.dep, Dep::Aux | Dep::Auxpass) => Some(WordClass::Verb),
            Pos::Noun => Some(WordClass::Noun),
            Pos::Propn => Some(WordClass::Noun),
            Pos::Adj => Some(WordClass::Adjective),
            _ => None,
        }
    }

    /// The words of a trigger, when all of them are there.
    fn phrase(&self, head: usize, trigger: &Trigger) -> Option<Span> {
        let mut span = self.doc.token(head).span;
        match trigger.class {
            WordClass::Noun => {
                for word in trigger.rest.iter().rev() {
                    let found = self.doc.children(head).find(|&c| self.doc.lemma(c).eq_ignore_ascii_case(word))?;
                    span = span.cover(self.doc.token(found).span);
                }
            }
            WordClass::Verb | WordClass::Adjective => return self.grammar.phrase_below(head, &trigger.rest),
        }
        Some(span)
    }

    /// More special rules win: by priority, then by conditions, length of the trigger, and roles filled.
    fn rank(&self, candidate: &Candidate) -> (i32, usize, usize, usize) {
        let rule = self.rules.get(candidate.rule);
        let roles: std::collections::BTreeSet<_> = candidate.parties.iter().map(|(role, _)| role).collect();
        (rule.priority, rule.needs.len(), candidate.span.len(), roles.len())
    }

    fn try_rule(
        &self,
        rule: &Rule,
        index: usize,
        trigger: usize,
        span: Span,
        chains: &Chains,
    ) -> Result<Candidate, Outcome> {
        for (conditions, wanted) in [(&rule.needs, true), (&rule.unless, false)] {
            for condition in conditions {
                if self.holds(condition, trigger) != wanted {
                    return Err(Outcome::Condition(describe(condition)));
                }
            }
        }
        let mut candidate = Candidate {
            rule: index,
            trigger,
            span,
            parties: Vec::new(),
            inferred: 0,
            numbers: [None; 2],
            bare: [false; 2],
            mode: None,
            cameo: None,
            new: Vec::new(),
        };
        for (name, role) in &rule.roles {
            let filled = self.fill(role, trigger, chains, &mut candidate, name);
            if !filled && role.required {
                return Err(Outcome::Unfilled(name.clone()));
            }
        }
        self.settle(rule, &mut candidate)?;
        self.default_place(rule, trigger, chains, &mut candidate);
        Ok(candidate)
    }

    fn holds(&self, condition: &Condition, trigger: usize) -> bool {
        let mut ends = self.grammar.follow(trigger, &condition.path);
        ends.retain(|end| !self.grammar.is_time(end.token));
        let counted: Vec<Filler> = ends
            .iter()
            .filter_map(|end| {
                let of = self.grammar.counted(end.token).or_else(|| self.grammar.whole(end.token))?;
                Some(Filler { token: of, inferred: end.inferred })
            })
            .collect();
        ends.extend(counted);
        if condition.words.is_empty() {
            return !ends.is_empty();
        }
        ends.iter().any(|end| {
            let lemma = self.doc.lemma(end.token).to_lowercase();
            condition.words.contains(&lemma)
                || self.doc.children(end.token).any(|c| {
                    c < end.token && condition.words.contains(&format!("{} {lemma}", self.doc.lemma(c).to_lowercase()))
                })
        })
    }

    fn fill(&self, role: &Role, trigger: usize, chains: &Chains, candidate: &mut Candidate, name: &RoleName) -> bool {
        let (mut weight, mut together) = (0, false);
        let before = candidate.parties.len();
        for path in &role.paths {
            let (mut here, known) = (0, candidate.parties.len());
            for mut filler in self.grammar.follow(trigger, path) {
                if self.grammar.is_time(filler.token) {
                    continue;
                }
                filler.token = self.grammar.counted(filler.token).unwrap_or(filler.token);
                for filler in self.crew(role, filler, chains) {
                    here += self.admit(role, filler, chains, candidate, name);
                }
            }
            weight += here;
            if role.all && path.last().is_some_and(|step| !step.finds_all_sides()) {
                candidate.parties[known..].iter_mut().for_each(|(_, party)| party.counterpart = true);
            }
            together |= here > 0 && path.last().is_some_and(Step::finds_all_sides);
            if here > 0 && !role.all {
                break;
            }
        }
        // "They talked" is of several with each other; in "he talked with them" one side is missing.
        let lone = role.min > 1 && !together && candidate.parties.len() < before + 2;
        weight > 0 && weight >= role.min && !lone
    }

    /// "Chinese ships blocked two boats": whose ship it is acts, and is acted on, if the text names them.
    fn crew(&self, role: &Role, filler: Filler, chains: &Chains) -> Vec<Filler> {
        let is_craft = self.grammar.words.is("crafts", self.doc.lemma(filler.token));
        if !is_craft || !role.admits(EntityType::Country) || chains.headed_by(filler.token).is_some() {
            return vec![filler];
        }
        let mut owners = self.grammar.follow(filler.token, &[Step::Owner]);
        owners.retain(|owner| {
            let entity = chains.headed_by(owner.token).map(|m| &chains.entities[m.entity]);
            entity.is_some_and(|e| role.admits(e.kind))
        });
        owners.iter_mut().for_each(|owner| owner.inferred = true);
        if owners.is_empty() { vec![filler] } else { owners }
    }

    /// Takes a filler into the role if its kind fits; gives how many participants it stands for.
    fn admit(&self, role: &Role, filler: Filler, chains: &Chains, candidate: &mut Candidate, name: &RoleName) -> usize {
        let place = counted_place(name).filter(|_| self.rules.get(candidate.rule).counts.is_some());
        let is_bare = self.grammar.is_bare_number(filler.token) && chains.headed_by(filler.token).is_none();
        if let Some(place) = place.filter(|_| is_bare) {
            candidate.bare[place] = true;
            self.count(candidate, place, filler.token, self.doc.span(self.doc.subtree(filler.token)));
            return 2;
        }
        let Some((entity, span)) = self.entity_for(role, filler.token, chains, candidate) else { return 0 };
        if let Some(place) = place {
            self.count(candidate, place, filler.token, span);
        }
        let members = candidate.entity(entity, chains).members.clone();
        let mut entities = if members.is_empty() || role.stands_for.is_some() { vec![entity] } else { members };
        if entities.len() > 1 && *name == RoleName::Recipient {
            // "China wants to deepen bilateral ties": those with the other.
            entities.retain(|&e| !self.is_side_of_actor(e, candidate, chains));
        }
        let mut weight = entities.len();
        if weight == 1 && candidate.entity(entity, chains).kind == EntityType::Group && self.doc.is_plural(filler.token)
        {
            weight = 2;
        }
        for entity in entities {
            let party = Party { entity, span, counterpart: false };
            if !candidate.parties.iter().any(|(n, p)| n == name && p.entity == entity) {
                candidate.parties.push((name.clone(), party));
                candidate.inferred += usize::from(filler.inferred);
            }
        }
        weight
    }

    /// Takes down the number with a filler, or that it is, unless one is known.
    fn count(&self, candidate: &mut Candidate, place: usize, token: usize, span: Span) {
        let value = || self.numerals.before(self.doc, token).or_else(|| self.numerals.at(self.doc, token));
        let number = &mut candidate.numbers[place];
        *number = number.or_else(|| value().map(|n| (n, span)));
    }

    /// Whether a country is the one that an actor is or governs.
    fn is_side_of_actor(&self, entity: usize, candidate: &Candidate, chains: &Chains) -> bool {
        let states = [EntityType::Country, EntityType::Government];
        let code = |e: usize| {
            let entity = candidate.entity(e, chains);
            entity.country.as_deref().filter(|_| states.contains(&entity.kind))
        };
        let mut actors = candidate.parties.iter().filter(|(role, _)| *role == RoleName::Actor).map(|(_, p)| p.entity);
        actors.any(|a| a == entity || code(a).is_some() && code(a) == code(entity))
    }

    fn entity_for(
        &self,
        role: &Role,
        token: usize,
        chains: &Chains,
        candidate: &mut Candidate,
    ) -> Option<(usize, Span)> {
        let any = role.kinds.contains(&Kind::Any);
        let several = || self.doc.child(token, Dep::Nummod).is_some() || self.grammar.counter(token).is_some();
        match chains.headed_by(token) {
            // "two Israelis" are people, and not their country.
            Some(mention) if mention.form == Form::Demonym && self.grammar.is_noun(token) && several() => {
                self.some_of(role, token, mention.entity, chains, candidate)
            }
            Some(mention) => {
                let (entity, span) = (mention.entity, self.naming(mention, chains));
                let kind = chains.entities[entity].kind;
                if !role.admits(kind) {
                    return None;
                }
                let is_place =
                    matches!(kind, EntityType::City | EntityType::Region | EntityType::Place | EntityType::Facility);
                match role.stands_for {
                    Some(StandsFor::Country) if is_place => {
                        // Of a village that no table has nobody knows the country.
                        Some((self.country_of(entity, chains, candidate).unwrap_or(entity), span))
                    }
                    _ => Some((entity, span)),
                }
            }
            None => {
                let part = self.grammar.whole(token).and_then(|whole| self.part(role, token, whole, chains, candidate));
                part.or_else(|| (any && self.grammar.is_noun(token)).then(|| self.new_thing(token, chains, candidate)))
            }
        }
    }

    /// "Two of the activists": some of those whom the text names.
    fn part(
        &self,
        role: &Role,
        token: usize,
        whole: usize,
        chains: &Chains,
        candidate: &mut Candidate,
    ) -> Option<(usize, Span)> {
        let all = chains.headed_by(whole)?.entity;
        let is_group = chains.entities[all].kind == EntityType::Group;
        is_group.then(|| self.some_of(role, token, all, chains, candidate)).flatten()
    }

    /// People of a country or group, who have no name but the words that a noun heads.
    fn some_of(
        &self,
        role: &Role,
        token: usize,
        all: usize,
        chains: &Chains,
        candidate: &mut Candidate,
    ) -> Option<(usize, Span)> {
        let (kind, all) = (EntityType::Group, &chains.entities[all]);
        let part = || Entity { kind, country: all.country.clone(), sector: all.sector.clone(), ..Entity::default() };
        role.admits(kind).then(|| self.new_entity(token, part(), chains, candidate))
    }

    /// The words that name a participant: those of the mention, or, for a pronoun, of the name or noun before it in the
    /// same sentence that it takes up.
    fn naming(&self, mention: &Mention, chains: &Chains) -> Span {
        if mention.form != Form::Pronoun {
            return mention.span;
        }
        let sentence = self.doc.token(mention.head).sentence;
        let before = chains.before(mention.head);
        let mut here = before.take_while(|m| self.doc.token(m.head).sentence == sentence);
        here.find(|m| m.entity == mention.entity && m.form != Form::Pronoun).map_or(mention.span, |m| m.span)
    }

    /// The country that an entity lies in or belongs to.
    fn country_of(&self, entity: usize, chains: &Chains, candidate: &mut Candidate) -> Option<usize> {
        let code = chains.entities[entity].country.as_deref()?;
        if let Some(known) = chains.known_country(code) {
            return Some(known);
        }
        let country = self.gazetteer.entry(self.gazetteer.country(code)?).entity();
        Some(candidate.add(country, None, chains))
    }

    fn new_thing(&self, token: usize, chains: &Chains, candidate: &mut Candidate) -> (usize, Span) {
        self.new_entity(token, Entity { kind: EntityType::Thing, ..Entity::default() }, chains, candidate)
    }

    /// The entity that a noun heads the words for, if there is one already, else what is given, called by these words.
    fn new_entity(&self, token: usize, entity: Entity, chains: &Chains, candidate: &mut Candidate) -> (usize, Span) {
        let same = |(_, words): &(Entity, Option<Words>)| words.as_ref().is_some_and(|w| w.head == token);
        if let Some(known) = candidate.new.iter().position(same) {
            let span = candidate.new[known].1.as_ref().map_or(self.doc.token(token).span, |w| w.span);
            return (chains.entities.len() + known, span);
        }
        let tokens = noun_phrase(self.doc, token);
        let span = self.doc.span(tokens.clone());
        let entity = Entity { label: self.doc.phrase(tokens.clone()), confidence: 1.0, ..entity };
        (candidate.add(entity, Some(Words { tokens, head: token, span }), chains), span)
    }

    /// In what all do together nobody is a recipient; and nobody does something to himself.
    fn settle(&self, rule: &Rule, candidate: &mut Candidate) -> Result<(), Outcome> {
        if rule.mutual {
            for (role, party) in &mut candidate.parties {
                if *role == RoleName::Recipient {
                    *role = RoleName::Actor;
                    party.counterpart = true;
                }
            }
        }
        let mut seen: Vec<(bool, usize)> = Vec::new();
        let actors: Vec<usize> =
            candidate.parties.iter().filter(|(r, _)| *r == RoleName::Actor).map(|(_, p)| p.entity).collect();
        candidate.parties.retain(|(role, party)| {
            let key = (matches!(role, RoleName::Actor), party.entity);
            let repeated = matches!(role, RoleName::Actor) && seen.contains(&key);
            seen.push(key);
            !(repeated || *role == RoleName::Recipient && actors.contains(&party.entity))
        });
        let counted = |name: &RoleName| counted_place(name).is_some_and(|place| candidate.bare[place]);
        let missing = |name: &RoleName| !counted(name) && !candidate.parties.iter().any(|(r, _)| r == name);
        match rule
            .roles
            .iter()
            .find(|(name, role)| role.required && missing(name) && !(rule.mutual && *name == RoleName::Recipient))
        {
            Some((name, _)) => Err(Outcome::Unfilled(name.clone())),
            None => Ok(()),
        }
    }

    /// Where the rule says nothing of the place: what stands after "in", "at", "near" or "outside".
    fn default_place(&self, rule: &Rule, trigger: usize, chains: &Chains, candidate: &mut Candidate) {
        if rule.roles.iter().any(|(name, _)| *name == RoleName::Place) {
            return;
        }
        let carrier = self.grammar.carrier(trigger);
        let elsewhere = (carrier != trigger).then_some(carrier);
        for from in [trigger].into_iter().chain(elsewhere) {
            for preposition in ["at", "in", "near", "outside", "inside"] {
                let path = [Step::Prep(preposition.into())];
                for filler in self.grammar.follow(from, &path) {
                    let Some(mention) = chains.headed_by(filler.token) else { continue };
                    if Kind::Place.admits(chains.entities[mention.entity].kind) {
                        let party = Party { entity: mention.entity, span: mention.span, counterpart: false };
                        candidate.parties.push((RoleName::Place, party));
                        return;
                    }
                }
            }
        }
    }

    fn finish(&self, candidate: Candidate, standing: Standing, chains: &mut Chains) -> Event {
        for (entity, words) in candidate.new {
            match words {
                Some(Words { tokens, head, span }) => {
                    chains.add(entity, tokens, head, span, Form::Nominal);
                }
                None => chains.entities.push(entity),
            }
        }
        let rule = self.rules.get(candidate.rule);
        let (trigger, numbers) = (candidate.trigger, candidate.numbers);
        // What is somebody with a part in it already is not its object once more.
        let mut parties = candidate.parties;
        let named: HashSet<usize> = parties
            .iter()
            .filter(|(r, _)| matches!(r, RoleName::Actor | RoleName::Recipient))
            .map(|(_, p)| p.entity)
            .collect();
        parties.retain(|(role, party)| !matches!(role, RoleName::Other(_)) || !named.contains(&party.entity));
        let confidence = rule.confidence * 0.93f32.powi(candidate.inferred.min(4) as i32);
        Event {
            sentence: self.doc.token(trigger).sentence,
            class: rule.class.clone(),
            kind: rule.kind.clone(),
            mode: candidate.mode.or(rule.mode.clone()),
            contexts: rule.contexts.clone(),
            cameo: candidate.cameo.or(rule.cameo.clone()),
            trigger,
            trigger_span: candidate.span,
            parties,
            spoken: rule.spoken,
            general: rule.general,
            time: None,
            status: standing.status,
            polarity: standing.polarity,
            attribution: Vec::new(),
            count: self.numerals.times(self.doc, self.grammar.carrier(trigger)),
            casualties: rule.counts.and_then(|of| numbers[0].or(numbers[1]).map(|(n, span)| (of, n, span))),
            details: Default::default(),
            confidence,
            rule: rule.id.clone(),
            instance: 0,
        }
    }
}

fn describe(condition: &Condition) -> String {
    let path: Vec<String> = condition.path.iter().map(|s| format!("{s:?}").to_lowercase()).collect();
    let mut words: Vec<&str> = condition.words.iter().map(String::as_str).collect();
    words.sort_unstable();
    words.truncate(5);
    format!("{} [{}]", path.join("."), words.join(", "))
}

/// The noun phrase of a head: from its leftmost dependant before it to its `of` phrase, relative clauses left out.
fn noun_phrase(doc: &Doc, head: usize) -> std::ops::Range<usize> {
    let left = doc.children(head).find(|&c| c < head && !matches!(doc.dep(c), Dep::Punct | Dep::Cc | Dep::Preconj));
    let start = left.map_or(head, |c| doc.subtree(c).start);
    let of = doc.children(head).find(|&c| c > head && doc.dep(c) == Dep::Prep && doc.lemma(c) == "of");
    let end = of.map_or(head + 1, |c| {
        let object = doc.children(c).find(|&o| doc.dep(o) == Dep::Pobj);
        object.map_or(head + 1, |o| o + 1)
    });
    start..end
}
