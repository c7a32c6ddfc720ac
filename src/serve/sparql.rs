//! The SPARQL 1.1 Protocol: queries by GET and POST, updates by POST. For links, `as` names a format in place of `Accept`. Who
//! opens it in a browser, or sends a form to it, gets the page for queries.

use super::parameters::Parameters;
use super::problem::Problem;
use super::running::{self, Limited};
use super::{Site, body, description, negotiate, pages, token};
use crate::store::{AnswerKind, Change, Dataset, Question};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// What a request wants.
#[derive(Debug, PartialEq, Eq)]
enum Wish {
    Query(String),
    Update(String),
    /// Nothing: it shall hear what can be asked.
    Description,
}

pub(super) async fn sparql(State(site): State<Arc<Site>>, request: Request) -> Result<Response, Problem> {
    let (mut parts, incoming) = request.into_parts();
    let mut parameters = Parameters::parse(parts.uri.query().unwrap_or_default())?;
    let wish = match parts.method {
        Method::GET | Method::HEAD => {
            let wish = from_url(&parameters)?;
            if is_for_a_page(&parameters, &parts.headers) {
                return Ok(pages::query(State(site), parts.uri, parts.headers).await);
            }
            wish
        }
        Method::POST => {
            let wish = from_body(&site, &parts.headers, incoming, &mut parameters).await?;
            if let Wish::Query(query) = &wish
                && is_for_a_page(&parameters, &parts.headers)
            {
                return Ok(pages::posted_query(&site, Parameters::of("query", query)).await);
            }
            wish
        }
        _ => return Err(Problem::method("GET, HEAD, POST, OPTIONS")),
    };
    if !matches!(wish, Wish::Update(_)) {
        accept_named(&parameters, &mut parts.headers)?;
    }
    match wish {
        Wish::Query(sparql) => query(&site, sparql, &parameters, parts.headers).await,
        Wish::Update(sparql) => update(&site, sparql, &parameters, &parts.headers).await,
        Wish::Description => description::describe(&site, parts.headers).await,
    }
}

/// Whether somebody has opened the endpoint in a browser, or sent it a query by a form, and so gets the page for queries with the
/// same query. That page asks the whole store.
fn is_for_a_page(parameters: &Parameters, headers: &HeaderMap) -> bool {
    let names_format_or_dataset =
        ["as", "default-graph-uri", "named-graph-uri"].iter().any(|name| parameters.has(name));
    negotiate::wants_answer_as_html(headers) && !names_format_or_dataset
}

/// Lets a format that is named take the place of those that are accepted.
fn accept_named(parameters: &Parameters, headers: &mut HeaderMap) -> Result<(), Problem> {
    let Some(name) = parameters.one("as")? else { return Ok(()) };
    let media_type = negotiate::named(name).ok_or_else(|| {
        Problem::bad_request(format!("`{name}` is none of {}", negotiate::NAMES.map(|(name, _)| name).join(", ")))
    })?;
    headers.insert(header::ACCEPT, HeaderValue::from_static(media_type));
    Ok(())
}

fn from_url(parameters: &Parameters) -> Result<Wish, Problem> {
    if parameters.has("update") {
        return Err(Problem::bad_request("updates are sent by POST"));
    }
    match parameters.one("query")? {
        Some(query) => Ok(Wish::Query(query.to_owned())),
        None if parameters.are_only("as") => Ok(Wish::Description),
        None => Err(Problem::bad_request("the query is missing: give it as `query`")),
    }
}

async fn from_body(
    site: &Site,
    headers: &HeaderMap,
    incoming: Body,
    parameters: &mut Parameters,
) -> Result<Wish, Problem> {
    const TYPES: &str = "application/x-www-form-urlencoded, application/sparql-query or application/sparql-update";
    let (media_type, charset) = negotiate::media_type(headers)
        .ok_or_else(|| Problem::unsupported(format!("the request does not say its Content-Type: {TYPES}")))?;
    if charset.is_some_and(|charset| !["utf-8", "utf8", "us-ascii"].contains(&charset.as_str())) {
        return Err(Problem::unsupported("text has to be UTF-8"));
    }
    let known = ["application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"];
    if !known.contains(&media_type.as_str()) {
        return Err(Problem::unsupported(format!("`{media_type}` is none of {TYPES}")));
    }
    let text = body::text(site, incoming).await?;
    match media_type.as_str() {
        "application/sparql-query" => Ok(Wish::Query(text)),
        "application/sparql-update" => Ok(Wish::Update(text)),
        _ => {
            parameters.append(Parameters::parse(&text)?);
            from_form(parameters)
        }
    }
}

fn from_form(parameters: &Parameters) -> Result<Wish, Problem> {
    match (parameters.one("query")?, parameters.one("update")?) {
        (Some(query), None) => Ok(Wish::Query(query.to_owned())),
        (None, Some(update)) => Ok(Wish::Update(update.to_owned())),
        (None, None) => Err(Problem::bad_request("the form has neither `query` nor `update`")),
        (Some(_), Some(_)) => Err(Problem::bad_request("the form has both `query` and `update`")),
    }
}

async fn query(
    site: &Arc<Site>,
    sparql: String,
    parameters: &Parameters,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let dataset =
        Dataset { default: parameters.iris("default-graph-uri")?, named: parameters.iris("named-graph-uri")? };
    let question = Question { sparql, base: site.endpoint(&headers), dataset };
    let (offer, bytes) = running::run(site, move |site, stop| {
        let mut out = Limited::new(site.options.max_answer);
        let choose = |kind: AnswerKind| negotiate::for_answer(kind, &headers);
        let offer = site.store.ask(&question, stop, choose, &mut out)?;
        Ok((offer, out.bytes))
    })
    .await?;
    Ok(negotiated(&offer.content_type(), bytes))
}

/// A response in a format that was chosen by `Accept`.
pub(super) fn negotiated(content_type: &str, bytes: impl Into<Body>) -> Response {
    let mut response = Response::new(bytes.into());
    let content_type = HeaderValue::from_str(content_type).unwrap_or(HeaderValue::from_static("text/plain"));
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
    response
}

async fn update(
    site: &Arc<Site>,
    sparql: String,
    parameters: &Parameters,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    token::check(site.options.token.as_ref(), headers)?;
    let dataset =
        Dataset { default: parameters.iris("using-graph-uri")?, named: parameters.iris("using-named-graph-uri")? };
    let change = Change { sparql, base: site.endpoint(headers), dataset };
    running::run(site, move |site, stop| {
        site.store.update(&change, stop)?;
        site.has_changed();
        Ok(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
