//! The days as rows: one for each day of an account and currency.

use std::collections::HashMap;

use ::api::cost::Coverage;
use ::api::reconciliation::{ReconciledDay, ReconciledLine, Reconciliation};
use ::api::{Amount, ConnectionId, Currency, Day};

use super::rows::{Several, sums_of};
use crate::sort::Sort;
use crate::table::{Cell, Column, Table};

/// A day of an account.
pub struct DayRow {
    day: Day,
    connection: ConnectionId,
    account: String,
    currency: Currency,
    billed: Amount,
    attributed: Amount,
    unattributed: Amount,
    computed: Option<Amount>,
    residual: Option<Amount>,
    total: Option<Amount>,
    difference: Option<Amount>,
    state: &'static str,
}

impl DayRow {
    /// Which day of which account.
    pub const fn place(&self) -> (Day, &ConnectionId) {
        (self.day, &self.connection)
    }

    fn new(of: &ReconciledDay, names: &HashMap<ConnectionId, String>) -> Self {
        let sum = |part: fn(&ReconciledLine) -> Option<Amount>| {
            let known: Vec<Amount> = of.lines.iter().filter_map(part).collect();
            (!known.is_empty()).then(|| known.into_iter().sum())
        };
        Self {
            day: of.day,
            connection: of.connection.clone(),
            account: names.get(&of.connection).cloned().unwrap_or_else(|| of.connection.to_string()),
            currency: of.totals.currency,
            billed: of.totals.billed,
            attributed: of.totals.attributed,
            unattributed: of.totals.unattributed,
            computed: sum(|line| line.computed),
            residual: sum(|line| line.residual),
            total: of.totals.upstream_total,
            difference: of.totals.difference,
            state: state(of.coverage, of.usage_coverage),
        }
    }
}

/// What is to be known about a day's figures.
const fn state(cost: Coverage, usage: Coverage) -> &'static str {
    match (cost, usage) {
        (Coverage::Missing, _) => "Costs not imported yet",
        (_, Coverage::Missing) => "Usage not imported yet",
        (Coverage::Settled, _) => "Settled",
        (Coverage::Provisional, _) => "May still change",
    }
}

/// The table, newest day first unless another order is asked for.
pub fn table(
    found: &Reconciliation,
    names: &HashMap<ConnectionId, String>,
    several: Several,
    sort: Option<Sort>,
) -> Table<DayRow> {
    type Money = fn(&DayRow) -> Option<Amount>;
    let money = |slug: &'static str, name: &'static str, amount: Money| {
        Column::new(slug, name, move |row: &DayRow| Cell::money(amount(row), row.currency))
    };
    let columns = vec![
        Column::new("day", "Day (UTC)", |row: &DayRow| Cell::Day(row.day)),
        Column::new("account", "Account", |row: &DayRow| Cell::Text(row.account.clone()))
            .shown_if(several.accounts),
        Column::new("currency", "Currency", |row: &DayRow| Cell::Text(row.currency.to_string()))
            .shown_if(several.currencies),
        money("billed", "Billed", |row| Some(row.billed)),
        money("attributed", "Attributed", |row| Some(row.attributed)),
        money("unattributed", "Unattributed", |row| Some(row.unattributed)),
        money("computed", "Computed from usage", |row| row.computed),
        money("residual", "Residual", |row| row.residual),
        money("total", "OpenAI's total", |row| row.total),
        money("difference", "Difference", |row| row.difference),
        Column::new("state", "State", |row: &DayRow| Cell::Text(row.state.to_owned())),
    ];
    let rows = found.days.iter().map(|day| DayRow::new(day, names)).collect();
    Table::new(columns, rows, sort.unwrap_or_else(|| Sort::parse("-day")))
}

/// The sums of the columns, where they are of one currency.
pub fn sums(found: &Reconciliation) -> Vec<(&'static str, Amount)> {
    let [totals] = found.totals.as_slice() else { return Vec::new() };
    let lines: Vec<&ReconciledLine> = found.days.iter().flat_map(|day| &day.lines).collect();
    let mut sums = sums_of(&lines);
    sums.extend(totals.upstream_total.map(|total| ("total", total)));
    sums.extend(totals.difference.map(|difference| ("difference", difference)));
    sums
}
