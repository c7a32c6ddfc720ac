//! Relations that last: office, kinship, nationality, membership, seat, ownership, birth and death.
//!
//! A rule names trigger words and where subject and object stand, with the paths of the event rules; the table of predicates
//! says what may stand there, what follows from a relation, and what Wikidata calls it. The format is described in
//! `data/rules/README.md`.

mod antecedents;
mod file;
mod finder;
mod load;
mod parentheses;
mod predicates;
mod sides;
mod valid;

pub use file::{ExampleRelation, RelationFile};
pub(super) use finder::Finder;
pub use load::RelationRules;
pub use predicates::{Predicate, Predicates};

use super::extraction::{Polarity, Status};
use crate::text::Span;
use std::sync::Arc;

/// A lasting relation as one place of a document states it.
#[derive(Clone, Debug, PartialEq)]
pub struct Relation {
    /// Index of an entity.
    pub subject: usize,
    pub predicate: Arc<str>,
    pub object: Object,
    /// The words that say so.
    pub span: Span,
    pub wikidata: Option<Arc<str>>,
    pub knowledgenet: Option<Arc<str>>,
    /// TIMEX3 values of the time for which it is said to hold; `PAST_REF` when it is only said to be over.
    pub begin: Option<String>,
    pub until: Option<String>,
    pub status: Status,
    pub polarity: Polarity,
    /// Entities that vouch for it, outermost first.
    pub attribution: Vec<usize>,
    pub confidence: f32,
    pub rule: String,
}

impl Relation {
    /// All entities that it names.
    pub fn entities(&self) -> impl Iterator<Item = usize> + '_ {
        let object = match &self.object {
            Object::Entity(entity) => Some(*entity),
            Object::Value(_) => None,
        };
        std::iter::once(self.subject).chain(object).chain(self.attribution.iter().copied())
    }
}

/// What stands on the other side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Object {
    /// Index of an entity.
    Entity(usize),
    /// A TIMEX3 value, or words.
    Value(String),
}
