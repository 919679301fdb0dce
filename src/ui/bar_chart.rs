//! Stacked bars, one for each day.
//!
//! They are boxes of the page itself: crisp at every size, in the page's own type. Colours are classes of the style
//! sheet. The chart is one stop of the keyboard; the arrow keys go through its bars, and a card beside the bar reads it
//! out.

use leptos::prelude::*;

use super::chart_lines::Lines;

/// A bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// What stands below it: `21 Nov`.
    pub label: String,
    /// What is read out: `Sat, 21 Nov 2026`.
    pub name: String,
    /// Its whole value, in words.
    pub total: String,
    /// Its parts, outwards from zero: percent of the chart's height, negative for what stands below zero, and the value
    /// in words, empty for none. As many as there are series.
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
    /// Where zero is: percent of the chart's height.
    pub zero: f64,
}

/// The chart with its legend and the card that reads a bar out. New bars change it in place.
#[component]
pub fn BarChart(
    /// What it shows: `Cost per day by project`.
    #[prop(into)]
    label: String,
    /// The bars.
    data: Memo<BarData>,
    /// Whether lines are drawn in place of bars: each part stands on the ground, from point to point.
    #[prop(optional)]
    lines: bool,
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
            let bar = data.bars.get(at).cloned()?;
            let (side, left) = beside(at, data.bars.len());
            Some(view! {
                <div class=format!("bar-card {side}") style:left=left>
                    <Readout bar series=data.series.clone() />
                </div>
            })
        })
    };
    let columns = move || {
        data.with(|data| {
            // Every so many bars have a label, and on a phone every second of those, so that labels never touch.
            let every = data.bars.len().div_ceil(6).max(1);
            let label = |at: usize| match (at % every, at % (2 * every)) {
                (0, 0) => Some("bar-label"),
                (0, _) => Some("bar-label minor"),
                _ => None,
            };
            let bars = data.bars.iter().cloned().enumerate();
            bars.map(
                |(at, bar)| view! { <Column at bar zero=data.zero series=data.series.clone() active label=label(at) lines /> },
            )
            .collect_view()
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
            let entry = |series: &BarSeries| {
                view! {
                    <span>
                        <i class=format!("swatch {}", series.class)></i>
                        {series.name.clone()}
                    </span>
                }
            };
            data.series.iter().map(entry).collect_view()
        })
    };
    let has = move |state: BarState| data.with(|data| data.bars.iter().any(|bar| bar.state == state));
    view! {
        <div
            class="bar-chart"
            role="group"
            tabindex="0"
            aria-label=format!("{label}. The arrow keys read the days. The table has all values.")
            on:keydown=keys
            on:pointerleave=move |_| active.set(None)
            on:blur=move |_| active.set(None)
        >
            <div class="bar-axis" aria-hidden="true">
                {marks}
            </div>
            {lines.then(|| view! { <Lines data /> })}
            <div class="bars" aria-hidden="true">
                {columns}
            </div>
            <div class="bar-cards" role="status">
                {readout}
            </div>
        </div>
        <div class="legend">
            {legend}
            {move || has(BarState::Provisional).then(|| view! { <span><i class="swatch provisional"></i>"May still change"</span> })}
            {move || has(BarState::Missing).then(|| view! { <span><i class="swatch missing"></i>"Not imported yet"</span> })}
        </div>
    }
}

/// On which side of its bar a card stands, where there is more room, and the bar's middle.
#[expect(clippy::cast_precision_loss, reason = "a chart has a few hundred bars")]
fn beside(at: usize, bars: usize) -> (&'static str, String) {
    let place = (at as f64 + 0.5) / bars.max(1) as f64 * 100.0;
    (if place < 50.0 { "after" } else { "before" }, format!("{place}%"))
}

#[component]
fn Column(
    at: usize,
    bar: Bar,
    zero: f64,
    series: Vec<BarSeries>,
    active: RwSignal<Option<usize>>,
    label: Option<&'static str>,
    lines: bool,
) -> impl IntoView {
    let state = match bar.state {
        BarState::Missing => "missing",
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
    view! {
        <div
            class=format!("bar {state}")
            class:active=move || active.get() == Some(at)
            on:pointerenter=move |_| active.set(Some(at))
            on:pointerdown=move |_| active.set(Some(at))
        >
            <div class="bar-stack" style:bottom=format!("{zero}%")>
                {parts(false)}
            </div>
            <div class="bar-stack below" style:top=format!("{}%", 100.0 - zero)>
                {parts(true)}
            </div>
            {label.map(|class| view! { <span class=class>{bar.label}</span> })}
        </div>
    }
}

/// A bar in words: its parts from the largest colour down, as the bar shows them.
#[component]
fn Readout(bar: Bar, series: Vec<BarSeries>) -> impl IntoView {
    let note = match bar.state {
        BarState::Missing => "Not imported yet",
        BarState::Provisional => "May still change",
        BarState::Settled => "",
    };
    view! {
        <p>
            <strong>{bar.name}</strong>
            <strong class="number">{bar.total}</strong>
        </p>
        {(!note.is_empty()).then(|| view! { <p class="muted">{note}</p> })}
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
    }
}
