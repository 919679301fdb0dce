//! The verdict: whether the lines of the bill sum to OpenAI's own totals, or by how much not.

use std::sync::Arc;

use ::api::Amount;
use ::api::reconciliation::{ReconciledDay, Reconciliation, Totals, Verdict};
use leptos::prelude::*;

use super::choice::{Chosen, View};
use crate::format::locale::{day, money_exact};
use crate::route::Route;
use crate::ui::chip::Tone;
use crate::ui::notice::Notice;

/// Most days that are named.
const MOST_DAYS: usize = 10;

/// The verdict in words, with the figures that it is about and the days on which they differ.
#[component]
pub fn VerdictNotice(
    /// What was found.
    found: Arc<Reconciliation>,
    /// What is looked at.
    chosen: Chosen,
) -> impl IntoView {
    let (tone, title) = match found.verdict {
        Verdict::Agrees => (Tone::Good, "The bill agrees with OpenAI's own totals".to_owned()),
        Verdict::Incomplete => (Tone::Warning, "Not everything is known yet".to_owned()),
        Verdict::Differs => (Tone::Bad, "The bill differs from OpenAI's own totals".to_owned()),
    };
    let sums = found.totals.iter().map(|totals| view! { <p>{sentence(totals)}</p> }).collect_view();
    let next = match found.verdict {
        Verdict::Agrees => ().into_any(),
        Verdict::Incomplete => view! {
            <p>
                "Some of these days, or OpenAI's totals for them, are not imported yet, and today is not over. Look again later."
            </p>
        }
        .into_any(),
        Verdict::Differs => view! {
            {differing(&found, &chosen)}
            <p>
                "Import the account again under " <a href=Route::Assets.to_string()>"Assets"</a>
                ". If the difference persists, " <a href=Route::Support.to_string()>"write to support"</a> "."
            </p>
        }
        .into_any(),
    };
    view! {
        <div class="reconciled">
            <Notice tone title>{sums} {next}</Notice>
        </div>
    }
}

/// Both sums and their difference, to the last digit.
fn sentence(totals: &Totals) -> String {
    let Totals { currency, billed, upstream_total, difference, .. } = *totals;
    let exact = |amount: Amount| money_exact(amount, currency);
    match upstream_total.zip(difference) {
        None => {
            format!("The lines of the bill sum to {}. OpenAI's own totals are not imported.", exact(billed))
        }
        Some((total, Amount::ZERO)) => {
            format!(
                "The lines of the bill and OpenAI's own totals of the same days both sum to {}.",
                exact(total)
            )
        }
        Some((total, difference)) => {
            let more = if difference > Amount::ZERO { "more" } else { "less" };
            format!(
                "The lines of the bill sum to {}, OpenAI's own totals of the same days to {}: the lines are {} {more}.",
                exact(total + difference),
                exact(total),
                exact(if difference > Amount::ZERO { difference } else { -difference }),
            )
        }
    }
}

/// The days on which the sums differ, each a way into it.
fn differing(found: &Reconciliation, chosen: &Chosen) -> impl IntoView + use<> {
    let differs = |day: &&ReconciledDay| day.totals.difference.is_some_and(|by| by != Amount::ZERO);
    let days: Vec<&ReconciledDay> = found.days.iter().filter(differs).collect();
    let more = days.len().saturating_sub(MOST_DAYS);
    let item = |of: &&ReconciledDay| {
        let by = of.totals.difference.unwrap_or_default();
        let route =
            Chosen { account: Some(of.connection.clone()), ..chosen.seen(View::Lines { day: Some(of.day) }) };
        view! {
            <li>
                <a href=route.route().to_string()>{day(of.day)}</a>
                {format!(": {}", money_exact(by, of.totals.currency))}
            </li>
        }
    };
    view! {
        <ul class="reconciled-days" aria-label="Days that differ">
            {days.iter().take(MOST_DAYS).map(item).collect_view()}
        </ul>
        {(more > 0).then(|| view! { <p>{format!("{more} more: sort the table by Difference.")}</p> })}
    }
}
