//! How far a stream is imported, day by day.

use api::connection::{DayState, DayStretch, Stream, StreamProgress};
use api::{Day, Timestamp};

use crate::store::import_block::{ImportedDays, Island};
use crate::store::import_unit::Pending;

/// What is planned of every stream of a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Planned {
    /// The first day.
    pub(super) start: Day,
    /// The last day.
    pub(super) today: Day,
    /// When recent days are read again; none while the key cannot be used.
    pub(super) refresh_due_at: Option<Timestamp>,
}

/// A stream's progress, from what is imported and what is still to be read of all streams.
pub(super) fn of(
    stream: Stream,
    planned: Planned,
    pending: &[Pending],
    imported: &[ImportedDays],
) -> StreamProgress {
    let pending: Vec<&Pending> = pending.iter().filter(|pending| pending.stream == stream).collect();
    // While the start of the history is looked for, days before it are imported too: they are none of it.
    let imported = imported.iter().find(|imported| imported.stream == stream);
    let islands: Vec<Island> = imported
        .map_or(&[][..], |imported| &imported.islands)
        .iter()
        .filter(|island| island.through >= planned.start)
        .map(|island| Island { from: island.from.max(planned.start), ..*island })
        .collect();
    let length =
        |from: Day, through: Day| u32::try_from(through.number() + 1 - from.number()).unwrap_or_default();
    let due = pending.iter().map(|pending| pending.due_at).min();
    StreamProgress {
        stream,
        days_planned: length(planned.start, planned.today),
        days_imported: islands.iter().map(|island| length(island.from, island.through)).sum(),
        rows: imported.map_or(0, |imported| imported.rows),
        from: islands.iter().map(|island| island.from).min(),
        through: islands.iter().map(|island| island.through).max(),
        days: stretches(planned, &pending, &islands),
        last_success: imported.map(|imported| imported.imported_at),
        next_run: planned.refresh_due_at.map(|refresh| due.map_or(refresh, |due| due.min(refresh))),
        failure: pending.iter().rev().find_map(|pending| pending.failure.clone()),
    }
}

/// The planned days in stretches of the same state.
fn stretches(planned: Planned, pending: &[&Pending], islands: &[Island]) -> Vec<DayStretch> {
    let mut stretches: Vec<DayStretch> = Vec::new();
    let mut add = |from: Day, through: Day, state: DayState| {
        if from > through {
            return;
        }
        match stretches.last_mut() {
            Some(last) if last.state == state => last.through = through,
            _ => stretches.push(DayStretch { from, through, state }),
        }
    };
    let mut next = planned.start;
    for island in islands {
        for (from, through, state) in unread(next, island.from.plus(-1), pending) {
            add(from, through, state);
        }
        let state = if island.settled { DayState::Imported } else { DayState::Provisional };
        add(island.from.max(next), island.through, state);
        next = next.max(island.through.plus(1));
    }
    for (from, through, state) in unread(next, planned.today, pending) {
        add(from, through, state);
    }
    stretches
}

/// The stretches of days that are not imported: those of a window that failed, and the others.
fn unread(first: Day, last: Day, pending: &[&Pending]) -> Vec<(Day, Day, DayState)> {
    let mut failed: Vec<(Day, Day)> = pending
        .iter()
        .filter(|pending| pending.failure.is_some())
        .map(|pending| (pending.window.start.max(first), pending.window.end.plus(-1).min(last)))
        .filter(|(from, through)| from <= through)
        .collect();
    failed.sort_unstable();
    let mut stretches = Vec::new();
    let mut next = first;
    for (from, through) in failed {
        if next < from {
            stretches.push((next, from.plus(-1), DayState::Missing));
        }
        stretches.push((from.max(next), through, DayState::Failed));
        next = next.max(through.plus(1));
    }
    if next <= last {
        stretches.push((next, last, DayState::Missing));
    }
    stretches
}

#[cfg(test)]
mod tests {
    use api::connection_draft::{Cause, Finding};

    use super::*;
    use crate::import::plan::Window;
    use crate::store::import_unit::Purpose;

    fn day(number: i64) -> Day {
        Day::parse("2026-11-01").unwrap().plus(number - 1)
    }

    fn at(number: i64) -> Timestamp {
        Timestamp::from_unix_seconds(number)
    }

    fn island(from: i64, through: i64, settled: bool) -> Island {
        Island { from: day(from), through: day(through), settled }
    }

    fn imported(stream: Stream, islands: &[Island]) -> ImportedDays {
        ImportedDays { stream, islands: islands.to_vec(), used: Vec::new(), rows: 40, imported_at: at(700) }
    }

    fn unit(start: i64, end: i64, due_at: i64, failure: Option<Cause>) -> Pending {
        Pending {
            stream: Stream::Images,
            window: Window { start: day(start), end: day(end) },
            purpose: Purpose::History,
            due_at: at(due_at),
            failure: failure.map(|cause| Finding::new(cause, None)),
        }
    }

    const LIMITED: Cause = Cause::RateLimited { retry_after_seconds: Some(30) };

    #[test]
    fn every_planned_day_has_a_state() {
        let planned = Planned { start: day(3), today: day(23), refresh_due_at: Some(at(5_000)) };
        let pending = [
            unit(3, 7, 900, Some(Cause::TimedOut)),
            unit(12, 14, 800, None),
            unit(15, 16, 990, Some(LIMITED)),
        ];
        let islands = [island(1, 4, true), island(9, 11, true), island(17, 18, true), island(19, 22, false)];
        let imported = [imported(Stream::Costs, &[island(1, 23, true)]), imported(Stream::Images, &islands)];
        let progress = of(Stream::Images, planned, &pending, &imported);
        let stretches: Vec<_> =
            progress.days.iter().map(|days| (days.from.ymd().2, days.through.ymd().2, days.state)).collect();
        use DayState::{Failed, Imported, Missing, Provisional};
        assert_eq!(
            stretches,
            [
                (3, 4, Imported),
                (5, 6, Failed),
                (7, 8, Missing),
                (9, 11, Imported),
                (12, 14, Missing),
                (15, 15, Failed),
                (16, 16, Missing),
                (17, 18, Imported),
                (19, 22, Provisional),
                (23, 23, Missing),
            ]
        );
        assert_eq!((progress.days_planned, progress.days_imported, progress.rows), (21, 11, 40));
        assert_eq!(progress.last_success, Some(at(700)));
        assert_eq!((progress.from, progress.through), (Some(day(3)), Some(day(22))));
        assert_eq!((progress.next_run, progress.failure.unwrap().cause), (Some(at(800)), LIMITED));

        let unused = Planned { refresh_due_at: None, ..planned };
        assert_eq!(of(Stream::Images, unused, &pending, &imported).next_run, None);
        let fresh = of(Stream::Moderations, planned, &[], &[]);
        assert_eq!(fresh.days.len(), 1);
        assert_eq!(fresh.next_run, Some(at(5_000)));
    }
}
