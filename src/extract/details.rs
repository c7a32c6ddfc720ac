//! What else a sentence tells of an event: sums of money and weapons with their numbers, and what came before or after it.

use super::event::Event;
use super::extraction::Polarity;
use super::grammar::Grammar;
use super::numerals::Numerals;
use crate::doc::{Dep, Doc, NameType, Pos};
use crate::lexicon::{DataError, DataFile};
use crate::text::Span;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// What is told of an event besides who, where and when.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Details {
    /// Whether its time is that of the occasion on which it was spoken, and not told of itself.
    pub time_inferred: bool,
    /// Events of the same sentence that it came before or after, by their place among the events.
    pub order: Vec<(Order, usize)>,
    pub amounts: Vec<Amount>,
}

/// Where an event stands to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    Before,
    After,
}

/// How much money, or how many weapons.
#[derive(Clone, Debug, PartialEq)]
pub struct Amount {
    pub of: AmountKind,
    pub number: u64,
    /// Code of the currency (ISO 4217), or the words for the weapon.
    pub unit: String,
    /// The words that say so.
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AmountKind {
    Money,
    Weapon,
}

/// Currencies and weapons, from `data/rules/amounts.toml`.
#[derive(Clone, Debug, Default)]
pub struct Amounts {
    currencies: HashMap<String, String>,
    weapons: HashSet<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AmountFile {
    currencies: HashMap<String, String>,
    weapons: WeaponWords,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WeaponWords {
    words: HashSet<String>,
}

impl Amounts {
    /// Reads the table.
    pub fn load(file: &DataFile) -> Result<Self, DataError> {
        let AmountFile { currencies, weapons } = file.parse()?;
        Ok(Self { currencies, weapons: weapons.words })
    }

    /// Gives each event the amounts whose words hang from its own.
    pub fn apply(&self, events: &mut [Event], grammar: &Grammar, numerals: &Numerals) {
        let money = grammar.doc.names().iter().filter(|n| n.kind == NameType::Money);
        let sums = money.filter_map(|n| self.sum(grammar.doc, n.tokens.clone(), numerals));
        let weapons = (0..grammar.doc.tokens().len()).filter_map(|t| self.weapon(grammar.doc, t, numerals));
        for (head, amount) in sums.chain(weapons).collect::<Vec<_>>() {
            if let Some(event) = holder(grammar, events, head) {
                events[event].details.amounts.push(amount);
            }
        }
    }

    /// "$50 million", "two billion euros": the token that the others hang from, and the sum.
    fn sum(&self, doc: &Doc, tokens: std::ops::Range<usize>, numerals: &Numerals) -> Option<(usize, Amount)> {
        let before = tokens.start.checked_sub(1).filter(|&t| self.currency(doc, t).is_some());
        let tokens = before.unwrap_or(tokens.start)..tokens.end;
        let unit = tokens.clone().find_map(|t| self.currency(doc, t))?.to_owned();
        let is_number = |t: &usize| doc.token(*t).pos == Pos::Num || numerals.is_word(doc, *t);
        let number = numerals.of_tokens(doc, tokens.clone().filter(is_number)).filter(|&n| n > 0)?;
        let head = doc.top_of(&tokens)?;
        Some((head, Amount { of: AmountKind::Money, number, unit, span: doc.span(tokens) }))
    }

    fn currency(&self, doc: &Doc, t: usize) -> Option<&str> {
        self.currencies.get(&doc.lemma(t).to_lowercase()).map(String::as_str)
    }

    /// "31 Abrams tanks": a noun for a weapon with a number before it.
    fn weapon(&self, doc: &Doc, noun: usize, numerals: &Numerals) -> Option<(usize, Amount)> {
        let is_weapon = doc.token(noun).pos == Pos::Noun && self.weapons.contains(&doc.lemma(noun).to_lowercase());
        let number = numerals.before(doc, noun).filter(|&n| is_weapon && n > 0)?;
        let counted = doc.children(noun).find(|&c| doc.dep(c) == Dep::Nummod)?;
        let first = doc.subtree(counted).start;
        let unit = doc.phrase((counted + 1).min(noun)..noun + 1);
        Some((noun, Amount { of: AmountKind::Weapon, number, unit, span: doc.span(first.min(noun)..noun + 1) }))
    }
}

/// The event that words belong to: the first on the way up to which no verb of something else stands.
fn holder(grammar: &Grammar, events: &[Event], token: usize) -> Option<usize> {
    let told_by = |t: usize| events.iter().position(|e| e.trigger == t || grammar.carrier(e.trigger) == t);
    for above in std::iter::once(token).chain(grammar.doc.ancestors(token)) {
        if let Some(event) = told_by(above) {
            return Some(event);
        }
        if grammar.is_verb(above) {
            return None;
        }
    }
    None
}

/// Reads which of two events of a sentence came first, where a word between them says so: "after talks", "before he left".
pub fn order(events: &mut [Event], grammar: &Grammar) {
    let mut found = Vec::new();
    for (second, event) in events.iter().enumerate().filter(|(_, e)| e.polarity == Polarity::Positive) {
        let Some((order, above)) = joint(grammar, grammar.carrier(event.trigger)) else { continue };
        let first = holder(grammar, events, above).filter(|&first| first != second);
        if let Some(first) = first.filter(|&first| events[first].polarity == Polarity::Positive) {
            found.push((first, (order, second)));
        }
    }
    for (event, order) in found {
        if !events[event].details.order.contains(&order) {
            events[event].details.order.push(order);
        }
    }
}

/// The word of order that an event hangs from, and what that word hangs from: what it says is the order of the latter.
fn joint(grammar: &Grammar, event: usize) -> Option<(Order, usize)> {
    let doc = grammar.doc;
    let head = doc.head(event);
    match doc.dep(event) {
        Dep::Pobj | Dep::Pcomp => {
            // "ahead of", "prior to" are two words.
            let outer = doc.head(head);
            let twice = word_of_order(grammar, outer).filter(|_| outer + 1 == head);
            word_of_order(grammar, head).map(|order| (order, outer)).or(twice.map(|order| (order, doc.head(outer))))
        }
        Dep::Advcl => {
            let mut marks = doc.children(event).filter(|&c| c < event && matches!(doc.dep(c), Dep::Mark | Dep::Advmod));
            marks.find_map(|c| word_of_order(grammar, c)).map(|order| (order, head))
        }
        _ => None,
    }
}

fn word_of_order(grammar: &Grammar, token: usize) -> Option<Order> {
    let lemma = grammar.doc.lemma(token).to_lowercase();
    let is = |list| grammar.words.is(list, &lemma);
    if is("after") { Some(Order::After) } else { is("before").then_some(Order::Before) }
}
