//! Spreads billed costs over the usage that caused them, compares the two, and explains changes.
//!
//! OpenAI bills a UTC day by project and line item, and says little that is finer. Its usage is told by the hour, with
//! people, models and tiers, and without amounts. [`LineItem`] says what a line is about; [`attribute()`] makes facts of a
//! day of both. Nothing here reads, writes or knows a clock, and no figure depends on the order of what is given.

#![deny(clippy::float_arithmetic)]

pub mod change;
pub mod reconcile;

mod apportion;
mod attribute;
mod line_item;
mod model_name;
mod quantity;
mod reason;

pub use attribute::{Attributed, Day, DayUsage, attribute};
pub use line_item::{CostType, LineItem, Medium, Operation, Service};
pub use reason::Reason;
