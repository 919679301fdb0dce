//! What is added up.

use super::said::BySymbol;
use crate::{Basis, Cube, Dimension, Dimensions};

/// What is added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sum {
    /// Amounts, in 10^-12 of the currency.
    Cost,
    /// Requests.
    Requests,
    /// Quantities, in 10^-12 of the unit. They add up to something within one unit alone.
    Quantity,
    /// Tokens of all directions.
    Tokens,
    /// Input tokens that did not come from a cache.
    InputTokens,
    /// Input tokens from a cache.
    CachedTokens,
    /// Input tokens that went into a cache.
    CacheWriteTokens,
    /// Output tokens.
    OutputTokens,
    /// Tokens of batches.
    BatchTokens,
    /// Amounts that belong to tokens: what a price per token is made from.
    TokenCost,
    /// Tokens that something was billed for: what a price per token is made of. What is not billed yet has no price.
    BilledTokens,
    /// Requests that something was billed for: what a price per request is made of.
    BilledRequests,
    /// Quantities that are a level, such as stored bytes: each hour or day has its own, and over time they are no sum.
    Level,
    /// Quantities of lines without usage. What was used is in the usage that OpenAI reports, and would be counted twice.
    Unattributed,
}

impl Sum {
    /// How many there are.
    pub const COUNT: usize = 14;
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Cost,
        Self::Requests,
        Self::Quantity,
        Self::Tokens,
        Self::InputTokens,
        Self::CachedTokens,
        Self::CacheWriteTokens,
        Self::OutputTokens,
        Self::BatchTokens,
        Self::TokenCost,
        Self::BilledTokens,
        Self::BilledRequests,
        Self::Level,
        Self::Unattributed,
    ];
}

/// A sum of each kind. Tokens and requests are whole numbers, costs and quantities are in 10^-12.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums([i128; Sum::COUNT]);

impl Sums {
    /// A sum.
    pub fn get(&self, sum: Sum) -> i128 {
        self.0.get(sum as usize).copied().unwrap_or_default()
    }

    /// Adds other sums to these.
    pub fn add(&mut self, other: &Self) {
        for (sum, more) in self.0.iter_mut().zip(other.0) {
            *sum = sum.saturating_add(more);
        }
    }

    /// The same without what is in a currency, and without what such sums are divided by.
    #[must_use]
    pub fn of_usage(mut self) -> Self {
        for sum in [Sum::Cost, Sum::TokenCost, Sum::BilledTokens, Sum::BilledRequests] {
            if let Some(kept) = self.0.get_mut(sum as usize) {
                *kept = 0;
            }
        }
        self
    }

    /// One sum, and nothing of the others.
    pub(super) fn of(sum: Sum, amount: i128) -> Self {
        let mut sums = Self::default();
        sums.put(sum, amount);
        sums
    }

    /// Adds what a fact has to one sum. Facts have at most 10^25 and cubes five million of them: there is room.
    fn put(&mut self, sum: Sum, more: i128) {
        if let Some(kept) = self.0.get_mut(sum as usize) {
            *kept = kept.wrapping_add(more);
        }
    }
}

/// What each fact adds to.
pub(super) struct Kinds<'a> {
    cube: &'a Cube,
    units: BySymbol<'a, Unit>,
    directions: BySymbol<'a, Option<Sum>>,
    batch: BySymbol<'a, bool>,
    bases: BySymbol<'a, Billing>,
}

/// What a unit means for sums.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Unit {
    Tokens,
    /// Bytes that are stored: see [`crate::Measure::Bytes`].
    Level,
    #[default]
    Other,
}

/// What a basis means for sums.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Billing {
    #[default]
    NotBilled,
    Billed,
    /// Billed, and without usage.
    Unattributed,
}

impl<'a> Kinds<'a> {
    /// What is looked at.
    pub(super) const DIMENSIONS: Dimensions = Dimensions::NONE
        .with(Dimension::Unit)
        .with(Dimension::Operation)
        .with(Dimension::CostType)
        .with(Dimension::Basis);

    pub(super) fn new(cube: &'a Cube) -> Self {
        Self {
            cube,
            units: BySymbol::new(cube, Dimension::Unit, |unit| match unit {
                Some("tokens") => Unit::Tokens,
                Some("bytes") => Unit::Level,
                _ => Unit::Other,
            }),
            directions: BySymbol::new(cube, Dimension::Operation, |operation| operation.and_then(direction)),
            batch: BySymbol::new(cube, Dimension::CostType, |cost_type| cost_type == Some("batch")),
            bases: BySymbol::new(cube, Dimension::Basis, |basis| match basis {
                None => Billing::NotBilled,
                Some(basis) if basis == Basis::Unattributed.as_str() => Billing::Unattributed,
                Some(_) => Billing::Billed,
            }),
        }
    }

    /// Adds a fact to its sums.
    pub(super) fn add(&self, row: usize, sums: &mut Sums) {
        let (cost, quantity, requests) = (self.cost(row), self.quantity(row), self.requests(row));
        let billing = self.bases.at(row);
        sums.put(Sum::Cost, cost);
        sums.put(Sum::Requests, requests);
        sums.put(Sum::Quantity, quantity);
        if billing == Billing::Unattributed {
            sums.put(Sum::Unattributed, quantity);
            return;
        }
        let is_billed = billing == Billing::Billed;
        if is_billed {
            sums.put(Sum::BilledRequests, requests);
        }
        let unit = self.units.at(row);
        if unit == Unit::Level {
            sums.put(Sum::Level, quantity);
        }
        if unit == Unit::Tokens {
            let tokens = whole(quantity);
            sums.put(Sum::Tokens, tokens);
            sums.put(Sum::TokenCost, cost);
            if is_billed {
                sums.put(Sum::BilledTokens, tokens);
            }
            if let Some(sum) = self.directions.at(row) {
                sums.put(sum, tokens);
            }
            if self.batch.at(row) {
                sums.put(Sum::BatchTokens, tokens);
            }
        }
    }

    /// What a fact adds to one sum.
    pub(super) fn one(&self, row: usize, sum: Sum) -> i128 {
        match sum {
            Sum::Cost => self.cost(row),
            Sum::Requests => self.requests(row),
            Sum::Quantity => self.quantity(row),
            _ => {
                let mut sums = Sums::default();
                self.add(row, &mut sums);
                sums.get(sum)
            }
        }
    }

    fn cost(&self, row: usize) -> i128 {
        self.cube.amounts().get(row).copied().unwrap_or_default()
    }

    fn quantity(&self, row: usize) -> i128 {
        self.cube.quantities().get(row).copied().unwrap_or_default()
    }

    fn requests(&self, row: usize) -> i128 {
        i128::from(self.cube.requests().get(row).copied().unwrap_or_default())
    }
}

/// Whole units of a quantity.
fn whole(quantity: i128) -> i128 {
    const ONE: i128 = 1_000_000_000_000;
    // 64 bits are divided in one step and 128 in a hundred. 10^12 is 2^12 times the twelfth power of 5, so that twelve bits
    // can go first, and then 75 billion tokens have room in 64.
    match u64::try_from(quantity >> 12) {
        Ok(quantity) => i128::from(quantity / 5_u64.pow(12)),
        Err(_) => quantity / ONE,
    }
}

/// Which tokens an operation counts.
fn direction(operation: &str) -> Option<Sum> {
    if operation.starts_with("cache write") {
        Some(Sum::CacheWriteTokens)
    } else if operation.contains("cached") {
        Some(Sum::CachedTokens)
    } else if operation.ends_with("input") {
        Some(Sum::InputTokens)
    } else if operation.ends_with("output") {
        Some(Sum::OutputTokens)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_have_the_directions_of_their_tokens() {
        for (operation, sum) in [
            ("input", Some(Sum::InputTokens)),
            ("audio input", Some(Sum::InputTokens)),
            ("cached input", Some(Sum::CachedTokens)),
            ("cached text input", Some(Sum::CachedTokens)),
            ("cache writes", Some(Sum::CacheWriteTokens)),
            ("image output", Some(Sum::OutputTokens)),
            ("batch", None),
            ("training", None),
        ] {
            assert_eq!(direction(operation), sum, "{operation}");
        }
    }

    #[test]
    fn quantities_of_any_size_have_whole_units() {
        for (quantity, units) in [
            (0, 0),
            (999_999_999_999, 0),
            (7_000_000_000_000, 7),
            (-7_000_000_000_000, -7),
            (30_000_000_000_000_000_000, 30_000_000),
            (75_557_863_725_999_999_999_999, 75_557_863_725),
            (80_000_000_000_000_000_000_001, 80_000_000_000),
        ] {
            assert_eq!(whole(quantity), units);
        }
    }

    #[test]
    fn sums_are_numbered_in_order() {
        for (number, sum) in Sum::ALL.into_iter().enumerate() {
            assert_eq!(sum as usize, number);
        }
    }
}
