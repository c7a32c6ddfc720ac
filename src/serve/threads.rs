//! Threads with room for deep queries, kept for the next query when they have done one: a new one costs as much as a small query.

use crate::store::STACK;
use std::io;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Threads that may wait for work.
const MOST_IDLE: usize = 16;

type Work = Box<dyn FnOnce() + Send>;

/// Work for a thread, and the way to send it more, which it gives back when it has done this.
struct Order(Work, Sender<Order>);

type Idle = Mutex<Vec<Sender<Order>>>;

/// Threads end when this is dropped and they have done their work.
#[derive(Default)]
pub(super) struct Threads(Arc<Idle>);

impl Threads {
    /// Does work in a thread that has nothing else to do, or in a new one.
    pub(super) fn run(&self, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let idle = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let (order, receiver) = match idle {
            Some(thread) => match thread.send(Order(Box::new(work), thread.clone())) {
                Ok(()) => return Ok(()),
                Err(mpsc::SendError(Order(work, _))) => first(work),
            },
            None => first(Box::new(work)),
        };
        let idle = Arc::downgrade(&self.0);
        let work = move || serve(order, &receiver, &idle);
        std::thread::Builder::new().name("query".to_owned()).stack_size(STACK).spawn(work).map(drop)
    }
}

fn first(work: Work) -> (Order, mpsc::Receiver<Order>) {
    let (sender, receiver) = mpsc::channel();
    (Order(work, sender), receiver)
}

fn serve(mut order: Order, receiver: &mpsc::Receiver<Order>, idle: &Weak<Idle>) {
    loop {
        let Order(work, sender) = order;
        work();
        {
            let Some(idle) = idle.upgrade() else { return };
            let mut idle = idle.lock().unwrap_or_else(PoisonError::into_inner);
            if idle.len() >= MOST_IDLE {
                return;
            }
            idle.push(sender);
        }
        let Ok(next) = receiver.recv() else { return };
        order = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::thread::{self, ThreadId};
    use std::time::Duration;

    fn thread_of_work(threads: &Threads) -> ThreadId {
        let (sender, receiver) = mpsc::channel();
        threads.run(move || sender.send(thread::current().id()).unwrap()).unwrap();
        receiver.recv().unwrap()
    }

    #[test]
    fn a_thread_is_used_again() {
        let threads = Threads::default();
        let used: HashSet<_> = (0..20)
            .map(|_| {
                thread::sleep(Duration::from_millis(5));
                thread_of_work(&threads)
            })
            .collect();
        assert!(used.len() < 10, "{used:?}");
    }

    #[test]
    fn work_that_panics_costs_a_thread_and_no_more() {
        let threads = Threads::default();
        thread_of_work(&threads);
        thread::sleep(Duration::from_millis(20));
        threads.run(|| std::panic::resume_unwind(Box::new("a test"))).unwrap();
        thread::sleep(Duration::from_millis(20));
        thread_of_work(&threads);
    }

    #[test]
    fn threads_end_with_what_they_belong_to() {
        let threads = Threads::default();
        let guard = Arc::new(());
        let kept = guard.clone();
        threads
            .run(move || {
                thread::sleep(Duration::from_millis(20));
                drop(kept);
            })
            .unwrap();
        let idle = Arc::downgrade(&threads.0);
        drop(threads);
        thread::sleep(Duration::from_millis(200));
        assert_eq!((Arc::strong_count(&guard), idle.strong_count()), (1, 0));
    }
}
