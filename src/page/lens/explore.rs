//! Costs and usage by whatever the user asks: split, filtered and added up in the browser, from one answer of the server.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use super::before::Earlier;
use super::cube::{Facts, ask};
use super::filters::Filters;
use super::freshness::FreshnessTable;
use super::rows::{ROWS, Rows};
use super::scope::{Asked, Scope};
use super::split::Split;
use super::top::TopLists;
use super::usage_charts::UsageCharts;
use super::usage_figures::UsageFigures;
use crate::load::arrived::Arrived;
use crate::load::question::answer;
use crate::load::{Load, load_while};
use crate::ui::after_paint::{AfterPaint, after_paint};
use crate::ui::chip::Tone;
use crate::ui::notice::Notice;
use crate::ui::series::SERIES;

/// How often the facts are asked for while an import runs. The pauses grow while nothing changes.
const POLL: Duration = Duration::from_secs(2);

/// The panels, once the facts are here.
#[component]
pub fn Explore(
    /// What is looked at.
    scope: Memo<Scope>,
    /// Whether an import runs.
    imports: Memo<bool>,
    /// The range before, once it is here.
    earlier: RwSignal<Load<Arc<Facts>>>,
) -> impl IntoView {
    let asked = Memo::new(move |_| scope.with(Scope::asked));
    let facts = answer(asked, imports, POLL, |asked: Asked| ask(asked.days(), asked.account));
    let state = facts.signal();
    Effect::new(move |_| {
        // What it would be compared with is asked for once it is here.
        state.with(|state| match state {
            Load::Loading => earlier.set(Load::Loading),
            Load::Failed(trouble) => earlier.set(Load::Failed(trouble.clone())),
            Load::Ready(_) | Load::Stale(..) => {}
        });
    });
    let again = facts.clone();
    let retry = Callback::new(move |()| again.reload());
    let show = Box::new(move |facts| view! { <Panels facts scope imports earlier /> }.into_any());
    view! { <Arrived data=facts label="Loading usage…" retry show /> }
}

#[component]
fn Panels(
    facts: Memo<Arc<Facts>>,
    scope: Memo<Scope>,
    imports: Memo<bool>,
    earlier: RwSignal<Load<Arc<Facts>>>,
) -> impl IntoView {
    // A second cube: lists and figures of any filter are compared without a further request.
    let before = load_while(imports, POLL, move || {
        let asked = scope.try_get_untracked().unwrap_or_default().asked();
        ask(asked.days().before(), asked.account)
    });
    let state = before.signal();
    Effect::new(move |_| earlier.set(state.get()));
    let failed = Memo::new(move |_| earlier.with(|earlier| earlier.trouble().cloned()));
    // What else the address says changes no group.
    let asked = Memo::new(move |_| scope.with(|scope| (scope.by, scope.filters.clone())));
    // Day by day the charts show the largest groups alone; the rows below them are of all days.
    let groups = Memo::new(move |_| {
        let (by, filters) = asked.get();
        facts.with(|facts| Arc::new(facts.costs_by_day(&[by], &filters, SERIES.len())))
    });
    // The chart that is clicked on is drawn first; what lies around it follows, all of it of one moment.
    let followed = after_paint(Memo::new(move |_| (scope.get(), facts.get())));
    let (scope_now, facts_now) = (scope, facts);
    let scope = Memo::new(move |_| followed.with(|(scope, _)| scope.clone()));
    let facts = Memo::new(move |_| followed.with(|(_, facts)| Arc::clone(facts)));
    let asked = Memo::new(move |_| scope.with(|scope| (scope.by, scope.filters.clone())));
    let charts = Memo::new(move |_| {
        let (by, filters) = asked.get();
        facts.with(|facts| Arc::new(facts.by_day(&[by], &filters, SERIES.len())))
    });
    let (looked_at, compared) = of_the_day(facts, scope, earlier);
    let totals = Memo::new(move |_| {
        let (by, filters) = asked.get();
        looked_at.with(|facts| facts.whole(&[by], &filters, ROWS))
    });
    view! {
        {move || {
            let again = before.clone();
            failed
                .get()
                .map(|trouble| {
                    view! {
                        <Notice tone=Tone::Warning title="The previous days could not be loaded">
                            <p>"Figures are not compared. " {trouble.detail} " " {trouble.remedy}</p>
                            <button type="button" class="link-button" on:click=move |_| again.reload()>
                                "Try again"
                            </button>
                        </Notice>
                    }
                })
        }}
        <Filters facts=facts_now scope=scope_now />
        <UsageFigures facts=looked_at groups=totals scope earlier=compared />
        <Split facts=facts_now groups scope=scope_now />
        <Rows facts=looked_at groups=totals scope earlier=compared />
        <AfterPaint>
            <UsageCharts facts groups=charts scope />
        </AfterPaint>
        <AfterPaint>
            <TopLists facts=looked_at scope earlier=compared />
            <FreshnessTable facts scope />
        </AfterPaint>
    }
}

/// What figures and lists are of, and what they are compared with: all days and as many before them, or the day that was
/// looked into and the day before it.
fn of_the_day(
    facts: Memo<Arc<Facts>>,
    scope: Memo<Scope>,
    earlier: RwSignal<Load<Arc<Facts>>>,
) -> (Memo<Arc<Facts>>, Earlier) {
    let day = Memo::new(move |_| scope.with(|scope| scope.day));
    let looked_at = Memo::new(move |_| {
        let of_day = day.get().and_then(|day| facts.with(|facts| facts.of_day(day)));
        of_day.map_or_else(|| facts.get(), Arc::new)
    });
    let compared = Memo::new(move |_| {
        let Some(before) = day.get().map(|day| day.plus(-1)) else { return earlier.get() };
        if let Some(facts) = facts.with(|facts| facts.of_day(before)) {
            return Load::Ready(Arc::new(facts));
        }
        // The day before the first one is the last one of the range before.
        earlier.with(|earlier| match earlier.data().and_then(|facts| facts.of_day(before)) {
            Some(facts) => Load::Ready(Arc::new(facts)),
            None => earlier.clone(),
        })
    });
    (looked_at, compared.into())
}
