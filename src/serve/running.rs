//! Work on the store, within limits: so many at a time, each for so long, each answer so large.

use super::Site;
use super::metrics::Metrics;
use super::problem::{Problem, TooLarge};
use crate::store::{CancellationToken, STACK};
use axum::http::{HeaderValue, StatusCode, header};
use std::io::{self, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// How long a query may wait for its turn before the server says that it is busy.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a query that was told to stop may take until it is left to itself. It keeps its turn until it ends.
const GRACE: Duration = Duration::from_millis(500);

/// How many may work at a time, and how long each.
pub(super) struct Turns {
    free: Arc<Semaphore>,
    limit: Duration,
}

impl Turns {
    pub(super) fn new(number: usize, limit: Duration) -> Self {
        Self { free: Arc::new(Semaphore::new(number)), limit }
    }

    async fn take(&self) -> Result<OwnedSemaphorePermit, Problem> {
        match tokio::time::timeout(PATIENCE, self.free.clone().acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) | Err(_) => Err(busy()),
        }
    }
}

fn busy() -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the server is busy with other queries: try again in a moment")
        .with(header::RETRY_AFTER, HeaderValue::from_static("5"))
}

/// Runs work in a thread of its own, with a stack for deep queries. It is told to stop when its time is over or nobody waits
/// for it any more, and its place is free again once it has.
pub(super) async fn run<R: Send + 'static>(
    site: &Arc<Site>,
    work: impl FnOnce(&Site, &CancellationToken) -> Result<R, Problem> + Send + 'static,
) -> Result<R, Problem> {
    let permit = site.turns.take().await.inspect_err(|_| site.metrics.count_refused())?;
    let token = CancellationToken::new();
    let stop = StopOnDrop(token.clone());
    let (sender, mut receiver) = oneshot::channel();
    let own = site.clone();
    let job = move || {
        let running = Running::start(&own.metrics);
        let result = work(&own, &token);
        drop((running, permit));
        // Nobody listens any more when the time is over.
        let _ = sender.send(result);
    };
    let spawned = std::thread::Builder::new().name("query".to_owned()).stack_size(STACK).spawn(job);
    spawned.map_err(Problem::internal)?;
    let mut result = tokio::time::timeout(site.turns.limit, &mut receiver).await;
    if result.is_err() {
        stop.0.cancel();
        result = tokio::time::timeout(GRACE, &mut receiver).await;
        site.metrics.count_stopped();
    }
    match result {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(Problem::internal("a query's thread ended without an answer")),
        Err(_) => Err(Problem::timeout()),
    }
}

/// Stops the work when the one who asked has gone, which drops the future that waits for it.
struct StopOnDrop(CancellationToken);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// Counts work while it runs, and how long it took.
struct Running<'a> {
    metrics: &'a Metrics,
    start: Instant,
}

impl<'a> Running<'a> {
    fn start(metrics: &'a Metrics) -> Self {
        metrics.begin();
        Self { metrics, start: Instant::now() }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.metrics.end(self.start.elapsed());
    }
}

/// Bytes that are kept up to a limit, beyond which writing fails with [`TooLarge`].
pub(super) struct Limited {
    pub bytes: Vec<u8>,
    limit: usize,
}

impl Limited {
    pub(super) fn new(limit: usize) -> Self {
        Self { bytes: Vec::new(), limit }
    }
}

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > self.limit {
            return Err(io::Error::other(TooLarge { limit: self.limit }));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_byte_beyond_the_limit() {
        let mut out = Limited::new(5);
        out.write_all(b"123").unwrap();
        assert!(out.write_all(b"456").unwrap_err().get_ref().unwrap().is::<TooLarge>());
        out.write_all(b"45").unwrap();
        assert_eq!(out.bytes, b"12345");
    }
}
