//! Work on the store, within limits: so many at a time, each for so long, each answer so large.

use super::Site;
use super::problem::{Problem, TooLarge};
use super::threads::Threads;
use crate::store::Stop;
use axum::http::{HeaderValue, StatusCode, header};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// How long a query may wait for its turn before the server says that it is busy.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a query that was told to stop may take until it is left to itself.
const GRACE: Duration = Duration::from_millis(500);

/// How long a query of which nobody wants to know any more may take until it is forced to stop. Long, since one that is forced
/// before it has found a first row reads everything to its end: only rows look whether it was told to stop.
const FAREWELL: Duration = Duration::from_secs(2);

/// How often the memory of the process is looked at.
const GLANCE: Duration = Duration::from_millis(100);

/// How many may work at a time, how long each, and who works now.
pub(super) struct Turns {
    free: Arc<Semaphore>,
    /// How many may be on their way to an end, besides, when nobody waits for what they find.
    leaving: Arc<Semaphore>,
    limit: Duration,
    /// By when they began.
    working: Mutex<BTreeMap<u64, Arc<Work>>>,
    begun: AtomicU64,
    threads: Threads,
}

/// Something that runs, and can be stopped.
#[derive(Default)]
struct Work {
    stop: Stop,
    /// Whether it was stopped since there was not enough memory.
    takes_too_much: AtomicBool,
}

impl Turns {
    pub(super) fn new(number: usize, limit: Duration) -> Self {
        let [free, leaving] = [number, number].map(|n| Arc::new(Semaphore::new(n)));
        Self { free, leaving, limit, working: Mutex::default(), begun: AtomicU64::new(0), threads: Threads::default() }
    }

    fn working(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Work>>> {
        self.working.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stops what has run for longest: it is asked to end the first time, and forced to the second.
    fn stop_oldest(&self) {
        if let Some(work) = self.working().values().find(|w| !w.stop.is_forced()) {
            work.takes_too_much.store(true, Ordering::SeqCst);
            if work.stop.is_asked() { work.stop.force() } else { work.stop.ask() }
        }
    }

    /// Waits for a turn, which ends when what is returned is dropped.
    pub(super) async fn take(&self) -> Result<OwnedSemaphorePermit, Problem> {
        match tokio::time::timeout(PATIENCE, self.free.clone().acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) | Err(_) => Err(busy()),
        }
    }

    /// Frees the turn of work that was told to stop, though it has not ended yet, unless too much of that goes on already.
    fn leave(&self, turn: &Mutex<OwnedSemaphorePermit>) {
        if let Ok(place) = self.leaving.clone().try_acquire_owned() {
            *turn.lock().unwrap_or_else(PoisonError::into_inner) = place;
        }
    }
}

fn busy() -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the server is busy with other queries: try again in a moment")
        .with(header::RETRY_AFTER, HeaderValue::from_static("5"))
}

/// Runs work in a thread that does nothing else meanwhile, with a stack for deep queries. It is told to stop when its time is over or nobody waits
/// for it any more, and its turn is free again once it has, or nobody waits for it.
pub(super) async fn run<R: Send + 'static>(
    site: &Arc<Site>,
    work: impl FnOnce(&Site, &Stop) -> Result<R, Problem> + Send + 'static,
) -> Result<R, Problem> {
    let turn = site.turns.take().await.inspect_err(|_| site.metrics.count_refused())?;
    let turn = Arc::new(Mutex::new(turn));
    let working = Working::begin(site);
    let (own, held) = (working.clone(), turn.clone());
    let mut unfinished = Unfinished { site, turn, stop: Some(working.work.stop.clone()) };
    let (sender, mut receiver) = oneshot::channel();
    let job = move || {
        let result = work(&own.site, &own.work.stop);
        drop((own, held));
        // Nobody listens any more when the time is over.
        let _ = sender.send(result);
    };
    site.turns.threads.run(job).map_err(Problem::internal)?;
    let mut result = tokio::time::timeout(site.turns.limit, &mut receiver).await;
    if result.is_err() {
        site.metrics.count_stopped();
        working.work.stop.ask();
        result = tokio::time::timeout(GRACE / 2, &mut receiver).await;
        if result.is_err() {
            working.work.stop.force();
            result = tokio::time::timeout(GRACE / 2, &mut receiver).await;
        }
    }
    if result.is_ok() {
        unfinished.stop = None;
    }
    match result {
        _ if working.work.takes_too_much.load(Ordering::SeqCst) => Err(Problem::short_of_memory()),
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(Problem::internal("a query's thread ended without an answer")),
        Err(_) => Err(Problem::timeout()),
    }
}

/// Stops the work and frees its turn when nobody waits for it any more: its time is over, or the one who asked has gone, which drops
/// the future that waits for it.
struct Unfinished<'a> {
    site: &'a Site,
    turn: Arc<Mutex<OwnedSemaphorePermit>>,
    /// None once the work has ended.
    stop: Option<Stop>,
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        let Some(stop) = self.stop.take() else { return };
        stop.ask();
        self.site.turns.leave(&self.turn);
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(async move {
                tokio::time::sleep(FAREWELL).await;
                stop.force();
            })),
            Err(_) => stop.force(),
        }
    }
}

/// Work on its way, known to all and counted until every copy has gone: the thread's, and that of whoever waits for it.
#[derive(Clone)]
struct Working {
    site: Arc<Site>,
    work: Arc<Work>,
    /// Leaves the list when the thread is done.
    _entry: Arc<Entry>,
}

struct Entry {
    site: Arc<Site>,
    number: u64,
    start: Instant,
}

impl Working {
    fn begin(site: &Arc<Site>) -> Self {
        let (work, number) = (Arc::<Work>::default(), site.turns.begun.fetch_add(1, Ordering::SeqCst));
        site.turns.working().insert(number, work.clone());
        site.metrics.begin();
        Self { site: site.clone(), work, _entry: Arc::new(Entry { site: site.clone(), number, start: Instant::now() }) }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.site.turns.working().remove(&self.number);
        self.site.metrics.end(self.start.elapsed());
    }
}

/// Stops queries while the process takes more memory than it may, and goes on to take more. Ends where the system does not tell
/// how much that is.
pub(super) async fn guard_memory(site: Arc<Site>, limit: u64) {
    let mut before = 0;
    while let Some(now) = resident() {
        if now > limit && now > before {
            tracing::warn!("{} MiB of memory are taken: the query that runs for longest is stopped", now >> 20);
            site.turns.stop_oldest();
        }
        before = now;
        tokio::time::sleep(GLANCE).await;
    }
}

/// Bytes of memory that the process has.
fn resident() -> Option<u64> {
    kilobytes("/proc/self/status", "VmRSS:")
}

/// How much memory there is to be had, besides what the process has already.
pub(super) fn usual_memory() -> Option<u64> {
    Some(resident()? + kilobytes("/proc/meminfo", "MemAvailable:")? / 4 * 3)
}

/// The value of a line of a file that the system makes, such as `VmRSS:   1234 kB`.
fn kilobytes(file: &str, name: &str) -> Option<u64> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|l| l.strip_prefix(name))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
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
