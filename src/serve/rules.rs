//! The files of rules that the program carries, in the parts that a document about one tells of: what the file is about, its
//! rules as they are written, and its examples.
//!
//! Files of events, of relations and of the lexicon are read in the same way, with as little as is common to them.

use crate::extract::RULE_FILES;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::sync::LazyLock;
use toml::{Spanned, Value};

/// Files by whose names statements tell the rule that found them: the name begins behind one of these.
const FOLDERS: [&str; 2] = ["rules/events/", "rules/relations/"];
const LEXICON: &str = "lexicon.toml";

/// A file of rules.
pub(super) struct RuleFile {
    /// As statements name it: `assault/killing.toml`.
    pub name: String,
    /// What its first lines say of it.
    pub comment: String,
    pub rules: Vec<Rule>,
    pub examples: Vec<Example>,
}

/// A rule, with what it takes over from its file.
pub(super) struct Rule {
    pub name: String,
    /// Our terms for what it finds: the class of its events, or properties.
    pub terms: Vec<String>,
    /// PLOVER's type of its events.
    pub kind: Option<String>,
    /// Words that trigger it, by what they are called.
    pub triggers: Vec<(&'static str, Vec<String>)>,
    /// TOML, as it stands in the file.
    pub text: String,
}

/// A sentence that proves the rules.
pub(super) struct Example {
    pub text: String,
    /// TOML of what must be found in it; none if that is nothing.
    pub finds: Option<String>,
}

impl RuleFile {
    /// The file of that name, if the program has it.
    pub(super) fn find(name: &str) -> Option<Self> {
        text(name).map(|text| Self::read(name, text))
    }

    /// All files that the program has, in the order of their names: those of events, those of relations, that of the lexicon.
    pub(super) fn all() -> &'static [Self] {
        static ALL: LazyLock<Vec<RuleFile>> = LazyLock::new(|| {
            let of = |(path, text): &(&str, &str)| {
                let place = FOLDERS.iter().position(|folder| path.starts_with(folder)).unwrap_or(FOLDERS.len());
                Some((place, RuleFile::read(name(path)?, text)))
            };
            let mut all: Vec<(usize, RuleFile)> = RULE_FILES.iter().filter_map(of).collect();
            all.sort_by(|(a, x), (b, y)| (a, &x.name).cmp(&(b, &y.name)));
            all.into_iter().map(|(_, file)| file).collect()
        });
        &ALL
    }

    /// Reads a file. Tests see to it that every part of each is understood.
    fn read(name: &str, text: &str) -> Self {
        let parts = parts(text);
        let (head, blocks) = parts.split_first().map_or(("", &[][..]), |(head, blocks)| (head.as_str(), blocks));
        let comment: Vec<&str> = head.lines().map_while(|line| line.strip_prefix('#')).map(str::trim).collect();
        let own: Head = toml::from_str(head).unwrap_or_default();
        let (mut rules, mut examples) = (Vec::new(), Vec::new());
        for text in blocks {
            let Block { rule, parenthesis, example } = toml::from_str(text).unwrap_or_default();
            rules.extend(rule.into_iter().chain(parenthesis).filter_map(|entry| entry.rule(&own, text)));
            examples.extend(example.into_iter().map(|example| example.shown(text)));
        }
        Self { name: name.to_owned(), comment: comment.join(" "), rules, examples }
    }

    /// The folder of a file of events, which is that of a type of PLOVER or `other`.
    pub(super) fn folder(&self) -> Option<&str> {
        self.name.split_once('/').map(|(folder, _)| folder)
    }

    /// Whether it reads events from triggers of the lexicon alone.
    pub(super) fn is_lexicon(&self) -> bool {
        self.name == LEXICON
    }
}

/// Whether the program carries a file of that name.
pub(super) fn has(name: &str) -> bool {
    text(name).is_some()
}

fn text(name: &str) -> Option<&'static str> {
    RULE_FILES.iter().find(|(path, _)| self::name(path) == Some(name)).map(|(_, text)| *text)
}

/// How statements name a file, by its path; none of a file that holds something else than rules that find statements.
fn name(path: &str) -> Option<&str> {
    let below = FOLDERS.iter().find_map(|folder| path.strip_prefix(folder));
    below.or_else(|| path.strip_prefix("rules/").filter(|name| *name == LEXICON))
}

/// What stands before the first `[[…]]`, and each part that one begins, with the comment right above it.
fn parts(text: &str) -> Vec<String> {
    let (mut parts, mut comment) = (vec![String::new()], String::new());
    for line in text.split_inclusive('\n') {
        if line.starts_with('#') {
            comment += line;
            continue;
        }
        if line.starts_with("[[") {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut() {
            *part += &std::mem::take(&mut comment);
            *part += line;
        }
    }
    parts
}

#[derive(Default, Deserialize)]
struct Head {
    class: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Block {
    rule: Vec<Entry>,
    parenthesis: Vec<Entry>,
    example: Vec<ExampleEntry>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    name: Option<String>,
    class: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    predicate: Option<String>,
    date: Option<String>,
    until: Option<String>,
    /// A property behind a name in brackets, paths to where an event is elsewhere.
    place: Option<Value>,
    verbs: Vec<String>,
    nouns: Vec<String>,
    adjectives: Vec<String>,
    words: Vec<String>,
    demonyms: bool,
    persons: bool,
}

impl Entry {
    /// A rule of the lexicon is named after its type.
    fn rule(self, file: &Head, text: &str) -> Option<Rule> {
        let name = self.name.or_else(|| self.kind.clone())?;
        let place = self.place.as_ref().and_then(Value::as_str).map(str::to_owned);
        let class = self.class.or_else(|| file.class.clone());
        let terms = [class, self.predicate, self.date, self.until, place].into_iter().flatten().collect();
        let mut triggers = vec![
            ("verbs", self.verbs),
            ("nouns", self.nouns),
            ("adjectives", self.adjectives),
            ("words in brackets behind a name", self.words),
        ];
        triggers.retain(|(_, words)| !words.is_empty());
        triggers.extend(self.demonyms.then(|| ("every word of nationality", Vec::new())));
        triggers.extend(self.persons.then(|| ("every name of a person", Vec::new())));
        Some(Rule {
            name,
            terms,
            kind: self.kind.or_else(|| file.kind.clone()),
            triggers,
            text: text.trim().to_owned(),
        })
    }
}

#[derive(Deserialize)]
struct ExampleEntry {
    text: String,
    finds: Spanned<Vec<IgnoredAny>>,
}

impl ExampleEntry {
    fn shown(self, block: &str) -> Example {
        let is_something = !self.finds.as_ref().is_empty();
        let finds = is_something.then(|| block.get(self.finds.span()).unwrap_or_default().to_owned());
        Example { text: self.text, finds }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_every_file_is_understood() {
        assert!(RuleFile::all().len() > 50 && RuleFile::all().last().is_some_and(RuleFile::is_lexicon));
        for file in RuleFile::all() {
            let (name, text) = (&file.name, text(&file.name).unwrap());
            assert_eq!(RuleFile::find(name).map(|found| found.rules.len()), Some(file.rules.len()));
            let count = |start: &str| text.lines().filter(|line| *line == start).count();
            assert_eq!(file.rules.len(), count("[[rule]]") + count("[[parenthesis]]"), "{name}");
            assert_eq!(file.examples.len(), count("[[example]]"), "{name}");
            assert!(!file.comment.is_empty() && has(name), "{name}");
            for rule in &file.rules {
                assert!(!rule.terms.is_empty(), "{name}#{}", rule.name);
                // Names are parts of addresses and of the page, which has some of its own.
                let is_plain = rule.name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
                assert!(is_plain && !["main", "q", "examples"].contains(&rule.name.as_str()), "{name}#{}", rule.name);
            }
        }
        assert!(
            ["", "killing.toml", "events/assault/killing.toml", "status.toml", "../rules/lexicon.toml"]
                .iter()
                .all(|name| !has(name))
        );
    }

    #[test]
    fn a_file_falls_into_parts() {
        let text = "# Visits\n# and calls.\nclass = \"Visit\"\n\n# Abroad.\n[[rule]]\nname = \"go\"\nverbs = [\"go\"]\n\n[[example]]\ntext = \"She goes.\"\nfinds = []\n\n[[example]]\ntext = \"She went.\"\nfinds = [{ rule = \"go\" }]\n";
        let RuleFile { comment, rules, examples, .. } = RuleFile::read("visit.toml", text);
        assert_eq!(comment, "Visits and calls.");
        assert_eq!((rules.len(), rules[0].terms.as_slice()), (1, &["Visit".to_owned()][..]));
        assert_eq!(rules[0].text, "# Abroad.\n[[rule]]\nname = \"go\"\nverbs = [\"go\"]");
        assert_eq!(rules[0].triggers, [("verbs", vec!["go".to_owned()])]);
        let finds: Vec<_> = examples.iter().map(|e| e.finds.as_deref()).collect();
        assert_eq!(finds, [None, Some("[{ rule = \"go\" }]")]);
    }
}
