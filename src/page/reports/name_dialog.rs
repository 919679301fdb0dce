//! Asks what a report is called and who sees it.

use ::api::saved_report::{Create, CreateError, Draft, SavedReport, Sharing, UpdateError};
use ::api::{FieldError, Nothing};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::editor::Editing;
use super::saving::{Asking, put};
use crate::api::{self, CallError};
use crate::form::issue;
use crate::layout::announcer::announce;
use crate::route::{Pairs, Route};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::Dialog;
use crate::ui::field::Field;
use crate::ui::focus::focus_first_error;
use crate::ui::notice::{Trouble, TroubleNotice};

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
    let busy = RwSignal::new(false);
    let errors = RwSignal::new(Vec::<FieldError>::new());
    let trouble = RwSignal::new(None::<Trouble>);
    let close = Callback::new(move |()| asking.set(None));
    let refuse = move |issues: Vec<FieldError>, words: Trouble| {
        // What is wrong with the question is said here too: its fields are behind the dialog.
        let of_question = issues.iter().any(|issue| issue.field != "name");
        trouble.try_set(of_question.then_some(words));
        errors.try_set(issues);
        focus_first_error();
    };
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        errors.set(Vec::new());
        trouble.set(None);
        busy.set(true);
        let sharing = if is_shared.get_untracked() { Sharing::Tenant } else { Sharing::Private };
        let draft = |definition| Draft { name: name.get_untracked(), sharing, definition };
        match naming.clone() {
            Naming::New => {
                let draft = draft(editing.definition.get_untracked());
                spawn_local(async move {
                    let outcome = api::call::<Create>(&(), &Nothing {}, &draft).await;
                    busy.try_set(false);
                    match outcome {
                        Ok(report) => {
                            asking.try_set(None);
                            announce("Saved");
                            editing.navigation.go(Route::Report(report.id, Pairs::default()));
                        }
                        Err(error) => {
                            let words = error.trouble();
                            match error {
                                CallError::Refused(CreateError::Unfit { issues }, _) => refuse(issues, words),
                                _ => {
                                    trouble.try_set(Some(words));
                                }
                            }
                        }
                    }
                });
            }
            Naming::Rename(saved) => {
                let draft = draft(saved.definition.clone());
                spawn_local(async move {
                    let outcome = put(&saved, draft).await;
                    busy.try_set(false);
                    match outcome {
                        Ok(report) => {
                            // What is changed and not saved stays in the address.
                            editing.saved.try_set(Some(report));
                            asking.try_set(None);
                            announce("Saved");
                        }
                        Err(error) => {
                            let words = error.trouble();
                            match error {
                                CallError::Refused(UpdateError::Unfit { issues }, _) => refuse(issues, words),
                                CallError::Refused(UpdateError::Changed { .. }, _) => {
                                    asking.try_set(Some(Asking::Conflict));
                                }
                                _ => {
                                    trouble.try_set(Some(words));
                                }
                            }
                        }
                    }
                });
            }
        }
    };
    view! {
        <Dialog labelled_by="name-report" class="small" on_close=close return_focus="main h1">
            <form class="dialog-body form" on:submit=send novalidate=true>
                <h2 id="name-report">{heading}</h2>
                {move || trouble.get().map(|trouble| view! { <TroubleNotice trouble /> })}
                <Field label="Name" value=name error=issue(errors, "name") />
                <label class="tick">
                    <input
                        type="checkbox"
                        prop:checked=is_shared
                        on:change:target=move |event| is_shared.set(event.target().checked())
                    />
                    <span>"Share it: everybody in this console who sees costs can open it"</span>
                </label>
                <div class="actions">
                    <Button kind=ButtonKind::Primary busy submit=true>
                        {button}
                    </Button>
                    <Button on_press=close>"Cancel"</Button>
                </div>
            </form>
        </Dialog>
    }
}
