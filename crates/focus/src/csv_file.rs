//! Rows as CSV.

use std::fmt::Write as _;
use std::io::{self, Write};

use csv::{Terminator, Writer, WriterBuilder};
use money::Amount;

use crate::period::instant_text;
use crate::{Column, Row, Value, Version};

/// Writes rows as CSV (RFC 4180, UTF-8) as they come. Values are as FOCUS has them, to the byte: a text that a
/// spreadsheet would take for a formula stays as it is, since other programs compare it.
pub struct CsvWriter<W: Write> {
    writer: Writer<W>,
    columns: Vec<&'static Column>,
    text: String,
}

impl<W: Write> CsvWriter<W> {
    /// Writes the header. Errors are those of the writer.
    pub fn new(writer: W, version: Version) -> io::Result<Self> {
        let columns: Vec<&Column> = version.columns().collect();
        let mut writer = rfc_4180(writer);
        writer.write_record(columns.iter().map(|column| column.name))?;
        Ok(Self { writer, columns, text: String::new() })
    }

    /// Writes a row. Errors are those of the writer.
    pub fn write(&mut self, row: &Row<'_>) -> io::Result<()> {
        for column in &self.columns {
            let text = match column.value(row) {
                Value::Null => "",
                Value::Text(text) => text,
                Value::Decimal(number) => decimal_text(&mut self.text, number),
                Value::Integer(number) => {
                    self.text.clear();
                    // Writing to a string does not fail.
                    let _ = write!(self.text, "{number}");
                    &self.text
                }
                Value::Instant(instant) => {
                    self.text = instant_text(instant);
                    &self.text
                }
            };
            self.writer.write_field(text)?;
        }
        self.writer.write_record(None::<&[u8]>)?;
        Ok(())
    }

    /// Flushes, and gives the writer back. Without it, the last rows may be missing.
    pub fn finish(self) -> io::Result<W> {
        finished(self.writer)
    }
}

/// A writer whose lines end as RFC 4180 says.
pub(crate) fn rfc_4180<W: Write>(writer: W) -> Writer<W> {
    WriterBuilder::new().terminator(Terminator::CRLF).from_writer(writer)
}

/// What was written to, with everything in it.
pub(crate) fn finished<W: Write>(writer: Writer<W>) -> io::Result<W> {
    writer.into_inner().map_err(|error| io::Error::new(error.error().kind(), error.error().to_string()))
}

/// A decimal number always with a point, so that readers that guess a column's type from its first rows do not take it
/// for a whole number.
fn decimal_text(text: &mut String, number: Amount) -> &str {
    text.clear();
    // Writing to a string does not fail.
    let _ = write!(text, "{number}");
    if !text.contains('.') {
        text.push_str(".0");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_have_a_point() {
        let mut text = String::new();
        for (pico, expected) in [
            (0, "0.0"),
            (8_400_000_000_000_000_000, "8400000.0"),
            (-1, "-0.000000000001"),
            (12_500_000_000_000, "12.5"),
        ] {
            assert_eq!(decimal_text(&mut text, Amount::from_pico(pico).unwrap()), expected);
        }
    }
}
