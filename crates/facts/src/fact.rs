//! A fact: what a piece of usage cost.

use money::Amount;

use crate::{Dimension, Symbol};

/// How a fact's amount is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// OpenAI itself billed it to this project, line item and, where it told one, API key; nothing finer was found or
    /// needed.
    Billed,
    /// The billed line's share of this usage.
    Attributed,
    /// No usage was found for it: it stays on its project.
    Unattributed,
}

impl Basis {
    /// The text of [`Dimension::Basis`].
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Billed => "billed",
            Self::Attributed => "attributed",
            Self::Unattributed => "unattributed",
        }
    }
}

/// What a piece of usage cost in an hour or a day, or what was billed without usage. Over the facts of a day, amounts
/// sum to the billed lines exactly, for each project and line item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The start of the hour or of the UTC day, in Unix seconds.
    pub start: i64,
    /// A text for each [`Dimension`], by its number.
    pub dimensions: [Symbol; Dimension::COUNT],
    /// What it cost, in the cube's currency.
    pub amount: Amount,
    /// How much was used, in units of 10^-12 of [`Dimension::Unit`]; zero where nothing is counted.
    pub quantity: Amount,
    /// Requests. Each request is counted by one fact alone, though its input and its output are two facts.
    pub requests: u64,
}

impl Fact {
    /// The text's symbol in a dimension.
    pub fn at(&self, dimension: Dimension) -> Symbol {
        self.dimensions.get(dimension as usize).copied().unwrap_or_default()
    }

    /// Puts the fact under a text.
    pub fn put(&mut self, dimension: Dimension, symbol: Symbol) {
        if let Some(kept) = self.dimensions.get_mut(dimension as usize) {
            *kept = symbol;
        }
    }
}
