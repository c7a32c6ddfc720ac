//! Typed tables of words, read from `data/`.

mod lists;
mod source;

pub use lists::WordLists;
pub use source::{DataError, DataFile, line_and_column};
