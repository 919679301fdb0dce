//! The sums of all days: what is billed, what of it is attributed, and what is not and why.

use std::collections::BTreeMap;
use std::sync::Arc;

use ::api::reconciliation::{Reconciliation, Totals as Sums};
use ::api::report::{Figure, Metric};
use ::api::{Amount, Currency};
use leptos::prelude::*;

use crate::format::locale::{figure, money, money_exact};
use crate::page::lens::figure_card::FigureCard;

/// A row of cards for each currency, and below it the money that no usage is known for, by reason.
#[component]
pub fn Totals(
    /// What was found.
    found: Arc<Reconciliation>,
) -> impl IntoView {
    found
        .totals
        .iter()
        .map(|sums| {
            let reasons = reasons(&found, sums.currency);
            view! {
                <div class="figures">{cards(sums)}</div>
                {(!reasons.is_empty()).then(|| view! { <Reasons reasons currency=sums.currency /> })}
            }
        })
        .collect_view()
}

fn cards(sums: &Sums) -> impl IntoView + use<> {
    let Sums { currency, billed, attributed, unattributed, upstream_total, difference } = *sums;
    let card = |label: &'static str, chip: &'static str, amount: Amount, note: String| {
        view! {
            <FigureCard
                label
                chip
                value=money(amount, currency)
                exact=money_exact(amount, currency)
                note
            />
        }
    };
    let share = |part: Amount| format!("{} of what is billed", share(part, billed));
    let total = upstream_total.zip(difference).map(|(total, difference)| {
        let note = match difference {
            Amount::ZERO => "no difference from the lines".to_owned(),
            difference => format!("the lines minus these: {}", money_exact(difference, currency)),
        };
        card("OpenAI's own total", "billed", total, note)
    });
    view! {
        {card("Billed", "billed", billed, "the sum of all lines".to_owned())}
        {card("Attributed", "attributed", attributed, share(attributed))}
        {card("Unattributed", "billed", unattributed, share(unattributed))}
        {total}
    }
}

/// A share of a whole: `97.2%`.
fn share(part: Amount, whole: Amount) -> String {
    let share = part.pico().saturating_mul(1_000_000_000_000).checked_div(whole.pico());
    figure(share.map(Figure::from_pico), Metric::CachedShare, Currency::USD)
}

/// The money without usage, by reason, largest first.
fn reasons(found: &Reconciliation, currency: Currency) -> Vec<(String, Amount)> {
    let mut sums: BTreeMap<&str, Amount> = BTreeMap::new();
    let lines = found.days.iter().filter(|day| day.totals.currency == currency).flat_map(|day| &day.lines);
    for part in lines.flat_map(|line| &line.unattributed) {
        let sum = sums.entry(part.reason.as_str()).or_default();
        *sum = *sum + part.amount;
    }
    let mut sums: Vec<_> = sums.into_iter().map(|(reason, sum)| (reason.to_owned(), sum)).collect();
    sums.sort_by_key(|(_, sum)| std::cmp::Reverse(sum.pico().unsigned_abs()));
    sums
}

#[component]
fn Reasons(reasons: Vec<(String, Amount)>, currency: Currency) -> impl IntoView {
    let entry = |(reason, sum): (String, Amount)| {
        view! {
            <div>
                <dt>{reason}</dt>
                <dd class="number" title=money_exact(sum, currency)>
                    {money(sum, currency)}
                </dd>
            </div>
        }
    };
    view! {
        <section class="card panel" aria-labelledby="reasons">
            <h2 id="reasons">"Why money is unattributed"</h2>
            <dl class="basis">{reasons.into_iter().map(entry).collect_view()}</dl>
        </section>
    }
}
