//! Dates as articles and records write them.

use super::cues::Cues;
use jiff::civil::Date;
use regex::Captures;

/// What a text says of a day: with the year, or without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Day {
    Full(Date),
    /// Month and day.
    OfYear(i8, i8),
}

impl Day {
    /// The date itself, with the year from elsewhere if need be.
    pub(super) fn date(self, year: Option<i16>) -> Option<Date> {
        match self {
            Self::Full(date) => Some(date),
            Self::OfYear(month, day) => Date::new(year?, month, day).ok(),
        }
    }
}

/// The day of publication in the words of a record: ISO 8601 with or without a time, RFC 2822, `20250904`, or English words.
///
/// A time zone does not move the day: it is the one that stands there. None when it is not a full date.
pub fn read_date(text: &str, cues: &Cues) -> Option<Date> {
    let text = text.trim();
    compact(text).or_else(|| match find(text, cues)? {
        (Day::Full(date), _) => Some(date),
        (Day::OfYear(..), _) => None,
    })
}

/// The year, from a date that may be no more than a year or a month (`2025`, `2025-09`).
pub(super) fn read_year(text: &str) -> Option<i16> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[digits..];
    let year = text[..digits].parse().ok().filter(|_| digits == 4)?;
    (rest.is_empty() || rest.starts_with('-')).then_some(year)
}

/// A date at the beginning of the text, and where it ends.
pub(super) fn find(text: &str, cues: &Cues) -> Option<(Day, usize)> {
    let found = cues.date.captures(text)?;
    Some((day_of(&found, cues)?, found.get(0)?.end()))
}

/// Reads the groups of [`Cues`]' date pattern, which may be part of a larger one.
pub(super) fn day_of(found: &Captures<'_>, cues: &Cues) -> Option<Day> {
    if let Some(iso) = found.name("iso") {
        let mut parts = iso.as_str().split(['-', '/', '.']);
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        return Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok().map(Day::Full);
    }
    let month = month_number(found.name("month").or_else(|| found.name("month2"))?.as_str(), cues)?;
    let day = found.name("day").or_else(|| found.name("day2"))?.as_str().parse().ok()?;
    match found.name("year") {
        Some(year) => Date::new(year.as_str().parse().ok()?, month, day).ok().map(Day::Full),
        // A leap year, so that 29 February is a day.
        None => Date::new(2024, month, day).ok().map(|_| Day::OfYear(month, day)),
    }
}

fn month_number(word: &str, cues: &Cues) -> Option<i8> {
    let word = word.to_lowercase();
    cues.months.iter().position(|m| m.starts_with(&word)).map(|i| i as i8 + 1)
}

/// `20250904`.
fn compact(text: &str) -> Option<Date> {
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Date::new(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_people_and_programs_write_them() {
        let cues = Cues::embedded();
        let day = Some(jiff::civil::date(2025, 9, 4));
        let spellings = [
            "2025-09-04",
            " 2025-09-04T23:30:00-05:00 ",
            "2025/9/4",
            "20250904",
            "Thu, 04 Sep 2025 10:00:00 +0000",
            "Thursday, September 4, 2025",
            "Sept. 4, 2025",
            "4th September 2025",
            "4 SEPTEMBER 2025, 10:30 GMT",
        ];
        for text in spellings {
            assert_eq!(read_date(text, &cues), day, "{text}");
        }
        for text in
            ["", "soon", "2025", "2025-09", "2025-02-30", "September 2025", "Sept. 4", "Marchant 4, 2025", "123456789"]
        {
            assert_eq!(read_date(text, &cues), None, "{text}");
        }
    }

    #[test]
    fn a_year_may_stand_alone() {
        assert_eq!(
            ["2025", "2025-09", "25", "20250904", "soon"].map(read_year),
            [Some(2025), Some(2025), None, None, None]
        );
    }
}
