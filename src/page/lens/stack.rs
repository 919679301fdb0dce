//! Amounts per day as stacked bars, whatever they are split by.

use ::api::cost::{Coverage, DayCost};
use ::api::{Amount, Currency};

use crate::format::locale::{day_long, day_short, money, money_compact};
use crate::scale;
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

/// The chart of these days: their parts, from the bottom, with an axis that the highest fits under.
pub fn bars(days: &[DayCost], parts: &[Part], currency: Currency) -> BarData {
    let amount = |part: &Part, at: usize| part.amounts.get(at).copied().unwrap_or_default();
    // A credit takes nothing off the height of a bar, which shows what stands above zero.
    let height = |at: usize| -> Amount {
        parts.iter().map(|part| amount(part, at)).filter(|amount| *amount > Amount::ZERO).sum()
    };
    let marks = scale::marks((0..days.len()).map(height).max().unwrap_or_default());
    let top = marks.last().copied().unwrap_or_default();
    let print = |amount: Amount| if amount == Amount::ZERO { String::new() } else { money(amount, currency) };
    let bar = |(at, day): (usize, &DayCost)| Bar {
        label: day_short(day.day),
        name: day_long(day.day),
        total: money(day.amount, currency),
        parts: parts
            .iter()
            .map(|part| (scale::percent(amount(part, at), top), print(amount(part, at))))
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
        axis: marks
            .into_iter()
            .map(|mark| (scale::percent(mark, top), money_compact(mark, currency)))
            .collect(),
    }
}
