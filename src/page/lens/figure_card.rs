//! A figure in a card: what it is, what kind of amount, and how it compares.

use std::cmp::Ordering;

use leptos::prelude::*;

use super::before::Change;
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
    /// The same against the range before.
    #[prop(optional)]
    change: Change,
    /// Whether more of it is dearer, and less cheaper.
    #[prop(optional)]
    is_cost: bool,
) -> impl IntoView {
    let (arrow, class) = match change.way {
        Some(Ordering::Greater) => ("▲ ", "figure-change change dearer"),
        Some(Ordering::Less) => ("▼ ", "figure-change change cheaper"),
        _ => ("", "figure-change"),
    };
    let class = if is_cost { class } else { "figure-change" };
    view! {
        <section class="card figure-card" aria-label=label>
            <div class="figure-head">
                <h2>{label}</h2>
                <Chip tone=Tone::Neutral text=chip />
            </div>
            <p class="figure" title=exact>
                {value}
            </p>
            {(!change.words.is_empty())
                .then(|| {
                    view! {
                        <p class=class>
                            <span aria-hidden="true">{arrow}</span>
                            {change.words}
                        </p>
                    }
                })}
            <p class="muted">{note}</p>
        </section>
    }
}
