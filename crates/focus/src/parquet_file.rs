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

/// Rows of a group, which are held in memory until it is written: a million rows that have nothing in common were written
/// within 40 MB, and those of a bill, whose texts repeat, take less.
const GROUP: usize = 16_384;

/// Writes rows as Parquet as they come, a group of rows at a time. Decimals are `DECIMAL(38, 12)`, instants are
/// timestamps of microseconds in UTC, and blocks are compressed with Snappy, which every reader knows.
pub struct ParquetWriter<W: Write + Send> {
    file: SerializedFileWriter<W>,
    columns: Vec<(&'static Column, Collected)>,
    rows: usize,
    group: usize,
}

impl<W: Write + Send> ParquetWriter<W> {
    /// Writes the beginning of a file. Errors are those of the writer.
    pub fn new(writer: W, version: Version) -> io::Result<Self> {
        Self::with_group(writer, version, GROUP)
    }

    fn with_group(writer: W, version: Version, group: usize) -> io::Result<Self> {
        let columns: Vec<(&Column, Collected)> =
            version.columns().map(|column| (column, Collected::new(column.kind))).collect();
        let file = begun(writer, version, &columns).map_err(io_error)?;
        Ok(Self { file, columns, rows: 0, group })
    }

    /// Takes a row, and writes the group that it completes. Errors are those of the writer.
    pub fn write(&mut self, row: &Row<'_>) -> io::Result<()> {
        for (column, collected) in &mut self.columns {
            collected.push(column.value(row));
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
    columns: &[(&Column, Collected)],
) -> Result<SerializedFileWriter<W>, ParquetError> {
    let fields = columns.iter().map(|(column, _)| parquet_column::schema(column));
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

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use facts::{Dictionary, Fact, Names};
    use money::{Amount, Currency};
    use parquet::file::reader::{FileReader, SerializedFileReader};

    use super::*;
    use crate::{Account, Charge, Mapping};

    /// Writes a row for each of the first days of 1970, in groups of three.
    fn write_days<W: Write + Send>(writer: W, days: i64) -> io::Result<W> {
        let (dictionary, names) = (Dictionary::default(), Names::default());
        let account = Account { id: "org-1", name: None, currency: Currency::USD };
        let mapping = Mapping { account, dictionary: &dictionary, names: &names };
        let mut writer = ParquetWriter::with_group(writer, Version::V1_4, 3)?;
        for day in 0..days {
            let fact = Fact {
                start: day * 86_400,
                dimensions: Default::default(),
                amount: Amount::ZERO,
                quantity: Amount::ZERO,
                requests: 0,
            };
            writer.write(&mapping.row(&Charge { fact: &fact, is_correction: false, tags: &[] }).unwrap())?;
        }
        writer.finish()
    }

    #[test]
    fn rows_are_written_group_by_group() {
        let file = SerializedFileReader::new(Bytes::from(write_days(Vec::new(), 7).unwrap())).unwrap();
        let groups = file.metadata().row_groups().iter().map(|group| group.num_rows());
        assert_eq!(groups.collect::<Vec<_>>(), [3, 3, 1]);
        let days = file.get_row_iter(None).unwrap().map(|row| {
            let row = row.unwrap();
            let start = row.get_column_iter().find(|(name, _)| *name == "ChargePeriodStart");
            start.unwrap().1.to_string()
        });
        let days: Vec<String> = days.collect();
        assert_eq!(days.len(), 7);
        assert_eq!(days[0], "1970-01-01 00:00:00.000000 +00:00");
        assert_eq!(days[6], "1970-01-07 00:00:00.000000 +00:00");
    }

    /// A disk that is full.
    struct Full;

    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn an_error_of_the_writer_ends_the_file() {
        assert!(write_days(Full, 1).is_err(), "what is still buffered is written at the end");
        // Groups that fill the buffer are written as they come, and the error is the writer's own.
        assert_eq!(write_days(Full, 60).err().map(|error| error.kind()), Some(io::ErrorKind::StorageFull));
    }
}
