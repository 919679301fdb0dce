//! What is wrong with which account, and the way to it.

use ::api::connection::{Connection, ConnectionStatus};
use ::api::connection_draft::Finding;
use leptos::prelude::*;

use super::Watched;
use crate::route::Route;
use crate::ui::chip::Tone;
use crate::ui::notice::Notice;

/// Accounts that are named, before the others are counted.
const NAMED: usize = 4;

/// What is wrong, how bad that is, and with which accounts: a fault between here and OpenAI is one thing for all of them.
#[derive(Clone, PartialEq)]
struct Concern {
    tone: Tone,
    finding: Finding,
    accounts: Vec<Account>,
}

/// The name of an account, and the address of its page.
#[derive(Clone, PartialEq)]
struct Account {
    name: String,
    address: String,
}

/// A notice for each thing that somebody has to do.
#[component]
pub fn Notices() -> impl IntoView {
    let watched = use_context::<Watched>();
    let concerns = Memo::new(move |_| {
        let Some(Watched(connections)) = watched else { return Vec::new() };
        connections.with(|list| concerns(list))
    });
    view! { <div class="attention">{move || concerns.get().into_iter().map(shown).collect_view()}</div> }
}

fn shown(concern: Concern) -> impl IntoView {
    let Concern { tone, finding, accounts } = concern;
    let title = match accounts.as_slice() {
        [one] => one.name.clone(),
        many => format!("{} accounts", many.len()),
    };
    let (is_one, more) = (accounts.len() == 1, accounts.len().saturating_sub(NAMED));
    let link = move |(at, Account { name, address }): (usize, Account)| {
        let label = if is_one { format!("Open the account {name}") } else { name };
        view! {
            {(at > 0).then_some(", ")}
            <a href=address>{label}</a>
        }
    };
    let links = accounts.into_iter().take(NAMED).enumerate().map(link).collect_view();
    let others = (more > 0).then(|| {
        view! {
            " and "
            <a href=Route::Assets.to_string()>{format!("{more} more")}</a>
        }
    });
    view! {
        <Notice tone title>
            <p>{finding.detail} " " {finding.remedy}</p>
            {finding
                .upstream_request_id
                .map(|id| view! { <p class="reference">"OpenAI request id " <code>{id}</code></p> })}
            <p>
                {links} {others}
                <span class="muted">
                    {if is_one { " " } else { ". " }} "Data already imported is kept."
                </span>
            </p>
        </Notice>
    }
}

/// Everything that is wrong, each thing once, in the order of the accounts.
fn concerns(connections: &[Connection]) -> Vec<Concern> {
    let mut concerns: Vec<Concern> = Vec::new();
    for connection in connections {
        let account = Account {
            name: connection.name.to_string(),
            address: Route::Account(connection.id.clone()).to_string(),
        };
        for (tone, finding) in findings(connection) {
            let same = |concern: &&mut Concern| {
                let of = &concern.finding;
                (concern.tone, &of.cause, &of.detail, &of.remedy)
                    == (tone, &finding.cause, &finding.detail, &finding.remedy)
            };
            match concerns.iter_mut().find(same) {
                Some(concern) => {
                    concern.accounts.push(account.clone());
                    // The id is of one account's request.
                    concern.finding.upstream_request_id = None;
                }
                None => {
                    let (finding, accounts) = (finding.clone(), vec![account.clone()]);
                    concerns.push(Concern { tone, finding, accounts });
                }
            }
        }
    }
    concerns
}

fn findings(connection: &Connection) -> Vec<(Tone, &Finding)> {
    match &connection.status {
        // A key that is refused anyway need not be said to expire as well.
        ConnectionStatus::NeedsKey { finding } => vec![(Tone::Bad, finding)],
        ConnectionStatus::Degraded { finding } => [finding]
            .into_iter()
            .chain(&connection.warnings)
            .map(|finding| (Tone::Warning, finding))
            .collect(),
        _ => connection.warnings.iter().map(|finding| (Tone::Warning, finding)).collect(),
    }
}
