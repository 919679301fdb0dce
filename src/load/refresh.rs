//! Asking anew for what is on screen.

use leptos::prelude::*;

/// The button, below figures that do not renew themselves while nothing is imported.
#[component]
pub fn Refresh(
    /// Asks anew.
    again: Callback<()>,
) -> impl IntoView {
    view! {
        <p class="actions">
            <button type="button" class="link-button" on:click=move |_| again.run(())>
                "Refresh"
            </button>
        </p>
    }
}
