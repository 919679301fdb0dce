//! Choosing permissions.

use ::api::Permission;
use leptos::prelude::*;

/// A box for each permission, with what it opens.
#[component]
pub fn Permissions(
    /// Those that are chosen.
    chosen: RwSignal<Vec<Permission>>,
) -> impl IntoView {
    let choice = move |permission: &'static Permission| {
        let toggle = move |_| {
            chosen.update(|chosen| match chosen.contains(permission) {
                true => chosen.retain(|other| other != permission),
                false => chosen.push(*permission),
            });
        };
        view! {
            <label class="choice">
                <input
                    type="checkbox"
                    prop:checked=move || chosen.with(|chosen| chosen.contains(permission))
                    on:change=toggle
                />
                <span>
                    {permission.name()} <small class="muted line-detail">{permission.meaning()}</small>
                </span>
            </label>
        }
    };
    view! {
        <fieldset class="choices">
            <legend>"Permissions"</legend>
            {Permission::ALL.iter().map(choice).collect_view()}
        </fieldset>
    }
}
