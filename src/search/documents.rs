//! What of an article goes into the index: one document for its text, and one for each thing that it names.

use crate::ontology::iri::{en, itsrdf, nif, rdf, rdfs, schema};
use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term, Triple};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tantivy::TantivyDocument;
use tantivy::schema::{FAST, Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value};

use super::words::{NAMES, TEXT};

/// Forms of a mention that are names, and not such as "he" or "the minister".
const NAMING: [&str; 5] = ["name", "acronym", "titled", "metonym", "demonym"];

/// The fields of a document.
#[derive(Clone)]
pub(super) struct Fields {
    /// The article, in every document.
    pub article: Field,
    /// The thing that is named; in documents about names alone.
    pub thing: Field,
    /// How an article names the thing.
    pub names: Field,
    /// Headline and text; in documents about articles alone.
    pub title: Field,
    pub text: Field,
}

/// The name of the field with things, which is read as a column.
pub(super) const THING: &str = "thing";

impl Fields {
    pub(super) fn schema() -> Schema {
        let mut schema = Schema::builder();
        let words = |analyzer| {
            let indexing = TextFieldIndexing::default().set_tokenizer(analyzer);
            TextOptions::default()
                .set_indexing_options(indexing.set_index_option(IndexRecordOption::WithFreqsAndPositions))
        };
        schema.add_text_field("article", STRING | STORED);
        schema.add_text_field(THING, STRING | FAST);
        schema.add_text_field("names", words(NAMES));
        schema.add_text_field("title", words(TEXT));
        schema.add_text_field("text", words(TEXT));
        schema.build()
    }

    pub(super) fn of(schema: &Schema) -> Self {
        let field = |name| schema.get_field(name).expect("a field of the schema above");
        Self {
            article: field("article"),
            thing: field(THING),
            names: field("names"),
            title: field("title"),
            text: field("text"),
        }
    }

    pub(super) fn article_term(&self, article: &NamedNode) -> tantivy::Term {
        tantivy::Term::from_field_text(self.article, article.as_str())
    }
}

/// A statement of an article's graph.
pub(super) type Statement<'a> = (&'a NamedOrBlankNode, &'a NamedNode, &'a Term);

pub(super) fn of_quad(quad: &Quad) -> Statement<'_> {
    (&quad.subject, &quad.predicate, &quad.object)
}

pub(super) fn of_triple(triple: &Triple) -> Statement<'_> {
    (&triple.subject, &triple.predicate, &triple.object)
}

/// The documents of an article, out of its graph. None when the graph is not an article's.
pub(super) fn documents<'a>(
    fields: &Fields,
    article: &'a NamedNode,
    graph: impl Iterator<Item = Statement<'a>>,
) -> Vec<TantivyDocument> {
    let graph: Vec<_> = graph.collect();
    let facts = Facts::of(&graph);
    if !facts.nodes(article, rdf::TYPE).any(|class| *class == schema::NEWS_ARTICLE) {
        return Vec::new();
    }
    let mut document = TantivyDocument::new();
    document.add_text(fields.article, article.as_str());
    if let Some(title) = facts.literals(article, schema::HEADLINE).next() {
        document.add_text(fields.title, title);
    }
    document.add_text(fields.text, text_of(&graph));
    let things = names(&facts, article).into_iter().map(|(thing, names)| {
        let mut document = TantivyDocument::new();
        document.add_text(fields.article, article.as_str());
        document.add_text(fields.thing, thing.as_str());
        names.into_iter().for_each(|name| document.add_text(fields.names, name));
        document
    });
    std::iter::once(document).chain(things).collect()
}

/// Bytes of text in a document.
pub(super) fn bytes(document: &TantivyDocument) -> usize {
    document.field_values().filter_map(|(_, value)| value.as_str()).map(str::len).sum()
}

/// The text of an article, from the quads of its graph. Where the store does not keep it, the sentences that say something.
pub fn text(quads: &[Quad]) -> Cow<'_, str> {
    text_of(&quads.iter().map(of_quad).collect::<Vec<_>>())
}

fn text_of<'a>(graph: &[Statement<'a>]) -> Cow<'a, str> {
    let whole = graph.iter().find(|s| *s.1 == nif::IS_STRING).and_then(|s| value(s.2));
    if let Some(whole) = whole {
        return whole.into();
    }
    let facts = Facts::of(graph);
    let is_sentence = |s: &&Statement<'_>| *s.1 == rdf::TYPE && *s.2 == Term::from(nif::SENTENCE.into_owned());
    let sentences = graph.iter().filter(is_sentence).filter_map(|s| named(s.0)).filter_map(|node| {
        let begin = facts.literals(node, nif::BEGIN_INDEX).next()?.parse::<usize>().ok()?;
        Some((begin, facts.literals(node, nif::ANCHOR_OF).next()?))
    });
    let sentences: BTreeMap<usize, &str> = sentences.collect();
    sentences.into_values().collect::<Vec<_>>().join("\n").into()
}

/// Everything that an article names, with its label and the other names it has there.
fn names<'a>(facts: &Facts<'a>, article: &'a NamedNode) -> BTreeMap<&'a NamedNode, BTreeSet<&'a str>> {
    let mut names: BTreeMap<&NamedNode, BTreeSet<&str>> = facts
        .nodes(article, schema::MENTIONS)
        .map(|thing| (thing, facts.literals(thing, rdfs::LABEL).collect()))
        .collect();
    for &phrase in facts.0.keys() {
        let form = facts.literals(phrase, en::FORM).next();
        for thing in facts.nodes(phrase, itsrdf::TA_IDENT_REF).filter(|_| form.is_some_and(|f| NAMING.contains(&f))) {
            names.entry(thing).or_default().extend(facts.literals(phrase, nif::ANCHOR_OF));
        }
    }
    names
}

/// The statements of a graph by their subjects.
struct Facts<'a>(HashMap<&'a NamedNode, Vec<(&'a NamedNode, &'a Term)>>);

impl<'a> Facts<'a> {
    fn of(graph: &[Statement<'a>]) -> Self {
        let mut facts: HashMap<&NamedNode, Vec<(&NamedNode, &Term)>> = HashMap::new();
        for &(subject, predicate, object) in graph {
            if let Some(subject) = named(subject) {
                facts.entry(subject).or_default().push((predicate, object));
            }
        }
        Self(facts)
    }

    fn objects(&self, node: &NamedNode, predicate: NamedNodeRef<'a>) -> impl Iterator<Item = &'a Term> + use<'a> {
        let facts = self.0.get(node).cloned().unwrap_or_default();
        facts.into_iter().filter(move |f| *f.0 == predicate).map(|f| f.1)
    }

    fn nodes(&self, node: &NamedNode, predicate: NamedNodeRef<'a>) -> impl Iterator<Item = &'a NamedNode> + use<'a> {
        self.objects(node, predicate).filter_map(|object| match object {
            Term::NamedNode(node) => Some(node),
            _ => None,
        })
    }

    fn literals(&self, node: &NamedNode, predicate: NamedNodeRef<'a>) -> impl Iterator<Item = &'a str> + use<'a> {
        self.objects(node, predicate).filter_map(value)
    }
}

fn named(subject: &NamedOrBlankNode) -> Option<&NamedNode> {
    match subject {
        NamedOrBlankNode::NamedNode(node) => Some(node),
        NamedOrBlankNode::BlankNode(_) => None,
    }
}

fn value(term: &Term) -> Option<&str> {
    match term {
        Term::Literal(literal) => Some(literal.value()),
        _ => None,
    }
}
