//! Which events and relations to write: by time, type, country, confidence, and how the articles put them.

use super::statement::{Party, Standing, Statement};
use crate::ontology::Ontology;
use crate::ontology::iri::PLOVER;
use jiff::civil::Date;

/// What to write. Without any condition, all that is asserted.
#[derive(Clone, Debug, PartialEq)]
pub struct Selection {
    /// The first and last day: an event is written if it can have been between them, a relation if it can have held.
    /// What has no date counts as of the day on which it was published.
    pub from: Option<Date>,
    pub to: Option<Date>,
    /// PLOVER types and classes of events (those below them included), properties of relations, classes of entities. Any of
    /// them will do; none means all.
    pub types: Vec<String>,
    /// Countries that either party or the place belongs to, as ISO 3166-1 alpha-3 codes. Any of them will do; none means all.
    pub countries: Vec<String>,
    /// Least confidence.
    pub confidence: Option<f64>,
    /// How it is put. What is asserted comes from the record, everything else from the evidence of each article.
    pub standings: Vec<Standing>,
}

impl Default for Selection {
    fn default() -> Self {
        Self {
            from: None,
            to: None,
            types: Vec::new(),
            countries: Vec::new(),
            confidence: None,
            standings: vec![Standing::Asserted],
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectionError {
    #[error("`{0}` is no PLOVER type, and no class or relation of the ontology")]
    Type(String),
    #[error("`{0}` is no code of a country: three letters are expected, as in CHN (ISO 3166-1 alpha-3)")]
    Country(String),
    #[error("`{0}` is no confidence: a number from 0 to 1 is expected")]
    Confidence(String),
    #[error("the first day, {0}, comes after the last, {1}")]
    Days(Date, Date),
}

impl Selection {
    /// Writes types and countries as the graph does, and says what cannot be.
    pub fn checked(mut self, ontology: &Ontology) -> Result<Self, SelectionError> {
        if let (Some(from), Some(to)) = (self.from, self.to)
            && from > to
        {
            return Err(SelectionError::Days(from, to));
        }
        if let Some(confidence) = self.confidence.filter(|c| !(0.0..=1.0).contains(c)) {
            return Err(SelectionError::Confidence(confidence.to_string()));
        }
        for kind in &mut self.types {
            *kind = known_type(ontology, kind).ok_or_else(|| SelectionError::Type(kind.clone()))?;
        }
        for country in &mut self.countries {
            if country.len() != 3 || !country.bytes().all(|b| b.is_ascii_alphabetic()) {
                return Err(SelectionError::Country(country.clone()));
            }
            country.make_ascii_uppercase();
        }
        Ok(self)
    }

    pub(super) fn wants_record(&self) -> bool {
        self.standings.contains(&Standing::Asserted)
    }

    pub(super) fn wants_evidence(&self) -> bool {
        self.standings.iter().any(|s| *s != Standing::Asserted)
    }

    pub(super) fn is_sure(&self, confidence: Option<f64>) -> bool {
        self.confidence.is_none_or(|least| confidence.is_some_and(|c| c >= least))
    }

    /// Whether a stretch of days, open where an end is unknown, touches the time that is wanted.
    pub(super) fn is_in_time(&self, first: Option<Date>, last: Option<Date>) -> bool {
        self.from.is_none_or(|from| last.is_none_or(|last| last >= from))
            && self.to.is_none_or(|to| first.is_none_or(|first| first <= to))
    }

    /// Whether the day or, where that is unknown, the day of publication is wanted.
    pub(super) fn is_dated_in_time(&self, dates: (Option<Date>, Option<Date>), statement: &Statement) -> bool {
        let is_free = self.from.is_none() && self.to.is_none();
        let day = statement.article.published;
        match dates {
            _ if is_free => true,
            (None, None) => day.is_some() && self.is_in_time(day, day),
            (first, last) => self.is_in_time(first.or(last), last.or(first)),
        }
    }

    pub(super) fn is_of_type<'a>(&self, mut names: impl Iterator<Item = &'a str>) -> bool {
        self.types.is_empty() || names.any(|name| self.types.iter().any(|t| t == name))
    }

    pub(super) fn is_of_country(&self, parties: &[Option<&Party>]) -> bool {
        let is_wanted = |party: &&Party| party.country.as_ref().is_some_and(|c| self.countries.contains(c));
        self.countries.is_empty() || parties.iter().flatten().any(is_wanted)
    }
}

/// A type by its name in whatever case.
fn known_type(ontology: &Ontology, name: &str) -> Option<String> {
    let upper = name.to_uppercase();
    if ontology.has_concept(&format!("{PLOVER}{upper}")) {
        return Some(upper);
    }
    let is_known =
        |n: &&str| ontology.event(n).is_some() || ontology.entity(n).is_some() || ontology.relation(n).is_some();
    ontology.names().filter(|n| n.eq_ignore_ascii_case(name)).find(is_known).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_selected_is_named() {
        let ontology = Ontology::load().unwrap();
        let check = |selection: Selection| selection.checked(&ontology).map_err(|e| e.to_string());
        let types = |name: &str| Selection { types: vec![name.to_owned()], ..Selection::default() };
        for (given, expected) in
            [("consult", "CONSULT"), ("visit", "Visit"), ("childof", "childOf"), ("person", "Person")]
        {
            assert_eq!(check(types(given)).unwrap().types, [expected]);
        }
        for name in ["", "actor", "met", "CONSULT-visit", "nonsense"] {
            assert!(check(types(name)).unwrap_err().contains(&format!("`{name}`")), "{name}");
        }
        let countries = |code: &str| Selection { countries: vec![code.to_owned()], ..Selection::default() };
        assert_eq!(check(countries("chn")).unwrap().countries, ["CHN"]);
        assert!(check(countries("China")).is_err() && check(countries("42é")).is_err());
        assert!(check(Selection { confidence: Some(1.5), ..Selection::default() }).is_err());
        assert!(check(Selection { confidence: Some(f64::NAN), ..Selection::default() }).is_err());
        let day = |text: &str| Some(text.parse().unwrap());
        let backwards = Selection { from: day("2025-02-01"), to: day("2025-01-01"), ..Selection::default() };
        assert!(check(backwards).unwrap_err().contains("2025-02-01"));
    }

    #[test]
    fn a_stretch_of_days_is_wanted_if_it_touches_the_time() {
        let day = |text: &str| Some(text.parse::<Date>().unwrap());
        let march = Selection { from: day("2025-03-01"), to: day("2025-03-31"), ..Selection::default() };
        for (first, last, expected) in [
            ("2025-03-05", "2025-03-05", true),
            ("2025-02-05", "2025-03-01", true),
            ("2025-01-01", "2025-12-31", true),
            ("2025-04-01", "2025-04-30", false),
            ("2025-02-01", "2025-02-28", false),
        ] {
            assert_eq!(march.is_in_time(day(first), day(last)), expected, "{first} {last}");
        }
        assert!(march.is_in_time(None, None) && march.is_in_time(day("2025-03-31"), None));
        assert!(!march.is_in_time(day("2025-04-01"), None) && !march.is_in_time(None, day("2025-02-01")));
    }
}
