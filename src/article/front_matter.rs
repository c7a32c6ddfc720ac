//! What a file says of its article before the text: lines such as `Date: 2025-09-04`, bare or between `---` or `+++`.

use super::cues::{Cues, Field};
use super::dates;

/// Fields in the order of the file, and the byte at which the article's text begins.
#[derive(Debug, Default, PartialEq)]
pub(super) struct FrontMatter {
    pub(super) fields: Vec<(Field, String)>,
    pub(super) end: usize,
}

impl FrontMatter {
    /// Reads the beginning of a text. A text without front matter has no fields and begins at 0.
    pub(super) fn of(text: &str, cues: &Cues) -> Self {
        fenced(text, cues).or_else(|| bare(text, cues)).unwrap_or_default()
    }

    pub(super) fn get(&self, field: Field) -> Option<&str> {
        self.fields.iter().find(|(f, _)| *f == field).map(|(_, value)| value.as_str())
    }
}

/// Lines between two `---` (YAML's way) or `+++` (TOML's way). Only simple values are read: the rest is not about us.
fn fenced(text: &str, cues: &Cues) -> Option<FrontMatter> {
    let mut lines = numbered(text);
    let (_, first) = lines.next()?;
    let (fence, separator) = [("---", ':'), ("+++", '=')].into_iter().find(|(fence, _)| first == *fence)?;
    let mut fields = Vec::new();
    for (end, line) in lines {
        if line == fence {
            return Some(FrontMatter { fields, end });
        }
        fields.extend(field(line, separator, cues));
    }
    None
}

/// Lines of `Key: value` at the very beginning. Each must be a known key; one alone must be beyond doubt, since a headline
/// such as "Source: army will stay" looks the same.
fn bare(text: &str, cues: &Cues) -> Option<FrontMatter> {
    let mut fields = Vec::new();
    let mut end = 0;
    for (after, line) in numbered(text) {
        if line.is_empty() && fields.is_empty() {
            continue;
        }
        let Some(found) = field(line, ':', cues) else { break };
        fields.push(found);
        end = after;
    }
    let sure = match &fields[..] {
        [] => false,
        [(Field::Published, value)] => dates::read_date(value, cues).is_some() || dates::read_year(value).is_some(),
        [(Field::Title | Field::Encoding, _)] => true,
        [_] => false,
        _ => true,
    };
    sure.then_some(FrontMatter { fields, end })
}

/// Lines without their ends, each with the byte at which the next begins.
fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |end, line| {
        *end += line.len();
        Some((*end, line.trim()))
    })
}

fn field(line: &str, separator: char, cues: &Cues) -> Option<(Field, String)> {
    let (key, value) = line.split_once(separator)?;
    let value = unquoted(value.trim());
    Some((cues.field(key)?, value.to_owned())).filter(|_| !value.is_empty())
}

fn unquoted(value: &str) -> &str {
    ['"', '\''].iter().find_map(|&q| value.strip_prefix(q)?.strip_suffix(q)).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, fields: &[(Field, &str)], rest: &str) {
        let found = FrontMatter::of(text, &Cues::embedded());
        let got: Vec<(Field, &str)> = found.fields.iter().map(|(f, v)| (*f, v.as_str())).collect();
        assert_eq!((&got[..], &text[found.end..]), (fields, rest), "{text}");
    }

    #[test]
    fn fields_are_read_in_three_ways() {
        let fields = [(Field::Title, "A: B"), (Field::Published, "2025-09-04")];
        check("---\ntitle: \"A: B\"\ntags: [x]\ndate: 2025-09-04\n---\nKim.", &fields, "Kim.");
        check("+++\r\ntitle = 'A: B'\r\ndate = 2025-09-04\r\n+++\r\nKim.", &fields, "Kim.");
        check("Title: A: B\nPublished: 2025-09-04\n\nKim.", &fields, "\nKim.");
        check("\nDate: 4 September 2025\nKim.", &[(Field::Published, "4 September 2025")], "Kim.");
    }

    #[test]
    fn prose_is_left_alone() {
        for text in [
            "Source: army will stay\n\nKim.",
            "---\nKim met Xi.\n",
            "Date: soon\nKim.",
            "Kim: a life\nTitle: x",
            "",
            "---",
        ] {
            check(text, &[], text);
        }
    }
}
