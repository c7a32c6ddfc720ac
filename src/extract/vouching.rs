//! Who vouches for an event or relation: the speakers round it, and what their words make of its status.

use super::event::Event;
use super::extraction::{Polarity, QuotationKind, Status};
use super::grammar::Grammar;
use super::quotes::{Quotation, Stance, attribution_of, is_mark};
use crate::coref::Chains;

/// Gives each event the chain of those who report it. What somebody says, and the article only passes on, is `reported`.
pub fn apply(events: &mut [Event], quotations: &[Quotation], chains: &Chains, grammar: &Grammar) {
    for event in events {
        let claim = Claim { status: event.status, polarity: event.polarity, attribution: Vec::new() };
        let claim = claim.at(event.trigger, quotations, chains, grammar);
        (event.status, event.polarity, event.attribution) = (claim.status, claim.polarity, claim.attribution);
    }
}

/// What is said of an event or relation, and who says it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Claim {
    pub status: Status,
    pub polarity: Polarity,
    /// Entities that vouch for it, outermost first.
    pub attribution: Vec<usize>,
}

impl Claim {
    /// What the quotations round a token make of the claim.
    pub fn at(self, token: usize, quotations: &[Quotation], chains: &Chains, grammar: &Grammar) -> Self {
        let granted = grammar.is_taken_for_granted(token);
        let counts = |q: &Quotation| !(is_beside(token, q, grammar) || granted && q.stance == Stance::Denies);
        self.through(token, quotations, chains, counts)
    }

    /// The same of what an attribute takes for granted: somebody who is asked or denies something says no word of it. A title before
    /// a name is the article's own, but where somebody else's words are given as they were spoken.
    pub fn attributed(self, token: usize, is_title: bool, quotations: &[Quotation], chains: &Chains) -> Self {
        let own = |quotation: &Quotation| is_title && quotation.kind == QuotationKind::Indirect;
        self.through(token, quotations, chains, |quotation| quotation.vouches() && !own(quotation))
    }

    /// What those quotations round a token make of it that count.
    fn through(
        mut self,
        token: usize,
        quotations: &[Quotation],
        chains: &Chains,
        counts: impl Fn(&Quotation) -> bool,
    ) -> Self {
        for index in attribution_of(quotations, token) {
            if counts(&quotations[index]) {
                self.within(&quotations[index], chains);
            }
        }
        self.attribution.dedup();
        self
    }

    fn within(&mut self, quotation: &Quotation, chains: &Chains) {
        let plain = self.status == Status::Asserted;
        if quotation.vouches() {
            self.attribution.extend(quotation.speaker.map(|m| chains.mentions[m].entity));
            if plain {
                self.status = Status::Reported;
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
        if plain && self.polarity == Polarity::Positive {
            self.status = status;
            if status == Status::Denied {
                self.polarity = Polarity::Negative;
            }
        }
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
