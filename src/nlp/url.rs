//! Tells a web or mail address from other words, as the `url_match` pattern of spaCy's tokeniser does.

use super::characters::{CharSet, Characters};
use super::patterns;

/// What `url_match` says, with the one thing that the pattern spells out at length: the letters of a top-level domain.
#[derive(Debug)]
pub struct Url {
    top_level: CharSet,
    host: CharSet,
}

/// How `url_match` begins and ends in every model of the family.
const BEFORE_TOP_LEVEL: &str = concat!(
    r"(?u)^(?:(?:[\w\+\-\.]{2,})://)?(?:\S+(?::\S*)?@)?(?:(?!(?:10|127)(?:\.\d{1,3}){3})",
    r"(?!(?:169\.254|192\.168)(?:\.\d{1,3}){2})(?!172\.(?:1[6-9]|2\d|3[0-1])(?:\.\d{1,3}){2})",
    r"(?:[1-9]\d?|1\d\d|2[01]\d|22[0-3])(?:\.(?:1?\d{1,2}|2[0-4]\d|25[0-5])){2}",
    r"(?:\.(?:[1-9]\d?|1\d\d|2[0-4]\d|25[0-4]))|",
    r"(?:(?:[A-Za-z0-9\u00a1-\uffff][A-Za-z0-9\u00a1-\uffff_-]{0,62})?[A-Za-z0-9\u00a1-\uffff]\.)+(?:[",
);
const AFTER_TOP_LEVEL: &str = r"{2,63}))(?::\d{2,5})?(?:[/?#]\S*)?$";

impl Url {
    /// Reads the pattern. Another pattern than the family's is an error: it would need another matcher.
    pub fn parse(source: &str) -> Result<Self, String> {
        let class = source.strip_prefix(BEFORE_TOP_LEVEL).and_then(|rest| rest.strip_suffix(AFTER_TOP_LEVEL));
        let class = class.ok_or("a pattern for addresses that differs from spaCy 3's")?;
        let letters = [(0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A), (0xA1, 0xFFFF)];
        Ok(Self { top_level: patterns::class(&mut class.chars().peekable())?, host: CharSet::new(letters.to_vec()) })
    }

    /// Whether a whole word, which holds no whitespace, is an address.
    pub fn matches(&self, text: &[char], classes: &Characters) -> bool {
        if !text.contains(&'.') {
            return false;
        }
        let hosts = self.host_starts(text, classes);
        hosts.iter().any(|&start| ip_address(text, start, classes)) || self.any_domain(text, &hosts, classes)
    }

    /// Where the host may begin: at the start, after a scheme, after an `@` that follows something.
    fn host_starts(&self, text: &[char], classes: &Characters) -> Vec<usize> {
        let scheme = text.iter().take_while(|&&c| "+-.".contains(c) || classes.word.contains(c)).count();
        let after_scheme = (scheme >= 2 && text[scheme..].starts_with(&[':', '/', '/'])).then_some(scheme + 3);
        let after_at = (1..text.len()).filter(|&i| text[i] == '@').map(|i| i + 1);
        [0].into_iter().chain(after_scheme).chain(after_at).collect()
    }

    /// Whether a domain name begins at one of `starts`. Goes over the dots once, from the last to the first, so that a word
    /// with many dots and `@` takes no longer than its length.
    fn any_domain(&self, text: &[char], starts: &[usize], classes: &Characters) -> bool {
        let dots: Vec<usize> = (0..text.len()).filter(|&i| text[i] == '.').collect();
        // Whether what follows each dot completes a domain name.
        let mut completes = vec![false; dots.len()];
        for i in (0..dots.len()).rev() {
            let after = dots[i] + 1;
            let longer = i + 1 < dots.len() && completes[i + 1] && self.is_label(&text[after..dots[i + 1]]);
            completes[i] = longer || self.ends_with_top_level(text, after, classes);
        }
        starts.iter().any(|&start| {
            let next = dots.partition_point(|&dot| dot < start);
            next < dots.len() && completes[next] && self.is_label(&text[start..dots[next]])
        })
    }

    fn is_label(&self, text: &[char]) -> bool {
        let inside = |&c: &char| c == '_' || c == '-' || self.host.contains(c);
        let (Some(&first), Some(&last)) = (text.first(), text.last()) else { return false };
        text.len() <= 64 && self.host.contains(first) && self.host.contains(last) && text.iter().all(inside)
    }

    fn ends_with_top_level(&self, text: &[char], start: usize, classes: &Characters) -> bool {
        let len = text[start..].iter().take(64).take_while(|&&c| self.top_level.contains(c)).count();
        (2..=63).contains(&len) && ends_with_path(&text[start + len..], classes)
    }
}

/// `(?::\d{2,5})?(?:[/?#]\S*)?$`
fn ends_with_path(text: &[char], classes: &Characters) -> bool {
    let rest = match text.split_first() {
        Some((':', rest)) => {
            let digits = rest.iter().take(6).take_while(|&&c| classes.decimal.contains(c)).count();
            if !(2..=5).contains(&digits) {
                return false;
            }
            &rest[digits..]
        }
        _ => text,
    };
    rest.first().is_none_or(|c| "/?#".contains(*c))
}

/// A dotted quad outside the private networks. `\d` is any decimal digit of Unicode, as in Python.
fn ip_address(text: &[char], start: usize, classes: &Characters) -> bool {
    let mut at = start;
    let mut octets: [&[char]; 4] = [&[]; 4];
    for (i, octet) in octets.iter_mut().enumerate() {
        if i > 0 && text.get(at) != Some(&'.') {
            return false;
        }
        at += usize::from(i > 0);
        let len = text.get(at..).unwrap_or(&[]).iter().take(4).take_while(|&&c| classes.decimal.contains(c)).count();
        if !(1..=3).contains(&len) {
            return false;
        }
        *octet = &text[at..at + len];
        at += len;
    }
    is_public(&octets) && are_in_range(&octets) && ends_with_path(&text[at..], classes)
}

fn is_public(octets: &[&[char]; 4]) -> bool {
    let is = |i: usize, text: &str| octets[i].iter().copied().eq(text.chars());
    let in_172 = match octets[1] {
        ['1', c] => ('6'..='9').contains(c),
        ['2', _] | ['3', '0' | '1'] => true,
        _ => false,
    };
    let local = is(0, "10") || is(0, "127") || (is(0, "169") && is(1, "254")) || (is(0, "192") && is(1, "168"));
    !(local || is(0, "172") && in_172)
}

fn are_in_range(octets: &[&[char]; 4]) -> bool {
    let short = |octet: &[char]| matches!(octet, [_] | [_, _] | ['1', _, _] | ['2', '0'..='4', _]);
    let no_zero = |octet: &[char]| matches!(octet, ['1'..='9'] | ['1'..='9', _] | [_, _, _]);
    let first = matches!(octets[0], [_] | [_, _] | ['1', _, _] | ['2', '0' | '1', _] | ['2', '2', '0'..='3']);
    let inner = |octet: &[char]| short(octet) || matches!(octet, ['2', '5', '0'..='5']);
    let last = short(octets[3]) || matches!(octets[3], ['2', '5', '0'..='4']);
    first && no_zero(octets[0]) && inner(octets[1]) && inner(octets[2]) && last && no_zero(octets[3])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pattern with some of the letters of a top-level domain.
    fn url() -> Url {
        Url::parse(&format!(r"{BEFORE_TOP_LEVEL}a-z\u00DF-\u00F6]{AFTER_TOP_LEVEL}")).unwrap()
    }

    #[test]
    fn addresses_are_told_from_other_words() {
        let (url, classes) = (url(), Characters::new(super::super::CHARACTERS));
        for (text, is_address) in [
            ("www.bbc.co.uk", true),
            ("https://example.org/a?b=c#d", true),
            ("example.org:8080", true),
            ("example.org:8", false),
            ("example.org:123456", false),
            ("name@example.org", true),
            ("user:pass@sub.example.org", true),
            ("a@b@c.de", true),
            ("@c.de", false),
            ("Example.COM", false),
            ("end.The", false),
            ("U.S", false),
            ("x_.de", false),
            ("1.2.3.4", true),
            ("1.2.3.4/x", true),
            ("10.2.3.4", false),
            ("172.20.3.4", false),
            ("172.32.3.4", true),
            ("192.168.1.1", false),
            ("256.1.1.1", false),
            ("1.2.3.255", false),
            ("1.2.3.0", false),
            ("1.2.3", false),
            ("...", false),
        ] {
            let chars: Vec<char> = text.chars().collect();
            assert_eq!(url.matches(&chars, &classes), is_address, "{text}");
        }
    }

    #[test]
    fn another_pattern_is_an_error() {
        assert!(Url::parse("https?://").is_err());
    }

    #[test]
    fn long_words_take_no_longer_than_their_length() {
        let (url, classes) = (url(), Characters::new(super::super::CHARACTERS));
        let chars: Vec<char> = "a@b.".repeat(100_000).chars().collect();
        assert!(!url.matches(&chars, &classes));
    }
}
