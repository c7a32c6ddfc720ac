//! An event as it was found in a document.

use super::details::Details;
use super::extraction::{Casualty, Polarity, Status};
use super::rules::RoleName;
use crate::text::Span;
use std::sync::Arc;

/// How the names of rules begin that read an event from a trigger of the lexicon alone.
pub(super) const LEXICON_RULES: &str = "lexicon.toml#";

/// One mention of an event, with participants as indices into the chains' entities.
#[derive(Clone, Debug)]
pub struct Event {
    pub sentence: usize,
    pub class: Arc<str>,
    /// PLOVER type, after PLOVER's own conventions were applied.
    pub kind: Option<Arc<str>>,
    pub mode: Option<Arc<str>>,
    pub contexts: Vec<Arc<str>>,
    pub cameo: Option<Arc<str>>,
    /// Token that names the event.
    pub trigger: usize,
    pub trigger_span: Span,
    pub parties: Vec<(RoleName, Party)>,
    /// Whether it is done in words.
    pub spoken: bool,
    /// Whether a rule for any verb found it.
    pub general: bool,
    /// Index into the document's time expressions.
    pub time: Option<usize>,
    pub status: Status,
    pub polarity: Polarity,
    /// Entities that vouch for it, outermost first.
    pub attribution: Vec<usize>,
    /// How often it happened, when the text says so.
    pub count: Option<u64>,
    /// How many people were killed, injured, arrested or freed, with the words that say so.
    pub casualties: Option<(Casualty, u64, Span)>,
    pub details: Details,
    pub confidence: f32,
    pub rule: String,
    /// Mentions of one event share this number.
    pub instance: usize,
}

impl Event {
    /// Whether it rests on a trigger of the lexicon alone, and on no rule that knows the words.
    pub fn is_from_lexicon(&self) -> bool {
        self.rule.starts_with(LEXICON_RULES)
    }

    /// Whether rules of one file found both.
    pub fn is_of_file(&self, other: &Self) -> bool {
        self.rule.split('#').next() == other.rule.split('#').next()
    }

    /// Those in a role, in the order of the text.
    pub fn parties_in(&self, role: &RoleName) -> impl Iterator<Item = &Party> {
        let role = role.clone();
        self.parties.iter().filter(move |(r, _)| *r == role).map(|(_, p)| p)
    }
}

/// A participant: the entity, and the words that name it here.
#[derive(Clone, Debug, PartialEq)]
pub struct Party {
    pub entity: usize,
    pub span: Span,
    /// In what all do together, one of those with whom the first do it: Trump and Moon in "Kim met Trump and Moon", of whom
    /// nothing says that they met.
    pub counterpart: bool,
}
