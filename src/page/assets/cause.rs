//! Why something of an account could not be imported.

use ::api::connection_draft::Finding;
use leptos::prelude::*;

/// A cause with its remedy, and OpenAI's id of the request.
#[component]
pub fn Cause(
    /// What was found.
    finding: Finding,
    /// Whether the page says it already: then the request alone is named.
    #[prop(optional)]
    is_said: bool,
) -> impl IntoView {
    let Finding { detail, remedy, upstream_request_id, .. } = finding;
    view! {
        <small class="cause">
            {(!is_said).then(|| format!("{detail} {remedy}"))}
            {upstream_request_id
                .map(|id| view! { <span class="cause-id">"OpenAI request id " <code>{id}</code></span> })}
        </small>
    }
}
