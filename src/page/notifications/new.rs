//! A new webhook: its address and what it is told of, then its secret, once.

use ::api::SecretText;
use ::api::notification::Kind;
use ::api::webhook::{Create, NewWebhook};
use leptos::prelude::*;

use super::kinds::Kinds;
use crate::form::submission::Submission;
use crate::page::shown_once::{Made, MakeDialog};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::field::Field;

/// The dialog.
#[component]
pub fn NewDialog(
    /// Closes it.
    close: Callback<()>,
    /// There is a webhook more.
    changed: Callback<()>,
) -> impl IntoView {
    view! {
        <MakeDialog
            heading_id="webhook-title"
            close
            form=Box::new(move |made| view! { <Form made close changed /> }.into_any())
        />
    }
}

#[component]
fn Form(made: Callback<Made>, close: Callback<()>, changed: Callback<()>) -> impl IntoView {
    let url = RwSignal::new(String::new());
    let chosen = RwSignal::new(Kind::ALL.to_vec());
    let submission = Submission::default();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = NewWebhook { url: SecretText::new(url.get_untracked()), kinds: chosen.get_untracked() };
        submission.send::<Create>((), body, move |issued| {
            made.try_run(Made {
                heading: "Copy the secret now",
                about: format!(
                    "Every message to {} is signed with it, so that your program knows who sent it. It is not shown again.",
                    issued.webhook.origin,
                ),
                label: "Signing secret",
                action: "Copy the secret",
                value: issued.secret,
            });
            let _ = changed.try_run(());
        });
    };
    view! {
        <form class="form" on:submit=submit novalidate=true>
            <h2 id="webhook-title" tabindex="-1">
                "New webhook"
            </h2>
            {submission.notice()}
            <Field
                label="Address"
                value=url
                error=submission.issue("url")
                hint="An https address on the internet. It is kept sealed; afterwards only its beginning is shown."
            />
            <Kinds legend="Notify it about" chosen error=submission.issue("kinds") />
            <div class="actions">
                <Button kind=ButtonKind::Primary busy=submission.busy() submit=true>
                    "Create the webhook"
                </Button>
                <Button kind=ButtonKind::Quiet on_press=close>
                    "Cancel"
                </Button>
            </div>
        </form>
    }
}
