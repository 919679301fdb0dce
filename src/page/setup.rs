//! Setup.

use leptos::prelude::*;

/// Setup.
#[component]
pub fn Setup() -> impl IntoView {
    view! { <h1 tabindex="-1">"Setup"</h1> }
}
