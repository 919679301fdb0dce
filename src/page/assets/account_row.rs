//! One connected account in the table.

use ::api::connection::{Connection, ConnectionStatus, KeySummary};
use ::api::cost::{Daily, DailyQuery};
use ::api::{ConnectionId, Day, Nothing};
use leptos::prelude::*;

use super::cause::Cause;
use super::days::Days;
use super::import_now::ImportNow;
use crate::api;
use crate::browser::now;
use crate::connection::{POLL, is_importing, last_success, status_words};
use crate::coverage::merged;
use crate::form::submission::Submission;
use crate::format::locale::{day, moment, money};
use crate::format::{ago, short_id, until};
use crate::load::{Load, load_while};
use crate::route::{LensView, Route};
use crate::session;
use crate::ui::chip::Chip;
use crate::ui::notice::Trouble;

/// One row.
#[component]
pub fn AccountRow(
    /// Which account.
    id: ConnectionId,
    /// The account, as it is now.
    connection: Memo<Option<Connection>>,
    /// Whether the user may see cost.
    sees_costs: Memo<bool>,
    /// Whether the user may see something of the key.
    sees_keys: Memo<bool>,
    /// Whether the user may start an import.
    imports: Memo<bool>,
    /// An import has begun: time to look at the accounts again.
    started: Callback<()>,
) -> impl IntoView {
    let page = Route::Account(id.clone()).to_string();
    let name =
        move || connection.with(|account| account.as_ref().map(|account| account.name.as_str().to_owned()));
    let part =
        move |view: fn(&Connection) -> AnyView| move || connection.with(|account| account.as_ref().map(view));
    view! {
        <tr role="row">
            <th role="rowheader" scope="row" class="account-name">
                <a href=page>{name}</a>
            </th>
            <td role="cell" data-label="Organization">
                {part(organization)}
            </td>
            <td role="cell" data-label="Status">
                {part(status)}
                <ReplaceKey connection />
            </td>
            <td role="cell" data-label="Imported">
                {part(imported)}
                {move || imports.get().then(|| view! { <Act connection started /> })}
            </td>
            {move || {
                sees_costs
                    .get()
                    .then(|| {
                        view! {
                            <td role="cell" data-label="This month" class="number">
                                <ThisMonth id=id.clone() connection />
                            </td>
                        }
                    })
            }}
            {move || {
                sees_keys
                    .get()
                    .then(|| {
                        view! {
                            <td role="cell" data-label="Key">
                                {part(key)}
                            </td>
                        }
                    })
            }}
        </tr>
    }
}

fn organization(account: &Connection) -> AnyView {
    match &account.organization {
        None => view! {
            <span class="muted">"Not reported by OpenAI yet"</span>
        }
        .into_any(),
        Some(organization) => {
            let id = organization.id.clone();
            let shown = short_id(&id);
            let name = organization.name.clone().unwrap_or_else(|| shown.clone());
            let small = organization.name.is_some().then(|| view! { <small title=id>{shown}</small> });
            view! { {name} {small} }.into_any()
        }
    }
}

fn status(account: &Connection) -> AnyView {
    let (tone, text) = status_words(account);
    let findings = account.status.finding().into_iter().chain(&account.warnings).cloned();
    view! {
        <Chip tone text />
        {findings.map(|finding| view! { <Cause finding /> }).collect_view()}
    }
    .into_any()
}

fn imported(account: &Connection) -> AnyView {
    let days = merged(&account.streams);
    let since = day(account.history_start);
    let since =
        if account.history_known { format!("Since {since}") } else { format!("Back to {since} so far") };
    let last = last_success(account).map(|last| {
        view! { <small title=moment(last)>"Last import " {ago(last, now())}</small> }
    });
    let next = account.streams.iter().filter_map(|stream| stream.next_run).min();
    let next = next.map(|next| view! { <small title=moment(next)>"Next one " {until(next, now())}</small> });
    let without_names = (!account.management_readable).then(|| {
        view! { <small>"Without names: the key has no management scope"</small> }
    });
    view! {
        <Days of=account.name.to_string() stretches=days />
        <span class="stream-days">{since}</span>
        {last}
        {next}
        {without_names}
    }
    .into_any()
}

fn key(account: &Connection) -> AnyView {
    let Some(KeySummary { tail, expires_at, .. }) = account.key.clone() else { return ().into_any() };
    let expiry = expires_at.map(|expires| {
        let words = if expires > now() { "expires " } else { "expired " };
        view! { <small>{words} <span class="nowrap">{day(Day::of(expires))}</span></small> }
    });
    view! {
        <code>"…" {tail}</code>
        {expiry}
    }
    .into_any()
}

/// Import now, and why not; nothing while the key cannot be used.
#[component]
fn Act(connection: Memo<Option<Connection>>, started: Callback<()>) -> impl IntoView {
    let asking = Submission::default();
    let has_no_key = Memo::new(move |_| {
        needs_key(connection)
            || connection.with(|account| {
                account
                    .as_ref()
                    .is_some_and(|account| matches!(account.status, ConnectionStatus::Disconnected { .. }))
            })
    });
    let refusal = move || {
        asking.trouble().get().map(|Trouble { detail, remedy, .. }| {
            view! { <small class="cause" role="alert">{detail} " " {remedy}</small> }
        })
    };
    move || {
        (!has_no_key.get()).then(|| {
            view! {
                <div class="account-act">
                    <ImportNow account=connection started asking />
                    {refusal}
                </div>
            }
        })
    }
}

/// The way on from a key that cannot be used: the wizard puts the new one in its place.
#[component]
fn ReplaceKey(connection: Memo<Option<Connection>>) -> impl IntoView {
    let wanted = Memo::new(move |_| needs_key(connection) && session::can_connect());
    move || {
        wanted.get().then(|| {
            let href = connection.with_untracked(|account| {
                account.as_ref().map(|account| Route::renew(account.id.clone(), Route::Assets).to_string())
            });
            view! { <a href=href>"Replace the key"</a> }
        })
    }
}

fn needs_key(connection: Memo<Option<Connection>>) -> bool {
    connection.with(|account| {
        account.as_ref().is_some_and(|account| matches!(account.status, ConnectionStatus::NeedsKey { .. }))
    })
}

/// What the account has cost this month, asked for again while it imports.
#[component]
fn ThisMonth(id: ConnectionId, connection: Memo<Option<Connection>>) -> impl IntoView {
    let lens = Route::Lens(LensView { account: Some(id.clone()), ..LensView::default() }).to_string();
    let imports = Memo::new(move |_| connection.with(|account| account.as_ref().is_some_and(is_importing)));
    let costs = load_while(imports, POLL, move || {
        let today = Day::of(now());
        let query =
            DailyQuery { start: today.month_start(), end: today.plus(1), connection: Some(id.clone()) };
        async move {
            let costs = api::call::<Daily>(&(), &query, &Nothing {}).await;
            costs.map(|costs| (costs.total, costs.currency)).map_err(|error| error.trouble())
        }
    });
    move || match costs.get() {
        Load::Loading => view! { <span class="muted">"…"</span> }.into_any(),
        Load::Failed(trouble) => {
            view! { <span class="muted" title=trouble.detail>"not available"</span> }.into_any()
        }
        Load::Ready((total, currency)) | Load::Stale((total, currency), _) => view! {
            <a href=lens.clone() title="Open in the Lens">
                {money(total, currency)}
            </a>
        }
        .into_any(),
    }
}
