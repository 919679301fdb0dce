//! What is said about a report: its days and rows, how its cost is known, and how fresh it is.

use std::sync::Arc;

use ::api::Day;
use ::api::report::{BasisTotals, Report};
use leptos::prelude::*;

use super::figures_table::metrics;
use crate::browser::now;
use crate::format::ago;
use crate::format::locale::{day, day_short, money, number};

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
                {entry("Billed", "Billed by OpenAI to what it is shown for", billed)}
                {entry("Attributed", "Shares of billed lines, by the usage that caused them", attributed)}
                {entry("Unattributed", "Billed, with no usage found for it", unattributed)}
            </dl>
        }
    });
    let freshness = &report.freshness;
    let through = match freshness.billed_through {
        Some(through) => format!("Costs billed to {} (UTC).", day(through)),
        None => "OpenAI has billed nothing in these days.".to_owned(),
    };
    let imported = freshness.imported_at.map(|moment| format!("Imported {}.", ago(moment, now())));
    let missing = freshness.streams.iter().map(|stream| stream.missing_days).max().unwrap_or_default();
    let missing = (missing > 0).then(|| {
        let days = number(u64::from(missing));
        format!("Up to {days} of these days are not imported yet, or OpenAI left them out.")
    });
    let others: Vec<String> =
        report.other_currencies.iter().map(|other| money(other.total, other.currency)).collect();
    let others = (!others.is_empty())
        .then(|| format!("In other currencies, and in no figure above: {}.", others.join(", ")));
    view! {
        {basis}
        <div class="freshness muted">
            <span>{through}</span>
            {imported.map(|text| view! { <span>{text}</span> })}
            {missing.map(|text| view! { <span>{text}</span> })}
            {others.map(|text| view! { <span>{text}</span> })}
        </div>
    }
}
