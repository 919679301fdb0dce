//! The rule that says how a connection is. Pure: what is known of it goes in, its state comes out.

use std::collections::BTreeSet;

use api::connection::{ConnectionStatus, DayState, StreamProgress};
use api::connection_draft::{Cause, Finding};
use api::{Day, Timestamp};

use crate::import::plan::{self, Window};
use crate::store::connection::{Connection, LifeState};
use crate::store::import_unit::Pending;

/// Seconds without a successful reading after which a connection is silent. Recent days are read every hour: four of
/// these have failed or were not begun.
const SILENT_AFTER: i64 = 4 * 3600;
/// Seconds after a reading was due after which its connection may be silent: those that are left of [`SILENT_AFTER`] when
/// the next reading was due an hour and five minutes after the last one.
pub(super) const OVERDUE: i64 = SILENT_AFTER - 3900;
/// Days in a row with usage that make it a habit: two weeks, so that whoever rests on weekends has none.
const HABIT: i64 = 14;
/// Whole days without usage after which a habit has ended.
const QUIET: i64 = 3;
/// Seconds before its end from which on a key's expiry is told: 14 days.
pub(super) const EXPIRY_WARNING: i64 = 14 * 86_400;

/// What is known of a connection.
pub(super) struct Facts<'a> {
    pub(super) connection: &'a Connection,
    pub(super) streams: &'a [StreamProgress],
    pub(super) pending: &'a [Pending],
    /// On which days of [`usage_window`] there was usage.
    pub(super) usage: &'a BTreeSet<Day>,
    /// Whether anything that was never read is still to be read.
    pub(super) importing: bool,
    /// Whether recent days are to be read again now.
    pub(super) refresh_is_due: bool,
    pub(super) now: Timestamp,
}

/// How it is. What somebody has done with it comes first, then what keeps it from importing, then what is wrong with what
/// is imported.
pub(super) fn status(facts: &Facts<'_>) -> ConnectionStatus {
    let Facts { connection, streams, now, .. } = *facts;
    let life = &connection.life;
    match life.state {
        LifeState::Disconnected => {
            return ConnectionStatus::Disconnected { by: life.by.clone(), at: life.at };
        }
        LifeState::Paused => return ConnectionStatus::Paused { by: life.by.clone(), at: life.at },
        LifeState::Active => {}
    }
    if let Some(finding) = connection.key_failure.clone() {
        return ConnectionStatus::NeedsKey { finding };
    }
    if let Some(finding) = streams.iter().find_map(|stream| stream.failure.clone()) {
        return ConnectionStatus::Degraded { finding };
    }
    let since = last_sign(facts);
    if now.unix_seconds().saturating_sub(since.unix_seconds()) >= SILENT_AFTER {
        return ConnectionStatus::Degraded { finding: Finding::new(Cause::Silent { since }, None) };
    }
    if streams.iter().all(|stream| stream.last_success.is_none()) {
        return ConnectionStatus::Connecting;
    }
    let missing = missing(facts);
    if facts.importing || !missing.is_empty() && (facts.refresh_is_due || is_planned(facts, &missing)) {
        return ConnectionStatus::Importing { percent: percent(streams) };
    }
    if !missing.is_empty() {
        let days = missing.into_iter().collect();
        return ConnectionStatus::Degraded { finding: Finding::new(Cause::DaysMissing { days }, None) };
    }
    if let Some(last_day) = usage_stopped(facts.usage, Day::of(now)) {
        return ConnectionStatus::Degraded { finding: Finding::new(Cause::UsageStopped { last_day }, None) };
    }
    ConnectionStatus::Healthy
}

/// When it was last seen to work: when all streams were last read, or, while it imports, any of them; and not before it
/// was last set going.
fn last_sign(facts: &Facts<'_>) -> Timestamp {
    let read = facts.streams.iter().map(|stream| stream.last_success);
    let read = if facts.importing { read.max() } else { read.min() };
    let set_going = facts.connection.life.at.max(facts.connection.key_added_at);
    read.flatten().map_or(set_going, |read| read.max(set_going))
}

/// The days that no reading has brought, of any stream, without those that may still be late.
fn missing(facts: &Facts<'_>) -> BTreeSet<Day> {
    let today = Day::of(facts.now);
    let of_stream = |stream: &StreamProgress| {
        let due = ..plan::late_from(stream.stream, today);
        let stretches = stream.days.iter().filter(|stretch| stretch.state == DayState::Missing);
        let days = stretches
            .flat_map(|stretch| (stretch.from.number()..=stretch.through.number()).map(Day::from_number));
        days.filter(|day| due.contains(day)).collect::<Vec<_>>()
    };
    facts.streams.iter().flat_map(of_stream).collect()
}

/// Whether each of these days is to be read.
fn is_planned(facts: &Facts<'_>, days: &BTreeSet<Day>) -> bool {
    days.iter().all(|day| {
        facts.pending.iter().any(|pending| (pending.window.start..pending.window.end).contains(day))
    })
}

fn percent(streams: &[StreamProgress]) -> u8 {
    let sum =
        |days: fn(&StreamProgress) -> u32| streams.iter().map(|stream| u64::from(days(stream))).sum::<u64>();
    let (imported, planned) = (sum(|stream| stream.days_imported), sum(|stream| stream.days_planned));
    u8::try_from((imported.saturating_mul(100) / planned.max(1)).min(100)).unwrap_or(100)
}

/// The days that [`usage_stopped`] needs to know of.
pub(super) fn usage_window(today: Day) -> Window {
    Window { start: today.plus(-2 * (HABIT + QUIET)), end: today.plus(1) }
}

/// The last day with usage, when there was some every day for two weeks and none on the last three whole days. After
/// another two weeks it is no news any more.
fn usage_stopped(with_usage: &BTreeSet<Day>, today: Day) -> Option<Day> {
    let last = *with_usage.last()?;
    let quiet = today.number() - last.number() - 1;
    let was_habit = (0..HABIT).all(|ago| with_usage.contains(&last.plus(-ago)));
    ((QUIET..QUIET + HABIT).contains(&quiet) && was_habit).then_some(last)
}

/// What will go wrong unless somebody does something, and what is wrong with figures that are there.
pub(super) fn warnings(
    connection: &Connection,
    status: &ConnectionStatus,
    differing: &[Day],
    now: Timestamp,
) -> Vec<Finding> {
    let differs = (!differing.is_empty()).then(|| Cause::TotalsDiffer { days: differing.to_vec() });
    let causes = expiry(connection, status, now).into_iter().chain(differs);
    causes.map(|cause| Finding::new(cause, None)).collect()
}

fn expiry(connection: &Connection, status: &ConnectionStatus, now: Timestamp) -> Option<Cause> {
    let told = matches!(status, ConnectionStatus::NeedsKey { .. } | ConnectionStatus::Disconnected { .. });
    let at = connection.key_expires_at.filter(|_| !told)?;
    match at.unix_seconds().saturating_sub(now.unix_seconds()) {
        ..=0 => Some(Cause::KeyExpired { at }),
        1..EXPIRY_WARNING => Some(Cause::KeyExpiring { at }),
        _ => None,
    }
}
