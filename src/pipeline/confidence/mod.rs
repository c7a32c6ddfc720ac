//! How sure a statement is: a probability, learned from annotated texts, that it is right.
//!
//! Of an event it says that its type and the words for its parties are right, of a relation that the words give it, of a
//! mention that the words stand for this entity. `data/confidence/README.md` says how the weights were learned, and
//! `data/confidence/reliability.md` how well they are calibrated.

mod features;

pub use features::{Features, Judged};

use super::Analysis;
use crate::lexicon::{DataError, DataFile};
use std::collections::HashMap;
use std::path::Path;

/// The tables by which statements are judged.
#[derive(Clone, Debug)]
pub struct Confidence {
    events: Weights,
    relations: Weights,
    links: Weights,
    references: Weights,
}

/// The weights of a logistic regression over features that hold or do not.
#[derive(Clone, Debug)]
struct Weights(HashMap<String, f32>);

/// Where the tables lie below a folder of data.
const FOLDER: &str = "confidence";

const FILES: [(&str, &str); 4] = [
    ("confidence/events.tsv", include_str!("../../../data/confidence/events.tsv")),
    ("confidence/relations.tsv", include_str!("../../../data/confidence/relations.tsv")),
    ("confidence/links.tsv", include_str!("../../../data/confidence/links.tsv")),
    ("confidence/references.tsv", include_str!("../../../data/confidence/references.tsv")),
];

impl Confidence {
    /// The tables that the program carries.
    pub fn embedded() -> Result<Self, DataError> {
        Self::load(|path, text| Ok(DataFile::embedded(path, text)))
    }

    /// Those of a folder laid out as `data/` is; none if it has none.
    pub fn read(data: &Path) -> Result<Option<Self>, DataError> {
        let is_there = data.join(FOLDER).is_dir();
        is_there.then(|| Self::load(|path, _| DataFile::read(data, path))).transpose()
    }

    fn load(file: impl Fn(&str, &str) -> Result<DataFile, DataError>) -> Result<Self, DataError> {
        let [events, relations, links, references] = FILES.map(|(path, text)| Weights::load(&file(path, text)?));
        Ok(Self { events: events?, relations: relations?, links: links?, references: references? })
    }

    /// Puts in the place of what rules and linker say of themselves how likely it is that they are right.
    pub fn judge(&self, analysis: &mut Analysis) {
        let features = Features::of(analysis);
        for (event, names) in analysis.events.iter_mut().zip(&features.events) {
            event.confidence = self.events.probability(names);
        }
        for (relation, names) in analysis.relations.iter_mut().zip(&features.relations) {
            relation.confidence = self.relations.probability(names);
        }
        let mut surest: HashMap<usize, f32> = HashMap::new();
        for (mention, judged) in analysis.chains.mentions.iter_mut().zip(&features.mentions) {
            match judged {
                Judged::Link(names) => {
                    mention.confidence = self.links.probability(names);
                    let most = surest.entry(mention.entity).or_default();
                    *most = most.max(mention.confidence);
                }
                Judged::Reference(names) => mention.confidence = self.references.probability(names),
                Judged::Own => (),
            }
        }
        // All names of an entity are linked together, so the clearest of them speaks for the link.
        for (entity, confidence) in surest {
            analysis.chains.entities[entity].confidence = confidence;
        }
    }
}

impl Weights {
    /// Reads a table of features and weights, the first line being `feature` and `weight`.
    fn load(file: &DataFile) -> Result<Self, DataError> {
        let mut lines = file.text.split_inclusive('\n');
        let mut at = lines.next().filter(|l| l.trim_end() == "feature\tweight").map(str::len);
        let mut weights = HashMap::new();
        for line in lines {
            let Some(start) = at else { break };
            let (feature, weight) = row(line.trim_end()).map_err(|message| file.error_at(start, &message))?;
            if weights.insert(feature, weight).is_some() {
                return Err(file.error_at(start, "this feature stands here twice"));
            }
            at = Some(start + line.len());
        }
        at.map(|_| Self(weights)).ok_or_else(|| file.error_at(0, "expected `feature` and `weight`"))
    }

    /// Features without a weight say nothing.
    fn probability(&self, names: &[String]) -> f32 {
        let bias = self.0.get("bias").copied().unwrap_or_default();
        let score: f32 = names.iter().filter_map(|name| self.0.get(name)).sum();
        1.0 / (1.0 + (-bias - score).exp())
    }
}

fn row(line: &str) -> Result<(String, f32), String> {
    let (feature, weight) = line.split_once('\t').ok_or("expected a feature and its weight")?;
    let number = weight.parse::<f32>().ok().filter(|w| w.is_finite());
    number.map(|w| (feature.to_owned(), w)).ok_or_else(|| format!("`{weight}` is no number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Weights, DataError> {
        Weights::load(&DataFile::embedded("events.tsv", text))
    }

    #[test]
    fn probabilities_follow_the_weights() {
        let weights = load("feature\tweight\nbias\t-1\nrule=a\t2\nrule=b\t-0.5\n").unwrap();
        let of = |names: &[&str]| weights.probability(&names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>());
        assert!((of(&["rule=a", "unknown"]) - 0.731_058_6).abs() < 1e-6);
        assert!((of(&["rule=b"]) - 0.182_425_5).abs() < 1e-6);
        assert!((of(&[]) - 0.268_941_4).abs() < 1e-6);
    }

    #[test]
    fn errors_name_the_line() {
        let error = |text| load(text).unwrap_err().to_string();
        assert_eq!(error("weight\n"), "events.tsv:1:1: expected `feature` and `weight`");
        assert_eq!(error("feature\tweight\nbias\n"), "events.tsv:2:1: expected a feature and its weight");
        assert_eq!(error("feature\tweight\nbias\t1\na\tNaN\n"), "events.tsv:3:1: `NaN` is no number");
        assert_eq!(error("feature\tweight\na\t1\na\t1\n"), "events.tsv:3:1: this feature stands here twice");
    }
}
