//! What is wrong with which account, and the way to it.

use ::api::connection::{Connection, ConnectionStatus};
use ::api::connection_draft::{Cause, Finding};
use ::api::{ConnectionId, Timestamp};
use leptos::prelude::*;

use super::Watched;
use crate::browser::now;
use crate::connection::last_success;
use crate::format::ago;
use crate::format::locale::moment;
use crate::route::{Pairs, Route};
use crate::session;
use crate::ui::chip::Tone;
use crate::ui::notice::Notice;

/// Accounts that are named, before the others are counted.
const NAMED: usize = 4;

/// What is wrong, how bad that is, and with which accounts: a fault between here and OpenAI is one thing for all of them.
#[derive(Clone, PartialEq)]
struct Concern {
    tone: Tone,
    /// Why, where it is known.
    finding: Option<Finding>,
    /// Whether it keeps an import from getting through, and is no more than a warning otherwise.
    stops: bool,
    /// When something was last read, where that is too long ago; of several accounts, what is longest ago.
    old_since: Option<Timestamp>,
    accounts: Vec<Account>,
}

/// An account that somebody has to look at.
#[derive(Clone, PartialEq)]
struct Account {
    id: ConnectionId,
    name: String,
}

/// The banner over the figures of Home: a notice for each thing that somebody has to do.
#[component]
pub fn Notices() -> impl IntoView {
    let connections = use_context::<Watched>().map_or_else(|| Signal::derive(Vec::new), |Watched(list)| list);
    view! {
        <div class="attention">
            <Concerns connections old_after=None />
        </div>
    }
}

/// A notice for each thing that is wrong with accounts, the worst first.
#[component]
pub fn Concerns(
    /// The accounts.
    connections: Signal<Vec<Connection>>,
    /// After how many seconds without anything read an account's figures are old; none where their age is said elsewhere.
    old_after: Option<i64>,
) -> impl IntoView {
    let concerns = Memo::new(move |_| connections.with(|list| concerns(list, old_after)));
    move || concerns.get().into_iter().map(shown).collect_view()
}

fn shown(concern: Concern) -> impl IntoView {
    let Concern { tone, finding, stops, old_since, accounts } = concern;
    let title = match accounts.as_slice() {
        [one] => one.name.clone(),
        many => format!("{} accounts", many.len()),
    };
    let title = if old_since.is_some() { format!("{title}: figures are out of date") } else { title };
    let is_one = accounts.len() == 1;
    let is_explained = finding.is_some();
    let more = accounts.len().saturating_sub(NAMED);
    let way_on = finding.as_ref().and_then(|finding| way_on(&accounts, finding));
    let link = move |(at, Account { id, name }): (usize, Account)| {
        let label = if is_one { format!("Open the account {name}") } else { name };
        view! {
            {(at > 0).then_some(", ")}
            <a href=Route::Account(id).to_string()>{label}</a>
        }
    };
    let links = accounts.into_iter().take(NAMED).enumerate().map(link).collect_view();
    let others = (more > 0).then(|| {
        view! {
            " and "
            <a href=Route::Assets.to_string()>{format!("{more} more")}</a>
        }
    });
    let kept = match tone {
        Tone::Bad => "Data already imported is kept.",
        _ => "The import tries again by itself, and data already imported is kept.",
    };
    view! {
        <Notice tone title>
            {finding.map(cause)} {old_since.map(|last| age(last, is_one, is_explained))} <p>
                {way_on} {links} {others}
                {stops.then(|| view! { <span class="muted">{if is_one { " " } else { ". " }} {kept}</span> })}
            </p>
        </Notice>
    }
}

fn cause(finding: Finding) -> impl IntoView {
    let Finding { detail, remedy, upstream_request_id, .. } = finding;
    view! {
        <p>{detail} " " {remedy}</p>
        {upstream_request_id.map(|id| view! { <p class="reference">"OpenAI request id " <code>{id}</code></p> })}
    }
}

/// Where the remedy is carried out, beside the pages of the accounts.
fn way_on(accounts: &[Account], finding: &Finding) -> Option<AnyView> {
    let (href, words) = match (&finding.cause, accounts) {
        (Cause::TotalsDiffer { .. }, accounts) => {
            let mut pairs = Pairs::default();
            if let [one] = accounts {
                pairs.push("account", one.id.as_str());
            }
            (Route::Reconciliation(pairs), "Open Reconciliation")
        }
        (Cause::KeyRefused | Cause::KeyExpiring { .. } | Cause::KeyExpired { .. }, [one])
            if session::can_connect() =>
        {
            (Route::renew(one.id.clone(), Route::Account(one.id.clone())), "Replace the key")
        }
        _ => return None,
    };
    Some(view! { <a href=href.to_string()>{words}</a> " · " }.into_any())
}

/// Since when figures are old.
fn age(last: Timestamp, is_one: bool, is_explained: bool) -> impl IntoView {
    let words = match is_one {
        true => "Nothing has been read from OpenAI since ",
        false => "Nothing has been read from OpenAI for hours, of the account that waits longest since ",
    };
    view! {
        <p>
            {words} {format!("{} ({}).", moment(last), ago(last, now()))}
            " Anything used or billed after that is missing here."
        </p>
        {(!is_explained)
            .then(|| {
                view! {
                    <p>
                        "OpenAI is queried about every hour while the server runs. "
                        <a href=Route::Assets.to_string()>"Open Assets"</a>
                        " to see each import and to start one now."
                    </p>
                }
            })}
    }
}

/// Everything that is wrong, each thing once, in the order of the accounts; first what nothing is imported for.
fn concerns(connections: &[Connection], old_after: Option<i64>) -> Vec<Concern> {
    let mut concerns: Vec<Concern> = Vec::new();
    for connection in connections {
        let account = Account { id: connection.id.clone(), name: connection.name.to_string() };
        for found in of_account(connection, old_after) {
            let same = |concern: &&mut Concern| {
                let words = |of: &Concern| of.finding.clone().map(|of| (of.cause, of.detail, of.remedy));
                (concern.tone, concern.old_since.is_some()) == (found.tone, found.old_since.is_some())
                    && words(concern) == words(&found)
            };
            match concerns.iter_mut().find(same) {
                Some(concern) => {
                    concern.accounts.push(account.clone());
                    concern.old_since = concern.old_since.min(found.old_since);
                    // The id is of one account's request.
                    if let Some(finding) = &mut concern.finding {
                        finding.upstream_request_id = None;
                    }
                }
                None => concerns.push(Concern { accounts: vec![account.clone()], ..found }),
            }
        }
    }
    concerns.sort_by_key(|concern| concern.tone != Tone::Bad);
    concerns
}

/// What is wrong with an account; its age beside the first of it, or alone.
fn of_account(connection: &Connection, old_after: Option<i64>) -> Vec<Concern> {
    let concern = |(tone, finding): (Tone, Option<&Finding>)| Concern {
        tone,
        stops: finding.is_some() && finding == connection.status.finding(),
        finding: finding.cloned(),
        old_since: None,
        accounts: Vec::new(),
    };
    let mut concerns: Vec<_> =
        findings(connection).into_iter().map(|(tone, finding)| concern((tone, Some(finding)))).collect();
    // What is not read yet is on its way, and of what somebody has stopped Assets say who has, and since when.
    let is_to_be_read = matches!(
        connection.status,
        ConnectionStatus::Healthy | ConnectionStatus::Degraded { .. } | ConnectionStatus::NeedsKey { .. }
    );
    let is_old = |last: &Timestamp| {
        old_after.is_some_and(|after| now().unix_seconds().saturating_sub(last.unix_seconds()) > after)
    };
    let old_since = last_success(connection).filter(|last| is_to_be_read && is_old(last));
    if old_since.is_some() {
        if concerns.is_empty() {
            concerns.push(concern((Tone::Warning, None)));
        }
        if let Some(first) = concerns.first_mut() {
            first.old_since = old_since;
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
