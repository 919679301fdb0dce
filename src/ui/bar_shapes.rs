//! The parts of all bars of a chart: one shape for each colour.

use std::fmt::Write;

use leptos::prelude::*;

use super::bar_chart::BarData;

/// The shapes, one unit wide for each bar and a hundred high.
#[component]
pub fn Shapes(
    /// The bars.
    data: Memo<BarData>,
) -> impl IntoView {
    let shapes = move || {
        data.with(|data| {
            let shapes = data.series.iter().zip(outlines(data));
            shapes
                .map(|(series, outline)| view! { <path class=format!("shape {}", series.class) d=outline></path> })
                .collect_view()
        })
    };
    view! {
        <svg
            class="shapes"
            viewBox=move || format!("0 0 {} 100", data.with(|data| data.bars.len().max(1)))
            preserveAspectRatio="none"
            aria-hidden="true"
            focusable="false"
        >
            {shapes}
        </svg>
    }
}

/// The outline of each series: a rectangle for each bar that has a part of it, stacked outwards from zero.
fn outlines(data: &BarData) -> Vec<String> {
    let mut outlines = vec![String::new(); data.series.len()];
    for (at, bar) in data.bars.iter().enumerate() {
        // From the chart's top, in percent: where the next part above zero ends, and where the next one below it begins.
        let (mut above, mut below) = (100.0 - data.zero, 100.0 - data.zero);
        for (outline, height) in outlines.iter_mut().zip(&bar.parts) {
            let Some(height) = height.filter(|height| *height != 0.0) else { continue };
            let top = if height > 0.0 {
                above -= height;
                above
            } else {
                let top = below;
                below -= height;
                top
            };
            // Writing to a text does not fail.
            let _ = write!(outline, "M{at}.13 {top:.3}h.74v{:.3}h-.74z", height.abs());
        }
    }
    outlines
}
