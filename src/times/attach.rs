//! Which time expression dates an event.

use super::{Bound, TimeExpression, TimexType};
use crate::doc::{Dep, Doc, Pos};

/// The index of the expression that dates the event whose trigger is a token; `None` when the text does not date it.
///
/// An expression below the trigger in the tree wins, then one below a verb that only carries the trigger ("held talks on
/// Thursday") or shares its time ("flew in and met him on Friday"), then the only one left in the clause.
pub fn time_of(doc: &Doc, times: &[TimeExpression], trigger: usize) -> Option<usize> {
    let sentence = &doc.sentence_of(trigger).tokens;
    let first = times.partition_point(|t| t.tokens.end <= sentence.start);
    let last = times.partition_point(|t| t.tokens.start < sentence.end);
    let dates: Vec<usize> =
        (first..last).filter(|&i| dates_events(&times[i]) && !is_last_day(doc, &times[i])).collect();
    if dates.is_empty() {
        return None;
    }
    let holders = holders(doc, trigger);
    holders.into_iter().find_map(|holder| {
        let below = dates.iter().copied().filter(|&i| hangs_from(doc, &times[i], holder));
        below.min_by_key(|&i| times[i].tokens.start.abs_diff(trigger))
    })
}

/// A date or time can date an event; how long or how often it was cannot, nor "now" and "recently" with any use, nor the
/// day since when it may have happened at any time.
fn dates_events(time: &TimeExpression) -> bool {
    matches!(time.kind, TimexType::Date | TimexType::Time)
        && !time.value.ends_with("_REF")
        && time.bound != Some(Bound::Begin)
}

/// "barred until 2030": how long it lasts, not when it happened.
fn is_last_day(doc: &Doc, time: &TimeExpression) -> bool {
    let before = time.tokens.start.checked_sub(1).map(|i| doc.word(i).to_lowercase());
    time.bound == Some(Bound::End) && before.is_some_and(|word| matches!(&*word, "until" | "till" | "through"))
}

/// The trigger, and the words above it whose time is also its own, nearest first.
fn holders(doc: &Doc, trigger: usize) -> Vec<usize> {
    let mut holders = vec![trigger];
    let mut at = trigger;
    while doc.head(at) != at {
        let head = doc.head(at);
        let shared = match doc.dep(at) {
            Dep::Xcomp
            | Dep::Prep
            | Dep::Pobj
            | Dep::Dobj
            | Dep::Compound
            | Dep::Aux
            | Dep::Auxpass
            | Dep::Amod
            | Dep::Attr
            | Dep::Oprd
            | Dep::Pcomp
            | Dep::Agent
            | Dep::Nmod
            | Dep::Poss => true,
            Dep::Nsubj | Dep::Nsubjpass => doc.token(at).pos != Pos::Propn,
            Dep::Conj => doc.token(at).pos == doc.token(head).pos && !has_subject(doc, at),
            Dep::Advcl => doc.child(at, Dep::Mark).is_none() && !has_subject(doc, at),
            _ => false,
        };
        if !shared {
            break;
        }
        holders.push(head);
        at = head;
    }
    holders
}

fn has_subject(doc: &Doc, verb: usize) -> bool {
    doc.children(verb).any(|c| matches!(doc.dep(c), Dep::Nsubj | Dep::Nsubjpass | Dep::Expl))
}

/// Whether the way up from the expression reaches the holder without leaving a clause or another event on the way.
fn hangs_from(doc: &Doc, time: &TimeExpression, holder: usize) -> bool {
    let Some(top) = time.tokens.clone().find(|&t| !time.tokens.contains(&doc.head(t)) || doc.head(t) == t) else {
        return false;
    };
    if time.tokens.contains(&holder) {
        return false;
    }
    let mut at = top;
    loop {
        if at == holder {
            return true;
        }
        let head = doc.head(at);
        let other_clause = doc.dep(at) == Dep::Conj && has_subject(doc, at);
        let up = head != at
            && !other_clause
            && matches!(
                doc.dep(at),
                Dep::Prep
                    | Dep::Pobj
                    | Dep::Npadvmod
                    | Dep::Advmod
                    | Dep::Nmod
                    | Dep::Amod
                    | Dep::Compound
                    | Dep::Poss
                    | Dep::Pcomp
                    | Dep::Appos
                    | Dep::Nummod
                    | Dep::Conj
                    | Dep::Dobj
                    | Dep::Dep
            );
        if !up {
            return false;
        }
        at = head;
    }
}
