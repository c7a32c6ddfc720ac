//! Tables, handed to pandas, Polars and others by Arrow's PyCapsule interface
//! (<https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html>).

use crate::wrong;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, RecordBatchIterator, StringArray,
};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use entente::export::{Cell, Kind};
use jiff::civil::date;
use oxigraph::model::vocab::xsd;
use oxigraph::model::{NamedNodeRef, Term};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict};
use std::sync::Arc;

/// Rows under named columns.
#[pyclass(frozen, module = "entente._entente")]
pub struct Table {
    columns: Vec<(String, Kind)>,
    rows: Vec<Vec<Cell>>,
}

#[pymethods]
impl Table {
    #[getter]
    fn columns(&self) -> Vec<&str> {
        self.columns.iter().map(|(name, _)| name.as_str()).collect()
    }

    fn __len__(&self) -> usize {
        self.rows.len()
    }

    /// One row as a dict; none after the last.
    fn row<'py>(&self, py: Python<'py>, index: usize) -> PyResult<Option<Bound<'py, PyDict>>> {
        let Some(row) = self.rows.get(index) else { return Ok(None) };
        let dict = PyDict::new(py);
        for ((name, _), cell) in self.columns.iter().zip(row) {
            match cell {
                Cell::None => dict.set_item(name, py.None())?,
                Cell::Text(text) => dict.set_item(name, text)?,
                Cell::Integer(number) => dict.set_item(name, number)?,
                Cell::Number(number) => dict.set_item(name, number)?,
                Cell::Flag(flag) => dict.set_item(name, flag)?,
                Cell::Date(day) => {
                    let class = py.import("datetime")?.getattr("date")?;
                    dict.set_item(name, class.call1((day.year(), day.month(), day.day()))?)?;
                }
            }
        }
        Ok(Some(dict))
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // The interface lets us leave the wish for another schema to the caller.
        let _ = requested_schema;
        let batch = py.detach(|| self.batch()).map_err(wrong)?;
        let schema = batch.schema();
        let stream = FFI_ArrowArrayStream::new(Box::new(RecordBatchIterator::new([Ok(batch)], schema)));
        PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
    }
}

impl Table {
    pub fn new(columns: Vec<(String, Kind)>, rows: Vec<Vec<Cell>>) -> Self {
        Self { columns, rows }
    }

    /// Terms as the values that they stand for. A column is of numbers, dates or flags if all its values are; otherwise of
    /// text: IRIs in full, literals by their words.
    pub fn of_terms(names: Vec<String>, rows: Vec<Vec<Option<Term>>>) -> Self {
        let kind = |i: usize| {
            let mut kinds = rows.iter().filter_map(|row| row.get(i)?.as_ref()).map(kind);
            let first = kinds.next().unwrap_or(Kind::Text);
            kinds.fold(first, joined)
        };
        let columns: Vec<(String, Kind)> = names.into_iter().enumerate().map(|(i, name)| (name, kind(i))).collect();
        let cell =
            |(term, (_, kind)): (&Option<Term>, &(String, Kind))| term.as_ref().map_or(Cell::None, |t| cell(t, *kind));
        let rows = rows.iter().map(|row| row.iter().zip(&columns).map(cell).collect()).collect();
        Self { columns, rows }
    }

    fn batch(&self) -> Result<RecordBatch, ArrowError> {
        let field = |(name, kind): &(String, Kind)| Field::new(name, data_type(*kind), true);
        let schema = Schema::new(self.columns.iter().map(field).collect::<Vec<_>>());
        let arrays = self.columns.iter().enumerate().map(|(i, (_, kind))| self.array(i, *kind)).collect();
        RecordBatch::try_new(Arc::new(schema), arrays)
    }

    fn array(&self, column: usize, kind: Kind) -> ArrayRef {
        let cells = self.rows.iter().map(|row| row.get(column).unwrap_or(&Cell::None));
        match kind {
            Kind::Text => {
                Arc::new(StringArray::from_iter(cells.map(|c| if let Cell::Text(v) = c { Some(v) } else { None })))
            }
            Kind::Integer => {
                Arc::new(Int64Array::from_iter(cells.map(|c| if let Cell::Integer(v) = c { Some(*v) } else { None })))
            }
            Kind::Number => {
                Arc::new(Float64Array::from_iter(cells.map(|c| if let Cell::Number(v) = c { Some(*v) } else { None })))
            }
            Kind::Flag => {
                Arc::new(BooleanArray::from_iter(cells.map(|c| if let Cell::Flag(v) = c { Some(*v) } else { None })))
            }
            Kind::Date => Arc::new(Date32Array::from_iter(
                cells.map(|c| if let Cell::Date(day) = c { Some((*day - date(1970, 1, 1)).get_days()) } else { None }),
            )),
        }
    }
}

fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Text => DataType::Utf8,
        Kind::Integer => DataType::Int64,
        Kind::Number => DataType::Float64,
        Kind::Date => DataType::Date32,
        Kind::Flag => DataType::Boolean,
    }
}

/// What a term stands for, if its text can be read as that.
fn kind(term: &Term) -> Kind {
    let Term::Literal(literal) = term else { return Kind::Text };
    let (text, datatype) = (literal.value(), literal.datatype());
    let is = |types: &[NamedNodeRef<'_>]| types.contains(&datatype);
    if is(&[xsd::INTEGER, xsd::INT, xsd::LONG, xsd::NON_NEGATIVE_INTEGER]) && text.parse::<i64>().is_ok() {
        Kind::Integer
    } else if is(&[xsd::DECIMAL, xsd::DOUBLE, xsd::FLOAT]) && text.parse::<f64>().is_ok() {
        Kind::Number
    } else if is(&[xsd::DATE]) && text.parse::<jiff::civil::Date>().is_ok() {
        Kind::Date
    } else if is(&[xsd::BOOLEAN]) && text.parse::<bool>().is_ok() {
        Kind::Flag
    } else {
        Kind::Text
    }
}

fn joined(one: Kind, other: Kind) -> Kind {
    match (one, other) {
        (a, b) if a == b => a,
        (Kind::Integer, Kind::Number) | (Kind::Number, Kind::Integer) => Kind::Number,
        _ => Kind::Text,
    }
}

fn cell(term: &Term, kind: Kind) -> Cell {
    let text = match term {
        Term::NamedNode(node) => node.as_str().to_owned(),
        Term::Literal(literal) => literal.value().to_owned(),
        other => other.to_string(),
    };
    match kind {
        Kind::Text => Cell::Text(text),
        Kind::Integer => text.parse().map_or(Cell::None, Cell::Integer),
        Kind::Number => text.parse().map_or(Cell::None, Cell::Number),
        Kind::Date => text.parse().map_or(Cell::None, Cell::Date),
        Kind::Flag => text.parse().map_or(Cell::None, Cell::Flag),
    }
}
