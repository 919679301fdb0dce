//! Reports: the saved ones, and the editor of one.

pub mod definition;

#[cfg(target_family = "wasm")]
pub mod accounts;
#[cfg(target_family = "wasm")]
pub mod answer;
#[cfg(target_family = "wasm")]
pub mod chart;
#[cfg(target_family = "wasm")]
pub mod csv;
#[cfg(target_family = "wasm")]
pub mod editor;
#[cfg(target_family = "wasm")]
pub mod figures_table;
#[cfg(target_family = "wasm")]
pub mod filters;
#[cfg(target_family = "wasm")]
pub mod known;
#[cfg(target_family = "wasm")]
pub mod list;
#[cfg(target_family = "wasm")]
pub mod name_dialog;
#[cfg(target_family = "wasm")]
pub mod notes;
#[cfg(target_family = "wasm")]
pub mod period_field;
#[cfg(target_family = "wasm")]
pub mod removal;
#[cfg(target_family = "wasm")]
pub mod result;
#[cfg(target_family = "wasm")]
pub mod saving;
#[cfg(target_family = "wasm")]
pub mod settings;

#[cfg(target_family = "wasm")]
pub use self::editor::{NewReport, Report};
#[cfg(target_family = "wasm")]
pub use self::list::Reports;
