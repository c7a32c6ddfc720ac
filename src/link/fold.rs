//! The key under which a name is looked up: lower case, no accents, no marks, words separated by one space.
//!
//! `Côte d'Ivoire` and `Cote dIvoire`, `Kim Jong-un` and `Kim Jong Un`, `U.S.` and `US` have one key each. Case is not
//! part of the key on purpose; whether "us" may stand for `US` is decided afterwards, by [`same_case`].

use std::collections::HashMap;

/// Letters with marks, and what they become. A table of the project's data, `folding.tsv`.
#[derive(Clone, Debug)]
pub(crate) struct Folding {
    /// By code point, for Latin letters outside ASCII; the first letter, and a second one for `æ` and the like.
    latin: Vec<[u8; 2]>,
    others: HashMap<char, [u8; 2]>,
}

const TABLE_SIZE: usize = 0x250;

impl Folding {
    /// Reads lines of `letter TAB becomes`, after one header line.
    pub(crate) fn parse(text: &str) -> Self {
        let mut folding = Self { latin: vec![[0; 2]; TABLE_SIZE], others: HashMap::new() };
        for line in text.lines().skip(1) {
            if let Some((letter, becomes)) = line.split_once('\t')
                && let Some(letter) = letter.chars().next()
            {
                let b = becomes.as_bytes();
                folding.set(letter, [b.first().copied().unwrap_or(0), b.get(1).copied().unwrap_or(0)]);
            }
        }
        folding
    }

    fn set(&mut self, letter: char, becomes: [u8; 2]) {
        match self.latin.get_mut(letter as usize) {
            Some(slot) => *slot = becomes,
            None => {
                self.others.insert(letter, becomes);
            }
        }
    }

    fn get(&self, letter: char) -> [u8; 2] {
        match self.latin.get(letter as usize) {
            Some(&slot) => slot,
            None => self.others.get(&letter).copied().unwrap_or_default(),
        }
    }

    /// Feeds the characters of the key of `text` to `sink`.
    fn each(&self, text: &str, mut sink: impl FnMut(char)) {
        let (mut gap, mut started) = (false, false);
        for ch in text.chars() {
            if dropped(ch) {
                continue;
            }
            if !ch.is_alphanumeric() {
                gap = started;
                continue;
            }
            if std::mem::take(&mut gap) {
                sink(' ');
            }
            started = true;
            if ch.is_ascii() {
                sink(ch.to_ascii_lowercase());
                continue;
            }
            match self.get(ch) {
                [0, _] => ch.to_lowercase().for_each(&mut sink),
                [a, 0] => sink(a as char),
                [a, b] => {
                    sink(a as char);
                    sink(b as char);
                }
            }
        }
    }

    /// The key itself.
    pub(crate) fn key(&self, text: &str) -> String {
        let mut key = String::with_capacity(text.len());
        self.each(text, |ch| key.push(ch));
        key
    }

    /// A number that stands for the key (FNV-1a over its code points).
    pub(crate) fn hash(&self, text: &str) -> u64 {
        let mut hash = 0xcbf2_9ce4_8422_2325u64;
        self.each(text, |ch| hash = (hash ^ ch as u64).wrapping_mul(0x0000_0100_0000_01b3));
        hash
    }
}

/// Marks inside a name that its key leaves out: full stops, apostrophes and their look-alikes.
fn dropped(ch: char) -> bool {
    matches!(
        ch,
        '.' | '\'' | '\u{2018}' | '\u{2019}' | '\u{02bc}' | '\u{02bb}' | '`' | '\u{00b4}' | '\u{02bf}' | '\u{02be}'
    )
}

/// Whether the words of a text may stand for a name as far as capitals go.
///
/// An acronym needs its capitals ("us" is not `US`, "Who" is not `WHO`), but four letters or more may be written as a word
/// (`Nato`, `Opec`). Any other name needs a capital where it has one first; all capitals are taken for a headline.
pub(crate) fn same_case(name: &str, text: &str) -> bool {
    let mut letters = text.chars().filter(|c| c.is_alphabetic());
    let Some(first) = letters.next() else { return true };
    if is_acronym(name) {
        let all = first.is_uppercase() && letters.clone().all(|c| c.is_uppercase());
        let count = 1 + letters.clone().count();
        return all || (count >= 4 && first.is_uppercase() && letters.all(|c| c.is_lowercase()) && !name.contains('.'));
    }
    // `M.D.` is not `Md.`, though both have one key.
    let initials = text.trim_end_matches('.').contains('.') && letters.clone().all(|c| c.is_uppercase());
    if initials && !name.trim_end_matches('.').contains('.') {
        return false;
    }
    first.is_uppercase() || name.chars().find(|c| c.is_alphabetic()).is_some_and(|c| c.is_lowercase())
}

/// `US`, `U.K.`, `NATO`, `G-7`: letters without a small one, in one word of at most eight characters.
pub(crate) fn is_acronym(name: &str) -> bool {
    name.len() <= 10
        && !name.contains(' ')
        && name.chars().filter(|c| c.is_alphabetic()).count() >= 1
        && name.chars().all(|c| !c.is_lowercase())
        && name.chars().any(|c| c.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folding() -> Folding {
        Folding::parse(include_str!("../../data/gazetteer/folding.tsv"))
    }

    #[test]
    fn spellings_of_one_name_have_one_key() {
        let f = folding();
        for (a, b) in [
            ("Côte d'Ivoire", "Cote d’Ivoire"),
            ("Kim Jong-un", "Kim Jong Un"),
            ("U.S.", "US"),
            ("Şanlıurfa", "Sanliurfa"),
            ("Æthelred", "Aethelred"),
            ("Nguyễn Phú Trọng", "Nguyen Phu Trong"),
            ("  Al-Qaeda ", "al Qaeda"),
        ] {
            assert_eq!(f.key(a), f.key(b), "{a} {b}");
            assert_eq!(f.hash(a), f.hash(b), "{a} {b}");
        }
        assert_ne!(f.key("Niger"), f.key("Nigeria"));
        assert_eq!(f.key("北京"), "北京");
        assert_eq!(f.key("…"), "");
    }

    #[test]
    fn capitals_decide_between_words_and_names() {
        for (name, text, same) in [
            ("US", "US", true),
            ("U.S.", "US", true),
            ("US", "us", false),
            ("US", "Us", false),
            ("WHO", "Who", false),
            ("NATO", "Nato", true),
            ("China", "CHINA", true),
            ("China", "china", false),
            ("al-Qaeda", "al-Qaeda", true),
            ("Hamas", "Hamas", true),
            ("Md.", "M.D.", false),
        ] {
            assert_eq!(same_case(name, text), same, "{name} {text}");
        }
    }
}
