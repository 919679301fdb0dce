//! The webhooks: each with what it is told of, a message to try it, and what to change.

use ::api::WebhookId;
use ::api::delivery::Delivery;
use ::api::webhook::{List, Test, Webhook};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::change::ChangeDialog;
use super::kinds::names;
use super::new::NewDialog;
use super::outcome::Outcome;
use crate::api;
use crate::format::locale::moment;
use crate::load::arrived::Arrived;
use crate::load::load_once;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::{Chip, Tone};
use crate::ui::notice::{Trouble, TroubleNotice};

/// Which dialog is open.
#[derive(Clone, Debug, PartialEq)]
enum Open {
    New,
    Change(Webhook),
}

/// The section.
#[component]
pub fn Webhooks(
    /// Rises when a message was sent.
    sent: RwSignal<u32>,
) -> impl IntoView {
    let webhooks = load_once(async || {
        let listed = api::get::<List>(&()).await.map_err(|error| error.trouble())?;
        Ok(listed.items)
    });
    let open = RwSignal::new(None::<Open>);
    let close = Callback::new(move |()| open.set(None));
    let after = webhooks.clone();
    let changed = Callback::new(move |()| after.reload());
    let again = webhooks.clone();
    let retry = Callback::new(move |()| again.reload());
    let busy = RwSignal::new(None::<WebhookId>);
    let outcome = RwSignal::new(None::<Result<Delivery, Trouble>>);
    let test = Callback::new(move |id: WebhookId| {
        if busy.get_untracked().is_some() {
            return;
        }
        busy.set(Some(id.clone()));
        outcome.set(None);
        spawn_local(async move {
            let sent_one = api::get::<Test>(&id).await.map_err(|error| error.trouble());
            busy.try_set(None);
            outcome.try_set(Some(sent_one));
            sent.try_update(|sent| *sent = sent.wrapping_add(1));
        });
    });
    let show = move |webhooks: Memo<Vec<Webhook>>| {
        view! {
            {move || {
                let webhooks = webhooks.get();
                if webhooks.is_empty() {
                    return view! {
                        <p class="muted">"No webhooks yet. A webhook tells one of your programs what happens, as it happens."</p>
                    }
                        .into_any();
                }
                let lines = webhooks.into_iter().map(|webhook| view! { <Line webhook busy test open /> });
                view! { <ul class="card requests">{lines.collect_view()}</ul> }.into_any()
            }}
        }
        .into_any()
    };
    view! {
        <section class="people" aria-labelledby="webhooks">
            <div class="section-head">
                <h2 id="webhooks">"Webhooks"</h2>
                <Button kind=ButtonKind::Primary on_press=Callback::new(move |()| open.set(Some(Open::New)))>
                    "New webhook"
                </Button>
            </div>
            {move || {
                outcome
                    .get()
                    .map(|outcome| match outcome {
                        Ok(delivery) => view! { <Outcome delivery /> }.into_any(),
                        Err(trouble) => view! { <TroubleNotice trouble /> }.into_any(),
                    })
            }}
            <Arrived data=webhooks label="Loading the webhooks…" retry show=Box::new(show) />
        </section>
        {move || match open.get() {
            None => ().into_any(),
            Some(Open::New) => view! { <NewDialog close changed /> }.into_any(),
            Some(Open::Change(webhook)) => view! { <ChangeDialog webhook close changed /> }.into_any(),
        }}
    }
}

#[component]
fn Line(
    webhook: Webhook,
    busy: RwSignal<Option<WebhookId>>,
    test: Callback<WebhookId>,
    open: RwSignal<Option<Open>>,
) -> impl IntoView {
    let (id, origin) = (webhook.id.clone(), webhook.origin.clone());
    let (try_label, change_label) = (format!("Send a test to {origin}"), format!("Change {origin}"));
    let words =
        format!("{} · by {}, {}", names(&webhook.kinds), webhook.created_by, moment(webhook.created_at));
    let state = (!webhook.active).then(|| view! { <Chip tone=Tone::Neutral text="Off" /> });
    let is_busy = {
        let id = id.clone();
        move || busy.with(|busy| busy.as_ref() == Some(&id))
    };
    view! {
        <li>
            <span class="breakable">
                {origin} " " {state} <small class="muted line-detail">{words}</small>
            </span>
            <span class="actions">
                <button type="button" class="button" aria-label=try_label on:click=move |_| test.run(id.clone())>
                    {move || if is_busy() { "Sending…" } else { "Send a test" }}
                </button>
                <button
                    type="button"
                    class="button"
                    aria-label=change_label
                    on:click=move |_| open.set(Some(Open::Change(webhook.clone())))
                >
                    "Change"
                </button>
            </span>
        </li>
    }
}
