//! The format of a file of relation rules, as serde reads it.

use super::super::extraction::{Polarity, Status};
use super::super::rules::{ConditionEntry, Example, Expected};
use serde::Deserialize;
use toml::Spanned;

/// Rules for some relations, and the sentences that prove them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelationFile {
    #[serde(default)]
    pub rule: Vec<Spanned<RelationEntry>>,
    #[serde(default)]
    pub parenthesis: Vec<Spanned<ParenthesisEntry>>,
    #[serde(default)]
    pub example: Vec<Example<ExampleRelation>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelationEntry {
    pub name: String,
    pub predicate: Spanned<String>,
    #[serde(default)]
    pub verbs: Vec<Spanned<String>>,
    #[serde(default)]
    pub nouns: Vec<Spanned<String>>,
    #[serde(default)]
    pub adjectives: Vec<Spanned<String>>,
    /// Every word of nationality is a trigger: "French", "Danes".
    #[serde(default)]
    pub demonyms: bool,
    /// Every name of a person is a trigger: "Anna Weber of Nordwind".
    #[serde(default)]
    pub persons: bool,
    pub subject: EndEntry,
    pub object: EndEntry,
    #[serde(default)]
    pub needs: Vec<Spanned<ConditionEntry>>,
    #[serde(default)]
    pub unless: Vec<Spanned<ConditionEntry>>,
    /// What the date of the trigger is to the relation.
    pub time: Option<TimeRole>,
    pub confidence: Option<f32>,
}

/// Whether a state begins or ends with what the trigger tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TimeRole {
    Begin,
    Until,
}

/// One side of a relation.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndEntry {
    pub paths: Vec<Spanned<String>>,
    /// Narrower or wider than the predicate's own.
    #[serde(default)]
    pub kinds: Vec<Spanned<String>>,
    /// Fillers of all paths together, not of the first alone.
    #[serde(default)]
    pub all: bool,
    /// Lemmas, or lists of them, one of which must be the head of what stands there.
    #[serde(default)]
    pub words: Vec<Spanned<String>>,
    /// Classes of the gazetteer, such as `party`, that do where none of the words stands there.
    #[serde(default)]
    pub classes: Vec<String>,
    /// Only what an earlier stage took for an entity, no other capitalised word.
    #[serde(default)]
    pub known: bool,
    /// Only where it has several fillers.
    #[serde(default)]
    pub couple: bool,
    /// A person only where more than the look of the name says so.
    #[serde(default)]
    pub sure: bool,
    /// Also what has no name and is not known to be something that the text names elsewhere.
    #[serde(default)]
    pub unnamed: bool,
}

/// What stands in brackets behind a name: "(born 4 May 1950 in Paris)".
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParenthesisEntry {
    pub name: String,
    /// Words that open the part; without any, the two ends of a stretch of time are meant.
    #[serde(default)]
    pub words: Vec<String>,
    /// Predicate for the day, the month or the year.
    pub date: Option<Spanned<String>>,
    /// Predicate for the end of a stretch of time.
    pub until: Option<Spanned<String>>,
    /// Predicate for the place.
    pub place: Option<Spanned<String>>,
    pub confidence: Option<f32>,
}

/// What an example expects of one relation. Subject and object are given by the label of the entity, or by the value.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExampleRelation {
    pub predicate: String,
    pub subject: String,
    pub object: String,
    pub begin: Option<String>,
    pub until: Option<String>,
    pub status: Option<Status>,
    pub polarity: Option<Polarity>,
}

impl Expected for ExampleRelation {
    fn stated(&self) -> (Option<Status>, Option<Polarity>) {
        (self.status, self.polarity)
    }
}
