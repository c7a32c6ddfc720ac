//! Bodies of requests: so large at most, and within so long.

use super::Site;
use super::problem::Problem;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::StatusCode;
use std::error::Error;
use std::time::Duration;

/// How long a client may take to send a body.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// All of a body.
pub(super) async fn bytes(site: &Site, body: Body) -> Result<Bytes, Problem> {
    let limit = site.options.max_body;
    match tokio::time::timeout(PATIENCE, to_bytes(body, limit)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) if is_too_large(&error) => Err(too_large(limit)),
        Ok(Err(error)) => Err(Problem::bad_request(format!("the body broke off: {error}"))),
        Err(_) => Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "the body did not arrive in time")),
    }
}

/// All of a body that has to be UTF-8.
pub(super) async fn text(site: &Site, body: Body) -> Result<String, Problem> {
    let bytes = bytes(site, body).await?;
    String::from_utf8(bytes.into()).map_err(|e| {
        let place = e.utf8_error().valid_up_to();
        Problem::bad_request(format!("the body is not UTF-8: byte {place} does not belong there"))
    })
}

pub(super) fn too_large(limit: usize) -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        format!("the body is larger than {limit} bytes, which is the limit here"),
    )
}

fn is_too_large(error: &axum::Error) -> bool {
    error.source().is_some_and(|e| e.to_string().contains("length limit exceeded"))
}
