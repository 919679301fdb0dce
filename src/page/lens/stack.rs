//! Values per day, stacked from parts: what a chart draws, and what the table in its place says.

use std::sync::Arc;

use ::api::cost::Coverage;
use ::api::{Amount, Currency, Day};

use crate::format::locale::{day_long, day_short, money, money_compact, number, number_compact, percent};
use crate::scale::Scale;
use crate::ui::bar_chart::{Bar, BarData, BarSeries, BarState, BarWords, labelled};

/// What values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Amounts, in 10^-12 of a currency.
    Money(Currency),
    /// Whole numbers.
    Count,
}

impl Unit {
    /// A value in words.
    pub fn print(self, value: i128) -> String {
        match self {
            Self::Money(currency) => money(Amount::saturating(value), currency),
            Self::Count => number(whole(value)),
        }
    }

    /// A value with all of its digits, as programs read it.
    pub fn exact(self, value: i128) -> String {
        match self {
            Self::Money(_) => Amount::saturating(value).to_string(),
            Self::Count => value.to_string(),
        }
    }

    fn compact(self, value: i128) -> String {
        match self {
            Self::Money(currency) => money_compact(Amount::saturating(value), currency),
            Self::Count => number_compact(whole(value)),
        }
    }
}

/// A day, its value, and how much of it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayValue {
    /// Which day.
    pub day: Day,
    /// Its value, as far as it is imported.
    pub value: i128,
    /// How much of it is known.
    pub coverage: Coverage,
}

impl DayValue {
    /// What is to be known about it. A day that is not imported is no zero, and what one of several accounts has of it
    /// is not all.
    pub fn state(&self) -> BarState {
        match self.coverage {
            Coverage::Missing if self.value == 0 => BarState::Missing,
            Coverage::Missing => BarState::Partial,
            Coverage::Provisional => BarState::Provisional,
            Coverage::Settled => BarState::Settled,
        }
    }

    /// The value in words, a dash where nothing is imported.
    pub fn words(&self, unit: Unit) -> String {
        if self.state() == BarState::Missing { "–".to_owned() } else { unit.print(self.value) }
    }
}

/// One colour of the bars.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// What it stands for.
    pub name: String,
    /// Its class in the style sheet.
    pub class: &'static str,
    /// The text that is looked into by its name; none where there is nothing to look into.
    pub look: Option<Arc<str>>,
    /// A value for each day.
    pub values: Vec<i128>,
}

impl Part {
    /// Its value on a day.
    pub fn at(&self, day: usize) -> i128 {
        self.values.get(day).copied().unwrap_or_default()
    }
}

/// A share that is said beside each day's value.
#[derive(Clone, Debug, PartialEq)]
pub struct Shares {
    /// What it is: `Input from the cache`.
    pub name: &'static str,
    /// For each day, how much of how much.
    pub each: Vec<(i128, i128)>,
}

impl Shares {
    /// The share of a day in words.
    pub fn at(&self, day: usize) -> String {
        self.each.get(day).map(|(part, whole)| share(*part, *whole)).unwrap_or_default()
    }

    /// The share of all days in words.
    pub fn of_all(&self) -> String {
        let sum = |each: fn(&(i128, i128)) -> i128| self.each.iter().map(each).fold(0, i128::saturating_add);
        share(sum(|each| each.0), sum(|each| each.1))
    }
}

/// Values per day.
#[derive(Clone, Debug, PartialEq)]
pub struct Stack {
    /// The days, in order.
    pub days: Vec<DayValue>,
    /// The parts, from the bottom. They sum to the days.
    pub parts: Vec<Part>,
    /// What the values are.
    pub unit: Unit,
    /// What is said beside each day's value.
    pub shares: Option<Shares>,
}

impl Stack {
    /// The sum of all days.
    pub fn total(&self) -> i128 {
        self.days.iter().map(|day| day.value).fold(0, i128::saturating_add)
    }

    /// The chart: its bars, with an axis that all of them fit on.
    pub fn bars(&self) -> BarData {
        // Credits stand below zero, everything else above it: neither hides a part of the other.
        let reach = |at: usize, below: bool| -> i128 {
            let values = self.parts.iter().map(|part| part.at(at));
            values.filter(|value| (*value < 0) == below).fold(0, i128::saturating_add)
        };
        let each = || 0..self.days.len();
        let lowest = each().map(|at| reach(at, true)).min().unwrap_or_default();
        let scale = Scale::new(lowest, each().map(|at| reach(at, false)).max().unwrap_or_default());
        let height = |value: i128| (value != 0).then(|| scale.height(value));
        let bar = |(at, day): (usize, &DayValue)| Bar {
            parts: self.parts.iter().map(|part| height(part.at(at))).collect(),
            state: day.state(),
        };
        let label = |at: usize| Some((at, day_short(self.days.get(at)?.day)));
        let series = |part: &Part| BarSeries {
            name: part.name.clone(),
            class: part.class,
            opens: part.look.is_some(),
        };
        BarData {
            bars: self.days.iter().enumerate().map(bar).collect(),
            labels: labelled(self.days.len()).filter_map(label).collect(),
            series: self.parts.iter().map(series).collect(),
            axis: scale.axis(|mark| self.unit.compact(mark)),
            zero: scale.place(0),
        }
    }

    /// The bar of a day in words.
    pub fn words(&self, at: usize) -> BarWords {
        let Some(day) = self.days.get(at) else { return BarWords::default() };
        let words = |value: i128| if value == 0 { String::new() } else { self.unit.print(value) };
        let note = |shares: &Shares| format!("{}: {}", shares.name, shares.at(at));
        BarWords {
            name: day_long(day.day),
            total: day.words(self.unit),
            note: self.shares.as_ref().map(note).unwrap_or_default(),
            parts: self.parts.iter().map(|part| words(part.at(at))).collect(),
        }
    }
}

/// How much of a whole a part is, in words; a dash where there is no whole.
pub fn share(part: i128, whole: i128) -> String {
    if whole <= 0 || part < 0 {
        return "–".to_owned();
    }
    let hundredths = part.saturating_mul(100).saturating_add(whole / 2) / whole;
    percent(u8::try_from(hundredths.clamp(0, 100)).unwrap_or_default())
}

fn whole(value: i128) -> u64 {
    u64::try_from(value).unwrap_or_default()
}
