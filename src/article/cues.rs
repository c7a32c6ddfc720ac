//! The words by which byline, date and dateline are told from the text: `data/layout/cues.toml`, made into patterns.

use regex::Regex;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The file as it stands; `data/layout/README.md` says what each list is for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lists {
    months: Vec<String>,
    weekdays: Vec<String>,
    date_openers: Vec<String>,
    byline_openers: Vec<String>,
    writers: Vec<String>,
    credit_openers: Vec<String>,
    caption_labels: Vec<String>,
    picture_sources: Vec<String>,
    rights: Vec<String>,
    web_labels: Vec<String>,
    web_openers: Vec<String>,
    particles: Vec<String>,
    not_articles: Vec<String>,
    front_matter: BTreeMap<Field, Vec<String>>,
}

/// What front matter can say of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Field {
    Byline,
    Encoding,
    Id,
    Language,
    Published,
    Publisher,
    Title,
    Url,
}

/// Patterns for the parts of an article that are not its prose. Made once and shared by all readers.
#[derive(Debug)]
pub struct Cues {
    pub(super) months: Vec<String>,
    pub(super) particles: Vec<String>,
    /// A date at the beginning, after an opener and a weekday: groups as [`super::dates`] reads them.
    pub(super) date: Regex,
    /// A line that is only a date, perhaps with a time of day.
    pub(super) date_line: Regex,
    /// `By Jane Roe`: the group is what follows the opener.
    pub(super) byline: Regex,
    /// `our own correspondent`, after the opener.
    pub(super) writers: Regex,
    /// `(Reporting by Jane Roe; editing by John Doe)`.
    pub(super) credit: Regex,
    /// `J.Roe--AGENCY`: the group is the name.
    pub(super) sign_off: Regex,
    /// Initials of reporters and desks, `gw/dw/ab`.
    pub(super) initials: Regex,
    /// `Photo: The leaders shake hands`, `The leaders shake hands [Jane Roe/Agency]`.
    pub(super) caption: Regex,
    /// `Copyright 2024 The Agency. All rights reserved.`
    pub(super) rights: Regex,
    /// What pages put between and below the paragraphs of an article: `Read more: …`, `Follow us on …`.
    pub(super) web: Regex,
    /// The dateline at the beginning of a paragraph, in the ways agencies write it.
    pub(super) datelines: Vec<Regex>,
    not_articles: Vec<String>,
    fields: Vec<(String, Field)>,
}

const EMBEDDED: &str = include_str!("../../data/layout/cues.toml");

impl Cues {
    /// The lists that come with the program.
    pub fn embedded() -> Self {
        Self::parse(EMBEDDED).expect("the embedded `data/layout/cues.toml` is checked by a test")
    }

    /// Reads other lists than the embedded ones. The error names line and column.
    pub fn parse(toml: &str) -> Result<Self, toml::de::Error> {
        Ok(Self::new(toml::from_str(toml)?))
    }

    fn new(lists: Lists) -> Self {
        let date = date_pattern(&lists);
        let fields = lists.front_matter.iter().flat_map(|(&field, keys)| keys.iter().map(move |k| (k.clone(), field)));
        Self {
            date: pattern(&format!("^{date}")),
            date_line: pattern(&format!(
                r"^\(?(?:(?:{}):?\s+)?{date}\)?[\s,;|·–—-]*(?:(?:at\s+)?\d{{1,2}}(?:[:.h]\d{{2}}|\s*[ap]\.?m).{{0,20}})?$",
                any(&lists.date_openers)
            )),
            byline: pattern(&format!(r"^[-–—*_\s]*(?:{})(?::|\s)\s*(\S.*)$", any(&lists.byline_openers))),
            writers: pattern(&format!(r"^(?:\S+\s){{1,6}}(?:{})$", any(&lists.writers))),
            credit: pattern(&format!(r"^[-–—*_(\[\s]*(?:{})(?::|\s)", any(&lists.credit_openers))),
            sign_off: Regex::new(
                r"^[-–—\s]*(\p{Lu}[\p{L}.'’-]*?(?:\s\p{Lu}[\p{L}.'’-]*?){0,3})\s?(?:--|[–—])\s?[\p{Lu}\d]{2,8}$",
            )
            .expect("a constant pattern"),
            initials: Regex::new(r"^[a-z]{2,4}(?:[-/][a-z]{2,8})+$").expect("a constant pattern"),
            caption: caption_pattern(&lists),
            rights: pattern(&format!(
                r"^[-–—*_\s]*(?:copyright\b\W*(?:\(c\))?\W*\d{{4}}|(?:©|\(c\))\W*\d{{4}})|\b(?:{})\b",
                any(&lists.rights)
            )),
            web: pattern(&format!(
                r"^[-–—*•_>»\s]*(?:(?:{})(?:\s*[:|>»…]|\W*$)|(?:{})\b)",
                any(&lists.web_labels),
                any(&lists.web_openers)
            )),
            datelines: dateline_patterns(&date, &any(&lists.particles)),
            fields: fields.collect(),
            months: lists.months.iter().map(|m| m.to_lowercase()).collect(),
            particles: lists.particles,
            not_articles: lists.not_articles.iter().map(|n| n.to_lowercase()).collect(),
        }
    }

    /// The field that a key of front matter names.
    pub(super) fn field(&self, key: &str) -> Option<Field> {
        let key = key.trim().to_lowercase();
        self.fields.iter().find(|(name, _)| *name == key).map(|&(_, field)| field)
    }

    /// Whether a file of this name describes its folder instead of being an article.
    pub(super) fn describes_folder(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        self.not_articles.iter().any(|n| name.starts_with(n))
    }
}

/// A pattern made of the lists' words, which are escaped: only the constant part could be wrong.
fn pattern(text: &str) -> Regex {
    Regex::new(&format!("(?i){text}")).expect("words in a pattern are escaped")
}

/// A word for pictures before a colon, or at the end whose picture it is: `[Jane Roe/Agency]`, `AGENCY/Jane Roe`, `via AGENCY`.
fn caption_pattern(lists: &Lists) -> Regex {
    let (labels, sources) = (any(&lists.caption_labels), any(&lists.picture_sources));
    let name = r"\p{Lu}[\w.'’-]*(?:\s\p{Lu}[\w.'’-]*){0,3}";
    let text = format!(
        r"^[-–—*_(\[\s]*(?i:{labels})\s*[:|]|(?:\b(?i:{sources})\s?/\s?{name}|{name}\s?/\s?(?i:{sources})|\b[Vv]ia (?i:{sources})|[|(\[]\s*(?i:{labels})\b[^|()\[\]]*)[)\].]*$"
    );
    Regex::new(&text).expect("words in a pattern are escaped")
}

/// Alternatives, the longest first, so that `last updated` wins over `last`.
fn any(words: &[String]) -> String {
    let mut words: Vec<String> = words.iter().map(|w| regex::escape(w)).collect();
    words.sort_by_key(|w| std::cmp::Reverse(w.len()));
    words.join("|")
}

/// `Thursday, September 4, 2025`, `4th Sept. 2025`, `2025-09-04`; groups: month and day, or day and month, year, or ISO.
fn date_pattern(lists: &Lists) -> String {
    let mut months: Vec<String> = Vec::new();
    for month in &lists.months {
        months.extend([month.clone(), cut(month, 4), cut(month, 3)]);
    }
    let mut days = lists.weekdays.clone();
    days.extend(lists.weekdays.iter().flat_map(|d| [cut(d, 4), cut(d, 3)]));
    let (months, days) = (any(&months), any(&days));
    format!(
        r"(?:(?:{days})\b\.?,?\s+)?(?:(?P<iso>\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}})(?:T\S*|\b)|(?:(?P<month>{months})\b\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?|(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<month2>{months})\b\.?)(?:,?\s+(?P<year>\d{{4}}))?\b)"
    )
}

fn cut(word: &str, letters: usize) -> String {
    word.chars().take(letters).collect()
}

/// `BEIJING, Sept. 4 (Agency) —`, `KABUL, Afghanistan (April 5, 2011)`, `MOSCOW, September 4. /AGENCY/.`, `(AGENCY) —`.
///
/// Each has a group for place, date and agency where it can have one. Whether the evidence is enough is decided by
/// [`super::dateline`].
fn dateline_patterns(date: &str, particles: &str) -> Vec<Regex> {
    let word = r"\p{Lu}[\p{L}.'’-]*";
    let place = format!(r"(?P<place>{word}(?:(?:,\s|[\s/])(?:(?:{particles})\s)?{word}){{0,6}})");
    let date = format!("(?P<date>(?i:{date}))");
    let dash = r"(?:\s*(?:—|–|--|―)\s*|\s+-\s+)";
    [
        format!(r"^{place}(?:,?\s{date})?\.?,?\s*(?:[(\[](?P<agency>\p{{Lu}}[^()\[\]\n]{{1,40}}|\p{{Ll}}{{2,4}})[)\]])?{dash}"),
        format!(r"^{place},?\s[(\[]{date}[)\]](?:{dash}|\s+|$)"),
        format!(r"^{place}(?:,?\s{date})?\.?,?\s*/(?P<agency>\p{{Lu}}[^/\n]{{1,30}})/\.?(?:{dash}|\s+|$)"),
        format!(r"^{place},?\s{date}\.?$"),
        format!(r"^[(\[](?P<agency>\p{{Lu}}[\p{{L}}&. ]{{1,30}})[)\]]{dash}"),
    ]
    .iter()
    .map(|text| Regex::new(text).expect("words in a pattern are escaped"))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_lists_are_sorted() {
        let lists: Lists = toml::from_str(EMBEDDED).expect("cues.toml");
        let mut all = vec![
            lists.date_openers,
            lists.byline_openers,
            lists.writers,
            lists.credit_openers,
            lists.caption_labels,
            lists.picture_sources,
            lists.rights,
            lists.web_labels,
            lists.web_openers,
            lists.particles,
            lists.not_articles,
        ];
        all.extend(lists.front_matter.into_values());
        for list in all {
            assert!(list.is_sorted(), "{list:?}");
        }
    }

    #[test]
    fn an_unknown_list_is_an_error_with_its_line() {
        let error = Cues::parse(&format!("colours = []\n{EMBEDDED}")).expect_err("unknown list").to_string();
        assert!(error.contains("line 1") && error.contains("colours"), "{error}");
    }
}
