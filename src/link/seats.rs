//! City or government: "Beijing is willing" is the government of China, "arrived in Beijing" the city.

use super::Words;
use crate::doc::{Dep, Doc, Pos};

/// How a seat of power is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    City,
    Government,
}

/// Decides by the construction that the name stands in. `capital` is false for palaces and the like, which are seldom
/// meant as places.
pub(super) fn reading(doc: &Doc, words: &Words, head: usize, capital: bool) -> Reading {
    let otherwise = if capital { Reading::City } else { Reading::Government };
    let top = first_conjunct(doc, head);
    let governor = doc.head(top);
    let lemma = doc.lemma(governor).to_lowercase();
    let government = match doc.dep(top) {
        Dep::Nsubj => is_act(doc, words, governor),
        Dep::Agent => true,
        Dep::Nsubjpass => words.is("toward_verb", &lemma),
        Dep::Dobj | Dep::Dative => words.is("toward_verb", &lemma),
        Dep::Poss => !words.is("place_noun", &lemma) && (words.is("political_noun", &lemma) || !is_name(doc, governor)),
        Dep::Compound | Dep::Nmod => words.is("political_noun", &lemma),
        Dep::Pobj => return after_preposition(doc, words, governor, otherwise),
        _ => return otherwise,
    };
    if government { Reading::Government } else { Reading::City }
}

fn first_conjunct(doc: &Doc, mut t: usize) -> usize {
    while doc.dep(t) == Dep::Conj && doc.token(doc.head(t)).pos != Pos::Verb {
        t = doc.head(t);
    }
    t
}

fn is_name(doc: &Doc, t: usize) -> bool {
    doc.token(t).pos == Pos::Propn
}

/// Cities lie, grow and celebrate; what else is done is done by governments.
fn is_act(doc: &Doc, words: &Words, verb: usize) -> bool {
    let lemma = doc.lemma(verb).to_lowercase();
    if lemma == "be" {
        let said = doc.children(verb).find(|&c| matches!(doc.dep(c), Dep::Attr | Dep::Acomp));
        return said.is_some_and(|c| {
            !words.is("place_noun", &doc.lemma(c).to_lowercase()) && doc.lemma(c) != "city" && doc.lemma(c) != "capital"
        });
    }
    !matches!(&*lemma, "lie" | "stand" | "host" | "celebrate" | "grow" | "lose" | "see" | "wake" | "sleep" | "remain")
}

fn after_preposition(doc: &Doc, words: &Words, preposition: usize, otherwise: Reading) -> Reading {
    let name = doc.lemma(preposition).to_lowercase();
    let governor = doc.lemma(doc.head(preposition)).to_lowercase();
    let towards =
        words.is("toward_noun", &governor) || words.is("toward_verb", &governor) || words.is("tie_noun", &governor);
    match &*name {
        "with" | "between" | "against" | "by" => Reading::Government,
        "to" | "on" | "from" | "toward" | "towards" | "of" | "for" if towards => Reading::Government,
        _ if words.is("place_preposition", &name) => Reading::City,
        _ => otherwise,
    }
}
