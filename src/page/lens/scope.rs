//! Which accounts and which days: two menus, kept in the address.

use ::api::connection::Connection;
use ::api::{ConnectionId, Day};
use facts::Label;
use facts::group::Filter;
use leptos::prelude::*;

use super::calendar::Calendar;
use crate::browser::now;
use crate::format::count;
use crate::format::locale::{day, day_short};
use crate::navigation::use_navigation;
use crate::period::Period;
use crate::route::{LensView, Opener, Route};

/// What an account is called that is not, or no longer, connected.
const UNKNOWN: &str = "Unknown account";

/// What the Lens looks at.
#[derive(Clone, Debug, PartialEq)]
pub struct Scope {
    /// One account, or all of them.
    pub account: Option<ConnectionId>,
    /// The days.
    pub period: Period,
    /// What costs are split by.
    pub by: Label,
    /// What is looked at alone or left out.
    pub filters: Vec<Filter>,
}

impl Default for Scope {
    fn default() -> Self {
        Self { account: None, period: Period::default(), by: Self::BY, filters: Vec::new() }
    }
}

impl Scope {
    /// What costs are split by unless the address says otherwise.
    const BY: Label = Label::Model;

    /// What the address says, if it is one of the Lens.
    pub fn of(route: Route) -> Option<Self> {
        match route {
            Route::Lens(LensView { period, account, by, filters }) => Some(Self {
                account,
                period: period.as_deref().map(Period::parse).unwrap_or_default(),
                by: by.as_deref().and_then(Label::parse).unwrap_or(Self::BY),
                filters: filters.iter().filter_map(|text| read_filter(text)).fold(Vec::new(), put),
            }),
            // The page stays as it was behind the wizard, also after a refresh.
            Route::Connect { from: Opener::Lens(view), .. } => Self::of(Route::Lens(view)),
            _ => None,
        }
    }

    /// The address.
    pub fn route(&self) -> Route {
        Route::Lens(self.view())
    }

    /// What the address says of it.
    pub fn view(&self) -> LensView {
        let period = (self.period != Period::default()).then(|| self.period.to_string());
        let by = (self.by != Self::BY).then(|| self.by.slug().to_owned());
        let filters = self.filters.iter().flat_map(print_filter).collect();
        LensView { period, account: self.account.clone(), by, filters }
    }

    /// The same with one more value to look at alone, or to leave out.
    pub fn with_filter(mut self, label: Label, text: &str, exclude: bool) -> Self {
        self.filters = put(self.filters, Filter { label, texts: vec![text.to_owned()], exclude });
        self
    }

    /// What amounts are when they are split and filtered like this: OpenAI bills projects and line items, everything
    /// else is attributed.
    pub fn basis(&self) -> &'static str {
        basis(self.filters.iter().map(|filter| filter.label).chain([self.by]))
    }

    /// Which data it needs: what else it says is done in the browser.
    pub fn asks_like(&self, other: &Self) -> bool {
        self.account == other.account && self.period == other.period
    }
}

/// Whether amounts by these labels are OpenAI's own.
pub fn basis(mut labels: impl Iterator<Item = Label>) -> &'static str {
    let is_billed = |label| {
        use Label::{Account, BillingAccount, LineItem, Project, ProjectId, Provider};
        matches!(label, Account | BillingAccount | LineItem | Project | ProjectId | Provider)
    };
    if labels.all(is_billed) { "billed" } else { "attributed" }
}

/// A filter more. Values of one label that are looked at alone are alternatives to each other.
fn put(mut filters: Vec<Filter>, more: Filter) -> Vec<Filter> {
    match filters.iter_mut().find(|filter| filter.label == more.label && filter.exclude == more.exclude) {
        Some(filter) => {
            let new: Vec<_> = more.texts.into_iter().filter(|text| !filter.texts.contains(text)).collect();
            filter.texts.extend(new);
        }
        None => filters.push(more),
    }
    filters
}

/// `service:Web Search`, with a minus before it for what is left out, for each of its texts.
fn print_filter(filter: &Filter) -> impl Iterator<Item = String> + use<'_> {
    let minus = if filter.exclude { "-" } else { "" };
    filter.texts.iter().map(move |text| format!("{minus}{}:{text}", filter.label.slug()))
}

fn read_filter(text: &str) -> Option<Filter> {
    let (exclude, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (label, text) = rest.split_once(':')?;
    Some(Filter { label: Label::parse(label)?, texts: vec![text.to_owned()], exclude })
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
            <select class="select" aria-label="Period" on:change:target=move |event| choose_period(event.target().value())>
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
