//! A waterfall: how one value becomes another, step by step. The bars go from left to right, so that names and values have
//! room beside them on a phone too.

use leptos::prelude::*;

/// The height of a step, which the style sheet knows too.
const ROW: usize = 34;
/// The height of its bar.
const BAR: usize = 18;
/// The least width of a bar: something that is small is there all the same.
const LEAST: f64 = 0.4;

/// What a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// The value at the start or at the end.
    Total,
    /// It adds.
    Rise,
    /// It takes away.
    Fall,
}

/// A step.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What it is called.
    pub name: String,
    /// Its value in words, with its sign.
    pub words: String,
    /// What it is.
    pub kind: StepKind,
    /// From where to where its bar goes: percent of the chart's width.
    pub bar: (f64, f64),
}

/// The chart. It is one picture to a screen reader, which reads all of its steps.
#[component]
pub fn Waterfall(
    /// What it shows: `Cost before and after`.
    #[prop(into)]
    label: Signal<String>,
    /// The steps, from the top.
    #[prop(into)]
    steps: Signal<Vec<Step>>,
    /// Where zero is, if it is on the chart.
    #[prop(into)]
    zero: Signal<Option<f64>>,
) -> impl IntoView {
    let words = move || {
        let steps = steps.with(|steps| {
            steps.iter().map(|step| format!("{} {}", step.name, step.words)).collect::<Vec<_>>()
        });
        format!("{}: {}.", label.get(), steps.join(", "))
    };
    let column = move |class: &'static str, text: fn(&Step) -> &String| {
        let items = move || {
            steps.with(|steps| {
                steps.iter().map(|step| view! { <span>{text(step).clone()}</span> }).collect_view()
            })
        };
        view! { <div class=class>{items}</div> }
    };
    let height = move || steps.with(Vec::len) * ROW;
    let drawn = move || steps.with(|steps| drawn(steps));
    let zero_line = move || {
        zero.get().map(|at| {
            view! { <line class="waterfall-zero" x1=at x2=at y1="0" y2=height().to_string()></line> }
        })
    };
    view! {
        <div class="waterfall" role="img" aria-label=words>
            {column("waterfall-names", |step| &step.name)}
            <svg
                viewBox=move || format!("0 0 100 {}", height())
                height=move || height().to_string()
                preserveAspectRatio="none"
                aria-hidden="true"
                focusable="false"
            >
                {zero_line}
                {drawn}
            </svg>
            {column("waterfall-values number", |step| &step.words)}
        </div>
    }
}

/// The bars, and a line from each to the next.
fn drawn(steps: &[Step]) -> impl IntoView + use<> {
    let last = steps.len().saturating_sub(1);
    let step = |(at, step): (usize, &Step)| {
        let (from, to) = step.bar;
        let class = match step.kind {
            StepKind::Total => "waterfall-total",
            StepKind::Rise => "waterfall-rise",
            StepKind::Fall => "waterfall-fall",
        };
        let width = (to - from).abs().max(LEAST);
        let left = from.min(to).min(100.0 - LEAST);
        let top = at * ROW + (ROW - BAR) / 2;
        let (bottom, next) = (top + BAR, top + ROW);
        view! {
            <rect class=class x=left y=top.to_string() width=width height=BAR.to_string()></rect>
            {(at < last)
                .then(|| {
                    view! {
                        <line class="waterfall-link" x1=to x2=to y1=bottom.to_string() y2=next.to_string()></line>
                    }
                })}
        }
    };
    steps.iter().enumerate().map(step).collect_view()
}
