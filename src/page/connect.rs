//! The wizard.

#[cfg(target_family = "wasm")]
mod view {
    use leptos::prelude::*;

    /// The wizard.
    #[component]
    pub fn Connect() -> impl IntoView {}
}
#[cfg(target_family = "wasm")]
pub use view::Connect;
