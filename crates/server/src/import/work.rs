//! Reads one unit, or the names, and keeps what was read.

use std::time::Duration;

use admin_key::AdminKey;
use api::connection::Stream;
use api::connection_draft::{Cause, Finding};
use api::{Day, Timestamp};
use openai::{Account, Retry};
use sqlx::AnyConnection;

use super::plan::Window;
use super::{batch, completions, costs, names};
use crate::app::App;
use crate::store::connection::Connection;
use crate::store::import_unit::Unit;
use crate::store::project::Project;
use crate::store::{self, completion_usage, cost, import_day, import_unit, project};
use crate::{finding, secret};

/// Short and few, since a unit that failed comes back by itself and says so in the meantime.
const RETRY: Retry = Retry {
    attempts: 3,
    base: Duration::from_millis(500),
    longest: Duration::from_secs(5),
    budget: Duration::from_secs(15),
};
/// Longest wait for one page.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
/// Shortest and longest time until a failed unit is tried again, in seconds.
const BACKOFF: (i64, i64) = (15, 3600);
/// Seconds between two readings of the names.
const NAMES_EVERY: i64 = 3600;

/// A thing to do for a connection.
#[derive(Debug)]
pub(super) enum Job {
    Unit(Unit),
    Names,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Done {
    /// It was done, or it is tried again later.
    GoOn,
    /// The key cannot be used: nothing more may be asked with it.
    KeyRefused(Finding),
}

/// Does a job. An error is the store's; failures of OpenAI are kept with the unit.
pub(super) async fn perform(app: &App, connection: &Connection, job: Job) -> sqlx::Result<Done> {
    let of = (&connection.tenant, &connection.id);
    let opened = {
        let mut db = app.store.read().await?;
        secret::open(&app.vault, &mut db, of, connection.key_version).await
    };
    let key = match opened {
        Ok(key) => key,
        Err(secret::OpenError::Unreadable) => {
            return Ok(Done::KeyRefused(Finding::new(Cause::KeyUnreadable, None)));
        }
        Err(secret::OpenError::Store(error)) => return Err(error),
    };
    let failed = match &job {
        Job::Unit(unit) => read_unit(app, unit, &key).await?.err(),
        Job::Names => read_names(app, connection, &key).await?.err(),
    };
    drop(key);
    let Some(failure) = failed else { return Ok(Done::GoOn) };
    tracing::warn!(
        connection = connection.id.as_str(),
        job = ?job,
        cause = ?failure.cause,
        upstream_request_id = failure.upstream_request_id,
        "could not read from OpenAI"
    );
    if finding::condemns_key(&failure.cause) {
        return Ok(Done::KeyRefused(failure));
    }
    let now = app.clock.now();
    let mut db = app.store.write().await?;
    match job {
        Job::Unit(unit) => {
            let due_at = now.plus_seconds(wait(unit.attempts, &failure.cause));
            import_unit::postpone(&mut db, &unit, &failure, due_at).await?;
        }
        Job::Names => {
            let readable =
                connection.management_readable && !matches!(failure.cause, Cause::MissingScope { .. });
            let due_at = now.plus_seconds(NAMES_EVERY);
            store::connection::note_management(&mut db, of, readable, None, due_at).await?;
        }
    }
    db.commit().await?;
    Ok(Done::GoOn)
}

fn account<'a>(app: &'a App, key: &'a AdminKey) -> Account<'a> {
    app.openai.as_account(key).with_retry(RETRY).with_attempt_timeout(ATTEMPT_TIMEOUT)
}

async fn read_unit(app: &App, unit: &Unit, key: &AdminKey) -> sqlx::Result<Result<(), Finding>> {
    let account = account(app, key);
    let now = app.clock.now();
    let read = match unit.stream {
        Stream::Costs => costs::read(account, unit.window, now).await.map(Read::Costs),
        Stream::Completions => completions::read(account, unit.window, now).await.map(Read::Completions),
        // None of them is planned: see [`super::STREAMS`].
        _ => Err(Finding::new(Cause::RequestRefused, None)),
    };
    let read = match read {
        Ok(read) => read,
        Err(failure) => return Ok(Err(failure)),
    };
    let (days, rows) = read.size();
    for part in batch::parts(unit.window, read.days()) {
        // Rows and coverage of a day change together or not at all; the unit goes with the last of them.
        let mut db = app.store.write().await?;
        let is_last = part.start == unit.window.start;
        let is_planned = if is_last {
            import_unit::complete(&mut db, unit).await?
        } else {
            import_unit::is_planned(&mut db, unit).await?
        };
        if !is_planned {
            return Ok(Ok(()));
        }
        read.keep(&mut db, unit, part, now).await?;
        db.commit().await?;
    }
    tracing::info!(
        connection = unit.connection.as_str(),
        stream = unit.stream.slug(),
        start = %unit.window.start,
        end = %unit.window.end,
        days,
        rows,
        "imported a window"
    );
    Ok(Ok(()))
}

/// A window as it was read.
enum Read {
    Costs(costs::Costs),
    Completions(completions::Usage),
}

impl Read {
    /// The days that OpenAI answered for, in order, with their numbers of rows.
    fn days(&self) -> &[(Day, usize)] {
        match self {
            Self::Costs(read) => &read.days,
            Self::Completions(read) => &read.days,
        }
    }

    /// How many days, and how many rows.
    fn size(&self) -> (usize, usize) {
        (self.days().len(), self.days().iter().map(|(_, rows)| rows).sum())
    }

    /// Puts a part of the window in place of whatever it had.
    async fn keep(
        &self,
        db: &mut AnyConnection,
        unit: &Unit,
        part: Window,
        now: Timestamp,
    ) -> sqlx::Result<()> {
        let of = (&unit.tenant, &unit.connection);
        match self {
            Self::Costs(read) => {
                let costs: Vec<_> = read.costs.iter().filter(|cost| part.contains(cost.day)).collect();
                cost::replace(db, of, part, &costs).await?;
                for (id, name) in &read.projects {
                    let named = Project { id: id.clone(), name: Some(name.clone()), archived_at: None };
                    project::upsert(db, of, &named, now).await?;
                }
                if let Some(organization) = &read.organization {
                    store::connection::identify(db, of, organization).await?;
                }
            }
            Self::Completions(read) => {
                let rows: Vec<_> = read.rows.iter().filter(|(day, _)| part.contains(*day)).collect();
                completion_usage::replace(db, of, part, &rows).await?;
            }
        }
        let days: Vec<_> = self.days().iter().filter(|(day, _)| part.contains(*day)).copied().collect();
        import_day::replace(db, of, (unit.stream, part), &days, now).await
    }
}

async fn read_names(app: &App, connection: &Connection, key: &AdminKey) -> sqlx::Result<Result<(), Finding>> {
    let of = (&connection.tenant, &connection.id);
    let read = match names::read(account(app, key), &connection.key_tail).await {
        Ok(read) => read,
        Err(failure) => return Ok(Err(failure)),
    };
    let now = app.clock.now();
    let mut db = app.store.write().await?;
    for found in &read.projects {
        project::upsert(&mut db, of, found, now).await?;
    }
    let due_at = now.plus_seconds(NAMES_EVERY);
    store::connection::note_management(&mut db, of, true, read.key_expires_at, due_at).await?;
    db.commit().await?;
    Ok(Ok(()))
}

/// Seconds until a failed unit is tried again: doubled each time, never sooner than OpenAI asked.
fn wait(attempts: u32, cause: &Cause) -> i64 {
    let (shortest, longest) = BACKOFF;
    let doubled =
        shortest.saturating_mul(1_i64.checked_shl(attempts.min(16)).unwrap_or(i64::MAX)).min(longest);
    match cause {
        Cause::RateLimited { retry_after_seconds: Some(seconds) } => doubled.max(i64::from(*seconds)),
        _ => doubled,
    }
}

/// When recent days are read again: after an hour, and scattered, so that many connections do not come at once.
pub fn next_refresh(now: Timestamp) -> Timestamp {
    let scatter = crate::random::bytes::<2>().map(u16::from_be_bytes).unwrap_or_default();
    now.plus_seconds(3600 + i64::from(scatter) % 300)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_an_hour_and_obey_upstream() {
        let down = Cause::UpstreamDown { status: 500 };
        let waits: Vec<_> = (0..12).map(|attempts| wait(attempts, &down)).collect();
        assert_eq!(waits, [15, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600]);
        assert_eq!(wait(u32::MAX, &down), 3600);
        let limited = |seconds| Cause::RateLimited { retry_after_seconds: seconds };
        assert_eq!(
            (wait(0, &limited(Some(90))), wait(0, &limited(Some(5))), wait(0, &limited(None))),
            (90, 15, 15)
        );
    }
}
