//! One bar of a chart: its parts, and what pointing at it does.

use leptos::prelude::*;

use super::bar_chart::{Bar, BarSeries, BarState};

/// The bar.
#[component]
pub fn Column(
    /// Which one, from the left.
    at: usize,
    /// What it shows.
    bar: Bar,
    /// Where zero is: percent of the chart's height.
    zero: f64,
    /// The colours.
    series: Vec<BarSeries>,
    /// The bar that is read.
    active: RwSignal<Option<usize>>,
    /// The bar that was looked into.
    chosen: Signal<Option<usize>>,
    /// Looks into a bar.
    on_open: Option<Callback<usize>>,
    /// The class of its label; none for a bar without one.
    label: Option<&'static str>,
    /// Whether lines are drawn in place of its parts.
    lines: bool,
) -> impl IntoView {
    let state = match bar.state {
        BarState::Missing | BarState::Partial => "missing",
        BarState::Provisional => "provisional",
        BarState::Settled => "settled",
    };
    let parts = |below: bool| {
        let own = bar
            .parts
            .iter()
            .zip(&series)
            .filter(|((height, _), _)| !lines && if below { *height < 0.0 } else { *height > 0.0 });
        own.map(|((height, _), series)| {
            view! { <div class=format!("bar-part {}", series.class) style:height=format!("{}%", height.abs())></div> }
        })
        .collect_view()
    };
    // The first touch reads a bar, the second one looks into it: a finger has no way to point without a press.
    let is_read = StoredValue::new(false);
    let enter = move |event: leptos::ev::PointerEvent| {
        if !is_touch(&event) {
            active.set(Some(at));
        }
    };
    let press = move |event: leptos::ev::PointerEvent| {
        is_read.set_value(!is_touch(&event) || active.get_untracked() == Some(at));
        active.set(Some(at));
    };
    let open = move |_| {
        if let Some(on_open) = on_open.filter(|_| is_read.get_value()) {
            on_open.run(at);
        }
    };
    view! {
        <div
            class=format!("bar {state}")
            class:active=move || active.get() == Some(at)
            class:chosen=move || chosen.get() == Some(at)
            class:opens=on_open.is_some()
            on:pointerenter=enter
            on:pointerdown=press
            on:click=open
        >
            <div class="bar-stack" style:bottom=format!("{zero}%")>
                {parts(false)}
            </div>
            <div class="bar-stack hanging" style:top=format!("{}%", 100.0 - zero)>
                {parts(true)}
            </div>
            {label.map(|class| view! { <span class=class>{bar.label}</span> })}
        </div>
    }
}

/// Whether a finger points.
pub fn is_touch(event: &leptos::ev::PointerEvent) -> bool {
    event.pointer_type() == "touch"
}
