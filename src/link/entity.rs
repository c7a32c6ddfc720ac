//! An entity as the program knows it inside one article.

use super::Grounds;
use crate::doc::Mention;
use serde::{Deserialize, Serialize};

/// What kind of thing an entity is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EntityType {
    Person,
    /// A state or territory with a code of its own.
    Country,
    /// The government of a country, also where a capital or a seat of power stands for it.
    Government,
    City,
    /// A first-level division, or another part of a country.
    Region,
    /// Any other place: sea, mountain, part of the world.
    Place,
    Facility,
    Organization,
    NewsAgency,
    /// People named by what they are: soldiers, protesters, "the two countries".
    Group,
    /// A war, a conference, an anniversary.
    HistoricalEvent,
    Treaty,
    Document,
    Vehicle,
    #[default]
    Thing,
}

impl EntityType {
    /// Every kind, in order of declaration.
    pub const ALL: [Self; 15] = [
        Self::Person,
        Self::Country,
        Self::Government,
        Self::City,
        Self::Region,
        Self::Place,
        Self::Facility,
        Self::Organization,
        Self::NewsAgency,
        Self::Group,
        Self::HistoricalEvent,
        Self::Treaty,
        Self::Document,
        Self::Vehicle,
        Self::Thing,
    ];

    /// The kind of this name: `NewsAgency`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| format!("{kind:?}") == name)
    }

    /// Whether it is somewhere: a country, a city, a sea.
    pub fn is_place(self) -> bool {
        matches!(self, Self::Country | Self::City | Self::Region | Self::Place | Self::Facility)
    }
}

/// Someone or something that an article speaks of. One entity, however often and in whatever words it is named.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entity {
    pub kind: EntityType,
    /// The best name: the gazetteer's when linked, else the longest in the article.
    pub label: String,
    /// Wikidata item, such as `Q148`.
    pub wikidata: Option<String>,
    /// GeoNames id.
    pub geonames: Option<u64>,
    /// Latitude and longitude in degrees (WGS 84).
    pub coordinates: Option<(f64, f64)>,
    /// ISO 3166-1 alpha-3 of the country it is, lies in, or acts for.
    pub country: Option<String>,
    /// PLOVER sector: GOV, MIL, REB, OPP, CVL, JRN, IGO …
    pub sector: Option<String>,
    /// Indices of the members, when the entity is a group the text gives members to.
    pub members: Vec<usize>,
    /// Probability, from 0 to 1, that the identifiers are right; 1 for an entity of our own.
    pub confidence: f32,
    /// What spoke for the identifiers; none for an entity of our own.
    pub grounds: Option<Grounds>,
}

impl Entity {
    /// The IRI of what is known elsewhere: Wikidata's, else GeoNames'.
    pub fn iri(&self) -> Option<String> {
        let item = self.wikidata.as_ref().map(|q| format!("http://www.wikidata.org/entity/{q}"));
        item.or_else(|| self.geonames.map(|id| format!("https://sws.geonames.org/{id}/")))
    }
}

/// Entities with the mentions that stand for them. Mentions are in the order of the text; `Mention::entity` is an index
/// into `entities`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Linked {
    pub entities: Vec<Entity>,
    pub mentions: Vec<Mention>,
}
