//! Stacked bars, one for each day.
//!
//! Each colour is one shape over all bars, so that other values change a handful of attributes and not a box for each part
//! of each bar; what a bar is in words is made when it is read. Colours are classes of the style sheet. The chart is one
//! stop of the keyboard; the arrow keys go through its bars, and a card beside the bar reads it out.

use leptos::prelude::*;

use super::bar_column::{Column, is_touch};
use super::bar_readout::Readout;
use super::bar_shapes::Shapes;
use super::chart_lines::Lines;

/// A bar, as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Its parts, outwards from zero: percent of the chart's height, negative for what stands below zero; none where there
    /// is no value. As many as there are series.
    pub parts: Vec<Option<f64>>,
    /// What is to be known about it.
    pub state: BarState,
}

/// A bar in words, as it is read out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BarWords {
    /// Which one: `Sat, 21 Nov 2026`.
    pub name: String,
    /// Its whole value.
    pub total: String,
    /// What is said beside its value; empty for nothing.
    pub note: String,
    /// The values of its parts, empty for none. As many as there are series.
    pub parts: Vec<String>,
}

/// What is to be known about a bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BarState {
    /// Its value is not known yet.
    Missing,
    /// A part of its value is not known yet.
    Partial,
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
    /// Whether it can be looked into.
    pub opens: bool,
}

/// A chart.
#[derive(Clone, Debug, PartialEq)]
pub struct BarData {
    /// The bars, from the left.
    pub bars: Vec<Bar>,
    /// What stands below some of them: `21 Nov` (see [`labelled`]).
    pub labels: Vec<(usize, String)>,
    /// The colours, from the bottom.
    pub series: Vec<BarSeries>,
    /// The marks of the axis: percent of the chart's height, and the value in words.
    pub axis: Vec<(f64, String)>,
    /// Where zero is: percent of the chart's height.
    pub zero: f64,
}

/// Which of so many bars have a label: so few that labels never touch.
pub fn labelled(bars: usize) -> impl Iterator<Item = usize> {
    (0..bars).step_by(bars.div_ceil(6).max(1))
}

/// The chart with its legend and the card that reads a bar out. New bars change it in place.
#[component]
pub fn BarChart(
    /// What it shows: `Cost per day by project`.
    #[prop(into)]
    label: Signal<String>,
    /// The bars.
    data: Memo<BarData>,
    /// A bar in words, by its place from the left.
    words: Callback<usize, BarWords>,
    /// Whether lines are drawn in place of bars: each part stands on the ground, from point to point.
    #[prop(optional)]
    lines: bool,
    /// The bar that was looked into.
    #[prop(optional, into)]
    chosen: Signal<Option<usize>>,
    /// Looks into a bar: by a click, or by Enter while it is read.
    #[prop(optional, into)]
    on_open: Option<Callback<usize>>,
    /// Looks into a colour, by its name in the legend.
    #[prop(optional, into)]
    on_series: Option<Callback<usize>>,
) -> impl IntoView {
    let active = RwSignal::new(None::<usize>);
    let keys = move |event: leptos::ev::KeyboardEvent| {
        let at = active.get_untracked();
        let last = data.with_untracked(|data| data.bars.len().saturating_sub(1));
        let next = match event.key().as_str() {
            "ArrowLeft" => at.map_or(last, |at| at.saturating_sub(1)),
            "ArrowRight" => at.map_or(0, |at| (at + 1).min(last)),
            "Home" => 0,
            "End" => last,
            "Enter" => {
                if let (Some(at), Some(on_open)) = (at, on_open) {
                    event.prevent_default();
                    on_open.run(at);
                }
                return;
            }
            "Escape" if at.is_some() => {
                // It takes the card away, and nothing else with it.
                event.prevent_default();
                event.stop_propagation();
                active.set(None);
                return;
            }
            _ => return,
        };
        event.prevent_default();
        active.set(Some(next));
    };
    let readout = move || {
        let at = active.get()?;
        data.with(|data| {
            let state = data.bars.get(at)?.state;
            let (side, left) = beside(at, data.bars.len());
            let (words, series) = (words.run(at), data.series.clone());
            Some(view! {
                <div class=format!("bar-card {side}") style:left=left>
                    <Readout words state series opens=on_open.is_some() />
                </div>
            })
        })
    };
    // What is pointed at stays while its values change.
    let places = Memo::new(move |_| {
        data.with(|data| (data.bars.iter().map(|bar| bar.state).collect::<Vec<_>>(), data.labels.clone()))
    });
    let columns = move || {
        places.with(|(states, labels)| {
            let mut columns: Vec<_> = states.iter().map(|state| (*state, None)).collect();
            for (nth, (at, label)) in labels.iter().enumerate() {
                if let Some((_, kept)) = columns.get_mut(*at) {
                    // On a phone every second one of them is left out.
                    let class = if nth % 2 == 0 { "bar-label" } else { "bar-label minor" };
                    *kept = Some((class, label.clone()));
                }
            }
            let column = |(at, (state, label))| view! { <Column at state active chosen on_open label /> };
            columns.into_iter().enumerate().map(column).collect_view()
        })
    };
    let marks = move || {
        data.with(|data| {
            // The line that bars stand on, where some hang from it.
            let is_zero = |height: f64| data.zero > 0.0 && (height - data.zero).abs() < f64::EPSILON;
            let mark = |(height, value): &(f64, String)| {
                view! {
                    <div class="bar-mark" class:zero=is_zero(*height) style:bottom=format!("{height}%")>
                        <span>{value.clone()}</span>
                    </div>
                }
            };
            data.axis.iter().map(mark).collect_view()
        })
    };
    let legend = move || {
        data.with(|data| {
            let entry = |(at, series): (usize, &BarSeries)| {
                let look = on_series.filter(|_| series.opens).map(|look| move |_| look.run(at));
                let name = match look {
                    Some(look) => {
                        let title = format!("Look into {}", series.name);
                        view! {
                            <button type="button" class="link-button" title=title on:click=look>
                                {series.name.clone()}
                            </button>
                        }
                        .into_any()
                    }
                    None => series.name.clone().into_any(),
                };
                view! {
                    <span>
                        <i class=format!("swatch {}", series.class)></i>
                        {name}
                    </span>
                }
            };
            data.series.iter().enumerate().map(entry).collect_view()
        })
    };
    let has =
        move |states: &[BarState]| data.with(|data| data.bars.iter().any(|bar| states.contains(&bar.state)));
    let enter = if on_open.is_some() { " Press Enter to look into the day." } else { "" };
    // A finger that is lifted has left too, and what it pointed at is to be read.
    let leave = move |event: leptos::ev::PointerEvent| {
        if !is_touch(&event) {
            active.set(None);
        }
    };
    view! {
        <div
            class="bar-chart"
            class:chosen=move || chosen.get().is_some()
            role="group"
            tabindex="0"
            aria-label=move || format!("{}. Use the arrow keys to read the days.{enter} The table has all values.", label.get())
            on:keydown=keys
            on:pointerleave=leave
            on:blur=move |_| active.set(None)
        >
            <div class="bar-axis" aria-hidden="true">
                {marks}
            </div>
            {if lines { view! { <Lines data /> }.into_any() } else { view! { <Shapes data /> }.into_any() }}
            <div class="bars" aria-hidden="true">
                {columns}
            </div>
            <div class="bar-cards" role="status">
                {readout}
            </div>
        </div>
        <div class="legend">
            {legend}
            {move || {
                has(&[BarState::Provisional])
                    .then(|| view! { <span><i class="swatch provisional"></i>"May still change"</span> })
            }}
            {move || {
                let words =
                    if has(&[BarState::Missing]) { "Not imported yet" } else { "Not fully imported yet" };
                has(&[BarState::Missing, BarState::Partial])
                    .then(|| view! { <span><i class="swatch missing"></i>{words}</span> })
            }}
        </div>
    }
}

/// On which side of its bar a card stands, where there is more room, and the bar's middle.
#[expect(clippy::cast_precision_loss, reason = "a chart has a few hundred bars")]
fn beside(at: usize, bars: usize) -> (&'static str, String) {
    let place = (at as f64 + 0.5) / bars.max(1) as f64 * 100.0;
    (if place < 50.0 { "after" } else { "before" }, format!("{place}%"))
}
