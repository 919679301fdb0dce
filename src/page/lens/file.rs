//! A table of the page as a file.

use ::api::Span;

use crate::csv::Cell;
use crate::layout::list_file::keep_rows;

/// Keeps a table as CSV, named after what it shows and its days, and says so.
pub fn keep_table(what: &str, days: Span, header: &[String], rows: &[Vec<Cell>]) {
    keep_rows(&format!("openai-lens-{what}{}-{}.csv", days.start, days.end.plus(-1)), header, rows);
}
