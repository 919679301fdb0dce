//! What stands in place of data that is on its way.

use leptos::prelude::*;

/// Grey lines, and in words what is loading.
#[component]
pub fn Skeleton(
    /// What is loading: `Loading the accounts…`
    #[prop(into)]
    label: String,
    /// How many lines.
    #[prop(default = 3)]
    lines: usize,
) -> impl IntoView {
    view! {
        <div class="skeleton" role="status">
            <span class="skeleton-label">{label}</span>
            {(0..lines).map(|_| view! { <span class="skeleton-line" aria-hidden="true"></span> }).collect_view()}
        </div>
    }
}
