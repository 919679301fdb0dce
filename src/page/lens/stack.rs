//! Amounts per day as stacked bars, whatever they are split by.

use ::api::cost::{Coverage, DayCost};
use ::api::{Amount, Currency};

use crate::format::locale::{day_long, day_short, money, money_compact};
use crate::scale::Scale;
use crate::ui::bar_chart::{Bar, BarData, BarSeries, BarState};

/// The colours, largest first; there is one more for the rest.
const CLASSES: [&str; 5] = ["series-1", "series-2", "series-3", "series-4", "series-5"];

/// How many parts have a colour of their own.
pub const COLOURS: usize = CLASSES.len();

/// One colour of the bars.
pub struct Part {
    /// What it stands for.
    pub name: String,
    /// Whether it is the rest of many.
    pub is_rest: bool,
    /// An amount for each day.
    pub amounts: Vec<Amount>,
}

/// The chart of these days: their parts, from the bottom, with an axis that all of them fit on.
pub fn bars(days: &[DayCost], parts: &[Part], currency: Currency) -> BarData {
    let amount = |part: &Part, at: usize| part.amounts.get(at).copied().unwrap_or_default();
    // Credits stand below zero, everything else above it: neither hides a part of the other.
    let reach = |at: usize, below: bool| -> i128 {
        let amounts = parts.iter().map(|part| amount(part, at).pico());
        amounts.filter(|amount| (*amount < 0) == below).fold(0, i128::saturating_add)
    };
    let each = || 0..days.len();
    let lowest = each().map(|at| reach(at, true)).min().unwrap_or_default();
    let scale = Scale::new(lowest, each().map(|at| reach(at, false)).max().unwrap_or_default());
    let print = |amount: Amount| if amount == Amount::ZERO { String::new() } else { money(amount, currency) };
    let bar = |(at, day): (usize, &DayCost)| Bar {
        label: day_short(day.day),
        name: day_long(day.day),
        total: money(day.amount, currency),
        parts: parts
            .iter()
            .map(|part| (scale.height(amount(part, at).pico()), print(amount(part, at))))
            .collect(),
        state: match day.coverage {
            Coverage::Missing => BarState::Missing,
            Coverage::Provisional => BarState::Provisional,
            Coverage::Settled => BarState::Settled,
        },
    };
    let series = |(at, part): (usize, &Part)| {
        let own = CLASSES.get(at).copied().filter(|_| !part.is_rest);
        BarSeries { name: part.name.clone(), class: own.unwrap_or("series-other") }
    };
    BarData {
        bars: days.iter().enumerate().map(bar).collect(),
        series: parts.iter().enumerate().map(series).collect(),
        axis: scale
            .marks()
            .into_iter()
            .map(|mark| (scale.place(mark), money_compact(Amount::saturating(mark), currency)))
            .collect(),
        zero: scale.place(0),
    }
}
