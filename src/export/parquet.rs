//! Tables in Apache Parquet: one optional column for each column of the table, in row groups of bounded size. The meaning of
//! each column is in the file's metadata, under the column's name.

use super::ExportError;
use super::columns::{Cell, Column, Kind, Table};
use super::selection::Selection;
use super::tables::rows;
use crate::store::Store;
use jiff::civil::{Date, date};
use parquet::basic::{Compression, LogicalType, Repetition, Type as PhysicalType, ZstdLevel};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;
use std::io::Write;
use std::sync::Arc;

/// Rows in a group: what is held in memory before it is written.
const GROUP: usize = 10_000;

pub(super) fn write(
    store: &Store,
    table: Table,
    selection: &Selection,
    out: &mut (dyn Write + Send),
) -> Result<u64, ExportError> {
    let columns = table.columns();
    let schema = schema(table, &columns)?;
    let mut writer = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties(&columns)))?;
    let (mut group, mut count) = (Vec::with_capacity(GROUP), 0);
    rows(store, table, selection, &mut |row| {
        group.push(row);
        count += 1;
        if group.len() == GROUP {
            write_group(&mut writer, &columns, &group)?;
            group.clear();
        }
        Ok(())
    })?;
    if !group.is_empty() {
        write_group(&mut writer, &columns, &group)?;
    }
    writer.close()?;
    Ok(count)
}

fn schema(table: Table, columns: &[Column]) -> Result<Type, ParquetError> {
    let fields = columns.iter().map(|column| {
        let (physical, logical) = match column.kind {
            Kind::Text => (PhysicalType::BYTE_ARRAY, Some(LogicalType::String)),
            Kind::Integer => (PhysicalType::INT64, None),
            Kind::Number => (PhysicalType::DOUBLE, None),
            Kind::Date => (PhysicalType::INT32, Some(LogicalType::Date)),
            Kind::Flag => (PhysicalType::BOOLEAN, None),
        };
        let field = Type::primitive_type_builder(column.name, physical).with_logical_type(logical);
        Ok(Arc::new(field.with_repetition(Repetition::OPTIONAL).build()?))
    });
    Type::group_type_builder(table.as_str()).with_fields(fields.collect::<Result<_, ParquetError>>()?).build()
}

fn properties(columns: &[Column]) -> WriterProperties {
    let meanings = columns.iter().map(|c| KeyValue::new(c.name.to_owned(), Some(c.meaning.to_owned())));
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_created_by(concat!("entente ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_key_value_metadata(Some(meanings.collect()))
        .build()
}

type File<'a> = SerializedFileWriter<&'a mut (dyn Write + Send)>;

fn write_group(writer: &mut File<'_>, columns: &[Column], rows: &[Vec<Cell>]) -> Result<(), ParquetError> {
    let mut group = writer.next_row_group()?;
    for (i, column) in columns.iter().enumerate() {
        let Some(mut out) = group.next_column()? else { break };
        let cells = || rows.iter().map(|row| row.get(i).unwrap_or(&Cell::None));
        match column.kind {
            Kind::Text => write_column::<ByteArrayType>(&mut out, cells(), text),
            Kind::Integer => write_column::<Int64Type>(&mut out, cells(), integer),
            Kind::Number => write_column::<DoubleType>(&mut out, cells(), number),
            Kind::Date => write_column::<Int32Type>(&mut out, cells(), days),
            Kind::Flag => write_column::<BoolType>(&mut out, cells(), flag),
        }?;
        out.close()?;
    }
    group.close()?;
    Ok(())
}

fn write_column<'a, T: DataType>(
    out: &mut SerializedColumnWriter<'_>,
    cells: impl Iterator<Item = &'a Cell>,
    value: impl Fn(&Cell) -> Option<T::T>,
) -> Result<(), ParquetError> {
    let values: Vec<Option<T::T>> = cells.map(value).collect();
    let levels: Vec<i16> = values.iter().map(|v| i16::from(v.is_some())).collect();
    let values: Vec<T::T> = values.into_iter().flatten().collect();
    out.typed::<T>().write_batch(&values, Some(&levels), None)?;
    Ok(())
}

fn text(cell: &Cell) -> Option<ByteArray> {
    if let Cell::Text(text) = cell { Some(ByteArray::from(text.as_bytes().to_vec())) } else { None }
}

fn integer(cell: &Cell) -> Option<i64> {
    if let Cell::Integer(number) = cell { Some(*number) } else { None }
}

fn number(cell: &Cell) -> Option<f64> {
    if let Cell::Number(number) = cell { Some(*number) } else { None }
}

/// Days since 1970.
fn days(cell: &Cell) -> Option<i32> {
    const EPOCH: Date = date(1970, 1, 1);
    if let Cell::Date(day) = cell { Some((*day - EPOCH).get_days()) } else { None }
}

fn flag(cell: &Cell) -> Option<bool> {
    if let Cell::Flag(flag) = cell { Some(*flag) } else { None }
}
