//! Facts in columns.

mod builder;
mod wire;

pub use builder::CubeBuilder;

use std::ops::Range;

use money::{Amount, Currency};

use crate::{Dictionary, Dimension, Fact, Symbol};

/// Facts of one currency: a column for the start, one for each dimension that any fact has, and one for each measure.
#[derive(Clone, Debug)]
pub struct Cube {
    currency: Currency,
    dictionary: Dictionary,
    starts: Vec<i64>,
    /// By the dimension's number; empty where no fact has one.
    dimensions: Vec<Vec<u32>>,
    amounts: Vec<i128>,
    quantities: Vec<i128>,
    requests: Vec<u64>,
}

impl Cube {
    /// How many facts it has.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// The currency of all amounts.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// The texts of its symbols.
    pub fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// The starts of the facts, in Unix seconds.
    pub fn starts(&self) -> &[i64] {
        &self.starts
    }

    /// The symbols' numbers of a dimension; empty where no fact has one.
    pub fn column(&self, dimension: Dimension) -> &[u32] {
        self.dimensions.get(dimension as usize).map_or(&[], Vec::as_slice)
    }

    /// The amounts, in 10^-12 of the currency.
    pub fn amounts(&self) -> &[i128] {
        &self.amounts
    }

    /// The quantities, in 10^-12 of each fact's unit.
    pub fn quantities(&self) -> &[i128] {
        &self.quantities
    }

    /// The requests.
    pub fn requests(&self) -> &[u64] {
        &self.requests
    }

    /// The sum of all amounts.
    pub fn total(&self) -> Amount {
        self.amounts.iter().map(|pico| Amount::saturating(*pico)).sum()
    }

    /// The facts that begin within these bounds.
    pub fn within(&self, bounds: &Range<i64>) -> Self {
        let is_in: Vec<bool> = self.starts.iter().map(|start| bounds.contains(start)).collect();
        Self {
            currency: self.currency,
            dictionary: self.dictionary.clone(),
            starts: kept(&self.starts, &is_in),
            dimensions: self.dimensions.iter().map(|column| kept(column, &is_in)).collect(),
            amounts: kept(&self.amounts, &is_in),
            quantities: kept(&self.quantities, &is_in),
            requests: kept(&self.requests, &is_in),
        }
    }

    /// The facts, one by one.
    pub fn facts(&self) -> impl Iterator<Item = Fact> + '_ {
        let measures = self.amounts.iter().zip(&self.quantities).zip(&self.requests);
        self.starts.iter().zip(measures).enumerate().map(|(row, (start, ((amount, quantity), requests)))| {
            let mut dimensions = [Symbol::NONE; Dimension::COUNT];
            for (kept, column) in dimensions.iter_mut().zip(&self.dimensions) {
                *kept = Symbol(column.get(row).copied().unwrap_or_default());
            }
            Fact {
                start: *start,
                dimensions,
                amount: Amount::saturating(*amount),
                quantity: Amount::saturating(*quantity),
                requests: *requests,
            }
        })
    }
}

/// The rows of a column that are kept.
fn kept<T: Copy>(column: &[T], is_kept: &[bool]) -> Vec<T> {
    column.iter().zip(is_kept).filter(|(_, is_kept)| **is_kept).map(|(value, _)| *value).collect()
}
