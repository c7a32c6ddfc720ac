//! What the linear model sees of a sentence and its two parties: names of features that hold.
//!
//! A name says by its first letters where it comes from: `E` events that the rules found, `L` triggers of the lexicon, `m`
//! modality, `p` words on the way between the parties, `c` words that hang on that way, `A` and `R` words inside the parties,
//! `w` words of the sentence. Training and coding both call [`Features::of`], so there is one definition.

use super::label_of;
use super::parties::{Scene, head};
use crate::doc::{Dep, Doc, Pos, Tag};
use crate::extract::{Event, Found, RoleName, Trigger, Triggers};
use crate::text::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Where a token stands with regard to the way between the parties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Zone {
    /// On the way.
    Path,
    /// Below it, in the same clause.
    Argument,
    /// Inside the words of the recipient or actor.
    Recipient,
    Actor,
    /// Above the highest token of the way.
    Above,
    Elsewhere,
}

impl Zone {
    fn letter(self) -> char {
        match self {
            Self::Path => 'P',
            Self::Argument => 'C',
            Self::Recipient => 'R',
            Self::Actor => 'A',
            Self::Above => 'U',
            Self::Elsewhere => 'S',
        }
    }
}

/// How an event of the rules stands to the given parties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Link {
    /// It has both, in their roles or as partners.
    Both,
    /// It has both with roles exchanged.
    Swapped,
    /// It has only one of them.
    One,
    None,
}

/// A trigger that was found, with its place.
#[derive(Clone, Copy, Debug)]
pub struct Placed<'a> {
    pub found: Found<'a>,
    pub zone: Zone,
    /// Place along the way, counted from the actor.
    pub order: usize,
}

/// The features of one sentence with what they were made of.
pub struct Features<'a> {
    /// Names, sorted, each once.
    pub names: BTreeSet<String>,
    pub triggers: Vec<Placed<'a>>,
    /// Events of the sentence that have a type, best link first.
    pub events: Vec<(Link, &'a Event)>,
}

impl<'a> Features<'a> {
    pub fn of(doc: &'a Doc, events: &'a [Event], scene: &'a Scene, triggers: &'a Triggers) -> Self {
        let events = linked_events(doc, events, scene);
        let mut maker = Maker { doc, scene, names: BTreeSet::new(), zones: zones(doc, scene) };
        let placed = maker.placed(triggers);
        maker.words();
        maker.way();
        maker.modality();
        maker.triggers(&placed);
        maker.events(&events);
        Self { names: maker.names, triggers: placed, events }
    }

    /// Whether neither a rule nor a trigger says anything of the parties.
    pub fn are_silent(&self) -> bool {
        let aside = |zone| matches!(zone, Zone::Above | Zone::Elsewhere);
        self.triggers.iter().all(|p| aside(p.zone)) && self.events.iter().all(|(link, _)| *link == Link::None)
    }
}

/// Zone of each token of the sentence and its place along the way.
fn zones(doc: &Doc, scene: &Scene) -> Vec<(Zone, usize)> {
    let above: Vec<usize> = scene.path.first().map(|&t| doc.ancestors(t).collect()).unwrap_or_default();
    scene.sentence.clone().map(|token| zone(doc, scene, &above, token)).collect()
}

/// How far below the way a token still belongs to it.
const REACH: usize = 3;

fn zone(doc: &Doc, scene: &Scene, above: &[usize], token: usize) -> (Zone, usize) {
    let place = |t: usize| scene.path.iter().position(|&p| p == t);
    let chain = [token].into_iter().chain(doc.ancestors(token));
    let joint = chain.take(12).enumerate().find_map(|(depth, t)| Some((depth, place(t)?)));
    let order = joint.map_or(scene.path.len(), |(_, order)| order);
    let zone = if scene.is_recipient(token) {
        Zone::Recipient
    } else if scene.is_actor(token) {
        Zone::Actor
    } else {
        match joint {
            Some((0, _)) => Zone::Path,
            Some((depth, _)) if depth <= REACH && is_in_clause(doc, token, depth) => Zone::Argument,
            Some(_) => Zone::Elsewhere,
            None if above.contains(&token) => Zone::Above,
            None => Zone::Elsewhere,
        }
    };
    (zone, order)
}

/// Whether no arc on the way up opens another clause.
fn is_in_clause(doc: &Doc, token: usize, depth: usize) -> bool {
    let arcs = [token].into_iter().chain(doc.ancestors(token)).take(depth);
    arcs.into_iter().all(|t| !matches!(doc.dep(t), Dep::Advcl | Dep::Relcl | Dep::Parataxis | Dep::Ccomp | Dep::Csubj))
}

struct Maker<'a> {
    doc: &'a Doc,
    scene: &'a Scene,
    names: BTreeSet<String>,
    zones: Vec<(Zone, usize)>,
}

impl<'a> Maker<'a> {
    fn add(&mut self, name: String) {
        self.names.insert(name);
    }

    fn lemma(&self, token: usize) -> String {
        self.doc.lemma(token).to_lowercase()
    }

    fn zone(&self, token: usize) -> (Zone, usize) {
        let at = token.checked_sub(self.scene.sentence.start);
        at.and_then(|i| self.zones.get(i)).copied().unwrap_or((Zone::Elsewhere, self.scene.path.len()))
    }

    fn placed<'t>(&self, triggers: &'t Triggers) -> Vec<Placed<'t>> {
        let mut placed = Vec::new();
        for token in self.scene.sentence.clone() {
            let (zone, order) = self.zone(token);
            placed.extend(triggers.at(self.doc, token).into_iter().map(|found| Placed { found, zone, order }));
        }
        placed.sort_by_key(|p| (p.order, p.zone, p.found.anchor));
        placed
    }

    fn words(&mut self) {
        for token in self.scene.sentence.clone() {
            if !is_content(self.doc, token) {
                continue;
            }
            let lemma = self.lemma(token);
            match self.zone(token).0 {
                Zone::Actor => self.add(format!("A={lemma}")),
                Zone::Recipient => self.add(format!("R={lemma}")),
                Zone::Argument => {
                    let head = self.lemma(self.doc.head(token));
                    self.add(format!("c={lemma}"));
                    self.add(format!("c2={head}>{lemma}"));
                    self.add(format!("w={lemma}"));
                }
                Zone::Path => {
                    self.add(format!("p={lemma}"));
                    self.add(format!("w={lemma}"));
                }
                _ => self.add(format!("w={lemma}")),
            }
        }
        let parties = [('A', self.scene.actor.clone()), ('R', self.scene.recipient.clone())];
        for (letter, place) in parties {
            let Some(place) = place else { continue };
            let head = head(self.doc, &place);
            let name = self.doc.name_at(head).map_or("-", |n| n.kind.as_str());
            self.add(format!("{letter}n={name}"));
            self.add(format!("{letter}h={}", self.lemma(head)));
        }
    }

    fn way(&mut self) {
        let (doc, scene) = (self.doc, self.scene);
        let inner: Vec<usize> = self.inner().collect();
        let verbs: Vec<usize> = inner.iter().copied().filter(|&t| is_verb(doc, t)).collect();
        for (name, verb) in [("p1", verbs.first()), ("pn", verbs.last())] {
            let lemma = verb.map_or("-".to_owned(), |&v| self.lemma(v));
            self.add(format!("{name}={lemma}"));
        }
        for pair in inner.windows(2) {
            self.add(format!("p2={}>{}", self.lemma(pair[0]), self.lemma(pair[1])));
        }
        let steps: Vec<&str> = scene.path.iter().map(|&t| doc.dep(t).as_str()).take(7).collect();
        self.add(format!("ps={}", steps.join(" ")));
        self.add(format!("pl={}", scene.path.len().min(8)));
        for (letter, token) in [("pa", scene.path.first()), ("pr", scene.path.last())] {
            if let Some(&token) = token {
                self.add(format!("{letter}={}", doc.dep(token)));
                self.add(format!("{letter}^={}:{}", doc.dep(token), self.lemma(doc.head(token))));
            }
        }
    }

    /// The way without what belongs to the parties.
    fn inner(&self) -> impl Iterator<Item = usize> + 'a {
        let scene = self.scene;
        scene.path.iter().copied().filter(|&t| !scene.is_actor(t) && !scene.is_recipient(t))
    }

    fn modality(&mut self) {
        let (doc, scene) = (self.doc, self.scene);
        let verbs: Vec<usize> = self.inner().filter(|&t| is_verb(doc, t)).collect();
        for (place, verb) in [("1", verbs.first()), ("n", verbs.last())] {
            let Some(&verb) = verb else { continue };
            for mood in moods(doc, verb) {
                self.add(format!("m{place}={mood}"));
            }
        }
        for mood in verbs.iter().flat_map(|&verb| moods(doc, verb)).filter(|mood| *mood != "plain") {
            self.add(format!("m={mood}"));
        }
        if !scene.is_linked() {
            self.add("m=unlinked".to_owned());
        }
        if doc.text().contains('?') {
            self.add("m=question".to_owned());
        }
    }

    fn triggers(&mut self, placed: &[Placed<'a>]) {
        for p in placed {
            let kind = label_of(&p.found.trigger.kind);
            self.add(format!("L{}={kind}", p.zone.letter()));
            self.add(format!("L={kind}"));
            if p.found.trigger.word_count() > 1 && matches!(p.zone, Zone::Path | Zone::Argument) {
                self.add(format!("LM={kind}"));
            }
        }
        let near: Vec<&Placed> = placed.iter().filter(|p| matches!(p.zone, Zone::Path | Zone::Argument)).collect();
        self.votes(placed);
        self.of_verbs(&near);
        let Some(first) = near.first() else { return self.add("L=none".to_owned()) };
        let last = near[near.len() - 1];
        self.ranked("L1", first);
        self.ranked("LL", last);
        self.add(format!("L2={}>{}", label_of(&first.found.trigger.kind), label_of(&last.found.trigger.kind)));
        if let Some(longest) = near.iter().max_by_key(|p| p.found.trigger.word_count()) {
            self.ranked("LX", longest);
        }
    }

    /// The type with most triggers, near ones and longer ones counting more.
    fn votes(&mut self, placed: &[Placed]) {
        let mut votes: BTreeMap<&str, usize> = BTreeMap::new();
        for p in placed {
            let weight = match p.zone {
                Zone::Path => 6,
                Zone::Argument => 4,
                Zone::Recipient => 2,
                _ => 1,
            };
            *votes.entry(label_of(&p.found.trigger.kind)).or_default() += weight * p.found.trigger.word_count();
        }
        if let Some((kind, _)) = votes.iter().max_by_key(|(kind, votes)| (**votes, std::cmp::Reverse(**kind))) {
            self.add(format!("LW={kind}"));
        }
    }

    /// Triggers of the first and of the last verb on the way, or of a word in their own clause.
    fn of_verbs(&mut self, near: &[&Placed]) {
        let doc = self.doc;
        let verbs: Vec<usize> = self.inner().filter(|&t| is_verb(doc, t)).collect();
        for (name, verb) in [("LV", verbs.first()), ("LN", verbs.last())] {
            let Some(&verb) = verb else { continue };
            let own: Vec<&Trigger> =
                near.iter().filter(|p| self.carrier(p.found.anchor) == verb).map(|p| p.found.trigger).collect();
            for trigger in own {
                self.add(format!("{name}={}", label_of(&trigger.kind)));
                self.add(format!("l{name}={}", trigger.phrase));
            }
        }
    }

    fn ranked(&mut self, name: &str, placed: &Placed) {
        let kind = label_of(&placed.found.trigger.kind);
        self.add(format!("{name}={kind}"));
        for mood in moods(self.doc, self.carrier(placed.found.anchor)) {
            self.add(format!("{name}m={kind}+{mood}"));
        }
    }

    /// The verb that carries a word: itself, or the first above it.
    fn carrier(&self, token: usize) -> usize {
        let mut chain = [token].into_iter().chain(self.doc.ancestors(token).take(4));
        chain.find(|&t| is_verb(self.doc, t)).unwrap_or(token)
    }

    fn events(&mut self, events: &[(Link, &Event)]) {
        if let Some((link, event)) = events.first() {
            let kind = event.kind.as_deref().map_or("-", label_of);
            self.add(format!("E1={kind}"));
            self.add(format!("E1c={link:?}:{}", event.class));
            self.add(format!("E1s={kind}:{:?}", event.status));
            self.add(format!("E1p={kind}:{:?}", event.polarity));
        } else {
            self.add("E1=none".to_owned());
        }
        for (link, event) in events {
            self.add(format!("E{link:?}={}", event.kind.as_deref().map_or("-", label_of)));
        }
    }
}

fn is_verb(doc: &Doc, token: usize) -> bool {
    matches!(doc.token(token).pos, Pos::Verb | Pos::Aux)
}

fn is_content(doc: &Doc, token: usize) -> bool {
    let tok = doc.token(token);
    let open =
        matches!(tok.pos, Pos::Verb | Pos::Noun | Pos::Propn | Pos::Adj | Pos::Adv | Pos::Aux | Pos::Adp | Pos::Part);
    open && doc.word(token).chars().any(char::is_alphabetic)
}

/// How a verb is put: future, obligation, negation, passive …
fn moods(doc: &Doc, verb: usize) -> Vec<&'static str> {
    let mut moods = Vec::new();
    for child in doc.children(verb) {
        let lemma = doc.lemma(child).to_lowercase();
        match (doc.dep(child), lemma.as_str()) {
            (Dep::Neg, _) => moods.push("not"),
            (Dep::Aux, "will" | "shall" | "'ll") => moods.push("will"),
            (Dep::Aux, "would") => moods.push("would"),
            (Dep::Aux, "could" | "can" | "may" | "might") => moods.push("may"),
            (Dep::Aux, "must" | "should" | "ought" | "need") => moods.push("must"),
            (Dep::Aux, "to") => moods.push("to"),
            (Dep::Auxpass, _) => moods.push("passive"),
            (Dep::Mark, "if" | "unless") => moods.push("if"),
            _ => {}
        }
    }
    if moods.contains(&"not") && (moods.contains(&"will") || moods.contains(&"would")) {
        moods.push("will not");
    }
    if doc.token(verb).tag == Tag::Vbg && !moods.is_empty() {
        moods.push("ing");
    }
    if moods.is_empty() {
        moods.push("plain");
    }
    moods
}

/// The events of the sentence with a PLOVER type, those that link the parties first.
fn linked_events<'a>(doc: &Doc, events: &'a [Event], scene: &Scene) -> Vec<(Link, &'a Event)> {
    // What rests on the lexicon alone the model sees as triggers already.
    let inside = |e: &&Event| e.kind.is_some() && !e.is_from_lexicon() && scene.sentence.contains(&e.trigger);
    let mut linked: Vec<(Link, &Event)> = events.iter().filter(inside).map(|e| (link(doc, e, scene), e)).collect();
    let on_path = |e: &Event| scene.path.contains(&e.trigger);
    linked.sort_by_key(|(link, e)| (*link, !on_path(e), (1000.0 - e.confidence * 1000.0) as i32, e.trigger));
    linked
}

fn link(doc: &Doc, event: &Event, scene: &Scene) -> Link {
    let span = |place: &Option<Range<usize>>| place.as_ref().map(|p| doc.span(p.clone()));
    let (actor, recipient) = (span(&scene.actor), span(&scene.recipient));
    let has = |role: &RoleName, party: Option<Span>| {
        party.is_some_and(|party| event.parties_in(role).any(|p| is_same(p.span, party)))
    };
    let as_actor = has(&RoleName::Actor, actor);
    let as_recipient = has(&RoleName::Recipient, recipient);
    let partner = has(&RoleName::Actor, recipient);
    let acted_on = has(&RoleName::Recipient, actor);
    match () {
        () if as_actor && (as_recipient || partner) => Link::Both,
        () if acted_on && (partner || as_recipient) => Link::Swapped,
        () if as_actor || as_recipient || partner || acted_on => Link::One,
        () => Link::None,
    }
}

/// Whether two spans name one party: half of either lies in the other.
fn is_same(a: Span, b: Span) -> bool {
    let common = a.end.min(b.end).saturating_sub(a.start.max(b.start));
    common > 0 && (2 * common >= a.len() || 2 * common >= b.len())
}
