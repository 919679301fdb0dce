//! A link or a token that was just made: it is shown and copied here, and nowhere again.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::copy;
use crate::layout::announcer::announce;
use crate::ui::button::{Button, ButtonKind};

/// What stands in the dialog that made it.
#[component]
pub fn ShownOnce(
    /// The id of the dialog's heading.
    heading_id: &'static str,
    /// What to do with it.
    heading: &'static str,
    /// What it is good for, and how long.
    about: String,
    /// What it is.
    label: &'static str,
    /// The words of the button that copies it.
    action: &'static str,
    /// The link or the token.
    value: String,
    /// Closes the dialog.
    close: Callback<()>,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let shown = value.clone();
    let field_id = format!("{heading_id}-value");
    let press = Callback::new(move |()| {
        let value = value.clone();
        spawn_local(async move {
            let done = copy(&value).await;
            announce(if done { "Copied" } else { "The browser refused to copy" });
            copied.try_set(done);
        });
    });
    view! {
        <h2 id=heading_id tabindex="-1">
            {heading}
        </h2>
        <p class="muted">{about}</p>
        <div class="field">
            <label for=field_id.clone()>{label}</label>
            <input id=field_id class="input" type="text" autocomplete="off" readonly=true prop:value=shown />
        </div>
        <div class="actions">
            <Button kind=ButtonKind::Primary on_press=press>
                {move || if copied.get() { "Copied" } else { action }}
            </Button>
            <Button on_press=close>"Done"</Button>
        </div>
    }
}
