//! Which articles have their text from one another: a sketch of each text, small enough to keep, that tells how much two
//! texts have in common.
//!
//! The sketch holds the smallest hashes of all rows of a few words (Broder, *On the resemblance and containment of
//! documents*, 1997), so that it is the same wherever and whenever it is made, and two of them can be compared without the
//! texts.

use serde::Deserialize;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// How many hashes a sketch holds at most.
const HASHES: usize = 64;

/// From when on texts count as copies; see `data/instances/rule.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopyRule {
    /// Words in a row that are compared.
    pub words: usize,
    pub resemblance: f64,
    pub containment: f64,
    /// Rows of words that a text must have to be found as a part of another.
    pub rows: usize,
    /// Words that a sentence must have to be known again.
    pub sentence: usize,
}

impl CopyRule {
    /// Whether one of two texts is a copy of the other, in whole or in part.
    pub fn are_copies(&self, a: &Sketch, b: &Sketch) -> bool {
        let resemblance = a.resemblance(b);
        let both = resemblance * (a.rows + b.rows) as f64 / (1.0 + resemblance);
        let shorter = a.rows.min(b.rows);
        resemblance >= self.resemblance || (shorter >= self.rows && both >= self.containment * shorter as f64)
    }

    /// How many of some texts are left when copies of one another are counted once.
    pub fn origins(&self, sketches: &[Option<&Sketch>]) -> usize {
        let mut groups: Vec<Vec<Option<&Sketch>>> = Vec::new();
        for &sketch in sketches {
            let is_copy = |other: &Option<&Sketch>| match (sketch, other) {
                (Some(a), Some(b)) => self.are_copies(a, b),
                _ => false,
            };
            let (of_one, mut others): (Vec<_>, Vec<_>) = groups.into_iter().partition(|g| g.iter().any(&is_copy));
            others.push(of_one.into_iter().flatten().chain([sketch]).collect());
            groups = others;
        }
        groups.len()
    }
}

/// What is kept of a text to compare it with others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sketch {
    /// Different rows of words in the text.
    rows: usize,
    /// The smallest hashes of the rows, in ascending order.
    hashes: Vec<u32>,
}

impl Sketch {
    /// None for a text without a word. Letter case, punctuation and spaces make no difference.
    pub fn of(text: &str, words_in_a_row: usize) -> Option<Self> {
        let words = words(text);
        let length = words_in_a_row.clamp(1, words.len().max(1));
        let all: BTreeSet<u32> = words.windows(length).map(hash).collect();
        let hashes = all.iter().copied().take(HASHES).collect();
        (!all.is_empty()).then_some(Self { rows: all.len(), hashes })
    }

    /// The part of all rows of either text that both have, as estimated from the smallest hashes of the two together.
    pub fn resemblance(&self, other: &Self) -> f64 {
        let (mut a, mut b) = (self.hashes.as_slice(), other.hashes.as_slice());
        let (mut all, mut both) = (0, 0);
        while all < HASHES {
            let (first, second) = match (a.first(), b.first()) {
                (None, None) => break,
                (Some(x), Some(y)) => (x <= y, y <= x),
                (x, y) => (x.is_some(), y.is_some()),
            };
            (all, both) = (all + 1, both + usize::from(first && second));
            a = &a[usize::from(first)..];
            b = &b[usize::from(second)..];
        }
        both as f64 / all.max(1) as f64
    }
}

/// The number of rows, and the hashes in hexadecimal.
impl fmt::Display for Sketch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.rows)?;
        self.hashes.iter().try_for_each(|hash| write!(f, "{hash:08x}"))
    }
}

impl FromStr for Sketch {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (rows, hashes) = text.split_once(':').ok_or(())?;
        let chunks = hashes.as_bytes().chunks(8).map(|c| std::str::from_utf8(c).map_err(|_| ()));
        let hash = |c: Result<&str, ()>| u32::from_str_radix(c?, 16).map_err(|_| ());
        let hashes: BTreeSet<u32> = chunks.map(hash).collect::<Result<_, _>>()?;
        Ok(Self { rows: rows.parse().map_err(|_| ())?, hashes: hashes.into_iter().collect() })
    }
}

/// The words of a text in lower case.
pub fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    words.map(str::to_lowercase).collect()
}

/// FNV-1a with a finaliser, so that also the smallest hashes are spread evenly; the upper half.
fn hash(row: &[String]) -> u32 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    let bytes = row.iter().flat_map(|word| word.bytes().chain([b' ']));
    let mut hash = bytes.fold(0xcbf2_9ce4_8422_2325, step);
    for factor in [0xff51_afd7_ed55_8ccd, 0xc4ce_b9fe_1a85_ec53] {
        hash = (hash ^ (hash >> 33)).wrapping_mul(factor);
    }
    (hash >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: CopyRule = CopyRule { words: 4, resemblance: 0.5, containment: 0.75, rows: 40, sentence: 6 };

    fn text(from: usize, to: usize) -> String {
        (from..to).map(|i| format!("w{} ", i * 7919 % 1009)).collect()
    }

    fn copies(a: &str, b: &str) -> bool {
        RULE.are_copies(&Sketch::of(a, 4).unwrap(), &Sketch::of(b, 4).unwrap())
    }

    #[test]
    fn copies_are_known_and_other_texts_are_not() {
        assert!(copies(&text(0, 200), &text(0, 200).to_uppercase()));
        assert!(copies(&text(0, 200), &text(0, 200).replace("w790", "or").replace(" w2 ", " a new ")), "light edits");
        assert!(copies(&text(0, 400), &text(0, 80)), "cut after the first part");
        assert!(!copies(&text(0, 200), &text(200, 400)));
        assert!(!copies(&text(0, 200), &text(150, 350)), "a part in common");
        assert!(!copies(&text(0, 400), &text(0, 20)), "too little to tell");
        assert!(copies("Kim met Xi.", "KIM MET XI"));
    }

    #[test]
    fn a_sketch_is_what_is_kept_of_it() {
        for text in ["One word", "北京 会谈", &text(0, 500)] {
            let sketch = Sketch::of(text, 4).unwrap();
            assert_eq!(sketch.to_string().parse(), Ok(sketch.clone()));
            assert!(sketch.to_string().len() < 530);
        }
        assert_eq!(Sketch::of(" … — !", 4), None);
        for broken in ["", "3", "x:00000000", "3:0000000g", "3:\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}"] {
            assert!(broken.parse::<Sketch>().is_err(), "{broken}");
        }
        assert_eq!(Sketch::of("Kim met Xi in Beijing", 4).unwrap().to_string(), "2:03855ce6abfbe5f4");
    }

    #[test]
    fn copies_of_copies_are_of_one_origin() {
        let sketch = |from, to| Sketch::of(&text(from, to), 4);
        let kept = [sketch(0, 100), sketch(20, 120), sketch(40, 140), sketch(500, 600), None, None];
        let chain = kept.each_ref().map(Option::as_ref);
        assert!(!RULE.are_copies(chain[0].unwrap(), chain[2].unwrap()));
        assert_eq!(RULE.origins(&chain), 4);
        let mut turned = chain;
        turned.swap(0, 1);
        turned.swap(2, 5);
        assert_eq!(RULE.origins(&turned), 4);
        assert_eq!(RULE.origins(&[]), 0);
    }
}
