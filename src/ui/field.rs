//! Fields of a form: a label, the input, a hint and what is wrong.

use leptos::prelude::*;

use super::button::unique_id;
use super::icon::{Icon, IconName};

/// What a field takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FieldKind {
    /// A line of text.
    #[default]
    Text,
    /// An e-mail address.
    Email,
    /// A password, with a button that shows it. Pasting and password managers work.
    Password,
    /// A day.
    Date,
    /// Several lines of text.
    Lines,
}

/// A field. What is wrong is said below it, and to a screen reader together with its label.
#[component]
pub fn Field(
    /// What it is called.
    #[prop(into)]
    label: String,
    /// What is in it.
    value: RwSignal<String>,
    /// What is wrong with it, as a sentence.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// What helps to fill it in.
    #[prop(optional, into)]
    hint: String,
    /// What it takes.
    #[prop(optional)]
    kind: FieldKind,
    /// What a browser may fill in: a token of the HTML attribute `autocomplete`.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// The input's id, where something else refers to it.
    #[prop(optional, into)]
    id: String,
) -> impl IntoView {
    let id = if id.is_empty() { unique_id() } else { id };
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let has_hint = !hint.is_empty();
    let describe = {
        let (hint_id, error_id) = (hint_id.clone(), error_id.clone());
        move || match (has_hint, error.get().is_some()) {
            (false, false) => None,
            (true, false) => Some(hint_id.clone()),
            (false, true) => Some(error_id.clone()),
            (true, true) => Some(format!("{error_id} {hint_id}")),
        }
    };
    let invalid = move || error.get().map(|_| "true");
    let shown = RwSignal::new(false);
    let input = match kind {
        FieldKind::Lines => view! {
            <textarea
                id=id.clone()
                class="input"
                rows="7"
                prop:value=value
                on:input:target=move |event| value.set(event.target().value())
                aria-invalid=invalid
                aria-describedby=describe
            ></textarea>
        }
        .into_any(),
        FieldKind::Text | FieldKind::Email | FieldKind::Password | FieldKind::Date => {
            let input_type = move || match kind {
                FieldKind::Email => "email",
                FieldKind::Date => "date",
                FieldKind::Password if !shown.get() => "password",
                FieldKind::Password | FieldKind::Text | FieldKind::Lines => "text",
            };
            view! {
                <input
                    id=id.clone()
                    class="input"
                    type=input_type
                    autocomplete=autocomplete
                    autocapitalize=(kind != FieldKind::Text).then_some("none")
                    spellcheck=if kind == FieldKind::Text { "true" } else { "false" }
                    prop:value=value
                    on:input:target=move |event| value.set(event.target().value())
                    aria-invalid=invalid
                    aria-describedby=describe
                />
            }
            .into_any()
        }
    };
    let reveal = (kind == FieldKind::Password).then(|| {
        let lower = label.to_lowercase();
        let name = move || format!("{} {lower}", if shown.get() { "Hide" } else { "Show" });
        view! {
            <button type="button" class="reveal" aria-label=name on:click=move |_| shown.update(|shown| *shown = !*shown)>
                {move || {
                    view! { <Icon name=if shown.get() { IconName::EyeOff } else { IconName::Eye } /> }
                }}
            </button>
        }
    });
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <div class="input-row">{input} {reveal}</div>
            <div class="field-error" id=error_id aria-live="polite">
                {move || error.get().map(|error| view! { <Icon name=IconName::Problem /> <span>{error}</span> })}
            </div>
            {has_hint.then(|| view! { <p class="hint" id=hint_id>{hint}</p> })}
        </div>
    }
}
