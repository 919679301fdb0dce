//! The import: reads what OpenAI billed and counted, window by window, newest days first.
//!
//! [`plan`] says which windows there are, [`costs`], [`completions`] and [`names`] read one thing each, [`work`] reads a
//! unit and keeps it day by day, and [`run`] decides which connections have their turn. A new stream is a file
//! that reads it, a table, and a line in [`work`].

mod batch;
mod completions;
mod costs;
mod days;
mod names;
pub mod plan;
pub mod run;
mod work;

pub use run::Importer;
pub use work::next_refresh;

use api::connection::Stream;
use api::{ConnectionId, Day, TenantId, Timestamp};
use sqlx::AnyConnection;

use crate::store::{import_day, import_unit};
use import_unit::Purpose;

/// The streams that are read.
pub const STREAMS: &[Stream] = &[Stream::Costs, Stream::Completions];

/// Plans a new connection's history. Belongs in the transaction that makes the connection.
pub async fn plan_history(
    db: &mut AnyConnection,
    of: (&TenantId, &ConnectionId),
    history_start: Day,
    now: Timestamp,
) -> sqlx::Result<()> {
    for stream in STREAMS {
        for window in plan::history(history_start, Day::of(now)) {
            import_unit::insert(db, of, (*stream, window, Purpose::History), now).await?;
        }
    }
    Ok(())
}

/// Plans to read recent days again, except those that are planned already.
async fn plan_refresh(
    db: &mut AnyConnection,
    of: (&TenantId, &ConnectionId),
    history_start: Day,
    now: Timestamp,
) -> sqlx::Result<()> {
    for stream in STREAMS {
        let known = import_day::known(db, of, *stream).await?;
        let planned = import_unit::windows(db, of, *stream).await?;
        for window in plan::refresh(known, history_start, Day::of(now)) {
            if !planned.iter().any(|other| other.start < window.end && window.start < other.end) {
                import_unit::insert(db, of, (*stream, window, Purpose::Refresh), now).await?;
            }
        }
    }
    Ok(())
}
