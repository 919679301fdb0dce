//! The wizard: a modal of four steps at addresses of its own, over the page that it was opened from.
//!
//! `state` says what happens when; the views show a state and report what the user does.

pub mod state;

#[cfg(target_family = "wasm")]
pub mod admin_key;
#[cfg(target_family = "wasm")]
pub mod checks;
#[cfg(target_family = "wasm")]
pub mod create_key;
#[cfg(target_family = "wasm")]
pub mod finish;
#[cfg(target_family = "wasm")]
pub mod flow;
#[cfg(target_family = "wasm")]
pub mod leave;
#[cfg(target_family = "wasm")]
pub mod patience;
#[cfg(target_family = "wasm")]
pub mod renewal;
#[cfg(target_family = "wasm")]
pub mod stepper;
#[cfg(target_family = "wasm")]
pub mod test_connection;
#[cfg(target_family = "wasm")]
pub mod view;

#[cfg(target_family = "wasm")]
pub use view::Connect;
