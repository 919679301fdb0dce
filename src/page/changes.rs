//! Why did it change? The difference of two periods, taken apart into effects that sum to it exactly.

pub mod choice;

#[cfg(target_family = "wasm")]
pub mod comparison;
#[cfg(target_family = "wasm")]
pub mod effects;
#[cfg(target_family = "wasm")]
pub mod rows;

#[cfg(target_family = "wasm")]
pub use self::comparison::Changes;
