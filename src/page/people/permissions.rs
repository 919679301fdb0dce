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
                    {permission.name()} <small class="muted line-detail">{meaning(*permission)}</small>
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

/// What a permission opens, in a few words.
const fn meaning(permission: Permission) -> &'static str {
    match permission {
        Permission::BillingProfilesAdmin => "Connect organizations and manage their keys",
        Permission::CloudAnalyticsUser => "See cost and usage, and keep reports",
        Permission::CloudAnalyticsAdmin => "See cost and usage, and remove what others share",
        Permission::AssetsManager => "See connected accounts; start, pause and resume imports",
        Permission::SupportRequester => "Open and read support requests",
        Permission::UsersManager => "Invite people and decide what they may do",
        Permission::AuditLogViewer => "Read who did what",
    }
}
