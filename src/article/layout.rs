//! The layout of a text: which lines make a paragraph, and what each paragraph is.

use super::cues::Cues;
use super::dateline;
use super::dates::{self, Day};
use crate::text::{Block, BlockKind, Span};
use std::borrow::Cow;

/// Lines that belong together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Paragraph {
    /// Without white space at either end.
    pub(super) span: Span,
    pub(super) mark: Mark,
}

/// What the file's own format says of a paragraph.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Mark {
    #[default]
    Nothing,
    Heading,
    /// In a list or table: neither heading nor byline, however it looks.
    Item,
}

/// What the paragraphs of an article say of it.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) blocks: Vec<Block>,
    pub(super) title: Option<String>,
    pub(super) byline: Option<String>,
    pub(super) day: Option<Day>,
}

/// Cuts a text into paragraphs, from byte `start` on. Every line is one, unless the file is wrapped at a width; lines
/// without letter or digit (`* * *`) are none.
pub(super) fn paragraphs(text: &str, start: usize, cues: &Cues) -> Vec<Paragraph> {
    let lines = lines(text, start);
    let width = wrap_width(text, &lines);
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        let joined =
            i > 0 && width.is_some_and(|w| continues(text, &lines[i - 1], line, w)) && !opens(text, line, i, cues);
        match paragraphs.last_mut().filter(|_| joined) {
            Some(last) => last.span.end = line.span.end,
            None => paragraphs.push(Paragraph { span: line.span, mark: Mark::Nothing }),
        }
    }
    paragraphs.retain(|p| p.span.of(text).contains(char::is_alphanumeric));
    paragraphs
}

/// Tells headline, byline, date, dateline, subheadings and body apart. `title` is the article's title where it is known.
pub(super) fn classify(text: &str, paragraphs: &[Paragraph], title: Option<&str>, cues: &Cues) -> Found {
    let mut state = Classifier { text, paragraphs, title, cues, found: Found::default(), front: true };
    for i in 0..paragraphs.len() {
        state.add(i);
    }
    state.found
}

struct Line {
    /// Without white space at either end.
    span: Span,
    /// Columns of white space before it.
    indent: usize,
    after_blank: bool,
}

impl Line {
    fn columns(&self, text: &str) -> usize {
        self.indent + self.span.of(text).chars().count()
    }
}

fn lines(text: &str, start: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut at = start;
    let mut after_blank = true;
    for raw in text[start..].split_inclusive(['\n', '\r', '\u{2028}', '\u{2029}']) {
        let line = raw.trim_start();
        let indent = raw.len() - line.len();
        let length = line.trim_end().len();
        // The second half of `\r\n` is no line of its own.
        if length > 0 {
            lines.push(Line { span: Span::new(at + indent, at + indent + length), indent, after_blank });
        }
        after_blank = if length > 0 { false } else { after_blank || !(raw == "\n" && text[..at].ends_with('\r')) };
        at += raw.len();
    }
    lines
}

/// The widths that files are wrapped at.
const WIDTHS: std::ops::RangeInclusive<usize> = 40..=120;

/// The width at which a text is wrapped, if it is.
///
/// A line that was wrapped at `w` had no room for the next line's first word. So each pair of lines votes for the widths
/// from its first line's length to just below that length with the word; the width with most votes must explain most pairs.
/// Lists and texts with a sentence per line can look like that by chance, but their lines seldom begin in lower case.
fn wrap_width(text: &str, lines: &[Line]) -> Option<usize> {
    let mut votes = [0i64; 256];
    let (mut pairs, mut small) = (0, 0);
    for pair in lines.windows(2).filter(|pair| !pair[1].after_blank) {
        let length = pair[0].columns(text);
        if length < *WIDTHS.start() {
            continue; // the end of a paragraph, or a line that is one
        }
        pairs += 1;
        small += i64::from(begins_small(pair[1].span.of(text)));
        if WIDTHS.contains(&length) {
            votes[length] += 1;
            votes[(length + 1 + first_word(text, &pair[1])).min(votes.len() - 1)] -= 1;
        }
    }
    let mut sum = 0;
    let running = votes.iter().enumerate().map(|(width, vote)| {
        sum += vote;
        (sum, width)
    });
    let (most, width) = running.max()?;
    (pairs > 0 && most * 10 >= pairs * 6 && small * 10 >= pairs * 3).then_some(width)
}

/// Whether a line goes on with the paragraph of the line before it, in a text wrapped at `width`. Some programs stop a
/// little earlier than they must.
fn continues(text: &str, before: &Line, line: &Line, width: usize) -> bool {
    const SLACK: usize = 6;
    if line.after_blank || line.indent > before.indent || is_bullet(line.span.of(text)) {
        return false;
    }
    let full = before.columns(text) + 1 + first_word(text, line) + SLACK > width;
    full || begins_small(line.span.of(text))
}

/// Whether one of the first lines is of those that stand between headline and prose, or begins the prose.
fn opens(text: &str, line: &Line, i: usize, cues: &Cues) -> bool {
    const FIRST: usize = 12;
    let words = line.span.of(text);
    i < FIRST
        && (cues.date_line.is_match(words) || cues.byline.is_match(words) || dateline::find(words, cues).is_some())
}

fn first_word(text: &str, line: &Line) -> usize {
    line.span.of(text).split_whitespace().next().map_or(0, |w| w.chars().count())
}

fn begins_small(line: &str) -> bool {
    line.chars().find(|c| c.is_alphanumeric()).is_some_and(char::is_lowercase)
}

fn is_bullet(line: &str) -> bool {
    ["- ", "* ", "• ", "– ", "— "].iter().any(|b| line.starts_with(b))
}

/// Words of the longest paragraph that is a notice or the words under a picture.
const LONGEST_NOTICE: usize = 60;

struct Classifier<'a> {
    text: &'a str,
    paragraphs: &'a [Paragraph],
    title: Option<&'a str>,
    cues: &'a Cues,
    found: Found,
    /// Before the first paragraph of prose.
    front: bool,
}

impl Classifier<'_> {
    fn add(&mut self, i: usize) {
        let Paragraph { span, mark } = self.paragraphs[i];
        let words = span.of(self.text);
        // A whole article on one line may end in a notice, too.
        if words.split_whitespace().count() <= LONGEST_NOTICE {
            if self.cues.web.is_match(words) {
                return;
            }
            if self.cues.rights.is_match(words) {
                return self.push(BlockKind::Byline, span);
            }
            if self.cues.caption.is_match(words) {
                return self.push(BlockKind::Caption, span);
            }
        }
        if mark == Mark::Item {
            self.front = false;
            return self.push(BlockKind::Body, span);
        }
        if self.cues.date_line.is_match(words) {
            return self.add_date(span);
        }
        let (bare, day) = self.without_date(words);
        if let Some(name) = self.byline(i, &bare) {
            self.found.byline.get_or_insert(name);
            self.note_day(day);
            return self.push(BlockKind::Byline, span);
        }
        if day.is_some() {
            self.note_day(day);
            return self.push(BlockKind::Dateline, span);
        }
        if let Some(line) = self.dateline(words) {
            return self.add_dateline(span, line);
        }
        match self.kind(i, words, mark == Mark::Heading) {
            BlockKind::Headline => {
                self.found.title = Some(one_line(words));
                self.push(BlockKind::Headline, span);
            }
            kind => {
                self.front &= kind != BlockKind::Body;
                self.push(kind, span);
            }
        }
    }

    fn push(&mut self, kind: BlockKind, span: Span) {
        self.found.blocks.push(Block { span, kind });
    }

    fn kind(&self, i: usize, words: &str, heading: bool) -> BlockKind {
        let headed = self.found.title.is_some();
        if self.front && !headed && (heading || self.is_title(words) || self.is_headline(i, words)) {
            return BlockKind::Headline;
        }
        if heading || (self.front && self.is_headline(i, words)) || (!self.front && self.is_subheading(i, words)) {
            return BlockKind::Subheading;
        }
        BlockKind::Body
    }

    /// A line of its own that is a date. The first full one is taken for the article's.
    fn add_date(&mut self, span: Span) {
        let words = span.of(self.text);
        if self.front {
            self.note_day(self.day_in(words));
        }
        self.push(BlockKind::Dateline, span);
    }

    /// `By Anna Keller | Berlin | Nov. 7, 2024`: a line before the prose whose parts, between bars, are short, and one of them a
    /// date; the line without that part, and the day. Any other line as it is.
    fn without_date<'w>(&self, words: &'w str) -> (Cow<'w, str>, Option<Day>) {
        const LONGEST: usize = 40;
        let parts: Vec<&str> = words.split(['|', '•', '·']).map(str::trim).collect();
        let short = self.front && parts.len() > 1 && parts.iter().all(|p| p.chars().count() <= LONGEST);
        let date = parts.iter().position(|p| short && self.cues.date_line.is_match(p));
        let Some(date) = date else { return (Cow::Borrowed(words), None) };
        let day = self.day_in(parts[date]);
        let rest: Vec<&str> =
            parts.iter().enumerate().filter(|&(i, p)| i != date && !p.is_empty()).map(|(_, p)| *p).collect();
        (Cow::Owned(rest.join(", ")), day)
    }

    /// The day of words that are a date line; it begins no later than at the first digit.
    fn day_in(&self, words: &str) -> Option<Day> {
        let from = words.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
        let starts = (0..=from).filter(|&at| words.is_char_boundary(at));
        starts.into_iter().find_map(|at| dates::find(&words[at..], self.cues)).map(|(day, _)| day)
    }

    fn note_day(&mut self, day: Option<Day>) {
        if !matches!(self.found.day, Some(Day::Full(_))) {
            self.found.day = day.or(self.found.day);
        }
    }

    /// Only the first paragraph of prose, or one of the lines before it, begins with a dateline.
    fn dateline(&self, words: &str) -> Option<dateline::Dateline> {
        self.front.then(|| dateline::find(words, self.cues)).flatten()
    }

    fn add_dateline(&mut self, span: Span, line: dateline::Dateline) {
        self.note_day(line.day);
        let end = span.start + line.len;
        self.push(BlockKind::Dateline, Span::new(span.start, end));
        let rest = Span::new(end, span.end).of(self.text);
        if !rest.trim().is_empty() {
            let start = end + rest.len() - rest.trim_start().len();
            self.push(BlockKind::Body, Span::new(start, span.end));
            self.front = false;
        }
    }

    /// The names in a byline or credit; these stand before the prose or at the end of the text.
    fn byline(&self, i: usize, words: &str) -> Option<String> {
        const LAST: usize = 3;
        if !(self.front || i + LAST >= self.paragraphs.len()) || words.len() > 300 {
            return None;
        }
        let cues = self.cues;
        let opened = cues.byline.captures(words).and_then(|c| c.get(1)).map(|m| m.as_str());
        let opened = opened
            .filter(|words| cues.writers.is_match(words) || self.are_names(words))
            .map(|names| names.trim_end_matches(['*', '_', '.']));
        let signed = || cues.sign_off.captures(words).and_then(|c| c.get(1)).map(|m| m.as_str());
        let credited = || (cues.credit.is_match(words) || cues.initials.is_match(words)).then_some(words);
        opened.or_else(signed).or_else(credited).map(one_line)
    }

    fn are_names(&self, words: &str) -> bool {
        let particle = |w: &str| self.cues.particles.iter().any(|p| p == w);
        let name = |w: &str| w.chars().next().is_some_and(|c| c.is_alphabetic() && !c.is_lowercase());
        let mut names = words.split_whitespace().map(|w| w.trim_matches(|c: char| !c.is_alphanumeric())).peekable();
        words.split_whitespace().count() <= 14
            && names.peek().is_some_and(|&first| name(first))
            && names.all(|w| w.is_empty() || name(w) || particle(w))
    }

    fn is_title(&self, words: &str) -> bool {
        let letters =
            |s: &str| s.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
        self.title.is_some_and(|title| letters(title) == letters(words))
    }

    /// A line above the prose that is no sentence.
    fn is_headline(&self, i: usize, words: &str) -> bool {
        let question = words.ends_with(['?', '!']) && words.matches(['?', '!', '.']).count() == 1;
        let limit = if question { 15 } else { 30 };
        i + 1 < self.paragraphs.len()
            && words.chars().count() <= 250
            && words.split_whitespace().count() <= limit
            && (question || ends_in_initials(words) || !is_closed(words))
    }

    /// A short line between paragraphs that is no sentence.
    fn is_subheading(&self, i: usize, words: &str) -> bool {
        let flanked = is_flanked(words);
        i + 1 < self.paragraphs.len()
            && words.split_whitespace().count() <= 10
            && words.chars().count() <= 80
            && (flanked || (!is_closed(words) && !is_bullet(words) && begins_large(words)))
    }
}

/// `- Kim's visits -`.
fn is_flanked(words: &str) -> bool {
    ['-', '–', '—', '*', '='].iter().any(|&c| words.starts_with(c) && words.ends_with(c))
}

fn begins_large(words: &str) -> bool {
    words.chars().find(|c| c.is_alphanumeric()).is_some_and(|c| !c.is_lowercase())
}

/// Whether the words end as a sentence does, breaks off, or leads on to a list or a quotation.
fn is_closed(words: &str) -> bool {
    let bare = words.trim_end_matches(|c: char| c.is_whitespace() || "\"'”’»)]".contains(c));
    bare.ends_with(['.', '!', '?', '…', ';', ':', ',', '-', '–', '—'])
}

/// `… with the U.S.`: the full stop need not be the sentence's.
fn ends_in_initials(words: &str) -> bool {
    let last = words.rsplit(char::is_whitespace).next().unwrap_or_default();
    let mut letters = last.chars();
    let mut pairs = std::iter::from_fn(|| letters.next().map(|c| (c, letters.next())));
    last.len() > 2 && pairs.all(|(c, dot)| c.is_uppercase() && dot == Some('.'))
}

fn one_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
