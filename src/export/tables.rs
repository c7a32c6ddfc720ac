//! Tables: rows in the order of their columns, and the text formats for them.

use super::columns::{Cell, Table};
use super::selection::Selection;
use super::statement::Reading;
use super::{ExportError, entities, events, relations};
use crate::store::Store;
use std::io::Write;

/// A format for tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    /// RFC 4180, with a head.
    Csv,
    /// The same with tabs.
    Tsv,
    /// Apache Parquet, compressed with Zstandard.
    Parquet,
}

impl TableFormat {
    pub const ALL: [Self; 3] = [Self::Csv, Self::Tsv, Self::Parquet];

    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Parquet => "parquet",
        }
    }
}

/// Calls `each` with every row of a table, whose cells are in the order of the columns. Rows come in the order of days and
/// names. In memory are the names of all things that get rows, and of the rest only what the row needs.
pub fn rows(
    store: &Store,
    table: Table,
    selection: &Selection,
    each: &mut dyn FnMut(Vec<Cell>) -> Result<(), ExportError>,
) -> Result<(), ExportError> {
    let reading = Reading::new(store);
    match table {
        Table::Events => events::each(&reading, selection, &mut |event, dyads| {
            dyads.iter().try_for_each(|dyad| each(event.row(dyad)))
        }),
        Table::Relations => relations::each(&reading, selection, &mut |relation| each(relation.row())),
        Table::Entities => entities::each(&reading, selection, &mut |party, counts| each(entities::row(party, counts))),
    }
}

/// Writes a table and returns the number of its rows.
pub fn export_table(
    store: &Store,
    table: Table,
    format: TableFormat,
    selection: &Selection,
    out: &mut (dyn Write + Send),
) -> Result<u64, ExportError> {
    match format {
        TableFormat::Csv => separated(store, table, b',', selection, out),
        TableFormat::Tsv => separated(store, table, b'\t', selection, out),
        #[cfg(feature = "parquet")]
        TableFormat::Parquet => super::parquet::write(store, table, selection, out),
        #[cfg(not(feature = "parquet"))]
        TableFormat::Parquet => Err(ExportError::NoParquet),
    }
}

fn separated(
    store: &Store,
    table: Table,
    delimiter: u8,
    selection: &Selection,
    out: &mut (dyn Write + Send),
) -> Result<u64, ExportError> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(out);
    writer.write_record(table.columns().iter().map(|c| c.name)).map_err(written)?;
    let mut count = 0;
    rows(store, table, selection, &mut |row| {
        count += 1;
        writer.write_record(row.iter().map(Cell::text)).map_err(written)
    })?;
    writer.flush()?;
    Ok(count)
}

/// Every record has as many fields as the head, so that only writing can fail.
pub(super) fn written(error: csv::Error) -> ExportError {
    ExportError::Write(error.into())
}
