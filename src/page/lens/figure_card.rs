//! A figure in a card: what it is, what kind of amount, and how it compares.

use leptos::prelude::*;

use crate::ui::chip::{Chip, Tone};

/// The card.
#[component]
pub fn FigureCard(
    /// What it is.
    label: &'static str,
    /// What kind of amount: billed, attributed, usage.
    chip: &'static str,
    /// The figure.
    value: String,
    /// The value with all of its digits, where it is shown with fewer.
    #[prop(optional, into)]
    exact: Option<String>,
    /// What is to be known about it.
    note: String,
    /// The same against the range before; empty for none.
    #[prop(optional)]
    change: String,
) -> impl IntoView {
    view! {
        <section class="card figure-card" aria-label=label>
            <div class="figure-head">
                <h2>{label}</h2>
                <Chip tone=Tone::Neutral text=chip />
            </div>
            <p class="figure" title=exact>
                {value}
            </p>
            {(!change.is_empty()).then(|| view! { <p class="figure-change">{change}</p> })}
            <p class="muted">{note}</p>
        </section>
    }
}
