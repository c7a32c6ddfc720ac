//! Whether the name of a capital or of a seat of power stands for those who govern there.
//!
//! "Beijing is willing" is the government of China, "arrived in Beijing" the city. The place in the sentence decides, with
//! the company that each reading keeps (`wordlists.tsv`).

use super::words::Words;
use crate::doc::{Dep, Doc, Pos, Tag};
use crate::text::BlockKind;
use std::ops::Range;

/// What a name of a place means in one spot of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// The place, with no doubt.
    Literal,
    /// Those who govern there.
    Government,
    /// Nothing tells.
    Open,
}

/// How the place name over these tokens, headed by `head`, is meant.
pub(super) fn reading(doc: &Doc, words: &Words, tokens: &Range<usize>, head: usize) -> Reading {
    if doc.sentence_of(head).kind == BlockKind::Dateline
        || begins_a_report(doc, tokens)
        || followed_by_larger_place(doc, tokens)
    {
        return Reading::Literal;
    }
    at(doc, words, head, 0)
}

/// `LONDON (Agency) -`, `London, June 3`, or a line of next to nothing else.
pub(super) fn begins_a_report(doc: &Doc, tokens: &Range<usize>) -> bool {
    let sentence = doc.sentence_of(tokens.start).tokens.clone();
    let next = doc.tokens().get(tokens.end).filter(|_| tokens.end < sentence.end);
    let mark = next.is_some_and(|t| matches!(t.span.of(doc.text()), "(" | "-" | "--" | "–" | "—") || t.pos == Pos::Num);
    tokens.start == sentence.start
        && (sentence.len() <= tokens.len() + 2 || mark || in_capitals(doc, tokens, &sentence))
}

/// `LONDON Following are some of the major events`: a city in capitals before a sentence that is not.
fn in_capitals(doc: &Doc, tokens: &Range<usize>, sentence: &Range<usize>) -> bool {
    let word = doc.word(tokens.start);
    let capitals = word.chars().filter(|c| c.is_alphabetic()).count() > 3 && !word.chars().any(char::is_lowercase);
    let behind = (tokens.end..sentence.end.min(tokens.end + 8)).map(|i| doc.word(i));
    let mut words = behind.filter(|w| w.chars().filter(|c| c.is_alphabetic()).count() > 1).peekable();
    capitals && words.peek().is_some() && words.all(|w| w.chars().any(char::is_lowercase))
}

/// `Paris, Texas`: a comma and a name right behind.
fn followed_by_larger_place(doc: &Doc, tokens: &Range<usize>) -> bool {
    let end = doc.sentence_of(tokens.start).tokens.end;
    tokens.end + 1 < end
        && doc.word(tokens.end) == ","
        && doc.name_at(tokens.end + 1).is_some_and(|n| n.kind == crate::doc::NameType::Gpe)
        && doc.dep(tokens.end + 1) == Dep::Appos
}

fn at(doc: &Doc, words: &Words, head: usize, depth: usize) -> Reading {
    let parent = doc.head(head);
    let lemma = doc.lemma(parent);
    match doc.dep(head) {
        Dep::Nsubj => subject(doc, words, parent),
        Dep::Nsubjpass if words.is("place_object_verb", lemma) => Reading::Literal,
        Dep::Nsubjpass | Dep::Dative => Reading::Government,
        Dep::Poss => possessor(doc, words, parent),
        Dep::Pobj => match under_preposition(doc, words, parent) {
            Reading::Literal if !words.is("pure_place_preposition", &doc.word(parent).to_lowercase()) => {
                // "a rebuke from Washington, which renewed a warning"
                doc.clause_acted_in(head).map_or(Reading::Literal, |verb| subject(doc, words, verb))
            }
            reading => reading,
        },
        Dep::Dobj if words.is("toward_verb", lemma) || is_made_to_act(doc, words, parent) => Reading::Government,
        Dep::Dobj => Reading::Literal,
        Dep::Conj if depth < 4 => at(doc, words, parent, depth + 1),
        Dep::Compound | Dep::Nmod | Dep::Amod | Dep::Appos | Dep::Npadvmod => Reading::Literal,
        _ => Reading::Open,
    }
}

fn subject(doc: &Doc, words: &Words, verb: usize) -> Reading {
    let attribute = doc.child(verb, Dep::Attr);
    let named_place = attribute.is_some_and(|a| words.is("place_like", doc.lemma(a)));
    if named_place || words.is("city_subject_verb", doc.lemma(verb)) || doc.token(verb).pos == Pos::Noun {
        Reading::Literal
    } else {
        Reading::Government
    }
}

/// "prompted Manila to summon": whether a verb makes its object do something.
fn is_made_to_act(doc: &Doc, words: &Words, verb: usize) -> bool {
    let act =
        doc.children(verb).find(|&c| matches!(doc.dep(c), Dep::Xcomp | Dep::Ccomp) && doc.token(c).tag == Tag::Vb);
    act.is_some_and(|act| subject(doc, words, act) == Reading::Government)
}

fn possessor(doc: &Doc, words: &Words, noun: usize) -> Reading {
    let lemma = doc.lemma(noun);
    if words.is("political_noun", lemma) {
        return Reading::Government;
    }
    if words.is("place_noun", lemma) || doc.token(noun).pos == Pos::Propn {
        return Reading::Literal;
    }
    match words.roles(lemma).iter().any(|r| matches!(r.sector, "GOV" | "MIL" | "SPY")) {
        true => Reading::Government,
        false => Reading::Open,
    }
}

fn under_preposition(doc: &Doc, words: &Words, preposition: usize) -> Reading {
    let (word, governor) = (doc.word(preposition).to_lowercase(), doc.head(preposition));
    let (lemma, pos) = (doc.lemma(governor), doc.token(governor).pos);
    let noun = matches!(pos, Pos::Noun | Pos::Propn);
    let tied = words.is("tie_noun", lemma) || words.is("toward_verb", lemma) || words.is("political_noun", lemma);
    let government = match word.as_str() {
        "by" => doc.dep(preposition) == Dep::Agent,
        "with" => true,
        "between" | "among" => words.is("tie_noun", lemma),
        "on" | "against" | "toward" | "towards" | "upon" | "for" => {
            noun && (tied || words.is("toward_noun", lemma)) || words.is("toward_verb", lemma)
        }
        "to" => {
            noun && words.is("toward_noun", lemma) || words.is("toward_verb", lemma) && !words.is("motion_verb", lemma)
        }
        "from" => noun && words.is("political_noun", lemma),
        "of" => noun && words.is("political_noun", lemma),
        _ => false,
    };
    if government { Reading::Government } else { Reading::Literal }
}
