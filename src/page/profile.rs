//! The profile: one's own password, sessions, API tokens, and what one is told of.

pub mod notifications;
pub mod password;
pub mod second_factor;
pub mod sessions;
pub mod tokens;

use leptos::prelude::*;

use crate::session;
use notifications::NotificationChoice;
use password::PasswordForm;
use second_factor::SecondFactorSection;
use sessions::Sessions;
use tokens::Tokens;

/// What is a person's own.
#[component]
pub fn Profile() -> impl IntoView {
    let user = Memo::new(|_| session::signed_in());
    let has_password = Memo::new(move |_| user.get().is_some_and(|user| user.has_password));
    let words =
        move || user.get().map(|user| format!("{} · {}", user.email, user.tenant_name)).unwrap_or_default();
    view! {
        <div class="page-head">
            <div>
                <h1 tabindex="-1">"Profile"</h1>
                <p class="muted breakable">{words}</p>
            </div>
        </div>
        <Sessions />
        // Whoever signs on with the company's provider has both there.
        {move || has_password.get().then(|| view! { <SecondFactorSection /> })}
        <NotificationChoice />
        <Tokens />
        {move || has_password.get().then(|| view! { <PasswordForm /> })}
    }
}
