//! Changing what a webhook is told of, turning it off, and removing it.

use ::api::webhook::{self, Change, UpdateError, Webhook};
use ::api::{FieldError, Nothing};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::kinds::Kinds;
use crate::api::{self, CallError};
use crate::form::issue;
use crate::layout::announcer::announce;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::Dialog;
use crate::ui::focus::focus_first_error;
use crate::ui::notice::{Trouble, TroubleNotice};

/// What the dialog does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Save,
    Remove,
}

/// The dialog of one webhook.
#[component]
pub fn ChangeDialog(
    /// The webhook.
    webhook: Webhook,
    /// Closes it.
    close: Callback<()>,
    /// Something was changed.
    changed: Callback<()>,
) -> impl IntoView {
    let (chosen, active) = (RwSignal::new(webhook.kinds), RwSignal::new(webhook.active));
    let busy = RwSignal::new(None::<Act>);
    let asks = RwSignal::new(false);
    let errors = RwSignal::new(Vec::<FieldError>::new());
    let trouble = RwSignal::new(None::<Trouble>);
    let (id, origin) = (webhook.id, webhook.origin);
    let act = Callback::new(move |act: Act| {
        if busy.get_untracked().is_some() {
            return;
        }
        busy.set(Some(act));
        trouble.set(None);
        errors.set(Vec::new());
        let id = id.clone();
        let body = Change { kinds: chosen.get_untracked(), active: active.get_untracked() };
        spawn_local(async move {
            let outcome = match act {
                Act::Save => match api::call::<webhook::Update>(&id, &Nothing {}, &body).await {
                    Ok(_) => Ok("Saved"),
                    Err(CallError::Refused(UpdateError::Unfit { issues }, _)) => {
                        busy.try_set(None);
                        errors.try_set(issues);
                        focus_first_error();
                        return;
                    }
                    Err(error) => Err(error.trouble()),
                },
                Act::Remove => {
                    api::get::<webhook::Delete>(&id).await.map(|_| "Removed").map_err(|error| error.trouble())
                }
            };
            busy.try_set(None);
            match outcome {
                Ok(done) => {
                    announce(done);
                    close.run(());
                    changed.run(());
                }
                Err(failed) => {
                    trouble.try_set(Some(failed));
                }
            }
        });
    });
    let is_busy = move |which: Act| Signal::derive(move || busy.get() == Some(which));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        act.run(Act::Save);
    };
    view! {
        <Dialog labelled_by="change-webhook-title" on_close=close class="small">
            <form class="form dialog-body" on:submit=submit>
                <h2 id="change-webhook-title" class="breakable" tabindex="-1">
                    {origin}
                </h2>
                {move || trouble.get().map(|trouble| view! { <TroubleNotice trouble /> })}
                <Kinds legend="Tell it of" chosen error=issue(errors, "kinds") />
                <label class="choice">
                    <input
                        type="checkbox"
                        prop:checked=active
                        on:change=move |_| active.update(|active| *active = !*active)
                    />
                    <span>
                        "On" <small class="muted line-detail">"While it is off it is told of nothing"</small>
                    </span>
                </label>
                <div class="actions">
                    <Button kind=ButtonKind::Primary busy=is_busy(Act::Save) submit=true>
                        "Save"
                    </Button>
                    <Button kind=ButtonKind::Quiet on_press=close>
                        "Cancel"
                    </Button>
                </div>
                <div class="actions aside">
                    {move || {
                        let (label, press) = match asks.get() {
                            true => ("Remove for good", Callback::new(move |()| act.run(Act::Remove))),
                            false => ("Remove…", Callback::new(move |()| asks.set(true))),
                        };
                        view! {
                            <Button kind=ButtonKind::Danger busy=is_busy(Act::Remove) on_press=press>
                                {label}
                            </Button>
                        }
                    }}
                </div>
            </form>
        </Dialog>
    }
}
