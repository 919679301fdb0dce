//! The second factor: setting it up with a code of the app, recovery codes, and removing it.

use ::api::SecretText;
use ::api::second_factor::{self, Code, Enrolment, PresentPassword, SecondFactor};
use leptos::prelude::*;

use crate::api;
use crate::form::submission::Submission;
use crate::format::count;
use crate::load::arrived::Arrived;
use crate::load::load_once;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::{Chip, Tone};
use crate::ui::field::{Field, FieldKind};
use crate::ui::focus::focus_after_rows;
use crate::ui::notice::Notice;

/// How far setting up has come.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    Begin,
    Scan(Enrolment),
    Codes(Vec<String>),
}

/// The section of the profile.
#[component]
pub fn SecondFactorSection() -> impl IntoView {
    view! {
        <section class="people" aria-labelledby="second-factor">
            <h2 id="second-factor">"Second factor"</h2>
            <div class="card pad narrow-form">
                <SecondFactorSetUp />
            </div>
        </section>
    }
}

/// Setting it up, and what it is once it is.
#[component]
pub fn SecondFactorSetUp(
    /// It is set up, and the recovery codes are kept.
    #[prop(optional, into)]
    done: Option<Callback<()>>,
) -> impl IntoView {
    let state =
        load_once(async || api::get::<second_factor::View>(&()).await.map_err(|error| error.trouble()));
    let step = RwSignal::new(Step::Begin);
    let (again, after) = (state.clone(), state.clone());
    let retry = Callback::new(move |()| again.reload());
    let changed = Callback::new(move |()| after.reload());
    let kept = Callback::new(move |()| {
        step.set(Step::Begin);
        if let Some(done) = done {
            done.run(());
        }
    });
    let show = move |state: Memo<SecondFactor>| {
        let screen = Memo::new(move |_| (step.get(), state.with(|state| state.enabled)));
        focus_after_rows(screen, "#second-factor-step");
        view! {
            <div id="second-factor-step" tabindex="-1">{move || {
                let SecondFactor { enabled, recovery_codes_left } = state.get();
                match (step.get(), enabled) {
                    (Step::Codes(codes), _) => view! { <Codes codes kept /> }.into_any(),
                    (_, true) => view! { <Enabled left=recovery_codes_left changed step /> }.into_any(),
                    (Step::Begin, false) => view! { <Begin step /> }.into_any(),
                    (Step::Scan(enrolment), false) => view! { <Scan enrolment step changed /> }.into_any(),
                }
            }}</div>
        }
        .into_any()
    };
    view! { <Arrived data=state label="Loading the second factor…" retry show=Box::new(show) /> }
}

/// A form with the password in it.
#[component]
fn PasswordAsked(
    /// What its button says.
    label: &'static str,
    /// Sends it.
    send: Callback<SecretText>,
    /// What it is sent by.
    submission: Submission,
) -> impl IntoView {
    let password = RwSignal::new(String::new());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send.run(SecretText::new(password.get_untracked()));
    };
    view! {
        <form class="form" on:submit=submit novalidate=true>
            {submission.notice()}
            <Field
                label="Your password"
                value=password
                kind=FieldKind::Password
                autocomplete="current-password"
                error=submission.issue("password")
            />
            <div class="actions">
                <Button busy=submission.busy() submit=true>
                    {label}
                </Button>
            </div>
        </form>
    }
}

#[component]
fn Begin(step: RwSignal<Step>) -> impl IntoView {
    let submission = Submission::default();
    let send = Callback::new(move |password: SecretText| {
        submission.send::<second_factor::Enrol>((), PresentPassword { password }, move |enrolment| {
            step.try_set(Step::Scan(enrolment));
        });
    });
    view! {
        <p class="muted">"Off. When it is on, signing in asks for a code from an authenticator app."</p>
        <PasswordAsked label="Set up an app" send submission />
    }
}

#[component]
fn Scan(enrolment: Enrolment, step: RwSignal<Step>, changed: Callback<()>) -> impl IntoView {
    let code = RwSignal::new(String::new());
    let submission = Submission::default();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = Code { code: SecretText::new(code.get_untracked()) };
        submission.send::<second_factor::Confirm>((), body, move |made| {
            step.try_set(Step::Codes(made.codes));
            let _ = changed.try_run(());
        });
    };
    let image =
        format!("data:image/svg+xml,{}", String::from(js_sys::encode_uri_component(&enrolment.qr_svg)));
    view! {
        <form class="form" on:submit=submit novalidate=true>
            {submission.notice()}
            <p>"Scan this with an authenticator app, or type the secret."</p>
            <img class="qr" src=image alt="QR code of the secret below" width="220" height="220" />
            <p>
                "Secret " <code class="breakable">{enrolment.secret}</code>
            </p>
            <Field
                label="Code from the app"
                value=code
                autocomplete="one-time-code"
                error=submission.issue("code")
                hint="Six digits. The second factor takes effect once a code is accepted."
            />
            <div class="actions">
                <Button kind=ButtonKind::Primary busy=submission.busy() submit=true>
                    "Turn it on"
                </Button>
                <Button kind=ButtonKind::Quiet on_press=Callback::new(move |()| step.set(Step::Begin))>
                    "Cancel"
                </Button>
            </div>
        </form>
    }
}

#[component]
fn Codes(codes: Vec<String>, kept: Callback<()>) -> impl IntoView {
    view! {
        <Notice tone=Tone::Good title="The second factor is on">
            <p>"Keep these recovery codes somewhere other than your phone. Each works once, and none is shown again."</p>
        </Notice>
        <ul class="recovery-codes" aria-label="Recovery codes">
            {codes
                .into_iter()
                .map(|code| {
                    view! {
                        <li>
                            <code>{code}</code>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
        <Button on_press=kept>"I have saved them"</Button>
    }
}

#[component]
fn Enabled(left: u32, changed: Callback<()>, step: RwSignal<Step>) -> impl IntoView {
    let submission = Submission::default();
    let send = Callback::new(move |password: SecretText| {
        submission.send::<second_factor::Remove>((), PresentPassword { password }, move |_| {
            step.try_set(Step::Begin);
            let _ = changed.try_run(());
        });
    });
    view! {
        <p class="actions">
            <Chip tone=Tone::Good text="On" />
            <span class="muted">{format!("{} left", count(u64::from(left), "recovery code", "recovery codes"))}</span>
        </p>
        <PasswordAsked label="Remove the second factor" send submission />
    }
}
