//! Events, relations and quotations out of an analysed article, by rules kept as data.
//!
//! [`Knowledge`] holds the rules with the tables they refer to; [`Knowledge::events`] applies them to a document whose
//! entities and times are known.

mod conventions;
mod details;
mod event;
mod extraction;
mod grammar;
mod matcher;
mod nouns;
mod numerals;
mod quotes;
mod relations;
mod rules;
mod status;
mod triggers;
mod vouching;

pub use details::{Amount, AmountKind, Details, Order};
pub use event::{Event, Party};
pub use extraction::*;
pub use grammar::{Grammar, Step};
pub use matcher::{Attempt, Outcome};
pub use quotes::{CueError, Cues, Quotation, Stance, attribution_of};
pub use relations::{ExampleRelation, Object, Predicate, Predicates, Relation, RelationFile, RelationRules};
pub use rules::{Example, ExampleEvent, Expected, Kind, Plover, RoleName, Rule, RuleFile, Rules};
pub use status::{Standing, StatusTable};
pub use triggers::{Found, Trigger, Triggers};

use crate::coref::Chains;
use crate::doc::Doc;
use crate::lexicon::{DataError, DataFile, WordLists};
use crate::link::Gazetteer;
use crate::times::TimeExpression;
use details::Amounts;
use matcher::Matcher;
use numerals::Numerals;
use relations::Finder;
use std::path::Path;

/// The lexicon of triggers, below `data/`.
const TRIGGERS: &str = "lexicon/triggers.tsv";

include!(concat!(env!("OUT_DIR"), "/rule_files.rs"));

/// Rules and tables, loaded once and shared.
#[derive(Clone, Debug)]
pub struct Knowledge {
    rules: Rules,
    plover: Plover,
    words: WordLists,
    status: StatusTable,
    numerals: Numerals,
    amounts: Amounts,
    triggers: Triggers,
    lexicon: DataFile,
    files: Vec<DataFile>,
    relations: RelationRules,
    relation_files: Vec<DataFile>,
}

impl Knowledge {
    /// The rules that the program carries.
    pub fn embedded() -> Result<Self, DataError> {
        let files = RULE_FILES.iter().map(|(path, text)| DataFile::embedded(path, text)).collect();
        Self::from_files(files)
    }

    /// The rules below a folder laid out as `data/` is.
    pub fn read(data: &Path) -> Result<Self, DataError> {
        let mut files = DataFile::read_toml(data, &data.join("lexicon"))?;
        files.extend(DataFile::read_toml(data, &data.join("rules"))?);
        files.push(DataFile::read(data, TRIGGERS)?);
        Self::from_files(files)
    }

    fn from_files(files: Vec<DataFile>) -> Result<Self, DataError> {
        let below =
            |folder: &str| -> Vec<DataFile> { files.iter().filter(|f| f.path.starts_with(folder)).cloned().collect() };
        let one = |path: &str| files.iter().find(|f| f.path == path).ok_or_else(|| DataError::missing(path));
        let mut lists = below("lexicon/");
        lists.retain(|f| f.path != TRIGGERS);
        let words = WordLists::load(&lists)?;
        let plover = Plover::load(one("rules/plover.toml")?)?;
        let status = StatusTable::load(one("rules/status.toml")?)?;
        let numerals = Numerals::load(one("rules/numerals.toml")?)?;
        let amounts = Amounts::load(one("rules/amounts.toml")?)?;
        let predicates = Predicates::load(one("rules/predicates.toml")?)?;
        let relation_files = below("rules/relations/");
        let relations = RelationRules::load(&relation_files, predicates, &words)?;
        let triggers = Triggers::load(one(TRIGGERS)?, &[one("rules/objects.toml")?.clone()])?;
        let lexicon = one("rules/lexicon.toml")?.clone();
        let (rules, files) = (Rules::default(), Vec::new());
        Self { rules, plover, words, status, numerals, amounts, triggers, lexicon, files, relations, relation_files }
            .with_events(below("rules/events/"))
    }

    /// The same tables with other rule files.
    pub fn with_events(mut self, files: Vec<DataFile>) -> Result<Self, DataError> {
        let rules = Rules::load(&files, &self.plover, &self.words)?;
        self.rules = rules.with_lexicon(&self.lexicon, &self.triggers, &self.plover, &self.words)?;
        self.files = files;
        Ok(self)
    }

    /// The same tables with other files of relation rules.
    pub fn with_relations(mut self, files: Vec<DataFile>) -> Result<Self, DataError> {
        self.relations = RelationRules::load(&files, self.relations.predicates, &self.words)?;
        self.relation_files = files;
        Ok(self)
    }

    /// The files of relation rules as they were read, with their examples.
    pub fn relation_files(&self) -> Result<Vec<(String, RelationFile)>, DataError> {
        self.relation_files.iter().map(|f| Ok((f.path.clone(), f.parse()?))).collect()
    }

    /// What relations there are.
    pub fn predicates(&self) -> &Predicates {
        &self.relations.predicates
    }

    /// The lasting relations of a document. Those whom only a relation names are added to the chains.
    pub fn relations(
        &self,
        doc: &Doc,
        chains: &mut Chains,
        times: &[TimeExpression],
        quotations: &[Quotation],
        gazetteer: &Gazetteer,
    ) -> Vec<Relation> {
        let finder = Finder {
            doc,
            grammar: Grammar::new(doc, &self.words),
            rules: &self.relations,
            status: &self.status,
            words: &self.words,
            times,
            quotations,
            gazetteer,
        };
        finder.run(chains)
    }

    /// The rule files as they were read, with their examples.
    pub fn rule_files(&self) -> Result<Vec<(String, RuleFile)>, DataError> {
        self.files.iter().map(|f| Ok((f.path.clone(), f.parse()?))).collect()
    }

    /// The events of a document. Things that only events name are added to the chains.
    pub fn events(
        &self,
        doc: &Doc,
        chains: &mut Chains,
        times: &[TimeExpression],
        quotations: &[Quotation],
        gazetteer: &Gazetteer,
    ) -> Vec<Event> {
        let matcher = self.matcher(doc, gazetteer);
        let mut events = matcher.run(chains, None);
        vouching::apply(&mut events, quotations, chains, &matcher.grammar);
        conventions::apply(&mut events, doc, chains, times);
        self.amounts.apply(&mut events, &matcher.grammar, &self.numerals);
        details::order(&mut events, &matcher.grammar);
        events
    }

    /// Every rule that a word of the document triggered, and how far it came.
    pub fn attempts(&self, doc: &Doc, chains: &Chains, gazetteer: &Gazetteer) -> Vec<Attempt> {
        let mut attempts = Vec::new();
        self.matcher(doc, gazetteer).run(&mut chains.clone(), Some(&mut attempts));
        attempts
    }

    /// How a text presents what one of its words says: as a fact, a plan, a denial.
    pub fn standing(&self, doc: &Doc, word: usize) -> Standing {
        status::standing(&Grammar::new(doc, &self.words), &self.status, word, word)
    }

    /// The lexicon of triggers.
    pub fn triggers(&self) -> &Triggers {
        &self.triggers
    }

    fn matcher<'a>(&'a self, doc: &'a Doc, gazetteer: &'a Gazetteer) -> Matcher<'a> {
        let grammar = Grammar::new(doc, &self.words);
        Matcher {
            doc,
            grammar,
            rules: &self.rules,
            lexicon: &self.triggers,
            status: &self.status,
            numerals: &self.numerals,
            gazetteer,
        }
    }
}
