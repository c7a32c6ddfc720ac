//! Words of time: the table that gives classes of words their values, and the classes read from digits.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::Arc;

/// Declares the classes that a word of a time expression can belong to, with their names in `data/times`.
macro_rules! classes {
    ($($variant:ident = $name:literal),* $(,)?) => {
        /// What a word or number can be in a time expression; also the slot of a match that it fills.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(super) enum Class { $($variant),* }

        impl FromStr for Class {
            type Err = ();

            fn from_str(name: &str) -> Result<Self, ()> {
                match name { $($name => Ok(Self::$variant),)* _ => Err(()) }
            }
        }
    };
}

classes! {
    Adjective = "adjective", Ambiguous = "ambiguous", AndHalf = "andhalf", Approx = "approx",
    Arranged = "arranged", Cardinal = "cardinal", Clock = "clock", Coming = "coming", Count = "count",
    Day = "day", DayRef = "dayref", Decade = "decade", Degree = "degree", Doubt = "doubt", Early = "early", Edge = "edge", Few = "few", Following = "following", Frequency = "frequency",
    Half = "half", Holiday = "holiday", Hour = "hour", Iso = "iso", Last = "last", Meridiem = "meridiem",
    Lasting = "lasting", Military = "military", Minutes = "minutes", Month = "month", Next = "next", Noon = "noon", Nth = "nth",
    Number = "number", Ordinal = "ordinal", Owner = "owner", Part = "part", Parts = "parts", Past = "past", Preposition = "preposition", Previous = "previous",
    Prospect = "prospect", Quarter = "quarter", Reference = "reference", Scheduled = "scheduled", Season = "season",
    This = "this", Unit = "unit", Units = "units", Until = "until", Untilword = "untilword", WeekShift = "weekshift", Weekday = "weekday",
    Weekdays = "weekdays", Year = "year", YearShift = "yearshift", Zone = "zone",
}

impl Class {
    /// Whether a word of the class is enough to look for a time expression round it. Every expression has such a word.
    pub fn is_core(self) -> bool {
        use Class::*;
        !matches!(
            self,
            Ambiguous
                | Approx
                | Arranged
                | Cardinal
                | Coming
                | Day
                | Degree
                | Doubt
                | Early
                | Edge
                | Few
                | Following
                | Half
                | Hour
                | Last
                | Lasting
                | Military
                | Minutes
                | Next
                | Nth
                | Number
                | Ordinal
                | Owner
                | Past
                | Preposition
                | Previous
                | Prospect
                | Scheduled
                | This
                | Until
                | Untilword
                | Zone
        )
    }
}

/// The smallest unit patterns see: a word, a number or a mark. A hyphen always stands alone.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// Index of the token it is part of.
    pub token: usize,
    pub start: usize,
    pub end: usize,
    /// Lower case, with straight apostrophes and without full stops.
    pub norm: String,
    pub capital: bool,
    pub hits: Vec<Hit>,
}

/// A class that the words from some piece on belong to.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    pub class: Class,
    /// Number of pieces.
    pub len: usize,
    pub value: Arc<str>,
}

/// Splits a token into pieces: at hyphens and dashes, and between an hour and `am` or `pm`.
pub(super) fn pieces_of(token: usize, start: usize, text: &str, out: &mut Vec<Piece>) {
    let mut from = 0;
    let mut cut = |range: std::ops::Range<usize>| {
        let part = &text[range.clone()];
        if part.is_empty() {
            return;
        }
        let norm = normal(part);
        let capital = part.chars().next().is_some_and(char::is_uppercase);
        out.push(Piece { token, start: start + range.start, end: start + range.end, norm, capital, hits: Vec::new() });
    };
    for (i, c) in text.char_indices() {
        if matches!(c, '-' | '–' | '—') && text.len() > c.len_utf8() {
            cut(from..i);
            cut(i..i + c.len_utf8());
            from = i + c.len_utf8();
        }
    }
    let digits = from + text[from..].bytes().take_while(|b| b.is_ascii_digit() || *b == b':').count();
    if digits > from && matches!(normal(&text[digits..]).as_str(), "am" | "pm") {
        cut(from..digits);
        from = digits;
    }
    cut(from..text.len());
}

fn normal(part: &str) -> String {
    let number = part.bytes().all(|b| b.is_ascii_digit() || b".,:/".contains(&b));
    let mark = part.chars().all(|c| !c.is_alphanumeric());
    part.chars()
        .filter(|&c| number || mark || c != '.')
        .flat_map(char::to_lowercase)
        .map(|c| if c == '’' { '\'' } else { c })
        .collect()
}

/// The table of words, by the first piece of each entry.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    by_first: HashMap<String, Vec<Entry>>,
}

#[derive(Clone, Debug)]
struct Entry {
    rest: Vec<String>,
    class: Class,
    value: Arc<str>,
}

impl Words {
    /// Reads a table of class, words and value, separated by tabs, with a line of headings. Errors give the line.
    pub fn parse(table: &str) -> Result<Self, (usize, String)> {
        let mut words = Self::default();
        for (i, line) in table.lines().enumerate().skip(1) {
            let mut columns = line.split('\t');
            let (Some(class), Some(phrase), Some(value), None) =
                (columns.next(), columns.next(), columns.next(), columns.next())
            else {
                return Err((i + 1, "expected three columns: class, words, value".into()));
            };
            let class = class.parse().map_err(|()| (i + 1, format!("unknown class `{class}`")))?;
            let mut pieces = Vec::new();
            phrase.split(' ').for_each(|word| pieces_of(0, 0, word, &mut pieces));
            let mut norms = pieces.into_iter().map(|p| p.norm);
            let first = norms.next().ok_or_else(|| (i + 1, "no words".to_owned()))?;
            words.by_first.entry(first).or_default().push(Entry { rest: norms.collect(), class, value: value.into() });
        }
        Ok(words)
    }

    /// Whether a single word is in a class.
    pub fn has(&self, class: Class, word: &str) -> bool {
        self.by_first.get(word).is_some_and(|entries| entries.iter().any(|e| e.class == class && e.rest.is_empty()))
    }

    /// Fills in, for every piece, the classes of the words that begin there.
    pub fn mark(&self, pieces: &mut [Piece]) {
        for at in 0..pieces.len() {
            let mut hits = self.listed(pieces, at);
            hits.extend(from_digits(pieces, at));
            pieces[at].hits = hits;
        }
        for at in 0..pieces.len() {
            if let Some((len, value)) = number(pieces, at) {
                pieces[at].hits.push(Hit { class: Class::Number, len, value: value.to_string().into() });
            }
            if let Some((len, year)) = spoken_year(pieces, at) {
                pieces[at].hits.push(Hit { class: Class::Year, len, value: year.to_string().into() });
            }
        }
    }

    fn listed(&self, pieces: &[Piece], at: usize) -> Vec<Hit> {
        let Some(entries) = self.by_first.get(&pieces[at].norm) else { return Vec::new() };
        entries
            .iter()
            .filter(|e| e.rest.iter().enumerate().all(|(i, w)| pieces.get(at + 1 + i).is_some_and(|p| p.norm == *w)))
            .map(|e| Hit { class: e.class, len: e.rest.len() + 1, value: e.value.clone() })
            .collect()
    }
}

fn hit(class: Class, len: usize, value: impl Into<Arc<str>>) -> Hit {
    Hit { class, len, value: value.into() }
}

/// Classes told by the shape of a number: years, days, hours, decades, fractions, dates in figures.
fn from_digits(pieces: &[Piece], at: usize) -> Vec<Hit> {
    let word = pieces[at].norm.as_str();
    let mut hits = Vec::new();
    if word.bytes().all(|b| b.is_ascii_digit()) && word.len() <= 4 {
        let n: u32 = word.parse().unwrap_or(0);
        if word.len() <= 2 && (1..=31).contains(&n) {
            hits.push(hit(Class::Day, 1, n.to_string()));
        }
        if word.len() <= 2 && n <= 24 {
            hits.push(hit(Class::Hour, 1, n.to_string()));
        }
        if word.len() == 4 && (1000..2200).contains(&n) {
            hits.push(hit(Class::Year, 1, word));
        }
        if word.len() == 4 && n / 100 < 24 && n % 100 < 60 {
            hits.push(hit(Class::Military, 1, format!("{}:{}", &word[..2], &word[2..])));
        }
    }
    hits.extend(nth(word).map(|n| hit(Class::Nth, 1, n.to_string())));
    hits.extend(decade(word).map(|d| hit(Class::Decade, 1, d)));
    hits.extend(clock(word, pieces.get(at + 1)).map(|c| hit(Class::Clock, 1, c)));
    hits.extend(quarter(word).map(|q| hit(Class::Quarter, 1, q.to_string())));
    hits.extend(iso_date(pieces, at).map(|d| hit(Class::Iso, 5, d)));
    if matches!(word, "1/2" | "½") {
        hits.push(hit(Class::Half, 1, "0.5"));
    }
    hits
}

/// `4th` to 4.
fn nth(word: &str) -> Option<u32> {
    let digits =
        word.strip_suffix("st").or(word.strip_suffix("nd")).or(word.strip_suffix("rd")).or(word.strip_suffix("th"))?;
    digits.parse().ok().filter(|n| (1..=100).contains(n))
}

/// `1990s`, `90s` and `'90s` to `199X`.
fn decade(word: &str) -> Option<String> {
    let digits = word.strip_suffix('s')?.trim_end_matches('\'').trim_start_matches('\'');
    if !digits.bytes().all(|b| b.is_ascii_digit()) || !digits.ends_with('0') {
        return None;
    }
    match digits.len() {
        4 if digits < "2200" => Some(format!("{}X", &digits[..3])),
        2 => Some(format!("{}{}X", if digits < "20" { "20" } else { "19" }, &digits[..1])),
        _ => None,
    }
}

/// `7:15`, `19:15:30`, and `7.15` before `am` or `pm`, to hours and minutes.
fn clock(word: &str, next: Option<&Piece>) -> Option<String> {
    let meridiem = next.is_some_and(|p| matches!(p.norm.as_str(), "am" | "pm"));
    let (hour, rest) = word.split_once(':').or_else(|| word.split_once('.').filter(|_| meridiem))?;
    let minute = rest.get(..2).filter(|_| rest.len() == 2 || rest.as_bytes().get(2) == Some(&b':'))?;
    let (h, m): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    (h <= 24 && m < 60).then(|| format!("{h:02}:{m:02}"))
}

/// `q3` and `3q` to 3.
fn quarter(word: &str) -> Option<u32> {
    let digit = word.strip_prefix('q').or(word.strip_suffix('q'))?;
    digit.parse().ok().filter(|n| (1..=4).contains(n) && digit.len() == 1)
}

/// `2025 - 09 - 04` without gaps, when it is a day of the calendar.
fn iso_date(pieces: &[Piece], at: usize) -> Option<String> {
    let run = pieces.get(at..at + 5)?;
    let joined = run.windows(2).all(|w| w[0].end == w[1].start);
    let text: String = run.iter().map(|p| p.norm.as_str()).collect();
    (joined && text.len() == 10).then_some(())?;
    text.parse::<jiff::civil::Date>().ok().map(|d| d.to_string())
}

/// A number in figures or words that begins at a piece: how many pieces it takes, and its value.
fn number(pieces: &[Piece], at: usize) -> Option<(usize, f64)> {
    let word = pieces[at].norm.as_str();
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        let plain = word.bytes().all(|b| b.is_ascii_digit() || b == b',' || b == b'.');
        return word.replace(',', "").parse().ok().filter(|_| plain).map(|n| (1, n));
    }
    let (mut total, mut group, mut len) = (0.0, cardinal(pieces, at)? as f64, 1);
    loop {
        let joint = pieces.get(at + len).map_or(0, |p| usize::from(matches!(p.norm.as_str(), "-" | "and")));
        let Some(n) = pieces.get(at + len + joint).and_then(|_| cardinal(pieces, at + len + joint)) else { break };
        match n {
            100.. if n as f64 > group && group > 0.0 => group *= n as f64,
            12 if joint == 0 && group < 12.0 => group *= 12.0,
            1..=9 if group % 10.0 == 0.0 && group >= 20.0 => group += n as f64,
            10..=99 if group >= 100.0 => group += n as f64,
            _ => break,
        }
        if n >= 1000 {
            total += group;
            group = 0.0;
        }
        len += joint + 1;
    }
    Some((len, total + group))
}

fn cardinal(pieces: &[Piece], at: usize) -> Option<u32> {
    let hit = pieces[at].hits.iter().find(|h| h.class == Class::Cardinal)?;
    hit.value.parse().ok()
}

/// `nineteen ninety-six`.
fn spoken_year(pieces: &[Piece], at: usize) -> Option<(usize, u32)> {
    let century = cardinal(pieces, at).filter(|n| (15..=20).contains(n))?;
    pieces.get(at + 1)?;
    let (len, n) = number(pieces, at + 1).filter(|&(_, n)| (10.0..100.0).contains(&n))?;
    pieces[at + 1].norm.starts_with(char::is_alphabetic).then_some((len + 1, century * 100 + n as u32))
}
