//! PLOVER's conventions on what was matched, the time of each event, and which mentions are one event.

use super::event::{Event, Party};
use super::extraction::{Polarity, Status};
use super::rules::RoleName;
use crate::coref::Chains;
use crate::doc::Doc;
use crate::times::{self, TimeExpression};

/// Types whose future is a promise: PLOVER codes it AGREE.
const PROMISED: [&str; 4] = ["CONSULT", "SUPPORT", "COOPERATE", "AID"];

/// Applies all of them; `events` stay in the order of the text.
pub fn apply(events: &mut [Event], doc: &Doc, chains: &Chains, times: &[TimeExpression]) {
    for event in events.iter_mut() {
        event.time = times::time_of(doc, times, event.trigger);
        promise(event);
    }
    number_instances(events, chains, times);
}

fn promise(event: &mut Event) {
    let ahead = matches!(event.status, Status::Planned | Status::Expected) && event.polarity == Polarity::Positive;
    if ahead && event.kind.as_deref().is_some_and(|k| PROMISED.contains(&k)) {
        event.kind = Some("AGREE".into());
        event.mode = None;
        event.cameo = Some("030".into());
    }
}

/// Gives mentions of one event one number: same class, standing and participants as far as both say, and no two times.
fn number_instances(events: &mut [Event], chains: &Chains, times: &[TimeExpression]) {
    let mut next = 0;
    for i in 0..events.len() {
        let (earlier, rest) = events.split_at_mut(i);
        let event = &mut rest[0];
        match earlier.iter().rev().find(|other| is_same(other, event, chains, times)) {
            Some(other) => event.instance = other.instance,
            None => {
                event.instance = next;
                next += 1;
            }
        }
    }
}

fn is_same(a: &Event, b: &Event, chains: &Chains, times: &[TimeExpression]) -> bool {
    a.class == b.class
        && a.kind == b.kind
        && (a.status, a.polarity) == (b.status, b.polarity)
        && agree(a, b, &RoleName::Actor, chains)
        && agree(a, b, &RoleName::Recipient, chains)
        && agree(a, b, &RoleName::Place, chains)
        && times_agree(a, b, times)
}

/// Whether two events have the same participants in a role, or one of them says nothing of it.
fn agree(a: &Event, b: &Event, role: &RoleName, chains: &Chains) -> bool {
    let of = |e: &Event| e.parties_in(role).map(|p: &Party| p.entity).collect::<Vec<_>>();
    let (a, b) = (of(a), of(b));
    if a.is_empty() || b.is_empty() {
        // Actors have to be named in both: "there were talks" may be anybody's.
        return *role != RoleName::Actor;
    }
    let known = |e: usize| a.contains(&e) || *role == RoleName::Place && contains(chains, &a, e);
    b.iter().all(|&e| known(e)) || a.iter().all(|e| b.contains(e))
}

/// Whether a country among `places` is the country of `place`.
fn contains(chains: &Chains, places: &[usize], place: usize) -> bool {
    let country = |e: usize| chains.entities[e].country.as_deref();
    places.iter().any(|&p| country(p).is_some() && country(p) == country(place))
}

/// A time that begins as the other does is the same time, told more exactly.
fn times_agree(a: &Event, b: &Event, times: &[TimeExpression]) -> bool {
    match (a.time, b.time) {
        (Some(a), Some(b)) => {
            let (a, b) = (&times[a].value, &times[b].value);
            a.starts_with(b.as_str()) || b.starts_with(a.as_str())
        }
        _ => true,
    }
}
