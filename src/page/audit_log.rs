//! The audit log: who did what, and what was asked of OpenAI with the admin keys.

pub mod chosen;

#[cfg(target_family = "wasm")]
pub mod calls;
#[cfg(target_family = "wasm")]
pub mod download;
#[cfg(target_family = "wasm")]
pub mod entries;
#[cfg(target_family = "wasm")]
pub mod listing;
#[cfg(target_family = "wasm")]
pub mod search;
#[cfg(target_family = "wasm")]
pub mod verdict;
#[cfg(target_family = "wasm")]
pub mod view;

#[cfg(target_family = "wasm")]
pub use view::AuditLog;
