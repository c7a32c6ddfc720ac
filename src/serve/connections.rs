//! Connections: so many at a time, and none that does nothing for long.

use super::Site;
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{Instant, Sleep, sleep};

/// How long the head of a request may take, from the end of the request before.
const HEAD: Duration = Duration::from_secs(30);
/// Bytes of a head, and so of a query in a URL.
const LARGEST_HEAD: usize = 256 << 10;
/// How long a reader may take for [`PACE`] bytes.
const WINDOW: Duration = Duration::from_secs(30);
const PACE: usize = 32 << 10;
/// How long requests may go on after the server was told to stop.
const FAREWELL: Duration = Duration::from_secs(10);

/// Accepts and serves connections until `stop`.
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    site: &Arc<Site>,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let graceful = GracefulShutdown::new();
    let slots = Arc::new(Semaphore::new(site.options.max_connections));
    let mut stop = pin!(stop);
    loop {
        let Ok(slot) = slots.clone().acquire_owned().await else { break };
        let stream = tokio::select! {
            stream = accept(&listener) => stream,
            () = &mut stop => break,
        };
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .max_buf_size(LARGEST_HEAD)
            .serve_connection(TokioIo::new(Paced::new(stream)), TowerToHyperService::new(router.clone()));
        let connection = graceful.watch(connection);
        let site = site.clone();
        tokio::spawn(async move {
            site.metrics.connection(1);
            if let Err(error) = connection.await {
                tracing::debug!("a connection broke: {error}");
            }
            site.metrics.connection(-1);
            drop(slot);
        });
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => (),
        () = sleep(FAREWELL) => tracing::warn!("requests that took too long were cut off"),
    }
    Ok(())
}

/// The next connection. Failures pass: too many open files, or a client that has gone already.
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(error) => {
                tracing::warn!("cannot accept a connection: {error}");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// A stream that fails when the other side reads too slowly.
struct Paced {
    stream: TcpStream,
    /// Set while the other side does not read.
    window: Option<Pin<Box<Sleep>>>,
    /// Bytes written in the window.
    written: usize,
}

impl Paced {
    fn new(stream: TcpStream) -> Self {
        // Answers go out at once; that it cannot be had is no reason not to serve.
        let _ = stream.set_nodelay(true);
        Self { stream, window: None, written: 0 }
    }

    fn paced(&mut self, context: &mut Context<'_>, poll: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match poll {
            Poll::Ready(result) => {
                self.written += *result.as_ref().unwrap_or(&0);
                if self.window.as_ref().is_some_and(|w| w.is_elapsed()) {
                    self.window = None;
                }
                Poll::Ready(result)
            }
            Poll::Pending => self.wait(context),
        }
    }

    fn wait(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        loop {
            let written = &mut self.written;
            let window = self.window.get_or_insert_with(|| {
                *written = 0;
                Box::pin(sleep(WINDOW))
            });
            if window.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            if self.written < PACE {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            self.written = 0;
            window.as_mut().reset(Instant::now() + WINDOW);
        }
    }
}

impl AsyncRead for Paced {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Paced {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let poll = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.paced(context, poll)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let poll = Pin::new(&mut this.stream).poll_write_vectored(context, parts);
        this.paced(context, poll)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}
