//! From names to entities: one decision for each name of an article, and for each mention of a capital whether the city or
//! the government is meant.

use super::choose::{self, Choice, Context};
use super::fold::is_acronym;
use super::gazetteer::{EntryId, Gazetteer, NameRole};
use super::metonymy::{self, Reading};
use super::people::People;
use super::spans::{self, NameSpan};
use super::sport::{self, Sport};
use super::titles::{self, Title};
use super::words::Role;
use super::{Entity, EntityType, Linked, Surface};
use crate::doc::{Dep, Doc, Form, Mention, NameType, Pos, Tag};
use crate::text::BlockKind;
use jiff::civil::Date;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Finds the names of a text and what they stand for. `published` is the day of the article: it tells who holds an office.
///
/// A name that the gazetteer does not know, or that fits nobody well enough, is an entity of its own without identifiers.
pub fn link(doc: &Doc, gazetteer: &Gazetteer, published: Option<Date>) -> Linked {
    Linker::new(doc, gazetteer, published).link()
}

/// What a name is a name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sense {
    Person,
    Place,
    Body,
    People,
    Facility,
    Event,
    Other,
}

/// What makes two mentions one entity.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Identity {
    Entry(EntryId),
    Person(usize),
    Government(String),
    Own(EntityType, String),
}

struct Linker<'d, 'g> {
    doc: &'d Doc,
    gazetteer: &'g Gazetteer,
    spans: Vec<NameSpan>,
    titles: Vec<Option<Title<'g>>>,
    /// Spans of one key.
    groups: HashMap<String, Vec<usize>>,
    senses: HashMap<String, Sense>,
    people: People,
    /// Whom family names alone stand for, as the text writes them.
    surnames: HashMap<String, Option<Choice>>,
    context: Context<'g>,
    /// When the article reports sport.
    sport: Option<Sport>,
    /// Acronyms that the article introduces, with the long names: keys both.
    acronyms: HashMap<String, String>,
    /// Companies' names without what kind of company they are, with the long ones: `Hess` of `Hess Corp.`; keys both.
    companies: HashMap<String, String>,
    entities: Vec<Entity>,
    /// The entity that a key stood for last.
    named: HashMap<String, usize>,
    numbers: HashMap<Identity, usize>,
    mentions: Vec<Mention>,
}

impl<'d, 'g> Linker<'d, 'g> {
    fn new(doc: &'d Doc, gazetteer: &'g Gazetteer, published: Option<Date>) -> Self {
        let mut spans = spans::find(doc, gazetteer);
        let mut titles = titles::of_all(doc, gazetteer, &spans);
        if titles::cut_off(doc, gazetteer, &mut spans, &titles) {
            titles = titles::of_all(doc, gazetteer, &spans);
        }
        let mut groups: HashMap<String, Vec<usize>> = HashMap::new();
        for (n, span) in spans.iter().enumerate() {
            groups.entry(span.key.clone()).or_default().push(n);
        }
        let sport = sport::of(doc, gazetteer.words());
        Self {
            doc,
            gazetteer,
            titles,
            groups,
            senses: HashMap::new(),
            people: People::default(),
            surnames: HashMap::new(),
            context: Context { day: published.map(|d| d.to_string()), sport: sport.is_some(), ..Context::default() },
            sport,
            acronyms: spans::introduced(doc, gazetteer, &spans).into_iter().map(|i| (i.short, i.long)).collect(),
            companies: spans::companies(doc, gazetteer, &spans).into_iter().map(|i| (i.short, i.long)).collect(),
            entities: Vec::new(),
            named: HashMap::new(),
            numbers: HashMap::new(),
            mentions: Vec::new(),
            spans,
        }
    }

    fn link(mut self) -> Linked {
        self.decide_senses();
        self.gather_context();
        let persons = self.choose_people();
        let mut things: HashMap<String, Option<Choice>> = HashMap::new();
        let in_titles = self.words_of_titles();
        for n in (0..self.spans.len()).filter(|n| !in_titles.contains(n)) {
            self.mention(n, &persons, &mut things);
        }
        let Self { entities, mut mentions, .. } = self;
        mentions.sort_by_key(|m| (m.span.start, m.span.end));
        Linked { entities, mentions }
    }

    /// Spans inside the role of a title, such as `State` of "Secretary of State Hillary Clinton": no names at all.
    fn words_of_titles(&self) -> HashSet<usize> {
        let roles = self.titles.iter().flatten().filter(|t| t.role.is_some()).map(|t| &t.words);
        let inside = |r: &Range<usize>| {
            // "NATO Secretary General" begins with a name, "Defense Secretary" does not, whatever the model says.
            let within = |n: &usize| {
                let span = &self.spans[*n];
                let word = self.text(span).to_lowercase();
                let is_person = || self.gazetteer.words().roles(&word).iter().any(|r| r.kind == EntityType::Person);
                let bare = span.found.is_empty() || is_person();
                let begins = span.tokens.start == r.start && span.tokens.len() < r.len() && bare;
                (r.start < span.tokens.start || begins) && span.tokens.end <= r.end
            };
            (0..self.spans.len()).filter(within).collect::<Vec<_>>()
        };
        roles.flat_map(inside).collect()
    }

    // ---- senses

    fn decide_senses(&mut self) {
        let mut keys: Vec<String> = self.groups.keys().cloned().collect();
        keys.sort();
        for key in &keys {
            let sense = self.sense(key, false);
            self.senses.insert(key.clone(), sense);
        }
        let mut names: Vec<(String, String, usize)> = Vec::new();
        for span in &self.spans {
            if self.senses[&span.key] == Sense::Person && span.key.contains(' ') {
                names.push((span.key.clone(), self.text(span), span.tokens.start));
            }
        }
        self.people = People::group(&names, self.gazetteer);
        for key in keys {
            if self.people.knows(&key) && self.people.with_key(&key).is_none() {
                let sense = self.sense(&key, true);
                self.senses.insert(key, sense);
            }
        }
    }

    /// The sense with most votes: the model's type of each mention, titles before it, and what the gazetteer knows.
    fn sense(&self, key: &str, named_in_full: bool) -> Sense {
        let group = &self.groups[key];
        let mut votes = [0f32; 7];
        for &n in group {
            if let Some(label) = self.spans[n].label {
                votes[sense_of(label) as usize] += self.trust(n, label);
            }
            if self.titles[n].as_ref().is_some_and(|t| t.role.is_none_or(|r| r.kind == EntityType::Person)) {
                votes[Sense::Person as usize] += 1.5;
            } else if self.follows_a_person(&self.spans[n])
                || self.is_called_a_person(&self.spans[n])
                || self.begins_with_given_name(&self.spans[n])
            {
                votes[Sense::Person as usize] += 1.2;
            }
        }
        if group.iter().any(|&n| self.is_called_a_body(&self.spans[n])) {
            votes[Sense::Body as usize] += 1.2;
        }
        votes[Sense::Place as usize] += self.as_place_of_action(group);
        if group.iter().any(|&n| self.is_called_a_place(&self.spans[n])) {
            votes[Sense::Place as usize] += 1.5;
        }
        if self.is_only_a_body(&self.spans[group[0]]) {
            votes[Sense::Place as usize] = votes[Sense::Place as usize].min(0.5);
        }
        // "Nordwind Corporation" is nobody's name, whatever the model says.
        let last = words_of(self.doc, &self.spans[group[0]].tokens).pop().unwrap_or_default();
        if key.contains(' ') && self.gazetteer.words().is("company_word", last.trim_end_matches('.')) {
            votes[Sense::Body as usize] += 1.5 * group.len() as f32;
        }
        if self.gazetteer.words().is("facility_word", &last) && self.may_be_a_work(&self.spans[group[0]]) {
            votes[Sense::Facility as usize] += 1.5 * group.len() as f32;
        }
        if self.is_only_a_place(&self.spans[group[0]]) {
            votes[Sense::Body as usize] = votes[Sense::Body as usize].min(1.3);
        }
        // Many mentions make the model sure, but no surer than what is written in the gazetteer about a country.
        let total: f32 = votes.iter().sum();
        let scale = if total > 2.0 { 2.0 / total } else { 1.0 };
        votes.iter_mut().for_each(|v| *v *= scale);
        if named_in_full {
            let (alone, spoken_of) = (self.only_after_full_name(key), self.is_spoken_of(&self.spans[group[0]]));
            if alone && !spoken_of {
                // The model sees sentences, not who was introduced before: "London wrote" in an article on Jack London.
                votes[Sense::Place as usize] = 0.0;
                votes[Sense::Body as usize] = 0.0;
            }
            votes[Sense::Person as usize] += if alone || !spoken_of { 2.8 } else { 1.6 };
        } else if !key.contains(' ') {
            votes[Sense::Person as usize] += self.as_surname(&self.spans[group[0]]);
        }
        let mut known = [0f32; 7];
        for &(id, role) in &self.spans[group[0]].found {
            let (sense, strength) = self.weight_of(id, role, &self.spans[group[0]]);
            known[sense as usize] = known[sense as usize].max(strength);
        }
        if known[Sense::Place as usize] > 0.0 && self.lies_in_article(&self.spans[group[0]]) {
            known[Sense::Place as usize] += 0.5;
        }
        votes.iter_mut().zip(known).for_each(|(vote, known)| *vote += known);
        let best = (0..votes.len()).max_by(|&a, &b| votes[a].total_cmp(&votes[b]).then(b.cmp(&a))).unwrap_or(6);
        if votes[best] <= 0.0 { Sense::Other } else { SENSES[best] }
    }

    /// Whether a noun for a person stands before a name of several words that is in apposition to it: `the rights lawyer Arnon
    /// Nampa`, `the head of the commission, Moussa Faki Mahamat`.
    fn follows_a_person(&self, span: &NameSpan) -> bool {
        let (start, head) = (span.tokens.start, head_of(self.doc, &span.tokens));
        let Some(before) = start.checked_sub(1).filter(|_| span.tokens.len() > 1 && span.found.is_empty()) else {
            return false;
        };
        let noun = match self.doc.dep(head) {
            Dep::Appos => self.doc.head(head),
            _ if self.doc.head(before) == head && self.doc.dep(before) == Dep::Compound => before,
            _ => return false,
        };
        noun < start && self.is_noun_for_person(noun)
    }

    /// Whether the text says of a name that no table knows that it is a person: `Talcott Parsons was a sociologist`, `Eurydice,
    /// wife of Philip`.
    fn is_called_a_person(&self, span: &NameSpan) -> bool {
        let head = head_of(self.doc, &span.tokens);
        let verb = self.doc.head(head);
        let predicated = self.doc.dep(head) == Dep::Nsubj && matches!(self.doc.lemma(verb), "be" | "become");
        let predicate = || self.doc.child(verb, Dep::Attr).filter(|_| predicated);
        let noun = self.doc.child(head, Dep::Appos).or_else(predicate);
        let may_be_body = |noun: usize| self.gazetteer.words().is("person_or_body", self.doc.lemma(noun));
        span.found.is_empty()
            && self.body_role(&words_of(self.doc, &span.tokens)).is_none()
            && noun.is_some_and(|noun| noun > head && self.is_noun_for_person(noun) && !may_be_body(noun))
    }

    /// Whether a noun for a body, and for nobody else, stands beside a name that no table knows: `a fishermen's group, Pamalakaya`.
    fn is_called_a_body(&self, span: &NameSpan) -> bool {
        let head = head_of(self.doc, &span.tokens);
        let above = (self.doc.dep(head) == Dep::Appos).then(|| self.doc.head(head));
        let noun = above.or_else(|| self.doc.child(head, Dep::Appos).filter(|&c| c > head));
        let is_body = |noun: usize| {
            let roles = self.gazetteer.words().roles(self.doc.lemma(noun));
            let of_bodies =
                |kind| matches!(kind, EntityType::Organization | EntityType::NewsAgency | EntityType::Group);
            let role =
                roles.iter().any(|r| r.kind == EntityType::Organization) && roles.iter().all(|r| of_bodies(r.kind));
            let kind = || self.gazetteer.words().is("kind_of_body", self.doc.lemma(noun));
            self.doc.token(noun).tag == Tag::Nn && (role || kind())
        };
        span.found.is_empty() && noun.is_some_and(is_body)
    }

    /// Whether a singular noun is one for a person, and for no body.
    fn is_noun_for_person(&self, noun: usize) -> bool {
        let words = self.gazetteer.words();
        let roles = words.roles(self.doc.lemma(noun));
        let of_people = |kind| matches!(kind, EntityType::Person | EntityType::Group);
        let role = roles.iter().any(|r| r.kind == EntityType::Person) && roles.iter().all(|r| of_people(r.kind));
        self.doc.token(noun).tag == Tag::Nn && (role || words.kinship(self.doc.lemma(noun)).is_some())
    }

    /// Whether a name that ends like that of a building may be one: "Mosul Dam", but not "Samuel Bridge".
    fn may_be_a_work(&self, span: &NameSpan) -> bool {
        let given = || spans::is_given_name(self.doc, self.gazetteer, span.tokens.start);
        span.tokens.len() > 2 || span.tokens.len() == 2 && !given()
    }

    /// Whether a name that no table knows is that of a person by its first word, and no other speaks for a body: `Ovidio Guzman`.
    fn begins_with_given_name(&self, span: &NameSpan) -> bool {
        let words = self.gazetteer.words();
        let given = spans::is_given_name(self.doc, self.gazetteer, span.tokens.start);
        let plain = |i: usize| {
            let word = self.doc.word(i);
            word.starts_with(char::is_uppercase)
                && word.chars().any(char::is_lowercase)
                && !words.is("company_word", &word.to_lowercase())
        };
        let introduced = span.tokens.start.checked_sub(1).is_some_and(|i| self.doc.token(i).pos == Pos::Det);
        let mut rest = span.tokens.clone().skip(1);
        (2..=3).contains(&span.tokens.len())
            && span.label == Some(NameType::Org)
            && span.found.is_empty()
            && given
            && !introduced
            && rest.all(plain)
            && self.body_role(&words_of(self.doc, &span.tokens)).is_none()
    }

    /// How much the prepositions before a name of a place say that something takes place there: `in Harare`.
    fn as_place_of_action(&self, group: &[usize]) -> f32 {
        let spans = group.iter().map(|&n| &self.spans[n]);
        let placed = spans.filter(|s| self.is_only_a_place(s) && self.is_placed(s)).count();
        (0.9 * placed as f32).min(1.2)
    }

    /// Whether a preposition that only places follow stands before a name.
    fn is_placed(&self, span: &NameSpan) -> bool {
        let mut head = head_of(self.doc, &span.tokens);
        while self.doc.dep(head) == Dep::Conj {
            head = self.doc.head(head);
        }
        let above = self.doc.word(self.doc.head(head)).to_lowercase();
        self.doc.dep(head) == Dep::Pobj && self.gazetteer.words().is("pure_place_preposition", &above)
    }

    /// Whether all that the gazetteer has of a name are places.
    fn is_only_a_place(&self, span: &NameSpan) -> bool {
        !span.found.is_empty() && span.found.iter().all(|f| self.gazetteer.entry(f.0).kind().is_place())
    }

    /// Whether all that the gazetteer has of a name are bodies.
    fn is_only_a_body(&self, span: &NameSpan) -> bool {
        !span.found.is_empty() && span.found.iter().all(|f| choose::is_body(self.gazetteer.entry(f.0).kind()))
    }

    /// `the town of Kalembe`, `Duki district`: whether a word for a place stands beside a name that no table knows.
    fn is_called_a_place(&self, span: &NameSpan) -> bool {
        let head = head_of(self.doc, &span.tokens);
        let words = self.gazetteer.words();
        let is_place = |noun: usize| {
            let lemma = self.doc.lemma(noun).to_lowercase();
            self.doc.token(noun).pos == Pos::Noun
                && ["town_word", "division_word", "county_word", "site_word"].iter().any(|list| words.is(list, &lemma))
        };
        let above = self.doc.head(head);
        let of = self.doc.dep(head) == Dep::Pobj && self.doc.lemma(above) == "of" && is_place(self.doc.head(above));
        let before = self.doc.dep(head) == Dep::Compound && above == span.tokens.end && is_place(above);
        // "Kuriga, a village in Kaduna state"
        let behind = || self.doc.children(head).any(|c| c > head && self.doc.dep(c) == Dep::Appos && is_place(c));
        span.found.is_empty() && (of || before || behind())
    }

    /// Whether the best known place of a name lies in a country that the article names or calls the people of.
    fn lies_in_article(&self, span: &NameSpan) -> bool {
        let places = span.found.iter().map(|f| self.gazetteer.entry(f.0)).filter(|e| e.kind().is_place());
        let best = places.max_by(|a, b| a.prominence().total_cmp(&b.prominence()));
        let Some(country) = best.filter(|e| e.kind() != EntityType::Country).and_then(|e| e.country()) else {
            return false;
        };
        self.names_a_place_in(country, span, |kind| kind == EntityType::Country)
    }

    /// Whether a word stands alone only behind the full name of somebody who is called so, and never where something takes
    /// place: `Washington` in an article on George Washington.
    fn only_after_full_name(&self, key: &str) -> bool {
        let is_placed = |span| self.is_placed(span) || metonymy::begins_a_report(self.doc, &span.tokens);
        self.groups[key].iter().map(|&n| &self.spans[n]).all(|span| {
            self.people.first_with_family(key).is_some_and(|first| first < span.tokens.start) && !is_placed(span)
        })
    }

    /// Whether the article speaks of the country of a name, of the best known place that is called so, by another name too: of
    /// Jordan by `Jordanian`.
    fn is_spoken_of(&self, span: &NameSpan) -> bool {
        let entries = span.found.iter().map(|f| self.gazetteer.entry(f.0)).filter(|e| e.country().is_some());
        let country = entries.max_by(|a, b| a.prominence().total_cmp(&b.prominence())).and_then(|e| e.country());
        country.is_some_and(|country| self.names_a_place_in(country, span, EntityType::is_place))
    }

    /// Whether another name than this may stand for a place of some kind in a country.
    fn names_a_place_in(&self, country: &str, span: &NameSpan, of_kind: impl Fn(EntityType) -> bool) -> bool {
        let of_it = |id: EntryId| {
            let entry = self.gazetteer.entry(id);
            of_kind(entry.kind()) && entry.country() == Some(country)
        };
        self.spans.iter().any(|other| other.key != span.key && other.found.iter().any(|f| of_it(f.0)))
    }

    /// How much the model's type counts: a single word that it takes for a place or body of which the gazetteer has never
    /// heard is often a surname.
    fn trust(&self, n: usize, label: NameType) -> f32 {
        let span = &self.spans[n];
        match label {
            _ if span.tokens.len() > 1 || !span.found.is_empty() => 1.0,
            NameType::Gpe => 0.6,
            NameType::Org if !is_acronym(&self.text(span)) => 0.8,
            _ => 1.0,
        }
    }

    /// How much speaks for a word as a surname, by the rank of the first of its bearers, from 0 to 0.9.
    fn as_surname(&self, span: &NameSpan) -> f32 {
        let text = self.text(span);
        let bearers = self.gazetteer.named(&text).filter(|c| c.role == NameRole::Surname);
        let first = bearers.map(|c| c.entry.weight() as f32).fold(0.0, f32::max);
        if first > 0.0 { (0.2 + 0.2 * first).min(0.9) } else { 0.0 }
    }

    fn weight_of(&self, id: EntryId, role: NameRole, span: &NameSpan) -> (Sense, f32) {
        let entry = self.gazetteer.entry(id);
        let several = span.tokens.len() > 1;
        if role == NameRole::Adjective {
            return (Sense::People, 2.2);
        }
        if role == NameRole::People {
            return (Sense::People, if span.key.ends_with('s') { 2.2 } else { 1.4 });
        }
        // "England" is a country, though its teams are called so too.
        if choose::is_team(&entry) && self.gazetteer.key(entry.name()) != span.key {
            return (Sense::Body, 0.0);
        }
        match entry.kind() {
            EntityType::Country => (Sense::Place, 2.2),
            EntityType::City => {
                let capital = if self.governed_from(id).is_some() { 0.4 } else { 0.0 };
                (Sense::Place, of_size(&entry) + capital + if several { 0.5 } else { 0.0 })
            }
            EntityType::Region if entry.is_district() => {
                (Sense::Place, of_size(&entry) + if several { 1.0 } else { 0.0 })
            }
            EntityType::Region if several => (Sense::Place, 2.2),
            EntityType::Region => (Sense::Place, if entry.population() > 1e7 { 1.8 } else { 1.3 }),
            EntityType::Place => (Sense::Place, 1.5),
            EntityType::Facility => (Sense::Facility, 1.6),
            EntityType::Person => (Sense::Person, if several { 1.2 } else { 0.4 }),
            EntityType::HistoricalEvent | EntityType::Treaty => (Sense::Event, if several { 2.0 } else { 0.8 }),
            _ => {
                let known = entry.weight() >= 4.0;
                let strength = match (several, is_acronym(&self.text(span))) {
                    (true, _) => {
                        if known {
                            2.2
                        } else {
                            1.2
                        }
                    }
                    (false, true) => {
                        if known {
                            1.8
                        } else {
                            0.5
                        }
                    }
                    (false, false) => {
                        if known {
                            0.9
                        } else {
                            0.2
                        }
                    }
                };
                (Sense::Body, strength)
            }
        }
    }

    fn text(&self, span: &NameSpan) -> String {
        self.doc.span(span.tokens.clone()).of(self.doc.text()).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    // ---- context

    /// Countries and divisions by clear names first, then by the cities that these make clear.
    fn gather_context(&mut self) {
        let mut clear = Context { day: self.context.day.clone(), sport: self.context.sport, ..Context::default() };
        for span in &self.spans {
            let sense = self.senses[&span.key];
            for &(id, role) in &span.found {
                let entry = self.gazetteer.entry(id);
                let country = entry.kind() == EntityType::Country && (sense == Sense::Place || role != NameRole::Name);
                let region = entry.kind() == EntityType::Region && sense == Sense::Place && span.found.len() == 1;
                if country || region {
                    clear.add(&entry, 1.0);
                }
            }
        }
        let mut all = clear.clone();
        for span in self.spans.iter().filter(|s| self.senses[&s.key] == Sense::Place) {
            if let Some(choice) =
                choose::place(self.gazetteer, &clear, &self.text(span), &span.found, &self.larger(span))
            {
                let entry = self.gazetteer.entry(choice.id);
                if entry.kind() != EntityType::Country && choice.confidence > 0.7 {
                    all.add(&entry, 0.7);
                }
            }
        }
        self.context = all;
    }

    /// Countries and divisions that the words behind a name put it in: `Lebanon` of "Tripoli, Lebanon".
    fn larger(&self, span: &NameSpan) -> Vec<EntryId> {
        let end = span.tokens.end;
        let comma = end + 1 < self.doc.tokens().len() && self.doc.word(end) == ",";
        let mut larger = if comma { self.areas_at(end + 1) } else { self.whole(span) };
        larger.retain(|&id| self.gazetteer.entry(id).kind() != EntityType::City);
        larger
    }

    /// Places of which a name is said to be a part: `Paris` of "Stalingrad and other areas of Paris".
    fn whole(&self, span: &NameSpan) -> Vec<EntryId> {
        let (doc, words) = (self.doc, self.gazetteer.words());
        let sentence = doc.sentence_of(span.tokens.start).tokens.clone();
        let is = |i: usize, word: &str| sentence.contains(&i) && doc.word(i) == word;
        let end = span.tokens.end;
        let noun = if (is(end, "and") || is(end, "or")) && is(end + 1, "other") { end + 2 } else { end };
        let is_part = sentence.contains(&noun) && words.is("part_of_place", doc.lemma(noun));
        let whole = (is_part && (is(noun + 1, "of") || is(noun + 1, "in"))).then_some(noun + 2);
        whole.map_or_else(Vec::new, |i| self.areas_at(i))
    }

    /// The countries, divisions and towns that a name at a token may be.
    fn areas_at(&self, i: usize) -> Vec<EntryId> {
        let Ok(n) = self.spans.binary_search_by_key(&i, |s| s.tokens.start) else { return Vec::new() };
        let named = self.spans[n].found.iter().filter(|f| f.1 == NameRole::Name).map(|f| f.0);
        named.filter(|&id| is_area(&self.gazetteer.entry(id))).collect()
    }

    /// Whether a place is in the division, or near the town, that its name is said to be a part of. What is a part of a country may
    /// be disputed.
    fn is_in_whole(&self, span: &NameSpan, place: &super::Entry<'_>) -> bool {
        let whole: Vec<_> = self.whole(span).iter().map(|&id| self.gazetteer.entry(id)).collect();
        let near = |town: &super::Entry<'_>| Some(kilometres(place.coordinates()?, town.coordinates()?) < SUBURBS);
        let holds = |larger: &super::Entry<'_>| match larger.kind() {
            EntityType::Country => true,
            EntityType::City => place.kind() == EntityType::City && near(larger) == Some(true),
            _ => choose::lies_in(place, larger),
        };
        whole.is_empty() || whole.iter().any(holds)
    }

    /// The larger place that a name behind a comma tells: `Washington` of "Tacoma, Washington".
    fn around(&self, span: &NameSpan) -> Option<Choice> {
        let before = span.tokens.start.checked_sub(2).filter(|_| self.doc.word(span.tokens.start - 1) == ",")?;
        let smaller = self.spans.iter().find(|s| s.tokens.end == before + 1)?;
        let cities: Vec<_> =
            smaller.found.iter().map(|f| self.gazetteer.entry(f.0)).filter(|e| e.kind() == EntityType::City).collect();
        let holds = |&(id, role): &(EntryId, NameRole)| {
            let entry = self.gazetteer.entry(id);
            let inside = cities.iter().any(|c| {
                c.country() == entry.country() && (entry.kind() == EntityType::Country || c.admin1() == entry.admin1())
            });
            role == NameRole::Name && matches!(entry.kind(), EntityType::Country | EntityType::Region) && inside
        };
        let mut holding = span.found.iter().filter(|f| holds(f)).map(|f| f.0);
        let id = holding.next()?;
        holding.next().is_none().then(|| self.certain(id, 0.97, None))
    }

    // ---- people

    fn choose_people(&mut self) -> Vec<Option<Choice>> {
        (0..self.people.list.len())
            .map(|p| {
                let person = &self.people.list[p];
                let titles = self.titles_of(&person.keys);
                let labelled = self.is_labelled(&person.keys);
                let mut names: Vec<&str> = vec![&person.label];
                names.extend(person.keys.iter().map(String::as_str).filter(|k| *k != person.key));
                let short = without_initials(&person.label);
                names.extend(short.as_deref());
                let choice = choose::person(self.gazetteer, &self.context, &names, &titles, labelled);
                choice.filter(|_| !self.is_author(&person.keys))
            })
            .collect()
    }

    /// Titles before mentions by these keys, with the countries for which they say that their bearers act.
    fn titles_of(&self, keys: &[String]) -> Vec<(&Title<'g>, Option<String>)> {
        let mentions = keys.iter().flat_map(|key| self.groups[key].iter());
        mentions.filter_map(|&n| self.titles[n].as_ref().map(|t| (t, self.title_country(t)))).collect()
    }

    /// Whether the model takes any mention by these keys for a person's name.
    fn is_labelled(&self, keys: &[String]) -> bool {
        keys.iter().flat_map(|key| self.groups[key].iter()).any(|&n| self.spans[n].label == Some(NameType::Person))
    }

    /// The person whom a family name alone stands for.
    fn choose_surname(&self, key: &String, text: &str) -> Option<Choice> {
        let keys = std::slice::from_ref(key);
        let titles = self.titles_of(keys);
        let told = self.is_labelled(keys) || titles.iter().any(|(t, _)| t.role.is_some());
        choose::surname(self.gazetteer, &self.context, text, &titles).filter(|_| told)
    }

    /// The country for which a title says its bearer acts.
    fn title_country(&self, title: &Title<'_>) -> Option<String> {
        title.of.and_then(|of| self.country_of(&self.spans[of]))
    }

    /// The country of a name: a country or its adjective, else that of a place or body.
    fn country_of(&self, span: &NameSpan) -> Option<String> {
        let countries = || span.found.iter().map(|f| self.gazetteer.entry(f.0));
        let best = countries()
            .filter(|e| e.kind() == EntityType::Country)
            .max_by(|a, b| {
                self.seen(a.country())
                    .total_cmp(&self.seen(b.country()))
                    .then(a.population().total_cmp(&b.population()))
            })
            .or_else(|| {
                countries()
                    .filter(|e| e.kind() != EntityType::Person)
                    .max_by(|a, b| a.prominence().total_cmp(&b.prominence()))
            });
        best.and_then(|e| e.country()).map(str::to_owned)
    }

    fn seen(&self, country: Option<&str>) -> f32 {
        country.and_then(|c| self.context.countries.get(c)).copied().unwrap_or(0.0)
    }

    // ---- mentions

    fn mention(&mut self, n: usize, persons: &[Option<Choice>], things: &mut HashMap<String, Option<Choice>>) {
        let span = self.spans[n].clone();
        if let Some(entity) = self.introduced(&span) {
            self.push(entity, span.tokens.clone(), span.tokens.clone(), Form::Acronym);
            return;
        }
        let sense = self.senses[&span.key];
        if let Some(entity) = self.company(&span, sense) {
            self.push(entity, span.tokens.clone(), span.tokens.clone(), Form::Name);
            return;
        }
        match sense {
            Sense::Person => self.person_mention(n, &span, persons),
            Sense::People => self.people_mention(&span),
            Sense::Place => self.place_mention(&span, things),
            Sense::Body | Sense::Event | Sense::Facility => self.body_mention(n, &span, things),
            Sense::Other => self.other_mention(&span),
        }
    }

    /// What an acronym stands for that the article has introduced: the body named before the brackets.
    fn introduced(&self, span: &NameSpan) -> Option<usize> {
        let long = self.acronyms.get(&span.key).filter(|_| is_acronym(&self.text(span)))?;
        let body = |e: &usize| !self.entities[*e].kind.is_place() && self.entities[*e].kind != EntityType::Person;
        self.named.get(long).copied().filter(body)
    }

    /// The company that a short name stands for: never one that a table knows by that name, and not where somebody of that name
    /// has been named in full, unless the model or the word behind it says so: `Hess` in an article on Hess Corp. and John Hess.
    fn company(&self, span: &NameSpan, sense: Sense) -> Option<usize> {
        let long = self.companies.get(&span.key).filter(|_| span.found.is_empty())?;
        let entity = self.named.get(long).copied().filter(|&e| self.entities[e].kind == EntityType::Organization)?;
        let named_before = || self.people.first_with_family(&span.key).is_some_and(|first| first < span.tokens.start);
        let is_company = match sense {
            Sense::Body => true,
            Sense::Person => span.label == Some(NameType::Org) || self.owns_shares(span) || !named_before(),
            _ => false,
        };
        is_company.then_some(entity)
    }

    /// `Hess shares`, `Hess, which`: said of companies alone.
    fn owns_shares(&self, span: &NameSpan) -> bool {
        let end = self.doc.sentence_of(span.tokens.start).tokens.end;
        let word = |i: usize| if i < end { self.doc.word(i) } else { "" };
        let behind = span.tokens.end;
        self.gazetteer.words().is("of_company", &word(behind).to_lowercase())
            || word(behind) == "," && word(behind + 1) == "which"
    }

    fn person_mention(&mut self, n: usize, span: &NameSpan, persons: &[Option<Choice>]) {
        let title = self.titles[n].clone();
        // "Yeltsin" is the president, though his wife is named in full as often.
        let day = self.context.day.clone();
        let leads = |p: usize| {
            let entry = persons[p].map(|c| self.gazetteer.entry(c.id)).filter(|e| e.weight() >= LEADER);
            // Not "her father, former President Rodrigo Duterte".
            let is_over =
                |e: &super::Entry<'_>| day.is_some() && office_at(e, day.as_deref()).is_some_and(|o| o.1 == "ELI");
            entry.is_some_and(|e| !is_over(&e))
        };
        let person =
            self.people.with_key(&span.key).or_else(|| self.people.with_part(&span.key, span.tokens.start, leads));
        let entity = match person {
            Some(p) => {
                let label = self.people.list[p].label.clone();
                let choice = persons[p];
                self.person_entity(Identity::Person(p), label, choice)
            }
            None => {
                let text = self.text(span);
                let choice = match self.surnames.get(&text) {
                    Some(choice) => *choice,
                    None => self.choose_surname(&span.key, &text),
                };
                self.surnames.insert(text.clone(), choice);
                self.person_entity(Identity::Own(EntityType::Person, span.key.clone()), text, choice)
            }
        };
        if let Some(title) = &title {
            self.learn_from_title(entity, title);
        }
        let titled = title.filter(|t| t.role.is_some());
        let form = if titled.is_some() { Form::Titled } else { Form::Name };
        let start = titled.map_or(span.tokens.start, |t| t.tokens.start.min(span.tokens.start));
        self.push(entity, start..span.tokens.end, span.tokens.clone(), form);
    }

    fn person_entity(&mut self, own: Identity, label: String, choice: Option<Choice>) -> usize {
        let Some(choice) = choice else {
            return self.number(own, || Entity {
                kind: EntityType::Person,
                label,
                confidence: 1.0,
                ..Entity::default()
            });
        };
        let (gazetteer, day) = (self.gazetteer, self.context.day.clone());
        self.number(Identity::Entry(choice.id), || {
            let entry = gazetteer.entry(choice.id);
            let mut entity = entry.entity();
            entity.confidence = choice.confidence;
            entity.grounds = Some(choice.grounds);
            if let Some((country, sector)) = office_at(&entry, day.as_deref()) {
                entity.country = country.map(str::to_owned).or(entity.country);
                entity.sector = Some(sector.to_owned());
            }
            entity
        })
    }

    /// Country and sector of somebody whom only the title tells of.
    fn learn_from_title(&mut self, entity: usize, title: &Title<'_>) {
        let country = self.title_country(title);
        if self.tells_more(entity, title) || self.is_back_in_office(entity, title) || self.held_then(entity, title) {
            self.entities[entity].sector = None;
        }
        let entity = &mut self.entities[entity];
        if entity.country.is_none() {
            entity.country = country;
        }
        if let (None, Some(role)) = (&entity.sector, title.role)
            && !role.sector.is_empty()
        {
            let sector = title.office.unwrap_or(role.sector);
            entity.sector = Some(if title.former && sector == "GOV" { "ELI" } else { sector }.to_owned());
        }
    }

    /// Whether an article without a date calls somebody by an office that has ended by now, or leader of the opposition.
    fn is_back_in_office(&self, entity: usize, title: &Title<'_>) -> bool {
        let now = title.role.map_or("", |r| r.sector);
        let undated = self.context.day.is_none() && self.entities[entity].sector.as_deref() == Some("ELI");
        !title.former && (undated && matches!(now, "GOV" | "LEG" | "IGO") || now == "OPP")
    }

    /// Whether an article without a date calls somebody by an office that tables know, and that was another's by now.
    fn held_then(&self, entity: usize, title: &Title<'_>) -> bool {
        let sector = title.role.map_or("", |r| r.sector);
        let other = self.entities[entity].sector.as_deref().is_some_and(|own| own != sector);
        self.context.day.is_none() && !title.former && other && matches!(sector, "GOV" | "MIL" | "JUD" | "IGO")
    }

    /// Whether a title names an office that the gazetteer does not have for its bearer: the article is newer then.
    fn tells_more(&self, entity: usize, title: &Title<'_>) -> bool {
        let item = self.entities[entity].wikidata.as_deref().and_then(|q| self.gazetteer.item(q));
        let known = |id: EntryId| self.gazetteer.entry(id).offices().any(|o| choose::speaks_of(o.title, &title.phrase));
        title.role.is_some_and(|r| r.leader && !r.sector.is_empty()) && item.is_some_and(|id| !known(id))
    }

    fn people_mention(&mut self, span: &NameSpan) {
        match self.of_people(&span.found) {
            Some(id) => {
                let choice = self.by_rank(span, id, 0.95);
                let entity = self.entry_entity(choice);
                self.push(entity, span.tokens.clone(), span.tokens.clone(), Form::Demonym);
            }
            // "Islamic", "Muslim": an adjective that is no country's describes, and names nobody.
            None if span.tokens.len() == 1 && self.doc.token(span.tokens.start).tag == Tag::Jj => {}
            None => {
                let entity = self.own(EntityType::Group, span);
                self.push(entity, span.tokens.clone(), span.tokens.clone(), Form::Name);
            }
        }
    }

    /// The place whose adjective or people's name a word is: one that the article speaks of, else the best known.
    fn of_people(&self, found: &[(EntryId, NameRole)]) -> Option<EntryId> {
        let places = found.iter().filter(|f| f.1 != NameRole::Name).map(|f| (f.0, self.gazetteer.entry(f.0)));
        let best = places.max_by(|a, b| {
            self.seen(a.1.country())
                .total_cmp(&self.seen(b.1.country()))
                .then(a.1.prominence().total_cmp(&b.1.prominence()))
        });
        best.map(|b| b.0)
    }

    fn place_mention(&mut self, span: &NameSpan, things: &mut HashMap<String, Option<Choice>>) {
        if self.seat_mention(span) {
            return;
        }
        let larger = self.larger(span);
        let around = self.around(span);
        let choice = match things.get(&span.key) {
            _ if around.is_some() => around,
            Some(choice) if larger.is_empty() => *choice,
            _ => {
                let behind: Vec<EntryId> =
                    self.groups[&span.key].iter().flat_map(|&m| self.larger(&self.spans[m])).collect();
                let within = if larger.is_empty() { &behind } else { &larger };
                let choice = choose::place(self.gazetteer, &self.context, &self.text(span), &span.found, within);
                if larger.is_empty() {
                    things.insert(span.key.clone(), choice);
                }
                choice
            }
        };
        let inside = |c: &Choice| self.is_in_whole(span, &self.gazetteer.entry(c.id));
        let Some(choice) = choice.filter(|c| self.worth(c, span) && inside(c)) else {
            if span.label.is_some() {
                let entity = self.own(EntityType::Place, span);
                self.push(entity, span.tokens.clone(), span.tokens.clone(), Form::Name);
            }
            return;
        };
        let head = head_of(self.doc, &span.tokens);
        let of_country = self.gazetteer.entry(choice.id).kind() == EntityType::Country;
        if self.is_team(&span.tokens, head, of_country) {
            let entity = match self.team(span) {
                Some(team) => self.entry_entity(team),
                None => self.own(EntityType::Organization, span),
            };
            self.push(entity, span.tokens.clone(), span.tokens.clone(), Form::Name);
            return;
        }
        if let Some(government) = self.governed_from(choice.id)
            && around.is_none()
            && metonymy::reading(self.doc, self.gazetteer.words(), &span.tokens, head) == Reading::Government
        {
            let entity = self.government(&government);
            self.push(entity, span.tokens.clone(), span.tokens.clone(), Form::Metonym);
            return;
        }
        let entity = self.entry_entity(choice);
        self.push(entity, span.tokens.clone(), span.tokens.clone(), self.form(span));
    }

    /// A small place needs the model, or the words behind it, to say that it is one at all; less so if its name has several words.
    fn worth(&self, choice: &Choice, span: &NameSpan) -> bool {
        let entry = self.gazetteer.entry(choice.id);
        entry.kind() != EntityType::City
            || entry.population() > if span.tokens.len() > 1 { 3e4 } else { 3e5 }
            || entry.population() > 5e4 && self.lies_in_article(span)
            || self.groups[&span.key].iter().any(|&n| {
                let span = &self.spans[n];
                matches!(span.label, Some(NameType::Gpe | NameType::Loc))
                    || span.label.is_some() && self.is_placed(span)
            })
            || !self.larger(span).is_empty()
    }

    /// The country whose capital an entry is.
    fn governed_from(&self, id: EntryId) -> Option<String> {
        let entry = self.gazetteer.entry(id);
        let country = entry.country()?;
        let capital = self.gazetteer.entry(self.gazetteer.country(country)?).capital()?;
        let seat = self.gazetteer.words().seat(entry.name()).filter(|s| s.capital);
        if seat.is_none() && entry.geonames() != Some(capital) {
            return None;
        }
        Some(seat.map_or(country, |s| s.country).to_owned())
    }

    /// `Kremlin`, `White House`: those who sit there, unless the words say where something is.
    fn seat_mention(&mut self, span: &NameSpan) -> bool {
        let text = self.text(span);
        let Some(seat) = self.gazetteer.words().seat(&text).filter(|s| !s.capital) else { return false };
        let head = head_of(self.doc, &span.tokens);
        let reading = metonymy::reading(self.doc, self.gazetteer.words(), &span.tokens, head);
        let place = span.found.iter().find(|f| self.gazetteer.entry(f.0).kind() == EntityType::Facility);
        let locative = reading == Reading::Literal && self.doc.dep(head) == Dep::Pobj;
        let entity = if let Some(&(id, _)) = place.filter(|_| locative) {
            self.entry_entity(self.by_rank(span, id, 0.8))
        } else if locative {
            self.own(EntityType::Facility, span)
        } else if let Some(body) = self.body_named(seat.body) {
            self.entry_entity(self.certain(body, 0.9, Some(Surface::Seat)))
        } else {
            self.government(seat.country)
        };
        if self.entities[entity].country.is_none() {
            self.entities[entity].country = Some(seat.country.to_owned());
        }
        let form = if locative { Form::Name } else { Form::Metonym };
        self.push(entity, span.tokens.clone(), span.tokens.clone(), form);
        true
    }

    fn body_named(&self, name: &str) -> Option<EntryId> {
        (!name.is_empty())
            .then(|| {
                self.gazetteer
                    .named(name)
                    .find(|c| choose::is_body(c.entry.kind()) && c.role == NameRole::Name)
                    .map(|c| c.id)
            })
            .flatten()
    }

    /// In a report of sport a country or city is its team, but where something takes place or somebody comes from.
    fn is_team(&self, tokens: &Range<usize>, head: usize, of_country: bool) -> bool {
        let Some(sport) = &self.sport else { return self.plays_another(tokens) };
        let words = self.gazetteer.words();
        if sport::is_scored(self.doc, tokens.end - 1) {
            return true;
        }
        let in_brackets = head > 0 && self.doc.word(head - 1) == "(";
        if in_brackets || !of_country && metonymy::begins_a_report(self.doc, tokens) {
            return false;
        }
        match self.doc.dep(head) {
            Dep::Pobj => !words.is("pure_place_preposition", &self.doc.word(self.doc.head(head)).to_lowercase()),
            Dep::Npadvmod => false,
            Dep::Nsubj | Dep::Nsubjpass | Dep::Dobj => true,
            _ => sport.of_teams,
        }
    }

    /// `Alabama versus Florida State`, with a word of sport in the sentence: two teams, whatever the article is about.
    fn plays_another(&self, tokens: &Range<usize>) -> bool {
        let words = self.gazetteer.words();
        let sentence = self.doc.sentence_of(tokens.start).tokens.clone();
        let versus = |i: usize| sentence.contains(&i) && words.is("versus", &self.doc.word(i).to_lowercase());
        let sport = |i: usize| words.sport(&self.doc.word(i).to_lowercase()).map(|s| s.1.sure);
        let sure = || sentence.clone().any(|i| sport(i) == Some(true));
        // "the Alabama versus Florida State football game"
        let near = || (tokens.end..sentence.end.min(tokens.end + 6)).any(|i| sport(i).is_some());
        (versus(tokens.end) || tokens.start.checked_sub(1).is_some_and(versus)) && (sure() || near())
    }

    /// The one team of this name in the article's sport.
    fn team(&self, span: &NameSpan) -> Option<Choice> {
        let sport = self.sport.as_ref()?.name?;
        let teams = span.found.iter().filter(|f| choose::plays(&self.gazetteer.entry(f.0), sport)).map(|f| f.0);
        let mut teams: Vec<EntryId> = teams.collect();
        teams.dedup();
        match teams[..] {
            [id] => Some(self.certain(id, 0.8, Some(Surface::Team))),
            _ => None,
        }
    }

    fn body_mention(&mut self, n: usize, span: &NameSpan, things: &mut HashMap<String, Option<Choice>>) {
        let text = self.text(span);
        if self.seat_mention(span) {
            return;
        }
        // "ISLAMABAD/SRINAGAR (Agency) -": places that are one word.
        if self.doc.sentence_of(span.tokens.start).kind == BlockKind::Dateline && text.contains('/') {
            return;
        }
        if self.sport.is_some() && sport::is_scored(self.doc, span.tokens.end - 1) {
            let entity = match self.team(span) {
                Some(team) => self.entry_entity(team),
                None => self.own(EntityType::Organization, span),
            };
            self.push(entity, span.tokens.clone(), span.tokens.clone(), Form::Name);
            return;
        }
        let title = self.titles[n].clone().filter(|t| t.role.is_some_and(|r| r.kind != EntityType::Person));
        let of = title.as_ref().and_then(|t| self.title_country(t)).or_else(|| self.owner_country(span));
        let told = self.apposed_country(span);
        let choice = match things.get(&span.key) {
            Some(choice) => *choice,
            // "People with different devices": a word that begins a sentence is no newspaper.
            None if span.label.is_none() && self.is_common_word(span) => None,
            None => {
                let whole = choose::body(self.gazetteer, &self.context, &text, &span.found, of.as_deref());
                let other = |c: &Choice| {
                    self.gazetteer.entry(c.id).country().is_some_and(|own| told.as_deref().is_some_and(|t| t != own))
                };
                let choice = whole.filter(|c| !other(c)).or_else(|| self.body_of_country(span));
                things.insert(span.key.clone(), choice);
                choice
            }
        };
        let choice = choice.filter(|c| !self.is_signature(span) || self.publishes(c.id));
        let of = of.or(told.filter(|_| choice.is_none()));
        let facility = span.found.iter().find(|f| self.gazetteer.entry(f.0).kind() == EntityType::Facility);
        let entity = match (choice, facility) {
            (Some(choice), _) => self.entry_entity(choice),
            (None, Some(f)) => self.entry_entity(self.by_rank(span, f.0, 0.8)),
            (None, None) => self.own_body(span),
        };
        if let Some(of) = of.filter(|_| self.entities[entity].country.is_none()) {
            self.entities[entity].country = Some(of);
        }
        if self.entities[entity].kind == EntityType::HistoricalEvent {
            self.country_of_event(span);
        }
        let start = title.as_ref().map_or(span.tokens.start, |t| t.tokens.start);
        let form = if title.is_some() { Form::Titled } else { self.form(span) };
        self.push(entity, start..span.tokens.end, span.tokens.clone(), form);
        let own = self.entities[entity].kind == EntityType::Organization && self.entities[entity].wikidata.is_none();
        if own && span.tokens.len() > 1 {
            self.place_inside(span);
        }
    }

    /// `U.S. Agriculture Department`: the body of that country which the words behind its name are known by.
    fn body_of_country(&self, span: &NameSpan) -> Option<Choice> {
        let Range { start, end } = span.tokens;
        let bodies = span.found.iter().any(|f| choose::is_body(self.gazetteer.entry(f.0).kind()));
        let country = |tokens: Range<usize>| {
            let named = self.gazetteer.named(self.doc.span(tokens).of(self.doc.text()));
            let mut countries = named.filter(|c| c.entry.kind() == EntityType::Country && c.role != NameRole::Surname);
            countries.next().and_then(|c| c.entry.country())
        };
        let (from, code) = (start + 1..end.min(start + 3)).find_map(|i| Some((i, country(start..i)?)))?;
        if bodies || end - from < 2 {
            return None;
        }
        let rest = self.doc.span(from..end).of(self.doc.text());
        let of_it = self.gazetteer.named(rest).filter(|c| c.role == NameRole::Name && c.entry.country() == Some(code));
        let found: Vec<_> = of_it.map(|c| (c.id, c.role)).collect();
        choose::body(self.gazetteer, &self.context, rest, &found, Some(code))
    }

    /// `the Ukraine war`: a country before a common noun is named itself, too.
    fn country_of_event(&mut self, span: &NameSpan) {
        let last = span.tokens.end - 1;
        if span.tokens.len() < 2 || self.doc.token(last).pos != Pos::Noun || has_capital(self.doc.word(last)) {
            return;
        }
        let tokens = span.tokens.start..last;
        let name = self.doc.phrase(tokens.clone());
        let country = |c: &super::Candidate<'_>| c.entry.kind() == EntityType::Country && c.role == NameRole::Name;
        let found = self.gazetteer.named(&name).find(country).map(|c| c.id);
        if let Some(id) = found {
            let entity = self.entry_entity(self.certain(id, 0.95, None));
            self.push(entity, tokens.clone(), tokens, Form::Name);
        }
    }

    /// Whether the names of somebody stand nowhere but where the article is signed.
    fn is_author(&self, keys: &[String]) -> bool {
        keys.iter().flat_map(|key| &self.groups[key]).all(|&n| self.is_signature(&self.spans[n]))
    }

    /// Whether a name stands where an article is signed.
    fn is_signature(&self, span: &NameSpan) -> bool {
        self.doc.sentence_of(span.tokens.start).kind == BlockKind::Byline
    }

    /// Whether an entry is one of the bodies that sign articles, and known well enough to be meant by their letters.
    fn publishes(&self, id: EntryId) -> bool {
        let entry = self.gazetteer.entry(id);
        entry.kind() == EntityType::NewsAgency || entry.class() == "media" && entry.weight() >= LEADER - 1.0
    }

    fn is_common_word(&self, span: &NameSpan) -> bool {
        span.tokens.len() == 1 && self.doc.token(span.tokens.start).pos != Pos::Propn
    }

    /// A body of our own: kind, country and sector from the words of its name.
    fn own_body(&mut self, span: &NameSpan) -> usize {
        let kind = match self.senses[&span.key] {
            Sense::Facility => EntityType::Facility,
            Sense::Event => EntityType::HistoricalEvent,
            _ => EntityType::Organization,
        };
        let words = words_of(self.doc, &span.tokens);
        let role = self.body_role(&words);
        let country = self.country_inside(span);
        let business = words.last().is_some_and(|w| self.gazetteer.words().is("company_word", w.trim_end_matches('.')));
        let entity = self.own(kind, span);
        let entity = &mut self.entities[entity];
        if kind == EntityType::Organization {
            let sector = role.as_ref().map(|r| r.sector).filter(|s| !s.is_empty());
            entity.sector = entity.sector.take().or(sector.map(str::to_owned)).or(business.then(|| "BUS".to_owned()));
            if role.is_some_and(|r| r.kind == EntityType::NewsAgency) {
                entity.kind = EntityType::NewsAgency;
            }
        }
        entity.country = entity.country.take().or(country);
        self.numbers[&Identity::Own(kind, span.key.clone())]
    }

    /// What kind of body the last words of a name say it is, those before its "of", else the first: `army`, `department of`,
    /// `bank`.
    fn body_role(&self, words: &[String]) -> Option<Role> {
        let roles = |phrase: String| self.gazetteer.words().roles(&phrase).iter();
        let last =
            (0..words.len()).find_map(|i| roles(words[i..].join(" ")).find(|r| r.kind != EntityType::Person).cloned());
        let body = |phrase: &[String]| roles(phrase.join(" ")).find(|r| r.kind == EntityType::Organization).cloned();
        let before_of = || {
            let of = words.iter().position(|w| w == "of")?;
            (1..of).find_map(|i| body(&words[i..of]))
        };
        last.or_else(before_of).or_else(|| (1..words.len()).rev().find_map(|i| body(&words[..i])))
    }

    /// The place for which a public body acts, as a mention of its own: `Kentucky` of "Kentucky Department of Education". A
    /// company or newspaper may be called after a place that it has nothing to do with.
    fn place_inside(&mut self, span: &NameSpan) {
        let public = |r: Role| matches!(r.sector, "GOV" | "LEG" | "JUD" | "COP" | "MIL" | "SPY");
        if self.sport.is_some() || !self.body_role(&words_of(self.doc, &span.tokens)).is_some_and(public) {
            return;
        }
        let (doc, gazetteer) = (self.doc, self.gazetteer);
        let Range { start, end } = span.tokens;
        let behind_of = (start..end - 1).filter(|&i| doc.word(i) == "of").map(|i| i + 1);
        let behind_of = behind_of.map(|i| if doc.word(i).eq_ignore_ascii_case("the") { i + 1 } else { i });
        let place = |tokens: Range<usize>| {
            let text = doc.span(tokens.clone()).of(doc.text());
            let places = gazetteer.named(text).filter(|c| c.role != NameRole::Surname && is_area(&c.entry));
            let found: Vec<_> = places.map(|c| (c.id, c.role)).collect();
            let named = choose::place(gazetteer, &self.context, text, &found, &[]).map(|c| (c, Form::Name));
            let people = || self.of_people(&found).map(|id| (self.certain(id, 0.95, None), Form::Demonym));
            named.or_else(people).map(|(choice, form)| (tokens, choice, form))
        };
        let place = |tokens: Range<usize>| {
            place(tokens).filter(|p| p.0.len() > 1 || !spans::is_bare(gazetteer, doc.word(p.0.start)))
        };
        let longest = |i: usize| (i + 1..=end.min(i + 3)).rev().map(move |j| i..j).find_map(&place);
        if let Some((tokens, choice, form)) =
            longest(start).or_else(|| behind_of.filter(|&i| i < end).find_map(longest))
        {
            let entity = self.entry_entity(choice);
            self.push(entity, tokens.clone(), tokens, form);
        }
    }

    /// The country that words inside a name tell: `Chinese Foreign Ministry`, `Bank of Japan`, or one before it: `Japan's
    /// Finance Ministry`.
    fn country_inside(&self, span: &NameSpan) -> Option<String> {
        let known = |range: Range<usize>| {
            let text = self.doc.span(range).of(self.doc.text());
            self.gazetteer
                .named(text)
                .filter(|c| {
                    c.role != NameRole::Surname
                        && matches!(c.entry.kind(), EntityType::Country | EntityType::City | EntityType::Region)
                })
                .filter(|c| c.entry.kind() != EntityType::City || c.entry.population() > 3e5)
                .max_by(|a, b| a.entry.prominence().total_cmp(&b.entry.prominence()))
                .and_then(|c| c.entry.country())
                .map(str::to_owned)
        };
        let tokens = span.tokens.clone();
        let inside = tokens.clone().find_map(|i| (i + 1..=tokens.end.min(i + 3)).rev().find_map(|j| known(i..j)));
        inside.or_else(|| self.owner_country(span))
    }

    /// The country before a name: `Japan's` of "Japan's Finance Ministry".
    fn owner_country(&self, span: &NameSpan) -> Option<String> {
        let possessive = span.tokens.start.checked_sub(1).filter(|&i| self.doc.token(i).tag == Tag::Pos)?;
        let before = self.spans.iter().find(|s| s.tokens.end == possessive)?;
        let country = before.found.iter().any(|f| self.gazetteer.entry(f.0).kind() == EntityType::Country);
        if country { self.country_of(before) } else { None }
    }

    /// The country of the body that a name explains: `Turkey's intelligence agency, MIT`.
    fn apposed_country(&self, span: &NameSpan) -> Option<String> {
        let head = head_of(self.doc, &span.tokens);
        let noun = Some(self.doc.head(head)).filter(|_| self.doc.dep(head) == Dep::Appos)?;
        let words = self.gazetteer.words();
        let roles = words.roles(self.doc.lemma(noun));
        let body =
            roles.iter().any(|r| r.kind == EntityType::Organization) || words.is("kind_of_body", self.doc.lemma(noun));
        let before = |s: &&NameSpan| {
            let top = head_of(self.doc, &s.tokens);
            s.tokens.end <= noun && self.doc.head(top) == noun
        };
        let is_country =
            |s: &&NameSpan| s.found.iter().any(|f| self.gazetteer.entry(f.0).kind() == EntityType::Country);
        let country = self.spans.iter().filter(before).find(is_country);
        country.filter(|_| body && noun < head).and_then(|s| self.country_of(s))
    }

    fn other_mention(&mut self, span: &NameSpan) {
        let entity = self.own(EntityType::Thing, span);
        self.push(entity, span.tokens.clone(), span.tokens.clone(), Form::Name);
    }

    // ---- entities

    fn form(&self, span: &NameSpan) -> Form {
        if is_acronym(&self.text(span)) { Form::Acronym } else { Form::Name }
    }

    fn own(&mut self, kind: EntityType, span: &NameSpan) -> usize {
        let label = self.text(span);
        self.number(Identity::Own(kind, span.key.clone()), || Entity {
            kind,
            label,
            confidence: 1.0,
            ..Entity::default()
        })
    }

    fn entry_entity(&mut self, choice: Choice) -> usize {
        let gazetteer = self.gazetteer;
        self.number(Identity::Entry(choice.id), || {
            let mut entity = gazetteer.entry(choice.id).entity();
            entity.confidence = choice.confidence;
            entity.grounds = Some(choice.grounds);
            entity
        })
    }

    /// A link that the words around leave no doubt about.
    fn certain(&self, id: EntryId, confidence: f32, surface: Option<Surface>) -> Choice {
        let mut choice = Choice::certain(&self.context, self.gazetteer.entry(id), id, confidence);
        choice.grounds.surface = surface.unwrap_or(choice.grounds.surface);
        choice
    }

    /// A link by rank alone.
    fn by_rank(&self, span: &NameSpan, id: EntryId, confidence: f32) -> Choice {
        let mut choice = self.certain(id, confidence, None);
        choice.grounds.prior = self.gazetteer.prior(&self.text(span), id);
        choice.grounds.confirmed = false;
        choice
    }

    fn government(&mut self, code: &str) -> usize {
        let name = self.gazetteer.country(code).map(|c| self.gazetteer.entry(c).name().to_owned());
        let label = match (name, code) {
            (Some(name), _) => format!("Government of {name}"),
            (None, "EUR") => "European Union".to_owned(),
            (None, code) => format!("Government of {code}"),
        };
        self.number(Identity::Government(code.to_owned()), || Entity {
            kind: EntityType::Government,
            label,
            country: Some(code.to_owned()),
            sector: Some("GOV".to_owned()),
            confidence: 1.0,
            ..Entity::default()
        })
    }

    fn number(&mut self, identity: Identity, make: impl FnOnce() -> Entity) -> usize {
        if let Some(&n) = self.numbers.get(&identity) {
            return n;
        }
        let n = self.entities.len();
        self.entities.push(make());
        self.numbers.insert(identity, n);
        n
    }

    /// `tokens` take in the title; the words that the mention is printed as are the name alone.
    fn push(&mut self, entity: usize, tokens: Range<usize>, name: Range<usize>, form: Form) {
        let key = self.gazetteer.key(self.doc.span(name.clone()).of(self.doc.text()));
        self.named.insert(key, entity);
        let confidence = self.entities[entity].confidence;
        let mut head = head_of(self.doc, &name);
        // "the Somali President Mohamed Abdullahi": the title carries the name.
        let above = self.doc.head(head);
        if self.doc.dep(head) == Dep::Appos && tokens.contains(&above) && above < name.start {
            head = above;
        }
        let span = self.doc.span(name);
        self.mentions.push(Mention { entity, tokens, head, span, form, confidence });
    }
}

/// How much speaks for the place of a name, by those who live there.
fn of_size(entry: &super::Entry<'_>) -> f32 {
    let size = entry.population().max(1.0).log10() as f32;
    (0.65 * (size - 5.0) + 0.8).clamp(0.1, 1.6)
}

/// As far as this from its middle a town goes, in kilometres.
const SUBURBS: f64 = 40.0;

/// How far it is from one place to another, each by latitude and longitude in degrees; good enough near by.
fn kilometres(a: (f64, f64), b: (f64, f64)) -> f64 {
    let east = (b.1 - a.1) * ((a.0 + b.0) / 2.0).to_radians().cos();
    (b.0 - a.0).hypot(east) * 111.2
}

/// The weight of entries that are heads of state, or as well known.
const LEADER: f64 = 5.0;

const SENSES: [Sense; 7] =
    [Sense::Person, Sense::Place, Sense::Body, Sense::People, Sense::Facility, Sense::Event, Sense::Other];

fn sense_of(label: NameType) -> Sense {
    match label {
        NameType::Person => Sense::Person,
        NameType::Gpe | NameType::Loc => Sense::Place,
        NameType::Org => Sense::Body,
        NameType::Norp => Sense::People,
        NameType::Fac => Sense::Facility,
        NameType::Event | NameType::Law => Sense::Event,
        _ => Sense::Other,
    }
}

/// The token of a name whose own head lies outside: the last such noun, else the last such word. The model may take the
/// last syllable of `Moon Jae-in` for a particle.
fn head_of(doc: &Doc, tokens: &Range<usize>) -> usize {
    let outside = |&i: &usize| doc.head(i) == i || !tokens.contains(&doc.head(i));
    let noun = |&i: &usize| matches!(doc.token(i).pos, Pos::Propn | Pos::Noun);
    let heads = || tokens.clone().rev().filter(outside);
    heads().find(noun).or_else(|| heads().next()).unwrap_or(tokens.end - 1)
}

/// A country, a division of one, or a town of some size.
fn is_area(entry: &super::Entry<'_>) -> bool {
    match entry.kind() {
        EntityType::Country | EntityType::Region => true,
        EntityType::City => entry.population() > 1e5,
        _ => false,
    }
}

fn has_capital(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
}

/// The words of a range in small letters, marks left out.
fn words_of(doc: &Doc, tokens: &Range<usize>) -> Vec<String> {
    tokens.clone().filter(|&i| doc.token(i).pos != Pos::Punct).map(|i| doc.word(i).to_lowercase()).collect()
}

/// `Donald J. Trump` as `Donald Trump`; none when there is no initial in the middle.
fn without_initials(name: &str) -> Option<String> {
    let words: Vec<&str> = name.split(' ').collect();
    let last = words.len().saturating_sub(1);
    let initial = |w: &str| w.trim_end_matches('.').chars().count() == 1;
    let kept: Vec<&str> =
        words.iter().enumerate().filter(|&(i, w)| i == 0 || i == last || !initial(w)).map(|(_, w)| *w).collect();
    (kept.len() < words.len() && kept.len() > 1).then(|| kept.join(" "))
}

/// Country and sector of a person on a day: by the office held then, else as a former official when all offices have ended.
fn office_at<'g>(entry: &super::Entry<'g>, day: Option<&str>) -> Option<(Option<&'g str>, &'g str)> {
    let country = |o: &super::Office<'g>| (o.country != "-").then_some(o.country);
    let offices: Vec<super::Office> = entry.offices().collect();
    let last = offices.last()?;
    let held = match day {
        Some(day) => offices.iter().rev().find(|o| o.covers(day)),
        None => offices.iter().rev().find(|o| o.until.is_empty()),
    };
    match held {
        Some(office) => Some((country(office), office.sector)),
        None if day.is_some_and(|d| offices.iter().all(|o| o.from > d)) => None,
        None => Some((country(last), if matches!(last.sector, "GOV" | "LEG") { "ELI" } else { last.sector })),
    }
}
