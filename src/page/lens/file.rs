//! A table of the page as a file.

use ::api::Span;

use crate::browser::{blob, keep};
use crate::csv::{self, Cell};
use crate::layout::announcer::announce;

/// Keeps a table as CSV, named after what it shows and its days, and says so.
pub fn keep_table(what: &str, days: Span, header: &[String], rows: &[Vec<Cell>]) {
    let name = format!("openai-lens-{what}{}-{}.csv", days.start, days.end.plus(-1));
    if let Ok(file) = blob(&csv::file(header, rows)) {
        keep(&file, &name);
        announce(format!("Downloaded {name}"));
    }
}
