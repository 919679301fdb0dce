//! A sparkline: the course of some values, without axes. It says its words to a screen reader.

use leptos::prelude::*;

const WIDTH: f64 = 260.0;
const HEIGHT: f64 = 56.0;
const MARGIN: f64 = 3.0;

/// A line with a filled area below it, as wide as there is room.
#[component]
pub fn Sparkline(
    /// The values in order; only their proportions matter. Nothing is drawn for fewer than two.
    values: Vec<f64>,
    /// What the line shows, in words.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let line = points(&values);
    (values.len() > 1).then(move || {
        let area = format!("0,{HEIGHT} {line} {WIDTH},{HEIGHT}");
        view! {
            <svg
                class="sparkline"
                role="img"
                aria-label=label
                viewBox=format!("0 0 {WIDTH} {HEIGHT}")
                preserveAspectRatio="none"
            >
                <polygon class="sparkline-area" points=area></polygon>
                <polyline class="sparkline-line" points=line></polyline>
            </svg>
        }
    })
}

fn points(values: &[f64]) -> String {
    let highest = values.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let lowest = values.iter().copied().fold(0.0, f64::min);
    let steps = u32::try_from(values.len().saturating_sub(1)).unwrap_or(1).max(1);
    let point = |(index, value): (u32, &f64)| {
        let x = WIDTH * f64::from(index) / f64::from(steps);
        let y = MARGIN + (HEIGHT - 2.0 * MARGIN) * (highest - value) / (highest - lowest);
        format!("{x:.1},{y:.1}")
    };
    (0..).zip(values).map(point).collect::<Vec<_>>().join(" ")
}
