//! One connected account in the table.

use ::api::connection::{Connection, ConnectionStatus, KeySummary, StreamProgress};
use ::api::connection_draft::Finding;
use ::api::cost::{Daily, DailyQuery};
use ::api::{ConnectionId, Day, Nothing};
use leptos::prelude::*;

use crate::api;
use crate::browser::now;
use crate::connection::{POLL, StatusChip, is_importing, last_success};
use crate::format::locale::{day, moment, money};
use crate::format::{ago, short_id};
use crate::load::{Load, load};
use crate::route::{LensView, Opener, Route};
use crate::session;

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
) -> impl IntoView {
    let lens = Route::Lens(LensView { account: Some(id.clone()), ..LensView::default() }).to_string();
    let name = move || {
        let name =
            connection.with(|account| account.as_ref().map(|account| account.name.as_str().to_owned()));
        let lens = lens.clone();
        if sees_costs.get() { view! { <a href=lens>{name}</a> }.into_any() } else { name.into_any() }
    };
    let part =
        move |view: fn(&Connection) -> AnyView| move || connection.with(|account| account.as_ref().map(view));
    view! {
        <tr role="row">
            <th role="rowheader" scope="row" class="account-name">
                {name}
            </th>
            <td role="cell" data-label="Organization">
                {part(organization)}
            </td>
            <td role="cell" data-label="Status">
                {part(status)}
            </td>
            <td role="cell" data-label="Imported">
                {part(imported)}
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
            <span class="muted">"Not told by OpenAI yet"</span>
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
    let replace = matches!(account.status, ConnectionStatus::NeedsKey { .. }).then(|| {
        view! { <ReplaceKey /> }
    });
    let finding = match &account.status {
        ConnectionStatus::Degraded { finding } | ConnectionStatus::NeedsKey { finding } => {
            Some(finding.clone())
        }
        ConnectionStatus::Importing { .. } | ConnectionStatus::Healthy => None,
    };
    view! {
        <StatusChip status=account.status.clone() />
        {finding.map(cause)}
        {replace}
    }
    .into_any()
}

/// The way on from a key that cannot be used: the wizard puts the new one in its place.
#[component]
fn ReplaceKey() -> impl IntoView {
    let may = Memo::new(|_| session::can_connect());
    move || {
        may.get().then(|| {
            let href = Route::connect(Opener::Assets).to_string();
            view! { <a href=href>"Replace the key"</a> }
        })
    }
}

fn cause(finding: Finding) -> impl IntoView {
    let Finding { detail, remedy, upstream_request_id, .. } = finding;
    view! {
        <small class="cause">
            {detail} " " {remedy}
            {upstream_request_id
                .map(|id| view! { <span class="cause-id">"OpenAI request id " <code>{id}</code></span> })}
        </small>
    }
}

fn imported(account: &Connection) -> AnyView {
    let ranges: Vec<(&'static str, Option<String>)> =
        account.streams.iter().map(|progress| (progress.stream.name(), range(progress))).collect();
    let mut distinct: Vec<Option<String>> = ranges.iter().map(|(_, range)| range.clone()).collect();
    distinct.dedup();
    // One line for each range of days: usually all streams have the same.
    let lines = distinct.into_iter().map(|range| {
        let names: Vec<_> =
            ranges.iter().filter(|(_, other)| *other == range).map(|(name, _)| *name).collect();
        let words = range.unwrap_or_else(|| "Nothing yet".into());
        view! {
            <div class="stream">
                <span class="stream-days">{words}</span>
                <small>{names.join(", ")}</small>
            </div>
        }
    });
    let last = last_success(account).map(|last| {
        view! { <small title=moment(last)>"Last import " {ago(last, now())}</small> }
    });
    let without_names = (!account.management_readable).then(|| {
        view! { <small>"Without names: the key has no management scope"</small> }
    });
    view! { {lines.collect_view()} {last} {without_names} }.into_any()
}

fn range(progress: &StreamProgress) -> Option<String> {
    Some(format!("{} – {}", day(progress.from?), day(progress.through?)))
}

fn key(account: &Connection) -> AnyView {
    let Some(KeySummary { tail, expires_at }) = account.key.clone() else { return ().into_any() };
    let expiry = expires_at.map(|expires| {
        let words = if expires > now() { "expires " } else { "expired " };
        view! { <small class="nowrap">{words} {day(Day::of(expires))}</small> }
    });
    view! {
        <code>"…" {tail}</code>
        {expiry}
    }
    .into_any()
}

/// What the account has cost this month, asked for again while it imports.
#[component]
fn ThisMonth(id: ConnectionId, connection: Memo<Option<Connection>>) -> impl IntoView {
    let imports = Memo::new(move |_| connection.with(|account| account.as_ref().is_some_and(is_importing)));
    let costs = load(
        move || {
            let today = Day::of(now());
            let query =
                DailyQuery { start: today.month_start(), end: today.plus(1), connection: Some(id.clone()) };
            async move {
                let costs = api::call::<Daily>(&(), &query, &Nothing {}).await;
                costs.map(|costs| (costs.total, costs.currency)).map_err(|error| error.trouble())
            }
        },
        move |_| imports.try_get_untracked().unwrap_or(false).then_some(POLL),
    );
    let again = costs.clone();
    Effect::new(move |before: Option<bool>| {
        let imports = imports.get();
        if before.is_some_and(|before| before != imports) {
            again.reload();
        }
        imports
    });
    move || match costs.get() {
        Load::Loading => view! { <span class="muted">"…"</span> }.into_any(),
        Load::Failed(trouble) => {
            view! { <span class="muted" title=trouble.detail>"not available"</span> }.into_any()
        }
        Load::Ready((total, currency)) | Load::Stale((total, currency), _) => {
            money(total, currency).into_any()
        }
    }
}
