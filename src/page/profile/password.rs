//! Changing one's own password.

use ::api::password::{Change, NewPassword};
use ::api::{FieldError, Password, SecretText};
use leptos::prelude::*;

use crate::form::field_error;
use crate::form::submission::Submission;
use crate::session;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::Tone;
use crate::ui::field::{Field, FieldKind};
use crate::ui::notice::Notice;

/// The form.
#[component]
pub fn PasswordForm() -> impl IntoView {
    let (old, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let done = RwSignal::new(false);
    let submission = Submission::default();
    // Password managers look for the name beside the password.
    let email = session::signed_in().map(|user| user.email.to_string()).unwrap_or_default();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        done.set(false);
        let unfit = unfit(&old.get_untracked(), &new.get_untracked());
        if !unfit.is_empty() {
            return submission.refuse(unfit);
        }
        let body = NewPassword {
            old: SecretText::new(old.get_untracked()),
            new: SecretText::new(new.get_untracked()),
        };
        submission.send::<Change>((), body, move |_| {
            old.try_set(String::new());
            new.try_set(String::new());
            done.try_set(true);
        });
    };
    view! {
        <section class="people" aria-labelledby="password">
            <h2 id="password">"Password"</h2>
            <form class="card pad form narrow-form" on:submit=submit novalidate=true>
                {submission.notice()}
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
                    label="Current password"
                    value=old
                    kind=FieldKind::Password
                    autocomplete="current-password"
                    error=submission.issue("old")
                />
                <Field
                    label="New password"
                    value=new
                    kind=FieldKind::Password
                    autocomplete="new-password"
                    error=submission.issue("new")
                    hint="At least 8 characters. A few words in a row work well."
                />
                <div class="actions">
                    <Button kind=ButtonKind::Primary busy=submission.busy() submit=true>
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
        errors.push(field_error("old", "Enter your current password."));
    }
    if let Err(error) = Password::parse(SecretText::new(new.to_owned())) {
        errors.push(field_error("new", error.to_string()));
    }
    errors
}
