//! Everything in a file, as `entente export` writes it. It is sent while it is written, whatever its size.

use super::Site;
use super::negotiate::content_type;
use super::problem::Problem;
use crate::export::{ExportError, ExportFormat, Scope, export};
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

/// A file with everything, or with the record alone where its format holds one graph.
pub(super) struct Dump {
    pub path: &'static str,
    pub title: &'static str,
    pub media_type: &'static str,
    /// Whether it is compressed with Zstandard.
    pub is_packed: bool,
    format: ExportFormat,
}

impl Dump {
    const fn new(path: &'static str, title: &'static str, media_type: &'static str, format: ExportFormat) -> Self {
        Self { path, title, media_type, is_packed: false, format }
    }

    pub(super) fn holds_everything(&self) -> bool {
        matches!(Scope::of(self.format), Scope::All)
    }

    fn content_type(&self) -> String {
        if self.is_packed { PACKED.to_owned() } else { content_type(self.media_type) }
    }
}

/// Media type of a packed dump.
pub(super) const PACKED: &str = "application/zstd";

pub(super) static DUMPS: [Dump; 7] = [
    Dump {
        is_packed: true,
        ..Dump::new("/dump.nq.zst", "Everything, packed", "application/n-quads", ExportFormat::NQuads)
    },
    Dump::new("/dump.nq", "Everything", "application/n-quads", ExportFormat::NQuads),
    Dump::new("/dump.trig", "Everything, to read", "application/trig", ExportFormat::TriG),
    Dump::new("/dump.jsonld", "Everything, as JSON-LD", "application/ld+json", ExportFormat::JsonLd),
    Dump::new("/dump.ttl", "The record, to read", "text/turtle", ExportFormat::Turtle),
    Dump::new("/dump.nt", "The record, a triple a line", "application/n-triples", ExportFormat::NTriples),
    Dump::new("/dump.rdf", "The record, as RDF/XML", "application/rdf+xml", ExportFormat::RdfXml),
];

pub(super) async fn dump(
    State(site): State<Arc<Site>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let dump = DUMPS.iter().find(|dump| dump.path == uri.path()).ok_or_else(super::nothing_here)?;
    let tag = format!("W/\"{}{}\"", site.version(), dump.path);
    let mut response = if is_known(&headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else if method == Method::HEAD {
        ().into_response()
    } else {
        Body::new(written(&site, dump).await?).into_response()
    };
    let value = |text: &str| HeaderValue::from_str(text).map_err(Problem::internal);
    response.headers_mut().insert(header::ETAG, value(&tag)?);
    response.headers_mut().insert(header::CONTENT_TYPE, value(&dump.content_type())?);
    Ok(response)
}

/// Whether the client has what it asks for already.
pub(super) fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|v| v.to_str().ok());
    known.flat_map(|v| v.split(',')).any(|known| [tag, "*"].contains(&known.trim()))
}

/// Writes in the background, for as long as the client reads. An error breaks the body off, which the client notices.
///
/// Dumps have turns of their own, since a client that reads slowly keeps one for long.
async fn written(site: &Arc<Site>, dump: &'static Dump) -> Result<Pieces, Problem> {
    let turn = site.dumps.take().await.inspect_err(|_| site.metrics.count_refused())?;
    let (sender, receiver) = mpsc::channel(PIECES);
    let site = site.clone();
    tokio::task::spawn_blocking(move || {
        let out = BufWriter::with_capacity(PIECE, Sender(sender.clone()));
        if let Err(reason) = write(&site, dump, out) {
            tracing::warn!("a dump broke off: {reason}");
            let _ = sender.blocking_send(Err(io::Error::other(reason.to_string())));
        }
        drop(turn);
    });
    Ok(Pieces(receiver))
}

/// What is left in `out` when this ends comes before the error, or belongs to nobody.
fn write(site: &Site, dump: &Dump, mut out: BufWriter<Sender>) -> Result<(), ExportError> {
    let scope = Scope::of(dump.format);
    if dump.is_packed {
        let mut packed = zstd::Encoder::new(out, zstd::DEFAULT_COMPRESSION_LEVEL)?;
        packed.include_checksum(true)?;
        export(&site.store, dump.format, &scope, &mut packed)?;
        packed.finish()?.flush()?;
    } else {
        export(&site.store, dump.format, &scope, &mut out)?;
        out.flush()?;
    }
    Ok(())
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
