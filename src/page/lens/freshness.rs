//! How fresh each metric is: costs are billed by the day, usage is counted by the hour, and both are read at their own
//! pace.

use std::sync::Arc;

use ::api::connection::Stream;
use ::api::cost::{Coverage, DailyCosts};
use ::api::freshness::{DayCoverage, StreamFreshness};
use ::api::{Amount, Day, Timestamp};
use facts::Label;
use facts::group::{Filter, Sum};
use leptos::prelude::*;

use super::as_change::days;
use super::cube::Facts;
use super::scope::Scope;
use super::split::least;
use crate::browser::now;
use crate::format::locale::{day, day_short, moment, money};
use crate::format::{ago, count};
use crate::page::reconciliation::choice::Chosen;
use crate::period::stretches;
use crate::ui::chip::{Chip, Tone};

/// How fresh billed costs are, in a line: all that is known before the facts are here.
#[component]
pub fn Freshness(
    /// The period's costs.
    costs: Memo<DailyCosts>,
) -> impl IntoView {
    move || costs.with(freshness)
}

fn freshness(costs: &DailyCosts) -> impl IntoView + use<> {
    let billed = costs.billed_through.map_or_else(
        || "OpenAI has not billed anything yet".to_owned(),
        |through| {
            format!(
                "Costs billed through {} (UTC). OpenAI may revise a day for about three days.",
                day(through)
            )
        },
    );
    let imported = costs.imported_at.map(|moment| format!("Imported {}.", ago(moment, now())));
    let others: Vec<_> =
        costs.other_currencies.iter().map(|other| money(other.total, other.currency)).collect();
    view! {
        <div class="freshness muted">
            <span>{billed}</span>
            {imported.map(|imported| view! { <span>{imported}</span> })}
            {(!others.is_empty())
                .then(|| view! { <span>"In other currencies, not included above: " {others.join(", ")} "."</span> })}
        </div>
    }
}

/// A metric, and how fresh it is.
struct Metric {
    name: &'static str,
    basis: &'static str,
    /// In what steps it comes.
    steps: &'static str,
    /// The newest day that is here of every account.
    through: Option<Day>,
    /// When it was last read, of the account for which that is longest ago.
    read: Option<Timestamp>,
    /// What is missing or may still change.
    days: String,
}

/// How fresh each metric is, as a table.
#[component]
pub fn FreshnessTable(
    /// The facts of all days.
    facts: Memo<Arc<Facts>>,
    /// What is looked at.
    scope: Memo<Scope>,
) -> impl IntoView {
    let reconciled = move || {
        let scope = Scope { day: None, ..scope.get() };
        Chosen { days: days(&scope), account: scope.account, ..Chosen::default() }.route().to_string()
    };
    view! {
        <section class="card panel" aria-labelledby="freshness">
            <div class="panel-head">
                <h2 id="freshness">"How fresh each figure is"</h2>
            </div>
            <div class="table-scroll whole" tabindex="0" role="region" aria-label="How fresh each figure is, as a table">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">"Figure"</th>
                            <th scope="col">"Granularity"</th>
                            <th scope="col">"Imported through (UTC)"</th>
                            <th scope="col">"Last read"</th>
                            <th scope="col">"This period"</th>
                        </tr>
                    </thead>
                    <tbody>{move || facts.with(|facts| metrics(facts).into_iter().map(row).collect_view())}</tbody>
                </table>
            </div>
            <p class="muted">
                {move || scope.with(|scope| scope.account.is_none()).then_some("Of several accounts, the one with the fewest days counts. ")}
                {move || facts.with(|facts| unexplained(facts))} " " <a href=reconciled>"Reconcile these days"</a>
            </p>
        </section>
    }
}

fn row(metric: Metric) -> impl IntoView {
    let read = metric.read.map(|read| (ago(read, now()), moment(read)));
    let (read, exact) = read.unwrap_or_else(|| ("never".to_owned(), String::new()));
    view! {
        <tr>
            <th scope="row">{metric.name} " " <Chip tone=Tone::Neutral text=metric.basis /></th>
            <td>{metric.steps}</td>
            <td>{metric.through.map_or_else(|| "nothing yet".to_owned(), day)}</td>
            <td title=exact>{read}</td>
            <td>{metric.days}</td>
        </tr>
    }
}

/// Costs, what is made of costs and usage, and each kind of usage.
fn metrics(facts: &Facts) -> Vec<Metric> {
    let freshness = &facts.answer.freshness;
    let streams = || freshness.streams.iter();
    let of_costs = streams().find(|of| of.stream == Stream::Costs);
    let usage = || streams().filter(|of| !of.stream.is_money());
    let read = of_costs.and_then(|of| of.imported_at);
    let all = || of_costs.into_iter().chain(usage());
    // What one of them lacks, what is made of all of them lacks too.
    let least_of = |of: &mut dyn Iterator<Item = Option<Day>>| of.min().flatten();
    let longest_ago = |of: &mut dyn Iterator<Item = Option<Timestamp>>| of.min().flatten();
    let through = |of: &StreamFreshness| of.data_through;
    let imported = |of: &StreamFreshness| of.imported_at;
    let mut metrics = vec![
        Metric {
            name: "Cost by project and line item",
            basis: "billed",
            steps: "day",
            through: freshness.billed_through,
            read,
            days: days_in_words(facts, |known| known.cost),
        },
        Metric {
            name: "Cost by model, API key and user",
            basis: "attributed",
            steps: "day",
            through: least_of(&mut all().map(through)),
            read: longest_ago(&mut all().map(imported)),
            days: days_in_words(facts, least),
        },
        Metric {
            name: "Tokens and requests",
            basis: "usage",
            steps: "hour",
            through: least_of(&mut usage().map(through)),
            read: longest_ago(&mut usage().map(imported)),
            days: days_in_words(facts, |known| known.usage),
        },
    ];
    metrics.extend(usage().map(|of| Metric {
        name: of.stream.name(),
        basis: "usage",
        steps: "hour",
        through: of.data_through,
        read: of.imported_at,
        days: match of.missing_days {
            0 => "all imported".to_owned(),
            missing => format!("{} not imported yet", count(u64::from(missing), "day", "days")),
        },
    }));
    metrics
}

/// Which days are missing, and which may still change.
fn days_in_words(facts: &Facts, coverage: impl Fn(&DayCoverage) -> Coverage) -> String {
    let of = |wanted: Coverage| {
        let days = facts.span().each().zip(&facts.answer.days);
        stretches(days.filter(|(_, known)| coverage(known) == wanted).map(|(day, _)| day))
    };
    let words = |stretches: Vec<(Day, Day)>, what: &str| {
        let stretch = |(first, last): &(Day, Day)| {
            if first == last {
                return day_short(*first);
            }
            format!("{} – {}", day_short(*first), day_short(*last))
        };
        let each: Vec<_> = stretches.iter().map(stretch).collect();
        (!each.is_empty()).then(|| format!("{what}: {}", each.join(", ")))
    };
    let missing = words(of(Coverage::Missing), "Not imported yet");
    let provisional = words(of(Coverage::Provisional), "May still change");
    let words: Vec<String> = [missing, provisional].into_iter().flatten().collect();
    if words.is_empty() { "all imported and settled".to_owned() } else { words.join(". ") }
}

/// How much of the bill no usage was found for.
fn unexplained(facts: &Facts) -> String {
    let filter = Filter { label: Label::CostBasis, texts: vec!["unattributed".to_owned()], exclude: false };
    let unattributed = facts.whole(&[], &[filter], 1).total.get(Sum::Cost);
    let words = money(Amount::saturating(unattributed), facts.answer.currency);
    format!("{words} of the bill for these days could not be attributed to any usage.")
}
