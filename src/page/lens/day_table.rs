//! The table under a chart: the same values, day by day.

use leptos::prelude::*;

use crate::ui::bar_chart::{BarData, BarState};

/// The table, folded away until it is asked for.
#[component]
pub fn DayTable(
    /// What it is called.
    label: &'static str,
    /// What the chart shows.
    data: Memo<BarData>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <button
            type="button"
            class="link-button day-table"
            aria-expanded=move || open.get().to_string()
            on:click=move |_| open.update(|open| *open = !*open)
        >
            {move || if open.get() { "Hide the days" } else { "Show the days as a table" }}
        </button>
        {move || {
            open.get()
                .then(|| {
                    view! {
                        <div class="table-scroll" tabindex="0" role="region" aria-label=label>
                            {move || data.with(table)}
                        </div>
                    }
                })
        }}
    }
}

fn table(data: &BarData) -> impl IntoView + use<> {
    let heads = data.series.iter().map(|series| series.name.clone());
    let heads = heads.map(|name| view! { <th scope="col" class="number">{name}</th> }).collect_view();
    let rows = data.bars.iter().map(|bar| {
        let note = match bar.state {
            BarState::Missing => " not imported yet",
            BarState::Provisional => " may still change",
            BarState::Settled => "",
        };
        let cells = bar.parts.iter().map(|(_, words)| view! { <td class="number">{words.clone()}</td> });
        view! {
            <tr>
                <th scope="row">
                    {bar.name.clone()} <span class="muted">{note}</span>
                </th>
                <td class="number">{bar.total.clone()}</td>
                {cells.collect_view()}
            </tr>
        }
    });
    view! {
        <table>
            <thead>
                <tr>
                    <th scope="col">"Day (UTC)"</th>
                    <th scope="col" class="number">"Total"</th>
                    {heads}
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
}
