//! The tables that a store can be written as, and their columns, as `data/export/columns.tsv` describes them.

use jiff::civil::Date;

/// A table with a row for each thing of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// A row for each event and pair of actor and recipient.
    Events,
    Entities,
    /// Lasting states, such as offices held and kinship.
    Relations,
}

impl Table {
    pub const ALL: [Self; 3] = [Self::Events, Self::Entities, Self::Relations];

    /// The name on the command line and in the description of the columns.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Entities => "entities",
            Self::Relations => "relations",
        }
    }

    /// The columns, in the order of the cells of a row.
    pub fn columns(self) -> Vec<Column> {
        let lines = COLUMNS.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
        lines.filter_map(|fields| Column::read(self, &fields)).collect()
    }
}

/// Table, column, type, meaning, and the name of the like column in GDELT, separated by tabs, under a head.
pub const COLUMNS: &str = include_str!("../../data/export/columns.tsv");

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
    pub meaning: &'static str,
}

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Integer,
    Number,
    Date,
    Flag,
}

impl Column {
    fn read(table: Table, fields: &[&'static str]) -> Option<Self> {
        let &[of, name, kind, meaning, _] = fields else { return None };
        let kind = match kind {
            "text" => Kind::Text,
            "integer" => Kind::Integer,
            "number" => Kind::Number,
            "date" => Kind::Date,
            "flag" => Kind::Flag,
            _ => return None,
        };
        (of == table.as_str()).then_some(Self { name, kind, meaning })
    }
}

/// One value of a row; none where nothing is known.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    None,
    Text(String),
    Integer(i64),
    Number(f64),
    Date(Date),
    Flag(bool),
}

impl Cell {
    /// As text files have it: dates as `2025-09-04`, flags as `true` and `false`, nothing where there is no value, and
    /// everything on one line.
    pub fn text(&self) -> String {
        match self {
            Self::None => String::new(),
            Self::Text(text) => on_one_line(text),
            Self::Integer(number) => number.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Date(day) => day.to_string(),
            Self::Flag(flag) => flag.to_string(),
        }
    }

    /// Whether a column of this kind can hold it.
    pub fn fits(&self, kind: Kind) -> bool {
        match self {
            Self::None => true,
            Self::Text(_) => kind == Kind::Text,
            Self::Integer(_) => kind == Kind::Integer,
            Self::Number(_) => kind == Kind::Number,
            Self::Date(_) => kind == Kind::Date,
            Self::Flag(_) => kind == Kind::Flag,
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<Date> for Cell {
    fn from(day: Date) -> Self {
        Self::Date(day)
    }
}

impl From<bool> for Cell {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl<T> From<Option<T>> for Cell
where
    Self: From<T>,
{
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::None, Self::from)
    }
}

impl From<&Option<String>> for Cell {
    fn from(value: &Option<String>) -> Self {
        value.as_deref().into()
    }
}

/// Line breaks, tabs and other control characters as single spaces.
pub(super) fn on_one_line(text: &str) -> String {
    if !text.contains(|c: char| c.is_control()) {
        return text.to_owned();
    }
    text.split(|c: char| c.is_control() || c == ' ').filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_description_is_a_column() {
        let columns = Table::ALL.map(|t| t.columns().len());
        assert_eq!(columns.iter().sum::<usize>(), COLUMNS.lines().count() - 1);
        for table in Table::ALL {
            let mut names: Vec<&str> = table.columns().iter().map(|c| c.name).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), table.columns().len(), "{} has two columns of one name", table.as_str());
        }
    }

    #[test]
    fn text_is_on_one_line() {
        assert_eq!(Cell::from("a\tb\r\n  c").text(), "a b c");
        assert_eq!(Cell::from("a  b").text(), "a  b");
        assert_eq!(Cell::from(Option::<i64>::None).text(), "");
    }
}
