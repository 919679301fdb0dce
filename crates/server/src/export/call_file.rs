//! The log of calls to OpenAI as a file, written while it is read.

use std::io::{self, Write};

use api::upstream_call::UpstreamCall;
use focus::{Cell, TableWriter};

use super::pipe::Pipe;
use crate::store::Store;
use crate::upstream_call::log::{Log, Looked};

const HEADER: [&str; 9] = [
    "Account",
    "Number",
    "Time (UTC)",
    "Method",
    "Path",
    "Status",
    "Outcome",
    "OpenAI request id",
    "Duration (ms)",
];

/// Writes a log to its end.
pub(super) fn write(store: &Store, mut log: Log, pipe: &mut Pipe) -> io::Result<()> {
    let waiting = pipe.waiting();
    let mut table = TableWriter::new(pipe, &HEADER)?;
    while let Some(looked) = waiting.wait(log.next(store))? {
        if let Looked::Fits(call) = looked {
            write_line(&mut table, &call)?;
        }
    }
    table.finish().map(drop)
}

fn write_line<W: Write>(table: &mut TableWriter<W>, call: &UpstreamCall) -> io::Result<()> {
    table.write(&[
        Cell::Text(call.connection.as_str()),
        Cell::Count(call.seq),
        Cell::Text(&call.at.to_string()),
        Cell::Text(&call.method),
        Cell::Text(&call.path),
        call.status.map_or(Cell::Empty, |status| Cell::Count(status.into())),
        Cell::Text(&call.outcome),
        call.request_id.as_deref().map_or(Cell::Empty, Cell::Text),
        Cell::Count(call.duration_ms.into()),
    ])
}
