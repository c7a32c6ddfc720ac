//! Events, relations and quotations out of an analysed article, by rules kept as data.

mod extraction;

pub use extraction::*;
