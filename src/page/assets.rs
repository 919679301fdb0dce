//! Assets: the connected accounts.

pub mod account;
pub mod account_row;
pub mod cause;
pub mod days;
pub mod import_now;

use ::api::Permission;
use ::api::connection::Connection;
use leptos::prelude::*;

use crate::browser::now;
use crate::connection::{is_read, load_connections_while};
use crate::layout::permission_missing::PermissionMissing;
use crate::layout::request_access::RequestAccess;
use crate::load::{Load, Loader};
use crate::route::Route;
use crate::session;
use crate::ui::button::{Button, ButtonKind, LinkButton};
use crate::ui::icon::{Icon, IconName};
use crate::ui::notice::TroubleNotice;
use crate::ui::skeleton::Skeleton;
use account_row::AccountRow;
use import_now::may_import;

/// Assets, of which OpenAI accounts are the only kind so far.
#[component]
pub fn Assets() -> impl IntoView {
    let may = Memo::new(|_| session::can_see_connections());
    view! {
        <div class="page-head">
            <div>
                <h1 tabindex="-1">"Assets"</h1>
                <p class="muted">"Everything connected to this console"</p>
            </div>
        </div>
        {move || {
            if may.get() {
                return view! { <OpenAiAccounts /> }.into_any();
            }
            view! {
                <PermissionMissing
                    what="Seeing connected accounts"
                    needs=Permission::SEES_CONNECTIONS
                    offer=Permission::CloudAnalyticsUser
                />
            }
                .into_any()
        }}
    }
}

#[component]
fn OpenAiAccounts() -> impl IntoView {
    let connections = load_connections_while(|connection| is_read(connection, now()));
    let number = {
        let list = connections.signal();
        move || list.with(|list| list.data().map(|list| list.len().to_string()))
    };
    let is_empty = {
        let list = connections.signal();
        Memo::new(move |_| list.with(|list| list.data().is_some_and(Vec::is_empty)))
    };
    view! {
        <div class="side">
            <nav class="side-menu" aria-label="Assets">
                <ul>
                    <li>
                        <a href=Route::Assets.to_string() aria-current="page">
                            <span>"OpenAI"</span>
                            <span class="side-count">{number}</span>
                        </a>
                    </li>
                </ul>
            </nav>
            <section aria-labelledby="accounts">
                <div class="section-head">
                    <h2 id="accounts">"OpenAI accounts"</h2>
                    {move || (!is_empty.get()).then(|| view! { <ConnectLink from=Route::Assets /> })}
                </div>
                <Accounts connections />
            </section>
        </div>
    }
}

/// The way to the wizard, or why there is none for this user.
#[component]
pub fn ConnectLink(
    /// The page that it is on.
    from: Route,
) -> impl IntoView {
    let may = Memo::new(|_| session::can_connect());
    move || {
        if may.get() {
            let href = Route::connect(from.clone()).to_string();
            return view! {
                <LinkButton kind=ButtonKind::Primary href>
                    "Connect your account"
                </LinkButton>
            }
            .into_any();
        }
        let reason = format!(
            "This needs the permission {}. A Users Manager of your company can grant it.",
            Permission::any_of(Permission::CONNECTS)
        );
        view! {
            <Button reason=Some(reason)>"Connect your account"</Button>
            <RequestAccess permission=Permission::BillingProfilesAdmin />
        }
        .into_any()
    }
}

#[component]
fn Accounts(connections: Loader<Vec<Connection>>) -> impl IntoView {
    #[derive(Clone, PartialEq)]
    enum Shown {
        Loading,
        Empty,
        Table,
        Nothing,
    }
    let list = connections.signal();
    let shown = Memo::new({
        let list = list.clone();
        move |_| {
            list.with(|list| match (list, list.data()) {
                (Load::Loading, _) => Shown::Loading,
                (_, Some(connections)) if connections.is_empty() => Shown::Empty,
                (_, Some(_)) => Shown::Table,
                (_, None) => Shown::Nothing,
            })
        }
    });
    let trouble = Memo::new({
        let list = list.clone();
        move |_| list.with(|list| list.trouble().cloned())
    });
    let retry = Callback::new(move |()| connections.reload());
    view! {
        {move || trouble.get().map(|trouble| view! { <TroubleNotice trouble on_retry=retry /> })}
        {move || match shown.get() {
            Shown::Loading => {
                view! {
                    <div class="card pad">
                        <Skeleton label="Loading the accounts…" />
                    </div>
                }
                    .into_any()
            }
            Shown::Empty => view! { <Empty /> }.into_any(),
            Shown::Table => view! { <Table connections=list.clone() started=retry /> }.into_any(),
            Shown::Nothing => ().into_any(),
        }}
    }
}

#[component]
fn Empty() -> impl IntoView {
    view! {
        <div class="card empty">
            <span class="icon-box">
                <Icon name=IconName::Organization />
            </span>
            <h3>"No OpenAI account is connected yet"</h3>
            <p class="muted">
                "Connect an organization with a restricted admin key. Its costs for the last 30 days arrive within seconds."
            </p>
            <div class="actions">
                <ConnectLink from=Route::Assets />
            </div>
        </div>
    }
}

/// The accounts. Roles are spelled out, since the style sheet turns the table into cards on a phone, and a browser then
/// no longer takes it for a table.
#[component]
fn Table(connections: ArcReadSignal<Load<Vec<Connection>>>, started: Callback<()>) -> impl IntoView {
    let sees_costs = Memo::new(|_| session::can_see_costs());
    let sees_keys = Memo::new(|_| session::can_connect());
    let imports = Memo::new(|_| may_import());
    // The rows follow the accounts that there are; what is in a row follows the account.
    let ids = Memo::new({
        let connections = connections.clone();
        move |_| {
            connections.with(|list| {
                list.data().into_iter().flatten().map(|connection| connection.id.clone()).collect::<Vec<_>>()
            })
        }
    });
    let row = move |id: ::api::ConnectionId| {
        let connections = connections.clone();
        let wanted = id.clone();
        let connection = Memo::new(move |_| {
            connections.with(|list| {
                list.data().into_iter().flatten().find(|connection| connection.id == wanted).cloned()
            })
        });
        view! { <AccountRow id connection sees_costs sees_keys imports started /> }
    };
    view! {
        <div class="card">
            <table class="accounts" role="table" aria-labelledby="accounts">
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">"Account"</th>
                        <th role="columnheader" scope="col">"Organization"</th>
                        <th role="columnheader" scope="col">"Status"</th>
                        <th role="columnheader" scope="col">"Imported"</th>
                        {move || {
                            sees_costs
                                .get()
                                .then(|| view! { <th role="columnheader" scope="col" class="number">"This month"</th> })
                        }}
                        {move || sees_keys.get().then(|| view! { <th role="columnheader" scope="col">"Key"</th> })}
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    {move || ids.get().into_iter().map(&row).collect_view()}
                </tbody>
            </table>
        </div>
    }
}
