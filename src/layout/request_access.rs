//! The way to ask for a permission that is missing.

use ::api::Permission;
use leptos::prelude::*;

use crate::route::Route;
use crate::ui::button::LinkButton;

/// Leads to where a permission is asked for.
#[component]
pub fn RequestAccess(
    /// The one to offer: where several would do, the one that opens least besides.
    permission: Permission,
) -> impl IntoView {
    let href = Route::Access { permission: Some(permission) }.to_string();
    view! { <LinkButton href>"Request access"</LinkButton> }
}
