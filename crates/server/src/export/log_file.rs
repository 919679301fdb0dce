//! The audit log as a file, written while it is read.

use std::io::{self, Write};

use api::audit_event::{AuditEntry, LogFormat};
use focus::{Cell, TableWriter};

use super::pipe::Pipe;
use crate::audit::list::{Log, Looked};
use crate::store::Store;

const HEADER: [&str; 13] = [
    "Number",
    "Time (UTC)",
    "Actor",
    "Email",
    "User",
    "Token",
    "Event",
    "Object",
    "Result",
    "Details",
    "Changes",
    "Request",
    "Network",
];

/// Writes a log to its end.
pub(super) fn write(format: LogFormat, store: &Store, mut log: Log, pipe: &mut Pipe) -> io::Result<()> {
    let waiting = pipe.waiting();
    let mut next = || -> io::Result<Option<AuditEntry>> {
        loop {
            match waiting.wait(log.next(store))? {
                Some(Looked::Fits(entry)) => return Ok(Some(*entry)),
                Some(Looked::Passed) => {}
                None => return Ok(None),
            }
        }
    };
    match format {
        LogFormat::Csv => {
            let mut table = TableWriter::new(pipe, &HEADER)?;
            while let Some(entry) = next()? {
                write_line(&mut table, &entry)?;
            }
            table.finish().map(drop)
        }
        LogFormat::JsonLines => {
            while let Some(entry) = next()? {
                let mut line = serde_json::to_vec(&entry)?;
                line.push(b'\n');
                pipe.write_all(&line)?;
            }
            Ok(())
        }
    }
}

fn write_line<W: Write>(table: &mut TableWriter<W>, entry: &AuditEntry) -> io::Result<()> {
    let at = entry.at.to_string();
    let details: Vec<_> =
        entry.details.iter().map(|detail| format!("{}: {}", detail.field, detail.value)).collect();
    let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".into());
    let changes: Vec<_> = entry
        .changes
        .iter()
        .map(|change| format!("{}: {} -> {}", change.field, side(&change.before), side(&change.after)))
        .collect();
    let (details, changes) = (details.join("; "), changes.join("; "));
    let maybe = |text: &'_ Option<String>| text.clone().unwrap_or_default();
    let known = [&entry.email, &entry.user, &entry.token, &entry.object, &entry.request_id, &entry.network];
    let [email, user, token, object, request, network] = known.map(maybe);
    table.write(&[
        Cell::Count(entry.seq),
        Cell::Text(&at),
        Cell::Text(entry.actor.slug()),
        Cell::Text(&email),
        Cell::Text(&user),
        Cell::Text(&token),
        Cell::Text(&entry.kind),
        Cell::Text(&object),
        Cell::Text(entry.result.slug()),
        Cell::Text(&details),
        Cell::Text(&changes),
        Cell::Text(&request),
        Cell::Text(&network),
    ])
}
