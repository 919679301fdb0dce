//! No page has this address.

use leptos::prelude::*;

/// Says so, and leads on.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <div class="page-head">
            <div>
                <h1 tabindex="-1">"Page not found"</h1>
                <p class="muted">"There is nothing at this address. It may be mistyped, or what it showed is gone."</p>
            </div>
        </div>
        <p class="actions">
            <a class="button primary" href="/">
                "Go to Home"
            </a>
            <a class="button" href="/support">
                "Support"
            </a>
        </p>
    }
}
