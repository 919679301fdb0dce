//! Cost per day by project: as a chart, and as the table with the same values.

use ::api::Amount;
use ::api::cost::{Coverage, DailyCosts, Series, SeriesOf};
use leptos::prelude::*;

use super::stack::{self, Part};
use crate::format::count;
use crate::format::locale::{day, money};
use crate::ui::bar_chart::{BarChart, BarData};
use crate::ui::chip::{Chip, Tone};

/// The panel. The choice between chart and table is the user's, and lasts while the page is open.
#[component]
pub fn CostPerDay(
    /// The period's costs.
    costs: Memo<DailyCosts>,
) -> impl IntoView {
    let table = use_context::<TableChosen>().map_or_else(|| RwSignal::new(false), |chosen| chosen.0);
    let data = Memo::new(move |_| costs.with(bars));
    view! {
        <section class="card panel" aria-labelledby="cost-per-day">
            <div class="panel-head">
                <h2 id="cost-per-day">"Cost per day by project"</h2>
                <Chip tone=Tone::Neutral text="billed" />
                <fieldset class="segments panel-end">
                    <legend class="hidden-text">"Show as"</legend>
                    <label>
                        <input type="radio" name="show-as" prop:checked=move || !table.get() on:change=move |_| table.set(false) />
                        <span>"Chart"</span>
                    </label>
                    <label>
                        <input type="radio" name="show-as" prop:checked=move || table.get() on:change=move |_| table.set(true) />
                        <span>"Table"</span>
                    </label>
                </fieldset>
            </div>
            {move || {
                if table.get() {
                    view! { <Table costs /> }.into_any()
                } else {
                    view! { <BarChart label="Cost per day by project" data /> }.into_any()
                }
            }}
        </section>
    }
}

/// Whether the table was chosen. Other days or accounts draw the panel anew, and must not lose the choice.
#[derive(Clone, Copy)]
pub struct TableChosen(pub RwSignal<bool>);

fn bars(costs: &DailyCosts) -> BarData {
    let part = |series: &Series| Part {
        name: name(&series.of),
        is_rest: matches!(series.of, SeriesOf::Other { .. }),
        amounts: series.amounts.clone(),
    };
    let parts: Vec<Part> = costs.series.iter().map(part).collect();
    stack::bars(&costs.days, &parts, costs.currency)
}

#[component]
fn Table(costs: Memo<DailyCosts>) -> impl IntoView {
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label="Cost per day by project, as a table">
            {move || costs.with(table)}
        </div>
    }
}

fn table(costs: &DailyCosts) -> impl IntoView + use<> {
    let DailyCosts { days, series, currency, total, .. } = costs.clone();
    let print = move |amount: Amount| money(amount, currency);
    let sums: Vec<Amount> = series.iter().map(|series| series.amounts.iter().copied().sum()).collect();
    view! {
            <table>
                <caption class="hidden-text">"Billed cost per UTC day, in total and by project"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Day (UTC)"</th>
                        <th scope="col" class="number">
                            "Total"
                        </th>
                        {series
                            .iter()
                            .map(|series| {
                                view! {
                                    <th scope="col" class="number">
                                        {name(&series.of)}
                                    </th>
                                }
                            })
                            .collect_view()}
                    </tr>
                </thead>
                <tbody>
                    {days
                        .into_iter()
                        .enumerate()
                        .map(|(at, cost)| {
                            let note = match cost.coverage {
                                Coverage::Missing => Some("not imported yet"),
                                Coverage::Provisional => Some("may still change"),
                                Coverage::Settled => None,
                            };
                            view! {
                                <tr>
                                    <th scope="row">
                                        {day(cost.day)}
                                        {note.map(|note| view! { <span class="muted">" " {note}</span> })}
                                    </th>
                                    <td class="number">{print(cost.amount)}</td>
                                    {series
                                        .iter()
                                        .map(|series| {
                                            view! { <td class="number">{series.amounts.get(at).copied().map(print)}</td> }
                                        })
                                        .collect_view()}
                                </tr>
                            }
                        })
                        .collect_view()}
                </tbody>
                <tfoot>
                    <tr>
                        <th scope="row">"Total"</th>
                        <td class="number">{print(total)}</td>
                        {sums.into_iter().map(|sum| view! { <td class="number">{print(sum)}</td> }).collect_view()}
                    </tr>
                </tfoot>
            </table>
    }
}

fn name(series: &SeriesOf) -> String {
    match series {
        SeriesOf::Project(project) => project.label().to_owned(),
        SeriesOf::Other { projects } => {
            format!("Other ({})", count(u64::from(*projects), "project", "projects"))
        }
    }
}
