//! From the lines of an answer to rows of a table: one for each item, with everything that several lines say of it.

use super::Part;
use super::client::Binding;
use std::collections::{BTreeMap, BTreeSet};

/// Fields by column.
pub(super) type Row = BTreeMap<&'static str, String>;

const STATE: [&str; 11] = [
    "kind",
    "name",
    "adjectives",
    "country",
    "iso2",
    "numeric",
    "wikidata",
    "status",
    "geonames",
    "capital",
    "capital_geonames",
];
const PERSON: [&str; 8] = ["kind", "name", "wikidata", "status", "gender", "country", "weight", "offices"];

/// `Q148` of an answer's `http://www.wikidata.org/entity/Q148`.
pub(super) fn item(binding: &Binding) -> Option<&str> {
    let id = binding.get("item")?.rsplit('/').next()?;
    let digits = id.strip_prefix(['Q', 'P'])?;
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then_some(id)
}

/// The lines of each item.
fn by_item(answer: &[Binding]) -> BTreeMap<&str, Vec<&Binding>> {
    let mut items: BTreeMap<&str, Vec<&Binding>> = BTreeMap::new();
    for binding in answer {
        if let Some(id) = item(binding) {
            items.entry(id).or_default().push(binding);
        }
    }
    items
}

/// All values of a variable, the least first.
fn all(lines: &[&Binding], variable: &str) -> BTreeSet<String> {
    lines.iter().filter_map(|b| b.get(variable)).map(|v| plain(v)).filter(|v| !v.is_empty()).collect()
}

fn one(lines: &[&Binding], variable: &str) -> String {
    all(lines, variable).into_iter().next().unwrap_or_default()
}

/// A value that may stand in a table.
fn plain(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "/")
}

/// Rows of states; one without a name or code is none.
pub(super) fn states(answer: &[Binding]) -> Vec<Row> {
    let rows = by_item(answer).into_iter().map(|(id, lines)| {
        let mut row = Row::from([("kind", "Country".into()), ("wikidata", id.into()), ("status", "single".into())]);
        for column in ["name", "country", "iso2", "numeric", "geonames", "capital", "capital_geonames"] {
            row.insert(column, one(&lines, column));
        }
        let capital = |word: &String| word.starts_with(char::is_uppercase);
        let adjectives: Vec<String> = all(&lines, "adjective").into_iter().filter(capital).collect();
        row.insert("adjectives", adjectives.join("|"));
        row
    });
    rows.filter(|row| !row["name"].is_empty() && is_code(&row["country"])).collect()
}

/// Rows of people, each with every office and its dates.
pub(super) fn people(answer: &[Binding]) -> Vec<Row> {
    let rows = by_item(answer).into_iter().map(|(id, lines)| {
        let gender = match one(&lines, "gender").as_str() {
            "male" => "m",
            "female" => "f",
            _ => "",
        };
        let offices: BTreeSet<String> = lines.iter().filter_map(|line| office(line)).collect();
        Row::from([
            ("kind", "Person".into()),
            ("name", one(&lines, "name")),
            ("wikidata", id.into()),
            ("status", "single".into()),
            ("gender", gender.into()),
            ("country", one(&lines, "country")),
            ("weight", "5".into()),
            ("offices", offices.into_iter().collect::<Vec<_>>().join("|")),
        ])
    });
    rows.filter(|row| !row["name"].is_empty() && is_code(&row["country"])).collect()
}

/// `2013-03-14/ GOV CHN President`.
fn office(line: &Binding) -> Option<String> {
    let (country, title) = (line.get("country")?, plain(line.get("office")?));
    let day = |variable: &str| line.get(variable).map_or("", |v| date(v));
    (is_code(country) && !title.is_empty()).then(|| format!("{}/{} GOV {country} {title}", day("from"), day("until")))
}

/// The day of `2013-03-14T00:00:00Z`; the year alone of a first of January, which is how Wikidata gives a year.
fn date(value: &str) -> &str {
    let day = value.split('T').next().unwrap_or_default();
    let is_day = day.len() == 10 && day.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    match day {
        _ if !is_day => "",
        _ if day.ends_with("-01-01") => &day[..4],
        _ => day,
    }
}

fn is_code(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase())
}

/// A table in its canonical form: a header, then rows in the order of their bytes.
pub(super) fn text(part: Part, rows: &[&Row]) -> String {
    let columns: &[&str] = match part {
        Part::States => &STATE,
        Part::People => &PERSON,
    };
    let line =
        |row: &&Row| columns.iter().map(|c| row.get(c).map_or("", String::as_str)).collect::<Vec<_>>().join("\t");
    let lines: BTreeSet<String> = rows.iter().map(line).collect();
    let mut text = columns.join("\t") + "\n";
    for line in lines {
        text += &line;
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_as_exact_as_they_are_given() {
        for (value, wanted) in [
            ("2013-03-14T00:00:00Z", "2013-03-14"),
            ("2013-01-01T00:00:00Z", "2013"),
            ("t1234", ""),
            ("http://www.wikidata.org/.well-known/genid/1", ""),
        ] {
            assert_eq!(date(value), wanted, "{value}");
        }
    }
}
