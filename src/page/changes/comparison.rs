//! The page: what is compared, the difference and its effects, and the projects and models behind it.

use std::sync::Arc;
use std::time::Duration;

use ::api::change::{Change, ChangeQuery, Query};
use ::api::connection::Connection;
use ::api::report::{Metric, Period, ReportQuery};
use ::api::{Day, FieldError, Nothing, Refusal};
use leptos::prelude::*;

use super::choice::{Chosen, PRESETS};
use super::effects::Effects;
use super::rows::Rows;
use crate::api;
use crate::browser::now;
use crate::connection::is_importing;
use crate::days::{Days, months};
use crate::form::account_field::AccountField;
use crate::form::days_field::DaysField;
use crate::form::refused;
use crate::freshness::FreshnessWords;
use crate::layout::connected::WhenConnected;
use crate::layout::cost_permission::WhoSeesCosts;
use crate::load::arrived::Arrived;
use crate::load::question::answer;
use crate::navigation::use_navigation;
use crate::page::reports::filters::Filters;
use crate::ui::notice::Trouble;

/// How often it is asked for while an import runs. The pauses grow while nothing changes.
const POLL: Duration = Duration::from_secs(5);

/// The page.
#[component]
pub fn Changes() -> impl IntoView {
    let connected = || {
        let show = Box::new(|connections| view! { <Compared connections /> }.into_any());
        view! {
            <WhenConnected
                title="Nothing to compare yet"
                words="Connect an OpenAI organization first: two periods of its costs are then compared here."
                show
            />
        }
        .into_any()
    };
    view! {
        <div class="page-head">
            <div>
                <h1 tabindex="-1">"Why did it change?"</h1>
                <p class="muted">
                    "The difference between two periods, taken apart into effects that sum to it exactly. Days are UTC days."
                </p>
            </div>
        </div>
        <WhoSeesCosts show=Box::new(connected) />
    }
}

#[component]
fn Compared(connections: Memo<Vec<Connection>>) -> impl IntoView {
    let navigation = use_navigation();
    let chosen = Memo::new(move |before: Option<&Chosen>| {
        Chosen::of(&navigation.route()).or_else(|| before.cloned()).unwrap_or_default()
    });
    let query = Memo::new(move |_| chosen.with(|chosen| chosen.query(Day::of(now()))));
    let imports = Memo::new(move |_| connections.with(|list| list.iter().any(is_importing)));
    let found = answer(query, ask, move |_: &Arc<Change>| {
        imports.try_get_untracked().unwrap_or(false).then_some(POLL)
    });
    let again = found.clone();
    let retry = Callback::new(move |()| again.reload());
    Effect::new(move |before: Option<bool>| {
        let runs = imports.get();
        // The last days may arrive between the last question and the end of the import.
        if before.is_some_and(|before| before != runs) {
            retry.run(());
        }
        runs
    });
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
    let issue = move |field: &'static str| {
        let of_field = move |errors: &Vec<FieldError>| {
            errors.iter().find(|error| error.field == field).map(|error| error.issue.clone())
        };
        Signal::derive(move || issues.with(of_field))
    };
    let offered = Signal::derive(move || {
        let first = connections.with(|list| list.iter().map(|account| account.history_start).min());
        months(first, Day::of(now()))
    });
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
                error=issue("after")
            />
            <DaysField
                label="Compared with"
                presets=&[]
                months=offered
                none="The days before"
                value=Signal::derive(move || chosen.with(|chosen| chosen.before))
                span=Signal::derive(move || query.with(|query| query.before))
                on_choose=move |days| change(&|chosen| chosen.before = days)
                error=issue("before")
            />
            <AccountField
                connections
                value=Signal::derive(move || chosen.with(|chosen| chosen.account.clone()))
                on_choose=move |account| change(&|chosen| chosen.account.clone_from(&account))
            />
            <Filters
                query=report
                on_change=move |filters| change(&|chosen| chosen.filters.clone_from(&filters))
                error=issue("filters")
            />
        </section>
    }
}

#[component]
fn Panels(found: Memo<Arc<Change>>, chosen: Memo<Chosen>, retry: Callback<()>) -> impl IntoView {
    let is_empty = Memo::new(move |_| found.with(|found| found.rows.is_empty()));
    view! {
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
        <p class="actions">
            <button type="button" class="link-button" on:click=move |_| retry.run(())>
                "Refresh"
            </button>
        </p>
    }
}
