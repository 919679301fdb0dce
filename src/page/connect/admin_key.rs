//! Step 2: the field for the admin key.

use std::time::Duration;

use ::api::connection::ConnectionRef;
use ::api::connection_draft::{Create, CreateDraft, CreateError};
use ::api::{AdminKey, ConnectionDraftId, ConnectionId, Nothing, SecretText, Unfit};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::checks::AccountLink;
use super::flow::{Flow, discard, words};
use super::patience::Patience;
use super::view::TITLE;
use crate::api::{self, CallError};
use crate::browser::sleep;
use crate::route::ConnectStep;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::focus::focus;
use crate::ui::icon::{Icon, IconName};

/// How long a revealed key stays so.
const REVEALED: Duration = Duration::from_secs(10);

/// Most characters that one event of the keyboard adds; a paste adds more.
const MOST_TYPED: usize = 8;

/// What is wrong with what was pasted.
#[derive(Clone, Debug, PartialEq)]
enum Wrong {
    /// It is no admin key.
    Unfit(String, String),
    /// Its organization is connected already.
    Connected(ConnectionRef),
    /// The server did not take it.
    NotTaken(String),
}

/// The field, and Test connection. What is typed leaves it in one request, and is wiped when that succeeds.
#[component]
pub fn AdminKeyStep(
    /// The wizard.
    flow: Flow,
    /// What is in the field: local to the wizard, and in no state.
    typed: RwSignal<String>,
) -> impl IntoView {
    let wrong = RwSignal::new(None::<Wrong>);
    let busy = RwSignal::new(false);
    let revealed = RwSignal::new(false);
    let kept = Memo::new(move |_| flow.state().kept().cloned());
    let input = move |text: String| {
        // Naming a wrong kind at once is a help, and so is "cut off" of what was pasted; while somebody types it would
        // only nag, as "missing" would.
        let is_pasted = text.len() > typed.with_untracked(String::len) + MOST_TYPED;
        let named = AdminKey::parse(&text).err().filter(|unfit| match unfit {
            Unfit::Empty => false,
            Unfit::CutOff => is_pasted,
            _ => true,
        });
        wrong.set(named.map(unfit));
        typed.set(text);
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let text = typed.get_untracked();
        let draft = flow.state_untracked().draft().cloned();
        if let (true, Some(draft)) = (text.trim().is_empty(), &draft) {
            flow.go(ConnectStep::Draft(draft.clone()));
            return;
        }
        if let Err(error) = AdminKey::parse(&text) {
            wrong.set(Some(unfit(error)));
            focus("#admin-key");
            return;
        }
        wrong.set(None);
        busy.set(true);
        revealed.set(false);
        spawn_local(async move {
            let outcome = take(text, draft, flow.renews()).await;
            // The user may have left the field meanwhile: then nobody wants this key any more.
            let left = busy.try_set(false).is_some();
            match outcome {
                Ok(draft) if left => discard(draft),
                Ok(draft) => {
                    typed.try_set(String::new());
                    flow.go(ConnectStep::Draft(draft));
                }
                Err(error) => {
                    wrong.try_set(Some(error));
                    if !left {
                        focus("#admin-key");
                    }
                }
            }
        });
    };
    let hint = move || {
        kept.get().map_or_else(
            || "It starts with sk-admin-. We keep it sealed and only ever use it to read.".to_owned(),
            |kept| {
                format!(
                    "The key ending in {} is kept. Leave this empty to continue with it, or paste another one.",
                    kept.tail
                )
            },
        )
    };
    view! {
        <h2 id=TITLE tabindex="-1">"Admin key"</h2>
        <p class="muted">"Paste the admin key that you created in OpenAI."</p>
        <form class="form" on:submit=submit novalidate>
            <div class="field">
                <label for="admin-key">"Admin key"</label>
                <div class="input-row">
                    <input
                        id="admin-key"
                        class="input secret"
                        type=move || if revealed.get() { "text" } else { "password" }
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        data-1p-ignore=""
                        data-lpignore="true"
                        data-bwignore=""
                        data-form-type="other"
                        prop:value=typed
                        on:input:target=move |event| input(event.target().value())
                        on:blur=move |_| revealed.set(false)
                        aria-invalid=move || wrong.get().map(|_| "true")
                        aria-describedby="admin-key-wrong admin-key-hint"
                    />
                    <Reveal revealed />
                </div>
                <div id="admin-key-wrong" class="field-error" role="alert">
                    {move || wrong.get().map(|wrong| view! { <WrongWords flow wrong /> })}
                </div>
                <p id="admin-key-hint" class="hint">
                    {hint}
                </p>
            </div>
            <ul class="promises">
                <li>
                    <Icon name=IconName::Lock />
                    "Encrypted at once, never shown to anybody, and destroyed after 30 minutes unless you finish."
                </li>
                <li>
                    <Icon name=IconName::Check />
                    "Used only to read costs, usage and names. We never change anything at OpenAI."
                </li>
            </ul>
            <Patience waits=busy words="Still waiting for the server. The key is still in the field." />
            <div class="wizard-actions">
                <Button kind=ButtonKind::Quiet on_press=Callback::new(move |()| flow.back(ConnectStep::CreateKey))>"Back"</Button>
                <Button kind=ButtonKind::Primary submit=true busy>"Test connection"</Button>
            </div>
        </form>
    }
}

/// The one request that carries the key.
async fn take(
    text: String,
    replaces: Option<ConnectionDraftId>,
    connection: Option<ConnectionId>,
) -> Result<ConnectionDraftId, Wrong> {
    let body = CreateDraft { admin_key: SecretText::new(text), replaces, connection };
    match api::call::<Create>(&(), &Nothing {}, &body).await {
        Ok(draft) => Ok(draft.id),
        Err(CallError::Refused(CreateError::UnfitKey { cause, fix, .. }, _)) => Err(Wrong::Unfit(cause, fix)),
        Err(CallError::Refused(CreateError::AlreadyConnected { connection }, _)) => {
            Err(Wrong::Connected(connection))
        }
        Err(CallError::Refused(CreateError::SameKey { .. }, problem)) => {
            Err(Wrong::Unfit(problem.detail, problem.remedy))
        }
        Err(error) => Err(Wrong::NotTaken(words(&error))),
    }
}

fn unfit(unfit: Unfit) -> Wrong {
    Wrong::Unfit(unfit.to_string(), unfit.remedy().to_owned())
}

#[component]
fn WrongWords(flow: Flow, wrong: Wrong) -> impl IntoView {
    let words = match wrong {
        Wrong::Unfit(cause, remedy) => view! { <span>{cause} " " {remedy}</span> }.into_any(),
        Wrong::Connected(connection) => view! {
            <span>
                "This organization is already connected, as “" {connection.name.to_string()} "”. "
                <AccountLink connection opened=Callback::new(move |()| flow.discard()) />
                {match flow.renews() {
                    Some(_) => ", or paste a key of the organization whose key you are replacing.",
                    None => ", or paste a key of another organization.",
                }}
            </span>
        }
        .into_any(),
        Wrong::NotTaken(words) => view! { <span>{words} " The key is still in the field."</span> }.into_any(),
    };
    view! {
        <Icon name=IconName::Problem />
        {words}
    }
}

/// Shows the key for ten seconds, until the field is left or the tab is hidden.
#[component]
fn Reveal(revealed: RwSignal<bool>) -> impl IntoView {
    let times = StoredValue::new(0_u32);
    let hidden = window_event_listener_untyped("visibilitychange", move |_| {
        revealed.try_set(false);
    });
    on_cleanup(move || hidden.remove());
    let press = move |_| {
        revealed.update(|revealed| *revealed = !*revealed);
        times.update_value(|times| *times += 1);
        let mine = times.get_value();
        spawn_local(async move {
            sleep(REVEALED).await;
            if times.try_get_value() == Some(mine) {
                revealed.try_set(false);
            }
        });
    };
    view! {
        <button
            type="button"
            class="reveal"
            aria-label=move || if revealed.get() { "Hide the key" } else { "Show the key" }
            // The field must not lose the focus to this button, or it would hide the key again.
            on:mousedown=move |event| event.prevent_default()
            on:click=press
        >
            {move || view! { <Icon name=if revealed.get() { IconName::EyeOff } else { IconName::Eye } /> }}
        </button>
    }
}
