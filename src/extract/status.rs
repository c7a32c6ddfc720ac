//! Whether the text asserts an event, and whether it says that it happened or that it did not.
//!
//! From the trigger the tree is climbed towards the root. Negation, auxiliaries, conjunctions, and the verbs, nouns and
//! adjectives above ("plans to", "hope of", "unlikely to") each may change the answer; what they do is a table,
//! `data/rules/status.toml`. The innermost word that takes an event out of the asserted world decides its status.

use super::extraction::{Polarity, Status};
use super::grammar::Grammar;
use crate::doc::{Dep, Pos};
use crate::lexicon::{DataError, DataFile};
use serde::Deserialize;
use std::collections::HashMap;

/// What a word does to the events below it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    pub status: Status,
    pub negative: bool,
}

/// Words that change status or polarity.
#[derive(Clone, Debug, Default)]
pub struct StatusTable {
    verbs: HashMap<String, Effect>,
    nouns: HashMap<String, Effect>,
    adjectives: HashMap<String, Effect>,
    modifiers: HashMap<String, Effect>,
    auxiliaries: HashMap<String, Effect>,
    marks: HashMap<String, Effect>,
    settings: HashMap<String, Effect>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StatusFile {
    effect: Vec<EffectEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EffectEntry {
    status: Status,
    #[serde(default)]
    polarity: Polarity,
    #[serde(default)]
    verbs: Vec<toml::Spanned<String>>,
    #[serde(default)]
    nouns: Vec<toml::Spanned<String>>,
    #[serde(default)]
    adjectives: Vec<toml::Spanned<String>>,
    #[serde(default)]
    modifiers: Vec<toml::Spanned<String>>,
    #[serde(default)]
    auxiliaries: Vec<toml::Spanned<String>>,
    #[serde(default)]
    marks: Vec<toml::Spanned<String>>,
    #[serde(default)]
    settings: Vec<toml::Spanned<String>>,
}

impl StatusTable {
    /// Reads the table; a word that stands twice in one column is an error.
    pub fn load(file: &DataFile) -> Result<Self, DataError> {
        let parsed: StatusFile = file.parse()?;
        let mut table = Self::default();
        for entry in parsed.effect {
            let effect = Effect { status: entry.status, negative: entry.polarity == Polarity::Negative };
            for (column, words) in [
                (&mut table.verbs, entry.verbs),
                (&mut table.nouns, entry.nouns),
                (&mut table.adjectives, entry.adjectives),
                (&mut table.modifiers, entry.modifiers),
                (&mut table.auxiliaries, entry.auxiliaries),
                (&mut table.marks, entry.marks),
                (&mut table.settings, entry.settings),
            ] {
                for word in words {
                    if column.insert(word.as_ref().clone(), effect).is_some() {
                        return Err(file.error_at(word.span().start, &format!("`{}` stands here twice", word.as_ref())));
                    }
                }
            }
        }
        Ok(table)
    }

    /// Whether a noun leaves what is below it to the words above: "was offered the post of minister". A post, unlike a plan, is
    /// nothing that a verb carries out.
    fn is_post(&self, lemma: &str) -> bool {
        self.nouns.get(lemma) == Some(&Effect::default())
    }
}

/// The answer for one event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    pub status: Status,
    pub polarity: Polarity,
}

/// Climbs from a trigger, carried by `carrier` (the trigger itself for a verb).
pub fn standing(grammar: &Grammar, table: &StatusTable, trigger: usize, carrier: usize) -> Standing {
    let mut climb = Climb { grammar, table, status: Status::Asserted, negations: 0 };
    if grammar.is_verb(carrier) {
        if carrier != trigger {
            climb.noun_itself(trigger);
            climb.of_oneself(trigger);
        }
        climb.verb(carrier);
    } else if grammar.is_noun(trigger) {
        climb.noun_itself(trigger);
        climb.above_noun(trigger);
    } else {
        climb.local(trigger);
        climb.above_verb(trigger);
    }
    climb.question(trigger);
    climb.result()
}

/// The answer for what an attribute takes for granted: only words that stand with it count, as in "alleged member".
pub fn of_attribute(grammar: &Grammar, table: &StatusTable, word: usize) -> Standing {
    let mut climb = Climb { grammar, table, status: Status::Asserted, negations: 0 };
    climb.noun_itself(word);
    climb.question(word);
    climb.result()
}

/// It did not happen.
const NOT_SO: Effect = Effect { status: Status::Asserted, negative: true };

/// Somebody says so.
const TOLD: Effect = Effect { status: Status::Reported, negative: false };

/// Whether a noun takes the standing of the clause around it though no verb carries it: "calls himself president", "was offered
/// the post of minister".
pub fn depends_on_clause(grammar: &Grammar, table: &StatusTable, noun: usize) -> bool {
    let doc = grammar.doc;
    let of = doc.head(noun);
    let is_of_post = doc.dep(noun) == Dep::Pobj && doc.lemma(of) == "of" && table.is_post(doc.lemma(doc.head(of)));
    is_of_post || grammar.is_said_of_oneself(noun)
}

struct Climb<'a> {
    grammar: &'a Grammar<'a>,
    table: &'a StatusTable,
    status: Status,
    negations: usize,
}

/// Longest way up that is followed.
const HEIGHT: usize = 12;

impl<'a> Climb<'a> {
    fn result(&self) -> Standing {
        let polarity = if self.negations % 2 == 1 { Polarity::Negative } else { Polarity::Positive };
        // "did not refuse to meet" says neither that they met nor that they did not.
        let unclear = self.negations > 1 && self.status == Status::Asserted;
        Standing { status: if unclear { Status::Conditional } else { self.status }, polarity }
    }

    fn apply(&mut self, effect: Effect) {
        if self.status == Status::Asserted {
            self.status = effect.status;
        }
        self.negations += usize::from(effect.negative);
    }

    /// Whether there was anything to apply.
    fn apply_known(&mut self, effect: Option<Effect>) -> bool {
        if let Some(effect) = effect {
            self.apply(effect);
        }
        effect.is_some()
    }

    fn apply_from(&mut self, column: &HashMap<String, Effect>, lemma: &str) -> bool {
        self.apply_known(column.get(lemma).copied())
    }

    /// What a word does to its complement stands in the column of its part of speech.
    fn column(&self, word: usize) -> &'a HashMap<String, Effect> {
        match self.grammar.doc.token(word).pos {
            Pos::Verb | Pos::Aux => &self.table.verbs,
            Pos::Adj | Pos::Adv => &self.table.adjectives,
            _ => &self.table.nouns,
        }
    }

    /// What a word does to its complement: by its form where the table has that ("going to"), with its particle ("put off"), or
    /// by its lemma.
    fn effect_on_complement(&self, word: usize) -> Option<Effect> {
        let column = self.column(word);
        let doc = self.grammar.doc;
        let is_particle = |c: &usize| doc.dep(*c) == Dep::Prt || (doc.dep(*c) == Dep::Advmod && *c == word + 1);
        let with_particle =
            doc.children(word).find(is_particle).map(|p| format!("{} {}", doc.lemma(word), doc.lemma(p)));
        let forms = [Some(doc.word(word).to_owned()), with_particle, Some(doc.lemma(word).to_owned())];
        forms.into_iter().flatten().find_map(|w| column.get(&w.to_lowercase())).copied()
    }

    fn apply_to_complement_of(&mut self, word: usize) -> bool {
        self.apply_known(self.effect_on_complement(word))
    }

    fn question(&mut self, trigger: usize) {
        let doc = self.grammar.doc;
        let last = doc
            .sentence_of(trigger)
            .tokens
            .clone()
            .rev()
            .find(|&t| !matches!(doc.word(t), "\"" | "”" | "'" | "’" | ")"));
        if last.is_some_and(|t| doc.word(t) == "?") {
            self.apply(Effect { status: Status::Conditional, negative: false });
        }
    }

    /// What stands with the noun: "no talks", "planned visit", "failed attack".
    fn noun_itself(&mut self, noun: usize) {
        let doc = self.grammar.doc;
        let table = self.table;
        self.negations += usize::from(self.grammar.is_excluded(noun));
        if self.grammar.is_to_come(noun) {
            self.apply(Effect { status: Status::Planned, negative: false });
        }
        for c in doc.children(noun) {
            match doc.dep(c) {
                Dep::Det | Dep::Neg if matches!(&*doc.lemma(c).to_lowercase(), "no" | "neither" | "not") => {
                    self.negations += 1;
                }
                Dep::Amod | Dep::Compound | Dep::Nmod => {
                    self.apply_from(&table.modifiers, &doc.lemma(c).to_lowercase());
                }
                Dep::Acl if self.grammar.is_infinitive(c) => {
                    // "talks to be held in May"
                    self.apply(Effect { status: Status::Planned, negative: false });
                }
                _ => {}
            }
        }
    }

    /// The phrase that an event noun stands in, when no light verb carries it.
    fn above_noun(&mut self, noun: usize) {
        let doc = self.grammar.doc;
        let top = self.grammar.first_conjunct(noun);
        let head = doc.head(top);
        self.of_oneself(top);
        // "a planned series of strikes"
        if let Some(counter) = self.grammar.counter(noun) {
            self.noun_itself(counter);
            return self.above_noun(counter);
        }
        match doc.dep(top) {
            Dep::Dobj | Dep::Nsubjpass => self.governed_by(head, noun),
            Dep::Nsubj => self.subject_of(head, noun),
            Dep::Pobj => self.after_preposition(head, noun),
            Dep::Compound | Dep::Nmod | Dep::Poss if self.apply_from(&self.table.nouns, doc.lemma(head)) => {
                self.above_noun(head);
            }
            _ => {}
        }
    }

    /// "Calls himself president": that is a claim.
    fn of_oneself(&mut self, noun: usize) {
        if self.grammar.is_said_of_oneself(noun) {
            self.apply(TOLD);
        }
    }

    fn governed_by(&mut self, verb: usize, noun: usize) {
        if self.grammar.is_verb(verb) && self.apply_to_complement_of(verb) {
            self.verb(verb);
        } else {
            self.subject_of(verb, noun);
        }
    }

    /// "A visit would anger Beijing", "offered to host talks": what is not definite lives only in the world of its verb.
    fn subject_of(&mut self, verb: usize, noun: usize) {
        let doc = self.grammar.doc;
        // "Talks are unlikely"
        if let Some(adjective) = doc.child(verb, Dep::Acomp) {
            self.apply_from(&self.table.modifiers, &doc.lemma(adjective).to_lowercase());
        }
        if doc.is_definite(noun) {
            return;
        }
        let before = self.negations;
        self.auxiliaries(verb);
        if self.grammar.is_infinitive(verb) {
            self.above_verb(verb);
        }
        self.negations = before;
    }

    fn after_preposition(&mut self, preposition: usize, noun: usize) {
        let doc = self.grammar.doc;
        let governor = doc.head(preposition);
        if doc.lemma(preposition) == "without" {
            self.negations += 1;
            return;
        }
        let table = self.table;
        let lemma = doc.lemma(governor);
        let binds = matches!(
            doc.lemma(preposition),
            "for" | "of" | "to" | "on" | "about" | "against" | "from" | "with" | "toward" | "towards"
        );
        if self.grammar.is_verb(governor) {
            if binds && self.apply_to_complement_of(governor) {
                self.verb(governor);
            } else {
                self.subject_of(governor, noun);
            }
        } else if binds && doc.token(governor).pos == Pos::Adj {
            if self.apply_from(&table.adjectives, lemma) {
                self.above_verb(governor);
            }
        } else if binds && self.apply_known(table.nouns.get(lemma).map(|e| self.refuted(governor).unwrap_or(*e))) {
            self.noun_itself(governor);
            let carrier = if table.is_post(lemma) { governor } else { self.grammar.carrier(governor) };
            if carrier != governor { self.verb(carrier) } else { self.above_noun(governor) }
        }
    }

    fn verb(&mut self, verb: usize) {
        self.local(verb);
        self.above_verb(verb);
    }

    /// Negation, auxiliaries, conjunctions and setting of the verb itself.
    fn local(&mut self, verb: usize) {
        self.negation(verb);
        self.auxiliaries(verb);
        self.marks(verb);
        self.setting(verb);
    }

    /// The world in which it takes place: "In the novel, Britain attacks France".
    fn setting(&mut self, verb: usize) {
        let doc = self.grammar.doc;
        let within = doc.children(verb).filter(|&c| doc.dep(c) == Dep::Prep && doc.lemma(c).eq_ignore_ascii_case("in"));
        if let Some(noun) = within.filter_map(|p| doc.child(p, Dep::Pobj)).find(|&n| !doc.is_plural(n)) {
            self.apply_from(&self.table.settings, doc.lemma(noun));
        }
    }

    fn negation(&mut self, verb: usize) {
        let doc = self.grammar.doc;
        self.negations += usize::from(self.grammar.is_excluded(verb));
        // "neither condemned nor sanctioned"
        let joined_by_nor = doc.dep(verb) == Dep::Conj
            && doc.children(doc.head(verb)).any(|c| c < verb && doc.dep(c) == Dep::Cc && doc.lemma(c) == "nor");
        self.negations += usize::from(joined_by_nor);
        for c in doc.children(verb) {
            let negates = match doc.dep(c) {
                Dep::Neg => true,
                Dep::Nsubj | Dep::Nsubjpass | Dep::Dobj => {
                    matches!(&*doc.lemma(c).to_lowercase(), "nobody" | "none" | "nothing")
                        || doc.children(c).any(|d| {
                            matches!(doc.dep(d), Dep::Det | Dep::Neg | Dep::Cc | Dep::Preconj)
                                && matches!(&*doc.lemma(d).to_lowercase(), "no" | "neither")
                        })
                }
                Dep::Advmod => {
                    matches!(&*doc.lemma(c).to_lowercase(), "hardly" | "never" | "nowhere")
                        || (doc.word(c) == "longer" && c > 0 && doc.word(c - 1).eq_ignore_ascii_case("no"))
                }
                Dep::Preconj => doc.lemma(c).eq_ignore_ascii_case("neither"),
                _ => false,
            };
            self.negations += usize::from(negates);
        }
    }

    fn auxiliaries(&mut self, verb: usize) {
        let doc = self.grammar.doc;
        for c in doc.children(verb) {
            if doc.dep(c) == Dep::Aux {
                self.apply_from(&self.table.auxiliaries, &doc.lemma(c).to_lowercase());
            } else if doc.dep(c) == Dep::Advmod {
                self.apply_from(&self.table.modifiers, &doc.lemma(c).to_lowercase());
            }
        }
        // "Xi to visit Moscow", as headlines put it.
        if doc.dep(verb) == Dep::Root && self.grammar.is_infinitive(verb) {
            self.apply(Effect { status: Status::Planned, negative: false });
        }
    }

    fn marks(&mut self, verb: usize) {
        let doc = self.grammar.doc;
        for c in doc.children(verb) {
            if matches!(doc.dep(c), Dep::Mark | Dep::Advmod) {
                self.apply_from(&self.table.marks, &doc.lemma(c).to_lowercase());
            }
        }
        // "Had Russia invaded, NATO would have responded"
        let subject = doc.children(verb).find(|&c| matches!(doc.dep(c), Dep::Nsubj | Dep::Nsubjpass));
        let first = doc.subtree(verb).start;
        if doc.dep(verb) == Dep::Advcl && doc.dep(first) == Dep::Aux && doc.head(first) == verb && subject > Some(first)
        {
            self.apply(Effect { status: Status::Conditional, negative: false });
        }
    }

    fn above_verb(&mut self, verb: usize) {
        let mut at = verb;
        for _ in 0..HEIGHT {
            match self.step_up(at) {
                Some(next) => at = next,
                None => return,
            }
        }
    }

    /// One step towards the root; none where what is above no longer matters.
    fn step_up(&mut self, v: usize) -> Option<usize> {
        let doc = self.grammar.doc;
        let head = doc.head(v);
        if head == v {
            return None;
        }
        match doc.dep(v) {
            // "Two were abducted; nobody claimed responsibility": the parser makes one sentence a part of the other.
            Dep::Ccomp if head > v && (v..head).any(|t| doc.word(t) == ";") => None,
            // "Court dissolves party, bans its leaders": of a headline that lists what somebody does it makes one sentence in another.
            Dep::Ccomp if head > v && !doc.has_subject(head) && (v..head).any(|t| doc.word(t) == ",") => None,
            // "may pass a resolution condemning the attack": a text says nothing before it is there.
            Dep::Acl if self.grammar.is_said_in_text(v, head) => {
                let verb = doc.head(head);
                self.local(verb);
                Some(verb)
            }
            Dep::Xcomp | Dep::Ccomp | Dep::Acl | Dep::Csubj | Dep::Oprd => self.complement(v, head),
            Dep::Acomp | Dep::Attr | Dep::Aux | Dep::Auxpass => {
                self.local(head);
                Some(head)
            }
            Dep::Conj if self.grammar.is_verb(head) => {
                if !doc.has_subject(v) {
                    self.auxiliaries(head);
                    self.marks(head);
                }
                Some(head)
            }
            // "a position to attack", and "the idea that they met", which the parser often takes for a relative clause.
            Dep::Relcl if self.grammar.is_infinitive(v) || doc.child(v, Dep::Mark).is_some() => {
                self.complement(v, head)
            }
            Dep::Relcl if self.may_be_content(v, head) => self.complement(v, head),
            Dep::Advcl if self.grammar.completes_object(v) => self.complement(v, head),
            Dep::Advcl => self.adverbial(v, head),
            Dep::Pcomp => self.gerund(head),
            _ => None,
        }
    }

    /// "the rumour that he had died", of which the parser makes a rumour that he died of: told is both.
    fn may_be_content(&self, v: usize, noun: usize) -> bool {
        let doc = self.grammar.doc;
        let first = doc.subtree(v).start;
        let told = |e: Effect| matches!(e.status, Status::Reported | Status::Conditional);
        noun + 1 == first
            && doc.word(first) == "that"
            && doc.dep(first) == Dep::Dobj
            && self.effect_on_complement(noun).is_some_and(told)
    }

    /// What becomes of a noun that has a content: "reports of a coup were false", "the claim was debunked", "denied reports that".
    fn refuted(&self, noun: usize) -> Option<Effect> {
        let doc = self.grammar.doc;
        let verb = doc.head(noun);
        let word = match doc.dep(noun) {
            Dep::Nsubj => doc.children(verb).find(|&c| matches!(doc.dep(c), Dep::Acomp | Dep::Oprd))?,
            Dep::Nsubjpass | Dep::Dobj => verb,
            _ => return None,
        };
        self.effect_on_complement(word).filter(|e| e.status == Status::Denied)
    }

    fn complement(&mut self, v: usize, head: usize) -> Option<usize> {
        let doc = self.grammar.doc;
        let infinitive = self.grammar.is_infinitive(v);
        let effect = self.effect_on_complement(head);
        let is_refuted = effect.is_some() && self.grammar.is_noun(head);
        let effect = if is_refuted { self.refuted(head).or(effect) } else { effect };
        let requests = effect.is_some_and(|e| e.status == Status::Requested);
        // "told Kim that China was willing" passes something on; "demanded that China withdraw" asks for it.
        let passed_on = requests && doc.dep(v) == Dep::Ccomp && self.grammar.is_indicative(v);
        let not_yet = infinitive && self.grammar.particle_to(v).is_some_and(|to| to > 0 && doc.word(to - 1) == "yet");
        let effect = if not_yet { Some(NOT_SO) } else { effect.filter(|_| !passed_on) };
        // "announced that it has killed two": what is over is no plan.
        let is_over = doc.dep(v) == Dep::Ccomp && !infinitive && self.grammar.is_over(v);
        let effect = effect.map(|e| if is_over && e.status == Status::Planned { TOLD } else { e });
        let known = self.apply_known(effect);
        match doc.dep(v) {
            Dep::Acl | Dep::Relcl if !infinitive && !known => None,
            _ if known => self.pass_through(head),
            Dep::Ccomp if !infinitive => self.told_of(v, head),
            Dep::Csubj if doc.child(v, Dep::Mark).is_some() => self.told_of(v, head),
            // "is to visit", "has yet to visit", "agreed to": an infinitive is not a fact unless its governor makes it one.
            _ if infinitive => {
                self.apply(Effect { status: Status::Planned, negative: false });
                self.pass_through(head)
            }
            _ => self.pass_through(head),
        }
    }

    /// What an adjective says of a clause: "it is not true that they met". "It is vital that they met" grants that they did.
    fn told_of(&mut self, v: usize, head: usize) -> Option<usize> {
        let adjective = self.grammar.doc.child(head, Dep::Acomp)?;
        let effect = self.effect_on_complement(adjective)?;
        if effect.status != Status::Requested || !self.grammar.is_indicative(v) {
            self.apply(effect);
            self.local(head);
        }
        None
    }

    fn pass_through(&mut self, head: usize) -> Option<usize> {
        if self.grammar.is_noun(head) {
            self.noun_itself(head);
            let carrier = self.grammar.carrier(head);
            if carrier == head {
                return None;
            }
            self.local(carrier);
            return Some(carrier);
        }
        self.local(head);
        Some(head)
    }

    fn adverbial(&mut self, v: usize, head: usize) -> Option<usize> {
        let doc = self.grammar.doc;
        if self.grammar.is_infinitive(v) {
            return self.purpose(v, head);
        }
        let bare = !doc.children(v).any(|c| matches!(doc.dep(c), Dep::Mark | Dep::Nsubj | Dep::Nsubjpass));
        if bare && self.grammar.is_verb(head) {
            // "put off visiting"
            if doc.child(head, Dep::Prt).is_some_and(|particle| particle + 1 == v) {
                self.apply_to_complement_of(head);
            }
            self.auxiliaries(head);
            self.marks(head);
            return Some(head);
        }
        None
    }

    /// "flew to Geneva to meet" is a purpose; in "rejected calls to meet" the parser often hangs the infinitive on the verb,
    /// where it belongs to the noun before it.
    fn purpose(&mut self, v: usize, head: usize) -> Option<usize> {
        let doc = self.grammar.doc;
        let noun = self.grammar.noun_before_infinitive(v);
        if let Some(noun) = noun.filter(|&n| self.table.nouns.contains_key(doc.lemma(n))) {
            self.apply_from(&self.table.nouns, doc.lemma(noun));
            self.noun_itself(noun);
            self.governed_by(head, noun);
        } else {
            self.apply(Effect { status: Status::Planned, negative: false });
        }
        None
    }

    fn gerund(&mut self, preposition: usize) -> Option<usize> {
        let doc = self.grammar.doc;
        let governor = doc.head(preposition);
        // "held back from": the preposition may hang on the particle.
        let verb = doc.head(governor);
        let is_known = self.table.verbs.contains_key(&format!("{} {}", doc.lemma(verb), doc.lemma(governor)));
        let governor = if is_known && governor == verb + 1 { verb } else { governor };
        if doc.lemma(preposition) == "without" {
            self.negations += 1;
            return None;
        }
        // "press ahead with" presses nobody.
        let binds = |effect: &Effect| match doc.lemma(preposition) {
            "of" | "from" | "for" | "to" | "about" | "on" | "against" => true,
            "with" => effect.status != Status::Requested,
            _ => false,
        };
        if let Some(effect) = self.effect_on_complement(governor).filter(binds) {
            self.apply(effect);
            return self.pass_through(governor);
        }
        // "voted against sending": who is against something speaks of what is not, or not only, so.
        if doc.lemma(preposition) == "against" {
            self.apply(Effect { status: Status::Conditional, negative: false });
        }
        if self.grammar.is_verb(governor) {
            self.auxiliaries(governor);
            return Some(governor);
        }
        None
    }
}
