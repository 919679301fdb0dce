//! The OpenAI Lens.

use leptos::prelude::*;

/// The OpenAI Lens.
#[component]
pub fn Lens() -> impl IntoView {
    view! { <h1 tabindex="-1">"OpenAI Lens"</h1> }
}
