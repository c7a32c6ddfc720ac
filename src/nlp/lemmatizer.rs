//! Lemmas: a word's ending is replaced by rule, and lists of exceptions and of known lemmas decide.

use super::characters::Characters;
use super::hash::StringIds;
use super::parts::Parts;
use super::ruler::Morph;
use crate::doc::Pos;
use std::sync::Arc;

#[derive(Debug)]
pub struct Lemmatizer {
    /// Tables for each part of speech that has any.
    tables: Vec<Option<Table>>,
    /// For each part of speech and features whether a word with them is its own lemma.
    base_forms: Vec<Vec<bool>>,
}

#[derive(Debug, Default)]
struct Table {
    rules: Vec<(String, String)>,
    exceptions: Lines,
    index: Lines,
}

/// Lines of a text, sorted, found by bisection.
#[derive(Debug, Default)]
struct Lines {
    text: String,
    starts: Vec<u32>,
}

/// A word's lemmas by part of speech and features, as far as they have been asked for.
#[derive(Debug, Default)]
pub struct Lemmas(Vec<(Pos, u16, Arc<str>)>);

impl Lemmatizer {
    /// Builds the tables. `morphs` are all features that words may have.
    pub fn new(parts: &mut Parts, ids: &StringIds, morphs: &[Morph]) -> Self {
        let lemmas = &mut parts.lemmas;
        let mut table = |pos: Pos| {
            let id = ids.id(&pos.as_str().to_lowercase());
            let rules = lemmas.rules.remove(&id).unwrap_or_default();
            let exceptions = lemmas.exceptions.remove(&id).unwrap_or_default();
            let index = lemmas.index.remove(&id).unwrap_or_default();
            let is_empty = rules.is_empty() && exceptions.is_empty() && index.is_empty();
            (!is_empty).then(|| Table { rules, exceptions: Lines::new(exceptions), index: Lines::new(index) })
        };
        Self {
            tables: Pos::ALL.iter().map(|&pos| table(pos)).collect(),
            base_forms: Pos::ALL
                .iter()
                .map(|&pos| morphs.iter().map(|morph| is_base_form(pos, morph)).collect())
                .collect(),
        }
    }

    /// The lemma of a word, remembered in `known`. `morph` is the index of its features.
    pub fn lemma(&self, text: &str, pos: Pos, morph: u16, classes: &Characters, known: &mut Lemmas) -> Arc<str> {
        if let Some((_, _, lemma)) = known.0.iter().find(|(p, m, _)| (*p, *m) == (pos, morph)) {
            return lemma.clone();
        }
        let lemma: Arc<str> = self.find(text, pos, morph, classes).into();
        known.0.push((pos, morph, lemma.clone()));
        lemma
    }

    fn find(&self, text: &str, pos: Pos, morph: u16, classes: &Characters) -> String {
        if matches!(pos, Pos::None | Pos::Space) || self.base_forms[pos as usize][morph as usize] {
            return text.to_lowercase();
        }
        match &self.tables[pos as usize] {
            Some(table) => table.lemma(text, classes),
            None if pos == Pos::Propn => text.to_owned(),
            None => text.to_lowercase(),
        }
    }
}

/// Whether a word with these features is its own lemma.
fn is_base_form(pos: Pos, morph: &Morph) -> bool {
    let is = |name: &str, value: &str| morph.get(name) == Some(value);
    match pos {
        Pos::Noun if is("Number", "Sing") => true,
        Pos::Verb if is("VerbForm", "Fin") && is("Tense", "Pres") && morph.get("Number").is_none() => true,
        _ => is("VerbForm", "Inf") || is("VerbForm", "None") || is("Degree", "Pos"),
    }
}

impl Table {
    fn lemma(&self, text: &str, classes: &Characters) -> String {
        let lower = text.to_lowercase();
        let (mut forms, mut unknown) = self.by_rule(&lower, classes);
        for form in self.exceptions.after(&lower).into_iter().flat_map(|forms| forms.split('\t')) {
            if !forms.iter().any(|known| known == form) {
                forms.insert(0, form.to_owned());
            }
        }
        forms.append(&mut unknown);
        forms.into_iter().next().unwrap_or_else(|| text.to_owned())
    }

    /// What the rules make of a word in lower case: known lemmas, the one by the last rule first, then forms that are not
    /// letters alone; and apart from them words that the index does not know.
    fn by_rule(&self, lower: &str, classes: &Characters) -> (Vec<String>, Vec<String>) {
        let (mut forms, mut unknown) = (Vec::new(), Vec::new());
        for (old, new) in &self.rules {
            let Some(stem) = lower.strip_suffix(old.as_str()) else { continue };
            let form = format!("{stem}{new}");
            match () {
                () if form.is_empty() => {}
                () if self.index.contains(&form) => forms.insert(0, form),
                () if !classes.is_alpha(&form) => forms.push(form),
                () => unknown.push(form),
            }
        }
        (forms, unknown)
    }
}

impl Lines {
    /// The lines must be sorted.
    fn new(text: String) -> Self {
        let ends = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n').map(|(i, _)| i as u32 + 1);
        let starts = if text.is_empty() { Vec::new() } else { std::iter::once(0).chain(ends).collect() };
        Self { text, starts }
    }

    fn line(&self, i: usize) -> &str {
        let end = self.starts.get(i + 1).map_or(self.text.len(), |&next| next as usize - 1);
        &self.text[self.starts[i] as usize..end]
    }

    fn contains(&self, line: &str) -> bool {
        self.search(|other| other.cmp(line)).is_ok()
    }

    /// What follows a word and a tab in its line.
    fn after(&self, word: &str) -> Option<&str> {
        let key = |line: &str| line.split_once('\t').map_or(line.len(), |(key, _)| key.len());
        let i = self.search(|line| line[..key(line)].cmp(word)).ok()?;
        self.line(i).split_once('\t').map(|(_, rest)| rest)
    }

    fn search(&self, compare: impl Fn(&str) -> std::cmp::Ordering) -> Result<usize, usize> {
        let (mut low, mut high) = (0, self.starts.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match compare(self.line(middle)) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return Ok(middle),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        Err(low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rules: &[(&str, &str)], exceptions: &str, index: &str) -> Table {
        Table {
            rules: rules.iter().map(|(old, new)| ((*old).to_owned(), (*new).to_owned())).collect(),
            exceptions: Lines::new(exceptions.to_owned()),
            index: Lines::new(index.to_owned()),
        }
    }

    #[test]
    fn lines_are_found() {
        let lines = Lines::new("a\tx\na b\nbe\ty\tz\nc".to_owned());
        assert!(lines.contains("c") && lines.contains("a b") && !lines.contains("b") && !lines.contains("be"));
        assert_eq!((lines.after("be"), lines.after("a"), lines.after("b")), (Some("y\tz"), Some("x"), None));
        assert!(!Lines::new(String::new()).contains(""));
    }

    #[test]
    fn exceptions_go_before_known_lemmas_and_these_before_others() {
        let classes = Characters::new(super::super::CHARACTERS);
        let rules = [("ies", "y"), ("es", "e"), ("es", ""), ("s", "")];
        let table = table(&rules, "axes\taxis\tax\nmen\tman", "axe\nbase\nbox\nfly");
        for (word, lemma) in [
            ("Flies", "fly"),
            ("boxes", "box"),
            ("bases", "base"),
            ("men", "man"),
            ("axes", "ax"),
            ("zorbs", "zorb"),
            ("x-rays", "x-ray"),
            ("Kim", "Kim"),
        ] {
            assert_eq!(table.lemma(word, &classes), lemma, "{word}");
        }
    }
}
