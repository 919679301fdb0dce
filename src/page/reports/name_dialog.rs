//! Asks what a report is called and who sees it.

use ::api::Nothing;
use ::api::saved_report::{Create, Draft, SavedReport, Sharing, UpdateError};
use leptos::prelude::*;

use super::definition::print;
use super::editor::Editing;
use super::saving::{Asking, put};
use crate::api::{self, CallError};
use crate::form::submission::{Failure, Submission};
use crate::layout::announcer::announce;
use crate::route::Route;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::Dialog;
use crate::ui::field::Field;

/// What the name is for.
#[derive(Clone, Debug)]
pub enum Naming {
    /// A new report, of what is on screen.
    New,
    /// This one. What it asks stays as it is saved.
    Rename(SavedReport),
}

/// The dialog.
#[component]
pub fn NameDialog(
    /// The report.
    editing: Editing,
    /// What the name is for.
    naming: Naming,
    /// Which dialog is open: this one, until it is done.
    asking: RwSignal<Option<Asking>>,
) -> impl IntoView {
    let (heading, button, name, sharing) = match &naming {
        Naming::New => ("Save the report", "Save", String::new(), Sharing::Private),
        Naming::Rename(saved) => ("Rename or share", "Save", saved.name.to_string(), saved.sharing),
    };
    let name = RwSignal::new(name);
    let is_shared = RwSignal::new(sharing == Sharing::Tenant);
    let submission = Submission::default();
    let close = Callback::new(move |()| asking.set(None));
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let sharing = if is_shared.get_untracked() { Sharing::Tenant } else { Sharing::Private };
        let draft = move |definition| Draft { name: name.get_untracked(), sharing, definition };
        match naming.clone() {
            Naming::New => {
                let sent = editing.definition.get_untracked();
                let draft = draft(sent.clone());
                submission.run(async move {
                    let outcome = api::call::<Create>(&(), &Nothing {}, &draft).await;
                    let report = outcome.map_err(failure)?;
                    announce("Saved");
                    let is_gone = asking.try_set(None).is_some();
                    let route = editing.navigation.route_untracked();
                    if !is_gone && matches!(route, Route::ReportNew(_) | Route::Report(..)) {
                        // What was changed since it was sent stays.
                        let newer = editing.definition.try_get_untracked().filter(|now| *now != sent);
                        let pairs = newer.map(|now| print(&now)).unwrap_or_default();
                        editing.navigation.go(Route::Report(report.id, pairs));
                    }
                    Ok(())
                });
            }
            Naming::Rename(saved) => {
                let draft = draft(saved.definition.clone());
                submission.run(async move {
                    match put(&saved, draft).await {
                        Ok(report) => {
                            // What is changed and not saved stays in the address.
                            editing.saved.try_set(Some(report));
                            asking.try_set(None);
                            announce("Saved");
                        }
                        Err(CallError::Refused(UpdateError::Changed { .. }, _)) => {
                            asking.try_set(Some(Asking::Conflict));
                        }
                        Err(error) => return Err(failure(error)),
                    }
                    Ok(())
                });
            }
        }
    };
    view! {
        <Dialog labelled_by="name-report" class="small" on_close=close return_focus="main h1">
            <form class="dialog-body form" on:submit=send novalidate=true>
                <h2 id="name-report">{heading}</h2>
                {submission.notice()}
                <Field label="Name" value=name error=submission.issue("name") />
                <label class="tick">
                    <input
                        type="checkbox"
                        prop:checked=is_shared
                        on:change:target=move |event| is_shared.set(event.target().checked())
                    />
                    <span>"Share it: everybody in this console who sees costs can open it"</span>
                </label>
                <div class="actions">
                    <Button kind=ButtonKind::Primary busy=submission.busy() submit=true>
                        {button}
                    </Button>
                    <Button on_press=close>"Cancel"</Button>
                </div>
            </form>
        </Dialog>
    }
}

/// Why it is not saved. What is wrong with the question is said here too: its fields are behind the dialog.
fn failure<E>(error: CallError<E>) -> Failure {
    let words = error.trouble();
    let mut failure = Failure::from(error);
    // A change has the draft in a field of its own.
    for error in &mut failure.errors {
        error.field = error.field.trim_start_matches("report.").to_owned();
    }
    let of_question = failure.errors.iter().any(|error| error.field != "name");
    if of_question { Failure { trouble: Some(words), ..failure } } else { failure }
}
