//! Who vouches for an event: the speakers round it, and what their words make of its status.

use super::event::Event;
use super::extraction::{Polarity, Status};
use super::grammar::Grammar;
use super::quotes::{Quotation, Stance, attribution_of, is_mark};
use crate::coref::Chains;

/// Gives each event the chain of those who report it. What somebody says, and the article only passes on, is `reported`.
pub fn apply(events: &mut [Event], quotations: &[Quotation], chains: &Chains, grammar: &Grammar) {
    for event in events {
        for index in attribution_of(quotations, event.trigger) {
            if !is_beside(event.trigger, &quotations[index], grammar) {
                within(event, &quotations[index], chains);
            }
        }
        event.attribution.dedup();
    }
}

/// Whether a trigger stands behind the marks of a quotation, in a clause that says when the words were spoken: `saying the
/// position "will not change" as the two leaders met`.
fn is_beside(trigger: usize, quotation: &Quotation, grammar: &Grammar) -> bool {
    let doc = grammar.doc;
    let Some(clause) = grammar.time_clause(trigger).filter(|&c| quotation.contains(c)) else { return false };
    let start = doc.subtree(clause).start;
    start > 0 && quotation.contains(start - 1) && is_mark(doc.word(start - 1))
}

fn within(event: &mut Event, quotation: &Quotation, chains: &Chains) {
    let plain = event.status == Status::Asserted;
    if quotation.vouches() {
        event.attribution.extend(quotation.speaker.map(|m| chains.mentions[m].entity));
        if plain {
            event.status = Status::Reported;
        }
        return;
    }
    let status = match quotation.stance {
        // "did not say that": nobody vouches, and nothing follows.
        Stance::Reports | Stance::Asks | Stance::Thinks => Status::Conditional,
        Stance::Denies => Status::Denied,
        Stance::Requests => Status::Requested,
        Stance::Promises => Status::Planned,
        Stance::Implies | Stance::Names => return,
    };
    // "refused to": what the table knows not to have happened is not open any more.
    if plain && event.polarity == Polarity::Positive {
        event.status = status;
        if status == Status::Denied {
            event.polarity = Polarity::Negative;
        }
    }
}
