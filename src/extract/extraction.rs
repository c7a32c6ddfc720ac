//! What `extract` prints, and all that the graph is made from: one [`Extraction`] per article.
//!
//! The JSON is a contract with everything that measures or reuses it: fields may be added, none may change its meaning.
//! Offsets are Unicode code points into `text`, end exclusive. A field with nothing to say is left out.

use super::details::{AmountKind, Order};
use crate::doc::Form;
use crate::text::BlockKind;
use serde::{Deserialize, Serialize};

/// Serde's way to leave out what is empty.
fn none<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Extraction {
    pub article: ArticleInfo,
    pub text: String,
    #[serde(default)]
    pub sentences: Vec<SentenceInfo>,
    #[serde(default)]
    pub entities: Vec<EntityInfo>,
    #[serde(default)]
    pub mentions: Vec<MentionInfo>,
    #[serde(default)]
    pub times: Vec<TimeInfo>,
    #[serde(default)]
    pub events: Vec<EventInfo>,
    #[serde(default)]
    pub relations: Vec<RelationInfo>,
    #[serde(default)]
    pub quotations: Vec<QuotationInfo>,
}

impl Extraction {
    /// The same without events and relations that are less sure, from 0 to 1.
    pub fn at_least(mut self, confidence: f64) -> Self {
        // What is written as 0.7 is a little less as a number of 32 bits.
        let least = confidence as f32;
        self.events.retain(|event| event.confidence >= least);
        self.relations.retain(|relation| relation.confidence >= least);
        self
    }
}

/// What is known of the article apart from its text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ArticleInfo {
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Day of publication, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub byline: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SentenceInfo {
    pub start: usize,
    pub end: usize,
    pub kind: BlockKind,
}

/// A person, country, place, organisation, group … that the article speaks of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EntityInfo {
    /// `e0`, `e1` … within the article.
    pub id: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub label: String,
    /// Wikidata's or GeoNames' IRI, or one of the project's own.
    #[serde(default, skip_serializing_if = "none")]
    pub iri: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wikidata: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub geonames: Option<u64>,
    /// Latitude and longitude in degrees (WGS 84).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lat: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lon: Option<f64>,
    /// ISO 3166-1 alpha-3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// PLOVER sector: GOV, MIL, REB, OPP, CVL, JRN, IGO …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sector: Option<String>,
    /// Entities of which a group such as "the two countries" consists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<String>,
    #[serde(default)]
    pub confidence: f32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MentionInfo {
    pub entity: String,
    pub start: usize,
    pub end: usize,
    pub form: Form,
    pub confidence: f32,
}

/// A time expression with its TIMEX3 type and value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimeInfo {
    pub start: usize,
    pub end: usize,
    #[serde(rename = "type")]
    pub kind: String,
    pub value: String,
}

/// One mention of an event.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EventInfo {
    /// `v0`, `v1` … within the article.
    pub id: String,
    /// Mentions of one event share an instance.
    pub instance: String,
    /// Index of the sentence.
    pub sentence: usize,
    /// PLOVER event type; none for an event outside PLOVER.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contexts: Vec<String>,
    /// The project's own, finer class.
    pub class: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cameo: Option<String>,
    pub trigger: Words,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actor: Vec<Participant>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recipient: Vec<Participant>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<OtherParticipant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Participant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<EventTime>,
    pub polarity: Polarity,
    pub status: Status,
    /// PLOVER auxiliary modes: historical, future, hypothetical, negation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aux: Vec<String>,
    /// Entities that vouch for it, outermost first; empty when the article itself does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attribution: Vec<String>,
    /// How often it happened: 3 for "met three times".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// Numbers of people killed, injured, arrested, freed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub casualties: Vec<CasualtyInfo>,
    /// Sums of money and numbers of weapons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amounts: Vec<AmountInfo>,
    /// Which events it came before or after, where a word says so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order: Vec<OrderInfo>,
    pub confidence: f32,
    /// File and name of the rule: `consult/visit.toml#arrive`.
    pub rule: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    pub start: usize,
    pub end: usize,
}

/// What a number of people counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Casualty {
    Dead,
    Injured,
    Arrested,
    Released,
}

/// How many people an event did something to, with the words that say so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CasualtyInfo {
    pub of: Casualty,
    pub number: u64,
    pub start: usize,
    pub end: usize,
}

/// How much money an event was about, or how many weapons, with the words that say so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AmountInfo {
    pub of: AmountKind,
    pub number: u64,
    /// Code of the currency (ISO 4217), or the words for the weapon.
    pub unit: String,
    pub start: usize,
    pub end: usize,
}

/// Another event, and whether this one came before or after it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderInfo {
    pub relation: Order,
    pub event: String,
}

/// An entity in a role, with the words that name it there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Participant {
    pub entity: String,
    pub start: usize,
    pub end: usize,
    /// In what all do together, one of those with whom the first do it: Trump and Moon in "Kim met Trump and Moon", of whom
    /// nothing says that they met.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub counterpart: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OtherParticipant {
    pub role: String,
    pub entity: String,
    pub start: usize,
    pub end: usize,
}

/// When an event was, is or will be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventTime {
    /// TIMEX3 value.
    pub value: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub granularity: Option<String>,
    pub start: usize,
    pub end: usize,
    /// Whether it is that of the meeting or visit at which it was spoken, and not told of the event itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inferred: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Polarity {
    #[default]
    Positive,
    Negative,
}

/// How the text puts it: only what is asserted, and not negated, goes into the record as fact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    #[default]
    Asserted,
    Reported,
    Planned,
    Hoped,
    Requested,
    Conditional,
    Expected,
    Denied,
}

/// A state that lasts: office, kinship, membership …
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RelationInfo {
    pub subject: String,
    pub predicate: String,
    /// Entity in the place of the object; `value` when the object is no entity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    pub start: usize,
    pub end: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wikidata: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub knowledgenet: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begin: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    pub status: Status,
    pub polarity: Polarity,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attribution: Vec<String>,
    pub confidence: f32,
    pub rule: String,
}

/// What somebody is said to have said.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct QuotationInfo {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addressee: Vec<String>,
    /// Entities through which the words reach the article, outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub via: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker_span: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cue: Option<Words>,
    pub content: Vec<Words>,
    pub kind: QuotationKind,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QuotationKind {
    #[default]
    Direct,
    Mixed,
    Indirect,
}
