//! Paths of any length between two unknown ends, walked from one start at a time.
//!
//! Asked for `?a en:partOf+ ?b`, Oxigraph finds all pairs before it gives the first, and goes on with every pair that it has
//! found when it is told to stop. There can be as many as the square of the number of things. A query that has such a path is
//! therefore changed before it is evaluated: what the path can start from is listed, and for each start (by `LATERAL`) the path
//! is walked. The solutions are the same, an evaluation can stop between two starts, and one walk goes to each thing once.
//!
//! A path of several steps that may be repeated, such as `(en:partOf/en:related)+`, comes to the same thing in many ways, of which
//! Oxigraph keeps a list. Within such paths each step is therefore made one that gives nothing twice.
//!
//! Where something else in the query binds an end, Oxigraph walks from there by itself: its optimizer begins a join with what
//! it expects to be small and goes on with what is connected. What it expects is followed here as far as is needed to tell
//! whether a path can come first.

use oxigraph::model::vocab::rdf;
use oxigraph::model::{BlankNode, NamedNode};
use oxigraph::sparql::Variable;
use spargebra::Query;
use spargebra::algebra::{Expression, GraphPattern, PropertyPathExpression};
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};
use std::collections::HashSet;

/// What the optimizer expects of a pattern of three variables.
const MOST: u64 = 1_000_000_000;
/// A property that nothing has.
const NOTHING: &str = "urn:x-entente:nothing";

type Names = HashSet<Variable>;

/// Changes the paths of a query that would be walked from everywhere at once.
pub(super) fn walk_from_one_start(query: &mut Query) {
    let (Query::Select { pattern, .. }
    | Query::Construct { pattern, .. }
    | Query::Describe { pattern, .. }
    | Query::Ask { pattern, .. }) = query;
    if has_path(pattern) {
        name_blank_nodes(pattern);
        each_pattern(pattern, &mut |pattern| {
            if let GraphPattern::Path { path, .. } = pattern {
                give_nothing_twice(path, false);
            }
        });
        change(pattern, &Surroundings::default());
    }
}

/// Whether there is a path of any length at all.
fn has_path(pattern: &GraphPattern) -> bool {
    let mut found = false;
    each_pattern(&mut pattern.clone(), &mut |pattern| {
        found |= matches!(pattern, GraphPattern::Path { path, .. } if is_of_any_length(path));
    });
    found
}

/// Makes alternatives of the sequences in a path that is repeated: Oxigraph gives what alternatives lead to only once.
fn give_nothing_twice(path: &mut PropertyPathExpression, is_repeated: bool) {
    match path {
        PropertyPathExpression::NamedNode(_) | PropertyPathExpression::NegatedPropertySet(_) => (),
        PropertyPathExpression::Reverse(path) | PropertyPathExpression::ZeroOrOne(path) => {
            give_nothing_twice(path, is_repeated);
        }
        PropertyPathExpression::ZeroOrMore(path) | PropertyPathExpression::OneOrMore(path) => {
            give_nothing_twice(path, true);
        }
        PropertyPathExpression::Alternative(a, b) => {
            [a, b].into_iter().for_each(|path| give_nothing_twice(path, is_repeated));
        }
        PropertyPathExpression::Sequence(a, b) => {
            [a, b].into_iter().for_each(|path| give_nothing_twice(path, is_repeated));
            if is_repeated {
                let nothing = || PropertyPathExpression::NamedNode(NamedNode::new_unchecked(NOTHING));
                let sequence = std::mem::replace(path, nothing());
                *path = PropertyPathExpression::Alternative(Box::new(sequence), Box::new(nothing()));
            }
        }
    }
}

/// What is known where a pattern is evaluated.
#[derive(Clone, Default)]
struct Surroundings {
    /// Variables that have a value already.
    bound: Names,
    /// In `EXISTS`, where joins are not optimized: what stands beside a pattern binds nothing for it.
    is_exists: bool,
}

impl Surroundings {
    fn unbound(&self) -> Self {
        Self { bound: Names::new(), is_exists: self.is_exists }
    }

    fn with(&self, more: &Names) -> Self {
        Self { bound: self.bound.union(more).cloned().collect(), is_exists: self.is_exists }
    }

    /// For a pattern with an expression, which only sees what the pattern itself binds: otherwise it cannot be evaluated once
    /// for each row of what is outside.
    fn around(&self, expression: Option<&Expression>, inside: &Names) -> Self {
        let outside = |v: &Variable| self.bound.contains(v) && !inside.contains(v);
        let is_fit = self.is_exists || !expression.is_some_and(|e| variables(e).iter().any(outside));
        if is_fit { self.clone() } else { self.unbound() }
    }
}

fn change(pattern: &mut GraphPattern, around: &Surroundings) {
    match pattern {
        GraphPattern::Bgp { .. } | GraphPattern::Values { .. } | GraphPattern::Service { .. } => (),
        GraphPattern::Path { .. } | GraphPattern::Join { .. } | GraphPattern::Graph { .. } => {
            change_group(pattern, around);
        }
        GraphPattern::LeftJoin { left, right, expression } => {
            let (of_left, of_right) = (certain(left), certain(right));
            change(left, around);
            let is_beside = !around.is_exists && is_fit(right);
            let beside = if is_beside { around.with(&of_left) } else { around.clone() };
            change(right, &beside.around(expression.as_ref(), &(&of_left | &of_right)));
            if let Some(expression) = expression {
                change_expression(expression, &around.with(&(&of_left | &of_right)));
            }
        }
        GraphPattern::Lateral { left, right } => {
            let of_left = certain(left);
            change(left, around);
            change(right, &around.with(&of_left));
        }
        GraphPattern::Filter { expr, inner } | GraphPattern::Extend { expression: expr, inner, .. } => {
            let inside = certain(inner);
            change(inner, &around.around(Some(expr), &inside));
            change_expression(expr, &around.with(&inside));
        }
        GraphPattern::Union { left, right } => {
            change(left, around);
            change(right, around);
        }
        GraphPattern::Minus { left, right } => {
            change(left, &around.unbound());
            change(right, &around.unbound());
        }
        GraphPattern::OrderBy { inner, .. }
        | GraphPattern::Project { inner, .. }
        | GraphPattern::Distinct { inner }
        | GraphPattern::Reduced { inner }
        | GraphPattern::Slice { inner, .. }
        | GraphPattern::Group { inner, .. } => change(inner, &around.unbound()),
    }
}

/// Patterns stand in an expression in `EXISTS`.
fn change_expression(expression: &mut Expression, around: &Surroundings) {
    each_exists(expression, &mut |pattern| change(pattern, &Surroundings { is_exists: true, ..around.clone() }));
}

/// Changes what is joined.
fn change_group(pattern: &mut GraphPattern, around: &Surroundings) {
    let mut patterns = Vec::new();
    split(std::mem::take(pattern), None, &mut patterns);
    let mut rest: Vec<Part> =
        patterns.into_iter().enumerate().map(|(i, pattern)| Part::new(i, pattern, around)).collect();
    let mut joined = Vec::new();
    while !rest.is_empty() {
        let mut connected = vec![rest.remove(0)];
        if !around.is_exists {
            take_connected(&mut connected, &mut rest, around);
        }
        joined.push(change_connected(connected, around));
    }
    *pattern = join(joined);
}

/// Changes patterns that share variables, one with the next. The optimizer begins with the smallest; if that is a path between two
/// unknown ends, it gets starts.
fn change_connected(mut parts: Vec<Part>, around: &Surroundings) -> GraphPattern {
    let first = parts.iter().min_by_key(|part| (part.size, part.place));
    let first = first.map(|part| (part.place, start(&part.pattern, &around.bound)));
    let Some((first, start)) = first else { return GraphPattern::default() };
    for i in 0..parts.len() {
        let mut beside = around.clone();
        if (parts[i].place != first || start.is_some()) && is_fit(&parts[i].pattern) {
            let others = parts.iter().enumerate().filter(|(other, _)| *other != i);
            others.for_each(|(_, part)| beside.bound.extend(part.names.iter().cloned()));
        }
        let inner = match &mut parts[i].pattern {
            GraphPattern::Graph { inner, .. } => inner,
            pattern => pattern,
        };
        if !matches!(inner, GraphPattern::Path { .. }) {
            change(inner, &beside);
        }
    }
    let joined = join(parts.into_iter().map(|part| part.pattern).collect());
    match start {
        Some(start) => GraphPattern::Lateral { left: Box::new(start), right: Box::new(joined) },
        None => joined,
    }
}

/// Whether the optimizer may evaluate a pattern for each row of another, where its expressions allow it.
fn is_fit(pattern: &GraphPattern) -> bool {
    match pattern {
        GraphPattern::Bgp { patterns } => patterns.len() <= 1,
        GraphPattern::Path { .. } | GraphPattern::Values { .. } => true,
        GraphPattern::Union { left, right }
        | GraphPattern::LeftJoin { left, right, .. }
        | GraphPattern::Lateral { left, right } => is_fit(left) && is_fit(right),
        GraphPattern::Graph { inner, .. } | GraphPattern::Filter { inner, .. } | GraphPattern::Extend { inner, .. } => {
            is_fit(inner)
        }
        _ => false,
    }
}

/// One of the patterns that are joined.
struct Part {
    /// Its place among the others, of which the optimizer takes the first if it expects as much of both.
    place: usize,
    pattern: GraphPattern,
    /// Variables that have a value in each of its solutions.
    names: Names,
    size: u64,
}

impl Part {
    fn new(place: usize, pattern: GraphPattern, around: &Surroundings) -> Self {
        Self { place, names: certain(&pattern), size: size(&pattern, &around.bound), pattern }
    }
}

fn take_connected(connected: &mut Vec<Part>, rest: &mut Vec<Part>, around: &Surroundings) {
    let shares = |a: &Part, b: &Part| a.names.intersection(&b.names).any(|v| !around.bound.contains(v));
    while let Some(next) = rest.iter().position(|part| connected.iter().any(|c| shares(c, part))) {
        connected.push(rest.remove(next));
    }
    connected.sort_by_key(|part| part.place);
}

/// The patterns that a join joins, each with the graph that it is asked of; of a basic pattern, each triple.
fn split(pattern: GraphPattern, graph: Option<&NamedNodePattern>, parts: &mut Vec<GraphPattern>) {
    match pattern {
        GraphPattern::Join { left, right } => {
            split(*left, graph, parts);
            split(*right, graph, parts);
        }
        GraphPattern::Graph { name, inner } => split(*inner, Some(&name), parts),
        GraphPattern::Bgp { patterns } if patterns.len() > 1 => {
            parts.extend(patterns.into_iter().map(|p| within(graph, GraphPattern::Bgp { patterns: vec![p] })));
        }
        other => parts.push(within(graph, other)),
    }
}

fn within(graph: Option<&NamedNodePattern>, inner: GraphPattern) -> GraphPattern {
    match graph {
        Some(name) => GraphPattern::Graph { name: name.clone(), inner: Box::new(inner) },
        None => inner,
    }
}

pub(super) fn join(patterns: Vec<GraphPattern>) -> GraphPattern {
    let join = |left, right| GraphPattern::Join { left: Box::new(left), right: Box::new(right) };
    patterns.into_iter().reduce(join).unwrap_or_default()
}

/// The things that a path of any length between two variables can start from, each once; none for other patterns.
fn start(pattern: &GraphPattern, bound: &Names) -> Option<GraphPattern> {
    let (graph, inner) = match pattern {
        GraphPattern::Graph { name, inner } => (Some(name), inner.as_ref()),
        inner => (None, inner),
    };
    let GraphPattern::Path { subject: TermPattern::Variable(from), path, object: TermPattern::Variable(to) } = inner
    else {
        return None;
    };
    if !is_of_any_length(path) || bound.contains(from) || bound.contains(to) {
        return None;
    }
    let mut variables = vec![from.clone()];
    if let Some(NamedNodePattern::Variable(graph)) = graph {
        variables.push(graph.clone());
    }
    let project = GraphPattern::Project { inner: Box::new(ends(path, from, true)), variables };
    Some(within(graph, GraphPattern::Distinct { inner: Box::new(project) }))
}

fn is_of_any_length(path: &PropertyPathExpression) -> bool {
    match path {
        PropertyPathExpression::ZeroOrMore(_) | PropertyPathExpression::OneOrMore(_) => true,
        PropertyPathExpression::NamedNode(_) | PropertyPathExpression::NegatedPropertySet(_) => false,
        PropertyPathExpression::Reverse(path) | PropertyPathExpression::ZeroOrOne(path) => is_of_any_length(path),
        PropertyPathExpression::Sequence(a, b) | PropertyPathExpression::Alternative(a, b) => {
            is_of_any_length(a) || is_of_any_length(b)
        }
    }
}

/// What the first step of a path leads from, or, if it is not `forward`, what the last leads to.
fn ends(path: &PropertyPathExpression, end: &Variable, forward: bool) -> GraphPattern {
    match path {
        PropertyPathExpression::NamedNode(predicate) => one_triple(end, predicate.clone().into(), forward),
        PropertyPathExpression::NegatedPropertySet(_) => one_triple(end, other("step").into(), forward),
        PropertyPathExpression::Reverse(path) => ends(path, end, !forward),
        PropertyPathExpression::OneOrMore(path) => ends(path, end, forward),
        PropertyPathExpression::ZeroOrMore(_) | PropertyPathExpression::ZeroOrOne(_) => everything(end),
        PropertyPathExpression::Sequence(a, b) => match if forward { a } else { b } {
            first if can_be_empty(first) => everything(end),
            first => ends(first, end, forward),
        },
        PropertyPathExpression::Alternative(a, b) => {
            GraphPattern::Union { left: Box::new(ends(a, end, forward)), right: Box::new(ends(b, end, forward)) }
        }
    }
}

fn can_be_empty(path: &PropertyPathExpression) -> bool {
    match path {
        PropertyPathExpression::ZeroOrMore(_) | PropertyPathExpression::ZeroOrOne(_) => true,
        PropertyPathExpression::NamedNode(_) | PropertyPathExpression::NegatedPropertySet(_) => false,
        PropertyPathExpression::Reverse(path) | PropertyPathExpression::OneOrMore(path) => can_be_empty(path),
        PropertyPathExpression::Sequence(a, b) => can_be_empty(a) && can_be_empty(b),
        PropertyPathExpression::Alternative(a, b) => can_be_empty(a) || can_be_empty(b),
    }
}

fn everything(end: &Variable) -> GraphPattern {
    let side = |is_subject| Box::new(one_triple(end, other("step").into(), is_subject));
    GraphPattern::Union { left: side(true), right: side(false) }
}

fn one_triple(end: &Variable, predicate: NamedNodePattern, is_subject: bool) -> GraphPattern {
    let (end, other) = (end.clone().into(), other("end").into());
    let (subject, object) = if is_subject { (end, other) } else { (other, end) };
    GraphPattern::Bgp { patterns: vec![TriplePattern { subject, predicate, object }] }
}

/// A variable that is in no query.
fn other(name: &str) -> Variable {
    Variable::new_unchecked(format!("x_entente_{name}"))
}

/// The variables that have a value in every solution.
fn certain(pattern: &GraphPattern) -> Names {
    match pattern {
        GraphPattern::Bgp { patterns } => patterns.iter().flat_map(triple_variables).cloned().collect(),
        GraphPattern::Path { subject, object, .. } => {
            [subject, object].into_iter().flat_map(term_variables).cloned().collect()
        }
        GraphPattern::Join { left, right } | GraphPattern::Lateral { left, right } => &certain(left) | &certain(right),
        GraphPattern::Union { left, right } => &certain(left) & &certain(right),
        GraphPattern::Graph { name, inner } => {
            let mut names = certain(inner);
            names.extend(named_variable(name).cloned());
            names
        }
        GraphPattern::Values { variables, bindings } => {
            let is_certain = |column: usize| bindings.iter().all(|row| row.get(column).is_some_and(Option::is_some));
            variables.iter().enumerate().filter(|(i, _)| is_certain(*i)).map(|(_, v)| v.clone()).collect()
        }
        GraphPattern::LeftJoin { left: inner, .. }
        | GraphPattern::Minus { left: inner, .. }
        | GraphPattern::Filter { inner, .. }
        | GraphPattern::Extend { inner, .. }
        | GraphPattern::OrderBy { inner, .. }
        | GraphPattern::Distinct { inner }
        | GraphPattern::Reduced { inner }
        | GraphPattern::Slice { inner, .. } => certain(inner),
        GraphPattern::Project { inner, variables } | GraphPattern::Group { inner, variables, .. } => {
            let names = certain(inner);
            variables.iter().filter(|v| names.contains(v)).cloned().collect()
        }
        GraphPattern::Service { .. } => Names::new(),
    }
}

/// How many solutions the optimizer expects of a pattern, at least, where some variables have a value.
fn size(pattern: &GraphPattern, bound: &Names) -> u64 {
    match pattern {
        GraphPattern::Bgp { patterns } => patterns.iter().map(|p| triple_size(p, bound)).max().unwrap_or(1),
        GraphPattern::Path { subject, path, object } => {
            path_size(is_known(subject, bound), path, is_known(object, bound))
        }
        GraphPattern::Values { bindings, .. } => bindings.len() as u64,
        GraphPattern::Join { left, right } | GraphPattern::Lateral { left, right } => {
            let (of_left, of_right) = (size(left, bound), size(right, bound));
            if certain(left).is_disjoint(&certain(right)) {
                of_left.saturating_mul(of_right)
            } else {
                of_left.min(of_right)
            }
        }
        GraphPattern::LeftJoin { left, right, .. } => size(left, bound).max(size(right, bound)),
        GraphPattern::Union { left, right } => size(left, bound).saturating_add(size(right, bound)),
        GraphPattern::Slice { inner, length, .. } => {
            length.map_or(u64::MAX, |length| length as u64).min(size(inner, bound))
        }
        GraphPattern::Graph { inner, .. }
        | GraphPattern::Minus { left: inner, .. }
        | GraphPattern::Filter { inner, .. }
        | GraphPattern::Extend { inner, .. }
        | GraphPattern::OrderBy { inner, .. }
        | GraphPattern::Project { inner, .. }
        | GraphPattern::Distinct { inner }
        | GraphPattern::Reduced { inner }
        | GraphPattern::Group { inner, .. }
        | GraphPattern::Service { inner, .. } => size(inner, bound),
    }
}

fn is_known(term: &TermPattern, bound: &Names) -> bool {
    term_variables(term).all(|v| bound.contains(v))
}

fn triple_size(pattern: &TriplePattern, bound: &Names) -> u64 {
    let predicate = named_variable(&pattern.predicate).is_none_or(|v| bound.contains(v));
    let is_type = matches!(&pattern.predicate, NamedNodePattern::NamedNode(p) if *p == rdf::TYPE);
    step_size(is_known(&pattern.subject, bound), predicate, is_known(&pattern.object, bound)) + u64::from(is_type)
}

/// Of a triple of which some terms are known.
fn step_size(subject: bool, predicate: bool, object: bool) -> u64 {
    match (subject, predicate, object) {
        (true, true, true) => 1,
        (true, false, true) => 2,
        (true, true, false) => 10,
        (true, false, false) => 100,
        (false, true, true) => 1_000,
        (false, false, true) => 10_000,
        (false, true, false) => 1_000_000,
        (false, false, false) => MOST,
    }
}

/// Of a path of which some ends are known.
fn path_size(start: bool, path: &PropertyPathExpression, end: bool) -> u64 {
    let size = path_size;
    match path {
        PropertyPathExpression::NamedNode(_) => step_size(start, true, end),
        PropertyPathExpression::NegatedPropertySet(_) => step_size(start, false, end),
        PropertyPathExpression::Reverse(path) => size(end, path, start),
        PropertyPathExpression::Sequence(a, b) => {
            let forward = size(start, a, false).saturating_mul(size(true, b, end));
            forward.min(size(start, a, true).saturating_mul(size(false, b, end)))
        }
        PropertyPathExpression::Alternative(a, b) => size(start, a, end).saturating_add(size(start, b, end)),
        PropertyPathExpression::ZeroOrMore(_)
        | PropertyPathExpression::OneOrMore(_)
        | PropertyPathExpression::ZeroOrOne(_)
            if start && end =>
        {
            1
        }
        PropertyPathExpression::OneOrMore(path) => size(start, path, end).saturating_mul(1_000),
        PropertyPathExpression::ZeroOrMore(_) | PropertyPathExpression::ZeroOrOne(_) if !start && !end => MOST,
        PropertyPathExpression::ZeroOrMore(path) => size(start, path, end).saturating_mul(1_000),
        PropertyPathExpression::ZeroOrOne(path) => size(start, path, end),
    }
}

fn triple_variables(pattern: &TriplePattern) -> Box<dyn Iterator<Item = &Variable> + '_> {
    let predicate = named_variable(&pattern.predicate).into_iter();
    Box::new(term_variables(&pattern.subject).chain(predicate).chain(term_variables(&pattern.object)))
}

fn term_variables(term: &TermPattern) -> Box<dyn Iterator<Item = &Variable> + '_> {
    match term {
        TermPattern::Variable(v) => Box::new(std::iter::once(v)),
        TermPattern::Triple(triple) => triple_variables(triple),
        _ => Box::new(std::iter::empty()),
    }
}

fn named_variable(name: &NamedNodePattern) -> Option<&Variable> {
    match name {
        NamedNodePattern::Variable(v) => Some(v),
        NamedNodePattern::NamedNode(_) => None,
    }
}

/// The variables that an expression looks at, those in its `EXISTS` included.
fn variables(expression: &Expression) -> Names {
    let mut names = Names::new();
    match expression {
        Expression::Variable(v) | Expression::Bound(v) => names.extend([v.clone()]),
        Expression::Exists(pattern) => pattern.on_in_scope_variable(|v| names.extend([v.clone()])),
        other => each_part(other, &mut |part| names.extend(variables(part))),
    }
    names
}

/// Makes variables of blank nodes, which mean the same in a query, so that paths can be told to start there.
fn name_blank_nodes(pattern: &mut GraphPattern) {
    each_pattern(pattern, &mut |pattern| match pattern {
        GraphPattern::Bgp { patterns } => patterns.iter_mut().for_each(name_in_triple),
        GraphPattern::Path { subject, object, .. } => [subject, object].into_iter().for_each(name_in_term),
        _ => (),
    });
}

/// Calls `then` with a pattern and all that are in it, also in `EXISTS`.
fn each_pattern(pattern: &mut GraphPattern, then: &mut dyn FnMut(&mut GraphPattern)) {
    then(pattern);
    match pattern {
        GraphPattern::Join { left, right }
        | GraphPattern::Lateral { left, right }
        | GraphPattern::Union { left, right }
        | GraphPattern::Minus { left, right } => [left, right].into_iter().for_each(|p| each_pattern(p, then)),
        GraphPattern::LeftJoin { left, right, expression } => {
            [left, right].into_iter().for_each(|p| each_pattern(p, then));
            expression.iter_mut().for_each(|e| each_exists(e, &mut |pattern| each_pattern(pattern, then)));
        }
        GraphPattern::Filter { expr, inner } | GraphPattern::Extend { expression: expr, inner, .. } => {
            each_pattern(inner, then);
            each_exists(expr, &mut |pattern| each_pattern(pattern, then));
        }
        GraphPattern::Graph { inner, .. }
        | GraphPattern::OrderBy { inner, .. }
        | GraphPattern::Project { inner, .. }
        | GraphPattern::Distinct { inner }
        | GraphPattern::Reduced { inner }
        | GraphPattern::Slice { inner, .. }
        | GraphPattern::Group { inner, .. } => each_pattern(inner, then),
        GraphPattern::Bgp { .. }
        | GraphPattern::Path { .. }
        | GraphPattern::Values { .. }
        | GraphPattern::Service { .. } => (),
    }
}

fn name_in_triple(pattern: &mut TriplePattern) {
    name_in_term(&mut pattern.subject);
    name_in_term(&mut pattern.object);
}

fn name_in_term(term: &mut TermPattern) {
    match term {
        TermPattern::BlankNode(node) => *term = named(node).into(),
        TermPattern::Triple(triple) => name_in_triple(triple),
        _ => (),
    }
}

fn named(node: &BlankNode) -> Variable {
    // A label may have characters that no variable has.
    let letters: String = node.as_str().bytes().map(|b| format!("{b:02x}")).collect();
    other(&letters)
}

/// Calls `then` with the patterns of each `EXISTS`.
fn each_exists(expression: &mut Expression, then: &mut dyn FnMut(&mut GraphPattern)) {
    match expression {
        Expression::Exists(pattern) => then(pattern),
        other => each_part_mut(other, &mut |part| each_exists(part, then)),
    }
}

/// Declares a function that goes through the expressions that another is made of.
macro_rules! each_part {
    ($name:ident, $iter:ident $(, $mutable:tt)?) => {
        pub(super) fn $name(expression: &$($mutable)? Expression, then: &mut dyn FnMut(&$($mutable)? Expression)) {
            match expression {
                Expression::Or(a, b)
                | Expression::And(a, b)
                | Expression::Equal(a, b)
                | Expression::SameTerm(a, b)
                | Expression::Greater(a, b)
                | Expression::GreaterOrEqual(a, b)
                | Expression::Less(a, b)
                | Expression::LessOrEqual(a, b)
                | Expression::Add(a, b)
                | Expression::Subtract(a, b)
                | Expression::Multiply(a, b)
                | Expression::Divide(a, b) => [a, b].into_iter().for_each(|e| then(e)),
                Expression::UnaryPlus(a) | Expression::UnaryMinus(a) | Expression::Not(a) => then(a),
                Expression::If(a, b, c) => [a, b, c].into_iter().for_each(|e| then(e)),
                Expression::In(a, list) => {
                    then(a);
                    list.$iter().for_each(then);
                }
                Expression::Coalesce(list) | Expression::FunctionCall(_, list) => list.$iter().for_each(then),
                Expression::NamedNode(_)
                | Expression::Literal(_)
                | Expression::Variable(_)
                | Expression::Bound(_)
                | Expression::Exists(_) => (),
            }
        }
    };
}

each_part!(each_part, iter);
each_part!(each_part_mut, iter_mut, mut);

#[cfg(test)]
mod tests {
    use super::*;
    use oxigraph::model::{GraphName, Quad};
    use oxigraph::sparql::{QueryResults, SparqlEvaluator};
    use oxigraph::store::Store;
    use spargebra::SparqlParser;

    fn node(name: &str, number: usize) -> NamedNode {
        NamedNode::new_unchecked(format!("x:{name}{number}"))
    }

    /// Things in rings and trees, in the default graph and two others.
    fn store() -> Store {
        let store = Store::new().unwrap();
        let add = |a: usize, p: &str, b: usize, graph: GraphName| {
            let predicate = NamedNode::new_unchecked(format!("x:{p}"));
            store.insert(&Quad::new(node("n", a), predicate, node("n", b), graph)).unwrap();
        };
        for i in 1..20 {
            add(i, "p", i / 2, GraphName::DefaultGraph);
            add(i, "q", (i * 7) % 20, GraphName::DefaultGraph);
            add(i, "p", i / 3, node("g", i % 2).into());
            add(i, "r", i % 4, node("g", 1).into());
        }
        store
    }

    fn solutions(store: &Store, query: Query) -> Vec<String> {
        let QueryResults::Solutions(solutions) =
            SparqlEvaluator::new().for_query(query).on_store(store).execute().unwrap()
        else {
            panic!("a SELECT gives solutions");
        };
        let mut rows: Vec<_> = solutions.map(|s| format!("{:?}", s.unwrap().iter().collect::<Vec<_>>())).collect();
        rows.sort();
        rows
    }

    #[test]
    fn the_solutions_are_the_same() {
        let store = store();
        for (pattern, is_changed) in [
            ("?a <x:p>+ ?b", true),
            ("?a <x:p>* ?b", true),
            ("?a ^<x:p>+ ?b", true),
            ("?a (<x:p>|<x:q>)+ ?b", true),
            ("?a (<x:p>/<x:q>)+ ?b", true),
            ("?a (<x:p>?/<x:q>)+ ?b", true),
            ("<x:n5> (<x:p>/<x:q>/<x:p>)+ ?b", false),
            ("<x:n5> (<x:p>/(<x:q>/^<x:p>)*)* <x:n3>", false),
            ("?a (^<x:p>/<x:q>?)+ ?b", true),
            ("?a !<x:p>+ ?b", true),
            ("?a !(<x:p>|^<x:q>)+ ?b", true),
            ("?a (<x:p>*|<x:q>) ?b", true),
            ("?a <x:q>+ ?a", true),
            ("?a <x:p>+/<x:q>+ ?b", true),
            ("[] <x:p>+ ?b", true),
            ("?a <x:p>+ ?b . ?b <x:q>* ?c", true),
            ("?a <x:p>+ ?b . ?a ?x ?c", true),
            ("?a <x:p>+ ?b . ?c <x:q>+ ?d FILTER(?a = <x:n5> && ?c = <x:n6>)", true),
            ("GRAPH ?g { ?a <x:p>+ ?b }", true),
            ("GRAPH <x:g1> { ?a <x:p>* ?b }", true),
            ("GRAPH ?g { ?a <x:p>+ ?b . ?b <x:r>+ ?c }", true),
            ("GRAPH ?g { ?a <x:p>+ ?b } GRAPH ?g { ?b <x:r>* ?c }", true),
            ("{ ?a <x:p>+ ?b } UNION { ?a <x:q>+ ?b }", true),
            ("VALUES (?a ?b) { (<x:n5> UNDEF) (UNDEF <x:n1>) } ?a <x:p>+ ?b", true),
            ("{ SELECT ?a { ?a ?x ?y } } ?a <x:p>+ ?b", false),
            ("?c <x:q> ?a OPTIONAL { ?a <x:p>+ ?b . ?b <x:q> ?d }", false),
            ("?c <x:q> ?d OPTIONAL { ?a <x:p>+ ?b } FILTER(?c = <x:n3>)", true),
            ("?a <x:q> ?c FILTER EXISTS { ?b <x:p>+ ?d FILTER(?a = ?d) }", true),
            ("?a <x:q> ?c FILTER EXISTS { ?a <x:p>+ ?d }", false),
            ("?a <x:q> ?c MINUS { ?a <x:p>+ ?c }", true),
            ("?a <x:q> ?c { ?a <x:p>+ ?b FILTER(?b != <x:n1>) }", false),
            ("?a <x:q> ?c { ?a <x:p>+ ?b FILTER(!BOUND(?c) && ?b != <x:n1>) }", true),
            ("?a <x:q> ?c . ?a <x:p>+ ?b", false),
            ("<x:n5> ((<x:p>|^<x:p>)/(<x:p>|^<x:p>)/(<x:p>|^<x:p>)/(<x:p>|^<x:p>))+ ?b . ?b <x:q>+ ?c", true),
            ("?a <x:q> ?c . ?b <x:p>* ?a . ?b <x:q>+ ?d", false),
            ("<x:n5> <x:p>+ ?b", false),
            ("?a <x:p>+ <x:n1>", false),
            ("<x:n5> <x:p>+ ?b . ?b <x:q>+ ?c", false),
            ("VALUES ?a { <x:n5> <x:n6> } ?a <x:p>+ ?b", false),
            ("?a <x:q> ?c . { ?a <x:p>+ ?b } UNION { ?a <x:q>+ ?b }", false),
            ("?a <x:p> ?b", false),
            ("?a <x:p>/<x:q>/^<x:p> ?b", false),
            ("?a <x:p>? ?b", false),
        ] {
            let parsed = SparqlParser::new().parse_query(&format!("SELECT * {{ {pattern} }}")).unwrap();
            let mut changed = parsed.clone();
            walk_from_one_start(&mut changed);
            assert_eq!(changed.to_string().contains("LATERAL"), is_changed, "{pattern}: {changed}");
            let (expected, found) = (solutions(&store, parsed), solutions(&store, changed));
            assert!(!expected.is_empty() || pattern.contains("MINUS"), "{pattern} has no solutions");
            assert_eq!(found, expected, "{pattern}");
        }
    }
}
