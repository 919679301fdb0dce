//! Changing what a person may do, keeping them out, and removing them.

use ::api::Nothing;
use ::api::user::{self, Change, User};
use leptos::prelude::*;

use super::permissions::Permissions;
use crate::form::submission::Submission;
use crate::layout::announcer::announce;
use crate::session;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::Dialog;

/// What the dialog does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Save,
    EndSessions,
    Remove,
}

impl Act {
    const fn done(self) -> &'static str {
        match self {
            Self::Save => "Saved",
            Self::EndSessions => "The sessions have ended",
            Self::Remove => "Removed",
        }
    }
}

/// The dialog of one person.
#[component]
pub fn ChangeDialog(
    /// The person.
    user: User,
    /// Closes it.
    close: Callback<()>,
    /// Something was changed.
    changed: Callback<()>,
) -> impl IntoView {
    let chosen = RwSignal::new(user.permissions.clone());
    let active = RwSignal::new(user.active);
    let (submission, last) = (Submission::default(), RwSignal::new(Act::Save));
    let asks = RwSignal::new(false);
    let (id, you, email) = (user.id, user.you, user.email.to_string());
    let act = Callback::new(move |act: Act| {
        if submission.busy().get_untracked() {
            return;
        }
        last.set(act);
        let body = Change { permissions: chosen.get_untracked(), active: active.get_untracked() };
        let done = move || {
            announce(act.done());
            let _ = close.try_run(());
            let _ = changed.try_run(());
            if you {
                // What this page shows depends on what its own user may do.
                session::refresh();
            }
        };
        let id = id.clone();
        match act {
            Act::Save => submission.send::<user::Update>(id, body, move |_| done()),
            Act::EndSessions => submission.send::<user::EndSessions>(id, Nothing {}, move |_| done()),
            Act::Remove => submission.send::<user::Delete>(id, Nothing {}, move |_| done()),
        }
    });
    let is_busy = move |which: Act| Signal::derive(move || submission.busy().get() && last.get() == which);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        act.run(Act::Save);
    };
    view! {
        <Dialog labelled_by="change-title" on_close=close class="small">
            <form class="form dialog-body" on:submit=submit>
                <h2 id="change-title" class="breakable" tabindex="-1">
                    {email}
                </h2>
                {submission.notice()}
                <Permissions chosen />
                <label class="choice">
                    <input
                        type="checkbox"
                        prop:checked=active
                        on:change=move |_| active.update(|active| *active = !*active)
                    />
                    <span>
                        "Can sign in"
                        <small class="muted line-detail">
                            "When it is off, the person is signed out at once and keeps what is theirs"
                        </small>
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
                    <Button busy=is_busy(Act::EndSessions) on_press=Callback::new(move |()| act.run(Act::EndSessions))>
                        "End all sessions"
                    </Button>
                    {move || {
                        if asks.get() {
                            view! {
                                <Button
                                    kind=ButtonKind::Danger
                                    busy=is_busy(Act::Remove)
                                    on_press=Callback::new(move |()| act.run(Act::Remove))
                                >
                                    "Remove for good"
                                </Button>
                            }
                                .into_any()
                        } else {
                            view! {
                                <Button kind=ButtonKind::Danger on_press=Callback::new(move |()| asks.set(true))>
                                    "Remove…"
                                </Button>
                            }
                                .into_any()
                        }
                    }}
                </div>
            </form>
        </Dialog>
    }
}
