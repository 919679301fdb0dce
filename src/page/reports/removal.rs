//! Asks before a saved report is deleted.

use ::api::Nothing;
use ::api::saved_report::{Delete, SavedReport, Sharing};
use leptos::prelude::*;

use crate::form::submission::Submission;
use crate::layout::announcer::announce;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::Dialog;

/// The question, and the deed.
#[component]
pub fn RemoveDialog(
    /// Which report.
    report: SavedReport,
    /// It is deleted.
    gone: Callback<()>,
    /// It stays.
    on_close: Callback<()>,
) -> impl IntoView {
    let submission = Submission::default();
    let SavedReport { id, name, sharing, .. } = report;
    let delete = Callback::new(move |()| {
        submission.send::<Delete>(id.clone(), Nothing {}, move |_| {
            announce("The report is deleted");
            gone.try_run(());
        });
    });
    let note = match sharing {
        Sharing::Private => "It cannot be brought back.",
        Sharing::Tenant => "It cannot be brought back, and those you share it with lose it too.",
    };
    view! {
        <Dialog labelled_by="remove-report" class="small" on_close return_focus="main h1">
            <div class="dialog-body">
                <h2 id="remove-report">"Delete the report?"</h2>
                <p>
                    <strong>{name.to_string()}</strong>
                </p>
                <p class="muted">{note}</p>
                {submission.notice()}
                <div class="actions">
                    <Button kind=ButtonKind::Danger busy=submission.busy() on_press=delete>
                        "Delete"
                    </Button>
                    <Button on_press=on_close>"Keep it"</Button>
                </div>
            </div>
        </Dialog>
    }
}
