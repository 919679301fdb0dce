//! What is under way and what is wrong, account by account: why figures are not fresher than they are.

use ::api::Timestamp;
use ::api::connection::{Connection, ConnectionStatus};
use ::api::connection_draft::Finding;
use leptos::prelude::*;

use crate::browser::now;
use crate::connection::{imported_percent, is_importing, last_success};
use crate::format::ago;
use crate::format::locale::{moment, percent};
use crate::layout::announcer::announce;
use crate::route::Route;
use crate::ui::chip::Tone;
use crate::ui::icon::Spinner;
use crate::ui::notice::Notice;

/// After how many seconds without anything read an account's figures are old: every stream is read about every hour, and
/// the second time that fails is no accident any more.
const OLD_AFTER: i64 = 3 * 3_600;

/// What is wrong with an account.
#[derive(Clone, Debug, PartialEq)]
struct Complaint {
    account: String,
    /// Its page.
    address: String,
    tone: Tone,
    /// Why, where it is known.
    finding: Option<Finding>,
    /// When something was last read, where that is too long ago.
    old_since: Option<Timestamp>,
}

/// What is under way and what is wrong.
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
            Some(false) | None if runs => announce("The import has started, newest days first."),
            _ => {}
        }
        runs
    });
    let complaints =
        Memo::new(move |_| connections.with(|list| list.iter().filter_map(complaint).collect::<Vec<_>>()));
    view! {
        {move || {
            importing
                .get()
                .map(|(names, done)| {
                    view! {
                        <div class="card importing">
                            <p>
                                <Spinner />
                                <span>"Importing " {names} ", newest days first"</span>
                                <span class="number">{percent(done)}</span>
                            </p>
                            <progress max="100" value=done.to_string() aria-label="Import"></progress>
                        </div>
                    }
                })
        }}
        {move || complaints.get().into_iter().map(|complaint| view! { <Account complaint /> }).collect_view()}
    }
}

fn complaint(account: &Connection) -> Option<Complaint> {
    let (tone, finding) = match &account.status {
        ConnectionStatus::NeedsKey { finding } => (Tone::Bad, Some(finding.clone())),
        ConnectionStatus::Degraded { finding } => (Tone::Warning, Some(finding.clone())),
        ConnectionStatus::Healthy => (Tone::Warning, account.warnings.first().cloned()),
        // What is not read yet is on its way.
        ConnectionStatus::Connecting | ConnectionStatus::Importing { .. } => return None,
        // Somebody wants it so: Assets say who, and since when.
        ConnectionStatus::Paused { .. } | ConnectionStatus::Disconnected { .. } => return None,
    };
    let is_old = |last: &Timestamp| now().unix_seconds() - last.unix_seconds() > OLD_AFTER;
    let old_since = last_success(account).filter(is_old);
    let name = account.name.to_string();
    (finding.is_some() || old_since.is_some()).then_some(Complaint {
        account: name,
        address: Route::Account(account.id.clone()).to_string(),
        tone,
        finding,
        old_since,
    })
}

#[component]
fn Account(complaint: Complaint) -> impl IntoView {
    let Complaint { account, address, tone, finding, old_since } = complaint;
    let link = format!("Open the account {account}");
    let title = if old_since.is_some() { format!("{account}: figures are out of date") } else { account };
    let is_explained = finding.is_some();
    view! {
        <Notice tone title>
            {finding
                .map(|finding| {
                    view! {
                        <p>{finding.detail} " " {finding.remedy}</p>
                        {finding
                            .upstream_request_id
                            .map(|id| view! { <p class="reference">"OpenAI request id " <code>{id}</code></p> })}
                    }
                })}
            {old_since
                .map(|last| {
                    view! {
                        <p>
                            "Nothing has been read from OpenAI since "
                            {format!("{} ({}).", moment(last), ago(last, now()))}
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
                })}
            <p>
                <a href=address>{link}</a> " Data already imported is kept."
            </p>
        </Notice>
    }
}
