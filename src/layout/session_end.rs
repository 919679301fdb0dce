//! Warns before the session ends, in time to go on with one key (WCAG 2.2, 2.2.1).

use leptos::prelude::*;

use crate::session::{self, Ending};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::Dialog;

/// To be shown while the session ends soon.
#[component]
pub fn SessionEnd() -> impl IntoView {
    let stay = Callback::new(|()| session::extend());
    move || {
        session::ending().map(|ending| {
            let (words, label) = match ending {
                Ending::Idle => ("You have been inactive for a while.", "Stay signed in"),
                Ending::Absolute => ("Sessions end after twelve hours.", "Sign in again"),
            };
            view! {
                <Dialog labelled_by="session-end" on_close=stay class="small" alert=true>
                    <div class="dialog-body">
                        <h2 id="session-end">"Your session ends in less than two minutes"</h2>
                        <p class="muted">{words}</p>
                        <p class="actions">
                            <Button kind=ButtonKind::Primary on_press=stay>
                                {label}
                            </Button>
                        </p>
                    </div>
                </Dialog>
            }
        })
    }
}
