//! The format of a rule file, as serde reads it.

use super::super::extraction::{Casualty, Polarity, Status};
use super::StandsFor;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use toml::Spanned;

/// One event class: what it is, the rules that find it, the sentences that prove them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    pub class: Spanned<String>,
    #[serde(rename = "type")]
    pub kind: Option<Spanned<String>>,
    pub mode: Option<Spanned<String>>,
    #[serde(default)]
    pub contexts: Vec<Spanned<String>>,
    pub cameo: Option<Spanned<String>>,
    #[serde(default)]
    pub mutual: bool,
    /// What is done in words, and so at the occasion on which they are spoken.
    #[serde(default)]
    pub spoken: bool,
    /// What only counts where a state or somebody in public life has a part in it.
    #[serde(default)]
    pub public: bool,
    pub rule: Vec<Spanned<RuleEntry>>,
    #[serde(default)]
    pub example: Vec<Example<ExampleEvent>>,
}

impl RuleFile {
    /// The classes of its events.
    pub fn classes(&self) -> impl Iterator<Item = &str> {
        let own = self.rule.iter().filter_map(|r| r.as_ref().class.as_ref());
        std::iter::once(&self.class).chain(own).map(|class| class.as_ref().as_str())
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleEntry {
    pub name: String,
    #[serde(default)]
    pub verbs: Vec<Spanned<String>>,
    #[serde(default)]
    pub nouns: Vec<Spanned<String>>,
    #[serde(default)]
    pub adjectives: Vec<Spanned<String>>,
    /// A finer class than the file's.
    pub class: Option<Spanned<String>>,
    #[serde(rename = "type")]
    pub kind: Option<Spanned<String>>,
    pub mode: Option<Spanned<String>>,
    pub contexts: Option<Vec<Spanned<String>>>,
    pub cameo: Option<Spanned<String>>,
    pub mutual: Option<bool>,
    pub public: Option<bool>,
    pub actor: Option<RoleEntry>,
    pub recipient: Option<RoleEntry>,
    pub place: Option<RoleEntry>,
    #[serde(default)]
    pub others: BTreeMap<String, RoleEntry>,
    #[serde(default)]
    pub needs: Vec<ConditionEntry>,
    #[serde(default)]
    pub unless: Vec<ConditionEntry>,
    pub counts: Option<Casualty>,
    pub confidence: Option<f32>,
    #[serde(default)]
    pub priority: i32,
}

/// What a trigger of the lexicon alone stands for: one entry for each PLOVER type.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LexiconFile {
    /// Phrases that say too little for an event to be read from them alone.
    #[serde(default)]
    pub silent: Vec<Spanned<String>>,
    /// Phrases that say enough only between two of public life.
    #[serde(default)]
    pub weak: Vec<Spanned<String>>,
    /// PLOVER sectors of public life, besides states.
    pub public_sectors: Vec<String>,
    pub rule: Vec<LexiconEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LexiconEntry {
    #[serde(rename = "type")]
    pub kind: Spanned<String>,
    pub class: String,
    pub actor: RoleEntry,
    pub recipient: Option<RoleEntry>,
    #[serde(default)]
    pub mutual: bool,
}

/// A role is written as its paths alone, or with all that may be said of it.
#[derive(Clone, Debug)]
pub enum RoleEntry {
    Paths(Vec<Spanned<String>>),
    Full(FullRole),
}

/// By hand: an untagged enum would lose the places of what is wrong inside.
impl<'de> Deserialize<'de> for RoleEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = RoleEntry;

            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("a list of paths, or a table with `paths`")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, paths: A) -> Result<RoleEntry, A::Error> {
                Deserialize::deserialize(SeqAccessDeserializer::new(paths)).map(RoleEntry::Paths)
            }

            fn visit_map<A: MapAccess<'de>>(self, role: A) -> Result<RoleEntry, A::Error> {
                Deserialize::deserialize(MapAccessDeserializer::new(role)).map(RoleEntry::Full)
            }
        }

        deserializer.deserialize_any(Either)
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FullRole {
    pub paths: Vec<Spanned<String>>,
    #[serde(default)]
    pub kinds: Vec<Spanned<String>>,
    pub required: Option<bool>,
    #[serde(default)]
    pub all: bool,
    pub min: Option<usize>,
    #[serde(rename = "as")]
    pub stands_for: Option<StandsFor>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConditionEntry {
    pub path: Spanned<String>,
    #[serde(default)]
    pub words: Vec<Spanned<String>>,
}

/// A sentence and what must be found in it by the rules of its file: all of it and nothing else.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example<E> {
    pub text: String,
    /// Publication date, when the example turns on it.
    pub published: Option<String>,
    pub finds: Vec<E>,
}

/// What an example expects to be found.
pub trait Expected {
    /// Status and polarity, where they are stated.
    fn stated(&self) -> (Option<Status>, Option<Polarity>);

    /// Status and polarity: asserted and positive unless stated.
    fn standing(&self) -> (Status, Polarity) {
        let (status, polarity) = self.stated();
        (status.unwrap_or_default(), polarity.unwrap_or_default())
    }
}

impl<E: Expected> Example<E> {
    /// Whether the example shows what must not become a fact: nothing at all, or nothing asserted and positive.
    pub fn is_negative(&self) -> bool {
        !self.finds.iter().any(|e| e.standing() == (Status::Asserted, Polarity::Positive))
    }

    /// How many of the examples give a fact, and how many must not.
    pub(in crate::extract) fn count(examples: &[Self]) -> (usize, usize) {
        let negative = examples.iter().filter(|e| e.is_negative()).count();
        (examples.len() - negative, negative)
    }
}

/// What an example expects of one event. Participants are given by their words; what is left out is not compared, except
/// status and polarity, which are `asserted` and `positive` unless said otherwise.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExampleEvent {
    pub actor: Option<Vec<String>>,
    pub recipient: Option<Vec<String>>,
    pub place: Option<String>,
    pub class: Option<String>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub mode: Option<String>,
    pub cameo: Option<String>,
    pub rule: Option<String>,
    pub time: Option<String>,
    pub status: Option<Status>,
    pub polarity: Option<Polarity>,
    pub count: Option<u64>,
    #[serde(default)]
    pub casualties: BTreeMap<Casualty, u64>,
    #[serde(default)]
    pub others: BTreeMap<String, Vec<String>>,
}

impl Expected for ExampleEvent {
    fn stated(&self) -> (Option<Status>, Option<Polarity>) {
        (self.status, self.polarity)
    }
}
