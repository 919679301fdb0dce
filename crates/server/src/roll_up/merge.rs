//! Days become one roll-up: a dictionary and columns for a month take a fraction of what thirty have, and are read in a
//! fraction of the time.

use std::collections::BTreeMap;

use api::{ConnectionId, Currency, Day, Month, TenantId};
use facts::{CubeBuilder, DecodeError, Dimensions};

use super::{RULE, Stretch, decode};
use crate::app::App;
use crate::figures::FiguresError;
use crate::import::plan::{TRAILING_DAYS, Window};
use crate::store::roll_up::{self, RollUp};

/// Most facts of a roll-up of several days, so that memory does not grow with the organization. As columns they take
/// about 13 MB.
const MOST_FACTS: usize = 100_000;
/// Days of the current month that are worth being merged.
const WORTHWHILE: usize = 7;

/// Merges what has been kept of days that are no longer read again every hour, month by month. Says how many roll-ups it
/// has made: none when everything is merged. What changes meanwhile is left alone, and found again.
pub async fn merge(app: &App) -> Result<usize, FiguresError> {
    let horizon = app.clock.today().plus(1 - TRAILING_DAYS);
    let kept = roll_up::before(&mut *app.store.read().await?, RULE, horizon).await?;
    let mut merged = 0;
    for of_account in kept.chunk_by(|one, other| (&one.0, &one.1) == (&other.0, &other.1)) {
        let Some((tenant, connection, ..)) = of_account.first() else { continue };
        let sizes: Vec<(Window, usize)> =
            of_account.iter().map(|(.., window, size)| (*window, *size)).collect();
        for window in worthwhile(&sizes, horizon) {
            merged += usize::from(merge_window(app, tenant, connection, window).await?);
        }
    }
    Ok(merged)
}

/// The windows that become one roll-up each: neighbours of one month, as long as they are not too large together.
fn worthwhile(kept: &[(Window, usize)], horizon: Day) -> Vec<Window> {
    let mut windows = Vec::new();
    let neighbours = |one: &(Window, usize), other: &(Window, usize)| {
        one.0.end == other.0.start && Month::of(one.0.start) == Month::of(other.0.start)
    };
    for row in kept.chunk_by(neighbours) {
        let mut groups: Vec<(Window, usize, usize)> = Vec::new();
        for (window, size) in row {
            match groups.last_mut() {
                Some((whole, sum, count)) if *sum + size <= MOST_FACTS => {
                    (whole.end, *sum, *count) = (window.end, *sum + size, *count + 1);
                }
                _ => groups.push((*window, *size, 1)),
            }
        }
        let is_over = |window: &Window| Month::of(window.start).span().end <= horizon;
        let worthwhile = groups
            .into_iter()
            .filter(|(window, _, count)| *count >= if is_over(window) { 2 } else { WORTHWHILE });
        windows.extend(worthwhile.map(|(window, ..)| window));
    }
    windows
}

async fn merge_window(
    app: &App,
    tenant: &TenantId,
    connection: &ConnectionId,
    window: Window,
) -> Result<bool, FiguresError> {
    let mut db = app.store.read().await?;
    // Before anything else is read: whatever changes from here on is noticed.
    let basis = roll_up::basis(&mut db, (tenant, connection), window).await?;
    let kept = roll_up::read(&mut db, tenant, std::slice::from_ref(connection), window, RULE).await?;
    drop(db);
    let covered: i64 = kept.iter().map(|kept| kept.window.days()).sum();
    if covered != window.days() {
        return Ok(false);
    }
    let connection = connection.clone();
    let whole = app.background.run(move || one(&connection, window, &kept)).await??;
    let mut db = app.store.write_in_background().await?;
    let is_kept = roll_up::put(&mut db, tenant, &whole, RULE, &basis).await?;
    db.commit().await?;
    Ok(is_kept)
}

/// Roll-ups as one.
fn one(connection: &ConnectionId, window: Window, kept: &[RollUp]) -> Result<RollUp, DecodeError> {
    let mut builders: BTreeMap<Currency, CubeBuilder> = BTreeMap::new();
    for kept in kept {
        for cube in decode(kept, Dimensions::ALL)?.cubes {
            let currency = cube.currency();
            builders.entry(currency).or_insert_with(|| CubeBuilder::new(currency)).add_cube(&cube);
        }
    }
    let cubes = builders.into_values().map(CubeBuilder::finish).collect();
    let whole = Stretch { connection: connection.clone(), window, cubes };
    Ok(RollUp { connection: connection.clone(), window, row_count: whole.len(), body: whole.encode() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    /// Days in a row, one by one, of so many facts each.
    fn days(first: &str, sizes: &[usize]) -> Vec<(Window, usize)> {
        let first = day(first);
        let windows = (0..).map(|n| Window { start: first.plus(n), end: first.plus(n + 1) });
        windows.zip(sizes.iter().copied()).collect()
    }

    fn said(kept: &[(Window, usize)], horizon: &str) -> Vec<String> {
        worthwhile(kept, day(horizon))
            .iter()
            .map(|window| format!("{}..{}", window.start, window.end))
            .collect()
    }

    #[test]
    fn months_are_merged_and_what_is_merged_stays() {
        let kept = days("2026-09-28", &[10; 40]);
        assert_eq!(
            said(&kept, "2026-11-10"),
            ["2026-09-28..2026-10-01", "2026-10-01..2026-11-01", "2026-11-01..2026-11-07"][..2]
        );
        let merged = [(Window { start: day("2026-10-01"), end: day("2026-11-01") }, 310)];
        assert!(said(&merged, "2026-11-10").is_empty());
    }

    #[test]
    fn days_of_this_month_are_merged_a_week_at_a_time() {
        assert!(said(&days("2026-11-01", &[10; 6]), "2026-11-10").is_empty());
        assert_eq!(said(&days("2026-11-01", &[10; 7]), "2026-11-10"), ["2026-11-01..2026-11-08"]);
    }

    #[test]
    fn large_days_stay_apart_and_a_missing_day_parts_its_neighbours() {
        let large = days("2026-10-01", &[60_000, 40_000, 1, 99_999, 100_000, 1]);
        assert_eq!(said(&large, "2026-12-01"), ["2026-10-01..2026-10-03", "2026-10-03..2026-10-05"]);
        let mut gap = days("2026-10-01", &[10; 5]);
        gap.remove(2);
        assert_eq!(said(&gap, "2026-12-01"), ["2026-10-01..2026-10-03", "2026-10-04..2026-10-06"]);
    }
}
