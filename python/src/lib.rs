//! What `python/entente` is made of: the pipeline, the store and their tables, for Python.
//!
//! Everything that takes time lets other Python threads run meanwhile.

mod articles;
mod graph;
mod pipeline;
mod table;

use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;
use std::fmt::Display;

#[pymodule]
mod _entente {
    #[pymodule_export]
    use super::graph::Graph;
    #[pymodule_export]
    use super::pipeline::{Extractions, Pipeline};
    #[pymodule_export]
    use super::table::Table;
}

/// What the caller asked for cannot be.
fn wrong(error: impl Display) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// Something outside the program failed.
fn failed(error: impl Display) -> PyErr {
    PyOSError::new_err(error.to_string())
}
