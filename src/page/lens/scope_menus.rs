//! Which accounts and which days: the menus, and what they say in words.

use ::api::connection::Connection;
use ::api::{ConnectionId, Day};
use leptos::prelude::*;

use super::calendar::Calendar;
use super::scope::Scope;
use crate::browser::now;
use crate::format::count;
use crate::format::locale::{day, day_short};
use crate::navigation::use_navigation;
use crate::period::Period;

/// What an account is called that is not, or no longer, connected.
const UNKNOWN: &str = "Unknown account";

/// The menus.
#[component]
pub fn ScopeMenus(
    /// What is looked at.
    scope: Memo<Scope>,
    /// The connected accounts.
    connections: Signal<Vec<Connection>>,
) -> impl IntoView {
    let navigation = use_navigation();
    let choose_account = move |value: String| {
        let account = ConnectionId::parse(&value).ok();
        navigation.go(Scope { account, ..scope.get_untracked() }.route());
    };
    let choose_period = move |value: String| {
        let period = Period::parse(&value);
        navigation.go(Scope { period, day: None, ..scope.get_untracked() }.route());
    };
    let number = Memo::new(move |_| connections.with(Vec::len));
    let accounts = Memo::new(move |_| {
        let known =
            connections.get().into_iter().map(|account| (account.id.to_string(), account.name.to_string()));
        let mut accounts: Vec<_> = known.collect();
        // An address can be older than the accounts.
        if let Some(unknown) = scope.get().account.map(|id| id.to_string())
            && accounts.iter().all(|(id, _)| *id != unknown)
        {
            accounts.push((unknown, UNKNOWN.to_owned()));
        }
        accounts
    });
    view! {
        <div class="scope">
            {move || {
                let accounts = accounts.get();
                (accounts.len() > 1)
                    .then(|| {
                        let chosen = move || scope.get().account.map(|id| id.to_string()).unwrap_or_default();
                        let all = format!("All accounts ({})", number.get());
                        view! {
                            <select
                                class="select"
                                aria-label="Account"
                                prop:value=chosen
                                on:change:target=move |event| choose_account(event.target().value())
                            >
                                <option value="" selected=move || chosen().is_empty()>{all}</option>
                                {accounts
                                    .into_iter()
                                    .map(|(id, name)| {
                                        let value = id.clone();
                                        view! {
                                            <option value=id selected=move || chosen() == value>
                                                {name}
                                            </option>
                                        }
                                    })
                                    .collect_view()}
                            </select>
                        }
                    })
            }}
            <select
                class="select"
                aria-label="Period"
                prop:value=move || scope.get().period.to_string()
                on:change:target=move |event| choose_period(event.target().value())
            >
                {move || match scope.get().period {
                    Period::Range(_) => {
                        let (start, end) = scope.get().period.days(Day::of(now()));
                        let words = format!("{} – {}", day_short(start), day(end.plus(-1)));
                        Some(view! { <option value=scope.get().period.to_string() selected=true>{words}</option> })
                    }
                    _ => None,
                }}
                {Period::ALL
                    .iter()
                    .map(|period| {
                        view! {
                            <option value=period.to_string() selected=move || scope.get().period == *period>
                                {period.name()}
                            </option>
                        }
                    })
                    .collect_view()}
            </select>
            <Calendar scope />
        </div>
    }
}

/// What is looked at, in words.
#[component]
pub fn ScopeWords(
    /// What is looked at.
    scope: Memo<Scope>,
    /// The connected accounts.
    connections: Signal<Vec<Connection>>,
) -> impl IntoView {
    let words = move || {
        let scope = scope.get();
        let (start, end) = scope.period.days(Day::of(now()));
        let accounts = connections.with(|list| account_words(&scope, list));
        format!("{accounts} · {} – {}, UTC days", day_short(start), day(end.plus(-1)))
    };
    view! { <p class="muted">{words}</p> }
}

fn account_words(scope: &Scope, connections: &[Connection]) -> String {
    let chosen = scope.account.as_ref().and_then(|id| connections.iter().find(|account| account.id == *id));
    match (chosen, connections) {
        (Some(account), _) => account.name.to_string(),
        (None, _) if scope.account.is_some() => UNKNOWN.to_owned(),
        (None, [only]) => only.name.to_string(),
        (None, _) => format!(
            "All {}",
            count(u64::try_from(connections.len()).unwrap_or_default(), "account", "accounts")
        ),
    }
}
