//! The card that reads a bar out.

use leptos::prelude::*;

use super::bar_chart::{BarSeries, BarState, BarWords};

/// A bar in words: its parts from the largest colour down, as the bar shows them.
#[component]
pub fn Readout(
    /// The bar.
    words: BarWords,
    /// What is to be known about it.
    state: BarState,
    /// The colours.
    series: Vec<BarSeries>,
    /// Whether it can be looked into.
    opens: bool,
) -> impl IntoView {
    let note = match state {
        BarState::Missing => "Not imported yet",
        BarState::Partial => "Not fully imported yet",
        BarState::Provisional => "May still change",
        BarState::Settled => "",
    };
    view! {
        <p>
            <strong>{words.name}</strong>
            <strong class="number">{words.total}</strong>
        </p>
        {(!note.is_empty()).then(|| view! { <p class="muted">{note}</p> })}
        {(!words.note.is_empty()).then(|| view! { <p class="muted">{words.note}</p> })}
        <div class="bar-values">
            {words
                .parts
                .into_iter()
                .zip(series)
                .rev()
                .filter(|(value, _)| !value.is_empty())
                .map(|(value, series)| {
                    view! {
                        <span>
                            <i class=format!("swatch {}", series.class)></i>
                            {series.name}
                        </span>
                        <span class="number">{value} <span class="hidden-text">". "</span></span>
                    }
                })
                .collect_view()}
        </div>
        {opens.then(|| view! { <p class="muted">"Click or press Enter to look into this day."</p> })}
    }
}
