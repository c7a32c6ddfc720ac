//! The table of relations: what stands on either side of each, what follows from it, and what others call it.

use super::super::rules::Kind;
use crate::lexicon::{DataError, DataFile};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;
use toml::Spanned;

/// A relation such as `childOf`, from `data/rules/predicates.toml`.
#[derive(Clone, Debug)]
pub struct Predicate {
    pub name: Arc<str>,
    /// What may be its subject.
    pub subject: Vec<Kind>,
    /// What may be its object; nothing for a relation to a day or a text.
    pub object: Vec<Kind>,
    pub symmetric: bool,
    /// Whether it is a state that the past tense ends: "was a member of".
    pub state: bool,
    /// Whether a subject whose country is known has it with no other.
    pub own_country: bool,
    /// Wikidata's property with the same subject and object.
    pub wikidata: Option<WikidataProperty>,
    /// The property's name in the KnowledgeNet data.
    pub knowledgenet: Option<Arc<str>>,
    /// What is true as well, as index and whether subject and object change places.
    pub implies: Vec<(usize, bool)>,
}

/// Wikidata's property, which may depend on the gender of the object.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum WikidataProperty {
    One(Arc<str>),
    ByGender { male: Arc<str>, female: Arc<str> },
}

/// All predicates, found by name.
#[derive(Clone, Debug, Default)]
pub struct Predicates {
    all: Vec<Predicate>,
    by_name: HashMap<Arc<str>, usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PredicateFile {
    predicate: Vec<Spanned<PredicateEntry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PredicateEntry {
    name: Arc<str>,
    subject: Vec<Spanned<String>>,
    #[serde(default)]
    object: Vec<Spanned<String>>,
    #[serde(default)]
    symmetric: bool,
    #[serde(default)]
    state: bool,
    #[serde(default)]
    own_country: bool,
    wikidata: Option<WikidataProperty>,
    knowledgenet: Option<Arc<str>>,
    #[serde(default)]
    implies: Vec<Spanned<String>>,
}

impl Predicates {
    /// Reads the table. Names must be sorted, what is implied must be there.
    pub fn load(file: &DataFile) -> Result<Self, DataError> {
        let parsed: PredicateFile = file.parse()?;
        let mut table = Self::default();
        for entry in &parsed.predicate {
            let at = entry.span().start;
            let entry = entry.as_ref();
            if table.all.last().is_some_and(|last| last.name >= entry.name) {
                return Err(file.error_at(at, &format!("`{}` is out of order", entry.name)));
            }
            table.by_name.insert(entry.name.clone(), table.all.len());
            table.all.push(Predicate {
                name: entry.name.clone(),
                subject: kinds(file, &entry.subject)?,
                object: kinds(file, &entry.object)?,
                symmetric: entry.symmetric,
                state: entry.state,
                own_country: entry.own_country,
                wikidata: entry.wikidata.clone(),
                knowledgenet: entry.knowledgenet.clone(),
                implies: Vec::new(),
            });
        }
        for (i, entry) in parsed.predicate.iter().enumerate() {
            let implied = entry.as_ref().implies.iter().map(|name| table.implied(file, name));
            table.all[i].implies = implied.collect::<Result<_, _>>()?;
        }
        Ok(table)
    }

    pub fn get(&self, index: usize) -> &Predicate {
        &self.all[index]
    }

    pub fn find(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// Every predicate, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &Predicate> {
        self.all.iter()
    }

    /// A predicate and all that follows from it, each with whether subject and object change places.
    pub fn closure(&self, index: usize) -> Vec<(usize, bool)> {
        let mut all = vec![(index, false)];
        let mut next = 0;
        while let Some(&(at, swapped)) = all.get(next) {
            next += 1;
            for &(implied, swap) in &self.all[at].implies {
                let found = (implied, swapped != swap);
                if !all.contains(&found) {
                    all.push(found);
                }
            }
        }
        all
    }

    /// `headOf`, or `^headOf` with subject and object the other way round.
    fn implied(&self, file: &DataFile, name: &Spanned<String>) -> Result<(usize, bool), DataError> {
        let (plain, swapped) = match name.as_ref().strip_prefix('^') {
            Some(plain) => (plain, true),
            None => (name.as_ref().as_str(), false),
        };
        let unknown = || file.error_at(name.span().start, &format!("there is no predicate `{plain}`"));
        Ok((self.find(plain).ok_or_else(unknown)?, swapped))
    }
}

pub(super) fn kinds(file: &DataFile, names: &[Spanned<String>]) -> Result<Vec<Kind>, DataError> {
    let parse = |name: &Spanned<String>| {
        let unknown = || file.error_at(name.span().start, &format!("unknown kind `{}`", name.as_ref()));
        Kind::parse(name.as_ref()).ok_or_else(unknown)
    };
    names.iter().map(parse).collect()
}
