//! Costs and usage by whatever the user asks: split, filtered and added up in the browser, from one answer of the server.

use std::sync::Arc;
use std::time::Duration;

use ::api::cost::Coverage;
use ::api::cube::{CubeAnswer, CubeQuery, Show};
use ::api::{Amount, Day};
use facts::group::{Filter, Group, Grouping, Groups, Sum};
use facts::{Cube, Label};
use leptos::prelude::*;

use super::rows::Rows;
use super::scope::Scope;
use super::usage_figures::UsageFigures;
use crate::api::{self, CallError};
use crate::browser::now;
use crate::format::count;
use crate::format::locale::{day_long, day_short, money, money_compact};
use crate::load::load;
use crate::navigation::use_navigation;
use crate::scale;
use crate::ui::bar_chart::{Bar, BarChart, BarData, BarSeries, BarState};
use crate::ui::chip::{Chip, Tone};
use crate::ui::notice::{Trouble, TroubleNotice};
use crate::ui::skeleton::Skeleton;

/// How often the facts are asked for while an import runs. The pauses grow while nothing changes.
const POLL: Duration = Duration::from_secs(2);
/// Groups that have a colour of their own.
const COLOURS: [&str; 5] = ["series-1", "series-2", "series-3", "series-4", "series-5"];

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
) -> impl IntoView {
    let facts = load(
        move || {
            let scope = scope.try_get_untracked().unwrap_or_default();
            async move { ask(scope).await.map(Arc::new) }
        },
        move |_: &Arc<Facts>| imports.try_get_untracked().unwrap_or(false).then_some(POLL),
    );
    let again = facts.clone();
    Effect::new({
        let again = again.clone();
        move |before: Option<(Scope, bool)>| {
            let now = (scope.get(), imports.get());
            match &before {
                Some((scope, _)) if !scope.asks_like(&now.0) => again.restart(),
                Some((_, imports)) if *imports != now.1 => again.reload(),
                _ => {}
            }
            now
        }
    });
    let state = facts.signal();
    let failed = Memo::new({
        let state = state.clone();
        move |_| state.with(|state| state.trouble().filter(|_| state.data().is_none()).cloned())
    });
    let here = Memo::new(move |_| state.with(|state| state.data().cloned()));
    let is_here = Memo::new(move |_| here.with(Option::is_some));
    move || {
        if let Some(trouble) = failed.get() {
            let again = again.clone();
            return view! { <TroubleNotice trouble on_retry=Callback::new(move |()| again.reload()) /> }
                .into_any();
        }
        let first = if is_here.get() { here.get_untracked() } else { None };
        match first {
            None => view! { <Skeleton label="Loading usage…" lines=6 /> }.into_any(),
            Some(first) => {
                let facts = Memo::new(move |_| here.get().unwrap_or_else(|| Arc::clone(&first)));
                view! { <Panels facts scope /> }.into_any()
            }
        }
    }
}

async fn ask(scope: Scope) -> Result<Facts, Trouble> {
    let (start, end) = scope.period.days(Day::of(now()));
    let query = CubeQuery { start, end, connection: scope.account, fold: None };
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
fn Panels(facts: Memo<Arc<Facts>>, scope: Memo<Scope>) -> impl IntoView {
    let groups = Memo::new(move |_| {
        let Scope { by, filters, .. } = scope.get();
        facts.with(|facts| facts.by_day(&[by], &filters, COLOURS.len()))
    });
    let data = Memo::new(move |_| facts.with(|facts| groups.with(|groups| bars(facts, groups))));
    view! {
        <UsageFigures facts scope />
        <section class="card panel" aria-labelledby="explore">
            <div class="panel-head">
                <h2 id="explore">{move || format!("Cost per day by {}", scope.get().by.name().to_lowercase())}</h2>
                <Chip tone=Tone::Neutral text="attributed" />
                <SplitBy scope />
            </div>
            <Filters scope />
            {move || {
                // A chart of other things is another chart: its label names them.
                let label = format!("Cost per day by {}", scope.with(|scope| scope.by.name().to_lowercase()));
                view! { <BarChart label data /> }
            }}
            <Rows facts scope />
        </section>
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
            class="select panel-end"
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
    let currency = facts.answer.currency;
    let amount = |pico: i128| Amount::from_pico(pico).unwrap_or_default();
    let cost = |group: &Group, at: usize| {
        amount(group.intervals.get(at).map(|sums| sums.get(Sum::Cost)).unwrap_or_default())
    };
    // A credit takes nothing off the height of a bar, which shows what stands above zero.
    let height = |at: usize| -> Amount {
        groups.groups.iter().map(|group| cost(group, at)).filter(|cost| *cost > Amount::ZERO).sum()
    };
    let marks = scale::marks((0..groups.intervals.len()).map(height).max().unwrap_or_default());
    let top = marks.last().copied().unwrap_or_default();
    let bars = groups.intervals.iter().enumerate().map(|(at, sums)| {
        let day = facts.answer.start.plus(i64::try_from(at).unwrap_or_default());
        Bar {
            label: day_short(day),
            name: day_long(day),
            total: money(amount(sums.get(Sum::Cost)), currency),
            parts: groups
                .groups
                .iter()
                .map(|group| {
                    let cost = cost(group, at);
                    let value = if cost == Amount::ZERO { String::new() } else { money(cost, currency) };
                    (scale::percent(cost, top), value)
                })
                .collect(),
            state: match facts.answer.days.get(at).map(|day| day.cost) {
                Some(Coverage::Settled) => BarState::Settled,
                Some(Coverage::Provisional) => BarState::Provisional,
                _ => BarState::Missing,
            },
        }
    });
    let series = groups.groups.iter().enumerate().map(|(at, group)| match &group.texts {
        Some(texts) => BarSeries {
            name: texts.first().map(ToString::to_string).unwrap_or_default(),
            class: COLOURS.get(at).copied().unwrap_or("series-other"),
        },
        None => {
            let folded = u64::try_from(groups.folded).unwrap_or_default();
            BarSeries { name: format!("Other ({})", count(folded, "group", "groups")), class: "series-other" }
        }
    });
    BarData {
        bars: bars.collect(),
        series: series.collect(),
        axis: marks
            .into_iter()
            .map(|mark| (scale::percent(mark, top), money_compact(mark, currency)))
            .collect(),
    }
}
