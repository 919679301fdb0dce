//! A new webhook: its address and what it is told of, then its secret, once.

use ::api::notification::Kind;
use ::api::webhook::{Create, CreateError, IssuedWebhook, NewWebhook};
use ::api::{FieldError, Nothing, SecretText};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::kinds::Kinds;
use crate::api::{self, CallError};
use crate::form::issue;
use crate::page::shown_once::ShownOnce;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::Dialog;
use crate::ui::field::Field;
use crate::ui::focus::{focus, focus_first_error};
use crate::ui::notice::{Trouble, TroubleNotice};

/// The dialog.
#[component]
pub fn NewDialog(
    /// Closes it.
    close: Callback<()>,
    /// There is a webhook more.
    changed: Callback<()>,
) -> impl IntoView {
    let issued = RwSignal::new(None::<IssuedWebhook>);
    view! {
        <Dialog labelled_by="webhook-title" on_close=close class="small">
            <div class="dialog-body">
                {move || match issued.get() {
                    None => view! { <Form issued close changed /> }.into_any(),
                    Some(issued) => {
                        view! {
                            <ShownOnce
                                heading_id="webhook-title"
                                heading="Copy the secret now"
                                about=format!(
                                    "Every message to {} is signed with it, so that your program knows who sent it. It is not shown again.",
                                    issued.webhook.origin,
                                )
                                label="Signing secret"
                                action="Copy the secret"
                                value=issued.secret
                                close
                            />
                        }
                            .into_any()
                    }
                }}
            </div>
        </Dialog>
    }
}

#[component]
fn Form(
    issued: RwSignal<Option<IssuedWebhook>>,
    close: Callback<()>,
    changed: Callback<()>,
) -> impl IntoView {
    let url = RwSignal::new(String::new());
    let chosen = RwSignal::new(Kind::ALL.to_vec());
    let busy = RwSignal::new(false);
    let errors = RwSignal::new(Vec::<FieldError>::new());
    let trouble = RwSignal::new(None::<Trouble>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        trouble.set(None);
        errors.set(Vec::new());
        let body = NewWebhook { url: SecretText::new(url.get_untracked()), kinds: chosen.get_untracked() };
        busy.set(true);
        spawn_local(async move {
            let outcome = api::call::<Create>(&(), &Nothing {}, &body).await;
            busy.try_set(false);
            match outcome {
                Ok(made) => {
                    issued.try_set(Some(made));
                    changed.run(());
                    request_animation_frame(|| {
                        focus("#webhook-title");
                    });
                }
                Err(CallError::Refused(CreateError::Unfit { issues }, _)) => {
                    errors.try_set(issues);
                    focus_first_error();
                }
                Err(error) => {
                    trouble.try_set(Some(error.trouble()));
                }
            }
        });
    };
    view! {
        <form class="form" on:submit=submit novalidate=true>
            <h2 id="webhook-title" tabindex="-1">
                "New webhook"
            </h2>
            {move || trouble.get().map(|trouble| view! { <TroubleNotice trouble /> })}
            <Field
                label="Address"
                value=url
                error=issue(errors, "url")
                hint="An https address on the internet. It is kept sealed; afterwards only its beginning is shown."
            />
            <Kinds legend="Tell it of" chosen error=issue(errors, "kinds") />
            <div class="actions">
                <Button kind=ButtonKind::Primary busy submit=true>
                    "Make the webhook"
                </Button>
                <Button kind=ButtonKind::Quiet on_press=close>
                    "Cancel"
                </Button>
            </div>
        </form>
    }
}
