//! Stacked bars, one for each day.
//!
//! They are boxes of the page itself: crisp at every size, in the page's own type. Colours are classes of the style
//! sheet. The chart is one stop of the keyboard; the arrow keys read its bars out in the line below it.

use leptos::prelude::*;

/// A bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// What stands below it: `21 Nov`.
    pub label: String,
    /// What is read out: `Sat, 21 Nov 2026`.
    pub name: String,
    /// Its whole value, in words.
    pub total: String,
    /// Its parts, from the bottom: percent of the chart's height, and the value in words. As many as there are series.
    pub parts: Vec<(f64, String)>,
    /// What is to be known about it.
    pub state: BarState,
}

/// What is to be known about a bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BarState {
    /// Its value is not known yet.
    Missing,
    /// Its value may still change.
    Provisional,
    /// Its value stays.
    Settled,
}

/// One colour of the bars.
#[derive(Clone, Debug, PartialEq)]
pub struct BarSeries {
    /// What it stands for.
    pub name: String,
    /// Its class in the style sheet: `series-1`.
    pub class: &'static str,
}

/// A chart.
#[derive(Clone, Debug, PartialEq)]
pub struct BarData {
    /// The bars, from the left.
    pub bars: Vec<Bar>,
    /// The colours, from the bottom.
    pub series: Vec<BarSeries>,
    /// The marks of the axis: percent of the chart's height, and the value in words.
    pub axis: Vec<(f64, String)>,
}

/// The chart with its legend and the line that reads a bar out.
#[component]
pub fn BarChart(
    /// What it shows: `Cost per day by project`.
    #[prop(into)]
    label: String,
    /// The bars.
    data: BarData,
) -> impl IntoView {
    let BarData { bars, series, axis } = data;
    let active = RwSignal::new(None::<usize>);
    let last = bars.len().saturating_sub(1);
    // Every so many bars have a label, so that labels never touch.
    let every = bars.len().div_ceil(6).max(1);
    let keys = move |event: leptos::ev::KeyboardEvent| {
        let at = active.get_untracked();
        let next = match event.key().as_str() {
            "ArrowLeft" => at.map_or(last, |at| at.saturating_sub(1)),
            "ArrowRight" => at.map_or(0, |at| (at + 1).min(last)),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        active.set(Some(next));
    };
    let readout = {
        let (bars, series) = (bars.clone(), series.clone());
        move || active.get().and_then(|at| bars.get(at).cloned()).map(|bar| view! { <Readout bar series=series.clone() /> })
    };
    view! {
        <div
            class="bar-chart"
            role="group"
            tabindex="0"
            aria-label=format!("{label}. The arrow keys read the days. The table has all values.")
            on:keydown=keys
            on:pointerleave=move |_| active.set(None)
        >
            <div class="bar-axis" aria-hidden="true">
                {axis
                    .into_iter()
                    .map(|(height, value)| {
                        view! {
                            <div class="bar-mark" style:bottom=format!("{height}%")>
                                <span>{value}</span>
                            </div>
                        }
                    })
                    .collect_view()}
            </div>
            <div class="bars" aria-hidden="true">
                {bars
                    .into_iter()
                    .enumerate()
                    .map(|(at, bar)| view! { <Column at bar series=series.clone() active labelled=at % every == 0 /> })
                    .collect_view()}
            </div>
        </div>
        <div class="bar-readout" role="status">
            {readout}
            <p class="muted bar-help" class:hidden=move || active.get().is_some()>
                "Point at a day to see its parts."
            </p>
        </div>
        <ul class="legend">
            {series
                .into_iter()
                .map(|series| {
                    view! {
                        <li>
                            <i class=format!("swatch {}", series.class)></i>
                            {series.name}
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
}

#[component]
fn Column(at: usize, bar: Bar, series: Vec<BarSeries>, active: RwSignal<Option<usize>>, labelled: bool) -> impl IntoView {
    let state = match bar.state {
        BarState::Missing => "missing",
        BarState::Provisional => "provisional",
        BarState::Settled => "settled",
    };
    view! {
        <div
            class=format!("bar {state}")
            class:active=move || active.get() == Some(at)
            on:pointerenter=move |_| active.set(Some(at))
            on:pointerdown=move |_| active.set(Some(at))
        >
            <div class="bar-stack">
                {bar
                    .parts
                    .into_iter()
                    .zip(series)
                    .filter(|((height, _), _)| *height > 0.0)
                    .map(|((height, _), series)| {
                        view! { <div class=format!("bar-part {}", series.class) style:height=format!("{height}%")></div> }
                    })
                    .collect_view()}
            </div>
            {labelled.then(|| view! { <span class="bar-label">{bar.label}</span> })}
        </div>
    }
}

/// A bar in words: its parts from the largest colour down, as the bar shows them.
#[component]
fn Readout(bar: Bar, series: Vec<BarSeries>) -> impl IntoView {
    let note = match bar.state {
        BarState::Missing => " (not imported yet)",
        BarState::Provisional => " (may still change)",
        BarState::Settled => "",
    };
    view! {
        <p>
            <strong>{bar.name}</strong>
            ": "
            {bar.total}
            {note}
        </p>
        <ul class="legend">
            {bar
                .parts
                .into_iter()
                .zip(series)
                .filter(|((height, _), _)| *height > 0.0)
                .map(|((_, value), series)| {
                    view! {
                        <li>
                            <i class=format!("swatch {}", series.class)></i>
                            {series.name}
                            " "
                            {value}
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
}
