//! Figures of usage: tokens and their shares, requests, and what they cost.

use std::sync::Arc;

use ::api::Amount;
use ::api::cost::Coverage;
use ::api::report::{Figure, Metric};
use facts::group::{Filter, Groups, Sum, Sums};
use leptos::prelude::*;

use super::before::{Compared, Earlier, against, compare};
use super::cube::Facts;
use super::figure_card::FigureCard;
use super::scope::{Scope, basis};
use super::stack::share;
use super::usage_charts::input;
use crate::format::locale::{figure, money, number, number_compact};
use crate::format::price_digits;

/// Tokens, cost per million of them, requests, cost per request: of what is looked at, each against the range before.
#[component]
pub fn UsageFigures(
    /// The facts.
    facts: Memo<Arc<Facts>>,
    /// Their groups, whatever they are split by.
    groups: Memo<Groups>,
    /// What is looked at.
    scope: Memo<Scope>,
    /// The range before, once it is here.
    earlier: Earlier,
) -> impl IntoView {
    let filters = Memo::new(move |_| scope.with(|scope| scope.filters.clone()));
    let is_of_day = Memo::new(move |_| scope.with(|scope| scope.day.is_some()));
    // Another split has the same sums.
    let sums = Memo::new(move |_| groups.with(|groups| groups.total));
    let before = Memo::new(move |_| {
        let filters = filters.get();
        let sums = earlier.with(|earlier| earlier.data().map(|facts| total(facts, &filters)));
        let compared = |figure: fn(&Sums) -> Option<i128>| {
            earlier.with(|earlier| compare(earlier, |_| sums.as_ref().and_then(figure)))
        };
        FIGURES.map(compared)
    });
    move || {
        let (filters, is_of_day, sums) = (filters.get(), is_of_day.get(), sums.get());
        facts.with(|facts| before.with(|before| figures(facts, &sums, &filters, is_of_day, before)))
    }
}

/// The figures, in their order: cost, tokens, cost per million tokens, requests, cost per request.
const FIGURES: [fn(&Sums) -> Option<i128>; 5] = [
    |sums| Some(sums.get(Sum::Cost)),
    |sums| Some(sums.get(Sum::Tokens)),
    |sums| Metric::CostPerMillionTokens.of(sums, 1).map(Figure::pico),
    |sums| Some(sums.get(Sum::Requests)),
    |sums| Metric::CostPerRequest.of(sums, 1).map(Figure::pico),
];

fn total(facts: &Facts, filters: &[Filter]) -> Sums {
    facts.whole(&[], filters, 1).total
}

fn figures(
    facts: &Facts,
    sums: &Sums,
    filters: &[Filter],
    is_of_day: bool,
    before: &[Compared; 5],
) -> impl IntoView + use<> {
    let currency = facts.answer.currency;
    let input = input(sums);
    let amount = |pico: i128| Amount::saturating(pico);
    // A price per request may be a fraction of a cent.
    let price =
        |pico: i128| figure(Some(Figure::from_pico(price_digits(pico))), Metric::CostPerRequest, currency);
    let count = |sum: i128| u64::try_from(sum).unwrap_or_default();
    let signed = |sum: i128| {
        let digits = number(u64::try_from(sum.unsigned_abs()).unwrap_or(u64::MAX));
        if sum < 0 { format!("-{digits}") } else { digits }
    };
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
    let [cost_before, tokens_before, per_million_before, requests_before, per_request_before] = before;
    // Of no tokens there is nothing more to say.
    let of_tokens = |words: String| if sums.get(Sum::Tokens) == 0 { String::new() } else { words };
    let shares = of_tokens(format!(
        "{} of input cached · {} in batches",
        share(sums.get(Sum::CachedTokens), input),
        share(sums.get(Sum::BatchTokens), sums.get(Sum::Tokens))
    ));
    let directions = of_tokens(format!(
        "{} in · {} of it cached · {} out",
        number_compact(count(input)),
        number_compact(count(sums.get(Sum::CachedTokens))),
        number_compact(count(sums.get(Sum::OutputTokens)))
    ));
    let is_billed =
        facts.answer.days.iter().any(|known| known.cost != Coverage::Missing) || sums.get(Sum::Cost) != 0;
    // Usage that is not here is no zero, and neither is a bill.
    let missing = facts.answer.days.iter().filter(|known| known.usage == Coverage::Missing).count();
    let is_counted = missing < facts.answer.days.len() || sums.get(Sum::Tokens) + sums.get(Sum::Requests) > 0;
    let [cost, tokens, per_million, requests, per_request] = FIGURES.map(|figure| figure(sums));
    let [cost, per_million, per_request] =
        [cost, per_million, per_request].map(|of| of.filter(|_| is_billed));
    let [tokens, requests] = [tokens, requests].map(|of| of.filter(|_| is_counted));
    let of_filters = (is_of_day || !filters.is_empty()).then(|| {
        view! {
            <FigureCard
                label="Filtered cost"
                chip=basis(filters.iter().map(|filter| filter.label))
                value=or_none(cost.map(|pico| money(amount(pico), currency)))
                note=if is_of_day { "of the selected day".into() } else { "of the current selection".into() }
                change=against(cost, cost_before, |pico| money(amount(pico), currency))
                is_cost=true
            />
        }
    });
    let counted = |sum: Option<i128>| or_none(sum.map(|sum| number_compact(count(sum))));
    let exactly = |sum: Option<i128>| sum.map(|sum| number(count(sum))).unwrap_or_default();
    let lacking = |note: String| match missing {
        0 => note,
        missing => {
            let days = u64::try_from(missing).unwrap_or_default();
            let between = if note.is_empty() { "" } else { " · " };
            format!("{note}{between}{} not complete yet", crate::format::count(days, "day", "days"))
        }
    };
    view! {
        <div class="figures">
            {of_filters}
            <FigureCard
                label="Tokens"
                chip="usage"
                value=counted(tokens)
                exact=exactly(tokens)
                note=lacking(shares)
                change=against(tokens, tokens_before, signed)
            />
            <FigureCard
                label="Cost per 1M tokens"
                chip="attributed"
                value=or_none(per_million.map(price))
                note=directions
                change=against(per_million, per_million_before, price)
                is_cost=true
            />
            <FigureCard
                label="Requests"
                chip="usage"
                value=counted(requests)
                exact=exactly(requests)
                note=lacking("of models and tools".into())
                change=against(requests, requests_before, signed)
            />
            <FigureCard
                label="Cost per request"
                chip="attributed"
                value=or_none(per_request.map(price))
                note="on average, of billed requests".into()
                change=against(per_request, per_request_before, price)
                is_cost=true
            />
        </div>
    }
}
