//! Keeping a report: saving, saving as a new one, renaming, sharing, deleting.

use ::api::Nothing;
use ::api::saved_report::{Change, Definition, Draft, SavedReport, Show, Update, UpdateError};
use leptos::prelude::*;

use super::definition::print;
use super::editor::Editing;
use super::list::SharingChip;
use super::name_dialog::{NameDialog, Naming};
use super::removal::RemoveDialog;
use crate::api::{self, CallError};
use crate::form::submission::Submission;
use crate::layout::announcer::announce;
use crate::route::{Pairs, Route};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::{Chip, Tone};
use crate::ui::dialog::Dialog;
use crate::ui::notice::TroubleNotice;

/// Which dialog is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asking {
    /// A name for a new report.
    New,
    /// Another name for this one, and who sees it.
    Rename,
    /// Whether to delete it.
    Removal,
    /// What to do since somebody else has changed it.
    Conflict,
}

/// The name of the report, whose it is, and whether it is saved.
#[component]
pub fn Title(
    /// The report.
    editing: Editing,
) -> impl IntoView {
    let saved = editing.saved;
    let name = move || {
        saved.with(|saved| {
            saved.as_ref().map_or_else(|| "New report".to_owned(), |saved| saved.name.to_string())
        })
    };
    let whose = move || {
        saved.get().map(|SavedReport { mine, owner, sharing, .. }| {
            let owner = if mine { "Yours".to_owned() } else { format!("By {owner}") };
            view! {
                <span>{owner}</span>
                <SharingChip sharing />
            }
        })
    };
    let is_changed = Memo::new(move |_| editing.is_changed());
    view! {
        <div>
            <h1 tabindex="-1">{name}</h1>
            <p class="muted report-state">
                <a href=Route::Reports.to_string()>"All reports"</a>
                {whose}
                {move || is_changed.get().then(|| view! { <Chip tone=Tone::Neutral text="Not saved" /> })}
            </p>
        </div>
    }
}

/// The buttons, and the dialogs that they open.
#[component]
pub fn Saving(
    /// The report.
    editing: Editing,
) -> impl IntoView {
    let asking = RwSignal::new(None::<Asking>);
    let submission = Submission::default();
    let mine = Memo::new(move |_| editing.saved.with(|saved| saved.as_ref().map(|saved| saved.mine)));
    let is_changed = Memo::new(move |_| editing.is_changed());
    let ask = move |what: Asking| Callback::new(move |()| asking.set(Some(what)));
    let close = Callback::new(move |()| asking.set(None));
    let save = Callback::new(move |()| {
        let Some(saved) = editing.saved.get_untracked() else { return };
        let definition = editing.definition.get_untracked();
        let draft =
            Draft { name: saved.name.to_string(), sharing: saved.sharing, definition: definition.clone() };
        submission.run(async move {
            match put(&saved, draft).await {
                Ok(report) => {
                    is_saved(editing, report, Some(&definition));
                    announce("Saved");
                }
                Err(CallError::Refused(UpdateError::Changed { .. }, _)) => {
                    asking.try_set(Some(Asking::Conflict));
                }
                // This page says at the fields what is wrong with the question as it stands.
                Err(error) => return Err(error.trouble().into()),
            }
            Ok(())
        });
    });
    let discard = Callback::new(move |()| {
        if let Some(saved) = editing.saved.get_untracked() {
            editing.navigation.go(Route::Report(saved.id, Pairs::default()));
        }
    });
    let buttons = move || match (mine.get(), is_changed.get()) {
        (None, _) => view! {
            <Button kind=ButtonKind::Primary on_press=ask(Asking::New)>
                "Save…"
            </Button>
        }
        .into_any(),
        (Some(mine), changed) => view! {
            {(mine && changed)
                .then(|| {
                    view! {
                        <Button kind=ButtonKind::Primary busy=submission.busy() on_press=save>
                            "Save"
                        </Button>
                    }
                })}
            {changed.then(|| view! { <Button on_press=discard>"Discard changes"</Button> })}
            <Button on_press=ask(Asking::New)>"Save as…"</Button>
            {mine
                .then(|| {
                    view! {
                        <Button on_press=ask(Asking::Rename)>"Rename or share…"</Button>
                        <Button kind=ButtonKind::Danger on_press=ask(Asking::Removal)>
                            "Delete…"
                        </Button>
                    }
                })}
        }
        .into_any(),
    };
    let gone = Callback::new(move |()| editing.navigation.go(Route::Reports));
    let dialog = move || {
        let saved = editing.saved.get_untracked();
        match (asking.get()?, saved) {
            (Asking::New, _) => Some(view! { <NameDialog editing naming=Naming::New asking /> }.into_any()),
            (Asking::Rename, Some(saved)) => {
                Some(view! { <NameDialog editing naming=Naming::Rename(saved) asking /> }.into_any())
            }
            (Asking::Removal, Some(report)) => {
                Some(view! { <RemoveDialog report gone on_close=close /> }.into_any())
            }
            (Asking::Conflict, Some(saved)) => Some(view! { <Conflict editing saved asking /> }.into_any()),
            (_, None) => None,
        }
    };
    view! {
        <div class="actions report-actions">{buttons}</div>
        {move || submission.trouble().get().map(|trouble| view! { <div class="report-trouble"><TroubleNotice trouble /></div> })}
        {dialog}
    }
}

/// Puts a changed report in place of the version that is known.
pub async fn put(saved: &SavedReport, report: Draft) -> Result<SavedReport, CallError<UpdateError>> {
    let change = Change { version: saved.version, report };
    api::call::<Update>(&saved.id, &Nothing {}, &change).await
}

/// What is on screen is what is saved, unless it was changed since it was sent: then that stays. The page may be gone.
fn is_saved(editing: Editing, report: SavedReport, sent: Option<&Definition>) {
    let now = editing.definition.try_get_untracked();
    let is_newer = sent.is_some() && now.as_ref() != sent;
    let pairs = now.filter(|_| is_newer).map(|now| print(&now)).unwrap_or_default();
    let id = report.id.clone();
    let is_gone = editing.saved.try_set(Some(report)).is_some();
    if !is_gone && matches!(editing.navigation.route_untracked(), Route::Report(at, _) if at == id) {
        editing.navigation.replace(Route::Report(id, pairs));
    }
}

/// What to do when the report was changed in another place: take that, or keep one's own beside it.
#[component]
fn Conflict(editing: Editing, saved: SavedReport, asking: RwSignal<Option<Asking>>) -> impl IntoView {
    let submission = Submission::default();
    let close = Callback::new(move |()| asking.set(None));
    let reload = Callback::new(move |()| {
        let id = saved.id.clone();
        submission.run(async move {
            let report = api::get::<Show>(&id).await?;
            asking.try_set(None);
            is_saved(editing, report, None);
            announce("The newer report is open");
            Ok(())
        });
    });
    view! {
        <Dialog labelled_by="report-conflict" class="small" on_close=close return_focus="main h1">
            <div class="dialog-body">
                <h2 id="report-conflict">"Changed in the meantime"</h2>
                <p>"The report was changed elsewhere since you opened it here. Nothing has been overwritten."</p>
                {submission.notice()}
                <div class="actions">
                    <Button kind=ButtonKind::Primary on_press=move |()| asking.set(Some(Asking::New))>
                        "Save mine as new…"
                    </Button>
                    <Button busy=submission.busy() on_press=reload>
                        "Open the newer one"
                    </Button>
                    <Button kind=ButtonKind::Quiet on_press=close>
                        "Keep editing"
                    </Button>
                </div>
            </div>
        </Dialog>
    }
}
