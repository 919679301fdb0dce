//! A bar of days: which of them are there. States differ by grain and height, so that none rests on colour alone.

use leptos::prelude::*;

use super::button::unique_id;

/// How a day is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayKind {
    /// There, and as it stays.
    Imported,
    /// There, and may still change.
    Provisional,
    /// Not there yet.
    Missing,
    /// Not there, since it could not be had.
    Failed,
}

/// Days of one kind that follow each other.
#[derive(Clone, Debug, PartialEq)]
pub struct DaySpan {
    /// Where they begin, in percent of the bar.
    pub left: f64,
    /// How wide they are, in percent of the bar.
    pub width: f64,
    /// How they are.
    pub kind: DayKind,
    /// Which days, for the pointer.
    pub words: String,
}

/// How high the bar is, in pixels; the style sheet says so too.
const HEIGHT: u32 = 16;
/// How high the line is that stands for a missing day.
const LINE: u32 = 3;

impl DayKind {
    /// All of them, in the order of the legend.
    pub const ALL: [Self; 4] = [Self::Imported, Self::Provisional, Self::Missing, Self::Failed];

    /// What the legend calls it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Imported => "Imported",
            Self::Provisional => "Imported, may still change",
            Self::Missing => "Not imported yet",
            Self::Failed => "Failed, will be retried",
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Imported => "day-imported",
            Self::Provisional => "day-provisional",
            Self::Missing => "day-missing",
            Self::Failed => "day-failed",
        }
    }
}

/// The bar.
#[component]
pub fn DayBar(
    /// What it shows, in words that replace it.
    #[prop(into)]
    label: Signal<String>,
    /// The days, from the left.
    #[prop(into)]
    spans: Signal<Vec<DaySpan>>,
) -> impl IntoView {
    let grain = unique_id();
    let id = grain.clone();
    view! {
        <svg class="day-bar" role="img" aria-label=label focusable="false">
            <Grain id=grain />
            {move || {
                spans.get().into_iter().map(|span| view! { <Span span grain=id.clone() /> }).collect_view()
            }}
        </svg>
    }
}

/// What the grains of the bars on a page mean.
#[component]
pub fn DayLegend(
    /// The kinds that the bars have.
    #[prop(into)]
    kinds: Signal<Vec<DayKind>>,
) -> impl IntoView {
    let entry = |kind: DayKind| {
        let grain = unique_id();
        let span = DaySpan { left: 0.0, width: 100.0, kind, words: String::new() };
        view! {
            <li>
                <svg class="day-mark" aria-hidden="true" focusable="false">
                    <Grain id=grain.clone() />
                    <Span span grain />
                </svg>
                {kind.words()}
            </li>
        }
    };
    view! { <ul class="legend">{move || kinds.get().into_iter().map(entry).collect_view()}</ul> }
}

/// The grain of days that may still change.
#[component]
fn Grain(id: String) -> impl IntoView {
    view! {
        <defs>
            <pattern id=id width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <rect class="day-ground" width="5" height="5"></rect>
                <rect class="day-grain" width="2.6" height="5"></rect>
            </pattern>
        </defs>
    }
}

#[component]
fn Span(span: DaySpan, grain: String) -> impl IntoView {
    let DaySpan { left, width, kind, words } = span;
    let (top, height) = if kind == DayKind::Missing { (HEIGHT - LINE, LINE) } else { (0, HEIGHT) };
    let fill = (kind == DayKind::Provisional).then(|| format!("url(#{grain})"));
    // A failed day is crossed out; a cross of few pixels is a stroke, which is what it needs to be seen.
    let cross = (kind == DayKind::Failed).then(|| {
        let (x1, x2) = (format!("{left}%"), format!("{}%", left + width));
        view! {
            <line class="day-cross" x1=x1.clone() x2=x2.clone() y1="0" y2=HEIGHT.to_string()></line>
            <line class="day-cross" x1=x1 x2=x2 y1=HEIGHT.to_string() y2="0"></line>
        }
    });
    view! {
        <g class=kind.class()>
            <title>{words}</title>
            <rect
                x=format!("{left}%")
                width=format!("{width}%")
                y=top.to_string()
                height=height.to_string()
                fill=fill
            ></rect>
            {cross}
        </g>
    }
}
