//! From article to extraction, in parallel.
