//! The gazetteer: who and what the program knows by name, and the index over all its names.

use super::fold::{Folding, same_case};
use super::table::{Column, LoadError, Office, Row, Table};
use super::words::Words;
use super::{Entity, EntityType};
use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

/// Tables of names, embedded in the program or added by the user. Read-only once loaded; shared between threads.
#[derive(Clone, Debug)]
pub struct Gazetteer {
    tables: Vec<Table>,
    entries: Vec<Place>,
    /// (hash of the key, entry, what the name is to the entry), sorted.
    index: Vec<(u64, u32, NameRole)>,
    /// (hash of the item's name, entry), sorted.
    items: Vec<(u64, u32)>,
    /// By ISO 3166-1 alpha-3.
    countries: HashMap<String, EntryId>,
    folding: Folding,
    words: Words,
}

/// Where an entry's row is.
#[derive(Clone, Copy, Debug)]
struct Place {
    table: u16,
    start: u32,
    /// A later table has a row for the same item.
    replaced: bool,
}

/// An entry's number; stable while no table is added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryId(u32);

/// What a name is to the entry that bears it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameRole {
    /// The name itself, or an alias of it.
    Name,
    /// `Chinese`: of the country or region.
    Adjective,
    /// `Chinese`, `Danes`: its people.
    People,
    /// The family name of a person, alone.
    Surname,
}

/// Something that a name may stand for.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'g> {
    pub id: EntryId,
    pub role: NameRole,
    pub entry: Entry<'g>,
    /// Share of this candidate among all of the name, by what is known without any article: size of a place, rank of an
    /// office. The shares of a name's candidates add up to 1.
    pub prior: f32,
}

impl Candidate<'_> {
    /// How often the news mean this candidate, against others of the name.
    fn scale(&self) -> f32 {
        10f32.powf((self.entry.prominence() - surname_cost(self.role)).min(12.0))
    }
}

/// A row of the gazetteer.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'g> {
    row: Row<'g>,
}

impl<'g> Entry<'g> {
    pub fn kind(&self) -> EntityType {
        self.row.kind()
    }

    pub fn name(&self) -> &'g str {
        self.row.get(Column::Name)
    }

    pub fn aliases(&self) -> impl Iterator<Item = &'g str> + use<'g> {
        self.row.list(Column::Aliases)
    }

    /// Wikidata item, such as `Q148`.
    pub fn wikidata(&self) -> Option<&'g str> {
        some(self.row.get(Column::Wikidata))
    }

    /// `verified` when two sources agree on the item, `single` when one pull of Wikidata gives it.
    pub fn status(&self) -> &'g str {
        self.row.get(Column::Status)
    }

    pub fn geonames(&self) -> Option<u64> {
        self.row.get(Column::Geonames).parse().ok()
    }

    /// Latitude and longitude in degrees (WGS 84).
    pub fn coordinates(&self) -> Option<(f64, f64)> {
        Some((self.row.number(Column::Lat)?, self.row.number(Column::Lon)?))
    }

    /// ISO 3166-1 alpha-3, or PLOVER's code of an international body: UNO, EUR, IGO, NGO, IMG.
    pub fn country(&self) -> Option<&'g str> {
        some(self.row.get(Column::Country))
    }

    /// GeoNames' code of the first-level division within the country.
    pub fn admin1(&self) -> Option<&'g str> {
        some(self.row.get(Column::Admin1))
    }

    pub fn sector(&self) -> Option<&'g str> {
        some(self.row.get(Column::Sector))
    }

    /// `news agency`, `armed group`, `party` …: what an organisation may be called.
    pub fn class(&self) -> &'g str {
        self.row.get(Column::Class)
    }

    /// Whether it is a division of the second level.
    pub fn is_district(&self) -> bool {
        self.class() == "district"
    }

    /// `m` or `f`, where known.
    pub fn gender(&self) -> Option<char> {
        self.row.get(Column::Gender).chars().next()
    }

    pub fn offices(&self) -> impl Iterator<Item = Office<'g>> + use<'g> {
        self.row.list(Column::Offices).filter_map(Office::parse)
    }

    /// GeoNames id of a country's capital.
    pub fn capital(&self) -> Option<u64> {
        self.row.get(Column::CapitalGeonames).parse().ok()
    }

    pub fn population(&self) -> f64 {
        self.row.number(Column::Population).unwrap_or(0.0)
    }

    /// 1 (little known) to 5 (a head of state, the United Nations), for those without a population.
    pub fn weight(&self) -> f64 {
        self.row.number(Column::Weight).unwrap_or(1.0)
    }

    /// How often the news speak of such a thing, on a scale of powers of ten.
    pub(crate) fn prominence(&self) -> f32 {
        let people = (self.population().max(1.0).log10()) as f32;
        match self.kind() {
            EntityType::Country => 7.0 + 0.25 * people,
            EntityType::City => people,
            EntityType::Region if self.is_district() => people - 0.5,
            EntityType::Region => 3.0 + 0.4 * people + 0.2 * self.weight() as f32,
            _ => 2.5 + 0.8 * self.weight() as f32,
        }
    }

    /// The entity of an article that this entry describes.
    pub fn entity(&self) -> Entity {
        Entity {
            kind: self.kind(),
            label: self.name().to_owned(),
            wikidata: self.wikidata().map(str::to_owned),
            geonames: self.geonames(),
            coordinates: self.coordinates(),
            country: self.country().map(str::to_owned),
            sector: self.sector().map(str::to_owned),
            members: Vec::new(),
            confidence: 1.0,
            grounds: None,
        }
    }
}

fn some(field: &str) -> Option<&str> {
    (!field.is_empty()).then_some(field)
}

macro_rules! embedded {
    ($($file:literal: $kind:expr),* $(,)?) => {
        [$(($file, include_str!(concat!("../../data/gazetteer/", $file)), $kind)),*]
    };
}

impl Gazetteer {
    /// The tables that the program carries with it.
    pub fn embedded() -> Result<Self, LoadError> {
        let files = embedded! {
            "states.tsv": Some(EntityType::Country),
            "admin1.tsv": Some(EntityType::Region),
            "admin2.tsv": Some(EntityType::Region),
            "places.tsv": None,
            "cities.tsv": Some(EntityType::City),
            "people.tsv": Some(EntityType::Person),
            "organisations.tsv": None,
            "events.tsv": None,
        };
        let mut gazetteer = Self {
            tables: Vec::new(),
            entries: Vec::new(),
            index: Vec::new(),
            items: Vec::new(),
            countries: HashMap::new(),
            folding: Folding::parse(include_str!("../../data/gazetteer/folding.tsv")),
            words: Words::embedded()?,
        };
        for (file, text, kind) in files {
            gazetteer.push(Table::parse(Cow::Borrowed(text), file, kind)?);
        }
        gazetteer.sort();
        Ok(gazetteer)
    }

    /// Adds a table in the format of `data/gazetteer/README.md`. A row whose Wikidata item or
    /// GeoNames id is known already takes the place of the row that had it.
    pub fn add_file(&mut self, path: &Path) -> Result<(), LoadError> {
        self.replace_by(Table::read(path)?);
        Ok(())
    }

    /// Everything that bears a name, most likely first. Case counts: `us` has no candidates, `US` has.
    pub fn lookup(&self, name: &str) -> Vec<Candidate<'_>> {
        let mut found: Vec<Candidate> = self.named(name).collect();
        let total: f32 = found.iter().map(Candidate::scale).sum();
        for c in &mut found {
            c.prior = c.scale() / total;
        }
        found.sort_by(|a, b| b.prior.total_cmp(&a.prior).then(a.id.cmp(&b.id)));
        found
    }

    /// Share of an entry among those that bear a name; 0 when it does not bear it.
    pub(crate) fn prior(&self, name: &str, id: EntryId) -> f32 {
        let (mut total, mut own) = (0.0, 0f32);
        for candidate in self.named(name) {
            total += candidate.scale();
            if candidate.id == id {
                own = own.max(candidate.scale());
            }
        }
        if total > 0.0 { own / total } else { 0.0 }
    }

    /// The entry with this number.
    pub fn entry(&self, id: EntryId) -> Entry<'_> {
        let place = self.entries[id.0 as usize];
        Entry { row: self.tables[place.table as usize].row(place.start as usize) }
    }

    /// The entry of a Wikidata item.
    pub fn item(&self, qid: &str) -> Option<EntryId> {
        self.item_among(qid, self.items.len())
    }

    /// The entry of an item among the first so many of `items`, which are sorted.
    fn item_among(&self, qid: &str, known: usize) -> Option<EntryId> {
        let hash = item_hash(qid);
        let from = self.items[..known].partition_point(|i| i.0 < hash);
        self.items[from..known]
            .iter()
            .take_while(|i| i.0 == hash)
            .map(|i| EntryId(i.1))
            .find(|&id| !self.entries[id.0 as usize].replaced && self.entry(id).wikidata() == Some(qid))
    }

    /// The country with this ISO 3166-1 alpha-3 code.
    pub fn country(&self, code: &str) -> Option<EntryId> {
        self.countries.get(code).copied()
    }

    /// The codes of all countries, in order.
    pub fn country_codes(&self) -> impl Iterator<Item = &str> {
        let mut codes: Vec<&str> = self.countries.keys().map(String::as_str).collect();
        codes.sort_unstable();
        codes.into_iter()
    }

    /// All entries that no later table has replaced.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        let ids = (0..self.entries.len() as u32).filter(|&id| !self.entries[id as usize].replaced);
        ids.map(|id| self.entry(EntryId(id)))
    }

    /// Word lists: roles, seats of power, kinship, contexts.
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// The key under which a name is found.
    pub fn key(&self, name: &str) -> String {
        self.folding.key(name)
    }

    pub(crate) fn hash(&self, name: &str) -> u64 {
        self.folding.hash(name)
    }

    /// Everything that bears a name, in no order, without priors.
    pub(crate) fn named<'g, 'n>(&'g self, name: &'n str) -> impl Iterator<Item = Candidate<'g>> + use<'g, 'n> {
        let hash = self.hash(name);
        let from = self.index.partition_point(|i| i.0 < hash);
        self.index[from..].iter().take_while(move |i| i.0 == hash).filter_map(move |&(_, id, role)| {
            let place = self.entries[id as usize];
            let entry = self.entry(EntryId(id));
            (!place.replaced && self.written_so(&entry, role, name, hash)).then_some(Candidate {
                id: EntryId(id),
                role,
                entry,
                prior: 0.0,
            })
        })
    }

    /// How many people of the gazetteer have this family name.
    pub(crate) fn surname_count(&self, name: &str) -> usize {
        let hash = self.hash(name);
        let from = self.index.partition_point(|i| i.0 < hash);
        self.index[from..].iter().take_while(|i| i.0 == hash).filter(|i| i.2 == NameRole::Surname).count()
    }

    /// Whether any name begins a look-up at all: cheap test before reading rows.
    pub(crate) fn has(&self, hash: u64) -> bool {
        self.index.binary_search_by(|i| i.0.cmp(&hash)).is_ok()
    }

    /// Whether one of the entry's names with this key may be written like `text`.
    fn written_so(&self, entry: &Entry, role: NameRole, text: &str, hash: u64) -> bool {
        let fits = |name: &str| self.hash(name) == hash && same_case(name, text);
        match role {
            NameRole::Name => fits(entry.name()) || entry.aliases().any(fits),
            NameRole::Adjective => entry.row.list(Column::Adjectives).any(fits),
            NameRole::People => entry.row.list(Column::Nouns).any(fits),
            NameRole::Surname => text.chars().any(char::is_uppercase),
        }
    }

    /// Adds a table whose rows take the place of those there before with the same Wikidata item or GeoNames id.
    fn replace_by(&mut self, table: Table) {
        let known = self.items.len();
        let places = if table.has(Column::Geonames) { self.by_geonames() } else { HashMap::new() };
        for row in table.rows().map(|start| table.row(start)) {
            let item = self.item_among(row.get(Column::Wikidata), known);
            let item = item.filter(|&old| self.entry(old).kind() == row.kind()).map(|old| old.0);
            for old in item.into_iter().chain(places.get(row.get(Column::Geonames)).copied()) {
                self.entries[old as usize].replaced = true;
            }
        }
        self.push(table);
        self.sort();
    }

    /// Adds a table beside those there are; the index has to be sorted afterwards.
    fn push(&mut self, table: Table) {
        let number = self.tables.len() as u16;
        for start in table.rows() {
            let id = self.entries.len() as u32;
            let row = table.row(start);
            let item = row.get(Column::Wikidata);
            if !item.is_empty() {
                self.items.push((item_hash(item), id));
            }
            self.entries.push(Place { table: number, start: start as u32, replaced: false });
            self.index_row(row, id);
        }
        self.tables.push(table);
    }

    fn sort(&mut self) {
        self.index.sort_unstable();
        self.items.sort_unstable();
    }

    /// Entries by GeoNames id, as it is written.
    fn by_geonames(&self) -> HashMap<String, u32> {
        let ids = (0..self.entries.len() as u32).filter_map(|id| {
            let place = self.entry(EntryId(id)).row.get(Column::Geonames);
            (!place.is_empty()).then(|| (place.to_owned(), id))
        });
        ids.collect()
    }

    fn index_row(&mut self, row: Row<'_>, id: u32) {
        let mut seen: [u64; 24] = [0; 24];
        let mut count = 0;
        let names =
            std::iter::once(row.get(Column::Name)).chain(row.list(Column::Aliases)).map(|n| (n, NameRole::Name));
        let adjectives = row.list(Column::Adjectives).map(|n| (n, NameRole::Adjective));
        let people = row.list(Column::Nouns).map(|n| (n, NameRole::People));
        for (name, role) in names.chain(adjectives).chain(people) {
            let hash = self.folding.hash(name) ^ ((role == NameRole::People) as u64);
            if seen[..count].contains(&hash) {
                continue;
            }
            if count < seen.len() {
                seen[count] = hash;
                count += 1;
            }
            self.index.push((hash ^ ((role == NameRole::People) as u64), id, role));
        }
        if row.kind() == EntityType::Country {
            self.countries.insert(row.get(Column::Country).to_owned(), EntryId(id));
        }
        if row.kind() == EntityType::Person {
            for surname in surnames(row.get(Column::Name), row.get(Column::Country), &self.words) {
                let hash = self.folding.hash(surname);
                self.index.push((hash, id, NameRole::Surname));
            }
        }
    }
}

/// A family name alone is a weaker name than one given in full.
fn surname_cost(role: NameRole) -> f32 {
    if role == NameRole::Surname { 1.5 } else { 0.0 }
}

fn item_hash(qid: &str) -> u64 {
    qid.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ b as u64).wrapping_mul(0x0000_0100_0000_01b3))
}

/// The parts of a name that may stand for the person alone: the family name, with and without its particles.
///
/// Where the family name comes first it is the first word; where both orders are in use in English, both ends count.
pub(crate) fn surnames<'n>(name: &'n str, country: &str, words: &Words) -> Vec<&'n str> {
    let parts: Vec<&str> = name.split(' ').filter(|w| !w.is_empty()).collect();
    let [first, .., last] = parts[..] else { return Vec::new() };
    let (first_counts, either) = (words.is("family_first", country), words.is("family_either", country));
    let mut found = Vec::new();
    if first_counts {
        found.push(first);
    }
    if (!first_counts || either) && !words.is("generational", last.trim_end_matches('.').to_lowercase().as_str()) {
        found.push(last);
    }
    let particle = parts.iter().skip(1).position(|w| words.is("particle", &w.to_lowercase())).map(|i| i + 1);
    if let Some(i) = particle
        && i + 1 < parts.len()
        && !first_counts
    {
        let start = parts[i].as_ptr() as usize - name.as_ptr() as usize;
        found.push(&name[start..]);
    }
    found
}
