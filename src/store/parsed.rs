//! Queries that were parsed lately: whoever asks again and again, as pages and dashboards do, need not wait for the parser.

use super::ask::Question;
use super::query::{QueryError, parser};
use super::refuse::{Refusal, refusal};
use super::stopping;
use oxigraph::model::NamedNode;
use spargebra::Query;
use std::sync::{Arc, Mutex, PoisonError};

/// Queries that are kept, and the longest text of one.
const MOST: usize = 64;
const LONGEST: usize = 8 << 10;

/// The last queries, ready to be evaluated; the one asked last comes last.
#[derive(Default)]
pub(super) struct Parsed(Mutex<Vec<Entry>>);

struct Entry {
    sparql: String,
    base: Option<NamedNode>,
    query: Arc<Query>,
}

impl Parsed {
    /// The query of a question, which stops when it is told to. Fails when it is none that we run.
    pub(super) fn query(&self, question: &Question) -> Result<Arc<Query>, QueryError> {
        if let Some(query) = self.known(question) {
            return Ok(query);
        }
        let query = Arc::new(parsed(question)?);
        if question.sparql.len() <= LONGEST {
            self.keep(question, query.clone());
        }
        Ok(query)
    }

    fn known(&self, question: &Question) -> Option<Arc<Query>> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = entries.iter().rposition(|e| e.sparql == question.sparql && e.base == question.base)?;
        entries[at..].rotate_left(1);
        entries.last().map(|entry| entry.query.clone())
    }

    fn keep(&self, question: &Question, query: Arc<Query>) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= MOST {
            entries.remove(0);
        }
        entries.push(Entry { sparql: question.sparql.clone(), base: question.base.clone(), query });
    }
}

fn parsed(question: &Question) -> Result<Query, QueryError> {
    match refusal(&question.sparql) {
        Some(Refusal::Update) => return Err(QueryError::Update),
        Some(Refusal::Service) => return Err(QueryError::Service),
        None => (),
    }
    let mut query = parser(question.base.as_ref()).parse_query(&question.sparql)?;
    stopping::watch(&mut query);
    Ok(query)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_queries_are_kept() {
        let known = Parsed::default();
        let question = |n: usize| Question { sparql: format!("SELECT * {{ ?s ?p {n} }}"), ..Question::default() };
        let ask = |n: usize| known.query(&question(n)).unwrap();
        let first = ask(0);
        for n in 1..MOST {
            ask(n);
        }
        assert!(Arc::ptr_eq(&first, &ask(0)), "it is kept");
        ask(MOST);
        assert!(Arc::ptr_eq(&first, &ask(0)), "what is asked again stays");
        assert!(known.known(&question(1)).is_none() && known.known(&question(2)).is_some(), "the oldest goes");
        assert_eq!(known.0.lock().unwrap().len(), MOST);
        let long = Question { sparql: format!("ASK {{}} #{}", " ".repeat(LONGEST)), ..Question::default() };
        assert!(known.query(&long).is_ok() && known.known(&long).is_none(), "long ones are not");
    }

    #[test]
    fn a_query_is_known_by_its_base_too() {
        let known = Parsed::default();
        let of = |base: &str| Question {
            sparql: "ASK { <a> ?p ?o }".to_owned(),
            base: Some(NamedNode::new_unchecked(base)),
            ..Question::default()
        };
        let (one, other) = (of("http://x.example/"), of("http://y.example/"));
        assert_ne!(known.query(&one).unwrap(), known.query(&other).unwrap());
        assert_eq!(known.query(&one).unwrap(), known.query(&one).unwrap());
    }

    #[test]
    fn what_is_refused_is_refused_again() {
        let known = Parsed::default();
        let change = Question { sparql: "CLEAR ALL".to_owned(), ..Question::default() };
        for _ in 0..2 {
            assert!(matches!(known.query(&change), Err(QueryError::Update)));
        }
    }
}
