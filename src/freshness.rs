//! How fresh figures are, in words, as more than one page says it.

use ::api::cost::CurrencyTotal;
use ::api::freshness::Freshness;
use leptos::prelude::*;

use crate::browser::now;
use crate::format::ago;
use crate::format::locale::{day, money, number};

/// How fresh figures are, and what is in no figure because of its currency.
#[component]
pub fn FreshnessWords(
    /// How fresh they are.
    freshness: Freshness,
    /// What is in other currencies.
    #[prop(default = Vec::new())]
    others: Vec<CurrencyTotal>,
) -> impl IntoView {
    let through = match freshness.billed_through {
        Some(through) => format!("Costs billed through {} (UTC).", day(through)),
        None => "OpenAI has not billed anything yet.".to_owned(),
    };
    let imported = freshness.imported_at.map(|moment| format!("Imported {}.", ago(moment, now())));
    let missing = freshness.streams.iter().map(|stream| stream.missing_days).max().unwrap_or_default();
    let missing = (missing > 0).then(|| {
        let days = number(u64::from(missing));
        format!("Up to {days} of these days are not imported yet, or OpenAI left them out.")
    });
    let others: Vec<String> = others.iter().map(|other| money(other.total, other.currency)).collect();
    let others = (!others.is_empty())
        .then(|| format!("In other currencies, not included above: {}.", others.join(", ")));
    view! {
        <div class="freshness muted">
            <span>{through}</span>
            {imported.map(|text| view! { <span>{text}</span> })}
            {missing.map(|text| view! { <span>{text}</span> })}
            {others.map(|text| view! { <span>{text}</span> })}
        </div>
    }
}
