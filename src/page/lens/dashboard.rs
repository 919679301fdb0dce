//! The dashboard: figures, the chart, the projects, and how fresh all of it is.

use std::time::Duration;

use ::api::connection::Connection;
use ::api::cost::{Daily, DailyCosts, DailyQuery};
use ::api::{ConnectionId, Day, Nothing};
use leptos::prelude::*;

use super::chart::{CostPerDay, TableChosen};
use super::figures::Figures;
use super::freshness::{Freshness, States};
use super::projects::TopProjects;
use super::scope::{Scope, ScopeMenus, account_words};
use crate::api;
use crate::browser::now;
use crate::connection::is_importing;
use crate::format::locale::{day, day_short};
use crate::load::{Load, Loader, load};
use crate::navigation::use_navigation;
use crate::ui::chip::Tone;
use crate::ui::notice::{Notice, Trouble, TroubleNotice};
use crate::ui::skeleton::Skeleton;

/// How often costs are asked for while an import runs. The pauses grow while nothing changes.
const POLL: Duration = Duration::from_millis(800);

/// Costs of the period and of the month so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The period's.
    pub period: DailyCosts,
    /// The month's.
    pub month: DailyCosts,
}

/// The dashboard of the connected accounts.
#[component]
pub fn Dashboard(
    /// The connected accounts.
    connections: Loader<Vec<Connection>>,
) -> impl IntoView {
    let navigation = use_navigation();
    provide_context(TableChosen(RwSignal::new(false)));
    let scope = Memo::new(move |_| Scope::of(navigation.route()));
    let list = {
        let connections = connections.clone();
        Signal::derive(move || connections.get().data().cloned().unwrap_or_default())
    };
    let imports = Memo::new(move |_| list.with(|list| list.iter().any(is_importing)));
    let costs = load(
        move || {
            let Scope { account, period } = scope.try_get_untracked().unwrap_or_default();
            async move {
                let today = Day::of(now());
                let (start, end) = period.days(today);
                let month = ask(today.month_start(), today.plus(1), account.clone()).await?;
                Ok(Shown { period: ask(start, end, account).await?, month })
            }
        },
        move |_: &Shown| imports.try_get_untracked().unwrap_or(false).then_some(POLL),
    );
    let (again, asked) = (costs.clone(), connections.clone());
    Effect::new(move |before: Option<(Scope, bool)>| {
        let now = (scope.get(), imports.get());
        match &before {
            Some((scope, _)) if *scope != now.0 => again.restart(),
            // The last days may arrive between the last question and the end of the import.
            Some((_, imports)) if *imports != now.1 => again.reload(),
            _ => {}
        }
        now
    });
    let words = move || {
        let scope = scope.get();
        let (start, end) = scope.period.days(Day::of(now()));
        let last = end.plus(-1);
        format!("{} · {} – {}, UTC days", list.with(|list| account_words(&scope, list)), day_short(start), day(last))
    };
    view! {
        <div class="page-head">
            <div>
                <h1 tabindex="-1">"OpenAI Lens"</h1>
                <p class="muted">{words}</p>
            </div>
            <ScopeMenus scope connections=list />
        </div>
        <States connections=list />
        {move || match costs.get() {
            Load::Loading => view! { <Skeleton label="Loading costs…" lines=8 /> }.into_any(),
            Load::Failed(trouble) => {
                let again = costs.clone();
                view! { <TroubleNotice trouble on_retry=Callback::new(move |()| again.reload()) /> }.into_any()
            }
            Load::Ready(shown) => view! { <Panels shown connections=list /> }.into_any(),
            Load::Stale(shown, trouble) => {
                let (again, asked) = (costs.clone(), asked.clone());
                view! {
                    <Notice tone=Tone::Warning title="These figures may be old">
                        <p>{trouble.detail} " " {trouble.remedy}</p>
                        <button
                            type="button"
                            class="link-button"
                            on:click=move |_| {
                                again.reload();
                                asked.reload();
                            }
                        >
                            "Try again"
                        </button>
                    </Notice>
                    <Panels shown connections=list />
                }
                    .into_any()
            }
        }}
    }
}

#[component]
fn Panels(shown: Shown, connections: Signal<Vec<Connection>>) -> impl IntoView {
    view! {
        <Figures shown=shown.clone() />
        <CostPerDay costs=shown.period.clone() />
        <TopProjects costs=shown.period.clone() connections />
        <Freshness costs=shown.period />
    }
}

async fn ask(start: Day, end: Day, connection: Option<ConnectionId>) -> Result<DailyCosts, Trouble> {
    let query = DailyQuery { start, end, connection };
    api::call::<Daily>(&(), &query, &Nothing {}).await.map_err(|error| error.trouble())
}
