//! The OpenAI Lens: what the connected organizations cost, day by day.

pub mod as_change;
pub mod as_report;
pub mod before;
pub mod calendar;
pub mod chart;
pub mod cube;
pub mod dashboard;
pub mod day_panel;
pub mod day_table;
pub mod empty;
pub mod explore;
pub mod figure_card;
pub mod figures;
pub mod file;
pub mod filter_form;
pub mod filters;
pub mod freshness;
pub mod rows;
pub mod scope;
pub mod scope_menus;
pub mod split;
pub mod stack;
pub mod states;
pub mod top;
pub mod usage_charts;
pub mod usage_figures;

use leptos::prelude::*;

use self::dashboard::Dashboard;
use self::empty::Empty;
use self::scope::Scope;
use self::scope_menus::{ScopeMenus, ScopeWords};
use crate::connection::load_connections;
use crate::layout::cost_permission::WhoSeesCosts;
use crate::load::Load;
use crate::navigation::use_navigation;
use crate::route::Route;
use crate::ui::notice::{Trouble, TroubleNotice};
use crate::ui::skeleton::Skeleton;

/// The page: the way to connect while nothing is connected, the dashboard from then on.
#[component]
pub fn Lens() -> impl IntoView {
    view! { <WhoSeesCosts heading="OpenAI Lens" show=Box::new(|| view! { <Connected /> }.into_any()) /> }
}

/// What the page shows below its heading, which stays where the focus can be.
#[derive(Clone, Debug, PartialEq)]
enum Screen {
    Loading,
    Failed(Trouble),
    Empty,
    Dashboard,
}

#[component]
fn Connected() -> impl IntoView {
    let connections = load_connections();
    let navigation = use_navigation();
    let again = connections.clone();
    // The page stays behind the wizard, which may have connected an account.
    Effect::new(move |before: Option<bool>| {
        let in_wizard = matches!(navigation.route(), Route::Connect { .. });
        if before == Some(true) && !in_wizard {
            again.reload();
        }
        in_wizard
    });
    // The wizard has an address of its own: what is behind it stays.
    let scope = Memo::new(move |before: Option<&Scope>| {
        Scope::of(navigation.route()).or_else(|| before.cloned()).unwrap_or_default()
    });
    let state = connections.signal();
    let list = {
        let state = state.clone();
        Signal::derive(move || state.with(|state| state.data().cloned().unwrap_or_default()))
    };
    // What is on screen stays as it is while the accounts under it change.
    let screen = Memo::new(move |_| {
        state.with(|state| match state {
            Load::Loading => Screen::Loading,
            Load::Failed(trouble) => Screen::Failed(trouble.clone()),
            Load::Ready(list) | Load::Stale(list, _) if list.is_empty() => Screen::Empty,
            Load::Ready(_) | Load::Stale(..) => Screen::Dashboard,
        })
    });
    let connected = Memo::new(move |_| screen.get() == Screen::Dashboard);
    view! {
        <div class="page-head">
            <div>
                <h1 tabindex="-1">"OpenAI Lens"</h1>
                {move || connected.get().then(|| view! { <ScopeWords scope connections=list /> })}
            </div>
            {move || connected.get().then(|| view! { <ScopeMenus scope connections=list /> })}
        </div>
        {move || match screen.get() {
            Screen::Loading => view! { <Skeleton label="Loading the accounts…" lines=6 /> }.into_any(),
            Screen::Failed(trouble) => {
                let again = connections.clone();
                view! { <TroubleNotice trouble on_retry=Callback::new(move |()| again.reload()) /> }.into_any()
            }
            Screen::Empty => view! { <Empty scope /> }.into_any(),
            Screen::Dashboard => view! { <Dashboard connections=connections.clone() list scope /> }.into_any(),
        }}
    }
}
