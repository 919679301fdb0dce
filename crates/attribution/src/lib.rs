//! Spreads billed costs over the usage that caused them, and explains changes.
//!
//! OpenAI bills a UTC day by project and line item, and says nothing finer. Its usage is told by the hour, with people,
//! models and tiers, and without amounts. [`LineItem`] says what a line is about.

#![deny(clippy::float_arithmetic)]

mod line_item;

pub use line_item::{CostType, LineItem, Medium, Operation, Service};
