//! What goes to standard error: messages, and a progress bar when that is a terminal.

use crate::text::grouped;
use indicatif::{ProgressBar, ProgressStyle};
use std::cell::RefCell;
use std::io::{self, IsTerminal, Write};
use std::time::Instant;

/// Standard error.
pub(super) struct Console {
    colour: bool,
    bar: RefCell<Option<ProgressBar>>,
}

const RED: &str = "\x1b[1;31m";
const YELLOW: &str = "\x1b[1;33m";
const PLAIN: &str = "\x1b[0m";

impl Console {
    pub(super) fn new() -> Self {
        Self { colour: wants_colour(io::stderr().is_terminal()), bar: RefCell::default() }
    }

    pub(super) fn error(&self, message: &str) {
        self.labelled("error", RED, message);
    }

    pub(super) fn warning(&self, message: &str) {
        self.labelled("warning", YELLOW, message);
    }

    /// A line without label.
    pub(super) fn line(&self, message: &str) {
        let print = || {
            // A closed standard error is no reason to stop.
            let _ = writeln!(io::stderr(), "{message}");
        };
        match &*self.bar.borrow() {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    fn labelled(&self, label: &str, colour: &str, message: &str) {
        if self.colour {
            self.line(&format!("{colour}{label}:{PLAIN} {message}"));
        } else {
            self.line(&format!("{label}: {message}"));
        }
    }

    /// Shows a bar until the returned value is dropped, if standard error is a terminal. `total` is what positions will
    /// be measured by; without it only a count is shown.
    pub(super) fn progress(&self, total: impl FnOnce() -> Option<u64>) -> Progress<'_> {
        if io::stderr().is_terminal() {
            *self.bar.borrow_mut() = Some(bar(total()));
        }
        Progress { console: self, start: Instant::now() }
    }
}

/// Whether to colour what goes to a stream: only for a terminal that can, and not against the user's wish
/// (<https://no-color.org>).
pub(super) fn wants_colour(is_terminal: bool) -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    is_terminal && !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|t| t != "dumb")
}

fn bar(total: Option<u64>) -> ProgressBar {
    let (bar, template) = match total {
        Some(total) => (ProgressBar::new(total), "{bar:32} {percent:>3}%  {msg}  {eta} left"),
        None => (ProgressBar::no_length(), "{spinner} {msg}  {elapsed}"),
    };
    bar.set_style(ProgressStyle::with_template(template).expect("a constant template"));
    bar
}

/// A progress bar on its way.
pub(super) struct Progress<'a> {
    console: &'a Console,
    start: Instant,
}

impl Progress<'_> {
    /// Moves the bar to `position`, with the number of articles so far.
    pub(super) fn show(&self, position: u64, articles: usize) {
        if let Some(bar) = &*self.console.bar.borrow() {
            bar.set_position(position);
            bar.set_message(format!("{} articles, {:.0} a second", grouped(articles), self.rate(articles)));
        }
    }

    /// Articles in a second, since the start.
    pub(super) fn rate(&self, articles: usize) -> f64 {
        articles as f64 / self.seconds().max(1e-9)
    }

    pub(super) fn seconds(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        if let Some(bar) = self.console.bar.borrow_mut().take() {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::text::grouped;

    #[test]
    fn thousands_are_grouped() {
        let cases = [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")];
        for (number, text) in cases {
            assert_eq!(grouped(number), text);
        }
    }
}
