//! The store: load, replace, query.
