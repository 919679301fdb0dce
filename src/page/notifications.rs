//! Notifications: which programs are told of what happens, and what was sent.

pub mod change;
pub mod deliveries;
pub mod kinds;
pub mod new;
pub mod outcome;
pub mod webhooks;

use ::api::Permission;
use leptos::prelude::*;

use crate::layout::permission_missing::PermissionMissing;
use crate::route::Route;
use crate::session;
use deliveries::Deliveries;
use webhooks::Webhooks;

/// The webhooks and the log of deliveries, for those who manage them.
#[component]
pub fn Notifications() -> impl IntoView {
    let may = Memo::new(|_| {
        session::signed_in().is_some_and(|user| user.has_any(Permission::MANAGES_NOTIFICATIONS))
    });
    // Rises with every message that was sent to try a webhook, so that the log shows it.
    let sent = RwSignal::new(0_u32);
    view! {
        <div class="page-head">
            <div>
                <h1 tabindex="-1">"Notifications"</h1>
                <p class="muted">
                    "Which programs are notified about your accounts, and what was sent. You choose your own e-mails in your "
                    <a href=Route::Profile.to_string()>"profile"</a> "."
                </p>
            </div>
        </div>
        {move || {
            if may.get() {
                return view! {
                    <Webhooks sent />
                    <Deliveries sent />
                }
                    .into_any();
            }
            view! {
                <PermissionMissing
                    needs=Permission::MANAGES_NOTIFICATIONS
                    offer=Permission::BillingProfilesAdmin
                />
            }
                .into_any()
        }}
    }
}
