//! Two dates: the first and the last of some UTC days. The last one belongs to them, as people say it.

use ::api::{Day, Span};
use leptos::prelude::*;

use crate::ui::button::unique_id;
use crate::ui::select::FieldIssue;

/// The fields.
#[component]
pub fn Dates(
    /// The days.
    #[prop(into)]
    span: Signal<Span>,
    /// Other days were chosen.
    #[prop(into)]
    on_choose: Callback<Span>,
    /// What is wrong with them, as a sentence.
    error: Signal<Option<String>>,
) -> impl IntoView {
    let error_id = unique_id();
    let date = |label: &'static str, is_first: bool| {
        let id = unique_id();
        let described = error_id.clone();
        let value = move || {
            let span = span.get();
            if is_first { span.start } else { span.end.plus(-1) }.to_string()
        };
        // A date that is being typed is no date for a while: then nothing changes.
        let choose = move |text: String| {
            if let Ok(day) = Day::parse(&text) {
                let span = span.get_untracked();
                on_choose.run(if is_first {
                    Span { start: day, ..span }
                } else {
                    Span { end: day.plus(1), ..span }
                });
            }
        };
        view! {
            <div class="field">
                <label for=id.clone()>{label}</label>
                <input
                    id=id
                    class="input"
                    type="date"
                    prop:value=value
                    on:change:target=move |event| choose(event.target().value())
                    aria-invalid=move || error.get().map(|_| "true")
                    aria-describedby=move || error.get().map(|_| described.clone())
                />
            </div>
        }
    };
    view! {
        <div class="dates">{date("From", true)} {date("To", false)} <FieldIssue id=error_id.clone() error /></div>
    }
}
