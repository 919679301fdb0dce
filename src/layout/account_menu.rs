//! The account: who is signed in, what they may do, the theme, signing out.

use ::api::Permission;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::theme::ThemeChoice;
use crate::route::{Pairs, Route};
use crate::session;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::notice::{Trouble, TroubleNotice};

/// The round button with the user's initial, and the panel it opens. The browser's popover closes on Escape and on a
/// click elsewhere, and gives the focus back; `boot.js` closes it as well when one of its links leads to another page.
#[component]
pub fn AccountMenu() -> impl IntoView {
    let user = Memo::new(|_| session::signed_in());
    // Every person's own page, and those of whoever may see them.
    let links = move || {
        let may = |needs: &'static [Permission]| {
            user.with(|user| user.as_ref().is_some_and(|user| user.has_any(needs)))
        };
        let people = may(Permission::MANAGES_USERS).then_some((Route::People, "People"));
        let notifications =
            may(Permission::MANAGES_NOTIFICATIONS).then_some((Route::Notifications, "Notifications"));
        let audit_log =
            may(Permission::READS_AUDIT).then_some((Route::AuditLog(Pairs::default()), "Audit log"));
        let access = Some((Route::Access { permission: None }, "Access"));
        let links = [Some((Route::Profile, "Profile")), access, people, notifications, audit_log];
        let links = links.into_iter().flatten();
        links.map(|(route, name)| view! { <li><a href=route.to_string()>{name}</a></li> }).collect_view()
    };
    let email = move || user.get().map(|user| user.email.as_str().to_owned()).unwrap_or_default();
    let initial = move || email().chars().take(1).flat_map(char::to_uppercase).collect::<String>();
    let permissions = move || {
        let permissions = user.get().map(|user| user.permissions).unwrap_or_default();
        if permissions.is_empty() {
            return view! { <p>"No permissions yet. Request one under Access."</p> }.into_any();
        }
        let items = permissions.into_iter().map(|permission| view! { <li>{permission.name()}</li> });
        view! { <ul>{items.collect_view()}</ul> }.into_any()
    };
    view! {
        <div class="account">
            <button
                type="button"
                class="avatar"
                popovertarget="account-panel"
                aria-label=move || format!("Account of {}", email())
            >
                {initial}
            </button>
            <div id="account-panel" class="account-panel" popover="auto" role="group" aria-label="Account">
                <p class="account-email">{email}</p>
                <p class="account-tenant">{move || user.get().map(|user| user.tenant_name)}</p>
                <ul class="account-links">{links}</ul>
                <h2>"Permissions"</h2>
                {permissions}
                <ThemeChoice />
                <SignOut />
            </div>
        </div>
    }
}

#[component]
fn SignOut() -> impl IntoView {
    let busy = RwSignal::new(false);
    let trouble = RwSignal::new(None::<Trouble>);
    let sign_out = Callback::new(move |()| {
        busy.set(true);
        trouble.set(None);
        spawn_local(async move {
            let outcome = session::sign_out().await;
            busy.try_set(false);
            trouble.try_set(outcome.err());
        });
    });
    view! {
        <div class="account-actions">
            {move || trouble.get().map(|trouble| view! { <TroubleNotice trouble /> })}
            <Button kind=ButtonKind::Secondary busy on_press=sign_out>
                "Sign out"
            </Button>
        </div>
    }
}
