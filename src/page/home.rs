//! Home: the dashboards that there are, and the way to connect an account.

pub mod connect_tile;
pub mod lens_tile;
pub mod month_cost;

use ::api::connection::{Connection, ConnectionStatus};
use leptos::prelude::*;

use crate::browser::local_hour;
use crate::connection::{known, load_visible_connections};
use crate::format::{count, greeting};
use crate::layout::attention::Attention;
use crate::route::Route;
use crate::session;
use crate::ui::icon::{Icon, IconName};
use connect_tile::ConnectTile;
use lens_tile::LensTile;

/// Home.
#[component]
pub fn Home() -> impl IntoView {
    let connections = load_visible_connections();
    let tenant = move || session::signed_in().map(|user| user.tenant_name);
    let connected = {
        let connections = connections.clone();
        move || {
            let number = connections
                .get()
                .data()
                .map(|list| connected(list))
                .filter(|_| session::can_see_connections());
            number.map(|number| match number {
                0 => " · no OpenAI account connected".to_owned(),
                _ => format!(
                    " · {} connected",
                    count(u64::try_from(number).unwrap_or(u64::MAX), "OpenAI account", "OpenAI accounts")
                ),
            })
        }
    };
    view! {
        <div class="page-head">
            <div>
                <h1 tabindex="-1">{greeting(local_hour())}</h1>
                <p class="muted">{tenant} {connected}</p>
            </div>
        </div>
        <Attention connections=known(&connections) />
        <section aria-labelledby="dashboards">
            <h2 id="dashboards" class="section-title">
                "Manage and optimize cloud infrastructure with dashboards"
            </h2>
            <div class="tiles">
                <LensTile connections=connections.clone() />
                {move || session::can_see_costs().then(reports_tile)}
                <ConnectTile connections />
            </div>
        </section>
    }
}

/// The way to the saved reports.
fn reports_tile() -> impl IntoView {
    view! {
        <article class="card tile">
            <div class="tile-head">
                <span class="icon-box">
                    <Icon name=IconName::Copy />
                </span>
                <h3>"Saved reports"</h3>
            </div>
            <p class="muted">"Cost and usage, broken down as you choose."</p>
            <p class="tile-end">
                <a class="tile-hint" href=Route::Reports.to_string()>
                    "Open reports" <Icon name=IconName::Right />
                </a>
            </p>
        </article>
    }
}

/// How many of them are connected: of one that was disconnected only the figures are left.
fn connected(list: &[Connection]) -> usize {
    list.iter().filter(|of| !matches!(of.status, ConnectionStatus::Disconnected { .. })).count()
}
