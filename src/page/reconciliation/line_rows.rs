//! The line items as rows: one for each line item of each day of an account and currency.

use std::collections::HashMap;

use ::api::reconciliation::{RateSource, ReconciledDay, ReconciledLine, Reconciliation, Subject};
use ::api::{Amount, ConnectionId, Currency, Day};

use super::rows::{Several, sums_of};
use crate::sort::Sort;
use crate::table::{Cell, Column, Table};

/// A line item of a day.
pub struct LineRow {
    day: Day,
    connection: ConnectionId,
    account: String,
    currency: Currency,
    line: ReconciledLine,
}

impl LineRow {
    /// Which line item of which day and account; none where it has no name that OpenAI knows.
    pub fn place(&self) -> Option<(&str, Day, &ConnectionId)> {
        match &self.line.subject {
            Subject::LineItem { line_item } => Some((line_item, self.day, &self.connection)),
            Subject::NoLineItem | Subject::NotBilled { .. } => None,
        }
    }

    fn subject(&self) -> Cell {
        Cell::Text(match &self.line.subject {
            Subject::LineItem { line_item } => line_item.clone(),
            Subject::NoLineItem => "Without a line item".to_owned(),
            Subject::NotBilled { unit } => format!("Usage that nothing was billed for ({unit})"),
        })
    }

    fn why(&self) -> Cell {
        let reasons: Vec<&str> = self.line.unattributed.iter().map(|part| part.reason.as_str()).collect();
        if reasons.is_empty() { Cell::None } else { Cell::Text(reasons.join("; ")) }
    }

    /// What the price is for, and where it comes from.
    fn priced(&self) -> Cell {
        let Some(rate) = self.line.rate else { return Cell::None };
        let unit = self.line.unit.as_deref().unwrap_or("units");
        let amount = if unit == "tokens" { "1,000,000" } else { "1" };
        let source = match rate.source {
            RateSource::Bill => "this day's bill",
            RateSource::Days => "all of these days",
        };
        Cell::Text(format!("{amount} {unit}, by {source}"))
    }
}

/// The rows of one day or of all, the largest first unless another order is asked for.
pub fn table(
    found: &Reconciliation,
    day: Option<Day>,
    names: &HashMap<ConnectionId, String>,
    several: Several,
    sort: Option<Sort>,
) -> Table<LineRow> {
    type Money = fn(&ReconciledLine) -> Option<Amount>;
    let money = |slug: &'static str, name: &'static str, amount: Money| {
        Column::new(slug, name, move |row: &LineRow| Cell::money(amount(&row.line), row.currency))
    };
    let columns = vec![
        Column::new("line_item", "Line item", LineRow::subject),
        Column::new("day", "Day (UTC)", |row: &LineRow| Cell::Day(row.day)).shown_if(day.is_none()),
        Column::new("account", "Account", |row: &LineRow| Cell::Text(row.account.clone()))
            .shown_if(several.accounts),
        Column::new("currency", "Currency", |row: &LineRow| Cell::Text(row.currency.to_string()))
            .shown_if(several.currencies),
        money("billed", "Billed", |line| Some(line.billed)),
        money("attributed", "Attributed", |line| Some(line.attributed)),
        money("unattributed", "Unattributed", |line| Some(unattributed(line))),
        Column::new("why", "Why unattributed", LineRow::why),
        money("computed", "Computed from usage", |line| line.computed),
        money("residual", "Residual", |line| line.residual),
        Column::new("quantity", "Quantity billed", |row: &LineRow| {
            row.line.billed_quantity.map_or(Cell::None, Cell::Count)
        }),
        Column::new("counted", "Quantity of usage", |row: &LineRow| {
            row.line.counted_quantity.map_or(Cell::None, Cell::Count)
        }),
        Column::new("unit", "Unit", |row: &LineRow| row.line.unit.clone().map_or(Cell::None, Cell::Text)),
        Column::new("price", "Effective price", |row: &LineRow| {
            row.line.rate.map_or(Cell::None, |rate| Cell::Price(rate.price, row.currency))
        }),
        Column::new("priced", "Price of", LineRow::priced),
    ];
    let row = |of: &ReconciledDay, line: &ReconciledLine| LineRow {
        day: of.day,
        connection: of.connection.clone(),
        account: names.get(&of.connection).cloned().unwrap_or_else(|| of.connection.to_string()),
        currency: of.totals.currency,
        line: line.clone(),
    };
    let days = found.days.iter().filter(|of| day.is_none_or(|day| of.day == day));
    let rows = days.flat_map(|of| of.lines.iter().map(move |line| row(of, line))).collect();
    Table::new(columns, rows, sort.unwrap_or_else(|| Sort::parse("-billed")))
}

/// The sums of the columns, where they are of one currency.
pub fn sums(found: &Reconciliation, day: Option<Day>) -> Vec<(&'static str, Amount)> {
    if found.totals.len() != 1 {
        return Vec::new();
    }
    let days = found.days.iter().filter(|of| day.is_none_or(|day| of.day == day));
    let lines: Vec<&ReconciledLine> = days.flat_map(|of| &of.lines).collect();
    sums_of(&lines)
}

/// What of a line is not attributed, for whatever reason.
pub fn unattributed(line: &ReconciledLine) -> Amount {
    line.unattributed.iter().map(|part| part.amount).sum()
}
