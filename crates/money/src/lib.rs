//! Exact amounts of money.
//!
//! OpenAI's Costs API writes amounts as JSON numbers, as decimal strings with 36 digits and as `0E-6176`. All of
//! them become an [`Amount`]: an integer of 10^-12 currency units. Sums are integer sums, so they do not depend on
//! their order; no floating point number is involved anywhere, and this crate has no way to make one.

#![deny(clippy::float_arithmetic)]

mod amount;
mod currency;
mod decimal;
mod share;

pub use amount::{Amount, OutOfRange};
pub use currency::{Currency, CurrencyError};
pub use decimal::{Decimal, DecimalError};
pub use share::share;
