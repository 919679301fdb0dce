//! Costs in FOCUS, the FinOps Open Cost and Usage Specification: dataset Cost and Usage, versions 1.2 and 1.4.
//!
//! A [`Mapping`] makes a [`Row`] of each charge, and a [`Version`] says which [`Column`]s are written of it, so that
//! both versions follow from one mapping. Nothing is rounded: the sum of `BilledCost` over the rows is the sum of the
//! facts' amounts. [`CsvWriter`] and [`ParquetWriter`] write rows as they come, in bounded memory. [`TableWriter`] writes
//! any other table for a spreadsheet.

#![deny(clippy::float_arithmetic)]

mod category;
mod column;
mod csv_file;
mod mapping;
mod parquet_column;
mod parquet_file;
mod period;
mod row;
mod sku;
mod table;
mod unit;
mod version;

pub use category::{Category, Frequency};
pub use column::{Column, Kind, Value};
pub use csv_file::CsvWriter;
pub use mapping::{Account, Charge, Mapping};
pub use parquet_file::ParquetWriter;
pub use period::{Period, PeriodError};
pub use row::Row;
pub use sku::Sku;
pub use table::{Cell, TableWriter};
pub use unit::Quantity;
pub use version::Version;
