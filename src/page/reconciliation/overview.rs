//! The page: what is reconciled, the verdict, the sums, and the table.

use std::sync::Arc;
use std::time::Duration;

use ::api::connection::Connection;
use ::api::reconciliation::{Reconciliation as Answer, ReconciliationQuery, Show};
use ::api::{Day, Nothing, Refusal};
use leptos::prelude::*;

use super::choice::{Chosen, PRESETS};
use super::rows::Rows;
use super::totals::Totals;
use super::verdict::VerdictNotice;
use crate::api;
use crate::browser::now;
use crate::connection::{imports, months_of};
use crate::days::Days;
use crate::form::account_field::AccountField;
use crate::form::days_field::DaysField;
use crate::form::refused;
use crate::freshness::FreshnessWords;
use crate::layout::cost_page::CostPage;
use crate::load::arrived::Arrived;
use crate::load::question::answer;
use crate::load::refresh::Refresh;
use crate::navigation::use_navigation;
use crate::ui::notice::Trouble;

/// How often it is asked for while an import runs. The pauses grow while nothing changes.
const POLL: Duration = Duration::from_secs(5);

/// The page.
#[component]
pub fn Reconciliation() -> impl IntoView {
    view! {
        <CostPage
            heading="Reconciliation"
            about="What OpenAI billed, beside the usage that caused it and beside OpenAI's own totals. Days are UTC days."
            none="Nothing to reconcile yet"
            none_words="Connect an OpenAI organization first: its bill is then compared with its usage here, day by day."
            show=|connections| view! { <Reconciled connections /> }.into_any()
        />
    }
}

#[component]
fn Reconciled(connections: Memo<Vec<Connection>>) -> impl IntoView {
    let navigation = use_navigation();
    let chosen = Memo::new(move |before: Option<&Chosen>| {
        Chosen::of(&navigation.route()).or_else(|| before.cloned()).unwrap_or_default()
    });
    let query = Memo::new(move |_| {
        chosen.with(|chosen| {
            let span = chosen.days.span(Day::of(now()));
            ReconciliationQuery { start: span.start, end: span.end, connection: chosen.account.clone() }
        })
    });
    let found = answer(query, imports(connections.into()), POLL, ask);
    let again = found.clone();
    let retry = Callback::new(move |()| again.reload());
    let show = Box::new(move |found| view! { <Panels found chosen connections retry /> }.into_any());
    view! {
        <Choice chosen query connections />
        <Arrived data=found label="Adding up the bill…" retry show />
    }
}

async fn ask(query: ReconciliationQuery) -> Result<Arc<Answer>, Trouble> {
    query.span().map_err(|refusal| refused(&refusal))?;
    let found = api::call::<Show>(&(), &query, &Nothing {}).await;
    found.map(Arc::new).map_err(|error| error.trouble())
}

/// Which account, and which days.
#[component]
fn Choice(
    chosen: Memo<Chosen>,
    query: Memo<ReconciliationQuery>,
    connections: Memo<Vec<Connection>>,
) -> impl IntoView {
    let navigation = use_navigation();
    let change = move |change: &dyn Fn(&mut Chosen)| {
        // Another question has other days to look into.
        let chosen = chosen.get_untracked();
        let mut chosen = match chosen.view {
            super::choice::View::Lines { day: Some(_) } => chosen.seen(super::choice::View::Days),
            _ => chosen,
        };
        change(&mut chosen);
        navigation.go(chosen.route());
    };
    let issue = Signal::derive(move || {
        query.with(|query| query.span().err().map(|refusal| refusal.describe().detail))
    });
    let offered = months_of(connections);
    let span = Signal::derive(move || chosen.with(|chosen| chosen.days.span(Day::of(now()))));
    let choose_days = move |days: Option<Days>| change(&|chosen| chosen.days = days.unwrap_or(chosen.days));
    view! {
        <section class="card panel choice-form" aria-label="What is reconciled">
            <AccountField
                connections
                value=Signal::derive(move || chosen.with(|chosen| chosen.account.clone()))
                on_choose=move |account| change(&|chosen| chosen.account.clone_from(&account))
            />
            <DaysField
                label="Period (UTC days)"
                presets=&PRESETS
                months=offered
                value=Signal::derive(move || Some(chosen.with(|chosen| chosen.days)))
                span
                on_choose=choose_days
                error=issue
            />
        </section>
    }
}

#[component]
fn Panels(
    found: Memo<Arc<Answer>>,
    chosen: Memo<Chosen>,
    connections: Memo<Vec<Connection>>,
    retry: Callback<()>,
) -> impl IntoView {
    let is_empty = Memo::new(move |_| found.with(|found| found.days.is_empty()));
    view! {
        {move || view! { <VerdictNotice found=found.get() chosen=chosen.get() /> }}
        {move || {
            if is_empty.get() {
                view! {
                    <div class="card empty panel">
                        <h2>"Nothing was billed"</h2>
                        <p class="muted">"There are no costs and no usage in these days. Choose other days or accounts."</p>
                    </div>
                }
                    .into_any()
            } else {
                view! {
                    {move || view! { <Totals found=found.get() /> }}
                    <Rows found chosen connections />
                }
                    .into_any()
            }
        }}
        {move || view! { <FreshnessWords freshness=found.with(|found| found.freshness.clone()) /> }}
        <Refresh again=retry />
    }
}
