//! Choosing what to be told of.

use ::api::notification::Kind;
use leptos::prelude::*;

/// A box for each kind of event, with what it means.
#[component]
pub fn Kinds(
    /// The question that is answered.
    legend: &'static str,
    /// Those that are chosen.
    chosen: RwSignal<Vec<Kind>>,
    /// What is wrong with the choice.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let choice = move |kind: &'static Kind| {
        let toggle = move |_| {
            chosen.update(|chosen| match chosen.contains(kind) {
                true => chosen.retain(|other| other != kind),
                false => chosen.push(*kind),
            });
        };
        view! {
            <label class="choice">
                <input
                    type="checkbox"
                    prop:checked=move || chosen.with(|chosen| chosen.contains(kind))
                    on:change=toggle
                />
                <span>
                    {kind.name()} <small class="muted line-detail">{meaning(*kind)}</small>
                </span>
            </label>
        }
    };
    view! {
        <fieldset class="choices">
            <legend>{legend}</legend>
            {Kind::ALL.iter().map(choice).collect_view()}
            <p class="field-error" aria-live="polite">
                {error}
            </p>
        </fieldset>
    }
}

/// When it happens, in a few words.
const fn meaning(kind: Kind) -> &'static str {
    match kind {
        Kind::ImportFinished => "All of an account's history is imported",
        Kind::KeyExpiring => "14 days, 7 days and one day before a key expires",
        Kind::KeyRefused => "OpenAI refuses a key, and nothing is imported until it is replaced",
        Kind::SourceSilent => "An account has delivered no costs for a day, or has stopped having usage",
        Kind::TotalsDiffer => "Imported costs do not match OpenAI's own total for a day",
    }
}

/// Kinds in words.
pub fn names(kinds: &[Kind]) -> String {
    kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ")
}
