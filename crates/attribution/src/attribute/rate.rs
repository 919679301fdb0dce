//! Prices that the day's bill shows, to weigh tokens of different models and directions.

use std::collections::HashMap;

use facts::Symbol;
use money::Currency;

use super::bill::Bill;
use super::usage::Cell;
use crate::quantity::ONE;
use crate::{CostType, Operation};

/// Prices of a token in 10^-12 of a currency, by model and operation. They are weights alone: what is billed is given.
#[derive(Debug, Default)]
pub(crate) struct Rates {
    models: HashMap<(Currency, Symbol, Operation), Sum>,
    operations: HashMap<(Currency, Operation), Sum>,
}

/// Amounts and quantities, both in 10^-12.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    amount: i128,
    quantity: i128,
}

/// Highest price that is believed, far beyond any that OpenAI has: a dollar for a token.
const HIGHEST: i128 = ONE;

impl Rates {
    /// The prices of a bill's regular lines.
    pub(crate) fn new(bill: &Bill) -> Self {
        let mut rates = Self::default();
        for (_, line, item) in bill.iter() {
            let is_regular = item.cost_type == CostType::Regular && !item.is_long_context;
            let quantity = line.quantity.unwrap_or_default();
            if !(item.operation.is_tokens() && is_regular && quantity > 0 && line.amount > 0) {
                continue;
            }
            rates
                .models
                .entry((line.currency, item.name.base, item.operation))
                .or_default()
                .add(line.amount, quantity);
            rates.operations.entry((line.currency, item.operation)).or_default().add(line.amount, quantity);
        }
        rates
    }

    /// The weight of a token: the price of its model and operation; that of its operation over all models; and on a bill
    /// that shows neither, the price of a model of middling size, so that directions keep their proportion.
    pub(crate) fn weight(&self, currency: Currency, cell: &Cell) -> u128 {
        let of_model = self.models.get(&(currency, cell.name.base, cell.operation));
        let seen = of_model.or_else(|| self.operations.get(&(currency, cell.operation)));
        let rate = seen.map_or(usual(cell.operation), |sum| sum.rate());
        rate.clamp(1, HIGHEST).unsigned_abs()
    }
}

impl Sum {
    fn add(&mut self, amount: i128, quantity: i128) {
        self.amount = self.amount.saturating_add(amount);
        self.quantity = self.quantity.saturating_add(quantity);
    }

    fn rate(self) -> i128 {
        // An amount has at most 84 bits and one has 40.
        self.amount.saturating_mul(ONE) / self.quantity.max(1)
    }
}

/// The price of a token in public tables of 2026: 2.50 USD for a million, a tenth of it for what is cached, a quarter more
/// for what is written to the cache, and six times as much for what is received.
const fn usual(operation: Operation) -> i128 {
    match operation {
        Operation::CachedInput => 250_000,
        Operation::CacheWrites => 3_125_000,
        Operation::Output => 15_000_000,
        _ => 2_500_000,
    }
}
