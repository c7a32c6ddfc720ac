//! From files of relation rules to rules: every reference is resolved, every mistake named with its place.

use super::super::grammar::Step;
use super::super::rules::{Condition, ConditionEntry, Example, Kind, References, Trigger, TriggerIndex};
use super::file::{EndEntry, ParenthesisEntry, RelationEntry, RelationFile, TimeRole};
use super::predicates::{Predicates, kinds};
use crate::lexicon::{DataError, DataFile, WordLists};
use std::collections::HashSet;
use toml::Spanned;

/// A rule, ready to match.
#[derive(Clone, Debug)]
pub struct RelationRule {
    /// File and name, such as `kinship.toml#child`.
    pub id: String,
    pub predicate: usize,
    pub subject: End,
    pub object: End,
    pub needs: Vec<Condition>,
    pub unless: Vec<Condition>,
    pub time: Option<TimeRole>,
    pub confidence: f32,
}

/// Where one side of a relation stands, and what may stand there.
#[derive(Clone, Debug)]
pub struct End {
    pub paths: Vec<Path>,
    pub kinds: Vec<Kind>,
    pub all: bool,
    /// Lemmas one of which must be the head; empty when any may.
    pub words: HashSet<String>,
    pub classes: Vec<String>,
    pub known: bool,
    pub sure: bool,
    /// Only where several stand there.
    pub couple: bool,
    pub unnamed: bool,
}

/// The way from the trigger to one side.
#[derive(Clone, Debug)]
pub enum Path {
    Steps(Vec<Step>),
    /// The time expression that dates the trigger.
    When,
    /// The words of the office that the trigger heads: "foreign minister".
    Words,
}

/// What brackets behind a name tell.
#[derive(Clone, Debug)]
pub struct ParenthesisRule {
    pub id: String,
    pub words: HashSet<String>,
    pub date: Option<usize>,
    pub until: Option<usize>,
    pub place: Option<usize>,
    pub confidence: f32,
}

/// All rules for relations, found by the lemma of a trigger's head.
#[derive(Clone, Debug, Default)]
pub struct RelationRules {
    pub predicates: Predicates,
    pub rules: Vec<RelationRule>,
    pub parentheses: Vec<ParenthesisRule>,
    /// Rules that any word of nationality triggers.
    pub demonyms: Vec<usize>,
    /// Rules that any name of a person triggers.
    pub persons: Vec<usize>,
    triggers: TriggerIndex,
}

impl RelationRules {
    /// Reads files of rules. `predicates` and `lists` are what they may refer to.
    pub fn load(files: &[DataFile], predicates: Predicates, lists: &WordLists) -> Result<Self, DataError> {
        let mut rules = Self { predicates, ..Self::default() };
        for file in files {
            let parsed: RelationFile = file.parse()?;
            let loader = Loader { file, references: References { file, lists } };
            loader.check_examples(&parsed)?;
            for entry in &parsed.rule {
                loader.add(entry, &mut rules)?;
            }
            for entry in &parsed.parenthesis {
                let rule = loader.parenthesis(entry.as_ref(), &rules.predicates)?;
                rules.parentheses.push(rule);
            }
        }
        Ok(rules)
    }

    /// The triggers that a lemma may be the head of.
    pub fn triggers(&self, lemma: &str) -> &[Trigger] {
        self.triggers.get(lemma).map_or(&[], Vec::as_slice)
    }
}

struct Loader<'a> {
    file: &'a DataFile,
    references: References<'a>,
}

impl Loader<'_> {
    fn check_examples(&self, parsed: &RelationFile) -> Result<(), DataError> {
        let (positive, negative) = Example::count(&parsed.example);
        if positive == 0 || negative == 0 {
            let message =
                "relations need examples of both kinds: one that is found as a fact, and one that must not be";
            return Err(self.file.error_at(0, message));
        }
        Ok(())
    }

    fn add(&self, entry: &Spanned<RelationEntry>, rules: &mut RelationRules) -> Result<(), DataError> {
        let at = entry.span().start;
        let entry = entry.as_ref();
        let index = rules.rules.len();
        let rule = self.rule(entry, &rules.predicates)?;
        if rules.rules.iter().any(|r| r.id == rule.id) {
            return Err(self.file.error_at(at, &format!("a second rule called `{}`", entry.name)));
        }
        rules.rules.push(rule);
        if entry.demonyms {
            rules.demonyms.push(index);
        }
        if entry.persons {
            rules.persons.push(index);
        }
        let words = [&entry.verbs[..], &entry.nouns, &entry.adjectives];
        let found =
            self.references.triggers(words, index, &mut rules.triggers)? + usize::from(entry.demonyms || entry.persons);
        if found == 0 {
            return Err(self.file.error_at(at, &format!("rule `{}` has no trigger", entry.name)));
        }
        Ok(())
    }

    fn id(&self, name: &str) -> String {
        let file = self.file.path.rsplit_once("relations/").map_or(self.file.path.as_str(), |(_, name)| name);
        format!("{file}#{name}")
    }

    fn predicate(&self, name: &Spanned<String>, predicates: &Predicates) -> Result<usize, DataError> {
        let unknown = || self.file.error_at(name.span().start, &format!("there is no predicate `{}`", name.as_ref()));
        predicates.find(name.as_ref()).ok_or_else(unknown)
    }

    fn rule(&self, entry: &RelationEntry, predicates: &Predicates) -> Result<RelationRule, DataError> {
        let predicate = self.predicate(&entry.predicate, predicates)?;
        let conditions = |entries: &[Spanned<ConditionEntry>]| {
            entries.iter().map(|c| self.references.condition(c.as_ref())).collect::<Result<Vec<_>, _>>()
        };
        Ok(RelationRule {
            id: self.id(&entry.name),
            predicate,
            subject: self.end(&entry.subject, &predicates.get(predicate).subject)?,
            object: self.end(&entry.object, &predicates.get(predicate).object)?,
            needs: conditions(&entry.needs)?,
            unless: conditions(&entry.unless)?,
            time: entry.time,
            confidence: entry.confidence.unwrap_or(0.9),
        })
    }

    fn end(&self, entry: &EndEntry, default: &[Kind]) -> Result<End, DataError> {
        let path = |path: &Spanned<String>| {
            Ok(match path.as_ref().as_str() {
                "when" => Path::When,
                "words" => Path::Words,
                _ => Path::Steps(self.references.path(path)?),
            })
        };
        let own = kinds(self.file, &entry.kinds)?;
        Ok(End {
            paths: entry.paths.iter().map(path).collect::<Result<_, DataError>>()?,
            kinds: if own.is_empty() { default.to_vec() } else { own },
            all: entry.all,
            words: self.references.words(&entry.words)?.into_iter().collect(),
            classes: entry.classes.clone(),
            known: entry.known,
            sure: entry.sure,
            couple: entry.couple,
            unnamed: entry.unnamed,
        })
    }

    fn parenthesis(&self, entry: &ParenthesisEntry, predicates: &Predicates) -> Result<ParenthesisRule, DataError> {
        let predicate =
            |name: &Option<Spanned<String>>| name.as_ref().map(|n| self.predicate(n, predicates)).transpose();
        Ok(ParenthesisRule {
            id: self.id(&entry.name),
            words: entry.words.iter().cloned().collect(),
            date: predicate(&entry.date)?,
            until: predicate(&entry.until)?,
            place: predicate(&entry.place)?,
            confidence: entry.confidence.unwrap_or(0.9),
        })
    }
}
