//! The SPARQL 1.1 Graph Store HTTP Protocol: graphs read, put, extended and dropped as wholes.
//!
//! A graph is named by `?graph=IRI` or `?default`, or it is named by the URL itself.

use super::negotiate::{self, GRAPHS};
use super::parameters::Parameters;
use super::problem::Problem;
use super::running::{self, Limited};
use super::sparql::negotiated;
use super::{Site, body, token};
use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{GraphName, NamedNode, Triple};
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::Arc;

/// Where the graph store is.
pub(super) const PATH: &str = "/store";
const METHODS: &str = "GET, HEAD, PUT, POST, DELETE, OPTIONS";

pub(super) async fn graph_store(State(site): State<Arc<Site>>, request: Request) -> Result<Response, Problem> {
    let (parts, incoming) = request.into_parts();
    let writes = matches!(parts.method, Method::PUT | Method::POST | Method::DELETE);
    if writes {
        token::check(site.options.token.as_ref(), &parts.headers)?;
    }
    let graph = graph(&site, &parts)?;
    match (parts.method.clone(), graph) {
        (Method::POST, None) => create(&site, parts, incoming).await,
        (Method::GET | Method::HEAD, Some(graph)) => get(&site, graph, parts.headers).await,
        (Method::PUT, Some(graph)) => put(&site, graph, parts, incoming, false).await,
        (Method::POST, Some(graph)) => put(&site, graph, parts, incoming, true).await,
        (Method::DELETE, Some(graph)) => delete(&site, graph).await,
        (Method::GET | Method::HEAD | Method::PUT | Method::DELETE, None) => {
            Err(Problem::bad_request("which graph? Name it: `?graph=IRI`, or `?default`"))
        }
        _ => Err(Problem::method(METHODS)),
    }
}

/// The graph that a request is about; none when it names none.
fn graph(site: &Site, parts: &Parts) -> Result<Option<GraphName>, Problem> {
    let parameters = Parameters::parse(parts.uri.query().unwrap_or_default())?;
    match (parameters.one("graph")?, parameters.has("default")) {
        (Some(_), true) => Err(Problem::bad_request("both `graph` and `default` are given")),
        (Some(iri), false) => Ok(Some(named(site, &parts.headers, iri)?.into())),
        (None, true) => Ok(Some(GraphName::DefaultGraph)),
        (None, false) => {
            let below = parts.uri.path().trim_end_matches('/') != PATH;
            below.then(|| named(site, &parts.headers, parts.uri.path()).map(GraphName::from)).transpose()
        }
    }
}

/// A graph's name, where need be resolved against the address of the server.
fn named(site: &Site, headers: &HeaderMap, iri: &str) -> Result<NamedNode, Problem> {
    if let Ok(node) = NamedNode::new(iri) {
        return Ok(node);
    }
    let root = site.root(headers);
    let resolved = oxiri_resolve(&root, iri);
    NamedNode::new(resolved).map_err(|e| Problem::bad_request(format!("`{iri}` is no name of a graph: {e}")))
}

fn oxiri_resolve(root: &str, iri: &str) -> String {
    if iri.starts_with('/') { format!("{root}{iri}") } else { format!("{root}{PATH}/{iri}") }
}

async fn get(site: &Arc<Site>, graph: GraphName, headers: HeaderMap) -> Result<Response, Problem> {
    let offer = negotiate::choose(&GRAPHS, &headers)
        .ok_or_else(|| Problem::not_acceptable("Turtle, N-Triples, JSON-LD, RDF/XML, TriG, N-Quads"))?;
    let bytes = running::run(site, move |site, stop| {
        if !site.store.has_graph(&graph)? {
            return Err(no_graph(&graph));
        }
        let mut out = Limited::new(site.options.max_answer);
        let stopped = || stop.is_asked();
        site.store.write_graph(&graph, offer.format, stopped, &mut out)?;
        Ok(out.bytes)
    })
    .await?;
    Ok(negotiated(&offer.content_type(), bytes))
}

fn no_graph(graph: &GraphName) -> Problem {
    Problem::not_found(format!("there is no graph {graph}"))
}

async fn put(
    site: &Arc<Site>,
    graph: GraphName,
    parts: Parts,
    incoming: Body,
    keep: bool,
) -> Result<Response, Problem> {
    let documents = documents(site, parts, incoming).await?;
    let base = match &graph {
        GraphName::NamedNode(node) => Some(node.clone()),
        _ => None,
    };
    let is_new = running::run(site, move |site, _| {
        let triples = parse(&documents, base.as_ref())?;
        let is_new = site.store.put_graph(&graph, &triples, keep)?;
        site.has_changed();
        Ok(is_new)
    })
    .await?;
    Ok(if is_new { StatusCode::CREATED } else { StatusCode::NO_CONTENT }.into_response())
}

/// A new graph, with a name that we make.
async fn create(site: &Arc<Site>, parts: Parts, incoming: Body) -> Result<Response, Problem> {
    let random = (RandomState::new().hash_one(1), RandomState::new().hash_one(2));
    let name = format!("{}{PATH}/{:016x}{:016x}", site.root(&parts.headers), random.0, random.1);
    let graph = NamedNode::new(&name).map_err(Problem::bad_request)?;
    let location = HeaderValue::from_str(&name).map_err(Problem::bad_request)?;
    put(site, graph.into(), parts, incoming, true).await?;
    Ok((StatusCode::CREATED, [(header::LOCATION, location)]).into_response())
}

async fn delete(site: &Arc<Site>, graph: GraphName) -> Result<Response, Problem> {
    let name = graph.clone();
    let was_there = running::run(site, move |site, _| {
        let was_there = site.store.drop_graph(&name)?;
        site.has_changed();
        Ok(was_there)
    })
    .await?;
    if was_there { Ok(StatusCode::NO_CONTENT.into_response()) } else { Err(no_graph(&graph)) }
}

/// Something that was sent, and its format.
struct Document {
    format: RdfFormat,
    bytes: axum::body::Bytes,
}

/// The body, or each part of it when it has several.
async fn documents(site: &Site, parts: Parts, incoming: Body) -> Result<Vec<Document>, Problem> {
    let value = parts.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let (media_type, _) = negotiate::split_media_type(&value);
    if media_type == "multipart/form-data" {
        let bytes = body::bytes(site, incoming).await?;
        return from_form(Request::from_parts(parts, Body::from(bytes))).await;
    }
    let format = format(&value)?;
    Ok(vec![Document { format, bytes: body::bytes(site, incoming).await? }])
}

/// The format that a `Content-Type` names.
fn format(content_type: &str) -> Result<RdfFormat, Problem> {
    let (media_type, charset) = negotiate::split_media_type(content_type);
    let is_text = media_type.starts_with("text/");
    if is_text && charset.is_some_and(|c| !["utf-8", "utf8", "us-ascii"].contains(&c.as_str())) {
        return Err(Problem::unsupported("text has to be UTF-8"));
    }
    let known = negotiate::of_graph(&media_type).filter(|f| !f.supports_datasets() || is_json_ld(*f));
    known.ok_or_else(|| {
        Problem::unsupported(format!(
            "`{media_type}` is not a format of graphs that is taken: text/turtle, application/n-triples, application/ld+json, application/rdf+xml"
        ))
    })
}

fn is_json_ld(format: RdfFormat) -> bool {
    matches!(format, RdfFormat::JsonLd { .. })
}

async fn from_form(request: Request) -> Result<Vec<Document>, Problem> {
    let broken = |e: &dyn std::fmt::Display| Problem::bad_request(format!("the form cannot be read: {e}"));
    let mut form = Multipart::from_request(request, &()).await.map_err(|e| broken(&e))?;
    let mut documents = Vec::new();
    while let Some(field) = form.next_field().await.map_err(|e| broken(&e))? {
        let format = format(field.content_type().unwrap_or_default())?;
        documents.push(Document { format, bytes: field.bytes().await.map_err(|e| broken(&e))? });
    }
    Ok(documents)
}

/// Blank nodes get new names, since those that are sent are known to the sender alone.
fn parse(documents: &[Document], base: Option<&NamedNode>) -> Result<Vec<Triple>, Problem> {
    let mut triples = Vec::new();
    for Document { format, bytes } in documents {
        let mut parser = RdfParser::from_format(*format).without_named_graphs().rename_blank_nodes();
        if let Some(base) = base {
            parser = parser.with_base_iri(base.as_str()).map_err(Problem::bad_request)?;
        }
        for quad in parser.for_slice(bytes) {
            triples.push(quad.map_err(|e| Problem::bad_request(format!("the graph cannot be read: {e}")))?.into());
        }
    }
    Ok(triples)
}
