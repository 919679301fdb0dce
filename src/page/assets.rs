//! Assets.

use leptos::prelude::*;

/// Assets.
#[component]
pub fn Assets() -> impl IntoView {
    view! { <h1 tabindex="-1">"Assets"</h1> }
}
