//! Who vouches for an event: the speakers round it, and what their words make of its status.

use super::event::Event;
use super::extraction::{Polarity, Status};
use super::quotes::{Quotation, Stance, attribution_of};
use crate::coref::Chains;

/// Gives each event the chain of those who report it. What somebody says, and the article only passes on, is `reported`.
pub fn apply(events: &mut [Event], quotations: &[Quotation], chains: &Chains) {
    for event in events {
        for index in attribution_of(quotations, event.trigger) {
            within(event, &quotations[index], chains);
        }
        event.attribution.dedup();
    }
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
