//! Which accounts and which days: two menus, kept in the address.

use ::api::ConnectionId;
use ::api::connection::Connection;
use leptos::prelude::*;

use crate::format::count;
use crate::navigation::use_navigation;
use crate::period::Period;
use crate::route::{LensView, Route};

/// What the Lens looks at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scope {
    /// One account, or all of them.
    pub account: Option<ConnectionId>,
    /// The days.
    pub period: Period,
}

impl Scope {
    /// What the address says, tracked.
    pub fn of(route: Route) -> Self {
        match route {
            Route::Lens(LensView { period, account }) => {
                Self { account, period: period.as_deref().map(Period::parse).unwrap_or_default() }
            }
            // The wizard over the Lens has the Lens's usual view behind it.
            _ => Self::default(),
        }
    }

    fn route(&self) -> Route {
        let period = (self.period != Period::default()).then(|| self.period.to_string());
        Route::Lens(LensView { period, account: self.account.clone() })
    }
}

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
        navigation.go(Scope { period: Period::parse(&value), ..scope.get_untracked() }.route());
    };
    let accounts = Memo::new(move |_| {
        connections.get().into_iter().map(|account| (account.id.to_string(), account.name.to_string())).collect::<Vec<_>>()
    });
    view! {
        <div class="scope">
            {move || {
                let accounts = accounts.get();
                (accounts.len() > 1)
                    .then(|| {
                        let chosen = move || scope.get().account.map(|id| id.to_string()).unwrap_or_default();
                        let all = format!("All accounts ({})", accounts.len());
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
            <select class="select" aria-label="Days" on:change:target=move |event| choose_period(event.target().value())>
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
        </div>
    }
}

/// The accounts that are looked at, in words.
pub fn account_words(scope: &Scope, connections: &[Connection]) -> String {
    let chosen = scope.account.as_ref().and_then(|id| connections.iter().find(|account| account.id == *id));
    match (chosen, connections) {
        (Some(account), _) => account.name.to_string(),
        (None, [only]) => only.name.to_string(),
        (None, _) => format!("All {}", count(u64::try_from(connections.len()).unwrap_or_default(), "account", "accounts")),
    }
}
