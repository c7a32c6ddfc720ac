//! The dateline that opens an agency's text: `BEIJING, Sept. 4 (Agency) —`.

use super::cues::Cues;
use super::dates::{self, Day};
use regex::Captures;

/// A dateline at the beginning of a paragraph.
#[derive(Debug, PartialEq)]
pub(super) struct Dateline {
    /// Bytes of the paragraph that are the dateline, without the space after it.
    pub(super) len: usize,
    pub(super) day: Option<Day>,
}

/// Finds the dateline of a paragraph, if it begins with one.
pub(super) fn find(paragraph: &str, cues: &Cues) -> Option<Dateline> {
    cues.datelines.iter().find_map(|pattern| {
        let found = pattern.captures(paragraph)?;
        let end = found.get(0)?.end();
        let enough = found.name("place").is_none_or(|place| is_sure(place.as_str(), &found, &paragraph[end..], cues));
        enough.then(|| Dateline {
            len: found.get(0).map_or(0, |all| all.as_str().trim_end().len()),
            day: found.name("date").and_then(|_| dates::day_of(&found, cues)),
        })
    })
}

/// A place and a dash are not enough: "Moscow - once an ally -" begins that way too. What follows must begin a sentence,
/// and a date or an agency be there, or the place be in capitals.
fn is_sure(place: &str, found: &Captures<'_>, rest: &str, cues: &Cues) -> bool {
    let opens = rest.chars().find(|c| c.is_alphanumeric());
    if found.name("date").is_some() {
        return true;
    }
    if opens.is_none_or(char::is_lowercase) {
        return false;
    }
    if found.name("agency").is_some() {
        return true;
    }
    let city = place.split(',').next().unwrap_or_default();
    let capitals =
        city.split_whitespace().all(|w| cues.particles.iter().any(|p| p == w) || !w.chars().any(char::is_lowercase));
    capitals && city.chars().filter(|c| c.is_alphabetic()).count() > 3 && rest.contains(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datelines_of_many_agencies() {
        let cues = Cues::embedded();
        let cases = [
            ("BEIJING, Sept. 4 (Agency) — |President", Some((9, 4))),
            ("BEIJING, Sept. 4 (Agency) -- |\"No matter\"", Some((9, 4))),
            ("LONDON, 12 March (Agency) - |The minister", Some((3, 12))),
            ("RIO DE JANEIRO (Agency) – |Leaders", None),
            ("Rio de Janeiro, 6 July (Agency) – |Leaders", Some((7, 6))),
            ("Port-au-Prince (Agency) — |Gangs", None),
            ("WASHINGTON — |The Senate", None),
            ("NAIROBI, Kenya (AG) — |Police", None),
            ("KABUL, Afghanistan (Jan. 18) |In the north", Some((1, 18))),
            ("MOSCOW, September 4. /AGENCY/. |The foreign ministry", Some((9, 4))),
            ("Nairobi/Addis Ababa, Sept. 12 (age) - |The rebels", Some((9, 12))),
            ("(AGENCY) — |The court", None),
            ("WASHINGTON, D.C., Oct. 7 – |The House", Some((10, 7))),
        ];
        for (text, day) in cases {
            let (line, rest) = text.split_once('|').expect("a bar");
            let found = find(&format!("{line}{rest}"), &cues).unwrap_or_else(|| panic!("no dateline in {text}"));
            let wanted = day.map(|(month, day)| Day::OfYear(month, day));
            assert_eq!(found, Dateline { len: line.trim_end().len(), day: wanted }, "{text}");
        }
    }

    #[test]
    fn prose_is_no_dateline() {
        let cues = Cues::embedded();
        for text in [
            "Moscow - once an ally - has refused.",
            "NATO — the alliance of 32 states — met on Tuesday.",
            "US-China talks ended on Friday.",
            "President Xi (centre) met Kim.",
            "Kim Jong Un (right) -- who rarely travels -- took the train.",
            "Beijing, Sept. 4 was a quiet day.",
            "U.S. — China trade fell.",
            "PARLIAMENTARY RECORD — SENATE",
        ] {
            assert_eq!(find(text, &cues).map(|d| &text[..d.len]), None, "{text}");
        }
    }
}
