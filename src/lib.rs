//! The single-page app of OpenAI Lens: a client of the contract in the crate `api`, and no more than that.
//!
//! Read [`route`] for all addresses, then `app` for what stands at each. Modules without a condition are pure: they
//! compile everywhere, and their tests run on the host. The others need a browser.

pub mod coverage;
pub mod csv;
pub mod days;
pub mod format;
pub mod period;
pub mod route;
pub mod scale;
pub mod sort;
pub mod visible_range;
pub mod waterfall;

#[cfg(target_family = "wasm")]
pub mod api;
#[cfg(target_family = "wasm")]
pub mod app;
#[cfg(target_family = "wasm")]
pub mod browser;
#[cfg(target_family = "wasm")]
pub mod chunk;
#[cfg(target_family = "wasm")]
pub mod connection;
#[cfg(target_family = "wasm")]
pub mod form;
#[cfg(target_family = "wasm")]
pub mod freshness;
#[cfg(target_family = "wasm")]
pub mod layout;
#[cfg(target_family = "wasm")]
pub mod load;
#[cfg(target_family = "wasm")]
pub mod navigation;
#[cfg(target_family = "wasm")]
pub mod session;
#[cfg(target_family = "wasm")]
pub mod table;
#[cfg(target_family = "wasm")]
pub mod ui;

pub mod page;
