//! From rule files to rules: every reference is resolved, every mistake named with its place.

use super::file::{ConditionEntry, LexiconFile, RoleEntry, RuleEntry, RuleFile};
use super::*;
use crate::extract::event::LEXICON_RULES;
use crate::extract::triggers::Triggers;
use crate::lexicon::WordLists;
use std::collections::HashMap;
use toml::Spanned;

/// All rules, found by the lemma of a trigger's head.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    rules: Vec<Rule>,
    triggers: TriggerIndex,
    /// The rule for a trigger of the lexicon, by its PLOVER type.
    of_type: HashMap<String, usize>,
    silent: HashSet<String>,
    weak: HashSet<String>,
    public_sectors: HashSet<String>,
}

impl Rules {
    /// Reads rule files. `plover` and `lists` are what the files may refer to.
    pub fn load(files: &[DataFile], plover: &Plover, lists: &WordLists) -> Result<Self, DataError> {
        let mut rules = Self::default();
        for file in files {
            let parsed: RuleFile = file.parse()?;
            Loader { file, parsed: &parsed, plover, references: References { file, lists } }.add_to(&mut rules)?;
        }
        Ok(rules)
    }

    /// Adds the rules for triggers of the lexicon, `data/rules/lexicon.toml`.
    pub fn with_lexicon(
        mut self,
        file: &DataFile,
        triggers: &Triggers,
        plover: &Plover,
        lists: &WordLists,
    ) -> Result<Self, DataError> {
        let references = References { file, lists };
        let parsed: LexiconFile = file.parse()?;
        let known: HashSet<&str> = triggers.iter().map(|t| &*t.phrase).collect();
        for phrase in parsed.silent.iter().chain(&parsed.weak) {
            if !known.contains(phrase.as_ref().as_str()) {
                let message = format!("`{}` is no trigger of the lexicon", phrase.as_ref());
                return Err(file.error_at(phrase.span().start, &message));
            }
        }
        self.silent = parsed.silent.into_iter().map(Spanned::into_inner).collect();
        self.weak = parsed.weak.into_iter().map(Spanned::into_inner).collect();
        self.public_sectors = parsed.public_sectors.into_iter().collect();
        for entry in parsed.rule {
            let kind = entry.kind.as_ref();
            let error = |message: String| file.error_at(entry.kind.span().start, &message);
            if !plover.modes.contains_key(kind) {
                return Err(error(format!("`{kind}` is no PLOVER event type")));
            }
            let mut roles = vec![(RoleName::Actor, references.role(&RoleName::Actor, &entry.actor, true)?)];
            if let Some(recipient) = &entry.recipient {
                roles.push((RoleName::Recipient, references.role(&RoleName::Recipient, recipient, true)?));
            }
            if self.of_type.insert(kind.clone(), self.rules.len()).is_some() {
                return Err(error(format!("`{kind}` stands here twice")));
            }
            self.rules.push(Rule {
                id: format!("{LEXICON_RULES}{kind}"),
                class: entry.class.as_str().into(),
                kind: Some(kind.as_str().into()),
                mode: None,
                contexts: Vec::new(),
                cameo: None,
                roles,
                needs: Vec::new(),
                unless: Vec::new(),
                mutual: entry.mutual,
                spoken: false,
                counts: None,
                general: false,
                public: true,
                confidence: LEXICON_CONFIDENCE,
                priority: 0,
            });
        }
        Ok(self)
    }

    /// The rule for triggers of the lexicon that are of a PLOVER type.
    pub fn of_type(&self, kind: &str) -> Option<usize> {
        self.of_type.get(kind).copied()
    }

    /// Whether a phrase of the lexicon says too little for an event to be read from it alone.
    pub fn is_silent(&self, phrase: &str) -> bool {
        self.silent.contains(phrase)
    }

    /// Whether a phrase of the lexicon says enough only between two of public life.
    pub fn is_weak(&self, phrase: &str) -> bool {
        self.weak.contains(phrase)
    }

    /// Whether somebody of this PLOVER sector is in public life.
    pub fn is_public(&self, sector: &str) -> bool {
        self.public_sectors.contains(sector)
    }

    pub fn get(&self, index: usize) -> &Rule {
        &self.rules[index]
    }

    /// The triggers of the rules for verbs that no other rule takes.
    pub fn general(&self) -> &[Trigger] {
        self.triggers(ANY_VERB)
    }

    /// The triggers that a lemma may be the head of.
    pub fn triggers(&self, lemma: &str) -> &[Trigger] {
        self.triggers.get(lemma).map_or(&[], Vec::as_slice)
    }
}

/// How sure an event is that rests on a trigger of the lexicon and its two sides alone.
const LEXICON_CONFIDENCE: f32 = 0.6;

/// Stands for every verb that no other rule takes.
const ANY_VERB: &str = "*";

/// Triggers by the lemma of their head.
pub(in crate::extract) type TriggerIndex = HashMap<String, Vec<Trigger>>;

struct Loader<'a> {
    file: &'a DataFile,
    parsed: &'a RuleFile,
    plover: &'a Plover,
    references: References<'a>,
}

impl Loader<'_> {
    fn add_to(&self, rules: &mut Rules) -> Result<(), DataError> {
        self.check_header()?;
        let mut names = HashSet::new();
        for entry in &self.parsed.rule {
            let at = entry.span().start;
            let entry = entry.as_ref();
            if !names.insert(entry.name.clone()) {
                return Err(self.file.error_at(at, &format!("a second rule called `{}`", entry.name)));
            }
            let index = rules.rules.len();
            rules.rules.push(self.rule(entry)?);
            let words = [&entry.verbs[..], &entry.nouns, &entry.adjectives];
            let found = self.references.triggers(words, index, &mut rules.triggers)?;
            if found == 0 {
                return Err(self.file.error_at(at, &format!("rule `{}` has no trigger", entry.name)));
            }
        }
        Ok(())
    }

    fn check_header(&self) -> Result<(), DataError> {
        let class = &self.parsed.class;
        self.check_class(class)?;
        let (positive, negative) = Example::count(&self.parsed.example);
        if positive == 0 || negative == 0 {
            return Err(self.file.error_at(
                class.span().start,
                "a class needs examples of both kinds: one that is found as a fact, and one that must not be",
            ));
        }
        Ok(())
    }

    fn check_class(&self, class: &Spanned<String>) -> Result<(), DataError> {
        let camel = class.as_ref().starts_with(|c: char| c.is_ascii_uppercase())
            && class.as_ref().chars().all(|c| c.is_ascii_alphanumeric());
        match camel {
            true => Ok(()),
            false => Err(self.file.error_at(class.span().start, "a class is one word in CamelCase")),
        }
    }

    fn rule(&self, entry: &RuleEntry) -> Result<Rule, DataError> {
        let class = entry.class.as_ref().unwrap_or(&self.parsed.class);
        self.check_class(class)?;
        let kind = entry.kind.as_ref().or(self.parsed.kind.as_ref());
        let mode = entry.mode.as_ref().or(self.parsed.mode.as_ref());
        let contexts = entry.contexts.as_ref().unwrap_or(&self.parsed.contexts);
        self.check_plover(kind, mode, contexts)?;
        let cameo = entry.cameo.as_ref().or(self.parsed.cameo.as_ref());
        if let Some(cameo) = cameo
            && !(2..=4).contains(&cameo.as_ref().len())
        {
            return Err(self.file.error_at(cameo.span().start, "a CAMEO code has two to four digits"));
        }
        let shared = |s: &Spanned<String>| -> Arc<str> { s.as_ref().as_str().into() };
        let name = self.file.path.rsplit_once("events/").map_or(self.file.path.as_str(), |(_, name)| name);
        Ok(Rule {
            id: format!("{name}#{}", entry.name),
            class: shared(class),
            kind: kind.map(shared).filter(|k| !k.is_empty()),
            mode: mode.map(shared).filter(|m| !m.is_empty()),
            contexts: contexts.iter().map(shared).collect(),
            cameo: cameo.map(shared),
            roles: self.roles(entry)?,
            needs: entry.needs.iter().map(|c| self.references.condition(c)).collect::<Result<_, _>>()?,
            unless: entry.unless.iter().map(|c| self.references.condition(c)).collect::<Result<_, _>>()?,
            mutual: entry.mutual.unwrap_or(self.parsed.mutual),
            spoken: self.parsed.spoken,
            public: entry.public.unwrap_or(self.parsed.public),
            general: entry.verbs.iter().any(|v| v.as_ref() == ANY_VERB),
            counts: entry.counts,
            confidence: entry.confidence.unwrap_or(0.9),
            priority: entry.priority,
        })
    }

    fn check_plover(
        &self,
        kind: Option<&Spanned<String>>,
        mode: Option<&Spanned<String>>,
        contexts: &[Spanned<String>],
    ) -> Result<(), DataError> {
        let modes = match kind.filter(|k| !k.as_ref().is_empty()) {
            None => None,
            Some(kind) => Some(self.plover.modes.get(kind.as_ref()).ok_or_else(|| {
                self.file.error_at(kind.span().start, &format!("`{}` is no PLOVER event type", kind.as_ref()))
            })?),
        };
        if let Some(mode) = mode.filter(|m| !m.as_ref().is_empty())
            && !modes.is_some_and(|modes| modes.contains(mode.as_ref()))
        {
            let message = format!("`{}` is no mode of this event type", mode.as_ref());
            return Err(self.file.error_at(mode.span().start, &message));
        }
        for context in contexts {
            if !self.plover.contexts.contains(context.as_ref()) {
                let message = format!("`{}` is no PLOVER context", context.as_ref());
                return Err(self.file.error_at(context.span().start, &message));
            }
        }
        Ok(())
    }

    fn roles(&self, entry: &RuleEntry) -> Result<Vec<(RoleName, Role)>, DataError> {
        let named = [
            (RoleName::Actor, entry.actor.as_ref(), true),
            (RoleName::Recipient, entry.recipient.as_ref(), false),
            (RoleName::Place, entry.place.as_ref(), false),
        ];
        let others = entry.others.iter().map(|(name, role)| (RoleName::Other(name.clone()), Some(role), false));
        let mut roles = Vec::new();
        for (name, role, required) in named.into_iter().chain(others) {
            if let Some(role) = role {
                roles.push((name.clone(), self.references.role(&name, role, required)?));
            }
        }
        Ok(roles)
    }
}

/// Reads what rules of every kind refer to: paths, conditions, lists of words.
pub(in crate::extract) struct References<'a> {
    pub file: &'a DataFile,
    pub lists: &'a WordLists,
}

impl References<'_> {
    fn role(&self, name: &RoleName, entry: &RoleEntry, required: bool) -> Result<Role, DataError> {
        let default = match name {
            RoleName::Actor | RoleName::Recipient => Kind::Party,
            RoleName::Place => Kind::Place,
            RoleName::Other(_) => Kind::Any,
        };
        let paths_of = |paths: &[Spanned<String>]| paths.iter().map(|p| self.path(p)).collect::<Result<Vec<_>, _>>();
        Ok(match entry {
            RoleEntry::Paths(paths) => {
                Role { paths: paths_of(paths)?, kinds: vec![default], required, all: false, min: 1, stands_for: None }
            }
            RoleEntry::Full(role) => Role {
                paths: paths_of(&role.paths)?,
                kinds: if role.kinds.is_empty() { vec![default] } else { self.kinds(&role.kinds)? },
                required: role.required.unwrap_or(required),
                all: role.all,
                min: role.min.unwrap_or(1),
                stands_for: role.stands_for,
            },
        })
    }

    fn kinds(&self, names: &[Spanned<String>]) -> Result<Vec<Kind>, DataError> {
        let parse = |name: &Spanned<String>| {
            let unknown = || self.file.error_at(name.span().start, &format!("unknown kind `{}`", name.as_ref()));
            Kind::parse(name.as_ref()).ok_or_else(unknown)
        };
        names.iter().map(parse).collect()
    }

    /// A path, such as `object.of`; `self` is the empty path.
    pub fn path(&self, path: &Spanned<String>) -> Result<Vec<Step>, DataError> {
        if path.as_ref() == "self" {
            return Ok(Vec::new());
        }
        let step = |name: &str| {
            Step::parse(name)
                .ok_or_else(|| self.file.error_at(path.span().start, &format!("`{name}` is no step of a path")))
        };
        path.as_ref().split('.').map(step).collect()
    }

    /// Adds the verbs, nouns and adjectives that trigger a rule; gives how many there are.
    pub fn triggers(
        &self,
        [verbs, nouns, adjectives]: [&[Spanned<String>]; 3],
        rule: usize,
        index: &mut TriggerIndex,
    ) -> Result<usize, DataError> {
        let mut found = 0;
        for (class, words) in [(WordClass::Verb, verbs), (WordClass::Noun, nouns), (WordClass::Adjective, adjectives)] {
            for word in self.words(words)? {
                let (head, rest) = split_trigger(class, &word);
                index.entry(head).or_default().push(Trigger { class, rest, rule });
                found += 1;
            }
        }
        Ok(found)
    }

    pub fn condition(&self, entry: &ConditionEntry) -> Result<Condition, DataError> {
        Ok(Condition { path: self.path(&entry.path)?, words: self.words(&entry.words)?.into_iter().collect() })
    }

    /// Words as they are written, with `@name` replaced by the list of that name.
    pub fn words(&self, words: &[Spanned<String>]) -> Result<Vec<String>, DataError> {
        let mut all = Vec::new();
        for word in words {
            match word.as_ref().strip_prefix('@') {
                None => all.push(word.as_ref().clone()),
                Some(name) => {
                    let missing = || self.file.error_at(word.span().start, &format!("there is no list `{name}`"));
                    let mut list: Vec<_> = self.lists.get(name).ok_or_else(missing)?.iter().cloned().collect();
                    list.sort();
                    all.extend(list);
                }
            }
        }
        Ok(all)
    }
}

/// The head of a trigger and what must depend on it: verbs and adjectives come first in theirs, nouns last.
fn split_trigger(class: WordClass, phrase: &str) -> (String, Vec<String>) {
    let mut words: Vec<String> = phrase.split(' ').map(str::to_owned).collect();
    let head = if class == WordClass::Noun { words.pop() } else { Some(words.remove(0)) };
    (head.unwrap_or_default(), words)
}
