//! What was asked of OpenAI with the admin keys, newest first.

use ::api::Nothing;
use ::api::connection::Connection;
use ::api::upstream_call::{Export, List, UpstreamCall, UpstreamCallQuery};
use leptos::prelude::*;

use super::chosen;
use super::download::download;
use super::listing::Listing;
use super::search::Search;
use super::verdict::{self, Check};
use crate::api;
use crate::connection::load_visible_connections;
use crate::form::submission::Submission;
use crate::format::locale::{moment_exact, number};
use crate::load::parts::Parts;
use crate::navigation::use_navigation;
use crate::route::{Pairs, Route};
use crate::ui::button::Button;
use crate::ui::chip::{Chip, Tone};
use crate::ui::field::FieldKind;
use crate::ui::icon::{Icon, IconName};
use crate::ui::select::Select;

/// The calls that the address asks for.
#[component]
pub fn Calls() -> impl IntoView {
    let navigation = use_navigation();
    let pairs = Memo::new(move |before: Option<&Pairs>| match navigation.route() {
        Route::UpstreamCalls(pairs) => pairs,
        _ => before.cloned().unwrap_or_default(),
    });
    let results = [("", "Any"), ("ok", "Answered"), ("failed", "Failed")];
    let results = results.map(|(value, name)| (value.to_owned(), name.to_owned())).to_vec();
    let texts = vec![
        ("text", "Text", "In any value, such as a path or OpenAI's request id", FieldKind::Text),
        ("from", "From day", "", FieldKind::Date),
        ("through", "Through day", "", FieldKind::Date),
    ];
    let connections = load_visible_connections();
    let known = {
        let list = connections.signal();
        Memo::new(move |_| list.with(|list| list.data().cloned().unwrap_or_default()))
    };
    let accounts = Signal::derive(move || {
        let known = known.get().into_iter().map(|account| (account.id.to_string(), account.name.to_string()));
        std::iter::once((String::new(), "All accounts".to_owned())).chain(known).collect::<Vec<_>>()
    });
    let choose = move |id: String| {
        navigation.go(Route::UpstreamCalls(chosen::with(&pairs.get_untracked(), "account", &id)));
    };
    view! {
        <div class="section-head">
            <h2>"Calls to OpenAI"</h2>
            <div class="actions">
                <Download pairs />
            </div>
        </div>
        <p class="muted">
            "Every use of an admin key in the last 90 days, tests included. The program can only read: each call is a GET of a listed path."
        </p>
        <Check ask=verdict::of_calls />
        <div class="narrow-form">
            <Select
                label="Account"
                choices=accounts
                value=Signal::derive(move || pairs.with(|pairs| pairs.get("account").unwrap_or_default().to_owned()))
                on_choose=choose
            />
        </div>
        <Search pairs route=Route::UpstreamCalls texts results />
        {move || {
            let query = chosen::calls(&pairs.get());
            let parts = Parts::load(move |after| {
                let query = UpstreamCallQuery { after, ..query.clone() };
                async move { api::call::<List>(&(), &query, &Nothing {}).await.map_err(|error| error.trouble()) }
            });
            view! {
                <Listing
                    parts
                    label="Loading calls…"
                    none="No matching calls."
                    earlier="Earlier calls"
                    table=Box::new(move |calls| view! { <Table calls known /> }.into_any())
                />
            }
        }}
    }
}

#[component]
fn Download(pairs: Memo<Pairs>) -> impl IntoView {
    let csv = Submission::default();
    let press = Callback::new(move |()| download::<Export>(csv, chosen::call_file(&pairs.get_untracked())));
    view! {
        <Button busy=csv.busy() on_press=press>
            <Icon name=IconName::Import />
            "Download CSV"
        </Button>
        {csv.notice()}
    }
}

/// The calls. Roles are spelled out, since a phone shows cards.
#[component]
fn Table(calls: Signal<Vec<UpstreamCall>>, known: Memo<Vec<Connection>>) -> impl IntoView {
    let row = move |call: UpstreamCall| {
        let id = call.connection.clone();
        let name = move || {
            let name = known.with(|known| {
                known.iter().find(|account| account.id == id).map(|account| account.name.to_string())
            });
            name.unwrap_or_else(|| id.to_string())
        };
        // A long path breaks before a segment, not within one.
        let path =
            call.path.split_inclusive('/').map(|part| view! { {part.to_owned()} <wbr /> }).collect_view();
        let tone = if call.outcome == "ok" { Tone::Good } else { Tone::Warning };
        let answer = match call.status {
            Some(status) => status.to_string(),
            None => call.outcome.replace('_', " "),
        };
        let why = (call.outcome != "ok" && call.status.is_some())
            .then(|| view! { <small>{call.outcome.replace('_', " ")}</small> });
        view! {
            <tr role="row">
                <th role="rowheader" scope="row" data-label="Call">
                    <code class="log-path">{call.method} " " {path}</code>
                </th>
                <td role="cell" data-label="Began (UTC)">
                    <span class="nowrap">{moment_exact(call.at)}</span>
                </td>
                <td role="cell" data-label="Account">
                    <span class="breakable">{name}</span>
                </td>
                <td role="cell" data-label="Answer">
                    <Chip tone text=answer />
                    {why}
                </td>
                <td role="cell" data-label="Took" class="number">
                    {number(u64::from(call.duration_ms))} " ms"
                </td>
                <td role="cell" data-label="OpenAI request id">
                    <code class="breakable">{call.request_id.unwrap_or_else(|| "none".into())}</code>
                </td>
            </tr>
        }
    };
    view! {
        <div class="card">
            <table class="accounts log" role="table" aria-label="Calls to OpenAI, newest first">
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">"Call"</th>
                        <th role="columnheader" scope="col">"Began (UTC)"</th>
                        <th role="columnheader" scope="col">"Account"</th>
                        <th role="columnheader" scope="col">"Answer"</th>
                        <th role="columnheader" scope="col" class="number">"Took"</th>
                        <th role="columnheader" scope="col">"OpenAI request id"</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{move || calls.get().into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}
