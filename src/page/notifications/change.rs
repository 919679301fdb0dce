//! Changing what a webhook is told of, turning it off, and removing it.

use ::api::Nothing;
use ::api::webhook::{self, Change, Webhook};
use leptos::prelude::*;

use super::kinds::Kinds;
use crate::form::submission::Submission;
use crate::layout::announcer::announce;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::Dialog;

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
    let asks = RwSignal::new(false);
    let (submission, last) = (Submission::default(), RwSignal::new(Act::Save));
    let (id, origin) = (webhook.id, webhook.origin);
    let act = Callback::new(move |act: Act| {
        if submission.busy().get_untracked() {
            return;
        }
        last.set(act);
        let body = Change { kinds: chosen.get_untracked(), active: active.get_untracked() };
        let done = move |words: &'static str| {
            announce(words);
            let _ = close.try_run(());
            let _ = changed.try_run(());
        };
        match act {
            Act::Save => submission.send::<webhook::Update>(id.clone(), body, move |_| done("Saved")),
            Act::Remove => {
                submission.send::<webhook::Delete>(id.clone(), Nothing {}, move |_| done("Removed"))
            }
        }
    });
    let is_busy = move |which: Act| Signal::derive(move || submission.busy().get() && last.get() == which);
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
                {submission.notice()}
                <Kinds legend="Notify it about" chosen error=submission.issue("kinds") />
                <label class="choice">
                    <input
                        type="checkbox"
                        prop:checked=active
                        on:change=move |_| active.update(|active| *active = !*active)
                    />
                    <span>
                        "On" <small class="muted line-detail">"While it is off, it receives nothing"</small>
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
