//! Facts of cost and usage, as rows and as columns.
//!
//! What OpenAI tells becomes [`CostLine`]s and [`UsageRow`]s. Attribution turns a day of both into [`Fact`]s, which sum
//! to the billed lines exactly. Many facts are a cube: columns with dictionaries, which the server stores and sends and
//! the browser groups and filters. Nothing here reads, writes or knows a clock.

#![deny(clippy::float_arithmetic)]

mod bytes;
mod column;
mod cost_line;
mod cube;
mod decode_error;
mod dictionary;
mod dimension;
mod fact;
pub mod group;
mod label;
mod measure;
mod model;
mod names;
#[cfg(feature = "segment")]
pub mod segment;
mod stream;
mod usage_row;

pub use cost_line::CostLine;
pub use cube::{Cube, CubeBuilder};
pub use decode_error::DecodeError;
pub use dictionary::{Dictionary, Symbol};
pub use dimension::{Dimension, Dimensions};
pub use fact::{Basis, Fact};
pub use label::Label;
pub use measure::{Measure, Measures};
pub use model::{base_model, model_family, without_date};
pub use names::{AccountName, Names, UserName};
pub use stream::UsageStream;
pub use usage_row::UsageRow;
