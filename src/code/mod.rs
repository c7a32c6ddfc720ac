//! The event that a sentence reports between two parties already found.
//!
//! The rules of [`crate::extract`] speak first: an event that links the two parties is the strongest of the signs that a
//! linear model weighs. The others are the triggers of a lexicon, the words on the way between the parties on the tree, and how
//! the verbs there are put. The model was trained on annotated news sentences; `data/coder/README.md` says how.
//!
//! ```
//! use entente::article::Parties;
//! use entente::code::Coder;
//! use entente::pipeline::Pipeline;
//!
//! let (pipeline, coder) = (Pipeline::embedded()?, Coder::embedded()?);
//! let parties = Parties { actor: "Ukraine".into(), recipient: Some("Russia".into()) };
//! let coding = coder.code(&pipeline, "Ukraine accused Russia of shelling the town.", &parties, None);
//! assert_eq!(coding.kind.as_deref(), Some("ACCUSE"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod contexts;
mod features;
mod parties;
mod weights;

use crate::article::Parties;
use crate::extract::{Event, Polarity, Standing, Status, Trigger};
use crate::lexicon::{DataError, DataFile};
use crate::pipeline::{Analysis, Pipeline, lines};
use contexts::Contexts;
use features::{Features, Link, Placed, Zone};
use jiff::civil::Date;
use parties::Scene;
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::Path;
pub use weights::Weights;

/// The event between two parties.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Coding {
    /// PLOVER event type; none when the sentence reports no event between the two.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub mode: Option<String>,
    pub contexts: Vec<String>,
    pub cameo: Option<String>,
    pub polarity: Polarity,
    pub status: Status,
    /// The model's probability of this type, from 0 to 1.
    pub confidence: f32,
    /// The rule that found an event of this type between the two; `learned` when the model decided without one, with the
    /// trigger it had: `learned#call for`.
    pub rule: String,
}

/// The tables that the coder needs, loaded once and shared.
#[derive(Clone, Debug)]
pub struct Coder {
    weights: Weights,
    contexts: Contexts,
}

const FILES: [(&str, &str); 2] = [
    ("coder/contexts.toml", include_str!("../../data/coder/contexts.toml")),
    ("coder/weights.tsv", include_str!("../../data/coder/weights.tsv")),
];

/// The label under which the model counts CONCEDE and RETREAT, and that of no event.
const YIELD: &str = "YIELD";
const NONE: &str = "NONE";

/// Probability below which a type needs a rule or a trigger to speak for it.
const SILENT: f32 = 0.4;

impl Coder {
    /// The lexicon and weights that the program carries.
    pub fn embedded() -> Result<Self, DataError> {
        Self::load(|path, text| Ok(DataFile::embedded(path, text)))
    }

    /// Those of a folder laid out as `data/` is.
    pub fn read(data: &Path) -> Result<Self, DataError> {
        Self::load(|path, _| DataFile::read(data, path))
    }

    fn load(file: impl Fn(&str, &str) -> Result<DataFile, DataError>) -> Result<Self, DataError> {
        let [contexts, weights] = FILES.map(|(path, text)| file(path, text));
        Ok(Self { contexts: Contexts::load(&contexts?)?, weights: Weights::load(&weights?)? })
    }

    /// Codes one text. Any text and any words for the parties have an answer; parties that are not in the text leave the
    /// whole of it to judge by. `published` is the day that "tomorrow" is counted from.
    pub fn code(&self, pipeline: &Pipeline, text: &str, parties: &Parties, published: Option<Date>) -> Coding {
        let analysis = pipeline.analyse(text.into(), &lines(text), published);
        let scene = Scene::new(&analysis.doc, parties);
        let features = Features::of(&analysis.doc, &analysis.events, &scene, pipeline.triggers());
        let (label, confidence) = self.decide(&features);
        if label == NONE {
            return Coding::none(confidence);
        }
        let mut coding = self.explained(pipeline, &analysis, &scene, &features, label);
        coding.confidence = (confidence * 1000.0).round() / 1000.0;
        coding.contexts = self.contexts.of(&analysis.doc, &scene, coding.contexts);
        coding
    }

    /// The names of the features of one text, sorted: what the model is trained on.
    pub fn features(&self, pipeline: &Pipeline, text: &str, parties: &Parties) -> BTreeSet<String> {
        let analysis = pipeline.analyse(text.into(), &lines(text), None);
        let scene = Scene::new(&analysis.doc, parties);
        Features::of(&analysis.doc, &analysis.events, &scene, pipeline.triggers()).names
    }

    /// The contexts that words can tell.
    pub fn contexts(&self) -> impl Iterator<Item = &str> {
        self.contexts.names()
    }

    fn decide(&self, features: &Features) -> (&str, f32) {
        let probabilities = self.weights.probabilities(&features.names);
        let all = self.weights.labels().iter().map(String::as_str).zip(probabilities);
        let (label, probability) = all.max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((NONE, 1.0));
        if probability < SILENT && features.are_silent() { (NONE, 1.0 - probability) } else { (label, probability) }
    }

    /// What the rules or the lexicon know of an event of this type in the sentence.
    fn explained(
        &self,
        pipeline: &Pipeline,
        analysis: &Analysis,
        scene: &Scene,
        features: &Features,
        label: &str,
    ) -> Coding {
        let event = features.events.iter().find(|(link, e)| *link <= Link::One && is_labelled(e, label));
        if let Some((_, event)) = event {
            return Coding::of_event(event);
        }
        let placed = nearest(&features.triggers, label);
        let anchor = placed.map(|p| p.found.anchor).or_else(|| scene.path.get(scene.path.len() / 2).copied());
        let standing = anchor.map(|word| pipeline.standing(analysis, word)).unwrap_or_default();
        let trigger = placed.map(|p| p.found.trigger);
        Coding::learned(label, trigger, standing)
    }
}

impl Coding {
    fn none(confidence: f32) -> Self {
        Self {
            kind: None,
            mode: None,
            contexts: Vec::new(),
            cameo: None,
            polarity: Polarity::Positive,
            status: Status::Asserted,
            confidence: (confidence * 1000.0).round() / 1000.0,
            rule: "learned".to_owned(),
        }
    }

    fn of_event(event: &Event) -> Self {
        let string = |s: &Option<std::sync::Arc<str>>| s.as_ref().map(|s| s.to_string());
        Self {
            kind: string(&event.kind),
            mode: string(&event.mode),
            contexts: event.contexts.iter().map(|c| c.to_string()).collect(),
            cameo: string(&event.cameo),
            polarity: event.polarity,
            status: event.status,
            confidence: event.confidence,
            rule: event.rule.clone(),
        }
    }

    fn learned(label: &str, trigger: Option<&Trigger>, standing: Standing) -> Self {
        let kind = match (label, trigger) {
            (YIELD, Some(trigger)) => trigger.kind.clone(),
            // What is only announced is a concession.
            (YIELD, None) if standing.status != Status::Asserted => "CONCEDE".to_owned(),
            (YIELD, None) => "RETREAT".to_owned(),
            _ => label.to_owned(),
        };
        Self {
            kind: Some(kind),
            mode: trigger.and_then(|t| t.mode.clone()),
            cameo: trigger.and_then(|t| t.cameo.clone()),
            polarity: standing.polarity,
            status: standing.status,
            rule: trigger.map_or("learned".to_owned(), |t| format!("learned#{}", t.phrase)),
            ..Self::none(0.0)
        }
    }
}

/// A PLOVER type under the model's name for it.
fn label_of(kind: &str) -> &str {
    match kind {
        "CONCEDE" | "RETREAT" => YIELD,
        _ => kind,
    }
}

fn is_labelled(event: &Event, label: &str) -> bool {
    event.kind.as_deref().is_some_and(|kind| label_of(kind) == label)
}

/// The trigger of a type that stands nearest to the way between the parties, the longest phrase first.
fn nearest<'p, 't>(placed: &'p [Placed<'t>], label: &str) -> Option<&'p Placed<'t>> {
    let of_label = placed.iter().filter(|p| label_of(&p.found.trigger.kind) == label);
    of_label.min_by_key(|p| {
        let far = !matches!(p.zone, Zone::Path | Zone::Argument);
        (far, std::cmp::Reverse(p.found.trigger.word_count()), p.zone, p.order)
    })
}
