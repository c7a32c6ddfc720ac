//! Linked data, and pages for people: what is known of each thing, search by name, and queries with their answers as tables.
//!
//! A name of ours leads here. That of an article gives the article's document; that of anything else, which is no document,
//! leads on (303) to the document about it, `/page?iri=…`, which is there for names of Wikidata and GeoNames too.

use super::html::{escape, link, page, term};
use super::negotiate::{self, GRAPHS};
use super::parameters::{Parameters, encode, iri};
use super::problem::Problem;
use super::running;
use super::sparql::negotiated;
use super::{Site, nothing_here};
use crate::ontology::iri::rdfs;
use crate::store::{QueryAnswer, QueryOptions, Solutions, Store, queries, short_iri, write_triples};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use oxigraph::model::{
    GraphName, Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Quad, Term, Triple,
};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

/// Rows of a table on a page.
const MOST_ROWS: usize = 500;
/// Things of one kind that are listed for a thing.
const MOST_VALUES: usize = 100;

/// The first page: search by name, and the questions that have names.
pub(super) async fn home(State(site): State<Arc<Site>>, uri: Uri) -> Result<Response, Problem> {
    let parameters = Parameters::parse(uri.query().unwrap_or_default())?;
    let searched = parameters.one("q")?.unwrap_or_default().trim().to_owned();
    if searched.is_empty() {
        return Ok(page("What the news says", "", &questions()));
    }
    let query = search(&searched);
    let found = answer(&site, query).await?;
    let mut list = String::from("<ul>\n");
    if let QueryAnswer::Solutions(Solutions { rows, .. }) = &found {
        for row in rows {
            if let [Some(Term::NamedNode(thing)), Some(Term::Literal(label)), ..] = row.as_slice() {
                let _ = writeln!(
                    list,
                    r#"<li>{} <span class="iri">{}</span>"#,
                    link(thing.as_ref(), label.value()),
                    escape(&short_iri(thing.as_ref()))
                );
            }
        }
    }
    let body = if found.is_empty() { "<p>Nothing has such a name.".to_owned() } else { list + "</ul>" };
    Ok(page(&format!("Names with “{searched}”"), &searched, &body))
}

fn search(text: &str) -> String {
    let text = Literal::new_simple_literal(text.to_lowercase());
    format!(
        "SELECT DISTINCT ?thing ?label {{ ?thing rdfs:label ?label FILTER(CONTAINS(LCASE(STR(?label)), {text})) }}
         ORDER BY STRLEN(STR(?label)) ?label ?thing LIMIT 100"
    )
}

fn questions() -> String {
    let mut body = String::from("<h2>Questions</h2>\n<ul>\n");
    for query in queries::named() {
        let (name, title, question) = (encode(query.name), escape(query.title), escape(query.question));
        let _ = writeln!(body, r#"<li><a href="/query?name={name}">{title}</a> <span class="faint">{question}</span>"#);
    }
    body + r#"</ul>
<h2>For programs</h2>
<p>SPARQL at <code>/sparql</code>, graphs at <code>/store</code>, everything in <a href="/dump.nq">dump.nq</a>."#
}

/// Everything that a query gives, on behalf of a page.
async fn answer(site: &Arc<Site>, sparql: String) -> Result<QueryAnswer, Problem> {
    running::run(site, move |site, _| {
        let options = QueryOptions { timeout: Some(site.options.timeout), ..QueryOptions::default() };
        Ok(site.store.query(&sparql, &options)?)
    })
    .await
}

/// A field for a query, and its answer.
pub(super) async fn query(State(site): State<Arc<Site>>, uri: Uri) -> Result<Response, Problem> {
    let parameters = Parameters::parse(uri.query().unwrap_or_default())?;
    let named = parameters
        .one("name")?
        .map(|name| queries::query(name).ok_or_else(|| Problem::not_found(format!("no question is called `{name}`"))));
    let named = named.transpose()?;
    let asked = parameters.one("query")?.map(str::to_owned);
    let title = named.map_or("Query", |q| q.title);
    let text = asked.clone().or(named.map(|q| q.sparql.to_owned())).unwrap_or_default();
    let mut body = format!(
        "<form action=\"/query\">\n<textarea name=\"query\" rows=\"14\" spellcheck=\"false\" aria-label=\"SPARQL\">{}</textarea>\n<p><button>Run</button></form>\n",
        escape(&text)
    );
    if let Some(sparql) = asked.filter(|q| !q.trim().is_empty()) {
        body += &match answer(&site, sparql).await {
            Ok(answer) => table(&answer),
            Err(problem) => format!("<p role=\"alert\">{}", escape(problem.detail())),
        };
    }
    Ok(page(title, "", &body))
}

fn table(answer: &QueryAnswer) -> String {
    let mut html = format!("<h2>{} found</h2>\n<div class=\"wide\"><table>\n", answer.len());
    let row = |html: &mut String, cells: Vec<String>| {
        let _ = writeln!(html, "<tr>{}", cells.iter().map(|c| format!("<td>{c}")).collect::<String>());
    };
    match answer {
        QueryAnswer::Boolean(value) => return format!("<h2>{}</h2>", if *value { "yes" } else { "no" }),
        QueryAnswer::Solutions(Solutions { variables, rows }) => {
            let head: String = variables.iter().map(|v| format!("<th>{}", escape(v.as_str()))).collect();
            let _ = writeln!(html, "<thead><tr>{head}<tbody>");
            for cells in rows.iter().take(MOST_ROWS) {
                row(&mut html, cells.iter().map(|c| c.as_ref().map_or(String::new(), |t| term(t, |_| None))).collect());
            }
        }
        QueryAnswer::Graph(triples) => {
            for triple in triples.iter().take(MOST_ROWS) {
                let terms =
                    [Term::from(triple.subject.clone()), triple.predicate.clone().into(), triple.object.clone()];
                row(&mut html, terms.iter().map(|t| term(t, |_| None)).collect());
            }
        }
    }
    let more = answer.len().saturating_sub(MOST_ROWS);
    html + "</table></div>" + &if more > 0 { format!("<p>and {more} more") } else { String::new() }
}

/// The document about a thing, as a page or as RDF.
pub(super) async fn about(State(site): State<Arc<Site>>, uri: Uri, headers: HeaderMap) -> Result<Response, Problem> {
    let parameters = Parameters::parse(uri.query().unwrap_or_default())?;
    let thing = parameters.one("iri")?.ok_or_else(|| Problem::bad_request("about what? Give its name as `iri`"))?;
    document(&site, iri("iri", thing)?, headers).await
}

/// What a name of ours leads to.
pub(super) async fn dereference(State(site): State<Arc<Site>>, request: Request) -> Result<Response, Problem> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Problem::method("GET, HEAD"));
    }
    let name = format!("{}{}", site.store.mapper().base(), request.uri().path().trim_start_matches('/'));
    let thing = NamedNode::new(name).map_err(|_| nothing_here())?;
    let headers = request.headers().clone();
    if site.store.has_graph(&thing.clone().into())? {
        return document(&site, thing, headers).await;
    }
    let is_known = site.store.about(thing.as_ref().into(), None).next().transpose()?.is_some();
    let place = format!("/page?iri={}", encode(thing.as_str()));
    if is_known {
        Ok((StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response())
    } else {
        Err(nothing_here())
    }
}

async fn document(site: &Arc<Site>, thing: NamedNode, headers: HeaderMap) -> Result<Response, Problem> {
    let offer = negotiate::choose(&GRAPHS, &headers);
    if negotiate::wants_html(&headers) {
        return running::run(site, move |site, _| html(&site.store, &thing)).await;
    }
    let offer =
        offer.ok_or_else(|| Problem::not_acceptable("HTML, Turtle, N-Triples, JSON-LD, RDF/XML, TriG, N-Quads"))?;
    let bytes = running::run(site, move |site, _| {
        let mut triples: BTreeSet<String> = BTreeSet::new();
        let mut unique = known(&site.store, &thing)?;
        unique.retain(|t| triples.insert(t.to_string()));
        let mut out = Vec::new();
        write_triples(&unique, offer.format, &mut out).map_err(Problem::internal)?;
        Ok(out)
    })
    .await?;
    Ok(negotiated(&offer.content_type(), bytes))
}

/// What is said about a thing, in whatever graph; of an article, also all that it says.
fn known(store: &Store, thing: &NamedNode) -> Result<Vec<Triple>, Problem> {
    let mut triples = Vec::new();
    for quad in store.about(thing.as_ref().into(), None).chain(store.graph(&thing.clone().into())) {
        triples.push(Triple::from(quad?));
    }
    if triples.is_empty() { Err(Problem::not_found(format!("nothing is known of {thing}"))) } else { Ok(triples) }
}

/// Values of a property, or things that have it.
type ByProperty = BTreeMap<NamedNode, BTreeSet<String>>;

fn html(store: &Store, thing: &NamedNode) -> Result<Response, Problem> {
    let (mut values, mut pointing) = (ByProperty::new(), ByProperty::new());
    for quad in store.about(thing.as_ref().into(), None) {
        let Quad { predicate, object, .. } = quad?;
        values.entry(predicate).or_default().insert(term(&object, |node| label(store, node)));
    }
    for quad in store.pointing_at(thing.as_ref().into()).take(MOST_ROWS) {
        let Quad { subject, predicate, .. } = quad?;
        if let NamedOrBlankNode::NamedNode(subject) = subject {
            let shown = term(&subject.into(), |node| label(store, node));
            pointing.entry(predicate).or_default().insert(shown);
        }
    }
    if values.is_empty() && pointing.is_empty() {
        return Err(Problem::not_found(format!("nothing is known of {thing}")));
    }
    let title = label(store, thing.as_ref()).unwrap_or_else(|| short_iri(thing.as_ref()));
    let mut body = format!(r#"<p class="iri">{}"#, escape(thing.as_str()));
    body += &properties("What is said", store, &values);
    body += &properties("Where it is named", store, &pointing);
    Ok(page(&title, "", &body))
}

fn properties(title: &str, store: &Store, values: &ByProperty) -> String {
    if values.is_empty() {
        return String::new();
    }
    let mut html = format!("<h2>{title}</h2>\n<div class=\"wide\"><table><tbody>\n");
    for (property, values) in values {
        let name = label(store, property.as_ref()).unwrap_or_else(|| short_iri(property.as_ref()));
        let shown: Vec<&str> = values.iter().take(MOST_VALUES).map(String::as_str).collect();
        let more = values.len().saturating_sub(MOST_VALUES);
        let more = if more > 0 { format!("<br>and {more} more") } else { String::new() };
        let _ = writeln!(html, "<tr><th>{}<td>{}{more}", link(property.as_ref(), &name), shown.join("<br>"));
    }
    html + "</table></div>"
}

fn label(store: &Store, node: NamedNodeRef<'_>) -> Option<String> {
    let labels = |graph: Option<&GraphName>| {
        let quads = store.about(NamedOrBlankNodeRef::from(node), graph).filter_map(Result::ok);
        let texts = quads.filter(|q| q.predicate == rdfs::LABEL).filter_map(|q| match q.object {
            Term::Literal(literal) => Some(literal.value().to_owned()),
            _ => None,
        });
        texts.min()
    };
    labels(Some(&GraphName::DefaultGraph)).or_else(|| labels(None))
}
