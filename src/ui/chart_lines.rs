//! The lines of a chart: one for each series, from the middle of each bar's place to the next.

use leptos::prelude::*;

use super::bar_chart::BarData;

/// The lines. Where there is no value a line breaks.
#[component]
pub fn Lines(
    /// What they go through.
    data: Memo<BarData>,
) -> impl IntoView {
    let lines = move || {
        data.with(|data| {
            let line = |(at, class): (usize, &'static str)| {
                let paths = stretches(data, at).into_iter().map(|points| {
                    view! { <polyline class=format!("line {class}") points=points></polyline> }
                });
                paths.collect::<Vec<_>>()
            };
            data.series.iter().map(|series| series.class).enumerate().map(line).collect::<Vec<_>>()
        })
    };
    view! {
        <svg class="lines" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true" focusable="false">
            {lines}
        </svg>
    }
}

/// The points of a series, a text for each stretch without a gap.
#[expect(clippy::cast_precision_loss, reason = "a chart has a few hundred points")]
fn stretches(data: &BarData, series: usize) -> Vec<String> {
    let step = 100.0 / data.bars.len().max(1) as f64;
    let mut stretches: Vec<Vec<String>> = vec![Vec::new()];
    for (at, bar) in data.bars.iter().enumerate() {
        match (bar.parts.get(series).copied().flatten(), stretches.last_mut()) {
            (Some(height), Some(stretch)) => {
                let (x, y) = ((at as f64 + 0.5) * step, 100.0 - data.zero - height);
                // A point alone would be no line: it is a short one.
                if stretch.is_empty() {
                    stretch.push(format!("{},{y}", x - 0.2));
                }
                stretch.push(format!("{x},{y}"));
            }
            _ => stretches.push(Vec::new()),
        }
    }
    stretches.into_iter().filter(|stretch| !stretch.is_empty()).map(|points| points.join(" ")).collect()
}
