//! The little language in which `data/times/rules.toml` writes what a time expression looks like, and its matcher.
//!
//! A pattern is a sequence of words, classes (`<month>`, or `<number:minutes>` to fill another slot), macros (`@clock`),
//! groups with alternatives (`( a | an )`), each optional when `?` follows.

use super::words::{Class, Piece};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// What words matched which classes.
#[derive(Clone, Debug, Default)]
pub(super) struct Slots(Vec<(Class, Arc<str>)>);

impl Slots {
    /// The value of the first word that filled a slot.
    pub fn get(&self, class: Class) -> Option<&str> {
        self.0.iter().find(|(c, _)| *c == class).map(|(_, value)| &**value)
    }

    pub fn has(&self, class: Class) -> bool {
        self.get(class).is_some()
    }

    pub fn number<T: std::str::FromStr>(&self, class: Class) -> Option<T> {
        self.get(class)?.parse().ok()
    }

    pub fn set(&mut self, class: Class, value: impl Into<Arc<str>>) {
        self.0.push((class, value.into()));
    }
}

/// A compiled pattern.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Pattern {
    Word(String),
    /// Words of a class, and the slot they fill.
    Class(Class, Class),
    Sequence(Vec<Pattern>),
    Choice(Vec<Pattern>),
    Optional(Box<Pattern>),
}

impl Pattern {
    /// Compiles a pattern. The error says what is wrong with it.
    pub fn parse(text: &str, macros: &BTreeMap<String, String>) -> Result<Self, String> {
        let symbols = symbols(text);
        let mut at = 0;
        let pattern = choice(&symbols, &mut at, macros, 0)?;
        if at < symbols.len() {
            return Err(format!("unexpected `{}` in `{text}`", symbols[at]));
        }
        Ok(pattern)
    }

    /// Every place where a match that begins at a piece can end, with what it matched.
    pub fn matches(&self, pieces: &[Piece], at: usize) -> Vec<(usize, Slots)> {
        let mut found = Vec::new();
        self.walk(pieces, at, &Slots::default(), &mut |end, slots| found.push((end, slots.clone())));
        found
    }

    /// Adds the words and classes that a match can begin with; whether the pattern can also match nothing.
    fn starts(&self, starts: &mut Starts) -> bool {
        match self {
            Self::Word(word) => {
                starts.words.insert(word.clone());
                false
            }
            Self::Class(class, _) => {
                starts.classes.insert(*class);
                false
            }
            Self::Sequence(parts) => parts.iter().all(|part| part.starts(starts)),
            Self::Choice(ways) => ways.iter().filter(|way| way.starts(starts)).count() > 0,
            Self::Optional(inner) => {
                inner.starts(starts);
                true
            }
        }
    }

    fn walk(&self, pieces: &[Piece], at: usize, slots: &Slots, then: &mut dyn FnMut(usize, &Slots)) {
        match self {
            Self::Word(word) => {
                if pieces.get(at).is_some_and(|p| p.norm == *word) {
                    then(at + 1, slots);
                }
            }
            Self::Class(class, slot) => {
                for hit in pieces.get(at).map_or(&[][..], |p| &p.hits).iter().filter(|h| h.class == *class) {
                    let mut filled = slots.clone();
                    filled.set(*slot, hit.value.clone());
                    then(at + hit.len, &filled);
                }
            }
            Self::Sequence(parts) => sequence(parts, pieces, at, slots, then),
            Self::Choice(ways) => ways.iter().for_each(|way| way.walk(pieces, at, slots, then)),
            Self::Optional(inner) => {
                inner.walk(pieces, at, slots, then);
                then(at, slots);
            }
        }
    }
}

/// What a match of some patterns can begin with: a quick way to see that none begins at a piece.
#[derive(Clone, Debug, Default)]
pub(super) struct Starts {
    words: HashSet<String>,
    classes: HashSet<Class>,
}

impl Starts {
    pub fn of<'a>(patterns: impl IntoIterator<Item = &'a Pattern>) -> Self {
        let mut starts = Self::default();
        patterns.into_iter().for_each(|pattern| {
            pattern.starts(&mut starts);
        });
        starts
    }

    pub fn allow(&self, piece: &Piece) -> bool {
        self.words.contains(&piece.norm) || piece.hits.iter().any(|h| self.classes.contains(&h.class))
    }
}

fn sequence(parts: &[Pattern], pieces: &[Piece], at: usize, slots: &Slots, then: &mut dyn FnMut(usize, &Slots)) {
    match parts {
        [] => then(at, slots),
        [first, rest @ ..] => {
            first.walk(pieces, at, slots, &mut |end, filled| sequence(rest, pieces, end, filled, then))
        }
    }
}

/// Splits at spaces, and sets brackets, bars and question marks apart.
fn symbols(text: &str) -> Vec<String> {
    let mut spaced = String::new();
    for c in text.chars() {
        if matches!(c, '(' | ')' | '|' | '?') {
            spaced.extend([' ', c, ' ']);
        } else {
            spaced.push(c);
        }
    }
    spaced.split_whitespace().map(str::to_owned).collect()
}

/// How deep macros may use macros: enough for any sensible file, and an end for one that goes round in a circle.
const DEPTH: usize = 8;

fn choice(
    symbols: &[String],
    at: &mut usize,
    macros: &BTreeMap<String, String>,
    depth: usize,
) -> Result<Pattern, String> {
    let mut ways = vec![series(symbols, at, macros, depth)?];
    while symbols.get(*at).is_some_and(|s| s == "|") {
        *at += 1;
        ways.push(series(symbols, at, macros, depth)?);
    }
    Ok(if ways.len() == 1 { ways.remove(0) } else { Pattern::Choice(ways) })
}

fn series(
    symbols: &[String],
    at: &mut usize,
    macros: &BTreeMap<String, String>,
    depth: usize,
) -> Result<Pattern, String> {
    let mut parts = Vec::new();
    while let Some(symbol) = symbols.get(*at).filter(|s| *s != "|" && *s != ")") {
        *at += 1;
        let part = match symbol.as_str() {
            "(" => group(symbols, at, macros, depth)?,
            "?" => return Err("`?` with nothing before it".into()),
            word => single(word, macros, depth)?,
        };
        let optional = symbols.get(*at).is_some_and(|s| s == "?");
        *at += usize::from(optional);
        parts.push(if optional { Pattern::Optional(part.into()) } else { part });
    }
    Ok(Pattern::Sequence(parts))
}

fn group(
    symbols: &[String],
    at: &mut usize,
    macros: &BTreeMap<String, String>,
    depth: usize,
) -> Result<Pattern, String> {
    let inner = choice(symbols, at, macros, depth)?;
    if symbols.get(*at).is_none_or(|s| s != ")") {
        return Err("`(` without `)`".into());
    }
    *at += 1;
    Ok(inner)
}

fn single(symbol: &str, macros: &BTreeMap<String, String>, depth: usize) -> Result<Pattern, String> {
    if let Some(name) = symbol.strip_prefix('@') {
        let text = macros.get(name).ok_or_else(|| format!("unknown macro `@{name}`"))?;
        if depth == DEPTH {
            return Err(format!("macro `@{name}` uses itself"));
        }
        let inner = self::symbols(text);
        let mut at = 0;
        return choice(&inner, &mut at, macros, depth + 1);
    }
    let Some(name) = symbol.strip_prefix('<').and_then(|s| s.strip_suffix('>')) else {
        return Ok(Pattern::Word(symbol.to_owned()));
    };
    let (class, slot) = name.split_once(':').unwrap_or((name, name));
    let known = |name: &str| name.parse::<Class>().map_err(|()| format!("unknown class `<{name}>`"));
    Ok(Pattern::Class(known(class)?, known(slot)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_of_patterns_are_named() {
        let macros = BTreeMap::from([("loop".to_owned(), "@loop".to_owned())]);
        for (pattern, fault) in [
            ("( a", "`(` without `)`"),
            ("a )", "unexpected `)`"),
            ("<monht>", "unknown class `<monht>`"),
            ("@clok", "unknown macro `@clok`"),
            ("@loop", "uses itself"),
            ("? a", "nothing before it"),
        ] {
            let error = Pattern::parse(pattern, &macros).unwrap_err();
            assert!(error.contains(fault), "{pattern}: {error}");
        }
    }
}
