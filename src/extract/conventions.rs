//! PLOVER's conventions on what was matched, the time of each event, and which mentions are one event.

use super::event::{Event, Party};
use super::extraction::{Polarity, Status};
use super::rules::RoleName;
use crate::coref::Chains;
use crate::doc::Doc;
use crate::times::{self, TimeExpression};
use std::collections::HashMap;

/// Types whose future is a promise: PLOVER codes it AGREE.
const PROMISED: [&str; 4] = ["CONSULT", "SUPPORT", "COOPERATE", "AID"];

/// Types that say somebody does another a good turn; not to do so is to refuse it.
const GRANTED: [&str; 7] = ["AGREE", "AID", "CONCEDE", "CONSULT", "COOPERATE", "RETREAT", "SUPPORT"];

/// Applies all of them; `events` stay in the order of the text.
pub fn apply(events: &mut [Event], doc: &Doc, chains: &Chains, times: &[TimeExpression]) {
    for event in events.iter_mut() {
        event.time = times::time_of(doc, times, event.trigger);
        promise(event);
        refusal(event);
    }
    number_instances(events, chains, times);
    pool(events);
    date_by_occasion(events, times);
}

/// What one mention of an event leaves out another may tell: who it was done to, where, and when.
fn pool(events: &mut [Event]) {
    let mut told: HashMap<usize, Event> = HashMap::new();
    for event in events.iter() {
        let whole = told.entry(event.instance).or_insert_with(|| event.clone());
        complete(whole, event);
    }
    for event in events {
        let whole = &told[&event.instance];
        complete(event, whole);
    }
}

fn complete(event: &mut Event, other: &Event) {
    event.time = event.time.or(other.time);
    for role in [RoleName::Recipient, RoleName::Place] {
        if event.parties_in(&role).next().is_none() {
            event.parties.extend(other.parties_in(&role).map(|p| (role.clone(), p.clone())));
        }
    }
}

/// What is done in words is done where the speaker was: at the meeting or visit told of before, when that has a day.
fn date_by_occasion(events: &mut [Event], times: &[TimeExpression]) {
    // The last dated meeting or visit of each who took part, with its place among the events.
    let mut occasions: HashMap<usize, (usize, usize)> = HashMap::new();
    for (i, event) in events.iter_mut().enumerate() {
        if event.time.is_none() && event.spoken && event.sentence > 0 {
            let actor = event.parties_in(&RoleName::Actor).next().map(|p| p.entity);
            let speaker = event.attribution.last().copied();
            let last = [speaker, actor].into_iter().flatten().filter_map(|e| occasions.get(&e)).max();
            let is_day = |&t: &usize| matches!(times[t].granularity(), "day" | "part-of-day" | "minute");
            event.time = last.map(|&(_, time)| time).filter(is_day);
            event.details.time_inferred = event.time.is_some();
        }
        let met = event.kind.as_deref() == Some("CONSULT")
            && (event.status, event.polarity) == (Status::Asserted, Polarity::Positive);
        if let Some(time) = event.time.filter(|_| met) {
            occasions.extend(event.parties_in(&RoleName::Actor).map(|p| (p.entity, (i, time))));
        }
    }
}

fn promise(event: &mut Event) {
    let ahead = matches!(event.status, Status::Planned | Status::Expected) && event.polarity == Polarity::Positive;
    let Some(kind) = event.kind.as_deref().filter(|_| ahead) else { return };
    if PROMISED.contains(&kind) {
        event.kind = Some("AGREE".into());
        event.mode = None;
        event.cameo = Some("030".into());
    } else if kind == "RETREAT" {
        event.kind = Some("CONCEDE".into());
        event.mode = None;
        event.cameo = Some("080".into());
    }
}

/// "will not release the prisoners": what somebody says he will not do he rejects.
fn refusal(event: &mut Event) {
    let refused = matches!(event.status, Status::Planned | Status::Expected) && event.polarity == Polarity::Negative;
    if refused && event.kind.as_deref().is_some_and(|k| GRANTED.contains(&k)) {
        event.kind = Some("REJECT".into());
        event.class = "Rejection".into();
        event.mode = None;
        event.cameo = Some("120".into());
        event.polarity = Polarity::Positive;
        event.status = if event.attribution.is_empty() { Status::Asserted } else { Status::Reported };
    }
}

/// Gives mentions of one event one number: same class, standing and participants as far as both say, and no two times.
fn number_instances(events: &mut [Event], chains: &Chains, times: &[TimeExpression]) {
    let mut next = 0;
    for i in 0..events.len() {
        let (earlier, rest) = events.split_at_mut(i);
        let event = &mut rest[0];
        // Whoever speaks or acts in general may do so many times.
        let unique = event.general || event.spoken && event.kind.is_none();
        match earlier.iter().rev().find(|other| !unique && is_same(other, event, chains, times)) {
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
        && a.count == b.count
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
