//! The first run: the holder of the one-time token makes the first user.

use ::api::setup::{Create, CreateError, Setup as SetupBody};
use ::api::{Email, FieldError, Nothing, Password, SecretText};
use leptos::prelude::*;

use crate::api::{self, CallError};
use crate::form::field_error;
use crate::form::submission::Submission;
use crate::layout::header::Logo;
use crate::session;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::field::{Field, FieldKind};

/// The set-up page. The server's link carries the token behind the `#`, which a browser sends nowhere.
#[component]
pub fn Setup() -> impl IntoView {
    let from_link = token_of_address();
    let asks_for_token = RwSignal::new(from_link.is_none());
    let token = RwSignal::new(from_link.unwrap_or_default());
    let (company, email, password) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let submission = Submission::default();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let read = |signal: RwSignal<String>| signal.get_untracked();
        let unfit = unfit(&read(token), &read(company), &read(email), &read(password));
        if !unfit.is_empty() {
            return submission.refuse(unfit);
        }
        let body = SetupBody {
            token: SecretText::new(read(token).trim().to_owned()),
            tenant_name: read(company).trim().to_owned(),
            email: read(email).trim().to_owned(),
            password: SecretText::new(read(password)),
        };
        submission.run(async move {
            let outcome = api::call::<Create>(&(), &Nothing {}, &body).await;
            if matches!(outcome, Err(CallError::Refused(CreateError::WrongToken, _))) {
                asks_for_token.try_set(true);
            }
            session::accept(outcome?);
            Ok(())
        });
    };
    view! {
        <main class="gate">
            <div class="card gate-card">
                <div class="gate-brand">
                    <Logo />
                    <span>"Console"</span>
                </div>
                <h1 tabindex="-1">"Set up this console"</h1>
                <p class="muted">"You become its first user, with every permission."</p>
                <form class="form" on:submit=submit novalidate=true>
                    {submission.notice()}
                    {move || {
                        asks_for_token
                            .get()
                            .then(|| {
                                view! {
                                    <Field
                                        label="Set-up token"
                                        value=token
                                        error=submission.issue("token")
                                        hint="The server prints it when it starts. It is valid for 60 minutes and works once."
                                    />
                                }
                            })
                    }}
                    <Field
                        label="Company"
                        value=company
                        autocomplete="organization"
                        error=submission.issue("tenant_name")
                    />
                    <Field
                        label="E-mail"
                        value=email
                        kind=FieldKind::Email
                        autocomplete="username"
                        error=submission.issue("email")
                    />
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
                            {move || if submission.busy().get() { "Setting up…" } else { "Set up" }}
                        </Button>
                    </div>
                </form>
            </div>
        </main>
    }
}

/// Everything that is wrong, at once, in the sentences that the server has too.
fn unfit(token: &str, company: &str, email: &str, password: &str) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if token.trim().is_empty() {
        errors.push(field_error("token", "Enter the set-up token."));
    }
    if company.trim().is_empty() {
        errors.push(field_error("tenant_name", "Enter the company's name."));
    }
    if let Err(error) = Email::parse(email) {
        errors.push(field_error("email", error.to_string()));
    }
    if let Err(error) = Password::parse(SecretText::new(password.to_owned())) {
        errors.push(field_error("password", error.to_string()));
    }
    errors
}

/// Takes the token out of the address, and the address out of the history.
fn token_of_address() -> Option<String> {
    let hash = window().location().hash().ok()?;
    let token = hash.strip_prefix("#token=")?.to_owned();
    let history = window().history().ok()?;
    let path = window().location().pathname().unwrap_or_else(|_| "/setup".into());
    history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&path)).ok()?;
    (!token.is_empty()).then_some(token)
}
