//! What a search finds, told with what the store knows of it.

use super::documents;
use super::things::{Hit, Things};
use super::words::Wanted;
use super::{Index, SearchError};
use crate::ontology::iri::{en, nif, rdf, schema};
use crate::ontology::{Ontology, local};
use crate::store::{Store, StoreError};
use oxigraph::model::{GraphName, NamedNode, Quad, Term};
use serde::Serialize;
use tantivy::TantivyDocument;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::Query;
use tantivy::schema::Value;
use tantivy::snippet::SnippetGenerator;

/// Characters of a text that are shown.
const SNIPPET: usize = 260;
/// Things whose labels are looked at, for each that is told.
const BREADTH: usize = 4;

/// Things by their names, and articles by their words.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Found {
    /// How many things have such names.
    pub things_total: usize,
    pub things: Vec<ThingFound>,
    /// Whether no name has the words as they were given, and these are near to them.
    pub things_are_near: bool,
    /// How many articles have the words.
    pub articles_total: usize,
    pub articles: Vec<ArticleFound>,
    /// Whether no article has all the words, and these have some.
    pub articles_have_some: bool,
}

impl Found {
    pub fn is_empty(&self) -> bool {
        self.things.is_empty() && self.articles.is_empty()
    }
}

/// Something that has a name.
#[derive(Clone, Debug, Serialize)]
pub struct ThingFound {
    pub iri: String,
    pub label: String,
    /// Local name of its class in our vocabulary, such as `Person`.
    pub class: Option<String>,
    /// Articles that name it so.
    pub articles: usize,
}

#[derive(Clone, Debug, Serialize)]
pub struct ArticleFound {
    pub iri: String,
    pub id: Option<String>,
    pub title: Option<String>,
    pub published: Option<String>,
    pub publisher: Option<String>,
    pub snippet: Snippet,
}

/// The part of a text that fits best.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Snippet {
    pub text: String,
    /// Bytes of `text` with words that were looked for.
    pub marks: Vec<(usize, usize)>,
}

impl Snippet {
    /// The text in pieces, each with whether it was looked for.
    pub fn pieces(&self) -> Vec<(&str, bool)> {
        let mut pieces = Vec::new();
        let mut done = 0;
        for &(start, end) in &self.marks {
            pieces.push((&self.text[done..start], false));
            pieces.push((&self.text[start..end], true));
            done = end;
        }
        pieces.push((&self.text[done..], false));
        pieces.retain(|(text, _)| !text.is_empty());
        pieces
    }
}

pub(super) fn find(index: &Index, store: &Store, words: &str, limit: usize) -> Result<Found, SearchError> {
    let wanted = Wanted::read(words);
    let mut found = Found::default();
    if limit > 0 {
        things(index, store, &wanted, limit, &mut found)?;
        articles(index, store, &wanted, limit, &mut found)?;
    }
    Ok(found)
}

fn things(
    index: &Index,
    store: &Store,
    wanted: &Wanted<'_>,
    limit: usize,
    found: &mut Found,
) -> Result<(), SearchError> {
    let searcher = index.reader.searcher();
    let mut hits = Vec::new();
    for roughly in [false, true] {
        let Some(query) = wanted.names(&index.fields, roughly) else { return Ok(()) };
        hits = searcher.search(&query, &Things)?.into_iter().collect::<Vec<(String, Hit)>>();
        found.things_are_near = roughly && !hits.is_empty();
        if !hits.is_empty() {
            break;
        }
    }
    found.things_total = hits.len();
    hits.sort_by(|(a, x), (b, y)| y.rank().total_cmp(&x.rank()).then_with(|| a.cmp(b)));
    hits.truncate(limit.saturating_mul(BREADTH));
    let mut things = hits.into_iter().map(|(iri, hit)| thing(store, iri, hit)).collect::<Result<Vec<_>, _>>()?;
    // Whatever bears exactly this name comes before all that is often named with it.
    let name = wanted.name();
    things.sort_by_key(|thing| Wanted::read(&thing.label).name() != name);
    things.truncate(limit);
    found.things = things;
    Ok(())
}

fn thing(store: &Store, iri: String, hit: Hit) -> Result<ThingFound, StoreError> {
    let node = NamedNode::new_unchecked(iri);
    let quads = store.about(node.as_ref().into(), Some(&GraphName::DefaultGraph)).collect::<Result<Vec<_>, _>>()?;
    let label = store.known_label(node.as_ref())?.unwrap_or_else(|| node.as_str().to_owned());
    let class = class(store.mapper().ontology(), &quads);
    Ok(ThingFound { label, class, articles: hit.articles, iri: node.into_string() })
}

/// The narrowest class of ours.
fn class(ontology: &Ontology, quads: &[Quad]) -> Option<String> {
    let types = quads.iter().filter(|q| q.predicate == rdf::TYPE).filter_map(|q| match &q.object {
        Term::NamedNode(class) => local(class.as_ref()),
        _ => None,
    });
    let known = types.filter_map(|name| Some((ontology.entity(name)?.above.len(), name)));
    known.max().map(|(_, name)| name.to_owned())
}

fn articles(
    index: &Index,
    store: &Store,
    wanted: &Wanted<'_>,
    limit: usize,
    found: &mut Found,
) -> Result<(), SearchError> {
    let searcher = index.reader.searcher();
    for all in [true, false] {
        let Some(query) = wanted.articles(&index.fields, all) else { return Ok(()) };
        let (hits, total) = searcher.search(&query, &(TopDocs::with_limit(limit).order_by_score(), Count))?;
        found.articles_total = total;
        found.articles_have_some = !all && total > 0;
        if total == 0 {
            continue;
        }
        let snippets = snippets(index, &query)?;
        for (_, address) in hits {
            let document: TantivyDocument = searcher.doc(address)?;
            if let Some(iri) = document.get_first(index.fields.article).and_then(|v| v.as_str()) {
                found.articles.push(article(store, &NamedNode::new_unchecked(iri), &snippets)?);
            }
        }
        return Ok(());
    }
    Ok(())
}

fn snippets(index: &Index, query: &dyn Query) -> Result<SnippetGenerator, SearchError> {
    let mut snippets = SnippetGenerator::create(&index.reader.searcher(), query, index.fields.text)?;
    snippets.set_max_num_chars(SNIPPET);
    Ok(snippets)
}

fn article(store: &Store, article: &NamedNode, snippets: &SnippetGenerator) -> Result<ArticleFound, StoreError> {
    let graph = GraphName::from(article.clone());
    let quads = store.about(article.as_ref().into(), Some(&graph)).collect::<Result<Vec<_>, _>>()?;
    let value = |property| quads.iter().find(|q| q.predicate == property).map(|q| &q.object);
    let fact = |property| value(property).and_then(literal).map(str::to_owned);
    let publisher = match value(schema::PUBLISHER) {
        Some(Term::NamedNode(publisher)) => store.known_label(publisher.as_ref())?,
        _ => None,
    };
    Ok(ArticleFound {
        iri: article.as_str().to_owned(),
        id: fact(en::ARTICLE_ID),
        title: fact(schema::HEADLINE),
        published: fact(schema::DATE_PUBLISHED),
        publisher,
        snippet: snippet(&text(store, &graph)?, snippets),
    })
}

/// The text of an article. Where the store keeps it, the rest of a long graph need not be read.
fn text(store: &Store, graph: &GraphName) -> Result<String, StoreError> {
    if let Some(whole) = store.stated_by(nif::IS_STRING, Some(graph)).next().transpose()?
        && let Some(text) = literal(&whole.object)
    {
        return Ok(text.to_owned());
    }
    let quads = store.graph(graph).collect::<Result<Vec<_>, _>>()?;
    Ok(documents::text(&quads).into_owned())
}

/// Where only the headline has the words, the text begins.
fn snippet(text: &str, snippets: &SnippetGenerator) -> Snippet {
    let best = snippets.snippet(text);
    if best.is_empty() {
        let beginning: String = text.chars().take(SNIPPET).collect();
        return Snippet { text: beginning, marks: Vec::new() };
    }
    let marks = tantivy::snippet::collapse_overlapped_ranges(best.highlighted());
    Snippet { text: best.fragment().to_owned(), marks: marks.into_iter().map(|r| (r.start, r.end)).collect() }
}

fn literal(term: &Term) -> Option<&str> {
    match term {
        Term::Literal(literal) => Some(literal.value()),
        _ => None,
    }
}
