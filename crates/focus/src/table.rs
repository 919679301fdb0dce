//! Any table as CSV, for spreadsheets.

use std::io::{self, Write};

use csv::Writer;
use money::Amount;

use crate::csv_file::{finished, rfc_4180};

/// What begins a formula in a spreadsheet, where the keyboard is a Japanese one as well: OWASP, CSV Injection.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// A cell of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Nothing.
    Empty,
    /// A text. Names come from whoever may name a project or a key, so that one that a spreadsheet would take for a
    /// formula is written with an apostrophe before it.
    Text(&'a str),
    /// A whole number.
    Count(u64),
    /// An exact decimal, written plainly.
    Decimal(Amount),
}

/// Writes a table as CSV (RFC 4180, UTF-8), row by row.
pub struct TableWriter<W: Write> {
    writer: Writer<W>,
}

impl<W: Write> TableWriter<W> {
    /// Writes the header. Errors are those of the writer.
    pub fn new(writer: W, header: &[&str]) -> io::Result<Self> {
        let mut table = Self { writer: rfc_4180(writer) };
        table.write(&header.iter().map(|name| Cell::Text(name)).collect::<Vec<_>>())?;
        Ok(table)
    }

    /// Writes a row. Errors are those of the writer; a row that is longer or shorter than the header is one as well.
    pub fn write(&mut self, row: &[Cell<'_>]) -> io::Result<()> {
        for cell in row {
            match cell {
                Cell::Empty => self.writer.write_field("")?,
                Cell::Text(text) if text.starts_with(FORMULA) => {
                    self.writer.write_field(format!("'{text}"))?
                }
                Cell::Text(text) => self.writer.write_field(text)?,
                Cell::Count(count) => self.writer.write_field(count.to_string())?,
                Cell::Decimal(number) => self.writer.write_field(number.to_string())?,
            }
        }
        self.writer.write_record(None::<&[u8]>)?;
        Ok(())
    }

    /// Flushes, and gives the writer back. Without it, the last rows may be missing.
    pub fn finish(self) -> io::Result<W> {
        finished(self.writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(header: &[&str], rows: &[&[Cell<'_>]]) -> String {
        let mut table = TableWriter::new(Vec::new(), header).unwrap();
        rows.iter().for_each(|row| table.write(row).unwrap());
        String::from_utf8(table.finish().unwrap()).unwrap()
    }

    #[test]
    fn texts_are_quoted_and_numbers_are_plain() {
        let cost = Amount::from_pico(-1).unwrap();
        let text = written(
            &["Project", "Cost (USD)", "Requests"],
            &[
                &[Cell::Text("a, \"b\"\nc"), Cell::Decimal(cost), Cell::Count(7)],
                &[Cell::Empty, Cell::Decimal(Amount::ZERO), Cell::Count(0)],
            ],
        );
        let expected = "Project,Cost (USD),Requests\r\n\"a, \"\"b\"\"\nc\",-0.000000000001,7\r\n,0,0\r\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_text_is_no_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠SUM(A1)"]
        {
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .from_reader(io::Cursor::new(written(&[text], &[&[Cell::Text(text)]])));
            for record in reader.records() {
                assert_eq!(record.unwrap().get(0), Some(format!("'{text}").as_str()));
            }
        }
        assert_eq!(written(&["a=1"], &[]), "a=1\r\n", "only the first character makes a formula");
    }

    #[test]
    fn a_row_is_as_long_as_the_header() {
        let mut table = TableWriter::new(Vec::new(), &["a", "b"]).unwrap();
        assert!(table.write(&[Cell::Empty]).is_err());
    }
}
