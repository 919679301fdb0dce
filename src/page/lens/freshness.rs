//! How fresh the figures are, and what stands in the way of fresher ones.

use ::api::connection::{Connection, ConnectionStatus};
use ::api::cost::DailyCosts;
use leptos::prelude::*;

use crate::browser::now;
use crate::connection::{imported_percent, is_importing};
use crate::format::ago;
use crate::format::locale::{day, money, percent};
use crate::layout::announcer::announce;
use crate::ui::chip::Tone;
use crate::ui::icon::Spinner;
use crate::ui::notice::Notice;

/// What is under way and what is wrong, account by account.
#[component]
pub fn States(
    /// The connected accounts.
    connections: Signal<Vec<Connection>>,
) -> impl IntoView {
    let importing = Memo::new(move |_| {
        connections.with(|list| {
            let running: Vec<&Connection> = list.iter().filter(|account| is_importing(account)).collect();
            let done = imported_percent(running.iter().flat_map(|account| &account.streams));
            (!running.is_empty()).then(|| {
                let names: Vec<_> = running.iter().map(|account| account.name.to_string()).collect();
                (names.join(", "), done)
            })
        })
    });
    // A progress bar in a live region would never stop talking: its start and its end are said.
    Effect::new(move |before: Option<bool>| {
        let runs = importing.with(Option::is_some);
        match before {
            Some(true) if !runs => announce("The import is finished."),
            Some(false) | None if runs => announce("The import has started, the newest days first."),
            _ => {}
        }
        runs
    });
    let troubles = Memo::new(move |_| {
        connections.with(|list| {
            list.iter()
                .filter_map(|account| match &account.status {
                    ConnectionStatus::NeedsKey { finding } => {
                        Some((account.name.to_string(), Tone::Bad, finding.clone()))
                    }
                    ConnectionStatus::Degraded { finding } => {
                        Some((account.name.to_string(), Tone::Warning, finding.clone()))
                    }
                    ConnectionStatus::Importing { .. } | ConnectionStatus::Healthy => None,
                })
                .collect::<Vec<_>>()
        })
    });
    view! {
        {move || {
            importing
                .get()
                .map(|(names, done)| {
                    view! {
                        <div class="card importing">
                            <p>
                                <Spinner />
                                <span>"Importing " {names} ", the newest days first"</span>
                                <span class="number">{percent(done)}</span>
                            </p>
                            <progress max="100" value=done.to_string() aria-label="Import"></progress>
                        </div>
                    }
                })
        }}
        {move || {
            troubles
                .get()
                .into_iter()
                .map(|(name, tone, finding)| {
                    view! {
                        <Notice tone title=name>
                            <p>{finding.detail} " " {finding.remedy}</p>
                            {finding
                                .upstream_request_id
                                .map(|id| view! { <p class="reference">"OpenAI request id " <code>{id}</code></p> })}
                            <p>"What was imported before stays."</p>
                        </Notice>
                    }
                })
                .collect_view()
        }}
    }
}

/// How fresh the figures are.
#[component]
pub fn Freshness(
    /// The period's costs.
    costs: Memo<DailyCosts>,
) -> impl IntoView {
    move || costs.with(freshness)
}

fn freshness(costs: &DailyCosts) -> impl IntoView + use<> {
    let billed = costs.billed_through.map_or_else(
        || "OpenAI has billed nothing in these days".to_owned(),
        |through| {
            format!("Costs billed to {} (UTC). OpenAI may revise a day for about three days.", day(through))
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
                .then(|| view! { <span>"In other currencies, and in no figure above: " {others.join(", ")} "."</span> })}
        </div>
    }
}
