//! What a request gets that cannot be served: a status, and a sentence for the person who can mend it.

use crate::store::{ChangeError, QueryError, StoreError};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use oxigraph::sparql::{QueryEvaluationError, UpdateEvaluationError};
use std::fmt;

/// A status and a sentence, sent as plain text.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    detail: String,
    header: Option<(header::HeaderName, HeaderValue)>,
}

/// Sent when an answer grows beyond what is allowed.
#[derive(Debug)]
pub(super) struct TooLarge {
    pub limit: usize,
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the answer is larger than {} bytes, which is the limit here: ask for less, with LIMIT", self.limit)
    }
}

impl std::error::Error for TooLarge {}

impl Problem {
    pub(super) fn new(status: StatusCode, detail: impl fmt::Display) -> Self {
        Self { status, detail: detail.to_string(), header: None }
    }

    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    pub(super) fn detail(&self) -> &str {
        &self.detail
    }

    pub(super) fn bad_request(detail: impl fmt::Display) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    pub(super) fn not_found(detail: impl fmt::Display) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    pub(super) fn unsupported(detail: impl fmt::Display) -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail)
    }

    pub(super) fn not_acceptable(offers: &str) -> Self {
        Self::new(StatusCode::NOT_ACCEPTABLE, format!("none of the formats in `Accept` is one of ours: {offers}"))
    }

    /// Another method; `allow` are those that there are.
    pub(super) fn method(allow: &'static str) -> Self {
        let detail = format!("this can be asked with {allow} alone");
        Self::new(StatusCode::METHOD_NOT_ALLOWED, detail).with(header::ALLOW, HeaderValue::from_static(allow))
    }

    /// Something of ours went wrong. The log has the reason, the client only that it is not to blame.
    pub(super) fn internal(reason: impl fmt::Display) -> Self {
        tracing::error!("{reason}");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "the server failed; its log has the reason")
    }

    pub(super) fn with(mut self, name: header::HeaderName, value: HeaderValue) -> Self {
        self.header = Some((name, value));
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, format!("{}\n", self.detail)).into_response();
        response.headers_mut().extend(self.header);
        response
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        match &error {
            QueryError::Syntax(e) => Self::bad_request(format!("the query is not SPARQL: {}", placed(&e.to_string()))),
            QueryError::Update => {
                Self::bad_request("this is an update: send it as `update` of a form, or as application/sparql-update")
            }
            QueryError::Variable(_) => Self::bad_request(error),
            QueryError::Service => Self::new(StatusCode::FORBIDDEN, error),
            QueryError::Stopped | QueryError::Timeout(_) => Self::timeout(),
            QueryError::Format => {
                Self::not_acceptable("JSON, XML, CSV, TSV for results; Turtle and other forms of RDF for graphs")
            }
            QueryError::Write(e) if e.get_ref().is_some_and(|e| e.is::<TooLarge>()) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, e)
            }
            QueryError::Evaluation(
                e @ (QueryEvaluationError::UnsupportedCustomFunction(_)
                | QueryEvaluationError::UnsupportedCustomFunctionArity { .. }),
            ) => Self::new(StatusCode::NOT_IMPLEMENTED, e),
            QueryError::Write(_) | QueryError::Evaluation(_) | QueryError::Thread(_) | QueryError::Store(_) => {
                Self::internal(error)
            }
        }
    }
}

impl Problem {
    pub(super) fn short_of_memory() -> Self {
        let detail = "the server ran short of memory, and this was the query that ran for longest: ask for less";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, detail)
    }

    pub(super) fn timeout() -> Self {
        Self::new(StatusCode::GATEWAY_TIMEOUT, "there was no answer within the time that is allowed here: ask for less")
    }
}

impl From<ChangeError> for Problem {
    fn from(error: ChangeError) -> Self {
        match &error {
            ChangeError::Syntax(e) => {
                Self::bad_request(format!("the update is not SPARQL: {}", placed(&e.to_string())))
            }
            ChangeError::TwoDatasets => Self::bad_request(error),
            ChangeError::Evaluation(
                UpdateEvaluationError::GraphAlreadyExists(_) | UpdateEvaluationError::GraphDoesNotExist(_),
            ) => Self::new(StatusCode::CONFLICT, error),
            ChangeError::Evaluation(UpdateEvaluationError::Storage(_)) => Self::internal(error),
            ChangeError::Evaluation(_) => Self::bad_request(error),
            ChangeError::Outside => Self::new(StatusCode::FORBIDDEN, error),
            ChangeError::Stopped => Self::timeout(),
            ChangeError::Store(_) => Self::internal(error),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::internal(error)
    }
}

/// `error at 2:11: expected …`, as the parser says it, with words for the numbers.
fn placed(message: &str) -> String {
    let place = message.strip_prefix("error at ").and_then(|rest| rest.split_once(": "));
    match place.and_then(|(place, expected)| Some((place.split_once(':')?, expected))) {
        Some(((line, column), expected)) => format!("line {line}, column {column}: {expected}"),
        None => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::placed;

    #[test]
    fn places_have_words() {
        assert_eq!(placed("error at 2:11: expected \":\""), "line 2, column 11: expected \":\"");
        assert_eq!(placed("error at the end"), "error at the end");
        assert_eq!(placed("the blank node _:a: no"), "the blank node _:a: no");
    }
}
