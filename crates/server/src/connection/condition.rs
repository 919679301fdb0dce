//! How a connection is: the one place where its state is computed, from what is kept of it and the time.

use std::collections::BTreeSet;

use api::connection::{ConnectionStatus, Stream, StreamProgress};
use api::connection_draft::{Cause, Finding};
use api::{Day, Timestamp};

use super::progress::{self, Planned};
use super::rule::{self, Facts};
use super::story::Story;
use crate::import::plan::Window;
use crate::store::connection::Connection;
use crate::store::import_block::ImportedDays;
use crate::store::import_schedule::History;
use crate::store::import_unit::Purpose;

/// How a connection is, and how far each stream is.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    /// How it is.
    pub(super) status: ConnectionStatus,
    /// What will go wrong unless somebody does something.
    pub(super) warnings: Vec<Finding>,
    /// Whether all that there is at OpenAI was read once.
    pub(super) is_imported: bool,
    /// Each stream's progress.
    pub(super) streams: Vec<StreamProgress>,
    /// The first day of its history, as far as that is known.
    pub(super) history_start: Day,
    /// Whether all of its history is planned.
    pub(super) history_known: bool,
}

impl Condition {
    /// Whether costs and usage can be read.
    pub(super) fn usage_readable(&self) -> bool {
        let lacks_scope = |failure: &Finding| matches!(failure.cause, Cause::MissingScope { .. });
        !self.streams.iter().any(|stream| stream.failure.as_ref().is_some_and(lacks_scope))
    }
}

/// How a connection with this story is now.
pub(super) fn of(connection: &Connection, story: &Story, now: Timestamp) -> Condition {
    let (schedule, today) = (story.schedule.as_ref(), Day::of(now));
    let refresh_due_at = schedule.map(|found| found.refresh_due_at);
    let planned = Planned {
        // Whoever shows it has just read it: it is there, and what it says is what was planned last.
        start: schedule.map_or(connection.history_start, |found| found.connection.history_start),
        today,
        refresh_due_at: refresh_due_at.filter(|_| connection.imports()),
    };
    let history_known = schedule.is_some_and(|found| found.history == History::Known);
    let pending = &story.pending;
    let streams: Vec<StreamProgress> =
        Stream::ALL.iter().map(|stream| progress::of(*stream, planned, pending, &story.imported)).collect();
    let importing = !history_known || pending.iter().any(|pending| pending.purpose != Purpose::Refresh);
    let facts = Facts {
        connection,
        streams: &streams,
        pending,
        usage: &usage(&story.imported, rule::usage_window(today)),
        importing,
        refresh_is_due: refresh_due_at.is_some_and(|due| due <= now),
        now,
    };
    let status = rule::status(&facts);
    let warnings = rule::warnings(connection, &status, &story.differing, now);
    let (is_imported, history_start) = (!importing, planned.start);
    Condition { status, warnings, is_imported, streams, history_start, history_known }
}

/// The days of a window on which any stream has usage.
fn usage(imported: &[ImportedDays], window: Window) -> BTreeSet<Day> {
    let of_usage = imported.iter().filter(|imported| !imported.stream.is_money());
    of_usage.flat_map(|imported| &imported.used).copied().filter(|day| window.contains(*day)).collect()
}
