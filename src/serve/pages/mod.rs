//! Linked data, and pages for people: what is known of each thing, search, and queries with their answers as tables.
//!
//! A name of ours leads here. That of an article gives the article's document; that of anything else, which is no document,
//! leads on (303) to the document about it, `/page?iri=…`, which is there for names of Wikidata and GeoNames too.

mod article;
mod chart;
mod countries;
mod entity;
mod events;
mod home;
mod instance;
mod network;
mod query;
mod reader;
mod rule;
mod rule_index;
mod sayings;
mod statements;
mod states;
mod thing;

pub(super) use home::Home;
pub(super) use states::States;

use super::dump::is_known;
use super::html::{Page, problem_page};
use super::negotiate::{self, GRAPHS};
use super::parameters::{Parameters, encode, iri};
use super::problem::Problem;
use super::rules::RuleFile;
use super::running;
use super::sparql::negotiated;
use super::{Site, nothing_here};
use crate::store::{Stop, Store, write_triples};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use oxigraph::io::{JsonLdProfileSet, RdfFormat};
use oxigraph::model::{NamedNode, Triple};
use reader::Reader;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The first page.
pub(super) async fn home(State(site): State<Arc<Site>>, uri: Uri, headers: HeaderMap) -> Response {
    shown(&site, &uri, &headers, |reader, _| home::page(reader)).await
}

/// Names and articles by their words.
pub(super) async fn search(State(site): State<Arc<Site>>, uri: Uri, headers: HeaderMap) -> Response {
    shown(&site, &uri, &headers, |reader, parameters| {
        home::search(reader, parameters.one("q")?.unwrap_or_default().trim())
    })
    .await
}

/// Two countries.
pub(super) async fn relations(State(site): State<Arc<Site>>, uri: Uri, headers: HeaderMap) -> Response {
    shown(&site, &uri, &headers, |reader, parameters| {
        let code = |name| Ok::<_, Problem>(parameters.one(name)?.unwrap_or_default().trim().to_ascii_uppercase());
        countries::page(reader, &code("a")?, &code("b")?)
    })
    .await
}

/// A thing and its neighbours.
pub(super) async fn graph(State(site): State<Arc<Site>>, uri: Uri, headers: HeaderMap) -> Response {
    shown(&site, &uri, &headers, |reader, parameters| {
        let thing =
            parameters.one("iri")?.ok_or_else(|| Problem::bad_request("around what? Give its name as `iri`"))?;
        network::page(reader, &iri("iri", thing)?)
    })
    .await
}

/// A field for a query, and its answer.
pub(super) async fn query(State(site): State<Arc<Site>>, uri: Uri, headers: HeaderMap) -> Response {
    shown(&site, &uri, &headers, |reader, parameters| query::page(reader, &parameters)).await
}

/// The same for a query that a form has posted.
pub(super) async fn posted_query(site: &Arc<Site>, parameters: Parameters) -> Response {
    match running::run(site, move |site, stop| query::page(&Reader::new(site, stop), &parameters)).await {
        Ok(page) => page.into_response(),
        Err(problem) => problem_page(&problem),
    }
}

/// Makes a page, unless the one who asks has it already. What goes wrong is told as a page too.
async fn shown(
    site: &Arc<Site>,
    uri: &Uri,
    headers: &HeaderMap,
    make: impl FnOnce(&Reader<'_>, Parameters) -> Result<Page, Problem> + Send + 'static,
) -> Response {
    let tag = tag(site, "html");
    if is_known(headers, &tag) {
        return tagged(StatusCode::NOT_MODIFIED.into_response(), &tag);
    }
    let made = match Parameters::parse(uri.query().unwrap_or_default()) {
        Ok(parameters) => {
            running::run(site, move |site, stop| make(&Reader::asked(site, stop, &parameters)?, parameters)).await
        }
        Err(problem) => Err(problem),
    };
    match made {
        Ok(page) => tagged(page.into_response(), &tag),
        Err(problem) => problem_page(&problem),
    }
}

/// A name for a page or a document as it is now. Each address has its own, so that it need not be part of the name.
fn tag(site: &Site, format: &str) -> String {
    format!("W/\"{}-{}-{format}\"", site.version(), env!("CARGO_PKG_VERSION"))
}

fn tagged(mut response: Response, tag: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(tag) {
        response.headers_mut().insert(header::ETAG, value);
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
    }
    response
}

/// The document about a thing, as a page or as RDF. `as` names a format of RDF for those who cannot say what they accept.
pub(super) async fn about(State(site): State<Arc<Site>>, uri: Uri, headers: HeaderMap) -> Response {
    let asked = || {
        let parameters = Parameters::parse(uri.query().unwrap_or_default())?;
        let thing = parameters.one("iri")?.ok_or_else(|| Problem::bad_request("about what? Give its name as `iri`"))?;
        let from = parameters.one("from")?.and_then(|from| from.parse().ok()).unwrap_or(0);
        Ok((iri("iri", thing)?, from, format_asked(&parameters)?, parameters))
    };
    match asked() {
        Ok((thing, from, format, parameters)) => document(&site, thing, from, format, parameters, headers).await,
        Err(problem) => told(problem, &headers),
    }
}

/// The files of rules that the program carries, as a page or as RDF.
pub(super) async fn rules(State(site): State<Arc<Site>>, uri: Uri, headers: HeaderMap) -> Response {
    let asked = || format_asked(&Parameters::parse(uri.query().unwrap_or_default())?);
    match asked() {
        Ok(format) => {
            let root = site.root(&headers);
            let page = |site: &Site, stop: &Stop| Ok(rule_index::page(&Reader::new(site, stop)));
            page_or_rdf(&site, format, &headers, page, move |site| rule_index::triples(site, &root)).await
        }
        Err(problem) => told(problem, &headers),
    }
}

/// The rules of a file that the program carries, as a page or as RDF.
pub(super) async fn rule(
    State(site): State<Arc<Site>>,
    Path(name): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let asked = || {
        let parameters = Parameters::parse(uri.query().unwrap_or_default())?;
        Ok((rule_lead(&name)?, format_asked(&parameters)?))
    };
    match asked() {
        Ok((RuleLead::File(file), format)) => {
            let (file, root) = (Arc::new(file), site.root(&headers));
            let shown = file.clone();
            let page = move |site: &Site, stop: &Stop| rule::page(&Reader::new(site, stop), &shown);
            page_or_rdf(&site, format, &headers, page, move |site| rule::triples(site, &root, &file)).await
        }
        Ok((RuleLead::Part(place), _)) => (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response(),
        Err(problem) => told(problem, &headers),
    }
}

enum RuleLead {
    File(RuleFile),
    Part(String),
}

/// A file by its name. What names a rule with `%23`, as statements do with `#`, leads to the part of the file's document.
fn rule_lead(name: &str) -> Result<RuleLead, Problem> {
    let (name, rule) = name.split_once('#').map_or((name, None), |(name, rule)| (name, Some(rule)));
    let file = RuleFile::find(name)
        .ok_or_else(|| Problem::not_found(format!("`{name}` is no file of rules that this program carries")))?;
    match rule {
        None => Ok(RuleLead::File(file)),
        Some(rule) if file.rules.iter().any(|r| r.name == rule) => Ok(RuleLead::Part(rule::path(name, rule))),
        Some(rule) => Err(Problem::not_found(format!("`{name}` has no rule `{rule}`"))),
    }
}

/// What a name of ours leads to.
pub(super) async fn dereference(State(site): State<Arc<Site>>, request: Request) -> Response {
    let headers = request.headers().clone();
    match lead(&site, &request) {
        Ok(Lead::Document(thing)) => document(&site, thing, 0, None, Parameters::default(), headers).await,
        Ok(Lead::Elsewhere(place)) => (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response(),
        Err(problem) => told(problem, &headers),
    }
}

enum Lead {
    Document(NamedNode),
    Elsewhere(String),
}

fn lead(site: &Site, request: &Request) -> Result<Lead, Problem> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Problem::method("GET, HEAD"));
    }
    let name = format!("{}{}", site.store.mapper().base(), request.uri().path().trim_start_matches('/'));
    let thing = NamedNode::new(name).map_err(|_| nothing_here())?;
    if site.store.has_graph(&thing.clone().into())? {
        return Ok(Lead::Document(thing));
    }
    let is_known = site.store.about(thing.as_ref().into(), None).next().transpose()?.is_some();
    if is_known { Ok(Lead::Elsewhere(format!("/page?iri={}", encode(thing.as_str())))) } else { Err(nothing_here()) }
}

/// A problem in the form that suits whoever asked.
fn told(problem: Problem, headers: &HeaderMap) -> Response {
    if negotiate::wants_html(headers) { problem_page(&problem) } else { problem.into_response() }
}

/// The format of RDF that `as` names, if it is there.
fn format_asked(parameters: &Parameters) -> Result<Option<RdfFormat>, Problem> {
    parameters.one("as")?.map(named_format).transpose()
}

fn named_format(name: &str) -> Result<RdfFormat, Problem> {
    Ok(match name {
        "turtle" => RdfFormat::Turtle,
        "ntriples" => RdfFormat::NTriples,
        "jsonld" => RdfFormat::JsonLd { profile: JsonLdProfileSet::empty() },
        "rdfxml" => RdfFormat::RdfXml,
        _ => return Err(Problem::bad_request(format!("`{name}` is none of turtle, ntriples, jsonld, rdfxml"))),
    })
}

async fn document(
    site: &Arc<Site>,
    thing: NamedNode,
    from: usize,
    format: Option<RdfFormat>,
    parameters: Parameters,
    headers: HeaderMap,
) -> Response {
    let named = thing.clone();
    let page = move |site: &Site, stop: &Stop| thing::page(&Reader::asked(site, stop, &parameters)?, &thing, from);
    let triples = move |site: &Site| {
        let mut seen = BTreeSet::new();
        let mut unique = known(&site.store, &named)?;
        unique.retain(|t| seen.insert(t.to_string()));
        Ok(unique)
    };
    page_or_rdf(site, format, &headers, page, triples).await
}

/// What suits whoever asks: a page, or triples in one of the formats of RDF.
async fn page_or_rdf(
    site: &Arc<Site>,
    format: Option<RdfFormat>,
    headers: &HeaderMap,
    page: impl FnOnce(&Site, &Stop) -> Result<Page, Problem> + Send + 'static,
    triples: impl FnOnce(&Site) -> Result<Vec<Triple>, Problem> + Send + 'static,
) -> Response {
    let wants_html = format.is_none() && negotiate::wants_html(headers);
    let offer = match format {
        Some(format) => GRAPHS.into_iter().find(|offer| offer.format == format),
        None => negotiate::choose(&GRAPHS, headers),
    };
    let tag = tag(site, if wants_html { "html" } else { offer.map_or("", |offer| offer.media_type) });
    if is_known(headers, &tag) {
        return tagged(StatusCode::NOT_MODIFIED.into_response(), &tag);
    }
    if wants_html {
        return match running::run(site, page).await {
            Ok(page) => tagged(page.into_response(), &tag),
            Err(problem) => problem_page(&problem),
        };
    }
    let Some(offer) = offer else {
        return Problem::not_acceptable("HTML, Turtle, N-Triples, JSON-LD, RDF/XML, TriG, N-Quads").into_response();
    };
    let written = running::run(site, move |site, _| {
        let mut out = Vec::new();
        write_triples(&triples(site)?, offer.format, &mut out).map_err(Problem::internal)?;
        Ok(out)
    });
    match written.await {
        Ok(bytes) => tagged(negotiated(&offer.content_type(), bytes), &tag),
        Err(problem) => problem.into_response(),
    }
}

/// What is said about a thing, in whatever graph; of an article, also all that it says; of what is only named, such as a term of
/// another vocabulary, where that is.
fn known(store: &Store, thing: &NamedNode) -> Result<Vec<Triple>, Problem> {
    let mut triples = Vec::new();
    for quad in store.about(thing.as_ref().into(), None).chain(store.graph(&thing.clone().into())) {
        triples.push(Triple::from(quad?));
    }
    if triples.is_empty() {
        let named = store.pointing_at(thing.as_ref().into()).take(thing::MOST_ROWS);
        for quad in named.chain(store.stated_by(thing.as_ref(), None).take(thing::MOST_ROWS)) {
            triples.push(Triple::from(quad?));
        }
    }
    if triples.is_empty() { Err(Problem::not_found(format!("nothing is known of {thing}"))) } else { Ok(triples) }
}
