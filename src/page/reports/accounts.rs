//! Which accounts a report is about.

use ::api::ConnectionId;
use ::api::report::query::MOST_ACCOUNTS;
use leptos::prelude::*;

use super::editor::Editing;
use crate::connection::load_connections;
use crate::form::issue;
use crate::ui::select::Picks;

/// The accounts. One that is not connected any more is shown by its id.
#[component]
pub fn Accounts(
    /// The report.
    editing: Editing,
) -> impl IntoView {
    let connections = load_connections().signal();
    let failed = {
        let connections = connections.clone();
        move || connections.with(|connections| connections.trouble().cloned())
    };
    let choices = Signal::derive(move || {
        connections.with(|connections| {
            let known = connections.data().into_iter().flatten();
            known.map(|account| (account.id.to_string(), account.name.to_string())).collect::<Vec<_>>()
        })
    });
    let chosen = Memo::new(move |_| {
        editing.query.with(|query| query.accounts.iter().map(ToString::to_string).collect::<Vec<_>>())
    });
    let choose = move |ids: Vec<String>| {
        editing.change(|definition| {
            definition.query.accounts = ids.iter().filter_map(|id| ConnectionId::parse(id).ok()).collect();
        });
    };
    view! {
        <Picks
            label="Accounts"
            add="Add an account"
            choices
            chosen
            on_choose=choose
            none="All accounts."
            most=MOST_ACCOUNTS
            error=issue(editing.issues, "accounts")
        />
        {move || {
            failed()
                .map(|trouble| view! { <p class="field-error">"The accounts could not be listed. " {trouble.detail}</p> })
        }}
    }
}
