//! Costs and usage by whatever the user asks: split, filtered and added up in the browser, from one answer of the server.

use std::sync::Arc;
use std::time::Duration;

use ::api::cost::DayCost;
use ::api::cube::{CubeAnswer, CubeQuery, Show};
use ::api::{Amount, Day, Span};
use facts::group::{Filter, Group, Grouping, Groups, Sum, Sums};
use facts::{Cube, Label};
use leptos::prelude::*;

use super::as_report::AsReport;
use super::before::Earlier;
use super::day_table::DayTable;
use super::filter_form::AddFilter;
use super::rows::Rows;
use super::scope::Scope;
use super::stack::{self, COLOURS, Part};
use super::top::TopLists;
use super::usage_figures::UsageFigures;
use crate::api::{self, CallError};
use crate::browser::now;
use crate::format::count;
use crate::load::arrived::Arrived;
use crate::load::{Load, load};
use crate::navigation::use_navigation;
use crate::ui::bar_chart::{BarChart, BarData};
use crate::ui::chip::{Chip, Tone};
use crate::ui::notice::{Notice, Trouble};

/// How often the facts are asked for while an import runs. The pauses grow while nothing changes.
const POLL: Duration = Duration::from_secs(2);

/// The facts of the period, as they came.
#[derive(Debug)]
pub struct Facts {
    /// What is said about them.
    pub answer: CubeAnswer,
    /// The facts.
    pub cube: Cube,
    bytes: Vec<u8>,
}

impl PartialEq for Facts {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Facts {
    /// Groups the facts over the whole period.
    pub fn whole(&self, labels: &[Label], filters: &[Filter], limit: usize) -> Groups {
        let bounds = [self.answer.start.start().unix_seconds(), self.answer.end.start().unix_seconds()];
        Grouping { labels, filters, bounds: &bounds, order: Sum::Cost, limit }
            .of(&self.cube, &self.answer.names)
    }

    /// Groups the facts by day.
    pub fn by_day(&self, labels: &[Label], filters: &[Filter], limit: usize) -> Groups {
        let days = (self.answer.start.number()..=self.answer.end.number()).map(Day::from_number);
        let bounds: Vec<i64> = days.map(|day| day.start().unix_seconds()).collect();
        Grouping { labels, filters, bounds: &bounds, order: Sum::Cost, limit }
            .of(&self.cube, &self.answer.names)
    }
}

/// The panels, once the facts are here.
#[component]
pub fn Explore(
    /// What is looked at.
    scope: Memo<Scope>,
    /// Whether an import runs.
    imports: Memo<bool>,
    /// The range before, once it is here.
    earlier: Earlier,
) -> impl IntoView {
    let facts = load(
        move || {
            let scope = scope.try_get_untracked().unwrap_or_default();
            async move { ask(days(&scope), &scope).await.map(Arc::new) }
        },
        move |_: &Arc<Facts>| imports.try_get_untracked().unwrap_or(false).then_some(POLL),
    );
    let again = facts.clone();
    Effect::new(move |before: Option<(Scope, bool)>| {
        let now = (scope.get(), imports.get());
        match &before {
            Some((scope, _)) if !scope.asks_like(&now.0) => again.restart(),
            Some((_, imports)) if *imports != now.1 => again.reload(),
            _ => {}
        }
        now
    });
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

/// The days on screen.
fn days(scope: &Scope) -> Span {
    let (start, end) = scope.period.days(Day::of(now()));
    Span { start, end }
}

async fn ask(days: Span, scope: &Scope) -> Result<Facts, Trouble> {
    let query = CubeQuery { start: days.start, end: days.end, connection: scope.account.clone(), fold: None };
    let bytes = api::file::<Show>(&(), &query).await.map_err(|error| error.trouble())?;
    match CubeAnswer::decode(&bytes) {
        Ok((answer, cube)) => Ok(Facts { answer, cube, bytes }),
        Err(_) => {
            let error: CallError<_> = api::garbled_file::<Show>();
            Err(error.trouble())
        }
    }
}

#[component]
fn Panels(
    facts: Memo<Arc<Facts>>,
    scope: Memo<Scope>,
    imports: Memo<bool>,
    earlier: Earlier,
) -> impl IntoView {
    // A second cube: lists and figures of any filter are compared without a further request.
    let before = load(
        move || {
            let scope = scope.try_get_untracked().unwrap_or_default();
            async move { ask(days(&scope).before(), &scope).await.map(Arc::new) }
        },
        move |_: &Arc<Facts>| imports.try_get_untracked().unwrap_or(false).then_some(POLL),
    );
    let state = before.signal();
    Effect::new(move |_| earlier.set(state.get()));
    let asked = before.clone();
    Effect::new(move |was: Option<bool>| {
        let runs = imports.get();
        if was.is_some_and(|was| was != runs) {
            asked.reload();
        }
        runs
    });
    let failed = Memo::new(move |_| earlier.with(|earlier| earlier.trouble().cloned()));
    let groups = Memo::new(move |_| {
        let Scope { by, filters, .. } = scope.get();
        facts.with(|facts| facts.by_day(&[by], &filters, COLOURS))
    });
    let data = Memo::new(move |_| facts.with(|facts| groups.with(|groups| bars(facts, groups))));
    view! {
        {move || {
            let again = before.clone();
            failed
                .get()
                .map(|trouble| {
                    view! {
                        <Notice tone=Tone::Warning title="The days before could not be loaded">
                            <p>"Figures are not compared. " {trouble.detail} " " {trouble.remedy}</p>
                            <button type="button" class="link-button" on:click=move |_| again.reload()>
                                "Try again"
                            </button>
                        </Notice>
                    }
                })
        }}
        <UsageFigures facts scope earlier />
        <section class="card panel" aria-labelledby="explore" data-facts=move || facts.with(|facts| facts.cube.len().to_string())>
            <div class="panel-head">
                <h2 id="explore">{move || format!("Cost per day by {}", scope.get().by.name().to_lowercase())}</h2>
                {move || view! { <Chip tone=Tone::Neutral text=scope.with(Scope::basis) /> }}
                <div class="panel-end scope">
                    <AsReport scope />
                    <SplitBy scope />
                    <AddFilter facts scope />
                </div>
            </div>
            <Filters scope />
            {move || {
                // A chart of other things is another chart: its label names them.
                let label = format!("Cost per day by {}", scope.with(|scope| scope.by.name().to_lowercase()));
                view! { <BarChart label data /> }
            }}
            <DayTable label="Cost per day, as a table" data />
            <Rows facts scope earlier />
        </section>
        <TopLists facts scope earlier />
    }
}

/// The menu of labels.
#[component]
fn SplitBy(scope: Memo<Scope>) -> impl IntoView {
    let navigation = use_navigation();
    let choose = move |slug: String| {
        if let Some(by) = Label::parse(&slug) {
            navigation.go(Scope { by, ..scope.get_untracked() }.route());
        }
    };
    view! {
        <select
            class="select"
            aria-label="Split by"
            prop:value=move || scope.get().by.slug()
            on:change:target=move |event| choose(event.target().value())
        >
            {Label::ALL
                .iter()
                .map(|label| {
                    view! {
                        <option value=label.slug() selected=move || scope.get().by == *label>
                            {label.name()}
                        </option>
                    }
                })
                .collect_view()}
        </select>
    }
}

/// What is looked at alone or left out, each with a way to take it back.
#[component]
fn Filters(scope: Memo<Scope>) -> impl IntoView {
    let navigation = use_navigation();
    let chip = move |(at, filter): (usize, Filter)| {
        let text = filter.texts.join(", ");
        let words =
            format!("{}{}: {text}", if filter.exclude { "Without " } else { "" }, filter.label.name());
        let remove = move |_| {
            let mut scope = scope.get_untracked();
            if at < scope.filters.len() {
                scope.filters.remove(at);
            }
            navigation.go(scope.route());
        };
        view! {
            <li class="chip neutral">
                {words.clone()} <button type="button" class="link-button" aria-label=format!("Remove the filter {words}") on:click=remove>
                    "Remove"
                </button>
            </li>
        }
    };
    move || {
        let filters = scope.with(|scope| scope.filters.clone());
        (!filters.is_empty()).then(|| {
            view! {
                <ul class="filters" aria-label="Filters">
                    {filters.into_iter().enumerate().map(chip).collect_view()}
                </ul>
            }
        })
    }
}

fn bars(facts: &Facts, groups: &Groups) -> BarData {
    let amount = |sums: &Sums| Amount::saturating(sums.get(Sum::Cost));
    let days = groups.intervals.iter().zip(&facts.answer.days).zip(0..).map(|((sums, known), at)| DayCost {
        day: facts.answer.start.plus(at),
        amount: amount(sums),
        coverage: known.cost,
    });
    let part = |group: &Group| Part {
        name: match &group.texts {
            Some(texts) => texts.first().map(ToString::to_string).unwrap_or_default(),
            None => {
                let folded = u64::try_from(groups.folded).unwrap_or_default();
                format!("Other ({})", count(folded, "group", "groups"))
            }
        },
        is_rest: group.texts.is_none(),
        amounts: group.intervals.iter().map(amount).collect(),
    };
    let parts: Vec<Part> = groups.groups.iter().map(part).collect();
    stack::bars(&days.collect::<Vec<_>>(), &parts, facts.answer.currency)
}
