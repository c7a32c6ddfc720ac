//! Work on several threads whose results come in the order of the inputs.
//!
//! One thread reads, several work, the caller takes. A count of inputs that were read and whose results were not yet taken
//! bounds the memory: when it is full, reading waits. The threads are not joined when the caller stops early, because
//! the reading one may wait for standard input for ever; each ends at its next step, or with the process.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// A wish to end, made by one thread and seen by others.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Asks to end after what is in hand.
    pub fn ask(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// Inputs that may be under way for each thread: enough to bridge an input that takes as long as several others.
const PER_THREAD: usize = 8;

/// How often a caller that waits looks whether it should stop.
const GLANCE: Duration = Duration::from_millis(50);

/// Applies `work` to all inputs on `threads` threads, at least one.
///
/// A panic in `work` or in the inputs is passed on to the caller, at the place of the result that it cost.
pub(super) fn in_order<T: Send + 'static, R: Send + 'static>(
    inputs: impl Iterator<Item = T> + Send + 'static,
    work: impl Fn(T) -> R + Send + Sync + 'static,
    threads: usize,
    stop: Stop,
) -> Ordered<R> {
    let threads = threads.max(1);
    let room = Arc::new(Room::new(threads * PER_THREAD));
    let (give_job, jobs) = sync_channel(threads);
    let (give_result, results) = channel();
    let (jobs, work) = (Arc::new(Mutex::new(jobs)), Arc::new(work));
    for _ in 0..threads {
        let (jobs, work, give_result) = (jobs.clone(), work.clone(), give_result.clone());
        thread::spawn(move || run_jobs(&jobs, &*work, &give_result));
    }
    let reading = Reading { room: room.clone(), give_job, give_result };
    thread::spawn(move || reading.run(inputs));
    Ordered { results, early: BTreeMap::new(), next: 0, room, stop }
}

/// The results, in order.
pub(super) struct Ordered<R> {
    results: Receiver<(usize, thread::Result<R>)>,
    /// Results that came before their turn.
    early: BTreeMap<usize, thread::Result<R>>,
    next: usize,
    room: Arc<Room>,
    stop: Stop,
}

impl<R> Iterator for Ordered<R> {
    type Item = R;

    fn next(&mut self) -> Option<R> {
        while !self.stop.is_asked() {
            if let Some(result) = self.early.remove(&self.next) {
                self.next += 1;
                self.room.leave();
                return Some(result.unwrap_or_else(|panic| resume_unwind(panic)));
            }
            match self.results.recv_timeout(GLANCE) {
                Ok((turn, result)) => {
                    self.early.insert(turn, result);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
        None
    }
}

impl<R> Drop for Ordered<R> {
    fn drop(&mut self) {
        self.room.close();
    }
}

struct Reading<T, R> {
    room: Arc<Room>,
    give_job: SyncSender<(usize, T)>,
    give_result: Sender<(usize, thread::Result<R>)>,
}

impl<T, R> Reading<T, R> {
    fn run(self, mut inputs: impl Iterator<Item = T>) {
        for turn in 0.. {
            if !self.room.enter() {
                return;
            }
            match catch_unwind(AssertUnwindSafe(|| inputs.next())) {
                Ok(Some(input)) => {
                    if self.give_job.send((turn, input)).is_err() {
                        return;
                    }
                }
                Ok(None) => return,
                Err(panic) => {
                    // Nobody is left to hear it when the caller has gone.
                    let _ = self.give_result.send((turn, Err(panic)));
                    return;
                }
            }
        }
    }
}

fn run_jobs<T, R>(
    jobs: &Mutex<Receiver<(usize, T)>>,
    work: &impl Fn(T) -> R,
    give_result: &Sender<(usize, thread::Result<R>)>,
) {
    loop {
        // Receiving cannot panic, so the lock is never poisoned in a way that matters.
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((turn, input)) = job else { return };
        let result = catch_unwind(AssertUnwindSafe(|| work(input)));
        if give_result.send((turn, result)).is_err() {
            return;
        }
    }
}

/// Counts the inputs under way.
struct Room {
    /// Free places; none when the room is closed.
    free: Mutex<Option<usize>>,
    changed: Condvar,
}

impl Room {
    fn new(places: usize) -> Self {
        Self { free: Mutex::new(Some(places)), changed: Condvar::new() }
    }

    /// Waits for a free place and takes it; false when the room was closed.
    fn enter(&self) -> bool {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = self.changed.wait_while(free, |f| *f == Some(0)).unwrap_or_else(PoisonError::into_inner);
        *free = free.map(|places| places - 1);
        free.is_some()
    }

    fn leave(&self) {
        self.change(|free| free.map(|places| places + 1));
    }

    fn close(&self) {
        self.change(|_| None);
    }

    fn change(&self, change: impl FnOnce(Option<usize>) -> Option<usize>) {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        *free = change(*free);
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    #[test]
    fn results_come_in_order_though_work_ends_in_another() {
        let work = |n: u64| {
            thread::sleep(Duration::from_micros(if n.is_multiple_of(7) { 3000 } else { 10 }));
            n * n
        };
        let got: Vec<u64> = in_order(0..500, work, 3, Stop::default()).collect();
        assert_eq!(got, (0..500).map(|n| n * n).collect::<Vec<_>>());
    }

    #[test]
    fn reading_waits_for_the_results_to_be_taken() {
        let read = Arc::new(AtomicUsize::new(0));
        let counter = read.clone();
        let inputs = (0..10_000).inspect(move |_| {
            counter.fetch_add(1, Ordering::SeqCst);
        });
        let mut results = in_order(inputs, |n| n, 2, Stop::default());
        assert_eq!((results.next(), results.next()), (Some(0), Some(1)));
        thread::sleep(Duration::from_millis(100));
        assert!(read.load(Ordering::SeqCst) <= 2 + 2 * PER_THREAD, "{read:?} inputs were read for two results");
    }

    #[test]
    fn stop_ends_the_results_even_when_the_inputs_never_come() {
        let stop = Stop::default();
        let inputs = std::iter::from_fn(|| -> Option<u8> {
            thread::sleep(Duration::from_secs(3600));
            None
        });
        let mut results = in_order(inputs, |n| n, 1, stop.clone());
        stop.ask();
        assert_eq!(results.next(), None);
    }

    #[test]
    fn a_panic_reaches_the_caller() {
        let work = |n: u8| if n == 2 { panic!("two") } else { n };
        let mut results = in_order(0..4, work, 2, Stop::default());
        assert_eq!((results.next(), results.next()), (Some(0), Some(1)));
        assert!(catch_unwind(AssertUnwindSafe(|| results.next())).is_err());
        assert_eq!(results.next(), Some(3));
    }
}
