//! From article to extraction, in parallel: the library's front.
//!
//! A [`Pipeline`] owns all tables and the model, is loaded once and shared between threads. [`each`] drives it, or any
//! other work, over a stream of articles on several threads, gives the results in the order of the articles and holds only
//! a few of them at a time.

mod analysis;
mod confidence;
mod examples;
mod ordered;

pub use analysis::{Analysis, Pipeline, SetupError, lines};
pub use confidence::{Confidence, Features, Judged};
pub use examples::FailedExample;
pub use ordered::Stop;

use crate::article::{Article, InputError};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Why there is no result for an input.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Input(#[from] InputError),
    /// The analysis of this article ended by a panic: a defect of this program, which costs this article and no other.
    #[error("{id}: the analysis failed by a defect of this program; please report it with the article")]
    Defect { id: String },
}

impl Failure {
    /// Whether it only remarks on an article that was read nevertheless.
    pub fn is_warning(&self) -> bool {
        matches!(self, Self::Input(error) if error.is_warning())
    }
}

/// Applies `work` to every article on `threads` threads. Results come in the order of the articles, with failures in
/// their places. No article is read before there is room for its result; `stop` ends the iteration from any thread.
pub fn each<R: Send + 'static>(
    articles: impl Iterator<Item = Result<Article, InputError>> + Send + 'static,
    work: impl Fn(&Article) -> R + Send + Sync + 'static,
    threads: usize,
    stop: Stop,
) -> impl Iterator<Item = Result<R, Failure>> {
    let work = move |read: Result<Article, InputError>| {
        let article = read?;
        // `work` only reads what it shares, so a panic leaves nothing half done.
        catch_unwind(AssertUnwindSafe(|| work(&article))).map_err(|_| Failure::Defect { id: article.id.clone() })
    };
    ordered::in_order(articles, work, threads, stop)
}
