//! The report as a file for a spreadsheet.

use ::api::Nothing;
use ::api::report::QueryCsv;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::editor::Editing;
use crate::api::{self, Stop};
use crate::browser::keep;
use crate::format::locale::number;
use crate::layout::announcer::announce;
use crate::ui::button::Button;
use crate::ui::icon::{Icon, IconName};
use crate::ui::notice::{Trouble, TroubleNotice};

/// The button.
#[component]
pub fn DownloadCsv(
    /// The report.
    editing: Editing,
    /// What went wrong.
    trouble: RwSignal<Option<Trouble>>,
) -> impl IntoView {
    let busy = RwSignal::new(false);
    let download = Callback::new(move |()| {
        busy.set(true);
        trouble.set(None);
        let query = editing.query.get_untracked();
        spawn_local(async move {
            let outcome = api::download::<QueryCsv>(&Nothing {}, &query, &Stop::default(), |_| {}).await;
            busy.try_set(false);
            match outcome {
                Ok(file) => {
                    keep(&file.blob, &file.name);
                    let lines = number(file.size.rows.unwrap_or_default());
                    announce(format!("Downloaded {}, {lines} lines", file.name));
                }
                Err(error) => {
                    trouble.try_set(Some(error.trouble()));
                }
            }
        });
    });
    view! {
        <Button busy on_press=download>
            <Icon name=IconName::Import />
            "Download CSV"
        </Button>
    }
}

/// What went wrong with the download.
#[component]
pub fn CsvTrouble(
    /// What.
    trouble: RwSignal<Option<Trouble>>,
) -> impl IntoView {
    move || trouble.get().map(|trouble| view! { <TroubleNotice trouble /> })
}
