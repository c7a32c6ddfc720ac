//! The attribute ruler: parts of speech, morphology and some lemmas, by rules on tag, word and dependency.

use super::hash::QuickMap;
use super::parts::{AttributeRule, LoadError, Parts};
use crate::doc::{Dep, Pos, Tag};
use serde_json::Value as Json;
use std::collections::{BTreeMap, HashMap};

#[derive(Debug)]
pub struct Ruler {
    rules: Vec<Rule>,
    /// Forms in lower case that some rule names; all others are alike to the rules.
    forms: HashMap<String, u16>,
    /// Rules with a pattern of several tokens.
    long: Vec<usize>,
    /// For each form whether a pattern of several tokens asks for it.
    in_long: Vec<bool>,
    morphs: Vec<Morph>,
    lemmas: Vec<String>,
}

/// Morphological features of a word.
#[derive(Debug, PartialEq, Eq)]
pub struct Morph {
    /// As spaCy prints them, in order.
    pub text: String,
}

#[derive(Debug)]
struct Rule {
    patterns: Vec<Vec<Condition>>,
    index: usize,
    sets: Sets,
}

/// What is asked of one token. An absent list is no condition.
#[derive(Debug, Default)]
struct Condition {
    tags: Option<Vec<bool>>,
    deps: Option<Vec<bool>>,
    forms: Option<Vec<bool>>,
    is_space: Option<bool>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sets {
    tag: Option<Tag>,
    dep: Option<Dep>,
    pos: Option<Pos>,
    morph: Option<u16>,
    lemma: Option<u16>,
}

/// What the rules see of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct View {
    pub tag: Tag,
    pub dep: Dep,
    pub form: u16,
    pub is_space: bool,
}

/// What a token is after the rules.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    pub tag: Tag,
    pub dep: Dep,
    pub pos: Pos,
    pub morph: u16,
    pub lemma: Option<u16>,
}

/// Outcomes that have been worked out before.
#[derive(Debug, Default)]
pub struct Outcomes(QuickMap<u32, Outcome>);

/// A form that no rule names.
const OTHER: u16 = 0;

/// No features at all.
const NO_MORPH: u16 = 0;

impl Ruler {
    pub fn new(parts: &Parts) -> Result<Self, LoadError> {
        let mut forms = HashMap::new();
        for text in parts.attribute_rules.iter().flat_map(named_forms) {
            let next = forms.len() as u16 + 1;
            forms.entry(text).or_insert(next);
        }
        let mut ruler = Self {
            in_long: vec![false; forms.len() + 1],
            forms,
            rules: Vec::new(),
            long: Vec::new(),
            morphs: vec![Morph { text: String::new() }],
            lemmas: Vec::new(),
        };
        for (number, rule) in parts.attribute_rules.iter().enumerate() {
            let error = |reason: String| parts.error(format!("attribute rule {number}"), reason);
            let rule = ruler.rule(rule).map_err(error)?;
            ruler.rules.push(rule);
        }
        ruler.note_long_rules();
        Ok(ruler)
    }

    /// A number for a word in lower case.
    pub fn form(&self, lower: &str) -> u16 {
        self.forms.get(lower).copied().unwrap_or(OTHER)
    }

    /// All features that a word may have; an outcome names its by index.
    pub fn morphs(&self) -> &[Morph] {
        &self.morphs
    }

    /// All lemmas that rules give; an outcome names its by index.
    pub fn lemmas(&self) -> &[String] {
        &self.lemmas
    }

    /// Applies the rules to the tokens of a text and puts the outcomes into `out`.
    pub fn apply(&self, views: &[View], known: &mut Outcomes, out: &mut Vec<Outcome>) {
        out.clear();
        out.extend(views.iter().map(|view| *known.0.entry(view.key()).or_insert_with(|| self.outcome(*view, &[]))));
        if !views.iter().any(|view| self.in_long[view.form as usize]) {
            return;
        }
        let mut more: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for start in (0..views.len()).filter(|&i| self.in_long[views[i].form as usize]) {
            // The word that a pattern names need not be its first.
            for (rule, token) in self.long_matches(views, start.saturating_sub(self.reach())..start + 1) {
                more.entry(token).or_default().push(rule);
            }
        }
        for (token, rules) in more {
            out[token] = self.outcome(views[token], &rules);
        }
    }

    /// How many tokens before a named word a pattern may begin.
    fn reach(&self) -> usize {
        let patterns = self.long.iter().flat_map(|&rule| &self.rules[rule].patterns);
        patterns.map(|pattern| pattern.len() - 1).max().unwrap_or(0)
    }

    /// Rules whose long patterns begin at one of `starts`, with the token they change.
    fn long_matches(&self, views: &[View], starts: std::ops::Range<usize>) -> Vec<(usize, usize)> {
        let fits = |pattern: &[Condition], start: usize| {
            let tokens = views.get(start..start + pattern.len());
            pattern.len() > 1 && tokens.is_some_and(|tokens| pattern.iter().zip(tokens).all(|(c, v)| c.holds(*v)))
        };
        let mut found = Vec::new();
        for start in starts {
            for &rule in &self.long {
                if self.rules[rule].patterns.iter().any(|pattern| fits(pattern, start)) {
                    found.push((rule, start + self.rules[rule].index));
                }
            }
        }
        found
    }

    /// What the rules make of a token: those with a pattern of one token that it meets, and those in `more`.
    fn outcome(&self, view: View, more: &[usize]) -> Outcome {
        let mut outcome = Outcome { tag: view.tag, dep: view.dep, pos: Pos::None, morph: NO_MORPH, lemma: None };
        for (number, rule) in self.rules.iter().enumerate() {
            let is_met = |pattern: &Vec<Condition>| pattern.len() == 1 && pattern[0].holds(view);
            if rule.patterns.iter().any(is_met) || more.contains(&number) {
                rule.sets.apply(&mut outcome);
            }
        }
        outcome
    }

    fn rule(&mut self, rule: &AttributeRule) -> Result<Rule, String> {
        let condition = |token: &BTreeMap<String, Json>| condition(token, &self.forms);
        let pattern = |pattern: &Vec<BTreeMap<String, Json>>| pattern.iter().map(condition).collect();
        let patterns: Vec<Vec<Condition>> = rule.patterns.iter().map(pattern).collect::<Result<_, String>>()?;
        if patterns.iter().any(|pattern| rule.index >= pattern.len()) {
            return Err("an index beyond the pattern".to_owned());
        }
        Ok(Rule { patterns, index: rule.index, sets: self.sets(&rule.attrs)? })
    }

    fn sets(&mut self, attrs: &BTreeMap<String, String>) -> Result<Sets, String> {
        let mut sets = Sets::default();
        for (name, value) in attrs {
            let unknown = |_| format!("unknown {name} `{value}`");
            match name.as_str() {
                "TAG" => sets.tag = Some(value.parse().map_err(unknown)?),
                "DEP" => sets.dep = Some(value.parse().map_err(unknown)?),
                "POS" => sets.pos = Some(value.parse().map_err(unknown)?),
                "MORPH" => sets.morph = Some(place_of(&mut self.morphs, Morph::parse(value))),
                "LEMMA" => sets.lemma = Some(place_of(&mut self.lemmas, value.clone())),
                _ => return Err(format!("unknown attribute `{name}`")),
            }
        }
        Ok(sets)
    }

    /// Which words make it worth while to look for long patterns: those that the first condition which names words names.
    fn note_long_rules(&mut self) {
        for (number, rule) in self.rules.iter().enumerate() {
            let mut long = rule.patterns.iter().filter(|pattern| pattern.len() > 1).peekable();
            if long.peek().is_some() {
                self.long.push(number);
            }
            for pattern in long {
                let named = pattern.iter().find_map(|condition| condition.forms.as_ref());
                for (form, in_long) in self.in_long.iter_mut().enumerate() {
                    *in_long |= named.is_none_or(|named| named[form]);
                }
            }
        }
    }
}

impl View {
    fn key(self) -> u32 {
        u32::from(self.form) << 16 | (self.tag as u32) << 9 | (self.dep as u32) << 1 | u32::from(self.is_space)
    }
}

impl Condition {
    fn holds(&self, view: View) -> bool {
        let has = |set: &Option<Vec<bool>>, i: usize| set.as_ref().is_none_or(|set| set[i]);
        has(&self.tags, view.tag as usize)
            && has(&self.deps, view.dep as usize)
            && has(&self.forms, view.form as usize)
            && self.is_space.is_none_or(|is_space| is_space == view.is_space)
    }
}

impl Sets {
    fn apply(self, outcome: &mut Outcome) {
        outcome.tag = self.tag.unwrap_or(outcome.tag);
        outcome.dep = self.dep.unwrap_or(outcome.dep);
        outcome.pos = self.pos.unwrap_or(outcome.pos);
        outcome.morph = self.morph.unwrap_or(outcome.morph);
        outcome.lemma = self.lemma.or(outcome.lemma);
    }
}

impl Morph {
    /// Reads features as rules write them; `_` is none.
    fn parse(text: &str) -> Self {
        let mut features: Vec<&str> = text.split('|').filter(|&feature| feature != "_").collect();
        features.sort_unstable();
        Self { text: features.join("|") }
    }

    /// The value of a feature.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.text.split('|').find_map(|feature| feature.strip_prefix(name)?.strip_prefix('='))
    }
}

fn place_of<T: PartialEq>(list: &mut Vec<T>, value: T) -> u16 {
    let known = list.iter().position(|v| *v == value);
    known.unwrap_or_else(|| {
        list.push(value);
        list.len() - 1
    }) as u16
}

/// The forms that a rule's conditions name, those that a regular expression means included.
fn named_forms(rule: &AttributeRule) -> Vec<String> {
    let conditions = rule.patterns.iter().flatten().filter_map(|token| token.get("LOWER"));
    conditions.flat_map(|condition| texts(condition).unwrap_or_default()).collect()
}

/// The texts that a condition names.
fn texts(condition: &Json) -> Result<Vec<String>, String> {
    let text = |value: &Json| value.as_str().map(str::to_owned).ok_or_else(|| format!("expected a string: {value}"));
    match condition {
        Json::String(text) => Ok(vec![text.clone()]),
        Json::Object(map) => match map.iter().next() {
            Some((operator, Json::Array(list))) if operator == "IN" || operator == "NOT_IN" => {
                list.iter().map(text).collect()
            }
            Some((operator, Json::String(regex))) if operator == "REGEX" => meant_by(regex),
            _ => Err(format!("unknown condition {condition}")),
        },
        _ => Err(format!("unknown condition {condition}")),
    }
}

/// The few words that one of the ruler's regular expressions means: characters, classes and optional characters between
/// `^` and `$`.
fn meant_by(regex: &str) -> Result<Vec<String>, String> {
    let error = || format!("a regular expression that means more than a few words: `{regex}`");
    let inner = regex.strip_prefix('^').and_then(|rest| rest.strip_suffix('$')).ok_or_else(error)?;
    let mut words = vec![String::new()];
    let mut input = inner.chars().peekable();
    while let Some(c) = input.next() {
        let mut choices: Vec<Option<char>> = match c {
            '[' => input.by_ref().take_while(|&c| c != ']').map(Some).collect(),
            c if c.is_alphanumeric() || c == '\'' => vec![Some(c)],
            _ => return Err(error()),
        };
        if input.next_if_eq(&'?').is_some() {
            choices.push(None);
        }
        words = words.iter().flat_map(|word| choices.iter().map(move |&c| word.chars().chain(c).collect())).collect();
    }
    Ok(words)
}

fn condition(token: &BTreeMap<String, Json>, forms: &HashMap<String, u16>) -> Result<Condition, String> {
    let mut condition = Condition::default();
    for (name, value) in token {
        match name.as_str() {
            "TAG" => {
                condition.tags =
                    Some(members(value, Tag::ALL.len(), |text| text.parse::<Tag>().ok().map(|t| t as usize))?)
            }
            "DEP" => {
                condition.deps =
                    Some(members(value, Dep::ALL.len(), |text| text.parse::<Dep>().ok().map(|d| d as usize))?)
            }
            "LOWER" => {
                condition.forms =
                    Some(members(value, forms.len() + 1, |text| forms.get(text).map(|&form| form.into()))?);
            }
            "IS_SPACE" => condition.is_space = Some(value.as_bool().ok_or("IS_SPACE is true or false")?),
            _ => return Err(format!("unknown condition `{name}`")),
        }
    }
    Ok(condition)
}

/// Of `count` members those that a condition lets pass. What it names beside them never occurs.
fn members(condition: &Json, count: usize, place: impl Fn(&str) -> Option<usize>) -> Result<Vec<bool>, String> {
    let negated = condition.get("NOT_IN").is_some();
    let mut set = vec![negated; count];
    for text in texts(condition)? {
        if let Some(i) = place(&text) {
            set[i] = !negated;
        }
    }
    Ok(set)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_regular_expressions_are_spelt_out() {
        assert_eq!(meant_by("^n'?t$").unwrap(), ["n't", "nt"]);
        assert_eq!(meant_by("^n[ou]thin'$").unwrap(), ["nothin'", "nuthin'"]);
        assert!(meant_by("^a.*$").is_err() && meant_by("a").is_err());
    }

    #[test]
    fn features_are_put_in_order() {
        let morph = Morph::parse("Number=Sing|Case=Nom");
        assert_eq!(morph.text, "Case=Nom|Number=Sing");
        assert_eq!((morph.get("Case"), morph.get("Person")), (Some("Nom"), None));
        assert_eq!(Morph::parse("_").text, "");
    }
}
