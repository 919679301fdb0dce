//! The second factor: setting it up with a code of the app, recovery codes, and removing it.

use ::api::second_factor::{
    self, Code, ConfirmError, EnrolError, Enrolment, PresentPassword, RemoveError, SecondFactor,
};
use ::api::{FieldError, Nothing, SecretText};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{self, CallError};
use crate::form::issue;
use crate::load::arrived::Arrived;
use crate::load::load_once;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::{Chip, Tone};
use crate::ui::field::{Field, FieldKind};
use crate::ui::focus::focus_first_error;
use crate::ui::notice::{Notice, Trouble, TroubleNotice};

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
        view! {
            {move || {
                let SecondFactor { enabled, recovery_codes_left } = state.get();
                match (step.get(), enabled) {
                    (Step::Codes(codes), _) => view! { <Codes codes kept /> }.into_any(),
                    (_, true) => view! { <Enabled left=recovery_codes_left changed step /> }.into_any(),
                    (Step::Begin, false) => view! { <Begin step /> }.into_any(),
                    (Step::Scan(enrolment), false) => view! { <Scan enrolment step changed /> }.into_any(),
                }
            }}
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
    /// What is sent, and whatever came of it.
    send: Callback<SecretText>,
    busy: RwSignal<bool>,
    errors: RwSignal<Vec<FieldError>>,
    trouble: RwSignal<Option<Trouble>>,
) -> impl IntoView {
    let password = RwSignal::new(String::new());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !busy.get_untracked() {
            trouble.set(None);
            errors.set(Vec::new());
            busy.set(true);
            send.run(SecretText::new(password.get_untracked()));
        }
    };
    view! {
        <form class="form" on:submit=submit novalidate=true>
            {move || trouble.get().map(|trouble| view! { <TroubleNotice trouble /> })}
            <Field
                label="Your password"
                value=password
                kind=FieldKind::Password
                autocomplete="current-password"
                error=issue(errors, "password")
            />
            <div class="actions">
                <Button busy submit=true>
                    {label}
                </Button>
            </div>
        </form>
    }
}

#[component]
fn Begin(step: RwSignal<Step>) -> impl IntoView {
    let (busy, errors, trouble) =
        (RwSignal::new(false), RwSignal::new(Vec::<FieldError>::new()), RwSignal::new(None::<Trouble>));
    let send = Callback::new(move |password: SecretText| {
        spawn_local(async move {
            let outcome =
                api::call::<second_factor::Enrol>(&(), &Nothing {}, &PresentPassword { password }).await;
            busy.try_set(false);
            match outcome {
                Ok(enrolment) => {
                    step.try_set(Step::Scan(enrolment));
                }
                Err(CallError::Refused(EnrolError::WrongPassword, problem)) => {
                    errors.try_set(problem.errors);
                    focus_first_error();
                }
                Err(error) => {
                    trouble.try_set(Some(error.trouble()));
                }
            }
        });
    });
    view! {
        <p class="muted">"Off. An authenticator app then shows a code that signing in asks for."</p>
        <PasswordAsked label="Set up an app" send busy errors trouble />
    }
}

#[component]
fn Scan(enrolment: Enrolment, step: RwSignal<Step>, changed: Callback<()>) -> impl IntoView {
    let code = RwSignal::new(String::new());
    let (busy, errors, trouble) =
        (RwSignal::new(false), RwSignal::new(Vec::<FieldError>::new()), RwSignal::new(None::<Trouble>));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        trouble.set(None);
        errors.set(Vec::new());
        busy.set(true);
        let body = Code { code: SecretText::new(code.get_untracked()) };
        spawn_local(async move {
            let outcome = api::call::<second_factor::Confirm>(&(), &Nothing {}, &body).await;
            busy.try_set(false);
            match outcome {
                Ok(made) => {
                    step.try_set(Step::Codes(made.codes));
                    changed.run(());
                }
                Err(CallError::Refused(ConfirmError::WrongCode, problem)) => {
                    errors.try_set(problem.errors);
                    focus_first_error();
                }
                Err(error) => {
                    trouble.try_set(Some(error.trouble()));
                }
            }
        });
    };
    let image =
        format!("data:image/svg+xml,{}", String::from(js_sys::encode_uri_component(&enrolment.qr_svg)));
    view! {
        <form class="form" on:submit=submit novalidate=true>
            {move || trouble.get().map(|trouble| view! { <TroubleNotice trouble /> })}
            <p>"Scan this with an authenticator app, or type the secret."</p>
            <img class="qr" src=image alt="QR code of the secret below" width="220" height="220" />
            <p>
                "Secret " <code class="breakable">{enrolment.secret}</code>
            </p>
            <Field
                label="Code of the app"
                value=code
                autocomplete="one-time-code"
                error=issue(errors, "code")
                hint="Six digits. The second factor counts once a code of it was right."
            />
            <div class="actions">
                <Button kind=ButtonKind::Primary busy submit=true>
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
            <p>"Keep these recovery codes apart from your phone. Each is good once, and none is shown again."</p>
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
        <Button on_press=kept>"I have kept them"</Button>
    }
}

#[component]
fn Enabled(left: u32, changed: Callback<()>, step: RwSignal<Step>) -> impl IntoView {
    let (busy, errors, trouble) =
        (RwSignal::new(false), RwSignal::new(Vec::<FieldError>::new()), RwSignal::new(None::<Trouble>));
    let send = Callback::new(move |password: SecretText| {
        spawn_local(async move {
            let outcome =
                api::call::<second_factor::Remove>(&(), &Nothing {}, &PresentPassword { password }).await;
            busy.try_set(false);
            match outcome {
                Ok(_) => {
                    step.try_set(Step::Begin);
                    changed.run(());
                }
                Err(CallError::Refused(RemoveError::WrongPassword, problem)) => {
                    errors.try_set(problem.errors);
                    focus_first_error();
                }
                Err(error) => {
                    trouble.try_set(Some(error.trouble()));
                }
            }
        });
    });
    view! {
        <p class="actions">
            <Chip tone=Tone::Good text="On" />
            <span class="muted">{format!("{left} recovery codes left")}</span>
        </p>
        <PasswordAsked label="Remove the second factor" send busy errors trouble />
    }
}
