//! The alarm: with each reading of costs, the days that OpenAI revises no more are compared with its own totals of them. What
//! differs is kept for as long as it does, is a warning of the account, and is told once for each month.

use std::collections::BTreeMap;

use api::connection::Stream;
use api::{Amount, ConnectionId, Currency, Day, Month, TenantId};
use facts::segment;
use sqlx::AnyConnection;

use crate::app::App;
use crate::import::plan::{self, Window};
use crate::notification::{self, Account, Facts};
use crate::store::total_difference::{self, TotalDifference};
use crate::store::{connection, cost, import_day, segment as store};

/// A difference of more than a cent is told: 0.01 of the currency, in 10^-12.
const TOLD_FROM: u128 = 10_000_000_000;
/// One of more than a thousandth of the total, too.
const PART: u128 = 1_000;
/// But none that a hundred thousand lines may come to which were each rounded to 10^-12.
const ROUNDING: u128 = 100_000;

/// What days are billed, by currency.
type Bills = BTreeMap<(Day, Currency), Amount>;

/// Compares the settled days of a window, of which costs or totals have just been kept. Call it in that transaction.
pub(crate) async fn compare(
    app: &App,
    db: &mut AnyConnection,
    of: (&TenantId, &ConnectionId),
    window: Window,
) -> sqlx::Result<()> {
    let lines = import_day::imported_at(db, of, (Stream::Costs, window)).await?;
    let totals = import_day::imported_at(db, of, (Stream::CostTotals, window)).await?;
    let is_settled = |day: &Day| {
        [&lines, &totals]
            .iter()
            .all(|imported| imported.get(day).is_some_and(|at| *at >= plan::settles_at(*day)))
    };
    let connections = std::slice::from_ref(of.1);
    let mut billed = Bills::new();
    for day in cost::between(db, of.0, connections, window).await? {
        for cost in day.costs {
            add(&mut billed, (day.day, cost.currency), cost.amount);
        }
    }
    let mut told = Bills::new();
    for day in store::read(db, of.0, connections, &[Stream::CostTotals], window).await? {
        let (_, lines) =
            segment::decode_costs(&day.body).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
        for line in lines {
            add(&mut told, (day.day, line.currency), line.amount);
        }
    }
    let mut found = differences(&billed, &told);
    found.retain(|difference| is_settled(&difference.day));
    total_difference::replace(db, of, window, &found).await?;
    tell(app, db, of, &found).await
}

fn add(bills: &mut Bills, key: (Day, Currency), amount: Amount) {
    let sum = bills.entry(key).or_default();
    *sum = *sum + amount;
}

/// What differs by more than is let pass.
fn differences(billed: &Bills, told: &Bills) -> Vec<TotalDifference> {
    let mut keys: Vec<_> = billed.keys().chain(told.keys()).copied().collect();
    keys.sort_unstable();
    keys.dedup();
    let of = |(day, currency)| {
        let [billed, total] =
            [billed, told].map(|bills| bills.get(&(day, currency)).copied().unwrap_or_default());
        TotalDifference { day, currency, billed, total }
    };
    keys.into_iter().map(of).filter(is_told).collect()
}

fn is_told(found: &TotalDifference) -> bool {
    let difference = found.billed.pico().abs_diff(found.total.pico());
    let is_part =
        difference > ROUNDING && difference.saturating_mul(PART) > found.total.pico().unsigned_abs();
    difference > TOLD_FROM || is_part
}

/// Tells what differs: of a month once, whatever is noticed of it later.
async fn tell(
    app: &App,
    db: &mut AnyConnection,
    of: (&TenantId, &ConnectionId),
    found: &[TotalDifference],
) -> sqlx::Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    let Some(account) = connection::find(db, of.0, of.1).await? else { return Ok(()) };
    for of_month in found.chunk_by(|one, other| Month::of(one.day) == Month::of(other.day)) {
        let largest = of_month.iter().max_by_key(|one| one.billed.pico().abs_diff(one.total.pico()));
        let Some(TotalDifference { day, currency, billed, total }) = largest.copied() else { continue };
        let mut days: Vec<Day> = of_month.iter().map(|one| one.day).collect();
        days.dedup();
        let occasion = format!("totals_differ:{}:{}", of.1, Month::of(day));
        let account = Account::of(&account);
        let facts = Facts::TotalsDiffer { account, days, day, currency, billed, total };
        notification::raise(app, db, of.0, &occasion, &facts).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(billed: i128, total: i128, expected: bool) {
        let bills =
            |pico| Bills::from([((Day::from_number(20_000), Currency::USD), Amount::saturating(pico))]);
        assert_eq!(!differences(&bills(billed), &bills(total)).is_empty(), expected, "{billed} {total}");
    }

    #[test]
    fn more_than_a_cent_or_a_thousandth_is_told_and_no_rounding() {
        const USD: i128 = 1_000_000_000_000;
        check(100 * USD, 100 * USD, false);
        check(100 * USD + USD / 100, 100 * USD, false);
        check(100 * USD + USD / 100 + 1, 100 * USD, true);
        check(100 * USD - USD / 100 - 1, 100 * USD, true);
        check(USD + USD / 1_000, USD, false);
        check(USD + USD / 1_000 + 1, USD, true);
        check(0, -1, false);
        check(0, 100_000, false);
        check(100_001, 0, true);
        check(-5 * USD, -5 * USD - USD / 200, false);
        check(i128::MAX, i128::MIN, true);
    }

    #[test]
    fn a_day_or_a_currency_that_one_side_alone_has_is_told() {
        let euro = Currency::parse("eur").unwrap();
        let day = Day::from_number(20_000);
        let amount = Amount::saturating(1_000_000_000_000);
        let (billed, told) =
            (Bills::from([((day, euro), amount)]), Bills::from([((day, Currency::USD), amount)]));
        let found = differences(&billed, &told);
        assert_eq!(found.len(), 2, "{found:?}");
    }
}
