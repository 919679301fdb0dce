//! Effective prices, and what usage would cost at them.

use std::collections::HashMap;

use money::{Currency, share};

use super::{Line, Subject};

/// What so much costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    cost: i128,
    quantity: u128,
    /// Where it comes from.
    pub source: RateSource,
}

/// Where a price comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateSource {
    /// The day's own bill: its amount by its quantity.
    Bill,
    /// All days: their amounts by the usage that they count, where the bill tells no quantity.
    Days,
}

impl Rate {
    fn new(cost: i128, quantity: i128, source: RateSource) -> Option<Self> {
        let quantity = u128::try_from(quantity).ok().filter(|quantity| *quantity > 0)?;
        Some(Self { cost, quantity, source })
    }

    /// What a quantity costs at this price, both in 10^-12, rounded half to even.
    pub fn of(&self, quantity: i128) -> i128 {
        let magnitude = share(self.cost, quantity.unsigned_abs(), self.quantity).unwrap_or_default();
        if quantity < 0 { -magnitude } else { magnitude }
    }
}

/// What each line item cost over several days, and how much usage it counted.
#[derive(Clone, Debug, Default)]
pub struct Rates(HashMap<(Currency, Subject, Option<String>), (i128, i128)>);

impl Rates {
    /// Adds a line of a day.
    pub fn add(&mut self, (currency, subject): &(Currency, Subject), line: &Line) {
        if let Some(counted) = line.counted_quantity {
            let (cost, quantity) = self.0.entry((*currency, subject.clone(), line.unit.clone())).or_default();
            *cost = cost.saturating_add(line.billed);
            *quantity = quantity.saturating_add(counted);
        }
    }

    /// The price of a line: that of its own bill where it tells a quantity, and that of all days else. None where neither
    /// counts anything.
    pub fn of(&self, (currency, subject): &(Currency, Subject), line: &Line) -> Option<Rate> {
        let own =
            line.billed_quantity.and_then(|quantity| Rate::new(line.billed, quantity, RateSource::Bill));
        own.or_else(|| {
            let (cost, quantity) = self.0.get(&(*currency, subject.clone(), line.unit.clone()))?;
            Rate::new(*cost, *quantity, RateSource::Days)
        })
    }
}
