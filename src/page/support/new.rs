//! A new support request.

use ::api::connection_draft::Diagnose;
use ::api::support_request::{Create, CreateError, CreateSupportRequest};
use ::api::{ConnectionDraftId, Nothing, Refusal};
use leptos::prelude::*;

use crate::api::{self, CallError};
use crate::form::submission::{Failure, Submission};
use crate::layout::announcer::announce;
use crate::load::{Load, Loader, load_once};
use crate::navigation::use_navigation;
use crate::route::Route;
use crate::ui::button::{Button, ButtonKind, LinkButton};
use crate::ui::chip::Tone;
use crate::ui::field::{Field, FieldKind};
use crate::ui::notice::{Notice, Trouble, TroubleNotice};
use crate::ui::skeleton::Skeleton;

/// The form of a new request. With a draft, the request carries its diagnostics, which are shown before anything is
/// sent.
#[component]
pub fn NewSupportRequest(
    /// The draft that the request is about.
    draft: Option<ConnectionDraftId>,
) -> impl IntoView {
    let navigation = use_navigation();
    let subject =
        if draft.is_some() { "Test connection fails when connecting an OpenAI account" } else { "" };
    let subject = RwSignal::new(subject.to_owned());
    let message = RwSignal::new(String::new());
    let submission = Submission::default();
    let diagnosis = draft.clone().map(diagnosis_of);
    let send = {
        let diagnosis = diagnosis.clone();
        move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            // A draft that is gone has no diagnostics to carry.
            let is_gone = diagnosis
                .as_ref()
                .is_some_and(|loader| matches!(loader.signal().get_untracked(), Load::Ready(None)));
            let body = CreateSupportRequest {
                subject: subject.get_untracked(),
                message: message.get_untracked(),
                draft: draft.clone().filter(|_| !is_gone),
            };
            let body = match body.parse() {
                Ok(body) => body,
                Err(refusal) => return submission.refuse(refused(&refusal)),
            };
            submission.run(async move {
                let kept = api::call::<Create>(&(), &Nothing {}, &body).await;
                let kept = kept.map_err(|error| match error {
                    CallError::Refused(refusal, _) => refused(&refusal),
                    error => error.into(),
                })?;
                // Whoever has gone elsewhere meanwhile is not called back.
                if matches!(navigation.route_untracked(), Route::SupportNew { .. }) {
                    navigation.replace(Route::SupportRequest(kept.id));
                }
                announce("The request was saved");
                Ok(())
            });
        }
    };
    view! {
        <div class="page-head">
            <div>
                <h1 tabindex="-1">"New support request"</h1>
                <p class="muted">"It is saved in this console. You can then e-mail or copy it."</p>
            </div>
        </div>
        <form class="card pad form support-form" on:submit=send novalidate=true>
            {submission.notice()}
            <Field label="Subject" value=subject error=submission.issue("subject") />
            <Field
                label="Message"
                value=message
                kind=FieldKind::Lines
                error=submission.issue("message")
                hint="What did you do, what did you expect, what happened? Never paste a key."
            />
            {diagnosis.map(|diagnosis| view! { <Diagnostics diagnosis /> })}
            <div class="actions">
                <Button kind=ButtonKind::Primary busy=submission.busy() submit=true>
                    {move || if submission.busy().get() { "Saving…" } else { "Save" }}
                </Button>
                <LinkButton kind=ButtonKind::Quiet href=Route::Support.to_string()>
                    "Cancel"
                </LinkButton>
            </div>
        </form>
    }
}

/// What is wrong is said above the fields too, with what to do about it, whoever has found it.
fn refused(refusal: &CreateError) -> Failure {
    let words = refusal.describe();
    let trouble = Trouble::new(words.title, &words.detail, &words.remedy, false);
    Failure { errors: words.errors, trouble: Some(trouble) }
}

/// The diagnostics of a draft; `None` when the draft is gone.
fn diagnosis_of(draft: ConnectionDraftId) -> Loader<Option<String>> {
    load_once(move || {
        let draft = draft.clone();
        async move {
            match api::get::<Diagnose>(&draft).await {
                Ok(diagnosis) => Ok(Some(diagnosis.text)),
                Err(CallError::Refused(..)) => Ok(None),
                Err(error) => Err(error.trouble()),
            }
        }
    })
}

/// What is sent along, to read and not to change.
#[component]
fn Diagnostics(diagnosis: Loader<Option<String>>) -> impl IntoView {
    view! {
        <section aria-labelledby="diagnostics">
            <h2 id="diagnostics">"Diagnostics included with the request"</h2>
            {move || match diagnosis.get() {
                Load::Loading => view! { <Skeleton label="Loading the diagnostics…" /> }.into_any(),
                Load::Failed(trouble) | Load::Stale(_, trouble) => {
                    let again = diagnosis.clone();
                    view! { <TroubleNotice trouble on_retry=Callback::new(move |()| again.reload()) /> }.into_any()
                }
                Load::Ready(None) => {
                    view! {
                        <Notice tone=Tone::Neutral title="Diagnostics no longer available">
                            "The connection draft has expired or was discarded. The request is saved without them."
                        </Notice>
                    }
                        .into_any()
                }
                Load::Ready(Some(text)) => {
                    view! {
                        <p class="muted">"Written by the server. The key is not in them."</p>
                        <pre class="diagnostics" tabindex="0" role="region" aria-labelledby="diagnostics">
                            {text}
                        </pre>
                    }
                        .into_any()
                }
            }}
        </section>
    }
}
