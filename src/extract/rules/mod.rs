//! Rules: which words name an event of which class, and where its participants stand.
//!
//! The format is described in `data/rules/README.md`. [`Rules::load`] checks all that can be checked without a text: unknown
//! keys, lists, types, modes, kinds and paths, rules without examples, words that no token can match.

mod file;
mod load;

pub(in crate::extract) use file::ConditionEntry;
pub use file::{Example, ExampleEvent, Expected, RuleFile};
pub use load::Rules;
pub(in crate::extract) use load::{References, TriggerIndex};

use super::extraction::Casualty;
use super::grammar::Step;
use crate::lexicon::{DataError, DataFile};
use crate::link::EntityType;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// A rule, ready to match.
#[derive(Clone, Debug)]
pub struct Rule {
    /// File and name, such as `visit.toml#arrive`.
    pub id: String,
    /// The project's class of the event.
    pub class: Arc<str>,
    /// PLOVER type; none for an event outside PLOVER.
    pub kind: Option<Arc<str>>,
    pub mode: Option<Arc<str>>,
    pub contexts: Vec<Arc<str>>,
    pub cameo: Option<Arc<str>>,
    pub roles: Vec<(RoleName, Role)>,
    pub needs: Vec<Condition>,
    pub unless: Vec<Condition>,
    /// Whether all who take part are actors, as in a meeting.
    pub mutual: bool,
    /// Done in words: where the text does not date it, it was done at the dated occasion that brought the speaker there.
    pub spoken: bool,
    /// What the number of its recipients, or without any of its actors, is the number of.
    pub counts: Option<Casualty>,
    /// Takes any verb, where no other rule does.
    pub general: bool,
    /// Whether a state, or somebody in public life, must have a part in it.
    pub public: bool,
    /// Probability, from 0 to 1, that what the rule fits is such an event.
    pub confidence: f32,
    pub priority: i32,
}

/// A word or phrase that triggers rules: its head, and the lemmas that must depend on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trigger {
    pub class: WordClass,
    /// For `carry out`: `out` under the verb; for `phone call`: `phone` under the noun.
    pub rest: Vec<String>,
    pub rule: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WordClass {
    Verb,
    Noun,
    Adjective,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RoleName {
    Actor,
    Recipient,
    Place,
    /// `companion`, `weapon`, `topic` …
    Other(String),
}

/// Where a participant stands and what may stand there.
#[derive(Clone, Debug)]
pub struct Role {
    /// Tried in this order; the first with a fit filler gives the participants.
    pub paths: Vec<Vec<Step>>,
    pub kinds: Vec<Kind>,
    pub required: bool,
    /// Fillers of all paths together, not of the first alone.
    pub all: bool,
    /// How many participants there must be; a group counts with its members, a plural noun as two.
    pub min: usize,
    /// What stands for the filler: the country in which a place lies, or its government.
    pub stands_for: Option<StandsFor>,
}

impl Role {
    /// Whether something of a kind may fill it.
    pub fn admits(&self, kind: EntityType) -> bool {
        self.kinds.iter().any(|k| k.admits(kind))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StandsFor {
    Country,
}

/// A class of fillers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Who can act: persons, governments, countries, organisations, groups; a city or country that stands for its government.
    Party,
    Person,
    /// Where something can be: cities, regions, countries, facilities, seas.
    Place,
    Country,
    Organization,
    Group,
    /// Any noun phrase, entity or not.
    Any,
}

impl Kind {
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "party" => Self::Party,
            "person" => Self::Person,
            "place" => Self::Place,
            "country" => Self::Country,
            "organization" => Self::Organization,
            "group" => Self::Group,
            "any" => Self::Any,
            _ => return None,
        })
    }

    /// Whether an entity of this type may fill the role.
    pub fn admits(self, entity: EntityType) -> bool {
        use EntityType as E;
        match self {
            Self::Party => matches!(
                entity,
                E::Person
                    | E::Country
                    | E::Government
                    | E::Organization
                    | E::NewsAgency
                    | E::Group
                    | E::City
                    | E::Region
            ),
            Self::Person => matches!(entity, E::Person | E::Group),
            Self::Place => matches!(entity, E::City | E::Region | E::Country | E::Place | E::Facility),
            Self::Country => matches!(entity, E::Country | E::Government),
            Self::Organization => matches!(entity, E::Organization | E::NewsAgency | E::Government),
            Self::Group => matches!(entity, E::Group),
            Self::Any => true,
        }
    }
}

/// Words that must, or must not, stand at the end of a path.
#[derive(Clone, Debug)]
pub struct Condition {
    pub path: Vec<Step>,
    /// Lemmas; empty when anything there is meant.
    pub words: HashSet<String>,
}

/// PLOVER's types with their modes, from `data/rules/plover.toml`.
#[derive(Clone, Debug, Default)]
pub struct Plover {
    pub modes: BTreeMap<String, HashSet<String>>,
    pub contexts: HashSet<String>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct PloverFile {
    contexts: Vec<String>,
    modes: BTreeMap<String, Vec<String>>,
}

impl Plover {
    /// Reads the types with their modes, and the contexts.
    pub fn load(file: &DataFile) -> Result<Self, DataError> {
        let parsed: PloverFile = file.parse()?;
        Ok(Self {
            modes: parsed.modes.into_iter().map(|(kind, modes)| (kind, modes.into_iter().collect())).collect(),
            contexts: parsed.contexts.into_iter().collect(),
        })
    }
}
