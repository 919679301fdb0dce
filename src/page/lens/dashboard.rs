//! The dashboard: figures, the chart, the projects, and how fresh all of it is.

use std::time::Duration;

use ::api::connection::Connection;
use ::api::cost::{Daily, DailyCosts, DailyQuery};
use ::api::{ConnectionId, Day, Nothing};
use futures::future::try_join;
use leptos::prelude::*;

use super::chart::{CostPerDay, TableChosen};
use super::explore::Explore;
use super::figures::Figures;
use super::freshness::{Freshness, States};
use super::projects::TopProjects;
use super::scope::Scope;
use crate::api;
use crate::browser::now;
use crate::connection::is_importing;
use crate::load::{Loader, load};
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
    /// The same, as they are now.
    list: Signal<Vec<Connection>>,
    /// What is looked at.
    scope: Memo<Scope>,
) -> impl IntoView {
    provide_context(TableChosen(RwSignal::new(false)));
    let imports = Memo::new(move |_| list.with(|list| list.iter().any(is_importing)));
    let costs = load(
        move || {
            let Scope { account, period, .. } = scope.try_get_untracked().unwrap_or_default();
            async move {
                let today = Day::of(now());
                let (start, end) = period.days(today);
                let month = ask(today.month_start(), today.plus(1), account.clone());
                let (period, month) = try_join(ask(start, end, account), month).await?;
                Ok(Shown { period, month })
            }
        },
        move |_: &Shown| imports.try_get_untracked().unwrap_or(false).then_some(POLL),
    );
    let (again, asked) = (costs.clone(), connections);
    let retry = Callback::new({
        let again = again.clone();
        move |()| {
            again.reload();
            asked.reload();
        }
    });
    let state = costs.signal();
    let shown = Memo::new({
        let state = state.clone();
        move |_| state.with(|state| state.data().cloned())
    });
    let here = Memo::new(move |_| shown.with(Option::is_some));
    let stale = Memo::new({
        let state = state.clone();
        move |_| state.with(|state| state.trouble().filter(|_| state.data().is_some()).cloned())
    });
    let failed =
        Memo::new(move |_| state.with(|state| state.trouble().filter(|_| state.data().is_none()).cloned()));
    Effect::new(move |before: Option<(Scope, bool)>| {
        let now = (scope.get(), imports.get());
        match &before {
            Some((scope, _)) if !scope.asks_like(&now.0) => again.restart(),
            // The last days may arrive between the last question and the end of the import.
            Some((_, imports)) if *imports != now.1 => again.reload(),
            _ => {}
        }
        now
    });
    view! {
        <States connections=list />
        {move || stale.get().map(|trouble| view! { <Old trouble retry /> })}
        {move || {
            if let Some(trouble) = failed.get() {
                return view! { <TroubleNotice trouble on_retry=retry /> }.into_any();
            }
            // New figures change what is on screen, and do not replace it: the focus and the choices in it stay.
            let first = if here.get() { shown.get_untracked() } else { None };
            match first {
                None => view! { <Skeleton label="Loading costs…" lines=8 /> }.into_any(),
                Some(first) => {
                    let shown = Memo::new(move |_| shown.get().unwrap_or_else(|| first.clone()));
                    view! { <Panels shown connections=list scope imports /> }.into_any()
                }
            }
        }}
    }
}

/// The figures stay although newer ones cannot be had.
#[component]
fn Old(trouble: Trouble, retry: Callback<()>) -> impl IntoView {
    view! {
        <Notice tone=Tone::Warning title="These figures may be old">
            <p>{trouble.detail} " " {trouble.remedy}</p>
            <button type="button" class="link-button" on:click=move |_| retry.run(())>
                "Try again"
            </button>
        </Notice>
    }
}

#[component]
fn Panels(
    shown: Memo<Shown>,
    connections: Signal<Vec<Connection>>,
    scope: Memo<Scope>,
    imports: Memo<bool>,
) -> impl IntoView {
    let period = Memo::new(move |_| shown.with(|shown| shown.period.clone()));
    view! {
        <Figures shown />
        <CostPerDay costs=period />
        <TopProjects costs=period connections />
        <Explore scope imports />
        <Freshness costs=period />
    }
}

async fn ask(start: Day, end: Day, connection: Option<ConnectionId>) -> Result<DailyCosts, Trouble> {
    let query = DailyQuery { start, end, connection };
    api::call::<Daily>(&(), &query, &Nothing {}).await.map_err(|error| error.trouble())
}
