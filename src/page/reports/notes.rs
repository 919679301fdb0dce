//! What is said about a report: its days and rows, how its cost is known, and how fresh it is.

use std::sync::Arc;

use ::api::Day;
use ::api::report::{BasisTotals, Report};
use leptos::prelude::*;

use super::figures_table::metrics;
use crate::format::locale::{day, day_short, money, number};
use crate::freshness::FreshnessWords;

/// Which days, and how many rows.
pub fn about(report: &Report) -> String {
    let last = |end: Day| day(end.plus(-1));
    let mut words = format!("{} – {}, UTC days", day_short(report.span.start), last(report.span.end));
    if let Some(previous) = report.previous {
        let (start, end) = (day_short(previous.start), last(previous.end));
        words.push_str(&format!(" · compared with {start} – {end}"));
    }
    let own = report.rows.iter().filter(|row| row.labels.is_some()).count();
    let count = u64::try_from(own).unwrap_or_default();
    words.push_str(&format!(" · {} {}", number(count), if count == 1 { "row" } else { "rows" }));
    if report.folded > 0 {
        words.push_str(&format!(", and {} more as Other", number(u64::from(report.folded))));
    }
    words
}

/// How the cost is known, what is in other currencies, and how fresh it all is.
#[component]
pub fn Notes(
    /// The report.
    report: Arc<Report>,
) -> impl IntoView {
    let currency = report.currency;
    let has_cost = metrics(&report).iter().any(|(metric, _)| metric.is_money());
    let BasisTotals { billed, attributed, unattributed } = report.basis;
    let basis = has_cost.then(|| {
        let entry = |name: &'static str, words: &'static str, amount| {
            view! {
                <div title=words>
                    <dt>{name}</dt>
                    <dd class="number">{money(amount, currency)}</dd>
                </div>
            }
        };
        view! {
            <dl class="basis">
                {entry("Billed directly", "Billed by OpenAI to exactly what it is shown for", billed)}
                {entry("Attributed by usage", "Shares of billed lines, by the usage that caused them", attributed)}
                {entry("Unattributed", "Billed, with no usage found for it", unattributed)}
            </dl>
        }
    });
    view! {
        {basis}
        <FreshnessWords freshness=report.freshness.clone() others=report.other_currencies.clone() />
    }
}
