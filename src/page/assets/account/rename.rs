//! Giving an account another name.

use ::api::ConnectionName;
use ::api::connection::{Connection, Rename, RenameConnection};
use leptos::prelude::*;

use crate::form::field_error;
use crate::form::submission::Submission;
use crate::layout::announcer::announce;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::Dialog;
use crate::ui::field::Field;
use crate::ui::focus::focus;

/// The dialog.
#[component]
pub fn RenameDialog(
    /// The account.
    account: Memo<Connection>,
    /// Closes it.
    close: Callback<()>,
    /// It has another name.
    changed: Callback<()>,
) -> impl IntoView {
    let (id, before) = account.with_untracked(|account| (account.id.clone(), account.name.to_string()));
    let name = RwSignal::new(before);
    let submission = Submission::default();
    Effect::new(|_| {
        request_animation_frame(|| {
            focus("#account-name");
        });
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let name = match ConnectionName::parse(&name.get_untracked()) {
            Ok(name) => name.to_string(),
            Err(error) => return submission.refuse(vec![field_error("name", error.to_string())]),
        };
        submission.send::<Rename>(id.clone(), RenameConnection { name }, move |renamed| {
            announce(format!("The account is now called {}", renamed.name));
            let _ = close.try_run(());
            let _ = changed.try_run(());
        });
    };
    view! {
        <Dialog labelled_by="rename-title" on_close=close class="small">
            <form class="form dialog-body" on:submit=submit novalidate>
                <h2 id="rename-title" tabindex="-1">
                    "Rename the account"
                </h2>
                {submission.notice()}
                <Field id="account-name" label="Account name" value=name error=submission.issue("name") />
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true busy=submission.busy()>
                        "Rename"
                    </Button>
                    <Button kind=ButtonKind::Quiet on_press=close>
                        "Cancel"
                    </Button>
                </div>
            </form>
        </Dialog>
    }
}
