//! Accepting an invitation: the holder of the link chooses a password and is in.

use ::api::invitation::{Accept, Acceptance, Invited, Look, Token};
use ::api::{Nothing, Password, SecretText};
use leptos::prelude::*;

use crate::api;
use crate::form::field_error;
use crate::form::submission::Submission;
use crate::layout::header::Logo;
use crate::load::{Load, load_once};
use crate::session;
use crate::ui::button::{Button, ButtonKind, LinkButton};
use crate::ui::field::{Field, FieldKind};
use crate::ui::notice::TroubleNotice;
use crate::ui::skeleton::Skeleton;

/// The page of an invitation's link, which carries the token behind the `#`.
#[component]
pub fn Invitation() -> impl IntoView {
    let token = token_of_address();
    let asked = token.clone();
    let invited = load_once(move || {
        let body = Token { token: SecretText::new(asked.clone()) };
        async move { api::call::<Look>(&(), &Nothing {}, &body).await.map_err(|error| error.trouble()) }
    });
    view! {
        <main class="gate">
            <div class="card gate-card">
                <div class="gate-brand">
                    <Logo />
                    <span>"Console"</span>
                </div>
                <h1 tabindex="-1">"Accept the invitation"</h1>
                {move || match invited.get() {
                    Load::Loading => view! { <Skeleton label="Looking for the invitation…" /> }.into_any(),
                    Load::Failed(trouble) | Load::Stale(_, trouble) => {
                        let again = invited.clone();
                        view! {
                            <TroubleNotice trouble on_retry=Callback::new(move |()| again.reload()) />
                            <LinkButton href="/login">"Sign in instead"</LinkButton>
                        }
                            .into_any()
                    }
                    Load::Ready(invited) => view! { <Form invited token=token.clone() /> }.into_any(),
                }}
            </div>
        </main>
    }
}

#[component]
fn Form(invited: Invited, token: String) -> impl IntoView {
    let email = RwSignal::new(invited.email.to_string());
    let password = RwSignal::new(String::new());
    let submission = Submission::default();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let text = SecretText::new(password.get_untracked());
        if let Err(error) = Password::parse(SecretText::new(password.get_untracked())) {
            return submission.refuse(vec![field_error("password", error.to_string())]);
        }
        let body = Acceptance { token: SecretText::new(token.clone()), password: text };
        submission.send::<Accept>((), body, move |signed_in| {
            password.try_set(String::new());
            session::accept(signed_in);
        });
    };
    view! {
        <p class="muted">
            {format!("{} invites you to the console of {}.", invited.invited_by, invited.tenant_name)}
        </p>
        <form class="form" on:submit=submit novalidate=true>
            {submission.notice()}
            <div class="field">
                <label for="invited-email">"E-mail"</label>
                <input id="invited-email" class="input" type="email" autocomplete="username" readonly=true prop:value=email />
            </div>
            <Field
                label="Password"
                value=password
                kind=FieldKind::Password
                autocomplete="new-password"
                error=submission.issue("password")
                hint="At least 8 characters. A few words in a row work well."
            />
            <div class="actions">
                <Button kind=ButtonKind::Primary busy=submission.busy() submit=true>
                    {move || if submission.busy().get() { "Accepting…" } else { "Accept" }}
                </Button>
            </div>
        </form>
    }
}

/// Takes the token out of the address, and the address out of the history.
fn token_of_address() -> String {
    let location = window().location();
    let token = location.hash().ok().and_then(|hash| hash.strip_prefix("#token=").map(str::to_owned));
    if token.is_some()
        && let Ok(history) = window().history()
    {
        // It fails only for another site's address.
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some("/invitation"));
    }
    token.unwrap_or_default()
}
