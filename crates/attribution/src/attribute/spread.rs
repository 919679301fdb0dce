//! Amounts and quantities of each line in each hour.

use std::collections::BTreeMap;

use super::bill::Bill;
use super::claim::Claims;
use super::rate::Rates;
use super::usage::{Cell, Entry, Usage};
use crate::Operation;
use crate::apportion::{apportion, split};

/// A line's share of a cell.
#[derive(Clone, Debug, Default)]
pub(crate) struct Share {
    /// For each entry of the cell the amount, in 10^-12 of the line's currency.
    pub(crate) amounts: Vec<i128>,
    /// For each entry of the cell how much of its quantity is the line's; none where the line shares it with no other.
    pub(crate) counted: Option<Vec<u128>>,
}

/// For each cell the shares of its lines, in the order of [`Claims::lines`].
pub(crate) type Shares = Vec<Vec<Share>>;

/// Spreads all lines over their cells.
pub(crate) fn spread(bill: &Bill, usage: &Usage, claims: &Claims) -> Shares {
    let mut shares: Shares = claims.lines.iter().map(|lines| vec![Share::default(); lines.len()]).collect();
    spread_amounts(bill, usage, claims, &mut shares);
    cut_quantities(bill, usage, claims, &mut shares);
    shares
}

/// Each line over its cells, and each cell's part of it over the hours.
fn spread_amounts(bill: &Bill, usage: &Usage, claims: &Claims, shares: &mut Shares) {
    let rates = Rates::new(bill);
    for ((number, line, item), cells) in bill.iter().zip(&claims.cells) {
        let weight = |cell: &Cell| match item.operation {
            Operation::Batch => cell.used.saturating_mul(rates.weight(line.currency, cell)),
            _ => cell.used,
        };
        let weights: Vec<u128> = cells.iter().map(|cell| usage.cells.get(*cell).map_or(0, weight)).collect();
        for (cell, amount) in cells.iter().zip(apportion(line.amount, &weights)) {
            let (Some(of), Some(lines)) = (usage.cells.get(*cell), claims.lines.get(*cell)) else { continue };
            let at = lines.iter().position(|of_cell| *of_cell == number);
            let share = at.and_then(|at| shares.get_mut(*cell)?.get_mut(at));
            if let Some(share) = share {
                share.amounts = over_hours(amount, usage.of(of));
            }
        }
    }
}

fn over_hours(amount: i128, entries: &[Entry]) -> Vec<i128> {
    match entries {
        [_] => vec![amount],
        _ => {
            let weights: Vec<u128> = entries.iter().map(|entry| u128::from(entry.used)).collect();
            apportion(amount, &weights)
        }
    }
}

/// The quantity of cells that several lines bill: first over the lines, then over the cells, then over the hours.
fn cut_quantities(bill: &Bill, usage: &Usage, claims: &Claims, shares: &mut Shares) {
    let mut shared: BTreeMap<(&[usize], Option<&str>), Vec<usize>> = BTreeMap::new();
    for ((number, cell), lines) in usage.cells.iter().enumerate().zip(&claims.lines) {
        if lines.len() > 1 {
            shared.entry((lines, cell.operation.unit())).or_default().push(number);
        }
    }
    for ((lines, unit), numbers) in shared {
        let cells: Vec<&Cell> = numbers.iter().filter_map(|number| usage.cells.get(*number)).collect();
        let counted: Vec<u128> = cells
            .iter()
            .map(|cell| usage.of(cell).iter().map(|entry| u128::from(entry.counted)).sum())
            .collect();
        let whole = counted.iter().sum::<u128>();
        let operation = cells.first().map(|cell| cell.operation);
        let totals: Vec<u128> = apportion(whole.cast_signed(), &proportions(bill, lines, (operation, unit)))
            .into_iter()
            .map(i128::unsigned_abs)
            .collect();
        let of_lines = split(&counted, &totals);
        for (at, (number, cell)) in numbers.iter().zip(cells).enumerate() {
            let parts: Vec<u128> =
                of_lines.iter().map(|part| part.get(at).copied().unwrap_or_default()).collect();
            let hours: Vec<u128> = usage.of(cell).iter().map(|entry| u128::from(entry.counted)).collect();
            let of_cell = shares.get_mut(*number).map(Vec::as_mut_slice).unwrap_or_default();
            for (share, part) in of_cell.iter_mut().zip(split(&hours, &parts)) {
                share.counted = Some(part);
            }
        }
    }
}

/// How lines divide a quantity: by what OpenAI billed, where it told all of them in the unit that usage has; by amounts,
/// where they are of one line item and so of one price; else the first of the usage's own operation has it all, or the
/// first.
fn proportions(
    bill: &Bill,
    lines: &[usize],
    (operation, unit): (Option<Operation>, Option<&str>),
) -> Vec<u128> {
    let told = |number: &usize| {
        let (line, item) = bill.get(*number)?;
        let quantity = line.quantity.filter(|_| line.is_in_unit_of_usage && item.operation.unit() == unit)?;
        Some(quantity.max(0).unsigned_abs())
    };
    let quantities: Option<Vec<u128>> = lines.iter().map(told).collect();
    if let Some(quantities) = quantities.filter(|quantities| quantities.iter().any(|quantity| *quantity > 0))
    {
        return quantities;
    }
    let items: Vec<usize> = lines.iter().filter_map(|number| Some(bill.lines.get(*number)?.item)).collect();
    if items.windows(2).all(|pair| matches!(pair, [one, other] if one == other)) {
        let amount = |number: &usize| bill.lines.get(*number).map_or(0, |line| line.amount.unsigned_abs());
        return lines.iter().map(amount).collect();
    }
    let is_own = |number: &usize| bill.get(*number).map(|(_, item)| item.operation) == operation;
    let whole = lines.iter().position(is_own).unwrap_or_default();
    (0..lines.len()).map(|at| u128::from(at == whole)).collect()
}
