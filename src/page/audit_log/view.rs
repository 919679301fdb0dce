//! The page: the two logs beside each other.

use ::api::Permission;
use leptos::prelude::*;

use super::calls::Calls;
use super::entries::Entries;
use crate::layout::permission_missing::PermissionMissing;
use crate::navigation::use_navigation;
use crate::route::{Pairs, Route};
use crate::session;

/// The page, for those who may read the log.
#[component]
pub fn AuditLog() -> impl IntoView {
    let navigation = use_navigation();
    let may = Memo::new(|_| session::signed_in().is_some_and(|user| user.has_any(Permission::READS_AUDIT)));
    let shows_calls = Memo::new(move |_| matches!(navigation.route(), Route::UpstreamCalls(_)));
    let tab = move |route: Route, label: &'static str, calls: bool| {
        view! {
            <li>
                <a href=route.to_string() aria-current=move || (shows_calls.get() == calls).then_some("page")>
                    {label}
                </a>
            </li>
        }
    };
    view! {
        <div class="page-head">
            <div>
                <h1 tabindex="-1">"Audit log"</h1>
                <p class="muted">"Who did what here, and what was asked of OpenAI with your admin keys. Times are UTC."</p>
            </div>
        </div>
        {move || {
            if !may.get() {
                return view! {
                    <PermissionMissing needs=Permission::READS_AUDIT offer=Permission::AuditLogViewer />
                }
                    .into_any();
            }
            view! {
                <div class="side">
                    <nav class="side-menu" aria-label="Audit log">
                        <ul>
                            {tab(Route::AuditLog(Pairs::default()), "Events", false)}
                            {tab(Route::UpstreamCalls(Pairs::default()), "Calls to OpenAI", true)}
                        </ul>
                    </nav>
                    <div>
                        {move || if shows_calls.get() { view! { <Calls /> }.into_any() } else { view! { <Entries /> }.into_any() }}
                    </div>
                </div>
            }
                .into_any()
        }}
    }
}
