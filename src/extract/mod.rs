//! Events, relations and quotations out of an analysed article, by rules kept as data.

mod extraction;
mod quotes;

pub use extraction::*;
pub use quotes::{CueError, Cues, Quotation, Stance, attribution_of};
