//! The card that reads a bar out.

use leptos::prelude::*;

use super::bar_chart::{Bar, BarSeries, BarState};

/// A bar in words: its parts from the largest colour down, as the bar shows them.
#[component]
pub fn Readout(
    /// The bar.
    bar: Bar,
    /// The colours.
    series: Vec<BarSeries>,
    /// Whether it can be looked into.
    opens: bool,
) -> impl IntoView {
    let note = match bar.state {
        BarState::Missing => "Not imported yet",
        BarState::Partial => "Not fully imported yet",
        BarState::Provisional => "May still change",
        BarState::Settled => "",
    };
    view! {
        <p>
            <strong>{bar.name}</strong>
            <strong class="number">{bar.total}</strong>
        </p>
        {(!note.is_empty()).then(|| view! { <p class="muted">{note}</p> })}
        {(!bar.note.is_empty()).then(|| view! { <p class="muted">{bar.note}</p> })}
        <div class="bar-values">
            {bar
                .parts
                .into_iter()
                .zip(series)
                .rev()
                .filter(|((_, value), _)| !value.is_empty())
                .map(|((_, value), series)| {
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
