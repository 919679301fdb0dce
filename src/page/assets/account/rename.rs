//! Giving an account another name.

use ::api::connection::{Connection, Rename, RenameConnection, RenameError};
use ::api::{ConnectionName, FieldError, Nothing};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{self, CallError};
use crate::form::{field_error, issue};
use crate::layout::announcer::announce;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::Dialog;
use crate::ui::field::Field;
use crate::ui::focus::{focus, focus_first_error};
use crate::ui::notice::{Trouble, TroubleNotice};

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
    let busy = RwSignal::new(false);
    let errors = RwSignal::new(Vec::<FieldError>::new());
    let trouble = RwSignal::new(None::<Trouble>);
    Effect::new(|_| {
        request_animation_frame(|| {
            focus("#account-name");
        });
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let unfit = move |cause: String| {
            errors.try_set(vec![field_error("name", cause)]);
            focus_first_error();
        };
        let name = match ConnectionName::parse(&name.get_untracked()) {
            Ok(name) => name.to_string(),
            Err(error) => return unfit(error.to_string()),
        };
        errors.set(Vec::new());
        trouble.set(None);
        busy.set(true);
        let id = id.clone();
        spawn_local(async move {
            let outcome = api::call::<Rename>(&id, &Nothing {}, &RenameConnection { name }).await;
            busy.try_set(false);
            match outcome {
                Ok(renamed) => {
                    announce(format!("The account is called {} now", renamed.name));
                    close.run(());
                    changed.run(());
                }
                Err(CallError::Refused(RenameError::UnfitName { cause }, _)) => unfit(cause),
                Err(error) => {
                    trouble.try_set(Some(error.trouble()));
                }
            }
        });
    };
    view! {
        <Dialog labelled_by="rename-title" on_close=close class="small">
            <form class="form dialog-body" on:submit=submit novalidate>
                <h2 id="rename-title" tabindex="-1">
                    "Rename the account"
                </h2>
                {move || trouble.get().map(|trouble| view! { <TroubleNotice trouble /> })}
                <Field id="account-name" label="Account name" value=name error=issue(errors, "name") />
                <div class="actions">
                    <Button kind=ButtonKind::Primary submit=true busy>
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
