//! Time expressions and their TIMEX3 values.
//!
//! [`Grammar::find`] reads dates, times, lengths and repetitions off an analysed text, by patterns kept in `data/times`, and
//! settles what they mean against the day of publication: "on Tuesday" is the last Tuesday, unless the verb looks ahead.
//! What the text and the day of publication do not tell stays open in the value: `XXXX-WXX-4` is some Thursday.
//! [`time_of`] says which expression dates an event.
//!
//! Ages ("a 44-year-old") are taken for properties of people, not for times.

mod attach;
mod guard;
mod pattern;
mod resolve;
mod tense;
mod value;
mod words;

pub use attach::time_of;
pub use value::{granularity, interval};

use crate::doc::Doc;
use crate::lexicon::{DataError, DataFile};
use crate::text::{BlockKind, Span};
use guard::Found;
use jiff::civil::Date;
use pattern::{Pattern, Slots, Starts};
use resolve::{Context, Reading, resolve};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use words::{Class, Piece, Words, pieces_of};

/// A date, time, duration or repetition in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeExpression {
    /// The tokens that the words lie in.
    pub tokens: Range<usize>,
    pub span: Span,
    pub kind: TimexType,
    /// TIMEX3 value, such as `2025-09-04`, `2025-W36`, `P3D`, `PAST_REF`.
    pub value: String,
    /// What "early", "about", "more than" make of the value.
    pub modifier: Option<Modifier>,
    /// Whether the value is one end of a stretch: "since 2019", "until Friday".
    pub bound: Option<Bound>,
}

impl TimeExpression {
    /// How fine the value is; see [`granularity`].
    pub fn granularity(&self) -> &'static str {
        granularity(&self.value)
    }

    /// First and last day covered; see [`interval`]. `None` at an end that "since", "until" or "by" leave open.
    pub fn days(&self) -> (Option<Date>, Option<Date>) {
        let Some((first, last)) = interval(&self.value) else { return (None, None) };
        match self.bound {
            None => (Some(first), Some(last)),
            Some(Bound::Begin) => (Some(first), None),
            Some(Bound::End) => (None, Some(last)),
        }
    }
}

/// TIMEX3's four types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimexType {
    Date,
    Time,
    Duration,
    Set,
}

impl TimexType {
    /// The type as TIMEX3 writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Date => "DATE",
            Self::Time => "TIME",
            Self::Duration => "DURATION",
            Self::Set => "SET",
        }
    }
}

/// TIMEX3's modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Modifier {
    Start,
    Mid,
    End,
    Approx,
    MoreThan,
    LessThan,
    EqualOrMore,
    EqualOrLess,
    Before,
    After,
}

impl Modifier {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "START" => Self::Start,
            "MID" => Self::Mid,
            "END" => Self::End,
            "APPROX" => Self::Approx,
            "MORE_THAN" => Self::MoreThan,
            "LESS_THAN" => Self::LessThan,
            "EQUAL_OR_MORE" => Self::EqualOrMore,
            "EQUAL_OR_LESS" => Self::EqualOrLess,
            "BEFORE" => Self::Before,
            "AFTER" => Self::After,
            _ => return None,
        })
    }
}

/// Which end of a stretch a date is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bound {
    /// "since 2019", "from Monday"
    Begin,
    /// "until 2019", "by the end of the year"
    End,
}

/// A fault in the tables of `data/times`.
#[derive(Debug, thiserror::Error)]
pub enum GrammarError {
    #[error("{file}, line {line}: {message}")]
    Words { file: &'static str, line: usize, message: String },
    #[error("rules.toml: {0}")]
    Rules(#[from] toml::de::Error),
    #[error("rules.toml, rule `{rule}`: {message}")]
    Pattern { rule: String, message: String },
    #[error(transparent)]
    Unread(#[from] DataError),
}

/// The words and patterns of time.
#[derive(Clone, Debug)]
pub struct Grammar {
    words: Words,
    rules: Vec<Rule>,
    starts: Starts,
}

#[derive(Clone, Debug)]
struct Rule {
    reading: Reading,
    set: Vec<(Class, String)>,
    patterns: Vec<Pattern>,
    starts: Starts,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    macros: BTreeMap<String, String>,
    rule: Vec<RuleText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleText {
    name: String,
    #[serde(rename = "as")]
    reading: Reading,
    #[serde(default)]
    set: BTreeMap<String, String>,
    patterns: Vec<String>,
}

impl Grammar {
    /// The grammar that is part of the program.
    ///
    /// # Errors
    /// Never, when the program was built from tables that its tests passed.
    pub fn embedded() -> Result<Self, GrammarError> {
        Self::parse(include_str!("../../data/times/words.tsv"), include_str!("../../data/times/rules.toml"))
    }

    /// The grammar of a folder laid out as `data/` is.
    ///
    /// # Errors
    /// A table is not there, or not as `data/times/README.md` says.
    pub fn read(data: &Path) -> Result<Self, GrammarError> {
        let text = |path| Ok::<_, GrammarError>(DataFile::read(data, path)?.text);
        Self::parse(&text("times/words.tsv")?, &text("times/rules.toml")?)
    }

    /// Reads a grammar from the text of `words.tsv` and `rules.toml`.
    ///
    /// # Errors
    /// A line of the table or a rule that is not as `data/times/README.md` says.
    pub fn parse(words: &str, rules: &str) -> Result<Self, GrammarError> {
        let words =
            Words::parse(words).map_err(|(line, message)| GrammarError::Words { file: "words.tsv", line, message })?;
        let file: RuleFile = toml::from_str(rules)?;
        let compiled = file.rule.into_iter().map(|text| Rule::compile(text, &file.macros));
        let rules: Vec<Rule> = compiled.collect::<Result<_, _>>()?;
        let starts = Starts::of(rules.iter().flat_map(|r| &r.patterns));
        Ok(Self { words, rules, starts })
    }

    /// The time expressions of a text, in order; no two overlap.
    ///
    /// `published` is the day against which "yesterday" and "in May" are settled. Without it the date of a dateline serves;
    /// where there is none either, their values stay open.
    pub fn find(&self, doc: &Doc, published: Option<Date>) -> Vec<TimeExpression> {
        self.read_sentences(doc, 0..doc.sentences().len(), published.or_else(|| self.dateline(doc)))
    }

    fn read_sentences(&self, doc: &Doc, sentences: Range<usize>, published: Option<Date>) -> Vec<TimeExpression> {
        let mut found = Vec::new();
        let context = Context { published, ..Context::default() };
        let mut reader = Reader { grammar: self, doc, context, found: &mut found };
        for sentence in &doc.sentences()[sentences] {
            reader.read(sentence.tokens.clone());
        }
        found
    }

    /// The day that one of the first lines gives, when it gives nothing else, or stands after a place in capitals.
    fn dateline(&self, doc: &Doc) -> Option<Date> {
        let head = 0..doc.sentences().len().min(4);
        self.read_sentences(doc, head, None)
            .iter()
            .find(|e| is_dateline(doc, e))
            .and_then(|e| interval(&e.value))
            .map(|(day, _)| day)
    }
}

fn is_dateline(doc: &Doc, time: &TimeExpression) -> bool {
    let sentence = doc.sentence_of(time.tokens.start);
    let words = |tokens: Range<usize>| {
        tokens.map(|t| doc.word(t)).filter(|w| w.starts_with(char::is_alphanumeric)).collect::<Vec<_>>()
    };
    let before = words(sentence.tokens.start..time.tokens.start);
    let after = words(time.tokens.end..sentence.tokens.end);
    let placed =
        !before.is_empty() && before.len() <= 5 && before[0].len() > 1 && !before[0].contains(char::is_lowercase);
    let alone = before.is_empty() && after.is_empty();
    time.granularity() == "day" && (alone || placed || sentence.kind == BlockKind::Dateline)
}

impl Rule {
    fn compile(text: RuleText, macros: &BTreeMap<String, String>) -> Result<Self, GrammarError> {
        let fault = |message: String| GrammarError::Pattern { rule: text.name.clone(), message };
        let set = text.set.iter().map(|(class, value)| match class.parse() {
            Ok(class) => Ok((class, value.clone())),
            Err(()) => Err(fault(format!("unknown class `{class}`"))),
        });
        let patterns = text.patterns.iter().map(|p| Pattern::parse(p, macros).map_err(fault));
        let (set, patterns) = (set.collect::<Result<_, _>>()?, patterns.collect::<Result<Vec<_>, _>>()?);
        Ok(Self { reading: text.reading, set, starts: Starts::of(&patterns), patterns })
    }
}

/// A match of a rule: the pieces it covers and what filled its slots.
struct Match {
    range: Range<usize>,
    reading: Reading,
    slots: Slots,
}

/// Goes through a text sentence by sentence.
struct Reader<'a> {
    grammar: &'a Grammar,
    doc: &'a Doc,
    context: Context,
    found: &'a mut Vec<TimeExpression>,
}

impl Reader<'_> {
    fn read(&mut self, tokens: Range<usize>) {
        let pieces = self.pieces(tokens);
        let first = self.found.len();
        let core: Vec<usize> =
            (0..pieces.len()).filter(|&i| pieces[i].hits.iter().any(|h| h.class.is_core())).collect();
        let mut at = 0;
        let mut after_year = None;
        while let Some(&next) = core.get(core.partition_point(|&c| c < at)) {
            // No pattern has more than a dozen pieces before its first indispensable word.
            at = at.max(next.saturating_sub(12));
            let Some(found) = self.longest(&pieces, at, after_year) else {
                at += 1;
                continue;
            };
            at = found.range.end;
            after_year = found.slots.has(Class::Year).then_some(at).or(after_year);
            let follow = self.following_day(&pieces, &found);
            self.take(&pieces, found);
            if let Some(follow) = follow {
                at = follow.range.end;
                self.take(&pieces, follow);
            }
        }
        self.settle_hours(first);
        self.inherit_years(first);
    }

    fn pieces(&self, tokens: Range<usize>) -> Vec<Piece> {
        let mut pieces = Vec::with_capacity(tokens.len());
        for t in tokens {
            let word = self.doc.word(t);
            if !word.trim().is_empty() {
                pieces_of(t, self.doc.token(t).span.start, word, &mut pieces);
            }
        }
        self.grammar.words.mark(&mut pieces);
        pieces
    }

    /// The longest match that begins at a piece and holds where it stands; of equals, that of the first rule.
    fn longest(&self, pieces: &[Piece], at: usize, after_year: Option<usize>) -> Option<Match> {
        let mut ways: Vec<Match> = Vec::new();
        if !self.grammar.starts.allow(&pieces[at]) {
            return None;
        }
        for rule in self.grammar.rules.iter().filter(|r| r.starts.allow(&pieces[at])) {
            for (end, mut slots) in
                rule.patterns.iter().flat_map(|p| p.matches(pieces, at)).filter(|(end, _)| *end > at)
            {
                rule.set.iter().for_each(|(class, value)| slots.set(*class, value.as_str()));
                ways.push(Match { range: at..end, reading: rule.reading, slots });
            }
        }
        ways.sort_by_key(|m| std::cmp::Reverse(m.range.end));
        ways.into_iter().find(|m| {
            self.found(pieces, m, after_year).holds()
                && self.makes_sense(pieces, m)
                && resolve(m.reading, &m.slots, &self.context).is_some()
        })
    }

    fn found<'f>(&'f self, pieces: &'f [Piece], found: &'f Match, after_year: Option<usize>) -> Found<'f> {
        let words = &self.grammar.words;
        Found { doc: self.doc, words, pieces, range: found.range.clone(), slots: &found.slots, after_year }
    }

    /// "$1 billion a year" is a rate, "lived there for a year" a length; "the day after" needs nothing to follow it.
    fn makes_sense(&self, pieces: &[Piece], found: &Match) -> bool {
        let tag = |i: Option<usize>| i.and_then(|i| pieces.get(i)).map(|p| self.doc.token(p.token).tag);
        let old = pieces.get(found.range.end).is_some_and(|p| p.norm == "old" || p.norm == "olds")
            || pieces.get(found.range.end + 1).is_some_and(|p| p.norm == "old" && pieces[found.range.end].norm == "-");
        use crate::doc::Tag::*;
        match found.reading {
            Reading::Duration if old => false,
            Reading::Later | Reading::Earlier if pieces[found.range.start].norm == "the" => !matches!(
                tag(Some(found.range.end)),
                Some(Dt | Prp | PrpPoss | Nn | Nns | Nnp | Nnps | In | Cd | Jj | Wp | Vbg)
            ),
            _ => true,
        }
    }

    /// The second day in "April 24 and 25".
    fn following_day(&self, pieces: &[Piece], found: &Match) -> Option<Match> {
        let joint = pieces.get(found.range.end)?;
        let day = pieces.get(found.range.end + 1)?.hits.iter().find(|h| h.class == Class::Day)?;
        let dated = found.slots.has(Class::Month) && found.slots.has(Class::Day) && !found.slots.has(Class::Year);
        let joined = matches!(joint.norm.as_str(), "and" | "to" | "or" | "-" | "–" | "through");
        let counts = pieces.get(found.range.end + 2).is_some_and(|p| {
            use crate::doc::Tag::*;
            matches!(self.doc.token(p.token).tag, Nn | Nns | Jj | Nnp | Xx) && p.norm.starts_with(char::is_alphabetic)
        });
        (dated && joined && !counts).then_some(())?;
        let mut slots = Slots::default();
        slots.set(Class::Month, found.slots.get(Class::Month)?);
        slots.set(Class::Day, day.value.clone());
        Some(Match { range: found.range.end + 1..found.range.end + 2, reading: Reading::Date, slots })
    }

    fn take(&mut self, pieces: &[Piece], found: Match) {
        let (first, last) = (&pieces[found.range.start], &pieces[found.range.end - 1]);
        let tokens = first.token..last.token + 1;
        self.context.direction = tense::direction(self.doc, &self.grammar.words, tokens.clone());
        let Some((mut kind, mut value)) = resolve(found.reading, &found.slots, &self.context) else { return };
        if kind == TimexType::Duration && self.is_rate(pieces, &found) {
            kind = TimexType::Set;
            value = value.replace("PX", "P1");
        }
        if matches!(kind, TimexType::Date | TimexType::Time) && interval(&value).is_some() {
            self.context.narrative = Some(value.clone());
        }
        let modifier = found.slots.get(Class::Approx).or(found.slots.get(Class::Edge)).and_then(Modifier::of);
        let before = found.range.start.checked_sub(1).map_or("", |i| pieces[i].norm.as_str());
        self.found.push(TimeExpression {
            tokens,
            span: Span::new(first.start, last.end),
            kind,
            value,
            modifier,
            bound: bound(before, first.norm.as_str()),
        });
    }

    /// Whether "a year" stands for "per year": after a number, a noun that is counted, or "once".
    fn is_rate(&self, pieces: &[Piece], found: &Match) -> bool {
        use crate::doc::Tag::*;
        let plain = found.range.len() == 2 && matches!(pieces[found.range.start].norm.as_str(), "a" | "an");
        let before = found.range.start.checked_sub(1).map(|i| &pieces[i]);
        plain
            && before.is_some_and(|p| {
                matches!(self.doc.token(p.token).tag, Nns | Cd | Dollar)
                    || matches!(p.norm.as_str(), "once" | "twice" | "times" | "%" | "percent")
            })
    }

    /// Gives hours without a day the day that their sentence names nearest to them, else the last one named.
    fn settle_hours(&mut self, first: usize) {
        for i in first..self.found.len() {
            if !self.found[i].value.starts_with('T') {
                continue;
            }
            let at = self.found[i].span.start;
            let days = self.found[first..].iter().filter(|e| e.granularity() == "day");
            let near = days.min_by_key(|e| e.span.start.abs_diff(at)).map(|e| e.value.clone());
            let day = near.or_else(|| self.last_day(i)).unwrap_or_else(|| "XXXX-XX-XX".into());
            self.found[i].value.insert_str(0, &day);
        }
    }

    fn last_day(&self, before: usize) -> Option<String> {
        let named =
            self.found[..before].iter().rev().find_map(|e| interval(&e.value).filter(|(first, last)| first == last));
        named.map(|(day, _)| day).or(self.context.published).map(|day| day.to_string())
    }

    /// "between July and September 2011": a month without a year takes that of the one it is joined to.
    fn inherit_years(&mut self, first: usize) {
        for i in (first..self.found.len().saturating_sub(1)).rev() {
            let (left, right) = (&self.found[i], &self.found[i + 1]);
            let words = self.doc.text()[left.span.end..right.span.start].trim();
            let joined = matches!(words, "and" | "to" | "or" | "-" | "–" | "until" | "through");
            let has_year =
                |e: &TimeExpression| e.value.get(..4).is_some_and(|y| e.span.of(self.doc.text()).contains(y));
            let dates = [left, right]
                .iter()
                .all(|e| matches!(granularity(&e.value), "month" | "day") && e.kind == TimexType::Date);
            if joined && dates && has_year(right) && !has_year(left) && names_a_month(left, right) {
                let value = format!("{}{}", &right.value[..4], &left.value[4..]);
                self.found[i].value = value;
            }
        }
    }
}

/// Whether two values are both months or both days of months, so that the year of one can be the other's.
fn names_a_month(left: &TimeExpression, right: &TimeExpression) -> bool {
    left.value.len() == right.value.len()
        && left.value.as_bytes().get(5) != Some(&b'W')
        && left.value[4..] <= right.value[4..]
}

fn bound(before: &str, first: &str) -> Option<Bound> {
    match (before, first) {
        ("since" | "from", _) | (_, "since") => Some(Bound::Begin),
        ("until" | "till" | "by" | "through", _) => Some(Bound::End),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doc::{Dep, Pos, Sentence, Tag, Token};
    use crate::text::BlockKind;

    /// A text split at spaces and before marks, without tags or heads.
    fn plain(text: &str) -> Doc {
        let mut tokens = Vec::new();
        let mut push = |start: usize, end: usize| {
            let head = tokens.len();
            tokens.push(Token {
                span: Span::new(start, end),
                space: true,
                tag: Tag::Xx,
                pos: Pos::X,
                dep: Dep::Root,
                head,
                lemma: text[start..end].to_lowercase().into(),
                morph: "".into(),
                sentence: 0,
            });
        };
        let mut start = 0;
        for word in text.split_inclusive(' ') {
            let body = word.trim_end();
            let mark = body.trim_end_matches([',', ';']).len();
            push(start, start + mark);
            if mark < body.len() {
                push(start + mark, start + body.len());
            }
            start += word.len();
        }
        let span = Span::new(0, text.len());
        let sentence = Sentence { tokens: 0..tokens.len(), span, kind: BlockKind::Body, block: 0 };
        Doc::new(text.into(), tokens, vec![sentence], Vec::new())
    }

    #[test]
    fn values_without_a_day_of_publication_stay_open() {
        let grammar = Grammar::embedded().unwrap();
        for (text, value) in [
            ("on Thursday evening", "XXXX-WXX-4TEV"),
            ("on Sept. 4", "XXXX-09-04"),
            ("on Sept. 4, 1998", "1998-09-04"),
            ("last year", "XXXX"),
            ("two months ago", "XXXX-XX"),
            ("this week", "XXXX-WXX"),
            ("yesterday", "XXXX-XX-XX"),
            ("last summer", "XXXX-SU"),
            ("over the weekend", "XXXX-WXX-WE"),
        ] {
            let found = grammar.find(&plain(text), None);
            assert_eq!(found.iter().map(|e| e.value.as_str()).collect::<Vec<_>>(), [value], "{text}");
        }
    }

    #[test]
    fn any_text_is_read_without_harm() {
        let grammar = Grammar::embedded().unwrap();
        let published = Some(Date::MAX);
        for text in [
            "99999999999999 years ago",
            "Feb. 31",
            "25:99 p.m.",
            "32 May 0000",
            "0 weeks ago",
            "the 99th century",
            "ten million years later",
        ] {
            for e in grammar.find(&plain(text), published) {
                assert!(!e.span.is_empty(), "{text}");
            }
        }
    }

    #[test]
    fn faults_in_the_tables_are_named() {
        let words = "class\twords\tvalue\nmonht\tjune\t6\n";
        let fault = Grammar::parse(words, "").unwrap_err().to_string();
        assert_eq!(fault, "words.tsv, line 2: unknown class `monht`");
        let rules = "[macros]\n[[rule]]\nname = \"year\"\nas = \"date\"\npatterns = [\"<yaer>\"]\n";
        let fault = Grammar::parse("class\twords\tvalue\n", rules).unwrap_err().to_string();
        assert_eq!(fault, "rules.toml, rule `year`: unknown class `<yaer>`");
    }

    #[test]
    fn the_table_of_words_is_sorted() {
        let rows: Vec<&str> = include_str!("../../data/times/words.tsv").lines().skip(1).collect();
        assert!(rows.windows(2).all(|w| w[0] < w[1]), "data/times/words.tsv is not sorted, or has a line twice");
    }
}
