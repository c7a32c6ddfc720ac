//! Names of people, grouped so that one person is one: by full name, and by the part of it that stands alone.

use super::gazetteer::Gazetteer;
use std::collections::HashMap;

/// One person as the article names it.
#[derive(Clone, Debug)]
pub(super) struct Person {
    /// The fullest name: key and words as first written.
    pub(super) key: String,
    pub(super) label: String,
    /// Keys that name this person, the fullest included.
    pub(super) keys: Vec<String>,
    pub(super) mentions: usize,
    /// Token of the first mention by full name.
    pub(super) first: usize,
}

/// All people with a name of two words or more.
#[derive(Clone, Debug, Default)]
pub(super) struct People {
    pub(super) list: Vec<Person>,
    by_key: HashMap<String, usize>,
    /// Words of names, with the people who bear them and whether as the last or first word of the fullest name.
    by_word: HashMap<String, Vec<(usize, Part)>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Family,
    Other,
}

impl People {
    /// Groups full names, given in the order of the text as key, words and token.
    pub(super) fn group(names: &[(String, String, usize)], gazetteer: &Gazetteer) -> Self {
        let mut count: HashMap<&str, usize> = HashMap::new();
        for (key, _, _) in names {
            *count.entry(key).or_default() += 1;
        }
        let mut people = Self::default();
        let mut fullest: Vec<&(String, String, usize)> = names.iter().collect();
        fullest.sort_by_key(|(key, _, token)| (std::cmp::Reverse(key.split(' ').count()), *token));
        for (key, label, token) in fullest {
            if people.by_key.contains_key(key) {
                continue;
            }
            let same: Vec<usize> = (0..people.list.len()).filter(|&p| same_person(&people.list[p].key, key)).collect();
            let at = match same[..] {
                [one] => one,
                _ => {
                    people.list.push(Person {
                        key: key.clone(),
                        label: label.clone(),
                        keys: Vec::new(),
                        mentions: 0,
                        first: *token,
                    });
                    people.list.len() - 1
                }
            };
            let person = &mut people.list[at];
            person.keys.push(key.clone());
            person.mentions += count[key.as_str()];
            person.first = person.first.min(*token);
            people.by_key.insert(key.clone(), at);
        }
        people.index_words(gazetteer);
        people
    }

    fn index_words(&mut self, gazetteer: &Gazetteer) {
        for (p, person) in self.list.iter().enumerate() {
            let words: Vec<&str> = person.key.split(' ').collect();
            let country = gazetteer.named(&person.label).find_map(|c| c.entry.country());
            let family_first = country.is_some_and(|c| gazetteer.words().is("family_first", c));
            for (i, word) in words.iter().enumerate() {
                // English texts put many a family name last that comes first at home: "Yoko Kamikawa".
                let family = i + 1 == words.len() || family_first && i == 0;
                let part = if family { Part::Family } else { Part::Other };
                self.by_word.entry((*word).to_owned()).or_default().push((p, part));
            }
            for i in 1..words.len().saturating_sub(1) {
                self.by_word.entry(words[i..].join(" ")).or_default().push((p, Part::Family));
            }
        }
    }

    /// The person with this full name.
    pub(super) fn with_key(&self, key: &str) -> Option<usize> {
        self.by_key.get(key).copied()
    }

    /// The person whom part of a name stands for at a token: the family name before another part of the name; among several
    /// one who has been named in full before, then one `known` to lead, then the one mentioned most, of these the one named first.
    pub(super) fn with_part(&self, word: &str, token: usize, known: impl Fn(usize) -> bool) -> Option<usize> {
        let bearers = self.by_word.get(word)?;
        bearers
            .iter()
            .max_by_key(|&&(p, part)| {
                let person = &self.list[p];
                let before = person.first <= token;
                (part == Part::Family, before, known(p), person.mentions, std::cmp::Reverse(person.first))
            })
            .map(|&(p, _)| p)
    }

    /// The token at which somebody with this family name is first named in full.
    pub(super) fn first_with_family(&self, word: &str) -> Option<usize> {
        let bearers = self.by_word.get(word)?;
        bearers.iter().filter(|b| b.1 == Part::Family).map(|b| self.list[b.0].first).min()
    }

    /// Whether a word is part of anybody's name, and whether as a family name.
    pub(super) fn knows(&self, word: &str) -> bool {
        self.by_word.contains_key(word)
    }
}

/// Whether two full names may be of one person: one has the words of the other in the same order, at least two of them,
/// with the same last word or the same first.
fn same_person(full: &str, other: &str) -> bool {
    let (a, b): (Vec<&str>, Vec<&str>) = (full.split(' ').collect(), other.split(' ').collect());
    let mut rest = a.iter();
    b.len() >= 2 && b.iter().all(|w| rest.any(|x| x == w)) && (a.last() == b.last() || a.first() == b.first())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_and_without_middle_words_are_one() {
        for (full, other, same) in [
            ("donald j trump", "donald trump", true),
            ("vladimir vladimirovich putin", "vladimir putin", true),
            ("kim jong un", "kim ju ae", false),
            ("george w bush", "laura bush", false),
        ] {
            assert_eq!(same_person(full, other), same, "{full} {other}");
        }
    }
}
