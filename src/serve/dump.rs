//! Everything in a file, as `entente export` writes it. It is sent while it is written, whatever its size.

use super::Site;
use super::negotiate::content_type;
use super::problem::Problem;
use crate::export::{ExportFormat, Scope, export};
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use hyper::body::{Body as HttpBody, Frame};
use std::io::{self, BufWriter, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::sync::mpsc;

/// Bytes that are sent at a time, and how many such pieces may wait for the client.
const PIECE: usize = 64 << 10;
const PIECES: usize = 8;

/// Where the dumps are.
pub(super) const PATHS: [&str; 6] = ["/dump.nq", "/dump.trig", "/dump.jsonld", "/dump.ttl", "/dump.nt", "/dump.rdf"];

fn format(path: &str) -> Option<(ExportFormat, &'static str)> {
    Some(match path {
        "/dump.nq" => (ExportFormat::NQuads, "application/n-quads"),
        "/dump.trig" => (ExportFormat::TriG, "application/trig"),
        "/dump.jsonld" => (ExportFormat::JsonLd, "application/ld+json"),
        "/dump.ttl" => (ExportFormat::Turtle, "text/turtle"),
        "/dump.nt" => (ExportFormat::NTriples, "application/n-triples"),
        "/dump.rdf" => (ExportFormat::RdfXml, "application/rdf+xml"),
        _ => return None,
    })
}

pub(super) async fn dump(
    State(site): State<Arc<Site>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (format, media_type) = format(uri.path()).ok_or_else(super::nothing_here)?;
    let tag = format!("W/\"{}-{}\"", site.version(), format.as_str());
    let mut response = if is_known(&headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else if method == Method::HEAD {
        ().into_response()
    } else {
        Body::new(written(&site, format).await?).into_response()
    };
    let value = |text: &str| HeaderValue::from_str(text).map_err(Problem::internal);
    response.headers_mut().insert(header::ETAG, value(&tag)?);
    response.headers_mut().insert(header::CONTENT_TYPE, value(&content_type(media_type))?);
    Ok(response)
}

/// Whether the client has what it asks for already.
pub(super) fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|v| v.to_str().ok());
    known.flat_map(|v| v.split(',')).any(|known| [tag, "*"].contains(&known.trim()))
}

/// Writes in the background, for as long as the client reads. An error breaks the body off, which the client notices.
async fn written(site: &Arc<Site>, format: ExportFormat) -> Result<Pieces, Problem> {
    let turn = site.turns.take().await?;
    let (sender, receiver) = mpsc::channel(PIECES);
    let site = site.clone();
    tokio::task::spawn_blocking(move || {
        let mut out = BufWriter::with_capacity(PIECE, Sender(sender.clone()));
        let exported = export(&site.store, format, &Scope::of(format), &mut out);
        // What is left in there comes before the error, or belongs to nobody.
        drop(out);
        if let Err(reason) = exported {
            tracing::warn!("a dump broke off: {reason}");
            let _ = sender.blocking_send(Err(io::Error::other(reason.to_string())));
        }
        drop(turn);
    });
    Ok(Pieces(receiver))
}

/// Sends what is written, and waits for the client if that is slow.
struct Sender(mpsc::Sender<io::Result<Bytes>>);

impl Write for Sender {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes)));
        sent.map(|()| bytes.len()).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A body of what was sent.
struct Pieces(mpsc::Receiver<io::Result<Bytes>>);

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|bytes| bytes.map(Frame::data)))
    }
}
