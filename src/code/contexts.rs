//! PLOVER's contexts, told by the words of a sentence.

use super::parties::Scene;
use crate::doc::Doc;
use crate::lexicon::{DataError, DataFile};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Lemmas with the contexts they tell.
#[derive(Clone, Debug)]
pub struct Contexts {
    of_lemma: HashMap<String, Vec<String>>,
}

impl Contexts {
    /// Reads lists of lemmas, one for each context.
    pub fn load(file: &DataFile) -> Result<Self, DataError> {
        let lists: BTreeMap<String, Vec<String>> = file.parse()?;
        let mut of_lemma: HashMap<String, Vec<String>> = HashMap::new();
        for (context, lemmas) in lists {
            for lemma in lemmas {
                of_lemma.entry(lemma).or_default().push(context.clone());
            }
        }
        Ok(Self { of_lemma })
    }

    /// All contexts that some lemma tells.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.of_lemma.values().flatten().map(String::as_str)
    }

    /// The contexts of a scene's sentence, those already known among them, in the order of the alphabet.
    pub fn of(&self, doc: &Doc, scene: &Scene, known: Vec<String>) -> Vec<String> {
        let lemmas = scene.sentence.clone().map(|t| doc.lemma(t).to_lowercase());
        let told = lemmas.filter_map(|lemma| self.of_lemma.get(&lemma)).flatten().cloned();
        let all: BTreeSet<String> = told.chain(known).collect();
        all.into_iter().collect()
    }
}
