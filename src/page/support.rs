//! Support.

use ::api::{ConnectionDraftId, SupportRequestId};
use leptos::prelude::*;

/// Support.
#[component]
pub fn Support() -> impl IntoView {
    view! { <h1 tabindex="-1">"Support"</h1> }
}

/// Support.
#[component]
pub fn NewSupportRequest(draft: Option<ConnectionDraftId>) -> impl IntoView {
    view! { <h1 tabindex="-1">"Support"</h1> {draft.map(|draft| draft.as_str().to_owned())} }
}

/// Support.
#[component]
pub fn SupportRequest(id: SupportRequestId) -> impl IntoView {
    view! { <h1 tabindex="-1">"Support"</h1> {id.as_str().to_owned()} }
}
