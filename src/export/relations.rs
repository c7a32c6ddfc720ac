//! Relations that last, as rows.

use super::ExportError;
use super::columns::Cell;
use super::events::{assessment, source};
use super::properties::last_part;
use super::selection::Selection;
use super::statement::{Party, Place, Reading, Statement, value};
use crate::ontology::iri::{en, rdf};
use crate::ontology::local;
use jiff::civil::Date;
use oxigraph::model::{NamedNode, Term};
use std::rc::Rc;

/// A relation of the record, or one that an article speaks of.
pub(super) struct Relation {
    pub statement: Statement,
    pub subject: Rc<Party>,
    pub predicate: NamedNode,
    /// The object, if it is an entity, and its name or value.
    pub object: Option<Rc<Party>>,
    pub value: String,
    pub from: Option<String>,
    pub until: Option<String>,
}

/// Calls `each` with every relation that is selected, in the order of their names.
pub(super) fn each(
    reading: &Reading<'_>,
    selection: &Selection,
    each: &mut dyn FnMut(&Relation) -> Result<(), ExportError>,
) -> Result<(), ExportError> {
    let mut places: Vec<Place> = Vec::new();
    if selection.wants_record() {
        places.extend(reading.of_class(en::RELATION, true).collect::<Result<Vec<_>, _>>()?);
    }
    if selection.wants_evidence() {
        places.extend(reading.of_class(en::RELATION_MENTION, false).collect::<Result<Vec<_>, _>>()?);
    }
    places.sort_by(|a, b| a.0.cmp(&b.0));
    for place in &places {
        if let Some(relation) = relation(reading, place)?.filter(|r| is_selected(r, selection)) {
            each(&relation)?;
        }
    }
    Ok(())
}

fn relation(reading: &Reading<'_>, place: &Place) -> Result<Option<Relation>, ExportError> {
    let own = reading.properties(place)?;
    let (Some(subject), Some(predicate), Some(object)) =
        (own.node(rdf::SUBJECT), own.node(rdf::PREDICATE), own.all(rdf::OBJECT).next())
    else {
        return Ok(None);
    };
    let Some(statement) = reading.statement(place, &own)? else { return Ok(None) };
    let party = if let Term::NamedNode(node) = object { Some(reading.party(node)?) } else { None };
    Ok(Some(Relation {
        statement,
        subject: reading.party(subject)?,
        predicate: predicate.clone(),
        value: party.as_ref().map_or_else(|| value(object), |p| p.name.clone()),
        object: party,
        from: own.text(en::VALID_FROM),
        until: own.text(en::VALID_UNTIL),
    }))
}

fn is_selected(relation: &Relation, selection: &Selection) -> bool {
    let statement = &relation.statement;
    selection.standings.contains(&statement.standing)
        && selection.is_sure(statement.confidence)
        && selection.is_of_type(std::iter::once(relation.name()))
        && selection.is_of_country(&[Some(&relation.subject), relation.object.as_deref()])
        && selection.is_in_time(day(&relation.from, false), day(&relation.until, true))
        && selection.is_dated_in_time((day(&relation.from, false), day(&relation.until, true)), statement)
}

/// The first or last day of a year, month or day, as `2019`, `2019-05` and `2019-05-04`.
fn day(value: &Option<String>, last: bool) -> Option<Date> {
    let value = value.as_deref()?;
    let first = match value.len() {
        4 => format!("{value}-01-01"),
        7 => format!("{value}-01"),
        _ => value.get(..10)?.to_owned(),
    };
    let first: Date = first.parse().ok()?;
    Some(match value.len() {
        4 if last => first.last_of_year(),
        7 if last => first.last_of_month(),
        _ => first,
    })
}

impl Relation {
    /// The name of the property without its namespace.
    pub fn name(&self) -> &str {
        local(self.predicate.as_ref()).unwrap_or_else(|| last_part(&self.predicate))
    }

    /// The cells of the row, in the order of the columns.
    pub fn row(&self) -> Vec<Cell> {
        let object = self.object.as_deref();
        let mut row = vec![
            self.statement.id.as_str().into(),
            self.statement.mention.as_str().into(),
            self.subject.id.as_str().into(),
            self.subject.name.as_str().into(),
            (&self.subject.class).into(),
            self.name().into(),
            object.map(|p| p.id.as_str()).into(),
            self.value.as_str().into(),
            object.and_then(|p| p.class.as_deref()).into(),
            (&self.from).into(),
            (&self.until).into(),
            self.statement.said.name(en::WIKIDATA_PROPERTY).into(),
        ];
        row.extend(assessment(&self.statement));
        row.extend(source(&self.statement));
        row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_of_a_value() {
        for (value, first, last) in [
            ("2019", "2019-01-01", "2019-12-31"),
            ("2024-02", "2024-02-01", "2024-02-29"),
            ("2019-05-04", "2019-05-04", "2019-05-04"),
            ("2019-05-04TEV", "2019-05-04", "2019-05-04"),
            ("PAST_REF", "none", "none"),
            ("2019-SP", "none", "none"),
            ("", "none", "none"),
            ("é12", "none", "none"),
        ] {
            let value = Some(value.to_owned());
            let shown = |last| day(&value, last).map_or("none".to_owned(), |d| d.to_string());
            assert_eq!((shown(false).as_str(), shown(true).as_str()), (first, last), "{value:?}");
        }
    }
}
