//! The report as a file for a spreadsheet.

use ::api::Nothing;
use ::api::report::QueryCsv;
use leptos::prelude::*;

use super::editor::Editing;
use crate::api::{self, Stop};
use crate::browser::keep;
use crate::form::submission::Submission;
use crate::format::locale::number;
use crate::layout::announcer::announce;
use crate::ui::button::Button;
use crate::ui::icon::{Icon, IconName};

/// The button.
#[component]
pub fn DownloadCsv(
    /// The report.
    editing: Editing,
    /// What it is asked for by: it says what went wrong.
    submission: Submission,
) -> impl IntoView {
    let download = Callback::new(move |()| {
        let query = editing.query.get_untracked();
        submission.run(async move {
            let outcome = api::download::<QueryCsv>(&Nothing {}, &query, &Stop::default(), |_| {}).await;
            let file = outcome.map_err(|error| error.trouble())?;
            keep(&file.blob, &file.name);
            let lines = number(file.size.rows.unwrap_or_default());
            announce(format!("Downloaded {}, {lines} lines", file.name));
            Ok(())
        });
    });
    view! {
        <Button busy=submission.busy() on_press=download>
            <Icon name=IconName::Import />
            "Download CSV"
        </Button>
    }
}
