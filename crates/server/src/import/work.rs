//! Does one job from end to end: opens the key, reads, keeps what was read.

use std::time::Duration;

use admin_key::AdminKey;
use api::connection::Stream;
use api::connection_draft::{Cause, Finding};
use api::{Day, Timestamp};
use openai::usage::{
    AudioSpeeches, AudioTranscriptions, CodeInterpreterSessions, Completions, Embeddings, FileSearchCalls,
    Images, Moderations, VectorStores, WebSearchCalls,
};
use openai::{Account, Observer};

use super::failure::Failure;
use super::keep::{self, Read};
use super::leased::{self, Stopped};
use super::reading::Reading;
use super::turn::Task;
use super::{costs, names, usage};
use crate::app::App;
use crate::store::connection::Connection;
use crate::store::import_schedule::{self, Due};
use crate::store::import_unit::{Purpose, Unit};
use crate::store::{import_day, import_unit};
use crate::upstream_call::collect::observer;
use crate::{finding, secret};

/// Longest wait for one page.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
/// Shortest and longest time until a failed unit is tried again, in seconds.
const BACKOFF: (i64, i64) = (15, 3600);
/// Rows that a page is meant to have: a page is held in memory twice, as text and as rows.
const ROWS_PER_PAGE: u64 = 8_000;
/// Longest page that is read, in bytes. A longer one is asked for in parts.
const LONGEST_PAGE: usize = 8 << 20;
/// Most buckets of a page, whatever the stream: beyond its own limit, a stream is asked for its limit.
const MOST_BUCKETS: u32 = 180;

/// A thing to do for a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Job {
    Unit(Unit),
    Names,
    KeyNames,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Done {
    /// It was done, or it is tried again later.
    GoOn,
    /// OpenAI wants fewer requests: the whole connection waits.
    SlowDown,
    /// The key cannot be used: nothing more may be asked with it.
    KeyRefused {
        /// Which of the connection's keys it was: another one may have taken its place meanwhile.
        version: i64,
        /// Why.
        failure: Finding,
    },
}

/// Does a job. An error is the store's; failures of OpenAI are kept with the unit.
pub(super) async fn perform(app: &App, task: &Task, job: &Job) -> Result<Done, Stopped> {
    let connection = &task.connection;
    let of = (&connection.tenant, &connection.id);
    let opened = {
        let mut db = app.store.read().await?;
        secret::open(&app.vault, &mut db, of, connection.key_version).await
    };
    let key = match opened {
        Ok(key) => key,
        Err(secret::OpenError::Unreadable) => {
            let failure = Finding::new(Cause::KeyUnreadable, None);
            return Ok(Done::KeyRefused { version: connection.key_version, failure });
        }
        // It comes back with the next turn.
        Err(secret::OpenError::Unavailable(error)) => return Err(Stopped::MasterKey(error)),
        Err(secret::OpenError::Store(error)) => return Err(error.into()),
    };
    let observer = observer(app, of);
    let account =
        account(app, &key, &observer).with_turns_for_long_answers(&task.long_answers).with_pause(&task.pause);
    let failed = match job {
        Job::Unit(unit) => {
            let failed = read_unit(app, task, unit, account).await?.err();
            app.metrics.window_read(unit.stream.slug(), failed.is_none());
            failed
        }
        Job::Names => names::keep_names(app, task, account).await?.err(),
        Job::KeyNames => names::keep_key_names(app, task, account).await?.err(),
    };
    drop(key);
    match failed {
        None => Ok(Done::GoOn),
        Some(failure) => note_failure(app, task, job, failure).await,
    }
}

/// Says when a job that failed is tried again.
async fn note_failure(app: &App, task: &Task, job: &Job, failure: Finding) -> Result<Done, Stopped> {
    let connection = &task.connection;
    let of = (&connection.tenant, &connection.id);
    tracing::warn!(
        connection = connection.id.as_str(),
        job = ?job,
        cause = ?failure.cause,
        upstream_request_id = failure.upstream_request_id,
        "could not read from OpenAI"
    );
    // Names are optional: whether a key that is refused for them is refused altogether is what the next window tells.
    let is_optional = matches!(job, Job::Names | Job::KeyNames) && failure.cause == Cause::KeyRefused;
    let is_condemned = finding::condemns_key(&failure.cause) && !is_optional;
    if is_condemned || matches!(failure.cause, Cause::AlreadyConnected { .. }) {
        let failure = finding::with_expiry(failure, connection.key_expires_at, app.clock.now());
        return Ok(Done::KeyRefused { version: connection.key_version, failure });
    }
    let now = app.clock.now();
    // Whoever was asked to wait: it is meant for the organization.
    let asked = task.pause.left().map_or(0, |left| i64::try_from(left.as_secs()).unwrap_or(i64::MAX) + 1);
    let mut db = leased::write(app, &task.lease).await?;
    let due_at = match job {
        Job::Unit(unit) => {
            let of_stream = is_of_stream(&failure.cause);
            let attempts = if of_stream {
                import_unit::most_attempts(&mut db, of, unit.stream).await?
            } else {
                unit.attempts
            };
            let due_at = now.plus_seconds(wait(attempts, &failure.cause).max(asked));
            let attempts = attempts.saturating_add(1);
            import_unit::postpone(&mut db, unit, &failure, (attempts, due_at), now).await?;
            if of_stream {
                import_unit::hold(&mut db, of, unit.stream, due_at).await?;
            }
            due_at
        }
        Job::Names => {
            let readable = connection.management_readable
                && !matches!(failure.cause, Cause::MissingScope { .. } | Cause::KeyRefused);
            let due_at = now.plus_seconds(names::EVERY);
            let of = (of.0, of.1, connection.key_version);
            import_schedule::note_names(&mut db, of, readable, None, due_at).await?;
            now.plus_seconds(wait(0, &failure.cause).max(asked))
        }
        Job::KeyNames => {
            import_schedule::note_due(&mut db, of, Due::KeyNames, now.plus_seconds(names::EVERY)).await?;
            now.plus_seconds(wait(0, &failure.cause).max(asked))
        }
    };
    let slow_down = matches!(failure.cause, Cause::RateLimited { .. });
    if slow_down || asked > 0 {
        import_schedule::hold(&mut db, of, due_at, now).await?;
    }
    db.commit().await?;
    Ok(if slow_down { Done::SlowDown } else { Done::GoOn })
}

fn account<'a>(app: &'a App, key: &'a AdminKey, observer: &'a Observer<'a>) -> Account<'a> {
    app.openai
        .as_account(key)
        .with_attempt_timeout(ATTEMPT_TIMEOUT)
        .with_observer(observer)
        .parsing_on(app.background.handle())
}

/// When a connection's key expires, as far as OpenAI tells it at once.
pub async fn key_expiry(app: &App, connection: &Connection, key: &AdminKey) -> Option<Timestamp> {
    let longest = app.limits.connection_test;
    let observer = observer(app, (&connection.tenant, &connection.id));
    let account = account(app, key, &observer).with_attempt_timeout(longest);
    let told = tokio::time::timeout(longest, names::key_expiry(account, &connection.key_tail)).await;
    told.ok()?.ok()?.flatten()
}

async fn read_unit(
    app: &App,
    task: &Task,
    unit: &Unit,
    account: Account<'_>,
) -> Result<Result<(), Finding>, Stopped> {
    let now = app.clock.now();
    let density = {
        let mut db = app.store.read().await?;
        import_day::density(&mut db, (&unit.tenant, &unit.connection), unit.stream, 7).await?
    };
    let mut per_page = per_page(unit.stream, density);
    loop {
        let longest = if per_page > 1 { LONGEST_PAGE } else { LONGEST_PAGE * 2 };
        let account = account.with_longest_answer(longest);
        let reading = Reading { account, background: &app.background, now, per_page };
        match read(reading, unit, task.api_key_from).await {
            Ok(read) => return keep::keep(app, &task.lease, unit, &read, now).await,
            Err(failure) if failure.is_too_long() && per_page > 1 => {
                let buckets = unit.window.days() * if unit.stream.is_money() { 1 } else { 24 };
                // How much longer it is was not read: halves would be asked for in vain too often.
                per_page = per_page.min(u32::try_from(buckets).unwrap_or(per_page)).div_ceil(4);
            }
            Err(failure) => return Ok(Err(failure.finding(finding::USAGE_SCOPE))),
        }
    }
}

/// Buckets of a page that are about as many rows as a page is meant to have. While nothing is known of the stream's rows
/// (their number, and of how many days), it is asked for as much as there may be.
fn per_page(stream: Stream, (rows, days): (u64, u64)) -> u32 {
    let buckets = days * if stream.is_money() { 1 } else { 24 };
    let fitting = (ROWS_PER_PAGE * buckets).checked_div(rows).unwrap_or(u64::MAX);
    u32::try_from(fitting).unwrap_or(MOST_BUCKETS).clamp(1, MOST_BUCKETS)
}

async fn read(reading: Reading<'_>, unit: &Unit, api_key_from: Option<Day>) -> Result<Read, Failure> {
    let of @ (_, window) = (unit.stream, unit.window);
    let whole = match unit.stream {
        Stream::Costs => return costs::read(reading, window, api_key_from).await.map(Read::Costs),
        Stream::CostTotals if unit.purpose == Purpose::Walk => {
            return costs::walked(reading, window).await.map(Read::Costs);
        }
        Stream::CostTotals => return costs::totals(reading, window).await.map(Read::Costs),
        Stream::Completions => usage::read::<Completions>(reading, of).await,
        Stream::Embeddings => usage::read::<Embeddings>(reading, of).await,
        Stream::Moderations => usage::read::<Moderations>(reading, of).await,
        Stream::Images => usage::read::<Images>(reading, of).await,
        Stream::AudioSpeeches => usage::read::<AudioSpeeches>(reading, of).await,
        Stream::AudioTranscriptions => usage::read::<AudioTranscriptions>(reading, of).await,
        Stream::VectorStores => usage::read::<VectorStores>(reading, of).await,
        Stream::CodeInterpreterSessions => usage::read::<CodeInterpreterSessions>(reading, of).await,
        Stream::FileSearchCalls => usage::read::<FileSearchCalls>(reading, of).await,
        Stream::WebSearchCalls => usage::read::<WebSearchCalls>(reading, of).await,
    };
    whole.map(Read::Usage)
}

/// Whether what happened to one window would happen to every other of its stream, so that none is asked for meanwhile.
fn is_of_stream(cause: &Cause) -> bool {
    matches!(
        cause,
        Cause::MissingScope { .. }
            | Cause::IpNotAllowed
            | Cause::NotOffered
            | Cause::UpstreamDown { .. }
            | Cause::Unreachable
            | Cause::RateLimited { .. }
            | Cause::QuotaExceeded
    )
}

/// Seconds until a failed unit is tried again: doubled each time, never sooner than OpenAI asked.
pub(super) fn wait(attempts: u32, cause: &Cause) -> i64 {
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
    scattered(now.plus_seconds(3600))
}

/// When the costs of the last month are read again: after a day.
pub fn next_month(now: Timestamp) -> Timestamp {
    scattered(now.plus_seconds(86_400))
}

fn scattered(moment: Timestamp) -> Timestamp {
    let scatter = crate::random::bytes::<2>().map(u16::from_be_bytes).unwrap_or_default();
    moment.plus_seconds(i64::from(scatter) % 300)
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

    #[test]
    fn pages_are_as_long_as_the_rows_of_the_last_days_let_them() {
        for (stream, density, expected) in [
            (Stream::Costs, (0, 0), 180),
            (Stream::Costs, (0, 7), 180),
            (Stream::Costs, (700, 7), 80),
            (Stream::Costs, (7 * 90_000, 7), 1),
            (Stream::Completions, (7 * 24_000, 7), 8),
            (Stream::Completions, (7, 7), 180),
        ] {
            assert_eq!(per_page(stream, density), expected, "{stream:?} {density:?}");
        }
    }
}
