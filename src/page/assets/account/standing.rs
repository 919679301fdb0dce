//! How an account is, why, and what to do about it.

use ::api::connection::{Connection, ConnectionStatus};
use ::api::connection_draft::Finding;
use leptos::prelude::*;

use crate::connection::imported_percent;
use crate::format::locale::percent;
use crate::layout::announcer::announce;
use crate::route::{Opener, Route};
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
    let is_first = Memo::new(move |_| matches!(status.get(), ConnectionStatus::Importing { .. }));
    // A bar in a live region would never stop talking: its end is said.
    Effect::new(move |before: Option<bool>| {
        let runs = is_first.get();
        if before == Some(true) && !runs {
            announce("The first import is finished");
        }
        runs
    });
    let done = Memo::new(move |_| account.with(|account| imported_percent(account.streams.iter())));
    move || {
        if is_first.get() {
            return view! { <FirstImport done /> }.into_any();
        }
        match status.get() {
            ConnectionStatus::Degraded { finding } => view! {
                <Notice tone=Tone::Warning title="Something could not be imported">
                    <Found finding />
                    <p>"It is tried again by itself. What is imported stays."</p>
                </Notice>
            }
            .into_any(),
            ConnectionStatus::NeedsKey { finding } => view! {
                <Notice tone=Tone::Bad title="OpenAI refuses the key">
                    <Found finding />
                    <p>"Nothing is imported until the key is replaced. What is imported stays."</p>
                    <ReplaceKey account />
                </Notice>
            }
            .into_any(),
            _ => ().into_any(),
        }
    }
}

#[component]
fn FirstImport(done: Memo<u8>) -> impl IntoView {
    view! {
        <div class="card importing">
            <p>
                <Spinner />
                <span>"The first import runs, the newest days first. It goes on when you leave this page."</span>
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

/// The way on from a key that cannot be used.
#[component]
fn ReplaceKey(account: Memo<Connection>) -> impl IntoView {
    let may = Memo::new(|_| session::can_connect());
    move || {
        may.get().then(|| {
            let from = Opener::Account(account.with_untracked(|account| account.id.clone()));
            view! {
                <p>
                    <a href=Route::connect(from).to_string()>"Replace the key"</a>
                </p>
            }
        })
    }
}
