//! A list of the page as a file.

use leptos::prelude::*;

use super::announcer::announce;
use crate::browser::{blob, keep};
use crate::csv::{self, Cell};
use crate::ui::button::Button;
use crate::ui::icon::{Icon, IconName};

/// Keeps a table as CSV under a name, and says so.
pub fn keep_rows(name: &str, header: &[String], rows: &[Vec<Cell>]) {
    if let Ok(file) = blob(&csv::file(header, rows)) {
        keep(&file, name);
        announce(format!("Downloaded {name}"));
    }
}

/// A button that keeps the list above it as CSV, as it is when the button is pressed.
#[component]
pub fn DownloadList(
    /// What the file is named after: `people`.
    what: &'static str,
    /// Its columns.
    header: &'static [&'static str],
    /// Its rows, each with as many cells as there are columns.
    rows: Callback<(), Vec<Vec<Cell>>>,
) -> impl IntoView {
    let press = Callback::new(move |()| {
        let header: Vec<String> = header.iter().map(|name| (*name).to_owned()).collect();
        keep_rows(&format!("openai-lens-{what}.csv"), &header, &rows.run(()));
    });
    view! {
        <div class="actions rows-end">
            <Button on_press=press>
                <Icon name=IconName::Import />
                "Download CSV"
            </Button>
        </div>
    }
}
