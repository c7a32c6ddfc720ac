//! Numbers about what the server does, in the text format of Prometheus.

use std::fmt::Write;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// Upper bounds of the histogram of times, in milliseconds.
const BOUNDS: [u64; 12] = [1, 2, 5, 10, 25, 50, 100, 250, 1_000, 5_000, 10_000, 30_000];
/// Statuses are counted by their first digit.
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// Counters that everything adds to.
#[derive(Default)]
pub(super) struct Metrics {
    responses: [AtomicU64; CLASSES.len()],
    /// By bound, and one for what took longer.
    times: [AtomicU64; BOUNDS.len() + 1],
    microseconds: AtomicU64,
    running: AtomicI64,
    stopped: AtomicU64,
    refused: AtomicU64,
    connections: AtomicI64,
}

impl Metrics {
    pub(super) fn count_response(&self, status: u16) {
        if let Some(count) = self.responses.get((usize::from(status) / 100).wrapping_sub(1)) {
            count.fetch_add(1, Relaxed);
        }
    }

    /// A query or update begins to run.
    pub(super) fn begin(&self) {
        self.running.fetch_add(1, Relaxed);
    }

    /// It ends, after so long.
    pub(super) fn end(&self, took: Duration) {
        self.running.fetch_sub(1, Relaxed);
        let slot = BOUNDS.iter().position(|bound| took.as_millis() < u128::from(*bound)).unwrap_or(BOUNDS.len());
        self.times[slot].fetch_add(1, Relaxed);
        self.microseconds.fetch_add(took.as_micros() as u64, Relaxed);
    }

    pub(super) fn count_stopped(&self) {
        self.stopped.fetch_add(1, Relaxed);
    }

    pub(super) fn count_refused(&self) {
        self.refused.fetch_add(1, Relaxed);
    }

    pub(super) fn connection(&self, change: i64) {
        self.connections.fetch_add(change, Relaxed);
    }

    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        let mut number = |name: &str, kind: &str, help: &str, value: i64| {
            let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n");
        };
        number("entente_queries_running", "gauge", "Queries and updates that run now.", self.running.load(Relaxed));
        number("entente_connections", "gauge", "Connections that are open now.", self.connections.load(Relaxed));
        let (stopped, refused) = (self.stopped.load(Relaxed) as i64, self.refused.load(Relaxed) as i64);
        number("entente_queries_stopped_total", "counter", "Queries that ran out of time.", stopped);
        number("entente_queries_refused_total", "counter", "Queries that found no turn.", refused);
        self.write_responses(&mut text);
        self.write_times(&mut text);
        text
    }

    fn write_responses(&self, text: &mut String) {
        let name = "entente_responses_total";
        let _ = write!(text, "# HELP {name} Responses by class of status.\n# TYPE {name} counter\n");
        for (class, count) in CLASSES.iter().zip(&self.responses) {
            let _ = writeln!(text, "{name}{{class=\"{class}\"}} {}", count.load(Relaxed));
        }
    }

    fn write_times(&self, text: &mut String) {
        let name = "entente_query_seconds";
        let _ = write!(text, "# HELP {name} Time that queries and updates ran.\n# TYPE {name} histogram\n");
        let mut total = 0;
        let bounds = BOUNDS.iter().map(|ms| (*ms as f64 / 1000.0).to_string()).chain(["+Inf".to_owned()]);
        for (bound, count) in bounds.zip(&self.times) {
            total += count.load(Relaxed);
            let _ = writeln!(text, "{name}_bucket{{le=\"{bound}\"}} {total}");
        }
        let seconds = self.microseconds.load(Relaxed) as f64 / 1e6;
        let _ = write!(text, "{name}_sum {seconds}\n{name}_count {total}\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_is_in_the_text() {
        let metrics = Metrics::default();
        for (status, ms) in [(200, 3), (204, 30), (404, 0), (504, 40_000)] {
            metrics.count_response(status);
            metrics.begin();
            metrics.end(Duration::from_millis(ms));
        }
        metrics.count_response(99);
        metrics.begin();
        let text = metrics.text();
        for line in [
            "entente_queries_running 1",
            "entente_responses_total{class=\"2xx\"} 2",
            "entente_responses_total{class=\"5xx\"} 1",
            "entente_query_seconds_bucket{le=\"0.001\"} 1",
            "entente_query_seconds_bucket{le=\"0.005\"} 2",
            "entente_query_seconds_bucket{le=\"30\"} 3",
            "entente_query_seconds_bucket{le=\"+Inf\"} 4",
            "entente_query_seconds_count 4",
            "entente_query_seconds_sum 40.033",
        ] {
            assert!(text.lines().any(|l| l == line), "{line}\n{text}");
        }
    }
}
