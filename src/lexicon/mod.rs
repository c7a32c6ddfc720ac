//! Typed tables of words, read from `data/`.
