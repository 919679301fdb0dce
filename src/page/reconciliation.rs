//! Reconciliation: what OpenAI billed, beside the usage that caused it and beside OpenAI's own totals.

pub mod choice;

#[cfg(target_family = "wasm")]
pub mod day_rows;
#[cfg(target_family = "wasm")]
pub mod line_rows;
#[cfg(target_family = "wasm")]
pub mod overview;
#[cfg(target_family = "wasm")]
pub mod rows;
#[cfg(target_family = "wasm")]
pub mod totals;
#[cfg(target_family = "wasm")]
pub mod verdict;

#[cfg(target_family = "wasm")]
pub use self::overview::Reconciliation;
