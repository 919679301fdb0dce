//! Rows as Parquet.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use crate::parquet_column::{self, Collected};
use crate::{Column, Row, Version};

/// Rows of a group: they are held in memory, about ten megabytes, until the group is written.
const GROUP: usize = 32_768;

/// Writes rows as Parquet as they come, a group of rows at a time. Decimals are `DECIMAL(38, 12)`, instants are
/// timestamps of microseconds in UTC, and blocks are compressed with Snappy, which every reader knows.
pub struct ParquetWriter<W: Write + Send> {
    file: SerializedFileWriter<W>,
    columns: Vec<(Column, Collected)>,
    rows: usize,
    group: usize,
}

impl<W: Write + Send> ParquetWriter<W> {
    /// Writes the beginning of a file. Errors are those of the writer.
    pub fn new(writer: W, version: Version) -> io::Result<Self> {
        Self::with_group(writer, version, GROUP)
    }

    fn with_group(writer: W, version: Version, group: usize) -> io::Result<Self> {
        let columns: Vec<(Column, Collected)> =
            version.columns().map(|column| (column, Collected::new(column.kind()))).collect();
        let file = begun(writer, version, &columns).map_err(io_error)?;
        Ok(Self { file, columns, rows: 0, group })
    }

    /// Takes a row, and writes the group that it completes. Errors are those of the writer.
    pub fn write(&mut self, row: &Row<'_>) -> io::Result<()> {
        for (column, collected) in &mut self.columns {
            collected.push(row.value(*column));
        }
        self.rows += 1;
        if self.rows == self.group { self.write_group().map_err(io_error) } else { Ok(()) }
    }

    /// Writes what is left and the file's directory, and gives the writer back. Without it, the file cannot be read.
    pub fn finish(mut self) -> io::Result<W> {
        if self.rows > 0 {
            self.write_group().map_err(io_error)?;
        }
        self.file.into_inner().map_err(io_error)
    }

    fn write_group(&mut self) -> Result<(), ParquetError> {
        let mut group = self.file.next_row_group()?;
        for (_, collected) in &mut self.columns {
            if let Some(writer) = group.next_column()? {
                collected.drain_to(writer)?;
            }
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }
}

fn begun<W: Write + Send>(
    writer: W,
    version: Version,
    columns: &[(Column, Collected)],
) -> Result<SerializedFileWriter<W>, ParquetError> {
    let fields = columns.iter().map(|(column, _)| parquet_column::schema(*column));
    let schema =
        Type::group_type_builder("CostAndUsage").with_fields(fields.collect::<Result<_, _>>()?).build()?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by("OpenAI Lens".to_owned())
        .set_key_value_metadata(Some(vec![KeyValue::new(
            "FocusVersion".to_owned(),
            version.as_str().to_owned(),
        )]))
        .build();
    SerializedFileWriter::new(writer, Arc::new(schema), Arc::new(properties))
}

/// The writer's own error where there is one beneath.
fn io_error(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(other) => io::Error::other(other),
        },
        other => io::Error::other(other),
    }
}
