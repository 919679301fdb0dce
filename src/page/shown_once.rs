//! A link or a token that was just made: it is shown and copied here, and nowhere again.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::copy;
use crate::layout::announcer::{Announcer, announce};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::Dialog;
use crate::ui::focus::focus;

/// What was made.
#[derive(Clone, PartialEq)]
pub struct Made {
    /// What to do with it.
    pub heading: &'static str,
    /// What it is good for, and how long.
    pub about: String,
    /// What it is.
    pub label: &'static str,
    /// The words of the button that copies it.
    pub action: &'static str,
    /// The link or the token.
    pub value: String,
}

/// Shows the form that makes it, which hands it over once it is made.
type Form = Box<dyn Fn(Callback<Made>) -> AnyView + Send>;

/// The dialog: the form, then what it has made.
#[component]
pub fn MakeDialog(
    /// The id of the dialog's heading, which the form has too.
    heading_id: &'static str,
    /// Closes it.
    close: Callback<()>,
    /// The form.
    form: Form,
) -> impl IntoView {
    let made = RwSignal::new(None::<Made>);
    let show = Callback::new(move |new: Made| {
        made.set(Some(new));
        request_animation_frame(move || {
            focus(&format!("#{heading_id}"));
        });
    });
    // What is shown once is left by its button alone: one Escape must not lose it.
    let leave = Callback::new(move |()| {
        if made.with_untracked(Option::is_none) {
            close.run(());
        }
    });
    view! {
        <Dialog labelled_by=heading_id on_close=leave class="small">
            // What is outside a modal is inert, the page's own announcer too.
            <Announcer />
            <div class="dialog-body">
                {move || match made.get() {
                    None => form(show),
                    Some(made) => view! { <ShownOnce heading_id made close /> }.into_any(),
                }}
            </div>
        </Dialog>
    }
}

#[component]
fn ShownOnce(heading_id: &'static str, made: Made, close: Callback<()>) -> impl IntoView {
    let Made { heading, about, label, action, value } = made;
    let said = RwSignal::new(None::<&'static str>);
    let shown = value.clone();
    let field_id = format!("{heading_id}-value");
    let press = Callback::new(move |()| {
        let value = value.clone();
        spawn_local(async move {
            let words = if copy(&value).await { "Copied" } else { "The browser refused to copy" };
            announce(words);
            said.try_set(Some(words));
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
                {move || said.get().unwrap_or(action)}
            </Button>
            <Button on_press=close>"Done"</Button>
        </div>
    }
}
