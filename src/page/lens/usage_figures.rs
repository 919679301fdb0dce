//! Figures of usage: tokens and their shares, requests, and what they cost.

use std::sync::Arc;

use ::api::Amount;
use facts::group::{Sum, Sums};
use leptos::prelude::*;

use super::explore::Facts;
use super::scope::Scope;
use crate::format::locale::{money, number, number_compact, percent};
use crate::ui::chip::{Chip, Tone};

/// Tokens, cost per million of them, requests, cost per request: of what is looked at.
#[component]
pub fn UsageFigures(
    /// The facts.
    facts: Memo<Arc<Facts>>,
    /// What is looked at.
    scope: Memo<Scope>,
) -> impl IntoView {
    move || {
        let filters = scope.with(|scope| scope.filters.clone());
        facts.with(|facts| figures(facts, &facts.by_day(&[], &filters, 1).total))
    }
}

fn figures(facts: &Facts, sums: &Sums) -> impl IntoView + use<> {
    let currency = facts.answer.currency;
    let tokens = sums.get(Sum::Tokens);
    let input = sums.get(Sum::InputTokens) + sums.get(Sum::CachedTokens) + sums.get(Sum::CacheWriteTokens);
    let print =
        |amount: Option<Amount>| amount.map_or_else(|| "–".to_owned(), |amount| money(amount, currency));
    let shares = format!(
        "{} of input cached · {} in batches",
        share(sums.get(Sum::CachedTokens), input),
        share(sums.get(Sum::BatchTokens), tokens)
    );
    let count = |sum: i128| u64::try_from(sum).unwrap_or_default();
    let directions = format!(
        "{} in · {} out",
        number_compact(count(input)),
        number_compact(count(sums.get(Sum::OutputTokens)))
    );
    let requests = sums.get(Sum::Requests);
    view! {
        <div class="figures">
            <Figure
                label="Tokens"
                value=number_compact(count(tokens))
                exact=number(count(tokens))
                note=shares
            />
            <Figure
                label="Cost per 1M tokens"
                value=print(ratio(sums.get(Sum::TokenCost).saturating_mul(1_000_000), tokens))
                note=directions
            />
            <Figure
                label="Requests"
                value=number_compact(count(requests))
                exact=number(count(requests))
                note="of models and tools".into()
            />
            <Figure label="Cost per request" value=print(ratio(sums.get(Sum::Cost), requests)) note="on average".into() />
        </div>
    }
}

#[component]
fn Figure(
    label: &'static str,
    value: String,
    /// The value with all of its digits, where it is shown with fewer.
    #[prop(optional, into)]
    exact: Option<String>,
    note: String,
) -> impl IntoView {
    view! {
        <section class="card figure-card">
            <div class="figure-head">
                <h2>{label}</h2>
                <Chip tone=Tone::Neutral text="attributed" />
            </div>
            <p class="figure" title=exact>
                {value}
            </p>
            <p class="muted">{note}</p>
        </section>
    }
}

/// A quotient, rounded half up; none where nothing is divided by.
fn ratio(pico: i128, by: i128) -> Option<Amount> {
    if by <= 0 {
        return None;
    }
    Amount::from_pico((pico + by / 2).div_euclid(by)).ok()
}

fn share(part: i128, whole: i128) -> String {
    let share = if whole <= 0 { 0 } else { (part * 100 + whole / 2) / whole };
    percent(u8::try_from(share.clamp(0, 100)).unwrap_or_default())
}
