//! A panel with a large table: how many digits amounts have, the file, and the table itself.

use leptos::prelude::*;

use crate::browser::{blob, keep};
use crate::layout::announcer::announce;
use crate::ui::button::Button;
use crate::ui::icon::{Icon, IconName};
use crate::ui::virtual_table::{TableData, VirtualTable};

/// The panel.
#[component]
pub fn TablePanel(
    /// The id of its heading.
    id: &'static str,
    /// What it is called.
    #[prop(into)]
    heading: Signal<String>,
    /// The rows and columns.
    data: Memo<TableData>,
    /// The head of a column was pressed.
    #[prop(into)]
    on_sort: Callback<usize>,
    /// Whether amounts have all their digits.
    #[prop(into)]
    all_digits: Signal<bool>,
    /// They shall have them, or not.
    #[prop(into)]
    on_digits: Callback<bool>,
    /// Makes the file: its name, and what is in it.
    #[prop(into)]
    file: Callback<(), (String, String)>,
    /// What stands before the table's own controls.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let download = move |()| {
        let (name, text) = file.run(());
        if let Ok(file) = blob(&text) {
            keep(&file, &name);
            announce(format!("Downloaded {name}"));
        }
    };
    // The frame of the table is a landmark beside that of the panel, and needs a name of its own.
    let label = Signal::derive(move || format!("{}, as a table", heading.get()));
    view! {
        <section class="card panel" aria-labelledby=id>
            <div class="panel-head">
                <h2 id=id tabindex="-1">
                    {heading}
                </h2>
                <div class="panel-end actions">
                    {children.map(|children| children())}
                    <label class="tick">
                        <input
                            type="checkbox"
                            prop:checked=all_digits
                            on:change:target=move |event| on_digits.run(event.target().checked())
                        />
                        <span>"All digits"</span>
                    </label>
                    <Button on_press=download>
                        <Icon name=IconName::Import />
                        "Download CSV"
                    </Button>
                </div>
            </div>
            <VirtualTable label data on_sort />
        </section>
    }
}
