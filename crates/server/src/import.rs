//! The import: reads what OpenAI billed and counted, window by window, newest days first.
//!
//! [`plan`] says which windows there are and in which order, `history` finds out how far back they go, `costs`, `usage`
//! and `names` read one thing each, [`row`] says what is kept of a row, `days` makes whole days of what comes, `reading` has it done in the background, `keep` puts them into the store, `work` does
//! one job from end to end, `turn` does those of a connection, `leased` sees to it that no other process does them at the
//! same time, and [`run`] decides whose turn it is.

mod costs;
mod days;
mod failure;
mod history;
mod keep;
mod leased;
mod names;
pub mod plan;
mod reading;
pub mod row;
pub mod run;
mod turn;
mod usage;
mod work;

pub use history::plan_history;
pub use run::Importer;
pub use work::{key_expiry, next_month, next_refresh};

use api::connection::Stream;
use api::{ConnectionId, Day, TenantId, Timestamp};
use sqlx::AnyConnection;

use crate::store::{import_day, import_unit, total_difference};
use import_unit::Purpose;
use plan::Window;

/// Plans to read recent days again, except those that are planned already.
async fn plan_refresh(
    db: &mut AnyConnection,
    of: (&TenantId, &ConnectionId),
    history_start: Day,
    now: Timestamp,
) -> sqlx::Result<()> {
    for stream in Stream::ALL {
        let known = import_day::known(db, of, *stream).await?;
        let windows = plan::refresh(*stream, known, history_start, Day::of(now));
        plan_again(db, of, *stream, &windows, now).await?;
    }
    Ok(())
}

/// Plans to read again the costs of the last month, and of older days that are not what OpenAI's totals say.
async fn plan_month(
    db: &mut AnyConnection,
    of: (&TenantId, &ConnectionId),
    history_start: Day,
    now: Timestamp,
) -> sqlx::Result<()> {
    let month = plan::month(history_start, Day::of(now));
    let differing = total_difference::days(db, of.0, std::slice::from_ref(of.1)).await?;
    let mut older = differing.into_values().next().unwrap_or_default();
    older.retain(|day| month.is_some_and(|month| *day < month.start));
    for stream in [Stream::Costs, Stream::CostTotals] {
        let older = plan::runs(&older).into_iter().flat_map(|run| plan::back(stream, run.start, run.end));
        let windows: Vec<Window> = month.into_iter().chain(older).collect();
        plan_again(db, of, stream, &windows, now).await?;
    }
    Ok(())
}

async fn plan_again(
    db: &mut AnyConnection,
    of: (&TenantId, &ConnectionId),
    stream: Stream,
    windows: &[Window],
    now: Timestamp,
) -> sqlx::Result<()> {
    let planned = import_unit::windows(db, of, stream).await?;
    // A day that is tried again and again holds up none beside it.
    for window in windows.iter().flat_map(|window| window.without(&planned)) {
        import_unit::insert(db, of, (stream, window, Purpose::Refresh), now).await?;
    }
    Ok(())
}
