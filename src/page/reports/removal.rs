//! Asks before a saved report is deleted.

use ::api::Nothing;
use ::api::saved_report::{Delete, SavedReport, Sharing};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api;
use crate::layout::announcer::announce;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::Dialog;
use crate::ui::notice::{Trouble, TroubleNotice};

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
    let busy = RwSignal::new(false);
    let trouble = RwSignal::new(None::<Trouble>);
    let SavedReport { id, name, sharing, .. } = report;
    let delete = Callback::new(move |()| {
        busy.set(true);
        let id = id.clone();
        spawn_local(async move {
            let outcome = api::call::<Delete>(&id, &Nothing {}, &Nothing {}).await;
            busy.try_set(false);
            match outcome {
                Ok(_) => {
                    announce("The report is deleted");
                    gone.try_run(());
                }
                Err(error) => {
                    trouble.try_set(Some(error.trouble()));
                }
            }
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
                {move || trouble.get().map(|trouble| view! { <TroubleNotice trouble /> })}
                <div class="actions">
                    <Button kind=ButtonKind::Danger busy on_press=delete>
                        "Delete"
                    </Button>
                    <Button on_press=on_close>"Keep it"</Button>
                </div>
            </div>
        </Dialog>
    }
}
