//! Signing in.

pub mod sign_on;

use ::api::session::{Create, CreateError, Credentials};
use ::api::sign_on::SignOn;
use ::api::{Nothing, SecretText};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{self, CallError};
use crate::layout::header::Logo;
use crate::load::arrived::Arrived;
use crate::load::load_once;
use crate::navigation::use_navigation;
use crate::route::Route;
use crate::session;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::Tone;
use crate::ui::field::{Field, FieldKind};
use crate::ui::focus::{focus, focus_first_error, focus_unless_typing};
use crate::ui::notice::{Notice, TroubleNotice};
use sign_on::{SignOnButton, SignOnReturn};

/// The sign-in page.
#[component]
pub fn Login() -> impl IntoView {
    let navigation = use_navigation();
    let returned = Memo::new(move |_| match navigation.route() {
        Route::SignOnReturn(pairs) => Some(pairs),
        _ => None,
    });
    view! {
        <main class="gate">
            <div class="card gate-card">
                <div class="gate-brand">
                    <Logo />
                    <span>"Console"</span>
                </div>
                <h1 tabindex="-1">"Sign in"</h1>
                {move || match returned.get() {
                    Some(pairs) => view! { <SignOnReturn pairs /> }.into_any(),
                    None => view! { <SignIn /> }.into_any(),
                }}
            </div>
        </main>
    }
}

/// The ways in: the company's provider where there is one, and the password.
#[component]
pub fn SignIn(
    /// The address to offer.
    #[prop(optional, into)]
    email: String,
) -> impl IntoView {
    let offer =
        load_once(async || api::get::<::api::sign_on::View>(&()).await.map_err(|error| error.trouble()));
    let again = offer.clone();
    let retry = Callback::new(move |()| again.reload());
    let asks_for_password = RwSignal::new(false);
    let show = move |offer: Memo<SignOn>| {
        let email = email.clone();
        view! {
            {move || offer.get().provider.map(|name| view! { <SignOnButton name /> })}
            {move || {
                let SignOn { provider, passwords } = offer.get();
                if !passwords && !asks_for_password.get() {
                    let ask = Callback::new(move |()| asks_for_password.set(true));
                    return view! {
                        <p class="actions">
                            <Button kind=ButtonKind::Quiet on_press=ask>
                                "Use the emergency account"
                            </Button>
                        </p>
                    }
                        .into_any();
                }
                request_animation_frame(|| {
                    focus_unless_typing("input[type=email]");
                });
                let words = if passwords { "or with a password" } else { "or with the emergency account's password" };
                view! {
                    {provider.is_some().then(|| view! { <p class="muted">{words}</p> })}
                    <SignInForm email=email.clone() />
                }
                    .into_any()
            }}
        }
        .into_any()
    };
    view! { <Arrived data=offer label="Loading the ways to sign in…" retry show=Box::new(show) /> }
}

/// Asks for the e-mail address and the password, and signs in.
#[component]
fn SignInForm(
    /// The address to offer.
    email: String,
) -> impl IntoView {
    let email = RwSignal::new(email);
    let password = RwSignal::new(String::new());
    let code = RwSignal::new(String::new());
    let asks_for_code = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let refusal = RwSignal::new(None::<CallError<CreateError>>);
    let missing = RwSignal::new(false);
    let error_if = move |value: RwSignal<String>, words: &'static str| {
        Signal::derive(move || (missing.get() && value.with(String::is_empty)).then(|| words.to_owned()))
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        missing.set(email.with_untracked(String::is_empty) || password.with_untracked(String::is_empty));
        if missing.get_untracked() {
            focus_first_error();
            return;
        }
        busy.set(true);
        refusal.set(None);
        spawn_local(async move {
            let credentials = Credentials {
                email: email.try_get_untracked().unwrap_or_default(),
                password: SecretText::new(password.try_get_untracked().unwrap_or_default()),
                code: code
                    .try_get_untracked()
                    .filter(|code| !code.trim().is_empty())
                    .map(|code| SecretText::new(code.trim().to_owned())),
            };
            let outcome = api::call::<Create>(&(), &Nothing {}, &credentials).await;
            busy.try_set(false);
            match outcome {
                Ok(signed_in) => {
                    password.try_set(String::new());
                    session::accept(signed_in);
                }
                Err(error) => {
                    let asks = match &error {
                        CallError::Refused(CreateError::CodeNeeded | CreateError::WrongCode, _) => true,
                        CallError::Refused(CreateError::WrongCredentials, _) => false,
                        _ => asks_for_code.get_untracked(),
                    };
                    asks_for_code.try_set(asks);
                    refusal.try_set(Some(error));
                    request_animation_frame(move || {
                        let field = if asks { "one-time-code" } else { "current-password" };
                        focus(&format!("input[autocomplete={field}]"));
                    });
                }
            }
        });
    };
    view! {
        <form class="form" on:submit=submit novalidate=true>
            {move || refusal.get().map(|error| view! { <Refusal error /> })}
            <Field
                label="E-mail"
                value=email
                kind=FieldKind::Email
                autocomplete="username"
                error=error_if(email, "Enter your e-mail address.")
            />
            <Field
                label="Password"
                value=password
                kind=FieldKind::Password
                autocomplete="current-password"
                error=error_if(password, "Enter your password.")
            />
            {move || {
                asks_for_code
                    .get()
                    .then(|| {
                        view! {
                            <Field
                                label="Code"
                                value=code
                                autocomplete="one-time-code"
                                hint="From your authenticator app, or a recovery code."
                            />
                        }
                    })
            }}
            <div class="actions">
                <Button kind=ButtonKind::Primary busy submit=true>
                    {move || if busy.get() { "Signing in…" } else { "Sign in" }}
                </Button>
            </div>
        </form>
    }
}

/// Why signing in did not work.
#[component]
fn Refusal(error: CallError<CreateError>) -> impl IntoView {
    match error {
        CallError::Refused(CreateError::CodeNeeded, problem) => {
            view! { <Notice tone=Tone::Neutral>{problem.remedy}</Notice> }.into_any()
        }
        CallError::Refused(
            CreateError::WrongCredentials
            | CreateError::WrongCode
            | CreateError::PasswordsOff
            | CreateError::TooManyAttempts { .. },
            problem,
        ) => {
            let words = format!("{} {}", problem.detail, problem.remedy);
            view! { <Notice tone=Tone::Bad>{words}</Notice> }.into_any()
        }
        other => view! { <TroubleNotice trouble=other.trouble() /> }.into_any(),
    }
}
