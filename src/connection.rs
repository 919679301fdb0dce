//! The connected accounts, as more than one page shows them.

use std::time::Duration;

use ::api::connection::{Connection, ConnectionStatus, List, StreamProgress};
use ::api::connection_draft::Cause;
use ::api::{Day, Month, Timestamp};
use leptos::prelude::*;

use crate::api;
use crate::browser::now;
use crate::days::months;
use crate::format::locale::percent;
use crate::load::{Loader, load};
use crate::session;
use crate::ui::chip::Tone;
use crate::ui::notice::Trouble;

/// How often the accounts are asked for while one of them imports.
pub const POLL: Duration = Duration::from_secs(2);

/// How long before the time that the server has set, by its clock, something counts as due by this one's, in seconds.
const SOON: i64 = 5;
/// What has been due for so long is held up by something else, in seconds.
const HELD_UP: i64 = 600;

/// All connected accounts, oldest first, asked for again while one of them imports for the first time.
pub fn load_connections() -> Loader<Vec<Connection>> {
    load_connections_while(is_importing)
}

/// All connected accounts, oldest first, asked for again while one of them is like that.
pub fn load_connections_while(changes: fn(&Connection) -> bool) -> Loader<Vec<Connection>> {
    load(ask, move |connections: &Vec<Connection>| connections.iter().any(changes).then_some(POLL))
}

/// The same for a page that is everybody's: whoever may see no accounts has none there, and asks for none.
pub fn load_visible_connections() -> Loader<Vec<Connection>> {
    let ask_if_visible =
        async || if untrack(session::can_see_connections) { ask().await } else { Ok(Vec::new()) };
    load(ask_if_visible, |connections: &Vec<Connection>| connections.iter().any(is_importing).then_some(POLL))
}

/// The accounts that are known, none while they are on their way.
pub fn known(connections: &Loader<Vec<Connection>>) -> Signal<Vec<Connection>> {
    let state = connections.signal();
    Signal::derive(move || state.with(|state| state.data().cloned().unwrap_or_default()))
}

/// Whether something of it is being read: its first import, or days that are due.
pub fn is_read(connection: &Connection, now: Timestamp) -> bool {
    let is_due = |due: Timestamp| {
        let seconds = due.unix_seconds().saturating_sub(now.unix_seconds());
        (-HELD_UP..SOON).contains(&seconds)
    };
    is_importing(connection) || connection.streams.iter().filter_map(|stream| stream.next_run).any(is_due)
}

/// Whether its first import runs.
pub fn is_importing(connection: &Connection) -> bool {
    matches!(connection.status, ConnectionStatus::Connecting | ConnectionStatus::Importing { .. })
}

/// Whether the first import of any of them runs.
pub fn imports(connections: Signal<Vec<Connection>>) -> Memo<bool> {
    Memo::new(move |_| connections.with(|list| list.iter().any(is_importing)))
}

/// The months of which any of them has days, newest first.
pub fn months_of(connections: Memo<Vec<Connection>>) -> Signal<Vec<Month>> {
    Signal::derive(move || {
        let first = connections.with(|list| list.iter().map(|account| account.history_start).min());
        months(first, Day::of(now()))
    })
}

/// When a part of any of its streams was last imported.
pub fn last_success(connection: &Connection) -> Option<Timestamp> {
    connection.streams.iter().filter_map(|stream| stream.last_success).max()
}

/// How much of what is planned is imported, of a hundred.
pub fn imported_percent<'a>(streams: impl Iterator<Item = &'a StreamProgress>) -> u8 {
    let (imported, planned) = streams.fold((0_u64, 0_u64), |(imported, planned), stream| {
        (imported + u64::from(stream.days_imported), planned + u64::from(stream.days_planned))
    });
    u8::try_from((imported * 100).checked_div(planned).unwrap_or(0).min(100)).unwrap_or(100)
}

/// How a connection is, in a word or two. Of one that is healthy and yet is warned about, what the warning is of.
pub fn status_words(connection: &Connection) -> (Tone, String) {
    match &connection.status {
        ConnectionStatus::Connecting => (Tone::Busy, "Connecting".into()),
        ConnectionStatus::Importing { percent: done } => {
            (Tone::Busy, format!("Importing {}", percent(*done)))
        }
        ConnectionStatus::Healthy => match connection.warnings.first() {
            None => (Tone::Good, "Healthy".into()),
            Some(warning) => (Tone::Warning, warning_words(&warning.cause).into()),
        },
        ConnectionStatus::Degraded { .. } => (Tone::Warning, "Needs attention".into()),
        ConnectionStatus::Paused { .. } => (Tone::Neutral, "Paused".into()),
        ConnectionStatus::NeedsKey { .. } => (Tone::Bad, "Needs a new key".into()),
        ConnectionStatus::Disconnected { .. } => (Tone::Neutral, "Disconnected".into()),
    }
}

/// What a warning is of, in a few words.
pub fn warning_words(cause: &Cause) -> &'static str {
    match cause {
        Cause::KeyExpiring { .. } => "The key expires soon",
        Cause::KeyExpired { .. } => "The key has expired",
        Cause::TotalsDiffer { .. } => "Totals differ",
        _ => "Needs attention",
    }
}

async fn ask() -> Result<Vec<Connection>, Trouble> {
    api::all::<List, _>().await.map_err(|error| error.trouble())
}
