//! From names in a document to entities: what is a name, which names are one, and whom or what each stands for.
//!
//! Names come from the language model and from the gazetteer, longest first. A name is decided once for the article: by
//! what it may stand for, what the model takes it for most often, and the countries the article speaks of. Where nothing
//! fits well the name keeps an entity of our own: a wrong identifier is worse than none.

use super::gazetteer::{Candidate, Gazetteer, NameRole};
use super::seats::{self, Reading};
use super::{Entity, EntityType, Linked};
use crate::doc::{Dep, Doc, Form, Mention, NameType, Pos};
use jiff::civil::Date;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

/// Finds the names of a document and what they stand for. `published` tells whose office counts.
pub fn link(doc: &Doc, gazetteer: &Gazetteer, published: Option<Date>) -> Linked {
    let spans = Spans { doc, gazetteer }.find();
    let mut linker = Linker {
        doc,
        gazetteer,
        published: published.map(|d| d.to_string()),
        countries: HashSet::new(),
        decided: HashMap::new(),
        counts: HashMap::new(),
        governments: HashMap::new(),
        linked: Linked::default(),
    };
    let names: Vec<Name> = spans.into_iter().map(|tokens| Name { text: doc.phrase(tokens.clone()), tokens }).collect();
    linker.run(&names);
    linker.linked
}

/// A name where it stands, with its words.
struct Name {
    tokens: Range<usize>,
    text: String,
}

/// Most tokens that a name of the gazetteer may have.
const LONGEST: usize = 7;

struct Spans<'a> {
    doc: &'a Doc,
    gazetteer: &'a Gazetteer,
}

impl Spans<'_> {
    /// Ranges of tokens that are names, in order, without overlap.
    fn find(&self) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = self.of_model();
        for sentence in self.doc.sentences() {
            let mut t = sentence.tokens.start;
            while t < sentence.tokens.end {
                match self.longest(t, sentence.tokens.end) {
                    Some(range) => {
                        t = range.end;
                        found.push(range);
                    }
                    None => t += 1,
                }
            }
        }
        without_overlap(found)
    }

    fn of_model(&self) -> Vec<Range<usize>> {
        use NameType as N;
        let wanted = [N::Person, N::Gpe, N::Org, N::Loc, N::Fac, N::Norp, N::Event, N::Law];
        let names = self.doc.names().iter().filter(|n| wanted.contains(&n.kind));
        let spans = names.filter_map(|n| Some((n.kind, self.trimmed(n.tokens.clone())?)));
        spans
            .flat_map(|(kind, range)| if kind == N::Person { self.without_country(range) } else { vec![range] })
            .collect()
    }

    /// "Kim North Korea's importance" in a headline is no person of that name.
    fn without_country(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let is_country = |r: &Range<usize>| {
            let text = self.doc.span(r.clone()).of(self.doc.text());
            let best = self.gazetteer.lookup(text).into_iter().next();
            best.is_some_and(|c| c.prior > 0.8 && c.entry.kind() == EntityType::Country && c.role == NameRole::Name)
        };
        let cut = (range.start + 1..range.end).find(|&t| is_country(&(t..range.end)));
        match cut {
            Some(t) => vec![range.start..t, t..range.end],
            None => vec![range],
        }
    }

    /// Without "the" before and "'s" after; none when nothing is left or no capital is in it.
    fn trimmed(&self, mut range: Range<usize>) -> Option<Range<usize>> {
        let article = |t: usize| matches!(&*self.doc.word(t).to_lowercase(), "the" | "a" | "an");
        while !range.is_empty() && (article(range.start) || self.is_mark(range.start)) {
            range.start += 1;
        }
        while !range.is_empty() && (self.is_mark(range.end - 1) || matches!(self.doc.word(range.end - 1), "'s" | "’s"))
        {
            range.end -= 1;
        }
        let has_capital = range.clone().any(|t| self.doc.word(t).starts_with(char::is_uppercase));
        (has_capital && !range.is_empty()).then_some(range)
    }

    fn is_mark(&self, t: usize) -> bool {
        matches!(self.doc.token(t).pos, Pos::Punct | Pos::Space) && !self.doc.word(t).ends_with('.')
    }

    /// The longest name of the gazetteer that begins at a token.
    fn longest(&self, start: usize, end: usize) -> Option<Range<usize>> {
        let word = self.doc.word(start);
        if !word.starts_with(char::is_uppercase) || self.is_time(start) {
            return None;
        }
        for stop in (start + 1..=end.min(start + LONGEST)).rev() {
            let text = self.doc.span(start..stop).of(self.doc.text());
            if stop - start > 1 && !self.doc.word(stop - 1).starts_with(char::is_alphanumeric) {
                continue;
            }
            if self.gazetteer.has(self.gazetteer.hash(text)) && self.is_name(start..stop, text) {
                return Some(start..stop);
            }
        }
        None
    }

    fn is_time(&self, t: usize) -> bool {
        use NameType as N;
        let kinds = [N::Date, N::Time, N::Cardinal, N::Money, N::Percent, N::Quantity, N::Ordinal];
        self.doc.name_at(t).is_some_and(|n| kinds.contains(&n.kind))
    }

    /// Several words are a name when one of them is tagged so; a single word needs the tag, or must be a nationality.
    fn is_name(&self, range: Range<usize>, text: &str) -> bool {
        let proper = range.clone().any(|t| self.doc.token(t).pos == Pos::Propn);
        let candidates = self.gazetteer.lookup(text);
        if range.len() > 1 {
            return !candidates.is_empty() && (proper || candidates[0].entry.kind() == EntityType::Country);
        }
        let nationality = candidates.iter().any(|c| matches!(c.role, NameRole::Adjective | NameRole::People));
        if nationality && matches!(self.doc.token(range.start).pos, Pos::Adj | Pos::Propn | Pos::Noun) {
            return true;
        }
        // A surname alone, or a small town, is not enough to make a name of a word the model does not take for one.
        let known = |c: &Candidate| match (c.role, c.entry.kind()) {
            (NameRole::Surname, _) => c.prior > 0.4 && c.entry.offices().next().is_some(),
            (_, EntityType::City) => c.entry.population() > 100_000.0,
            _ => true,
        };
        proper && candidates.iter().any(known)
    }
}

/// The longest ranges first; of what overlaps them nothing stays.
fn without_overlap(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|r| (Reverse(r.len()), r.start));
    let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
    for range in ranges {
        let before = taken.range(..range.end).next_back();
        if before.is_none_or(|(_, &end)| end <= range.start) {
            taken.insert(range.start, range.end);
        }
    }
    taken.into_iter().map(|(start, end)| start..end).collect()
}

/// What the article takes a surface form for.
#[derive(Clone, Copy)]
struct Decision {
    entity: usize,
    nationality: bool,
}

struct Linker<'a> {
    doc: &'a Doc,
    gazetteer: &'a Gazetteer,
    published: Option<String>,
    /// Countries that the article names beyond doubt.
    countries: HashSet<String>,
    decided: HashMap<String, Decision>,
    /// How often each form stands in the article, and where first: of two, the more frequent ranks higher, then the earlier.
    counts: HashMap<String, (usize, Reverse<usize>)>,
    governments: HashMap<String, usize>,
    linked: Linked,
}

impl Linker<'_> {
    fn run(&mut self, names: &[Name]) {
        self.collect_countries(names);
        self.count(names);
        // Full names first, so that a surname finds its bearer wherever it stands.
        let mut order: Vec<&Name> = names.iter().collect();
        order.sort_by_key(|n| (Reverse(n.tokens.len()), n.tokens.start));
        let votes = self.votes(names);
        for name in order {
            if !self.decided.contains_key(&name.text) {
                let decision = self.decide(&name.text, votes.get(&name.text).copied());
                self.decided.insert(name.text.clone(), decision);
            }
        }
        for name in names {
            self.mention(name);
        }
    }

    fn count(&mut self, names: &[Name]) {
        for (i, name) in names.iter().enumerate() {
            self.counts.entry(name.text.clone()).or_insert((0, Reverse(i))).0 += 1;
        }
    }

    fn collect_countries(&mut self, names: &[Name]) {
        for name in names {
            let candidates = self.gazetteer.lookup(&name.text);
            if let Some(best) = candidates.first().filter(|c| c.prior > 0.8 && c.entry.kind() == EntityType::Country) {
                self.countries.extend(best.entry.country().map(str::to_owned));
            }
        }
    }

    /// What the model takes each form for, most often.
    fn votes(&self, names: &[Name]) -> HashMap<String, NameType> {
        let mut counts: HashMap<String, BTreeMap<NameType, usize>> = HashMap::new();
        for name in names {
            let found = name.tokens.clone().find_map(|t| self.doc.name_at(t));
            if let Some(found) = found {
                *counts.entry(name.text.clone()).or_default().entry(found.kind).or_default() += 1;
            }
        }
        let most = |kinds: BTreeMap<NameType, usize>| kinds.into_iter().max_by_key(|k| k.1).map(|k| k.0);
        counts.into_iter().filter_map(|(text, kinds)| Some((text, most(kinds)?))).collect()
    }

    fn decide(&mut self, text: &str, vote: Option<NameType>) -> Decision {
        if let Some(entity) = self.bearer(text, vote) {
            return Decision { entity, nationality: false };
        }
        let candidates = self.gazetteer.lookup(text);
        let mut scored: Vec<(f32, &Candidate)> = candidates.iter().map(|c| (self.score(c, text, vote), c)).collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0));
        if let Some((score, best)) = scored.first().copied().filter(|s| s.0 > 0.0) {
            let runner_up = scored.get(1).map_or(0.0, |s| s.0.max(0.0));
            let confidence = score / (score + runner_up);
            if confidence > 0.55 || scored.len() == 1 {
                let nationality = matches!(best.role, NameRole::Adjective | NameRole::People);
                let entity = self.known_entity(best, confidence.min(0.98));
                return Decision { entity, nationality };
            }
        }
        let only_surname = vote != Some(NameType::Org)
            && !candidates.is_empty()
            && candidates.iter().all(|c| c.role == NameRole::Surname);
        let vote = if only_surname { Some(NameType::Person) } else { vote };
        Decision { entity: self.own_entity(text, vote), nationality: vote == Some(NameType::Norp) }
    }

    /// How well a candidate fits, above 0 when it may be it.
    fn score(&self, candidate: &Candidate, text: &str, vote: Option<NameType>) -> f32 {
        use EntityType as E;
        let entry = &candidate.entry;
        let kind = entry.kind();
        let mut score = candidate.prior;
        score *= match vote {
            None => 1.0,
            Some(vote) => agreement(vote, kind),
        };
        let country = entry.country();
        let in_context = country.is_some_and(|c| self.countries.contains(c));
        if in_context && matches!(kind, E::City | E::Region | E::Person | E::Organization) {
            score *= 2.0;
        }
        if kind == E::City && !in_context && entry.population() < 100_000.0 {
            score *= 0.3;
        }
        if kind == E::Person {
            score *= self.person_weight(candidate, text, in_context);
        }
        score - 0.12
    }

    /// A surname alone stands for those in office at the time; a full name for its bearer.
    fn person_weight(&self, candidate: &Candidate, text: &str, in_context: bool) -> f32 {
        let in_office = match &self.published {
            Some(day) => candidate.entry.offices().any(|o| o.covers(day)),
            None => candidate.entry.offices().next().is_some(),
        };
        if candidate.role == NameRole::Surname || !text.contains(' ') {
            return match (in_office, in_context) {
                (true, true) => 1.5,
                (true, false) | (false, true) => 0.6,
                (false, false) => 0.15,
            };
        }
        if in_office || in_context { 1.5 } else { 1.0 }
    }

    /// The person of the article that a part of a name belongs to: "Kim" in an article on Kim Jong Un.
    fn bearer(&self, text: &str, vote: Option<NameType>) -> Option<usize> {
        let person_like =
            matches!(vote, None | Some(NameType::Person | NameType::Org | NameType::Gpe | NameType::Norp));
        if text.contains(' ') || !person_like {
            return None;
        }
        let full_names = self.decided.iter().filter(|(name, decision)| {
            let words: Vec<&str> = name.split(' ').collect();
            words.len() > 1
                && self.linked.entities[decision.entity].kind == EntityType::Person
                && (words.last() == Some(&text)
                    || words.first() == Some(&text) && self.is_family_first(text, decision.entity))
        });
        full_names.max_by_key(|(name, _)| self.counts.get(*name)).map(|(_, decision)| decision.entity)
    }

    fn is_family_first(&self, first: &str, entity: usize) -> bool {
        let country = self.linked.entities[entity].country.as_deref();
        country.is_some_and(|c| self.gazetteer.words().is("family_first", c))
            || self.gazetteer.lookup(first).iter().any(|c| c.role == NameRole::Surname)
    }

    fn known_entity(&mut self, candidate: &Candidate, confidence: f32) -> usize {
        let entity = Entity { confidence, ..candidate.entry.entity() };
        let same = |e: &Entity| {
            e.kind == entity.kind
                && e.label == entity.label
                && e.wikidata == entity.wikidata
                && e.geonames == entity.geonames
        };
        if let Some(known) = self.linked.entities.iter().position(same) {
            return known;
        }
        self.linked.entities.push(entity);
        self.linked.entities.len() - 1
    }

    fn own_entity(&mut self, text: &str, vote: Option<NameType>) -> usize {
        let kind = match vote {
            Some(NameType::Person) => EntityType::Person,
            Some(NameType::Gpe) => EntityType::City,
            Some(NameType::Loc) => EntityType::Place,
            Some(NameType::Fac) => EntityType::Facility,
            Some(NameType::Event) => EntityType::HistoricalEvent,
            Some(NameType::Law) => EntityType::Treaty,
            Some(NameType::Norp) => EntityType::Group,
            _ => EntityType::Organization,
        };
        self.linked.entities.push(Entity { kind, label: text.to_owned(), confidence: 1.0, ..Entity::default() });
        self.linked.entities.len() - 1
    }

    fn mention(&mut self, name: &Name) {
        let Name { tokens: range, text } = name;
        let Some(&decision) = self.decided.get(text) else { return };
        let head = self.head(range);
        let mut entity = decision.entity;
        let mut form = if decision.nationality { Form::Demonym } else { name_form(text) };
        if !decision.nationality
            && let Some((power, capital)) = self.power_at(text, entity)
            && seats::reading(self.doc, self.gazetteer.words(), head, capital) == Reading::Government
        {
            entity = power;
            form = Form::Metonym;
        }
        let tokens = if self.linked.entities[entity].kind == EntityType::Person {
            self.with_title(range, entity)
        } else {
            range.clone()
        };
        if tokens.start < range.start {
            form = Form::Titled;
        }
        let confidence = self.linked.entities[entity].confidence;
        let span = self.doc.span(tokens.clone());
        self.linked.mentions.push(Mention { entity, tokens, head, span, form, confidence });
    }

    /// The token inside a name that carries it.
    fn head(&self, range: &Range<usize>) -> usize {
        let outside = |t: &usize| !range.contains(&self.doc.head(*t)) || self.doc.head(*t) == *t;
        range.clone().rev().find(outside).unwrap_or(range.end - 1)
    }

    /// Who governs at a seat of power, and whether the seat is a capital.
    fn power_at(&mut self, text: &str, entity: usize) -> Option<(usize, bool)> {
        if let Some(seat) = self.gazetteer.words().seat(text) {
            let body = self.gazetteer.lookup(seat.body).into_iter().next();
            let power = match body {
                Some(body) => self.known_entity(&body, 0.9),
                None => self.government(seat.country)?,
            };
            return Some((power, seat.capital));
        }
        let city = &self.linked.entities[entity];
        let code = city.country.clone().filter(|_| city.kind == EntityType::City)?;
        let capital = self.gazetteer.entry(self.gazetteer.country(&code)?).capital();
        if capital.is_none() || capital != city.geonames {
            return None;
        }
        Some((self.government(&code)?, true))
    }

    /// The government of a country, one for the article.
    fn government(&mut self, code: &str) -> Option<usize> {
        if let Some(&known) = self.governments.get(code) {
            return Some(known);
        }
        let country = self.gazetteer.country(code)?;
        let label = format!("Government of {}", self.gazetteer.entry(country).name());
        self.linked.entities.push(Entity {
            kind: EntityType::Government,
            label,
            country: Some(code.to_owned()),
            sector: Some("GOV".to_owned()),
            confidence: 0.9,
            ..Entity::default()
        });
        self.governments.insert(code.to_owned(), self.linked.entities.len() - 1);
        Some(self.linked.entities.len() - 1)
    }

    /// A person's name with the titles and nationality before it; they tell country and sector where nothing else does.
    fn with_title(&mut self, range: &Range<usize>, entity: usize) -> Range<usize> {
        let mut start = range.start;
        let words = self.gazetteer.words();
        let (mut country, mut sector) = (None, None);
        while start > 0 {
            let t = start - 1;
            let belongs = matches!(self.doc.dep(t), Dep::Compound | Dep::Amod | Dep::Nmod | Dep::Advmod)
                && self.doc.token(t).sentence == self.doc.token(range.start).sentence
                && self.doc.head(t) > t
                && self.doc.head(t) < range.end;
            if !belongs || matches!(self.doc.token(t).pos, Pos::Punct | Pos::Num) {
                break;
            }
            let lemma = self.doc.lemma(t).to_lowercase();
            let two = (start < range.start).then(|| format!("{lemma} {}", self.doc.lemma(start).to_lowercase()));
            let role = two.iter().chain([&lemma]).find_map(|p| words.roles(p).first());
            sector = role.map(|r| r.sector).filter(|s| !s.is_empty()).or(sector);
            let name = self.doc.word(t);
            let nation = self.gazetteer.lookup(name).into_iter().find(|c| c.entry.kind() == EntityType::Country);
            country = nation.and_then(|c| c.entry.country().map(str::to_owned)).or(country);
            start = t;
        }
        let person = &mut self.linked.entities[entity];
        person.country = person.country.take().or(country);
        person.sector = person.sector.take().or(sector.map(str::to_owned));
        start..range.end
    }
}

/// How far the model's opinion and a kind of entity agree, as a factor.
fn agreement(vote: NameType, kind: EntityType) -> f32 {
    use EntityType as E;
    use NameType as N;
    match (vote, kind) {
        (N::Person, E::Person) => 1.5,
        (N::Person, E::City | E::Region | E::Place) => 0.25,
        (N::Person, _) => 0.6,
        (N::Gpe, E::Country | E::City | E::Region) => 1.5,
        (N::Gpe, E::Person) => 0.4,
        (N::Org, E::Person) => 0.6,
        (N::Org, E::City) => 0.5,
        (N::Norp, E::City) => 0.3,
        (N::Loc | N::Fac, E::Person) => 0.3,
        _ => 1.0,
    }
}

fn name_form(text: &str) -> Form {
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphabetic()).collect();
    let acronym =
        letters.len() > 1 && letters.len() < 7 && letters.iter().all(|c| c.is_uppercase()) && !text.contains(' ');
    if acronym { Form::Acronym } else { Form::Name }
}
