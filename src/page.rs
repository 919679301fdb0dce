//! The pages, each named after its address.

pub mod audit_log;
pub mod changes;
pub mod connect;
pub mod reconciliation;
pub mod reports;

#[cfg(target_family = "wasm")]
pub mod access;
#[cfg(target_family = "wasm")]
pub mod assets;
#[cfg(target_family = "wasm")]
pub mod exports;
#[cfg(target_family = "wasm")]
pub mod home;
#[cfg(target_family = "wasm")]
pub mod invitation;
#[cfg(target_family = "wasm")]
pub mod lens;
#[cfg(target_family = "wasm")]
pub mod login;
#[cfg(target_family = "wasm")]
pub mod not_found;
#[cfg(target_family = "wasm")]
pub mod notifications;
#[cfg(target_family = "wasm")]
pub mod people;
#[cfg(target_family = "wasm")]
pub mod profile;
#[cfg(target_family = "wasm")]
pub mod second_factor_due;
#[cfg(target_family = "wasm")]
pub mod setup;
#[cfg(target_family = "wasm")]
pub mod shown_once;
#[cfg(target_family = "wasm")]
pub mod support;
