//! The tile of the OpenAI Lens: what this month has cost, or what is missing to know it.

use ::api::Permission;
use ::api::connection::{Connection, ConnectionStatus};
use leptos::prelude::*;

use super::month_cost::MonthCost;
use crate::browser::now;
use crate::connection::{imported_percent, is_importing, last_success};
use crate::format::locale::percent;
use crate::format::{ago, count};
use crate::layout::attention::needs_somebody;
use crate::layout::request_access::RequestAccess;
use crate::load::{Load, Loader};
use crate::route::Route;
use crate::session;
use crate::ui::chip::{Chip, Tone};
use crate::ui::icon::{Icon, IconName};
use crate::ui::notice::{Trouble, TroubleNotice};
use crate::ui::skeleton::Skeleton;

/// What the tile is about to say.
#[derive(Clone, Debug, PartialEq)]
enum State {
    Forbidden,
    Loading,
    Failed(Trouble),
    NotConnected,
    Connected,
}

/// The tile of the OpenAI Lens.
#[component]
pub fn LensTile(
    /// The connected accounts.
    connections: Loader<Vec<Connection>>,
) -> impl IntoView {
    let list = connections.signal();
    let state = Memo::new({
        let list = list.clone();
        move |_| list.with(|list| state(session::can_see_costs(), list))
    });
    let starts_wizard = move || state.get() == State::NotConnected && session::can_connect();
    let target =
        move || if starts_wizard() { Route::connect(Route::Home) } else { Route::lens() }.to_string();
    let chip = {
        let list = list.clone();
        move || match state.get() {
            State::NotConnected => {
                Some(view! { <Chip tone=Tone::Neutral text="Not connected" /> }.into_any())
            }
            State::Connected => list.with(|list| list.data().map(|connections| overall(connections))),
            State::Forbidden | State::Loading | State::Failed(_) => None,
        }
    };
    let retry = Callback::new(move |()| connections.reload());
    let body = move || {
        match state.get() {
        State::Forbidden => view! {
            <p class="muted">{permission_words()}</p>
            <div class="actions tile-end">
                <RequestAccess permission=Permission::CloudAnalyticsUser />
            </div>
        }
        .into_any(),
        State::Loading => view! { <Skeleton label="Loading the accounts…" /> }.into_any(),
        State::Failed(trouble) => view! { <TroubleNotice trouble on_retry=retry /> }.into_any(),
        State::NotConnected => view! {
            <p class="muted">
                "See what your OpenAI organizations cost: per day and per project, to the cent OpenAI bills."
            </p>
            {starts_wizard()
                .then(|| view! { <p class="tile-hint tile-end">"Connect an account to start" <Icon name=IconName::Right /></p> })}
        }
        .into_any(),
        State::Connected => view! {
            <MonthCost connections=list.clone() />
            <Progress connections=list.clone() />
        }
        .into_any(),
    }
    };
    view! {
        <article class="card tile tile-link">
            <div class="tile-head">
                <span class="icon-box">
                    <Icon name=IconName::Lens />
                </span>
                <div>
                    <h3>
                        <a class="tile-target" href=target>
                            "OpenAI Lens"
                        </a>
                    </h3>
                    {chip}
                </div>
            </div>
            {body}
        </article>
    }
}

/// The bar of the first imports, as long as one runs.
#[component]
fn Progress(connections: ArcReadSignal<Load<Vec<Connection>>>) -> impl IntoView {
    let done = Memo::new(move |_| {
        connections.with(|list| {
            let importing =
                || list.data().into_iter().flatten().filter(|connection| is_importing(connection));
            let any = importing().next().is_some();
            any.then(|| imported_percent(importing().flat_map(|connection| &connection.streams)))
        })
    });
    move || {
        done.get().map(|done| {
            view! {
                <div class="tile-progress">
                    <progress max="100" value=done.to_string() aria-label="Import"></progress>
                    <p class="muted">{percent(done)} " of the days imported, most recent first"</p>
                </div>
            }
        })
    }
}

fn state(may_see_costs: bool, list: &Load<Vec<Connection>>) -> State {
    match list {
        _ if !may_see_costs => State::Forbidden,
        Load::Loading => State::Loading,
        Load::Failed(trouble) => State::Failed(trouble.clone()),
        Load::Ready(connections) | Load::Stale(connections, _) if connections.is_empty() => {
            State::NotConnected
        }
        Load::Ready(_) | Load::Stale(..) => State::Connected,
    }
}

/// The worst state of all accounts, in one chip.
fn overall(connections: &[Connection]) -> AnyView {
    let number = |is: fn(&Connection) -> bool| {
        let number = connections.iter().filter(|connection| is(connection)).count();
        u64::try_from(number).unwrap_or(u64::MAX)
    };
    let refused = number(|account| matches!(account.status, ConnectionStatus::NeedsKey { .. }));
    let troubled = number(needs_somebody);
    let importing = number(is_importing);
    let (tone, text) = if refused > 0 {
        (Tone::Bad, format!("{} a new key", count(refused, "account needs", "accounts need")))
    } else if troubled > 0 {
        (Tone::Warning, format!("{} attention", count(troubled, "account needs", "accounts need")))
    } else if importing > 0 {
        (Tone::Busy, "Importing".to_owned())
    } else if connections.iter().all(is_off) {
        (Tone::Neutral, "No account is active".to_owned())
    } else {
        let updated = connections.iter().filter_map(last_success).max();
        let updated = updated.map(|moment| format!(" · updated {}", ago(moment, now()))).unwrap_or_default();
        let off = connections.iter().filter(|connection| is_off(connection)).count();
        let off = if off > 0 { format!(" · {off} not active") } else { String::new() };
        (Tone::Good, format!("Healthy{off}{updated}"))
    };
    view! { <Chip tone text /> }.into_any()
}

/// Whether nothing of it is imported because somebody wants it so.
fn is_off(connection: &Connection) -> bool {
    matches!(connection.status, ConnectionStatus::Paused { .. } | ConnectionStatus::Disconnected { .. })
}

fn permission_words() -> String {
    format!(
        "Seeing costs needs the permission {}. A Users Manager of your company can grant it.",
        Permission::any_of(Permission::SEES_COSTS)
    )
}
