//! Changing one's own password.

use ::api::password::{Change, ChangeError, NewPassword};
use ::api::{FieldError, Nothing, Password, SecretText};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{self, CallError};
use crate::form::{field_error, issue};
use crate::session;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::Tone;
use crate::ui::field::{Field, FieldKind};
use crate::ui::focus::focus_first_error;
use crate::ui::notice::{Notice, Trouble, TroubleNotice};

/// The form.
#[component]
pub fn PasswordForm() -> impl IntoView {
    let (old, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let busy = RwSignal::new(false);
    let done = RwSignal::new(false);
    let errors = RwSignal::new(Vec::<FieldError>::new());
    let trouble = RwSignal::new(None::<Trouble>);
    // Password managers look for the name beside the password.
    let email = session::signed_in().map(|user| user.email.to_string()).unwrap_or_default();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        trouble.set(None);
        done.set(false);
        errors.set(unfit(&old.get_untracked(), &new.get_untracked()));
        if errors.with_untracked(|errors| !errors.is_empty()) {
            focus_first_error();
            return;
        }
        let body = NewPassword {
            old: SecretText::new(old.get_untracked()),
            new: SecretText::new(new.get_untracked()),
        };
        busy.set(true);
        spawn_local(async move {
            let outcome = api::call::<Change>(&(), &Nothing {}, &body).await;
            busy.try_set(false);
            match outcome {
                Ok(_) => {
                    old.try_set(String::new());
                    new.try_set(String::new());
                    done.try_set(true);
                }
                Err(CallError::Refused(ChangeError::WrongPassword | ChangeError::Unfit { .. }, problem)) => {
                    errors.try_set(problem.errors);
                    focus_first_error();
                }
                Err(error) => {
                    trouble.try_set(Some(error.trouble()));
                }
            }
        });
    };
    view! {
        <section class="people" aria-labelledby="password">
            <h2 id="password">"Password"</h2>
            <form class="card pad form narrow-form" on:submit=submit novalidate=true>
                {move || trouble.get().map(|trouble| view! { <TroubleNotice trouble /> })}
                {move || {
                    done.get()
                        .then(|| {
                            view! {
                                <Notice tone=Tone::Good title="Password changed">
                                    <p>"Your other sessions have ended."</p>
                                </Notice>
                            }
                        })
                }}
                <input type="hidden" autocomplete="username" value=email />
                <Field
                    label="Present password"
                    value=old
                    kind=FieldKind::Password
                    autocomplete="current-password"
                    error=issue(errors, "old")
                />
                <Field
                    label="New password"
                    value=new
                    kind=FieldKind::Password
                    autocomplete="new-password"
                    error=issue(errors, "new")
                    hint="At least 8 characters. A few words in a row are good."
                />
                <div class="actions">
                    <Button kind=ButtonKind::Primary busy submit=true>
                        "Change the password"
                    </Button>
                </div>
            </form>
        </section>
    }
}

/// Everything that is wrong, at once, in the sentences that the server has too.
fn unfit(old: &str, new: &str) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if old.is_empty() {
        errors.push(field_error("old", "Enter your present password."));
    }
    if let Err(error) = Password::parse(SecretText::new(new.to_owned())) {
        errors.push(field_error("new", error.to_string()));
    }
    errors
}
