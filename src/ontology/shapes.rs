//! The shapes of `ontology/shapes.ttl`, and whether something in a graph has them.
//!
//! Of SHACL as much is known as the file needs: target classes, counts, kinds of nodes, datatypes, classes, values, patterns,
//! bounds, pairs of properties, and shapes inside shapes. What goes beyond is an error when the file is read, so that
//! nothing in it goes unchecked.

use super::iri::rdf;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{NamedNode, NamedOrBlankNode, Term};
use regex::Regex;
use std::cmp::Ordering;
use std::collections::HashMap;

/// What a graph says of a node.
pub type Properties = Vec<(NamedNode, Term)>;

/// The shapes that every graph of the program has.
#[derive(Clone, Debug)]
pub struct Shapes(Vec<Shape>);

/// Why shapes cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ShapesError {
    #[error("ontology/shapes.ttl: {0}")]
    Syntax(#[from] oxigraph::io::RdfSyntaxError),
    #[error("ontology/shapes.ttl: `{0}` is not understood")]
    Unknown(String),
    #[error("ontology/shapes.ttl: `{predicate}` cannot be {value}")]
    Value { predicate: String, value: String },
}

/// Where a node departs from a shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The shape's name without its namespace.
    pub shape: String,
    /// The property; none when it is the node itself.
    pub path: Option<NamedNode>,
    /// What was expected.
    pub expected: String,
    /// The value that is not as expected; none when it is their number.
    pub value: Option<Term>,
}

#[derive(Clone, Debug)]
struct Shape {
    name: NamedNode,
    targets: Vec<NamedNode>,
    tests: Vec<Test>,
    properties: Vec<(NamedNode, Vec<Test>)>,
}

#[derive(Clone, Debug)]
enum Test {
    MinCount(usize),
    MaxCount(usize),
    Kind(Kind),
    Datatype(NamedNode),
    Class(NamedNode),
    In(Vec<Term>),
    HasValue(Term),
    Pattern(Regex),
    MinLength(usize),
    MinInclusive(f64),
    MaxInclusive(f64),
    Below { other: NamedNode, may_be_equal: bool },
    Node(NamedNode),
    OneClassOf(Vec<NamedNode>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Iri,
    IriOrLiteral,
}

const SHACL: &str = "http://www.w3.org/ns/shacl#";

impl Shapes {
    /// The shapes that are part of the program.
    pub fn embedded() -> Result<Self, ShapesError> {
        Self::parse(include_str!("../../ontology/shapes.ttl"))
    }

    fn parse(turtle: &str) -> Result<Self, ShapesError> {
        let mut file = File::default();
        for quad in RdfParser::from_format(RdfFormat::Turtle).for_slice(turtle) {
            let quad = quad?;
            if let (NamedOrBlankNode::NamedNode(name), true) = (&quad.subject, quad.predicate == rdf::TYPE) {
                file.names.push(name.clone());
            }
            file.triples.entry(quad.subject).or_default().push((quad.predicate, quad.object));
        }
        file.names.iter().map(|name| file.shape(name)).collect::<Result<_, _>>().map(Self)
    }

    /// Where a node that a graph says this of departs from the shapes for its classes. `about` tells what is said of others.
    pub fn violations<E>(
        &self,
        node: &NamedNode,
        said: &Properties,
        about: &mut impl FnMut(&NamedNode) -> Result<Properties, E>,
    ) -> Result<Vec<Violation>, E> {
        let mut found = Vec::new();
        for shape in self.0.iter().filter(|s| s.targets.iter().any(|class| is_a(said, class))) {
            self.check(shape, node, said, about, &mut found)?;
        }
        Ok(found)
    }

    fn check<E>(
        &self,
        shape: &Shape,
        node: &NamedNode,
        said: &Properties,
        about: &mut impl FnMut(&NamedNode) -> Result<Properties, E>,
        found: &mut Vec<Violation>,
    ) -> Result<(), E> {
        let own = vec![Term::from(node.clone())];
        let paths = shape.properties.iter().map(|(path, tests)| (Some(path), values(said, path), tests));
        for (path, values, tests) in std::iter::once((None, own, &shape.tests)).chain(paths) {
            for test in tests {
                for (expected, value) in self.failures(test, &values, said, about)? {
                    let shape = last_part(&shape.name).to_owned();
                    found.push(Violation { shape, path: path.cloned(), expected, value });
                }
            }
        }
        Ok(())
    }

    /// What a test expected, with the value that is otherwise.
    fn failures<E>(
        &self,
        test: &Test,
        values: &[Term],
        said: &Properties,
        about: &mut impl FnMut(&NamedNode) -> Result<Properties, E>,
    ) -> Result<Vec<(String, Option<Term>)>, E> {
        let number = match test {
            Test::MinCount(least) => (values.len() < *least).then(|| format!("at least {least}, not {}", values.len())),
            Test::MaxCount(most) => (values.len() > *most).then(|| format!("at most {most}, not {}", values.len())),
            Test::HasValue(value) => (!values.contains(value)).then(|| value.to_string()),
            _ => None,
        };
        let mut failures: Vec<_> = number.map(|expected| (expected, None)).into_iter().collect();
        for value in values {
            let fails = match (test, value) {
                (Test::Class(class), Term::NamedNode(node)) => !is_a(&about(node)?, class),
                (Test::Class(_) | Test::OneClassOf(_) | Test::Node(_), Term::Literal(_)) => true,
                (Test::OneClassOf(classes), Term::NamedNode(node)) => {
                    let said = about(node)?;
                    classes.iter().filter(|class| is_a(&said, class)).count() != 1
                }
                (Test::Node(shape), Term::NamedNode(node)) => {
                    let (said, mut inner) = (about(node)?, Vec::new());
                    for shape in self.0.iter().filter(|s| s.name == *shape) {
                        self.check(shape, node, &said, about, &mut inner)?;
                    }
                    !inner.is_empty()
                }
                _ => !test.holds(value, said),
            };
            failures.extend(fails.then(|| (test.expected(), Some(value.clone()))));
        }
        Ok(failures)
    }
}

impl Test {
    /// Whether a value is as expected, so far as that can be told from what is said of the node itself.
    fn holds(&self, value: &Term, said: &Properties) -> bool {
        match self {
            Self::Kind(Kind::Iri) => value.is_named_node(),
            Self::Kind(Kind::IriOrLiteral) => value.is_named_node() || value.is_literal(),
            Self::Datatype(datatype) => matches!(value, Term::Literal(l) if l.datatype() == *datatype),
            Self::In(values) => values.contains(value),
            Self::Pattern(pattern) => pattern.is_match(text(value)),
            Self::MinLength(least) => text(value).chars().count() >= *least,
            Self::MinInclusive(least) => text(value).parse::<f64>().is_ok_and(|n| n >= *least),
            Self::MaxInclusive(most) => text(value).parse::<f64>().is_ok_and(|n| n <= *most),
            Self::Below { other, may_be_equal } => values(said, other).iter().all(|o| match compare(value, o) {
                Ordering::Less => true,
                Ordering::Equal => *may_be_equal,
                Ordering::Greater => false,
            }),
            _ => true,
        }
    }

    fn expected(&self) -> String {
        match self {
            Self::Kind(Kind::Iri) => "an IRI".to_owned(),
            Self::Kind(Kind::IriOrLiteral) => "an IRI or a literal".to_owned(),
            Self::Datatype(datatype) => format!("a value of {datatype}"),
            Self::Class(class) => format!("something of the class {class}"),
            Self::In(_) => "one of the values that the shape names".to_owned(),
            Self::Pattern(pattern) => format!("a text such as {pattern}"),
            Self::MinLength(least) => format!("a text of at least {least} characters"),
            Self::MinInclusive(least) => format!("at least {least}"),
            Self::MaxInclusive(most) => format!("at most {most}"),
            Self::Below { other, may_be_equal: true } => format!("no more than {other}"),
            Self::Below { other, .. } => format!("less than {other}"),
            Self::Node(shape) => format!("something of the shape {}", last_part(shape)),
            Self::OneClassOf(_) => "exactly one of the classes that the shape names".to_owned(),
            Self::MinCount(_) | Self::MaxCount(_) | Self::HasValue(_) => String::new(),
        }
    }
}

fn is_a(said: &Properties, class: &NamedNode) -> bool {
    said.iter().any(|(p, o)| *p == rdf::TYPE && matches!(o, Term::NamedNode(c) if c == class))
}

fn values(said: &Properties, path: &NamedNode) -> Vec<Term> {
    said.iter().filter(|(p, _)| p == path).map(|(_, o)| o.clone()).collect()
}

fn text(value: &Term) -> &str {
    match value {
        Term::NamedNode(node) => node.as_str(),
        Term::Literal(literal) => literal.value(),
        _ => "",
    }
}

/// Numbers as such, days as texts.
fn compare(a: &Term, b: &Term) -> Ordering {
    match (text(a).parse::<f64>(), text(b).parse::<f64>()) {
        (Ok(a), Ok(b)) => a.total_cmp(&b),
        _ => text(a).cmp(text(b)),
    }
}

fn last_part(node: &NamedNode) -> &str {
    node.as_str().rsplit(['#', '/']).next().unwrap_or_default()
}

/// The file while it is read.
#[derive(Default)]
struct File {
    names: Vec<NamedNode>,
    triples: HashMap<NamedOrBlankNode, Properties>,
}

impl File {
    fn shape(&self, name: &NamedNode) -> Result<Shape, ShapesError> {
        let mut shape = Shape { name: name.clone(), targets: Vec::new(), tests: Vec::new(), properties: Vec::new() };
        for (predicate, value) in self.about(&name.clone().into()) {
            match (shacl(predicate)?, value) {
                ("", _) => (),
                ("targetClass", Term::NamedNode(class)) => shape.targets.push(class.clone()),
                ("property", Term::BlankNode(node)) => shape.properties.push(self.property(&node.clone().into())?),
                _ => shape.tests.push(self.test(predicate, value)?),
            }
        }
        Ok(shape)
    }

    fn property(&self, node: &NamedOrBlankNode) -> Result<(NamedNode, Vec<Test>), ShapesError> {
        let (mut path, mut tests) = (None, Vec::new());
        for (predicate, value) in self.about(node) {
            match (shacl(predicate)?, value) {
                ("path", Term::NamedNode(property)) => path = Some(property.clone()),
                _ => tests.push(self.test(predicate, value)?),
            }
        }
        Ok((path.ok_or_else(|| ShapesError::Unknown("a property without a path".to_owned()))?, tests))
    }

    fn test(&self, predicate: &NamedNode, value: &Term) -> Result<Test, ShapesError> {
        let unfit = || ShapesError::Value { predicate: predicate.to_string(), value: value.to_string() };
        let node = || match value {
            Term::NamedNode(node) => Ok(node.clone()),
            _ => Err(unfit()),
        };
        let number = || text(value).parse::<usize>().map_err(|_| unfit());
        let bound = || text(value).parse::<f64>().map_err(|_| unfit());
        Ok(match shacl(predicate)? {
            "minCount" => Test::MinCount(number()?),
            "maxCount" => Test::MaxCount(number()?),
            "minLength" => Test::MinLength(number()?),
            "minInclusive" => Test::MinInclusive(bound()?),
            "maxInclusive" => Test::MaxInclusive(bound()?),
            "datatype" => Test::Datatype(node()?),
            "class" => Test::Class(node()?),
            "node" => Test::Node(node()?),
            "hasValue" => Test::HasValue(value.clone()),
            "lessThan" => Test::Below { other: node()?, may_be_equal: false },
            "lessThanOrEquals" => Test::Below { other: node()?, may_be_equal: true },
            "pattern" => Test::Pattern(Regex::new(text(value)).map_err(|_| unfit())?),
            "in" => Test::In(self.list(value)),
            "xone" => Test::OneClassOf(self.list(value).iter().map(|c| self.only_class(c)).collect::<Result<_, _>>()?),
            "nodeKind" => match text(value).strip_prefix(SHACL) {
                Some("IRI") => Test::Kind(Kind::Iri),
                Some("IRIOrLiteral") => Test::Kind(Kind::IriOrLiteral),
                _ => return Err(unfit()),
            },
            _ => return Err(ShapesError::Unknown(predicate.to_string())),
        })
    }

    /// The class of a shape that asks for nothing but a class.
    fn only_class(&self, shape: &Term) -> Result<NamedNode, ShapesError> {
        match self.node(shape).map(|n| self.about(&n)) {
            Some([(predicate, Term::NamedNode(class))]) if shacl(predicate)? == "class" => Ok(class.clone()),
            _ => Err(ShapesError::Unknown("a choice between other things than classes".to_owned())),
        }
    }

    fn about(&self, node: &NamedOrBlankNode) -> &[(NamedNode, Term)] {
        self.triples.get(node).map(Vec::as_slice).unwrap_or_default()
    }

    fn node(&self, term: &Term) -> Option<NamedOrBlankNode> {
        match term {
            Term::NamedNode(node) => Some(node.clone().into()),
            Term::BlankNode(node) => Some(node.clone().into()),
            _ => None,
        }
    }

    fn list(&self, start: &Term) -> Vec<Term> {
        let (mut items, mut rest) = (Vec::new(), self.node(start));
        while let Some(node) = rest {
            let part = |name: &str| {
                let is_part = |(p, _): &&(NamedNode, Term)| p.as_str().strip_prefix(rdf::NAMESPACE) == Some(name);
                self.about(&node).iter().find(is_part).map(|(_, o)| o.clone())
            };
            items.extend(part("first"));
            rest = part("rest").and_then(|r| self.node(&r));
        }
        items
    }
}

/// The local name of a term of SHACL; empty for the type of a shape.
fn shacl(predicate: &NamedNode) -> Result<&str, ShapesError> {
    if *predicate == rdf::TYPE {
        return Ok("");
    }
    predicate.as_str().strip_prefix(SHACL).ok_or_else(|| ShapesError::Unknown(predicate.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    /// What the shapes say of `<http://x.example/a>` in some Turtle.
    fn check(shapes: &Shapes, turtle: &str) -> Vec<String> {
        let prefixes = "@prefix : <http://x.example/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .";
        let text = format!("{prefixes}\n{turtle}");
        let mut graph: HashMap<NamedNode, Properties> = HashMap::new();
        for quad in RdfParser::from_format(RdfFormat::Turtle).for_slice(&text) {
            let quad = quad.unwrap();
            if let NamedOrBlankNode::NamedNode(subject) = quad.subject {
                graph.entry(subject).or_default().push((quad.predicate, quad.object));
            }
        }
        let node = NamedNode::new_unchecked("http://x.example/a");
        let mut about = |n: &NamedNode| Ok::<_, Infallible>(graph.get(n).cloned().unwrap_or_default());
        let said = about(&node).unwrap();
        let found = shapes.violations(&node, &said, &mut about).unwrap();
        let told = |v: &Violation| {
            let path = v.path.as_ref().map_or("", last_part);
            format!("{} {path}: {}", v.shape, v.expected)
        };
        found.iter().map(told).collect()
    }

    #[test]
    fn every_test_can_fail_and_hold() {
        let shapes = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <http://x.example/> .
            @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
            :S a sh:NodeShape ; sh:targetClass :C ; sh:pattern \"/a$\" ;
              sh:property [ sh:path :n ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:integer ; sh:minInclusive 0 ; sh:maxInclusive 9 ; sh:lessThan :m ] ;
              sh:property [ sh:path :t ; sh:minLength 2 ; sh:in ( \"ab\" \"c\" ) ] ;
              sh:property [ sh:path :k ; sh:nodeKind sh:IRI ; sh:class :D ; sh:node :T ] .
            :T a sh:NodeShape ; sh:property [ sh:path :v ; sh:hasValue 1 ] ; sh:xone ( [ sh:class :E ] [ sh:class :F ] ) .";
        let shapes = Shapes::parse(shapes).unwrap();
        assert_eq!(check(&shapes, ":a :n 10 ."), [""; 0], "no target");
        assert_eq!(check(&shapes, ":a a :C ; :n 3 ; :m 4 ; :t \"ab\" ; :k :b . :b a :D , :E ; :v 1 ."), [""; 0]);
        assert_eq!(check(&shapes, ":a a :C ."), ["S n: at least 1, not 0"]);
        assert_eq!(check(&shapes, ":a a :C ; :n 1 , 2 ."), ["S n: at most 1, not 2"]);
        assert_eq!(
            check(&shapes, ":a a :C ; :n 12 ; :m 12 ."),
            ["S n: at most 9", "S n: less than <http://x.example/m>"]
        );
        assert_eq!(
            check(&shapes, ":a a :C ; :n \"1\" ; :t \"x\" ; :m 2 ."),
            [
                "S n: a value of <http://www.w3.org/2001/XMLSchema#integer>",
                "S t: a text of at least 2 characters",
                "S t: one of the values that the shape names"
            ]
        );
        assert_eq!(check(&shapes, ":a a :C ; :n 1 ; :k :b . :b a :D ; :v 1 ."), ["S k: something of the shape T"]);
        assert_eq!(
            check(&shapes, ":a a :C ; :n 1 ; :k :b . :b a :D , :E , :F ; :v 1 ."),
            ["S k: something of the shape T"]
        );
        assert_eq!(check(&shapes, ":a a :C ; :n 1 ; :k :b . :b a :D , :E ; :v 2 ."), ["S k: something of the shape T"]);
        assert_eq!(
            check(&shapes, ":a a :C ; :n 1 ; :k \"b\" ."),
            ["S k: an IRI", "S k: something of the class <http://x.example/D>", "S k: something of the shape T"]
        );
    }

    #[test]
    fn what_is_not_understood_is_no_shape() {
        let start = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <http://x.example/> . :S a sh:NodeShape ;";
        for (rest, word) in [
            ("sh:closed true .", "closed"),
            ("sh:property [ sh:path :p ; sh:equals :q ] .", "equals"),
            ("sh:property [ sh:minCount 1 ] .", "without a path"),
            ("sh:property [ sh:path :p ; sh:minCount \"x\" ] .", "minCount"),
            (":other 1 .", "other"),
        ] {
            let error = Shapes::parse(&format!("{start} {rest}")).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
        assert!(Shapes::embedded().unwrap().0.len() > 10);
    }
}
