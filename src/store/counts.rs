//! What a store holds, in numbers.

use super::answer::{QueryAnswer, Solutions};
use super::{QueryError, QueryOptions, Stop, Store};
use oxigraph::model::{NamedNode, Term};

/// Numbers of a store. Those of subjects, objects, classes and properties are of the record, the default graph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Quads in the default graph.
    pub record: u64,
    /// Quads in named graphs.
    pub named: u64,
    /// Named graphs.
    pub graphs: u64,
    /// Distinct subjects.
    pub subjects: u64,
    /// Distinct objects.
    pub objects: u64,
    /// Instances of each class, by name.
    pub classes: Vec<(NamedNode, u64)>,
    /// Triples of each property, by name.
    pub properties: Vec<(NamedNode, u64)>,
    /// Days on which the first and the last article were published.
    pub published: Option<(String, String)>,
}

impl Store {
    /// Counts everything, which reads all keys of the store but no texts, unless it is told to stop.
    pub fn counts(&self, stop: &Stop) -> Result<Counts, QueryError> {
        let options = QueryOptions { stop: Some(stop.clone()), ..QueryOptions::default() };
        let ask = |query: &str| self.query(query, &options).map(rows);
        let number = |query: &str| ask(query).map(|rows| rows.first().map_or(0, |row| count(row, 0)));
        let partition = |query: &str| ask(query).map(|rows| rows.iter().filter_map(part).collect());
        let properties: Vec<_> = partition("SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY ?p")?;
        let record = properties.iter().map(|(_, number)| number).sum();
        let days = ask("SELECT (MIN(?d) AS ?first) (MAX(?d) AS ?last) { GRAPH ?g { ?g schema:datePublished ?d } }")?;
        Ok(Counts {
            record,
            named: number("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")?,
            graphs: number("SELECT (COUNT(*) AS ?n) { GRAPH ?g {} }")?,
            subjects: number("SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }")?,
            objects: number("SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }")?,
            classes: partition("SELECT ?c (COUNT(?s) AS ?n) { ?s a ?c } GROUP BY ?c ORDER BY ?c")?,
            properties,
            published: days.first().and_then(|row| Some((text(row, 0)?.to_owned(), text(row, 1)?.to_owned()))),
        })
    }
}

type Row = Vec<Option<Term>>;

fn rows(answer: QueryAnswer) -> Vec<Row> {
    match answer {
        QueryAnswer::Solutions(Solutions { rows, .. }) => rows,
        _ => Vec::new(),
    }
}

fn text(row: &Row, column: usize) -> Option<&str> {
    match row.get(column)? {
        Some(Term::Literal(literal)) => Some(literal.value()),
        _ => None,
    }
}

fn count(row: &Row, column: usize) -> u64 {
    text(row, column).and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn part(row: &Row) -> Option<(NamedNode, u64)> {
    match row.first()? {
        Some(Term::NamedNode(node)) => Some((node.clone(), count(row, 1))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Change;

    #[test]
    fn everything_is_counted() {
        let store = Store::in_memory().unwrap();
        let change = |sparql: &str| {
            store.update(&Change { sparql: sparql.to_owned(), ..Change::default() }, &Stop::default()).unwrap();
        };
        change("DROP ALL");
        change(
            "INSERT DATA { <x:a> a <x:A> , <x:B> ; <x:p> 1 , 2 . <x:b> a <x:A> . GRAPH <x:g> { <x:g> schema:datePublished \"2025-02-03\"^^xsd:date } }",
        );
        let node = NamedNode::new_unchecked;
        let rdf_type = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
        assert_eq!(
            store.counts(&Stop::default()).unwrap(),
            Counts {
                record: 5,
                named: 1,
                graphs: 1,
                subjects: 2,
                objects: 4,
                classes: vec![(node("x:A"), 2), (node("x:B"), 1)],
                properties: vec![(node(rdf_type), 3), (node("x:p"), 2)],
                published: Some(("2025-02-03".to_owned(), "2025-02-03".to_owned())),
            }
        );
        assert_eq!(Store::in_memory().unwrap().counts(&Stop::default()).unwrap().record, 0);
    }
}
