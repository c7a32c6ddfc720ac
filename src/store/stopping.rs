//! Queries that stop when they are told to.
//!
//! Oxigraph looks at its cancellation token when it reads a quad. A sort reads none, and a product of patterns that share no
//! variable reads few, so that both would go on for as long as they like. They do evaluate expressions, though: a function of
//! ours is put where it is called for every comparison and every row, and unwinds the evaluation once it is asked to stop.
//! Paths that would be walked from everywhere at once are walked from one start at a time, with the function between them.

use super::paths;
use oxigraph::model::NamedNode;
use oxigraph::sparql::{CancellationToken, SparqlEvaluator, Variable};
use spargebra::Query;
use spargebra::algebra::{AggregateExpression, Expression, Function, GraphPattern, OrderExpression};
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};
use std::any::Any;
use std::collections::HashSet;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Name of the function.
const CHECK: &str = "urn:x-entente:check";
/// A variable that is in no query.
const NOBODY: &str = "x_entente_nobody";

/// Stops an evaluation from outside. Copies stop the same one.
#[derive(Clone, Default)]
pub struct Stop {
    asked: Arc<AtomicBool>,
    token: CancellationToken,
}

impl fmt::Debug for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stop").field("asked", &self.is_asked()).field("forced", &self.is_forced()).finish()
    }
}

impl Stop {
    /// Ends the evaluation at its next row or comparison.
    pub fn ask(&self) {
        self.asked.store(true, Ordering::SeqCst);
    }

    /// Ends it at the next quad that it reads, too. To be used when asking was of no use: what sorts or counts goes on to read,
    /// and gets an error for each quad.
    pub fn force(&self) {
        self.ask();
        self.token.cancel();
    }

    pub fn is_asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }

    pub fn is_forced(&self) -> bool {
        self.token.is_cancelled()
    }

    /// What Oxigraph looks at.
    pub(super) fn token(&self) -> CancellationToken {
        self.token.clone()
    }
}

/// What an evaluation is unwound with.
struct Stopped;

/// Why an evaluation ended without a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unwound {
    /// It was told to stop.
    Stopped,
    /// It panicked, with these words.
    Panicked(String),
}

/// An evaluator whose queries stop when they are asked to, once [`watch`] was there.
pub(super) fn stoppable(evaluator: SparqlEvaluator, stop: &Stop) -> SparqlEvaluator {
    let own = stop.clone();
    let check = move |_: &[_]| {
        if own.is_asked() {
            resume_unwind(Box::new(Stopped));
        }
        None
    };
    evaluator.with_cancellation_token(stop.token()).with_custom_function(NamedNode::new_unchecked(CHECK), check)
}

/// Runs an evaluation that may be unwound.
pub(super) fn run<R>(work: impl FnOnce() -> R) -> Result<R, Unwound> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| unwound(payload.as_ref()))
}

fn unwound(payload: &(dyn Any + Send)) -> Unwound {
    let words = payload.downcast_ref::<&str>().map(|s| (*s).to_owned());
    match words.or_else(|| payload.downcast_ref::<String>().cloned()) {
        None if payload.is::<Stopped>() => Unwound::Stopped,
        words => Unwound::Panicked(words.unwrap_or_else(|| "it ended without an answer".to_owned())),
    }
}

/// Puts the function into a query.
pub(super) fn watch(query: &mut Query) {
    paths::walk_from_one_start(query);
    let (Query::Select { pattern, .. }
    | Query::Construct { pattern, .. }
    | Query::Describe { pattern, .. }
    | Query::Ask { pattern, .. }) = query;
    watch_pattern(pattern, false);
}

fn check() -> Expression {
    Expression::FunctionCall(Function::Custom(NamedNode::new_unchecked(CHECK)), Vec::new())
}

fn watch_pattern(pattern: &mut GraphPattern, is_part_of_join: bool) {
    match pattern {
        GraphPattern::Path { .. } | GraphPattern::Values { .. } => (),
        GraphPattern::Bgp { .. } => watch_product(pattern, is_part_of_join),
        GraphPattern::Join { left, right } => {
            watch_pattern(left, true);
            watch_pattern(right, true);
            watch_product(pattern, is_part_of_join);
        }
        GraphPattern::LeftJoin { left, right, expression } => {
            watch_pattern(left, true);
            watch_pattern(right, true);
            expression.iter_mut().for_each(watch_expression);
            watch_product(pattern, is_part_of_join);
        }
        GraphPattern::Lateral { left, right } => {
            watch_pattern(left, false);
            watch_pattern(right, false);
            filter(left);
        }
        GraphPattern::Filter { expr, inner } => {
            watch_expression(expr);
            watch_pattern(inner, is_part_of_join);
        }
        GraphPattern::Union { left, right } | GraphPattern::Minus { left, right } => {
            watch_pattern(left, false);
            watch_pattern(right, false);
        }
        GraphPattern::Extend { inner, expression, .. } => {
            watch_expression(expression);
            watch_pattern(inner, is_part_of_join);
        }
        GraphPattern::OrderBy { inner, expression } => {
            watch_pattern(inner, false);
            filter(inner);
            // Without a value for any row, and therefore without influence on their order.
            expression.insert(0, OrderExpression::Asc(check()));
        }
        GraphPattern::Graph { inner, .. } => watch_pattern(inner, is_part_of_join),
        GraphPattern::Project { inner, .. }
        | GraphPattern::Distinct { inner }
        | GraphPattern::Reduced { inner }
        | GraphPattern::Slice { inner, .. }
        | GraphPattern::Service { inner, .. } => watch_pattern(inner, false),
        GraphPattern::Group { inner, aggregates, .. } => {
            watch_pattern(inner, false);
            for (_, aggregate) in aggregates {
                if let AggregateExpression::FunctionCall { expr, .. } = aggregate {
                    watch_expression(expr);
                }
            }
        }
    }
}

/// Patterns stand in an expression in `EXISTS`.
fn watch_expression(expression: &mut Expression) {
    match expression {
        Expression::Exists(pattern) => watch_pattern(pattern, false),
        other => paths::each_part_mut(other, &mut watch_expression),
    }
}

/// Looks at the token for each row of a join, if that can have many more rows than quads are read for it, and for each row of
/// its parts, which may all be kept in memory before its own first row comes.
fn watch_product(pattern: &mut GraphPattern, is_part_of_join: bool) {
    let parts = parts(pattern);
    let unread = parts.iter().filter(|p| !p.is_read).count();
    if !is_part_of_join && (components(&parts, false).len() > 1 || unread > 1) {
        let is_product = components(&parts, true).len() > 1;
        watch_parts(pattern, true, is_product);
    }
}

/// Watches a join and the joins below it whose rows come from no quads, and of a product also the groups of patterns that it is made of.
/// Elsewhere these are left alone: what is filtered is not moved to where it is found quickest.
fn watch_parts(pattern: &mut GraphPattern, is_top: bool, is_product: bool) {
    match pattern {
        GraphPattern::Join { left, right } | GraphPattern::LeftJoin { left, right, .. } => {
            watch_parts(left, false, is_product);
            watch_parts(right, false, is_product);
            if is_top || parts(pattern).iter().all(|p| !p.is_read) {
                filter(pattern);
            }
        }
        GraphPattern::Filter { inner, .. } | GraphPattern::Extend { inner, .. } | GraphPattern::Graph { inner, .. } => {
            watch_parts(inner, is_top, is_product);
        }
        GraphPattern::Bgp { patterns } if is_product => {
            let patterns = std::mem::take(patterns);
            let parts: Vec<Part> = patterns.iter().map(part).collect();
            let groups = components(&parts, true).into_iter().map(|component| {
                let patterns = component.into_iter().map(|i| patterns[i].clone()).collect();
                let mut group = GraphPattern::Bgp { patterns };
                filter(&mut group);
                group
            });
            *pattern = paths::join(groups.collect());
            if is_top {
                filter(pattern);
            }
        }
        _ if is_top => filter(pattern),
        _ => (),
    }
}

/// A pattern that is joined with others.
struct Part {
    /// Its variables and blank nodes.
    names: HashSet<String>,
    /// The variable for the graph that it is asked of.
    graph: Option<String>,
    /// Whether a quad is read for each of its rows.
    is_read: bool,
}

fn parts(pattern: &GraphPattern) -> Vec<Part> {
    let mut parts = Vec::new();
    collect_parts(pattern, &mut parts);
    parts
}

fn collect_parts(pattern: &GraphPattern, parts: &mut Vec<Part>) {
    match pattern {
        GraphPattern::Bgp { patterns } => parts.extend(patterns.iter().map(part)),
        GraphPattern::Join { left, right } | GraphPattern::LeftJoin { left, right, .. } => {
            collect_parts(left, parts);
            collect_parts(right, parts);
        }
        GraphPattern::Filter { inner, .. } | GraphPattern::Extend { inner, .. } => collect_parts(inner, parts),
        GraphPattern::Graph { name, inner } => {
            let first = parts.len();
            collect_parts(inner, parts);
            if let NamedNodePattern::Variable(graph) = name {
                parts[first..].iter_mut().for_each(|part| part.graph = Some(graph.to_string()));
            }
        }
        _ => {
            let mut names = HashSet::new();
            pattern.on_in_scope_variable(|v| {
                names.insert(v.to_string());
            });
            parts.push(Part {
                names,
                graph: None,
                is_read: matches!(pattern, GraphPattern::Path { .. } | GraphPattern::Lateral { .. }),
            });
        }
    }
}

fn part(pattern: &TriplePattern) -> Part {
    let term = |term: &TermPattern| match term {
        TermPattern::Variable(v) => Some(v.to_string()),
        TermPattern::BlankNode(b) => Some(b.to_string()),
        _ => None,
    };
    let predicate = match &pattern.predicate {
        NamedNodePattern::Variable(v) => Some(v.to_string()),
        NamedNodePattern::NamedNode(_) => None,
    };
    Part {
        names: [term(&pattern.subject), predicate, term(&pattern.object)].into_iter().flatten().collect(),
        graph: None,
        is_read: true,
    }
}

/// The places of the parts, those together of which one comes from each to each other by the names that they share, and, if
/// that counts, the graph.
fn components(parts: &[Part], with_graphs: bool) -> Vec<Vec<usize>> {
    let graph = |part: &Part| part.graph.clone().filter(|_| with_graphs);
    let names = |part: &Part| part.names.iter().cloned().chain(graph(part)).collect::<HashSet<String>>();
    let mut left: Vec<(usize, HashSet<String>)> = parts.iter().map(names).enumerate().collect();
    let mut components = Vec::new();
    while !left.is_empty() {
        let (first, mut reached) = left.remove(0);
        let mut component = vec![first];
        while let Some(next) = left.iter().position(|(_, names)| !names.is_disjoint(&reached)) {
            let (place, names) = left.remove(next);
            component.push(place);
            reached.extend(names);
        }
        component.sort_unstable();
        components.push(component);
    }
    components
}

/// Lets the rows of a pattern through, and looks at the token for each. A variable that no pattern has keeps the optimizer from
/// moving the filter into one of the parts that are joined; it is not evaluated.
fn filter(pattern: &mut GraphPattern) {
    let nobody = Expression::Variable(Variable::new_unchecked(NOBODY));
    let expr = Expression::Coalesce(vec![check(), Expression::Literal(true.into()), nobody]);
    let inner = Box::new(std::mem::take(pattern));
    *pattern = GraphPattern::Filter { expr, inner };
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxigraph::model::{GraphName, Quad};
    use oxigraph::sparql::QueryResults;
    use oxigraph::store::Store;
    use spargebra::SparqlParser;
    use std::time::{Duration, Instant};

    fn rows(query: &str, stop: &Stop) -> Result<usize, Unwound> {
        rows_of(&Store::new().unwrap(), query, true, stop)
    }

    fn rows_of(store: &Store, query: &str, watched: bool, stop: &Stop) -> Result<usize, Unwound> {
        let mut query = SparqlParser::new().parse_query(query).unwrap();
        if watched {
            watch(&mut query);
        }
        let prepared = stoppable(SparqlEvaluator::new(), stop).for_query(query);
        run(|| match prepared.on_store(store).execute().unwrap() {
            QueryResults::Solutions(solutions) => solutions.count(),
            _ => 0,
        })
    }

    fn ten(name: &str) -> String {
        format!("VALUES ?{name} {{ 0 1 2 3 4 5 6 7 8 9 }} ")
    }

    #[test]
    fn what_is_watched_gives_the_same() {
        for (query, expected) in [
            ("SELECT ?a { VALUES ?a { 3 1 2 } } ORDER BY DESC(?a) ?a".to_owned(), 3),
            (format!("SELECT * {{ {}{} }}", ten("a"), ten("b")), 100),
            (format!("SELECT * {{ {}{} FILTER(?a < ?b) BIND(?a + ?b AS ?c) }}", ten("a"), ten("b")), 45),
            (format!("SELECT ?a {{ {} FILTER EXISTS {{ {} FILTER(?b < ?a) }} }}", ten("a"), ten("b")), 9),
        ] {
            assert_eq!(rows(&query, &Stop::default()), Ok(expected), "{query}");
        }
    }

    #[test]
    fn sorts_and_products_stop() {
        let values: String = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"].map(ten).concat();
        let many: String = (0..150_000).map(|i| format!("{} ", i * 7919 % 150_011)).collect();
        let few: String = ["a", "b", "c", "d", "e", "f"].map(ten).concat();
        for query in [
            format!("SELECT ?a {{ VALUES ?a {{ {many} }} }} ORDER BY REGEX(STR(?a), CONCAT(STR(?a), \"x\")) ?a"),
            format!("SELECT (COUNT(*) AS ?n) {{ {values} }}"),
            format!("SELECT (COUNT(*) AS ?n) {{ {} }}", "{ {} UNION {} } ".repeat(40)),
            format!("SELECT ?a {{ FILTER NOT EXISTS {{ {values} FILTER(?a > ?k + 10) }} }}"),
            format!(
                "SELECT ?a {{ {few} }} ORDER BY STR(?a) ?f CONCAT(STR(?b), STR(?e)) REPLACE(STR(?c), \"1\", \"2\")"
            ),
        ] {
            let stop = Stop::default();
            let other = stop.clone();
            let canceller = std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(20));
                other.ask();
                Instant::now()
            });
            assert_eq!(rows(&query, &stop), Err(Unwound::Stopped), "{query:.200}");
            let late = canceller.join().unwrap().elapsed();
            assert!(late < Duration::from_secs(2), "{query:.200}: stopped {late:?} after it was told to");
        }
    }

    /// Things of which each leads to many others.
    fn dense() -> Store {
        let store = Store::new().unwrap();
        let node = |i: usize| NamedNode::new_unchecked(format!("x:{}", i % 3000));
        let predicate = NamedNode::new_unchecked("x:p");
        let quads = (0..3000).flat_map(|i| (1..40).map(move |k| (i, i * k + k)));
        let quads = quads.map(|(a, b)| Quad::new(node(a), predicate.clone(), node(b), GraphName::DefaultGraph));
        store.extend(quads).unwrap();
        store
    }

    #[test]
    fn long_paths_stop() {
        let store = dense();
        for query in [
            "SELECT (COUNT(*) AS ?n) { ?a <x:p>+ ?b }",
            "SELECT (COUNT(*) AS ?n) { ?a (<x:p>|!<x:q>|^<x:p>)* ?b }",
            "SELECT (COUNT(*) AS ?n) { ?a <x:p>+ ?b . ?b <x:p>+ ?c }",
            "SELECT * { ?a (<x:p>/^<x:p>/<x:p>/<x:p>)+ ?b } ORDER BY ?a",
            "SELECT (COUNT(*) AS ?n) { <x:1> (<x:p>/<x:p>/^<x:p>/<x:p>/<x:p>)+ ?b . ?b (!<x:q>/!<x:q>)+ ?c }",
            "SELECT (COUNT(*) AS ?n) { <x:1> <x:p>/<x:p>/<x:p>/<x:p>/<x:p>/<x:p>/<x:p> ?b }",
            "SELECT ?a { ?a <x:p> ?b FILTER NOT EXISTS { ?c <x:p>+ ?d FILTER(?d = ?x) } }",
        ] {
            let mut watched = SparqlParser::new().parse_query(query).unwrap();
            watch(&mut watched);
            let stop = Stop::default();
            let other = stop.clone();
            let canceller = std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(50));
                other.ask();
                std::thread::sleep(Duration::from_millis(100));
                other.force();
                Instant::now()
            });
            let evaluated =
                run(|| match stoppable(SparqlEvaluator::new(), &stop).for_query(watched).on_store(&store).execute() {
                    Ok(QueryResults::Solutions(mut solutions)) => solutions.all(|s| s.is_ok()),
                    _ => false,
                });
            let late = canceller.join().unwrap().elapsed();
            assert!(stop.is_asked() && evaluated != Ok(true), "{query}: {evaluated:?}");
            assert!(late < Duration::from_secs(2), "{query}: stopped {late:?} after it was forced to");
        }
    }

    #[test]
    fn products_of_quads_are_the_same_and_stop() {
        let store = dense();
        for query in [
            "SELECT * { <x:1> ?p ?b . ?c <x:p> ?d . <x:2> ?q ?c }",
            "SELECT * { <x:1> ?p ?b . <x:2> ?q ?c OPTIONAL { <x:3> ?r ?d . ?d ?s ?b } }",
            "SELECT * { <x:1> ?p ?b FILTER EXISTS { ?b ?q ?c . <x:2> ?r ?d FILTER(?d != ?b) } }",
        ] {
            let expected = rows_of(&store, query, false, &Stop::default());
            assert!(expected.as_ref().is_ok_and(|n| *n > 10), "{query}: {expected:?}");
            assert_eq!(rows_of(&store, query, true, &Stop::default()), expected, "{query}");
        }
        // Asked before it has the first row of the product, which needs all quads of one side.
        let stop = Stop::default();
        stop.ask();
        let stopped = rows_of(&store, "SELECT * { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f }", true, &stop);
        assert_eq!(stopped, Err(Unwound::Stopped));
    }

    #[test]
    fn products_are_told_from_joins() {
        for (query, is_product) in [
            ("?a ?b ?c", false),
            ("?a <p:> ?b . ?c <p:> ?d", true),
            ("?a <p:> ?b . ?b <p:> ?d . ?x <p:> ?d", false),
            ("?a <p:> [ <q:> ?c ; <q:> ?d ]", false),
            ("GRAPH ?g { ?a <p:> ?b } GRAPH ?h { ?c <p:> ?d }", true),
            ("?a <p:> ?b OPTIONAL { ?a <q:> ?c } OPTIONAL { ?b <p:>* ?d }", false),
            ("?a <p:> ?b OPTIONAL { ?c <q:> ?d }", true),
            ("VALUES ?a { 1 2 } VALUES ?b { 1 2 }", true),
            ("VALUES ?a { 1 2 } VALUES ?a { 1 2 }", true),
            ("VALUES ?a { 1 2 } ?a ?b ?c", false),
            ("{ {} UNION {} } { {} UNION {} }", true),
            ("{ ?a <p:> ?b } UNION { ?c <p:> ?d }", false),
            ("{ ?a <p:> ?b } UNION { ?c <p:> ?d . ?e <p:> ?f }", true),
            ("?a <p:> ?b FILTER EXISTS { ?c <p:> ?d . ?e <p:> ?f }", true),
            ("?a <p:> ?b { SELECT ?b { ?b <p:> ?d . ?e <p:> ?f } }", true),
        ] {
            let mut parsed = SparqlParser::new().parse_query(&format!("SELECT * {{ {query} }}")).unwrap();
            watch(&mut parsed);
            assert_eq!(parsed.to_string().contains(CHECK), is_product, "{query:.200}");
        }
    }

    #[test]
    fn panics_are_told_from_stops() {
        assert_eq!(run(|| 3), Ok(3));
        assert_eq!(run(|| resume_unwind(Box::new("why"))), Err::<(), _>(Unwound::Panicked("why".to_owned())));
    }
}
