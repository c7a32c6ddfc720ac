//! What spoke for a link: the features from which its confidence is told.

use serde::{Deserialize, Serialize};

/// Why an entity has the identifiers it has, as the linker weighed it when it first made the choice.
///
/// Scores are on the scale of powers of ten; see [`super::Entry::prominence`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Grounds {
    pub surface: Surface,
    /// Share of the entry among all that bear the name, by size and rank alone, from 0 to 1.
    pub prior: f32,
    /// How far the entry is ahead of the next candidate, from 0 to 4; 4 when there is none.
    pub margin: f32,
    /// How far the entry is above what a link of its kind needs, from 0 to 4.
    pub surplus: f32,
    /// How much of the article speaks of the entry's country: mentions, those by cities counted less.
    pub support: f32,
    /// How well known the entry is: 1 to 5 for people and bodies, and for places the logarithm of the inhabitants.
    pub weight: f32,
    /// Whether a title before the name, or the larger place behind it, agrees with the entry.
    pub confirmed: bool,
    /// Whether two sources agree on the entry's item; see `status` in `data/gazetteer/README.md`.
    pub verified: bool,
}

/// What kind of name the link was made by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Surface {
    /// A country, by its name or adjective, or its people.
    #[default]
    Country,
    /// A place of another kind.
    Place,
    /// A person by full name.
    Person,
    /// A person by family name alone.
    Surname,
    /// A body, event or treaty by a name of several words.
    Long,
    /// A body by one word.
    Word,
    /// A body by an acronym.
    Acronym,
    /// A team, in a report of sport.
    Team,
    /// A seat of power that stands for a body.
    Seat,
}
