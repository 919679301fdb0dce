//! A panel of values per day: as a chart of which each bar leads into its day, or as the table with the same values.

use ::api::Day;
use leptos::prelude::*;

use super::day_table::DayTable;
use super::scope::{Chart, Scope};
use super::stack::Stack;
use crate::navigation::use_navigation;
use crate::ui::bar_chart::BarChart;
use crate::ui::chip::{Chip, Tone};

/// The panel. Whether it is a chart or a table stands in the address.
#[component]
pub fn DayPanel(
    /// Which of the charts.
    chart: Chart,
    /// What it shows: `Cost per day by model`.
    #[prop(into)]
    heading: Signal<String>,
    /// What kind of values: billed, attributed, usage.
    #[prop(into)]
    basis: Signal<&'static str>,
    /// The values.
    stack: Memo<Stack>,
    /// What is looked at.
    scope: Memo<Scope>,
    /// Looks into a part by its text. Without it no part can be looked into.
    #[prop(optional, into)]
    on_part: Option<Callback<String>>,
    /// What else stands beside the heading.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let navigation = use_navigation();
    let is_table = Memo::new(move |_| scope.with(|scope| scope.tables.contains(&chart)));
    let show = move |as_table: bool| {
        let mut scope = scope.get_untracked();
        if as_table {
            scope.tables.insert(chart);
        } else {
            scope.tables.remove(&chart);
        }
        // It is another view of the same: Back goes to what was looked at before.
        navigation.replace(scope.route());
    };
    let on_day = Callback::new(move |day: Day| {
        let now = scope.get_untracked();
        // The day that is looked into leads back to all days.
        let day = (now.day != Some(day)).then_some(day);
        navigation.go(Scope { day, ..now }.route());
    });
    let open = Callback::new(move |at: usize| {
        if let Some(day) = stack.with_untracked(|stack| stack.days.get(at).map(|of| of.day)) {
            on_day.run(day);
        }
    });
    let look = on_part.map(|on_part| {
        Callback::new(move |at: usize| {
            let text = stack.with_untracked(|stack| stack.parts.get(at)?.look.clone());
            if let Some(text) = text {
                on_part.run(text.to_string());
            }
        })
    });
    let chosen = Memo::new(move |_| {
        let day = scope.with(|scope| scope.day)?;
        stack.with(|stack| stack.days.iter().position(|of| of.day == day))
    });
    let bars = Memo::new(move |_| stack.with(Stack::bars));
    let words = Callback::new(move |at: usize| stack.with(|stack| stack.words(at)));
    let group = format!("show-{}", chart.slug());
    let other = group.clone();
    view! {
        <section class="card panel" aria-labelledby=chart.slug()>
            <div class="panel-head">
                <h2 id=chart.slug() tabindex="-1">
                    {heading}
                </h2>
                {move || view! { <Chip tone=Tone::Neutral text=basis.get() /> }}
                <div class="panel-end scope">
                    {children.map(|children| children())} <fieldset class="segments">
                        <legend class="hidden-text">{move || format!("Show {} as", heading.get())}</legend>
                        <label>
                            <input
                                type="radio"
                                name=group
                                prop:checked=move || !is_table.get()
                                on:change=move |_| show(false)
                            />
                            <span>"Chart"</span>
                        </label>
                        <label>
                            <input
                                type="radio"
                                name=other
                                prop:checked=move || is_table.get()
                                on:change=move |_| show(true)
                            />
                            <span>"Table"</span>
                        </label>
                    </fieldset>
                </div>
            </div>
            {move || {
                if is_table.get() {
                    return view! { <DayTable label=heading stack on_day /> }.into_any();
                }
                match look {
                    Some(look) => {
                        view! { <BarChart label=heading data=bars words chosen on_open=open on_series=look /> }.into_any()
                    }
                    None => view! { <BarChart label=heading data=bars words chosen on_open=open /> }.into_any(),
                }
            }}
        </section>
    }
}
