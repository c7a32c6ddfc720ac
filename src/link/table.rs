//! Tables of the gazetteer: tab-separated text with a header line, kept as text and read row by row when asked.

use super::EntityType;
use std::borrow::Cow;
use std::path::Path;

/// Why a table could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error("{file}: {source}")]
    Io { file: String, source: std::io::Error },
    #[error("{file}:{line}: {message}")]
    Row { file: String, line: usize, message: String },
}

/// The columns a table may have. `data/gazetteer/README.md` says what each means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
#[expect(
    dead_code,
    reason = "some columns are for people and other programs: the format has them, nothing here reads them"
)]
pub(crate) enum Column {
    Name,
    Aliases,
    Kind,
    Class,
    Adjectives,
    Nouns,
    Country,
    Admin1,
    Iso2,
    Numeric,
    Wikidata,
    Status,
    Geonames,
    Capital,
    CapitalGeonames,
    Lat,
    Lon,
    Population,
    Gender,
    Sector,
    Weight,
    Offices,
}

const COLUMNS: [&str; 22] = [
    "name",
    "aliases",
    "kind",
    "class",
    "adjectives",
    "nouns",
    "country",
    "admin1",
    "iso2",
    "numeric",
    "wikidata",
    "status",
    "geonames",
    "capital",
    "capital_geonames",
    "lat",
    "lon",
    "population",
    "gender",
    "sector",
    "weight",
    "offices",
];

/// One table. The place of a row is the byte at which its line begins.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    text: Cow<'static, str>,
    /// For each column, which field of a line holds it.
    fields: [Option<u8>; COLUMNS.len()],
    /// What the rows are when there is no `kind` column.
    kind: EntityType,
}

impl Table {
    /// Reads the header. `file` is for messages.
    pub(crate) fn parse(text: Cow<'static, str>, file: &str, kind: Option<EntityType>) -> Result<Self, LoadError> {
        let error = |message: String| LoadError::Row { file: file.to_owned(), line: 1, message };
        let header = text.lines().next().unwrap_or_default();
        let mut fields = [None; COLUMNS.len()];
        for (i, name) in header.split('\t').enumerate() {
            let Some(column) = COLUMNS.iter().position(|c| *c == name) else {
                return Err(error(format!("unknown column `{name}`, expected some of: {}", COLUMNS.join(", "))));
            };
            fields[column] = Some(i as u8);
        }
        if fields[Column::Name as usize].is_none() {
            return Err(error("no column `name`".into()));
        }
        let kind = match kind {
            Some(kind) => kind,
            None if fields[Column::Kind as usize].is_some() => EntityType::Thing,
            None => return Err(error("no column `kind`".into())),
        };
        Ok(Self { text, fields, kind })
    }

    /// Reads a file of the documented format and checks every row of it.
    pub(crate) fn read(path: &Path) -> Result<Self, LoadError> {
        let file = path.display().to_string();
        let text = std::fs::read(path).map_err(|source| LoadError::Io { file: file.clone(), source })?;
        let text = String::from_utf8(text).map_err(|e| {
            let line = 1 + e.as_bytes()[..e.utf8_error().valid_up_to()].iter().filter(|&&b| b == b'\n').count();
            LoadError::Row { file: file.clone(), line, message: "not UTF-8".into() }
        })?;
        let table = Self::parse(Cow::Owned(text), &file, None)?;
        table.check(&file)?;
        Ok(table)
    }

    /// Whether there is such a column.
    pub(crate) fn has(&self, column: Column) -> bool {
        self.fields[column as usize].is_some()
    }

    /// Where each row begins, in order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        let header = self.text.find('\n').map_or(self.text.len(), |i| i + 1);
        let mut at = header;
        self.text[header..].split_inclusive('\n').filter_map(move |line| {
            let start = at;
            at += line.len();
            (!line.trim_end().is_empty()).then_some(start)
        })
    }

    pub(crate) fn row(&self, start: usize) -> Row<'_> {
        let rest = &self.text[start..];
        let line = rest.split('\n').next().unwrap_or_default();
        Row { table: self, line: line.strip_suffix('\r').unwrap_or(line) }
    }

    /// Finds the first row that breaks the format.
    pub(crate) fn check(&self, file: &str) -> Result<(), LoadError> {
        let width = self.text.lines().next().unwrap_or_default().split('\t').count();
        for start in self.rows() {
            if let Err(message) = self.row(start).check(width) {
                let line = 1 + self.text[..start].bytes().filter(|&b| b == b'\n').count();
                return Err(LoadError::Row { file: file.to_owned(), line, message });
            }
        }
        Ok(())
    }
}

/// One line of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'t> {
    table: &'t Table,
    line: &'t str,
}

impl<'t> Row<'t> {
    /// The field in a column; empty when the table has no such column.
    pub(crate) fn get(&self, column: Column) -> &'t str {
        match self.table.fields[column as usize] {
            Some(i) => self.line.split('\t').nth(i as usize).unwrap_or_default(),
            None => "",
        }
    }

    /// The parts of a field that `|` separates.
    pub(crate) fn list(&self, column: Column) -> impl Iterator<Item = &'t str> + use<'t> {
        self.get(column).split('|').filter(|part| !part.is_empty())
    }

    pub(crate) fn number(&self, column: Column) -> Option<f64> {
        self.get(column).parse().ok()
    }

    pub(crate) fn kind(&self) -> EntityType {
        match self.get(Column::Kind) {
            "" => self.table.kind,
            name => EntityType::from_name(name).unwrap_or(self.table.kind),
        }
    }

    fn check(&self, width: usize) -> Result<(), String> {
        let fields = self.line.split('\t').count();
        if fields != width {
            return Err(format!("{fields} fields, expected {width}"));
        }
        let (name, kind, qid) = (self.get(Column::Name), self.get(Column::Kind), self.get(Column::Wikidata));
        if name.is_empty() {
            return Err("no name".into());
        }
        if !kind.is_empty() && EntityType::from_name(kind).is_none() {
            return Err(format!("unknown kind `{kind}`"));
        }
        if kind.is_empty() && self.table.kind == EntityType::Thing {
            return Err("no kind".into());
        }
        if !qid.is_empty() && !is_item(qid) {
            return Err(format!("`{qid}` is no Wikidata item"));
        }
        for (column, what) in [(Column::Country, "country"), (Column::Sector, "sector")] {
            let code = self.get(column);
            if !code.is_empty() && !is_code(code) {
                return Err(format!("{what} `{code}` is no code of three capital letters"));
            }
        }
        for column in [Column::Geonames, Column::Lat, Column::Lon, Column::Population, Column::Weight] {
            let value = self.get(column);
            if !value.is_empty() && value.parse::<f64>().is_err() {
                return Err(format!("`{value}` is no number in column `{}`", COLUMNS[column as usize]));
            }
        }
        match self.list(Column::Offices).find(|office| Office::parse(office).is_none()) {
            Some(office) => Err(format!("`{office}` is no office: expected `from/until SECTOR COUNTRY title`")),
            None => Ok(()),
        }
    }
}

fn is_item(text: &str) -> bool {
    text.strip_prefix('Q')
        .is_some_and(|n| !n.is_empty() && !n.starts_with('0') && n.bytes().all(|b| b.is_ascii_digit()))
}

fn is_code(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase())
}

/// An office that a person holds or held, with days as far as they are known (`2013-03-14`, `2013-03`, `2013`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Office<'t> {
    pub from: &'t str,
    /// Empty when the office was held when the table was made, `?` when it ended on a day not known.
    pub until: &'t str,
    pub sector: &'t str,
    /// ISO 3166-1 alpha-3, or `-`.
    pub country: &'t str,
    pub title: &'t str,
}

impl<'t> Office<'t> {
    /// Reads `2013-03-14/ GOV CHN President`.
    pub(crate) fn parse(text: &'t str) -> Option<Self> {
        let (dates, rest) = text.split_once(' ')?;
        let (from, until) = dates.split_once('/')?;
        let (sector, rest) = rest.split_once(' ')?;
        let (country, title) = rest.split_once(' ')?;
        Some(Self { from, until, sector, country, title })
    }

    /// Whether the office was held on a day written `YYYY-MM-DD`, as far as the precision of the dates tells.
    pub fn covers(&self, day: &str) -> bool {
        let begun = self.from.is_empty() || self.from <= &day[..self.from.len().min(day.len())];
        begun && (self.until.is_empty() || (self.until != "?" && self.until >= &day[..self.until.len().min(day.len())]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Result<(), String> {
        Table::parse(Cow::Owned(text.to_owned()), "f.tsv", None)
            .and_then(|t| t.check("f.tsv"))
            .map_err(|e| e.to_string())
    }

    #[test]
    fn faults_are_named_with_file_and_line() {
        for (text, message) in [
            ("name\tkind\nA\tPerson\n", ""),
            ("name\tkind\nA\tPerson\nB\n", "f.tsv:3: 1 fields, expected 2"),
            ("name\tkind\tqid\n", "f.tsv:1: unknown column `qid`"),
            ("name\nA\n", "f.tsv:1: no column `kind`"),
            ("name\tkind\nA\tDragon\n", "f.tsv:2: unknown kind `Dragon`"),
            ("name\tkind\twikidata\nA\tPerson\tQ0\n", "f.tsv:2: `Q0` is no Wikidata item"),
            ("name\tkind\tcountry\nA\tPerson\tFrance\n", "f.tsv:2: country `France` is no code"),
            ("name\tkind\toffices\nA\tPerson\tPresident\n", "f.tsv:2: `President` is no office"),
            ("name\tkind\tlat\nA\tCity\tnorth\n", "f.tsv:2: `north` is no number in column `lat`"),
        ] {
            match check(text) {
                Ok(()) => assert_eq!(message, "", "{text}"),
                Err(e) => assert!(!message.is_empty() && e.starts_with(message), "{e} for {text}"),
            }
        }
    }

    #[test]
    fn an_office_covers_the_days_between_its_dates() {
        for (office, day, held) in [
            ("2013-03-14/ GOV CHN President", "2025-09-04", true),
            ("2013-03-14/ GOV CHN President", "2013-03-13", false),
            ("2017-05-10/2022-05-09 GOV KOR President", "2022-05-09", true),
            ("2017-05-10/2022-05-09 GOV KOR President", "2025-09-04", false),
            ("2017/2019 LEG USA Senator", "2019-12-31", true),
            ("1993/? GOV USA President", "1996-08-30", false),
        ] {
            assert_eq!(Office::parse(office).unwrap().covers(day), held, "{office} {day}");
        }
    }
}
