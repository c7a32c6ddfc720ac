//! Which entry of the gazetteer a name stands for in one article, or none.
//!
//! Numbers here are on the scale of [`Entry::prominence`], powers of ten. A link that is not clearly better than the next
//! candidate, or than "somebody we do not know", is not made.

use super::fold::is_acronym;
use super::gazetteer::{EntryId, Gazetteer, NameRole};
use super::grounds::{Grounds, Surface};
use super::titles::Title;
use super::{EntityType, Entry};
use std::collections::HashMap;

/// What the article is about, as far as it helps to tell namesakes apart.
#[derive(Clone, Debug, Default)]
pub(super) struct Context<'g> {
    /// How often each country is meant, by whatever name.
    pub(super) countries: HashMap<&'g str, f32>,
    /// The same for first-level divisions.
    pub(super) divisions: HashMap<(&'g str, &'g str), f32>,
    /// `YYYY-MM-DD`, when known.
    pub(super) day: Option<String>,
    /// Whether the article reports sport, where a politician's name is more often a namesake's.
    pub(super) sport: bool,
}

impl<'g> Context<'g> {
    pub(super) fn add(&mut self, entry: &Entry<'g>, weight: f32) {
        let Some(country) = entry.country() else { return };
        *self.countries.entry(country).or_default() += weight;
        if let (EntityType::City | EntityType::Region, Some(division)) = (entry.kind(), entry.admin1()) {
            *self.divisions.entry((country, division)).or_default() += weight;
        }
    }

    fn country(&self, code: &str) -> f32 {
        self.countries.get(code).copied().unwrap_or(0.0)
    }

    /// Whether no country is meant much more often. Where none is spoken of, the best known may be.
    fn is_about(&self, code: Option<&str>) -> bool {
        let most = self.countries.values().copied().fold(0.0, f32::max);
        code.is_none_or(|code| is_international(code) || 2.0 * self.country(code) >= most)
    }
}

/// A choice, with the probability that it is right.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice {
    pub(super) id: EntryId,
    pub(super) confidence: f32,
    pub(super) grounds: Grounds,
}

impl Choice {
    /// A choice that the words around a name leave no doubt about, of the only entry that bears it.
    pub(super) fn certain(context: &Context<'_>, entry: Entry<'_>, id: EntryId, confidence: f32) -> Self {
        let mut choice = Self {
            id,
            confidence,
            grounds: Grounds { prior: 1.0, margin: FAR, surplus: FAR, ..about(context, &entry) },
        };
        choice.grounds.confirmed = true;
        choice
    }
}

/// What is known of an entry and of its company in the article.
fn about(context: &Context<'_>, entry: &Entry<'_>) -> Grounds {
    let weight = match entry.kind() {
        EntityType::City | EntityType::Country | EntityType::Region => entry.population().max(1.0).log10(),
        _ => entry.weight(),
    };
    let surface = match entry.kind() {
        EntityType::Country => Surface::Country,
        kind if kind.is_place() => Surface::Place,
        EntityType::Person => Surface::Person,
        _ => Surface::Word,
    };
    Grounds {
        surface,
        weight: weight as f32,
        support: entry.country().map_or(0.0, |c| context.country(c)),
        verified: entry.status() == "verified",
        ..Grounds::default()
    }
}

/// Margins are told up to this; beyond, there is no doubt.
const FAR: f32 = 4.0;

/// What the best of some candidates must have to be chosen.
struct Need {
    score: f32,
    margin: f32,
}

/// The best of scored candidates for a name, if it has what it needs.
fn best(
    gazetteer: &Gazetteer,
    context: &Context<'_>,
    name: &str,
    mut scored: Vec<(f32, EntryId)>,
    need: Need,
) -> Option<Choice> {
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let &(score, id) = scored.first()?;
    let margin = scored.get(1).map_or(FAR, |next| (score - next.0).min(FAR));
    let surplus = (score - need.score).min(FAR);
    let grounds = Grounds { prior: gazetteer.prior(name, id), margin, surplus, ..about(context, &gazetteer.entry(id)) };
    (surplus >= 0.0 && margin >= need.margin).then(|| Choice { id, confidence: share(surplus.min(margin)), grounds })
}

/// How much better the best place must be than the next one.
const PLACE_MARGIN: f32 = 0.25;

/// The place of this name. `within` are countries and divisions that the text puts right behind the name.
pub(super) fn place(
    gazetteer: &Gazetteer,
    context: &Context<'_>,
    name: &str,
    found: &[(EntryId, NameRole)],
    within: &[EntryId],
) -> Option<Choice> {
    let named = || found.iter().filter(|(_, role)| *role == NameRole::Name).map(|(id, _)| gazetteer.entry(*id));
    let country = named().find(|e| e.kind() == EntityType::Country).and_then(|e| e.country());
    // "Asia" is the continent, also where the Philippines are spoken of, which have a town of that name.
    let is_continent = named().any(|e| e.class() == "continent");
    // "New Delhi" is the town, not the district around it that is called so too; "Žilina" is not the region of Žilina.
    let is_around_a_town = |entry: &Entry<'_>| {
        let bare = gazetteer.key(name);
        let town = |e: Entry<'_>| e.kind() == EntityType::City && e.country() == entry.country();
        let called_so = |e: Entry<'_>| town(e) && e.admin1() == entry.admin1() && gazetteer.key(e.name()) == bare;
        let found = || found.iter().map(|f| gazetteer.entry(f.0));
        let short = entry.kind() == EntityType::Region && gazetteer.key(entry.name()) != bare;
        entry.is_district() && found().any(town) || short && found().any(called_so)
    };
    // "Chiang Mai" is a town more often than the province that has its name from it.
    let is_seat = |entry: &Entry<'_>| {
        let division = |e: Entry<'_>| {
            e.kind() == EntityType::Region && e.country() == entry.country() && e.admin1() == entry.admin1()
        };
        entry.kind() == EntityType::City && found.iter().any(|f| division(gazetteer.entry(f.0)))
    };
    let scored = found
        .iter()
        .filter(|(id, role)| *role == NameRole::Name && gazetteer.entry(*id).kind().is_place())
        .filter(|(id, _)| !is_around_a_town(&gazetteer.entry(*id)))
        .map(|&(id, _)| {
            let entry = gazetteer.entry(id);
            let seat = if is_seat(&entry) { SEAT } else { 0.0 };
            let small = if is_continent && entry.kind() == EntityType::City { NAMESAKE } else { 0.0 };
            (place_score(gazetteer, context, entry, within, country) + seat - small, id)
        })
        .collect();
    let mut choice = best(gazetteer, context, name, scored, Need { score: f32::MIN, margin: PLACE_MARGIN })?;
    choice.grounds.confirmed =
        within.iter().any(|&larger| lies_in(&gazetteer.entry(choice.id), &gazetteer.entry(larger)));
    Some(choice)
}

/// What speaks against a place that a country or a continent is called like.
const NAMESAKE: f32 = 3.0;

/// What speaks for the seat of a division of the same name.
const SEAT: f32 = 0.7;

/// `namesake_country`: a country that has the name too; then a city, or a division of that country, needs the words behind
/// the name to be meant.
fn place_score(
    gazetteer: &Gazetteer,
    context: &Context<'_>,
    entry: Entry<'_>,
    within: &[EntryId],
    namesake_country: Option<&str>,
) -> f32 {
    let country = entry.country().unwrap_or_default();
    let mut score = entry.prominence();
    let capital = gazetteer.country(country).and_then(|c| gazetteer.entry(c).capital());
    if capital.is_some() && capital == entry.geonames() {
        score += 1.0;
    }
    if entry.kind() != EntityType::Country {
        score += 1.1 * (1.0 + context.country(country)).ln();
        if let Some(division) = entry.admin1() {
            let seen = context.divisions.get(&(country, division)).copied().unwrap_or(0.0);
            score += 1.3 * (1.0 + seen).ln();
        }
    }
    let of_its_country = entry.kind() == EntityType::Region && namesake_country == Some(country);
    if entry.kind() == EntityType::City && namesake_country.is_some() || of_its_country {
        score -= NAMESAKE;
    }
    for &larger in within {
        score += if lies_in(&entry, &gazetteer.entry(larger)) { 6.0 } else { -1.0 };
    }
    score
}

/// Whether a place lies in a country or division, as far as the gazetteer tells.
pub(super) fn lies_in(entry: &Entry<'_>, larger: &Entry<'_>) -> bool {
    larger.country() == entry.country()
        && match larger.kind() {
            EntityType::Region => larger.admin1() == entry.admin1(),
            _ => entry.kind() != EntityType::Country,
        }
}

/// A margin in powers of ten as a probability.
fn share(margin: f32) -> f32 {
    1.0 / (1.0 + 10f32.powf(-margin.clamp(0.0, 4.0)))
}

/// The organisation, agency, event or treaty of this name.
pub(super) fn body(
    gazetteer: &Gazetteer,
    context: &Context<'_>,
    text: &str,
    found: &[(EntryId, NameRole)],
    of: Option<&str>,
) -> Option<Choice> {
    let scored = found
        .iter()
        .filter(|(id, role)| *role == NameRole::Name && is_body(gazetteer.entry(*id).kind()))
        .filter(|(id, _)| {
            of.is_some() || !is_what_many_have(gazetteer, text) || context.is_about(gazetteer.entry(*id).country())
        })
        .filter(|(id, _)| {
            !is_team(&gazetteer.entry(*id)) || gazetteer.key(gazetteer.entry(*id).name()) == gazetteer.key(text)
        })
        .map(|&(id, _)| (body_score(context, text, gazetteer.entry(id), of), id))
        .collect();
    let mut choice = best(gazetteer, context, text, scored, Need { score: 4.0, margin: 0.4 })?;
    choice.grounds.surface = match (is_acronym(text), text.contains([' ', '-'])) {
        (true, _) => Surface::Acronym,
        (false, true) => Surface::Long,
        (false, false) => Surface::Word,
    };
    choice.grounds.confirmed = of.is_some();
    Some(choice)
}

/// Whether a name is what many countries call a body of theirs: `Congress`, `Senate`.
fn is_what_many_have(gazetteer: &Gazetteer, text: &str) -> bool {
    !is_acronym(text)
        && gazetteer.words().roles(&text.to_lowercase()).iter().any(|r| r.kind == EntityType::Organization)
}

pub(super) fn is_body(kind: EntityType) -> bool {
    use EntityType::*;
    matches!(kind, Organization | NewsAgency | Government | HistoricalEvent | Treaty | Document)
}

/// Whether an entry is a team, of any sport.
pub(super) fn is_team(entry: &Entry<'_>) -> bool {
    entry.class().ends_with(" team")
}

/// Whether an entry is a team of this sport: its class is `football team` where the sport is `football`.
pub(super) fn plays(entry: &Entry<'_>, sport: &str) -> bool {
    entry.class().strip_suffix(" team") == Some(sport)
}

fn body_score(context: &Context<'_>, text: &str, entry: Entry<'_>, of: Option<&str>) -> f32 {
    let mut score = entry.prominence();
    let words = text.split([' ', '-']).filter(|w| !w.is_empty()).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    score += match (is_acronym(text), words) {
        (true, _) if letters <= 3 => match entry.weight() {
            w if w >= 4.5 => -0.4,
            w if w >= 4.0 => -0.8,
            _ => -1.2,
        },
        (true, _) => -0.2,
        (false, 1) => -0.6,
        (false, 2) => 0.3,
        _ => 1.0,
    };
    if entry.weight() < 4.0 && !same_capitals(&entry, text) {
        score -= 1.5;
    }
    if let Some(country) = entry.country().filter(|c| !is_international(c)) {
        let seen = context.country(country);
        let named = text.split(' ').count() > 1 && entry.class() != "party";
        score += if seen > 0.0 {
            0.5 + 0.8 * (1.0 + seen).ln()
        } else if named {
            -0.2
        } else {
            -0.8
        };
        if let Some(of) = of {
            score += if of == country { 1.5 } else { -4.0 };
        }
    }
    score
}

/// Whether the words of a text begin with capitals where those of the entry's names do: "the U.S. market" is no `US Market`.
fn same_capitals(entry: &Entry<'_>, text: &str) -> bool {
    let small = |name: &str| name.split(' ').filter(|w| w.starts_with(char::is_lowercase)).count();
    let mut names = std::iter::once(entry.name()).chain(entry.aliases());
    let words = text.split(' ').count();
    small(text) == 0 || names.any(|n| n.split(' ').count() == words && small(n) >= small(text))
}

pub(super) fn is_international(code: &str) -> bool {
    matches!(code, "UNO" | "EUR" | "IGO" | "NGO" | "IMG" | "MNC")
}

/// The person of this full name, if it is one the gazetteer knows rather than a namesake.
pub(super) fn person(
    gazetteer: &Gazetteer,
    context: &Context<'_>,
    names: &[&str],
    titles: &[(&Title<'_>, Option<String>)],
    certain_type: bool,
) -> Option<Choice> {
    let mut scored: Vec<(f32, EntryId)> = Vec::new();
    for name in names {
        for candidate in gazetteer.named(name) {
            if candidate.entry.kind() == EntityType::Person
                && candidate.role == NameRole::Name
                && !scored.iter().any(|s| s.1 == candidate.id)
            {
                scored.push((person_score(context, &candidate.entry, titles), candidate.id));
            }
        }
    }
    let score = 0.7 + namesakes(gazetteer, names[0]) + if certain_type { 0.0 } else { 0.5 };
    let mut choice = best(gazetteer, context, names[0], scored, Need { score, margin: 0.5 })?;
    choice.confidence = share(choice.grounds.surplus.min(choice.grounds.margin) + 0.5);
    choice.grounds.confirmed = titles_agree(&gazetteer.entry(choice.id), titles);
    Some(choice)
}

/// Whether some title before a person's name is one of the person's offices.
fn titles_agree(entry: &Entry<'_>, titles: &[(&Title<'_>, Option<String>)]) -> bool {
    titles.iter().any(|(t, _)| t.role.is_some() && entry.offices().any(|o| speaks_of(o.title, &t.phrase)))
}

/// What speaks for a person besides the name: country and office in the title, countries of the article, rank, dates.
fn person_score(context: &Context<'_>, entry: &Entry<'_>, titles: &[(&Title<'_>, Option<String>)]) -> f32 {
    let mut score = 0.55 * entry.weight() as f32;
    let countries: Vec<&str> =
        entry.country().into_iter().chain(entry.offices().map(|o| o.country).filter(|c| *c != "-")).collect();
    let seen = countries.iter().map(|c| context.country(c)).fold(0.0, f32::max);
    score += if seen > 0.0 {
        0.5 + 0.3 * (1.0 + seen).ln()
    } else if countries.is_empty() {
        0.0
    } else {
        -0.3
    };
    for (title, of) in titles {
        if let Some(of) = of {
            score += if countries.contains(&of.as_str()) {
                0.8
            } else if is_international(of) || countries.is_empty() {
                0.0
            } else {
                -2.5
            };
        }
        if title.role.is_some() {
            score += if entry.offices().any(|o| speaks_of(o.title, &title.phrase)) { 1.0 } else { 0.15 };
        }
    }
    if context.sport {
        score += if entry.class() == "athlete" { 0.8 } else { -0.6 };
    }
    if let Some(day) = &context.day {
        let now = entry.offices().any(|o| o.covers(day));
        let later = entry.offices().count() > 0 && entry.offices().all(|o| !o.from.is_empty() && o.from > day.as_str());
        score += if now {
            0.5
        } else if later {
            -0.6
        } else {
            0.0
        };
    }
    score
}

/// Whether an office and a title have a word of rank in common.
pub(super) fn speaks_of(office: &str, title: &str) -> bool {
    let office = office.to_lowercase();
    title.split([' ', '-']).filter(|w| w.len() > 3).any(|w| office.split([' ', '-']).any(|o| o == w))
}

/// How likely it is that others bear the name, from 0 to about 1.6: common first names with common family names.
fn namesakes(gazetteer: &Gazetteer, name: &str) -> f32 {
    let key = gazetteer.key(name);
    let (Some(first), Some(last)) = (key.split(' ').next(), key.rsplit(' ').next()) else { return 1.0 };
    if first == last {
        return 2.0;
    }
    let family = gazetteer.surname_count(last) as f32;
    let given = gazetteer.words().given_name_count(first) as f32;
    (0.25 * (1.0 + family).log2().min(4.0) * (1.0 + given).log10().min(1.6)).min(1.6)
}

/// The person whom a family name alone stands for: only people of the first rank, only with office or title to tell.
pub(super) fn surname(
    gazetteer: &Gazetteer,
    context: &Context<'_>,
    name: &str,
    titles: &[(&Title<'_>, Option<String>)],
) -> Option<Choice> {
    let scored = gazetteer
        .named(name)
        .filter(|c| c.entry.kind() == EntityType::Person && c.entry.weight() >= 4.0)
        .map(|c| {
            let alias = if c.role == NameRole::Name { 0.6 } else { 0.0 };
            (person_score(context, &c.entry, titles) + alias, c.id)
        })
        .collect();
    let titled = titles.iter().any(|(t, _)| t.role.is_some_and(|r| r.leader || r.title));
    let need = Need { score: if titled { 3.0 } else { 3.3 }, margin: 0.45 };
    let mut choice = best(gazetteer, context, name, scored, need)?;
    choice.confidence = share(choice.grounds.margin);
    choice.grounds.surface = Surface::Surname;
    choice.grounds.confirmed = titles_agree(&gazetteer.entry(choice.id), titles);
    Some(choice)
}
