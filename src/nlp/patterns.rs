//! The small part of Python's regular expressions in which spaCy writes what splits a word: alternatives of single
//! characters and classes, with look-behind and look-ahead of fixed width.

use super::characters::CharSet;
use std::iter::Peekable;
use std::str::Chars;

/// An alternation. Which of its alternatives may begin with an ASCII character is known beforehand.
#[derive(Debug)]
pub struct Pattern {
    alternatives: Vec<Alternative>,
    /// For each ASCII character, the alternatives whose first item holds it.
    by_first: Vec<Vec<u16>>,
}

#[derive(Clone, Debug, Default)]
struct Alternative {
    behind: Vec<CharSet>,
    /// Never empty.
    body: Vec<CharSet>,
    /// Whether the last item of the body may repeat.
    repeats: bool,
    ahead: Option<CharSet>,
    not_ahead: Option<CharSet>,
}

impl Pattern {
    /// Reads a pattern. The error says what was not understood.
    pub fn parse(source: &str) -> Result<Self, String> {
        let mut alternatives = Vec::new();
        let mut input = source.chars().peekable();
        loop {
            alternatives.extend(alternative(&mut input)?);
            match input.next() {
                None => break,
                Some('|') => {}
                Some(c) => return Err(format!("unexpected `{c}` in a pattern")),
            }
        }
        let begins = |byte: u8| {
            let holds = |a: &Alternative| a.body[0].contains(byte as char);
            (0..alternatives.len() as u16).filter(|&i| holds(&alternatives[i as usize])).collect()
        };
        Ok(Self { by_first: (0..128).map(begins).collect(), alternatives })
    }

    /// Length of what matches at the start of a text, by the first alternative that does.
    pub fn prefix(&self, text: &[char]) -> usize {
        self.match_at(text, 0).unwrap_or(0)
    }

    /// Length of the longest match that ends where the text ends.
    pub fn suffix(&self, text: &[char]) -> usize {
        self.alternatives.iter().map(|a| a.match_to_end(text)).max().unwrap_or(0)
    }

    /// Start and end of every match, from left to right, none overlapping another.
    pub fn find_all(&self, text: &[char], found: &mut Vec<(usize, usize)>) {
        let mut at = 0;
        while at < text.len() {
            match self.match_at(text, at) {
                Some(len) => {
                    found.push((at, at + len));
                    at += len;
                }
                None => at += 1,
            }
        }
    }

    fn match_at(&self, text: &[char], at: usize) -> Option<usize> {
        let first = *text.get(at)?;
        match self.by_first.get(first as usize) {
            Some(indices) => indices.iter().find_map(|&i| self.alternatives[i as usize].match_at(text, at)),
            None => self.alternatives.iter().find_map(|a| a.match_at(text, at)),
        }
    }
}

impl Alternative {
    fn match_at(&self, text: &[char], at: usize) -> Option<usize> {
        let fixed = text.get(at..at + self.body.len())?;
        if !all_hold(&self.body, fixed) || !self.follows(&text[..at]) {
            return None;
        }
        let mut len = self.body.len();
        if self.repeats {
            let again = &self.body[len - 1];
            len += text[at + len..].iter().take_while(|&&c| again.contains(c)).count();
        }
        self.precedes(text.get(at + len)).then_some(len)
    }

    fn match_to_end(&self, text: &[char]) -> usize {
        let Some(start) = text.len().checked_sub(self.body.len()) else { return 0 };
        if self.ahead.is_some() || !all_hold(&self.body, &text[start..]) {
            return 0;
        }
        if self.repeats {
            return self.longest_run_to_end(text);
        }
        if self.follows(&text[..start]) { self.body.len() } else { 0 }
    }

    /// The longest match to the end when the last item repeats: its run, with as much of the rest before it as there is.
    fn longest_run_to_end(&self, text: &[char]) -> usize {
        let (again, fixed) = self.body.split_last().expect("a body is not empty");
        let run = text.iter().rev().take_while(|&&c| again.contains(c)).count();
        let longest = (1..=run).rev().find(|&n| {
            let rest = &text[..text.len() - n];
            rest.len().checked_sub(fixed.len()).is_some_and(|s| all_hold(fixed, &rest[s..]) && self.follows(&rest[..s]))
        });
        longest.map_or(0, |n| n + fixed.len())
    }

    fn follows(&self, before: &[char]) -> bool {
        before.len().checked_sub(self.behind.len()).is_some_and(|start| all_hold(&self.behind, &before[start..]))
    }

    fn precedes(&self, next: Option<&char>) -> bool {
        self.ahead.as_ref().is_none_or(|set| next.is_some_and(|&c| set.contains(c)))
            && self.not_ahead.as_ref().is_none_or(|set| next.is_none_or(|&c| !set.contains(c)))
    }
}

fn all_hold(sets: &[CharSet], text: &[char]) -> bool {
    sets.iter().zip(text).all(|(set, &c)| set.contains(c))
}

type Input<'a> = Peekable<Chars<'a>>;

/// One alternative; several where it holds a group of its own.
fn alternative(input: &mut Input) -> Result<Vec<Alternative>, String> {
    let mut ways = vec![Alternative::default()];
    let mut ended = false;
    while let Some(&c) = input.peek() {
        match c {
            '|' | ')' => break,
            _ if ended => return Err("text after `$`".to_owned()),
            '^' => drop(input.next()),
            '$' => {
                input.next();
                ended = true;
            }
            '(' => group(input, &mut ways)?,
            '+' => {
                input.next();
                ways.iter_mut().for_each(|way| way.repeats = true);
            }
            _ => {
                let set = one(input)?;
                if ways.iter().any(|way| way.repeats || way.ahead.is_some() || way.not_ahead.is_some()) {
                    return Err("only the last item of an alternative may repeat or look ahead".to_owned());
                }
                ways.iter_mut().for_each(|way| way.body.push(set.clone()));
            }
        }
    }
    if ways.iter().any(|way| way.body.is_empty()) {
        return Err("an alternative that matches nothing".to_owned());
    }
    Ok(ways)
}

fn group(input: &mut Input, ways: &mut Vec<Alternative>) -> Result<(), String> {
    expect(input, "(?")?;
    match input.next() {
        Some('<') => {
            expect(input, "=")?;
            let sets = sequence(input)?;
            ways.iter_mut().for_each(|way| way.behind = sets.clone());
        }
        Some('=') => {
            let set = single(sequence(input)?)?;
            ways.iter_mut().for_each(|way| way.ahead = Some(set.clone()));
        }
        Some('!') => {
            let set = single(sequence(input)?)?;
            ways.iter_mut().for_each(|way| way.not_ahead = Some(set.clone()));
        }
        Some(':') => *ways = multiplied(ways, &choices(input)?),
        other => return Err(format!("unknown group `(?{}`", other.map(String::from).unwrap_or_default())),
    }
    expect(input, ")")
}

fn multiplied(ways: &[Alternative], choices: &[Vec<CharSet>]) -> Vec<Alternative> {
    let with = |way: &Alternative, choice: &Vec<CharSet>| {
        let mut way = way.clone();
        way.body.extend(choice.iter().cloned());
        way
    };
    ways.iter().flat_map(|way| choices.iter().map(move |choice| with(way, choice))).collect()
}

fn choices(input: &mut Input) -> Result<Vec<Vec<CharSet>>, String> {
    let mut choices = vec![sequence(input)?];
    while input.next_if_eq(&'|').is_some() {
        choices.push(sequence(input)?);
    }
    Ok(choices)
}

fn sequence(input: &mut Input) -> Result<Vec<CharSet>, String> {
    let mut sets = Vec::new();
    while input.peek().is_some_and(|&c| c != ')' && c != '|') {
        sets.push(one(input)?);
    }
    Ok(sets)
}

fn single(mut sets: Vec<CharSet>) -> Result<CharSet, String> {
    match (sets.pop(), sets.is_empty()) {
        (Some(set), true) => Ok(set),
        _ => Err("look-ahead of other than one character".to_owned()),
    }
}

/// A class, an escaped or a plain character.
fn one(input: &mut Input) -> Result<CharSet, String> {
    match input.next() {
        Some('[') => class(input),
        Some('\\') => Ok(CharSet::of(&[escaped(input)?])),
        Some(c) if !"(){}*?.^$".contains(c) => Ok(CharSet::of(&[c])),
        other => Err(format!("unexpected `{}`", other.map(String::from).unwrap_or_default())),
    }
}

/// What stands between `[`, which has been read, and `]`.
pub fn class(input: &mut Input) -> Result<CharSet, String> {
    let mut ranges = Vec::new();
    loop {
        let first = match input.next().ok_or("a class without end")? {
            ']' => return Ok(CharSet::new(ranges)),
            '\\' => escaped(input)?,
            c => c,
        };
        let mut rest = input.clone();
        let is_range = rest.next() == Some('-') && rest.peek().is_some_and(|&c| c != ']');
        let last = if is_range {
            input.next();
            match input.next() {
                Some('\\') => escaped(input)?,
                Some(c) => c,
                None => return Err("a class without end".to_owned()),
            }
        } else {
            first
        };
        ranges.push((first as u32, last as u32));
    }
}

/// The character that follows a backslash: `\u00A6`, `\U0001F300`, or a mark standing for itself.
fn escaped(input: &mut Input) -> Result<char, String> {
    let digits = match input.next().ok_or("a backslash at the end")? {
        'u' => 4,
        'U' => 8,
        c if c.is_ascii_alphanumeric() => return Err(format!("unknown escape `\\{c}`")),
        c => return Ok(c),
    };
    let code: String = input.by_ref().take(digits).collect();
    let point = u32::from_str_radix(&code, 16).map_err(|_| format!("`{code}` is not a hexadecimal number"))?;
    char::from_u32(point).ok_or_else(|| format!("`{code}` is not a character"))
}

fn expect(input: &mut Input, text: &str) -> Result<(), String> {
    for wanted in text.chars() {
        if input.next() != Some(wanted) {
            return Err(format!("expected `{text}`"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn prefixes_take_the_first_alternative() {
        let pattern = Pattern::parse(r"^\+(?![0-9])|^…|^……|^\.\.+|^US\$|^[\u00A6\u2100-\u2105]").unwrap();
        for (text, len) in
            [("+a", 1), ("+", 1), ("+1", 0), ("……", 1), ("....x", 4), (".x", 0), ("US$5", 3), ("℃", 1), ("", 0)]
        {
            assert_eq!(pattern.prefix(&chars(text)), len, "{text}");
        }
    }

    #[test]
    fn suffixes_take_the_longest_match() {
        let pattern =
            Pattern::parse(r"…$|……$|'s$|\.\.+$|(?<=[0-9])(?:m|km|US\$)$|(?<=°[FC])\.$|(?<=[A-Z][A-Z])\.$").unwrap();
        for (text, len) in [
            ("a……", 2),
            ("it's", 2),
            ("a....", 4),
            ("a.", 0),
            ("5km", 2),
            ("5m", 1),
            ("akm", 0),
            ("°C.", 1),
            ("US.", 1),
            ("S.", 0),
            ("5US$", 3),
        ] {
            assert_eq!(pattern.suffix(&chars(text)), len, "{text}");
        }
    }

    #[test]
    fn infixes_are_found_from_left_to_right() {
        let pattern = Pattern::parse(r"\.\.+|(?<=[0-9])[+\-\*^](?=[0-9-])|(?<=[a-z0-9])(?:-|--|~)(?=[a-z])").unwrap();
        let mut found = Vec::new();
        pattern.find_all(&chars("a--b-c..d 1-2+x"), &mut found);
        assert_eq!(found, [(1, 3), (4, 5), (6, 8), (11, 12)]);
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        for source in ["a*", r"\d", "(a)", "(?=ab)c", "[a", "a+b", "", "a|"] {
            assert!(Pattern::parse(source).is_err(), "{source}");
        }
    }
}
