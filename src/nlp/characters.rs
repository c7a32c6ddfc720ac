//! Sets of characters, and the classes of characters as Python's string methods draw them.

use std::cmp::Ordering;

/// A set of characters: a bitmap for the first 256, ranges for the rest.
#[derive(Clone, Debug, Default)]
pub struct CharSet {
    low: [u64; 4],
    /// Sorted, apart from one another.
    high: Vec<(u32, u32)>,
}

impl CharSet {
    /// The union of ranges of code points, both ends included.
    pub fn new(mut ranges: Vec<(u32, u32)>) -> Self {
        ranges.sort_unstable();
        let mut set = Self::default();
        for (first, last) in ranges {
            for point in first..=last.min(255) {
                set.low[point as usize / 64] |= 1 << (point % 64);
            }
            if last > 255 {
                set.push_high(first.max(256), last);
            }
        }
        set
    }

    pub fn of(chars: &[char]) -> Self {
        Self::new(chars.iter().map(|&c| (c as u32, c as u32)).collect())
    }

    fn push_high(&mut self, first: u32, last: u32) {
        match self.high.last_mut() {
            Some((_, end)) if first <= *end + 1 => *end = last.max(*end),
            _ => self.high.push((first, last)),
        }
    }

    pub fn contains(&self, c: char) -> bool {
        let point = c as u32;
        if point < 256 {
            return self.low[point as usize / 64] >> (point % 64) & 1 == 1;
        }
        let place = |&(first, last): &(u32, u32)| match () {
            () if last < point => Ordering::Less,
            () if first > point => Ordering::Greater,
            () => Ordering::Equal,
        };
        self.high.binary_search_by(place).is_ok()
    }
}

/// The classes of characters that spaCy asks Python for.
#[derive(Debug)]
pub struct Characters {
    pub alpha: CharSet,
    pub decimal: CharSet,
    pub digit: CharSet,
    pub space: CharSet,
    pub upper: CharSet,
    pub word: CharSet,
}

impl Characters {
    /// Reads `characters.tsv`: class, first and last code point in hexadecimal.
    pub fn new(table: &str) -> Self {
        let class = |name: &str| {
            let row = |line: &str| {
                let mut cells = line.split('\t');
                let mut number = || u32::from_str_radix(cells.next()?, 16).ok();
                Some((number()?, number()?))
            };
            let rows = table.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix('\t'));
            CharSet::new(rows.filter_map(row).collect())
        };
        Self {
            alpha: class("alpha"),
            decimal: class("decimal"),
            digit: class("digit"),
            space: class("space"),
            upper: class("upper"),
            word: class("word"),
        }
    }

    /// Whether a text consists of letters only, as `str.isalpha` in Python.
    pub fn is_alpha(&self, text: &str) -> bool {
        !text.is_empty() && text.chars().all(|c| self.alpha.contains(c))
    }

    pub fn is_space(&self, text: &str) -> bool {
        !text.is_empty() && text.chars().all(|c| self.space.contains(c))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_hold_their_ranges() {
        let set = CharSet::new(vec![(0x400, 0x4FF), (0x30, 0x39), (0xF0, 0x110), (0x111, 0x120)]);
        for (c, inside) in
            [('0', true), ('9', true), (':', false), ('ð', true), ('Ā', true), ('Ġ', true), ('ġ', false), ('я', true)]
        {
            assert_eq!(set.contains(c), inside, "{c}");
        }
    }

    #[test]
    fn classes_are_those_of_python() {
        let classes = Characters::new(super::super::CHARACTERS);
        assert!(
            classes.space.contains('\u{1c}') && classes.space.contains('\u{a0}') && !classes.space.contains('\u{200b}')
        );
        assert!(classes.digit.contains('²') && !classes.digit.contains('½') && !classes.decimal.contains('²'));
        assert!(classes.alpha.contains('é') && !classes.alpha.contains('Ⅷ') && !classes.alpha.contains('\u{345}'));
        assert!(classes.is_alpha("Zürich") && !classes.is_alpha("it's") && !classes.is_alpha(""));
    }
}
