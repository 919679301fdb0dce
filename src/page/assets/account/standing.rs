//! How an account is, why, and what to do about it.

use ::api::connection::{Connection, ConnectionStatus};
use ::api::connection_draft::{Cause, Finding};
use leptos::prelude::*;

use crate::browser::now;
use crate::connection::{imported_percent, warning_words};
use crate::format::ago;
use crate::format::locale::{moment, percent};
use crate::layout::announcer::announce;
use crate::route::{Pairs, Route};
use crate::session;
use crate::ui::chip::Tone;
use crate::ui::icon::Spinner;
use crate::ui::notice::Notice;

/// The state in sentences. A healthy account has none to say.
#[component]
pub fn Standing(
    /// The account.
    account: Memo<Connection>,
) -> impl IntoView {
    let status = Memo::new(move |_| account.with(|account| account.status.clone()));
    let is_first = Memo::new(move |_| {
        matches!(status.get(), ConnectionStatus::Connecting | ConnectionStatus::Importing { .. })
    });
    // A bar in a live region would never stop talking: its end is said.
    Effect::new(move |before: Option<bool>| {
        let runs = is_first.get();
        if before == Some(true) && !runs {
            announce("The first import is finished");
        }
        runs
    });
    let done = Memo::new(move |_| account.with(|account| imported_percent(account.streams.iter())));
    let warnings = Memo::new(move |_| account.with(|account| account.warnings.clone()));
    view! {
        {move || if is_first.get() { view! { <FirstImport done /> }.into_any() } else { stand(account, status.get()) }}
        {move || {
            warnings
                .get()
                .into_iter()
                .map(|finding| {
                    let title = warning_words(&finding.cause);
                    let of_key = matches!(finding.cause, Cause::KeyExpiring { .. } | Cause::KeyExpired { .. });
                    let of_totals = matches!(finding.cause, Cause::TotalsDiffer { .. });
                    view! {
                        <Notice tone=Tone::Warning title>
                            <Found finding />
                            {of_key.then(|| view! { <ReplaceKey account /> })} {of_totals.then(|| view! { <Reconcile account /> })}
                        </Notice>
                    }
                })
                .collect_view()
        }}
    }
}

/// A state that is not the first import's, with its cause and its remedy.
fn stand(account: Memo<Connection>, status: ConnectionStatus) -> AnyView {
    match status {
        ConnectionStatus::Connecting | ConnectionStatus::Importing { .. } | ConnectionStatus::Healthy => {
            ().into_any()
        }
        ConnectionStatus::Degraded { finding } => view! {
            <Notice tone=Tone::Warning title="This account needs attention">
                <Found finding />
                <p>"Imported data is kept, and missing days are retried automatically."</p>
            </Notice>
        }
        .into_any(),
        ConnectionStatus::Paused { by, at } => view! {
            <Notice tone=Tone::Neutral title="Paused">
                <p>
                    {by.to_string()} " paused it " {ago(at, now())} " (" {moment(at)}
                    "). Nothing is imported, and data already imported is kept. Resume it below: the missed days are then imported."
                </p>
            </Notice>
        }
        .into_any(),
        ConnectionStatus::NeedsKey { finding } => view! {
            <Notice tone=Tone::Bad title="This account needs a new key">
                <Found finding />
                <p>"Nothing is imported until the key is replaced. Data already imported is kept."</p>
                <ReplaceKey account />
            </Notice>
        }
        .into_any(),
        ConnectionStatus::Disconnected { by, at } => view! {
            <Notice tone=Tone::Neutral title="Disconnected">
                <p>
                    {by.to_string()} " disconnected it " {ago(at, now())} " (" {moment(at)}
                    "). Its key is destroyed, and the imported data is kept. To continue, connect it again below with a key of the same organization."
                </p>
            </Notice>
        }
        .into_any(),
    }
}

#[component]
fn FirstImport(done: Memo<u8>) -> impl IntoView {
    view! {
        <div class="card importing">
            <p>
                <Spinner />
                <span>"The first import is running, newest days first. It continues if you leave this page."</span>
                <span class="number">{move || percent(done.get())}</span>
            </p>
            <progress max="100" value=move || done.get().to_string() aria-label="Import"></progress>
        </div>
    }
}

#[component]
fn Found(finding: Finding) -> impl IntoView {
    let Finding { detail, remedy, upstream_request_id, .. } = finding;
    view! {
        <p>{detail} " " {remedy}</p>
        {upstream_request_id.map(|id| view! { <p class="reference">"OpenAI request id " <code>{id}</code></p> })}
    }
}

/// The way to the figures of the account beside OpenAI's own totals.
#[component]
fn Reconcile(account: Memo<Connection>) -> impl IntoView {
    let mut pairs = Pairs::default();
    pairs.push("account", account.with_untracked(|account| account.id.to_string()));
    view! {
        <p>
            <a href=Route::Reconciliation(pairs).to_string()>"Open Reconciliation"</a>
        </p>
    }
}

/// The way on from a key that cannot be used.
#[component]
fn ReplaceKey(account: Memo<Connection>) -> impl IntoView {
    let may = Memo::new(|_| session::can_connect());
    move || {
        may.get().then(|| {
            let id = account.with_untracked(|account| account.id.clone());
            let address = Route::renew(id.clone(), Route::Account(id)).to_string();
            view! {
                <p>
                    <a href=address>"Replace the key"</a>
                </p>
            }
        })
    }
}
