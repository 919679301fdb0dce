//! The dashboard: figures, the chart, the projects, and how fresh all of it is.

use std::time::Duration;

use ::api::connection::Connection;
use ::api::cost::{Daily, DailyCosts, DailyQuery};
use ::api::{ConnectionId, Day, Nothing};
use futures::future::try_join3;
use leptos::prelude::*;

use super::chart::CostPerDay;
use super::explore::Explore;
use super::figures::Figures;
use super::freshness::Freshness;
use super::scope::{Asked, Scope};
use super::states::States;
use crate::api;
use crate::browser::now;
use crate::connection::imports;
use crate::load::arrived::Arrived;
use crate::load::question::answer;
use crate::load::{Load, Loader};
use crate::ui::notice::Trouble;

/// How often costs are asked for while an import runs. The pauses grow while nothing changes.
const POLL: Duration = Duration::from_millis(800);

/// Costs of the period and of the month so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The period's.
    pub period: DailyCosts,
    /// The month's.
    pub month: DailyCosts,
    /// As many days of the month before it.
    pub month_before: DailyCosts,
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
    let imports = imports(list);
    let asked = Memo::new(move |_| scope.with(Scope::asked));
    let costs = answer(asked, imports, POLL, async |Asked { account, period }| {
        let today = Day::of(now());
        let (start, end) = period.days(today);
        let this = today.month_start();
        let month = ask(this, today.plus(1), account.clone());
        let last = this.plus(-1).month_start();
        // A month that is shorter ends before it has as many days.
        let passed = today.plus(1).number() - this.number();
        let month_before = ask(last, last.plus(passed).min(this), account.clone());
        let (period, month, month_before) = try_join3(ask(start, end, account), month, month_before).await?;
        Ok(Shown { period, month, month_before })
    });
    let again = costs.clone();
    let retry = Callback::new(move |()| {
        again.reload();
        connections.reload();
    });
    let show = Box::new(move |shown| view! { <Panels shown scope imports /> }.into_any());
    // What is wrong with an account that is not looked at says nothing about these figures.
    let account = Memo::new(move |_| scope.with(|scope| scope.account.clone()));
    let looked_at = Signal::derive(move || {
        let mut list = list.get();
        if let Some(account) = account.get() {
            list.retain(|connection| connection.id == account);
        }
        list
    });
    view! {
        <States connections=looked_at />
        <Arrived data=costs label="Loading costs…" retry show />
    }
}

#[component]
fn Panels(shown: Memo<Shown>, scope: Memo<Scope>, imports: Memo<bool>) -> impl IntoView {
    let period = Memo::new(move |_| shown.with(|shown| shown.period.clone()));
    let earlier = RwSignal::new(Load::Loading);
    view! {
        <Figures shown earlier=earlier.into() />
        <CostPerDay costs=period scope />
        <Explore scope imports earlier />
        <Freshness costs=period />
    }
}

async fn ask(start: Day, end: Day, connection: Option<ConnectionId>) -> Result<DailyCosts, Trouble> {
    let query = DailyQuery { start, end, connection };
    api::call::<Daily>(&(), &query, &Nothing {}).await.map_err(|error| error.trouble())
}
