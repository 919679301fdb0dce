//! The page: what is compared, the difference and its effects, and the projects and models behind it.

use std::sync::Arc;
use std::time::Duration;

use ::api::change::{Change, ChangeQuery, Query};
use ::api::connection::Connection;
use ::api::report::{Metric, Period, ReportQuery};
use ::api::{Day, Nothing, Refusal};
use leptos::prelude::*;

use super::choice::{Chosen, PRESETS};
use super::effects::Effects;
use super::rows::Rows;
use crate::api;
use crate::browser::now;
use crate::connection::{imports, months_of};
use crate::days::Days;
use crate::form::account_field::AccountField;
use crate::form::days_field::DaysField;
use crate::form::{issue, refused};
use crate::format::locale::day;
use crate::freshness::FreshnessWords;
use crate::layout::cost_page::CostPage;
use crate::load::arrived::Arrived;
use crate::load::question::answer;
use crate::load::refresh::Refresh;
use crate::navigation::use_navigation;
use crate::page::reports::filters::Filters;
use crate::ui::chip::Tone;
use crate::ui::notice::{Notice, Trouble};

/// How often it is asked for while an import runs. The pauses grow while nothing changes.
const POLL: Duration = Duration::from_secs(5);

/// The page.
#[component]
pub fn Changes() -> impl IntoView {
    view! {
        <CostPage
            heading="Why did it change?"
            about="The difference between two periods, broken down into effects that add up to it exactly. Days are UTC days."
            none="Nothing to compare yet"
            none_words="Connect an OpenAI organization first: then you can compare two periods of its costs here."
            show=|connections| view! { <Compared connections /> }.into_any()
        />
    }
}

#[component]
fn Compared(connections: Memo<Vec<Connection>>) -> impl IntoView {
    let navigation = use_navigation();
    let chosen = Memo::new(move |before: Option<&Chosen>| {
        Chosen::of(&navigation.route()).or_else(|| before.cloned()).unwrap_or_default()
    });
    let query = Memo::new(move |_| chosen.with(|chosen| chosen.query(Day::of(now()))));
    let found = answer(query, imports(connections.into()), POLL, ask);
    let again = found.clone();
    let retry = Callback::new(move |()| again.reload());
    let show = Box::new(move |found| view! { <Panels found chosen retry /> }.into_any());
    view! {
        <Choice chosen query connections />
        <Arrived data=found label="Comparing the periods…" retry show />
    }
}

async fn ask(query: ChangeQuery) -> Result<Arc<Change>, Trouble> {
    query.parse().map_err(|refusal| refused(&refusal))?;
    let found = api::call::<Query>(&(), &Nothing {}, &query).await;
    found.map(Arc::new).map_err(|error| error.trouble())
}

/// Which days, which account, and which costs.
#[component]
fn Choice(
    chosen: Memo<Chosen>,
    query: Memo<ChangeQuery>,
    connections: Memo<Vec<Connection>>,
) -> impl IntoView {
    let navigation = use_navigation();
    let change = move |change: &dyn Fn(&mut Chosen)| {
        let mut chosen = chosen.get_untracked();
        change(&mut chosen);
        navigation.go(chosen.route());
    };
    let issues = Memo::new(move |_| {
        let found = query.with(|query| query.parse().err().map(|refusal| refusal.describe().errors));
        found.unwrap_or_default()
    });
    let offered = months_of(connections);
    // Values to filter by are those of the later days.
    let report = Memo::new(move |_| {
        query.with(|query| {
            let period = Period::Days { start: query.after.start, end: query.after.end };
            ReportQuery {
                accounts: query.accounts.clone(),
                filters: query.filters.clone(),
                ..ReportQuery::new(vec![Metric::Cost], period)
            }
        })
    });
    let choose_days = move |days: Option<Days>| change(&|chosen| chosen.days = days.unwrap_or(chosen.days));
    view! {
        <section class="card panel choice-form" aria-label="What is compared">
            <DaysField
                label="Period (UTC days)"
                presets=&PRESETS
                months=offered
                value=Signal::derive(move || Some(chosen.with(|chosen| chosen.days)))
                span=Signal::derive(move || query.with(|query| query.after))
                on_choose=choose_days
                error=issue(issues, "after")
            />
            <DaysField
                label="Compared with"
                presets=&[]
                months=offered
                none="The previous days"
                value=Signal::derive(move || chosen.with(|chosen| chosen.before))
                span=Signal::derive(move || query.with(|query| query.before))
                on_choose=move |days| change(&|chosen| chosen.before = days)
                error=issue(issues, "before")
            />
            <AccountField
                connections
                value=Signal::derive(move || chosen.with(|chosen| chosen.account.clone()))
                on_choose=move |account| change(&|chosen| chosen.account.clone_from(&account))
            />
            <Filters
                query=report
                on_change=move |filters| change(&|chosen| chosen.filters.clone_from(&filters))
                error=issue(issues, "filters")
            />
        </section>
    }
}

/// Says so where the later days are not all billed: against whole days they are less than they will be.
fn open_days(found: &Change) -> Option<impl IntoView + use<>> {
    let last = found.after.end.plus(-1);
    // Of today some is billed, and it is not over.
    let through = found.freshness.billed_through?.min(Day::of(now()).plus(-1));
    if through >= last {
        return None;
    }
    let words = format!(
        "Billing is complete through {} (UTC). The later period is still incomplete: choose days up to then for a fair comparison.",
        day(through)
    );
    Some(view! {
        <Notice tone=Tone::Warning title="The later days are not all billed yet">
            <p>{words}</p>
        </Notice>
    })
}

#[component]
fn Panels(found: Memo<Arc<Change>>, chosen: Memo<Chosen>, retry: Callback<()>) -> impl IntoView {
    let is_empty = Memo::new(move |_| found.with(|found| found.rows.is_empty()));
    view! {
        {move || found.with(|found| open_days(found))}
        {move || {
            if is_empty.get() {
                view! {
                    <div class="card empty panel">
                        <h2>"No costs in either period"</h2>
                        <p class="muted">"Choose other days or accounts, or remove a filter."</p>
                    </div>
                }
                    .into_any()
            } else {
                view! {
                    <Effects found chosen />
                    <Rows found chosen />
                }
                    .into_any()
            }
        }}
        {move || {
            let (freshness, others) = found.with(|found| (found.freshness.clone(), found.other_currencies.clone()));
            view! { <FreshnessWords freshness others /> }
        }}
        <Refresh again=retry />
    }
}
