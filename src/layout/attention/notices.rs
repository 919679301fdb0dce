//! What is wrong with which account, and the way to it.

use ::api::connection::{Connection, ConnectionStatus};
use ::api::connection_draft::Finding;
use leptos::prelude::*;

use super::Watched;
use crate::route::Route;
use crate::ui::chip::Tone;
use crate::ui::notice::Notice;

/// An account, what is wrong with it, and how bad that is.
#[derive(Clone, PartialEq)]
struct Concern {
    account: String,
    address: String,
    tone: Tone,
    finding: Finding,
}

/// A notice for each thing that somebody has to do.
#[component]
pub fn Notices() -> impl IntoView {
    let watched = use_context::<Watched>();
    let concerns = Memo::new(move |_| {
        let Some(Watched(connections)) = watched else { return Vec::new() };
        connections.with(|list| list.iter().flat_map(concerns).collect::<Vec<_>>())
    });
    let shown = |concern: Concern| {
        let Concern { account, address, tone, finding } = concern;
        let link = format!("Open the account {account}");
        view! {
            <Notice tone title=account>
                <p>{finding.detail} " " {finding.remedy}</p>
                {finding
                    .upstream_request_id
                    .map(|id| view! { <p class="reference">"OpenAI request id " <code>{id}</code></p> })}
                <p>
                    <a href=address>{link}</a> <span class="muted">" What was imported before stays."</span>
                </p>
            </Notice>
        }
    };
    view! { <div class="attention">{move || concerns.get().into_iter().map(shown).collect_view()}</div> }
}

fn concerns(connection: &Connection) -> Vec<Concern> {
    let concern = |tone: Tone, finding: &Finding| Concern {
        account: connection.name.to_string(),
        address: Route::Account(connection.id.clone()).to_string(),
        tone,
        finding: finding.clone(),
    };
    match &connection.status {
        // A key that is refused anyway need not be said to expire as well.
        ConnectionStatus::NeedsKey { finding } => vec![concern(Tone::Bad, finding)],
        ConnectionStatus::Degraded { finding } => [finding]
            .into_iter()
            .chain(&connection.warnings)
            .map(|finding| concern(Tone::Warning, finding))
            .collect(),
        _ => connection.warnings.iter().map(|finding| concern(Tone::Warning, finding)).collect(),
    }
}
