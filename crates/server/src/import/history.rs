//! How far back a connection's history goes: the totals of all years tell it, 180 days to a call, and what each of them
//! tells is planned at once.

use api::connection::Stream;
use api::{Amount, ConnectionId, Day, TenantId, Timestamp};
use sqlx::AnyConnection;

use super::costs::Costs;
use super::days::Whole;
use super::plan::{self, Window};
use crate::store::import_schedule::{self, History};
use crate::store::import_unit::{Purpose, Unit};
use crate::store::{import_day, import_unit};

/// 2020-06-01: OpenAI's API opened in June 2020, and nobody was billed before.
const OPENED: i64 = 18_414;
/// The first day that is ever asked for, when the history may have so many days.
fn floor(history_days: i64, today: Day) -> Day {
    today.plus(1_i64.saturating_sub(history_days)).max(Day::from_number(OPENED))
}

/// Plans a new connection's first days, and the walk through its totals: all of it at once, since no answer says whether
/// another is worth asking for. Belongs in the transaction that makes the connection.
pub async fn plan_history(
    db: &mut AnyConnection,
    of: (&TenantId, &ConnectionId),
    history_days: i64,
    now: Timestamp,
) -> sqlx::Result<()> {
    let today = Day::of(now);
    let floor = floor(history_days, today);
    let first = plan::first_day(today).max(floor);
    for stream in Stream::ALL.iter().filter(|stream| **stream != Stream::CostTotals) {
        for window in plan::recent(*stream, first, today) {
            import_unit::insert(db, of, (*stream, window, Purpose::History), now).await?;
        }
    }
    for window in plan::back(Stream::CostTotals, floor, today.plus(1)) {
        import_unit::insert(db, of, (Stream::CostTotals, window, Purpose::Walk), now).await?;
    }
    import_schedule::note_history(db, of, History::Walked, first).await
}

/// Goes on from totals that were read: plans the days that have costs, and ends the walk with its last ones. Belongs in
/// the transaction that keeps them.
pub(super) async fn go_on(
    db: &mut AnyConnection,
    unit: &Unit,
    totals: &Costs,
    history_days: i64,
    now: Timestamp,
) -> sqlx::Result<()> {
    let of = (&unit.tenant, &unit.connection);
    let Some(schedule) = import_schedule::find(db, of.0, of.1).await? else { return Ok(()) };
    let floor = floor(history_days, Day::of(now));
    let mut start = schedule.connection.history_start;
    let first_cost = totals.sums().filter(|(.., amount)| *amount != Amount::ZERO).map(|(day, ..)| day).min();
    if let Some(first_cost) = first_cost.filter(|day| *day < start) {
        for stream in Stream::ALL.iter().filter(|stream| **stream != Stream::CostTotals) {
            for window in plan::back(*stream, first_cost, start) {
                import_unit::insert(db, of, (*stream, window, Purpose::History), now).await?;
            }
        }
        start = first_cost;
    }
    let is_walked = schedule.history == History::Walked && unit.purpose == Purpose::Walk;
    // Years without any cost end nothing: there may be costs before them. Totals that come late lengthen what is known.
    if !is_walked || import_unit::has_walk_left(db, of).await? {
        return import_schedule::note_history(db, of, schedule.history, start).await;
    }
    end_walk(db, of, (floor, start), now).await
}

/// Notes how far the history goes, once its totals were looked through from `floor` on. `start` is the first day that has
/// costs, or that was read at once.
async fn end_walk(
    db: &mut AnyConnection,
    of: (&TenantId, &ConnectionId),
    (floor, start): (Day, Day),
    now: Timestamp,
) -> sqlx::Result<()> {
    let today = Day::of(now);
    let looked_through = Window { start: floor, end: today.plus(1) };
    let told = import_day::imported_at(db, of, (Stream::CostTotals, looked_through)).await?;
    let Some(first_told) = told.keys().min().copied() else {
        // Of an organization without any costs there may be usage.
        return import_schedule::note_history(db, of, History::Known, start).await;
    };
    // Before the first day that OpenAI tells of, the organization was not there.
    let start = start.max(first_told);
    let untold = Window { start, end: plan::late_from(Stream::CostTotals, today).max(start) };
    let untold: Vec<Day> = untold.each().filter(|day| !told.contains_key(day)).collect();
    plan_untold(db, of, &untold, now).await?;
    // What was looked through and found empty is no history. What has not come yet may be.
    let lacking = import_unit::windows(db, of, Stream::CostTotals).await?;
    let first = lacking.iter().map(|window| window.start).min().unwrap_or(start).min(start);
    import_day::forget_before(db, of, Stream::CostTotals, first).await?;
    import_unit::forget_before(db, of, first, now).await?;
    import_schedule::note_history(db, of, History::Known, start).await
}

/// Plans the totals that OpenAI left out amid others, except those that are planned already.
async fn plan_untold(
    db: &mut AnyConnection,
    of: (&TenantId, &ConnectionId),
    untold: &[Day],
    now: Timestamp,
) -> sqlx::Result<()> {
    let planned = import_unit::windows(db, of, Stream::CostTotals).await?;
    for window in plan::runs(untold).iter().flat_map(|window| window.without(&planned)) {
        import_unit::insert(db, of, (Stream::CostTotals, window, Purpose::History), now).await?;
    }
    Ok(())
}

/// The days that a unit's answer should have had. Where the start of the history is looked for, those before the first one
/// that came may be before it.
pub(super) fn missing<'a>(unit: &Unit, whole: &'a Whole) -> &'a [Day] {
    if unit.purpose != Purpose::Walk {
        return &whole.missing;
    }
    let first = whole.read.keys().next();
    let before = whole.missing.iter().take_while(|day| first.is_none_or(|first| *day < first)).count();
    whole.missing.get(before..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn history_begins_where_openai_did_or_where_the_operator_says() {
        let today = Day::parse("2026-11-23").unwrap();
        assert_eq!(floor(i64::MAX, today).to_string(), "2020-06-01");
        assert_eq!(floor(3, today).to_string(), "2026-11-21");
    }
}
