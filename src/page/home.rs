//! Home.

use leptos::prelude::*;

/// Home.
#[component]
pub fn Home() -> impl IntoView {
    view! { <h1 tabindex="-1">"Home"</h1> }
}
