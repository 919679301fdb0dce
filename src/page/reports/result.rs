//! The answer: the chart and the table, or why there is none.

use std::sync::Arc;

use ::api::report::{Metric, Report, ReportQuery};
use ::api::saved_report::View;
use leptos::prelude::*;

use super::answer::{Answer, Outcome};
use super::chart::{RowBars, first_metric, over_time, words};
use super::csv::DownloadCsv;
use super::definition::VIEWS;
use super::editor::Editing;
use super::figures_table::FiguresTable;
use super::notes::{Notes, about};
use crate::form::submission::Submission;
use crate::load::refresh::Refresh;
use crate::load::{Load, Loader};
use crate::route::Route;
use crate::ui::bar_chart::{BarChart, BarData};
use crate::ui::button::LinkButton;
use crate::ui::chip::Tone;
use crate::ui::icon::Spinner;
use crate::ui::notice::{Notice, Trouble, TroubleNotice};
use crate::ui::skeleton::Skeleton;

/// What stands where the answer will be, or beside it.
#[derive(Clone, Debug, PartialEq)]
enum Screen {
    Loading,
    /// There is nothing to show.
    Failed(Trouble),
    /// Figures are on screen: of this question, or of the one before while this one is asked.
    Figures {
        is_asking: bool,
        stale: Option<Trouble>,
    },
}

type Shown = Memo<Option<(Answer, Arc<Report>)>>;

/// The panel.
#[component]
pub fn Result(
    /// The report.
    editing: Editing,
    /// The answer.
    answer: Loader<Answer>,
) -> impl IntoView {
    let state = answer.signal();
    let shown: Shown = Memo::new({
        let state = state.clone();
        move |_| {
            state.with(|state| match state.data() {
                Some(answer @ Answer { outcome: Outcome::Report(report), .. }) => {
                    Some((answer.clone(), Arc::clone(report)))
                }
                _ => None,
            })
        }
    });
    let screen = Memo::new(move |_| {
        let query = editing.query.get();
        state.with(|state| match state {
            Load::Loading => Screen::Loading,
            Load::Failed(trouble) => Screen::Failed(trouble.clone()),
            Load::Ready(answer) | Load::Stale(answer, _) => {
                let is_of_this = answer.query == query;
                match (&answer.outcome, state.trouble()) {
                    (_, Some(trouble)) if !is_of_this => Screen::Failed(trouble.clone()),
                    (Outcome::Refused(trouble, _), _) if is_of_this => Screen::Failed(trouble.clone()),
                    (Outcome::Refused(..), _) => Screen::Loading,
                    (Outcome::Report(_), trouble) => {
                        Screen::Figures { is_asking: !is_of_this, stale: trouble.cloned() }
                    }
                }
            }
        })
    });
    let again = Callback::new(move |()| answer.reload());
    let is_asking = Memo::new(move |_| matches!(screen.get(), Screen::Figures { is_asking: true, .. }));
    let has_figures = Memo::new(move |_| matches!(screen.get(), Screen::Figures { .. }));
    let stale = Memo::new(move |_| match screen.get() {
        Screen::Figures { stale, .. } => stale,
        Screen::Loading | Screen::Failed(_) => None,
    });
    let submission = Submission::default();
    view! {
        <section class="card panel report-result" aria-labelledby="report-result" aria-busy=move || is_asking.get().then_some("true")>
            <div class="panel-head">
                <h2 id="report-result">{move || editing.query.with(title)}</h2>
                <div class="panel-end actions">
                    <ViewChoice editing />
                    <DownloadCsv editing submission />
                </div>
            </div>
            {submission.notice()}
            {move || {
                stale
                    .get()
                    .map(|trouble| {
                        view! {
                            <Notice tone=Tone::Warning title="These figures may be out of date">
                                <p>{trouble.detail} " " {trouble.remedy}</p>
                                <button type="button" class="link-button" on:click=move |_| again.run(())>
                                    "Try again"
                                </button>
                            </Notice>
                        }
                    })
            }}
            {move || {
                if has_figures.get() {
                    return view! { <Figures editing shown is_asking again /> }.into_any();
                }
                match screen.get() {
                    Screen::Failed(trouble) => view! { <TroubleNotice trouble on_retry=again /> }.into_any(),
                    Screen::Loading | Screen::Figures { .. } => {
                        view! { <Skeleton label="Adding up the figures…" lines=8 /> }.into_any()
                    }
                }
            }}
        </section>
    }
}

/// `Cost and Tokens by Service and Project`.
fn title(query: &ReportQuery) -> String {
    let metrics: Vec<&str> = query.metrics.iter().map(|metric| metric.name()).collect();
    let labels: Vec<&str> = query.group_by.iter().map(|label| label.0.name()).collect();
    match (metrics.is_empty(), labels.is_empty()) {
        (true, _) => "No metric".to_owned(),
        (false, true) => metrics.join(", "),
        (false, false) => format!("{} by {}", metrics.join(", "), labels.join(", ")),
    }
}

#[component]
fn ViewChoice(editing: Editing) -> impl IntoView {
    let view = Memo::new(move |_| editing.definition.with(|definition| definition.view));
    view! {
        <fieldset class="segments">
            <legend class="hidden-text">"Show as"</legend>
            {VIEWS
                .iter()
                .map(|(own, _, name)| {
                    view! {
                        <label>
                            <input
                                type="radio"
                                name="report-view"
                                prop:checked=move || view.get() == *own
                                on:change=move |_| editing.change(|definition| definition.view = *own)
                            />
                            <span>{*name}</span>
                        </label>
                    }
                })
                .collect_view()}
        </fieldset>
    }
}

#[component]
fn Figures(editing: Editing, shown: Shown, is_asking: Memo<bool>, again: Callback<()>) -> impl IntoView {
    let words = move || {
        if is_asking.get() {
            return view! {
                <Spinner />
                "Adding up…"
            }
            .into_any();
        }
        shown.with(|shown| shown.as_ref().map(|(_, report)| about(report))).into_any()
    };
    let is_empty = Memo::new(move |_| {
        shown.with(|shown| shown.as_ref().is_some_and(|(_, report)| report.rows.is_empty()))
    });
    let nothing_imported = Memo::new(move |_| {
        shown.with(|shown| shown.as_ref().is_some_and(|(_, report)| report.freshness.imported_at.is_none()))
    });
    let connect = Signal::derive(move || Route::connect(editing.navigation.route()).to_string());
    let notes = move || {
        shown.with(|shown| shown.as_ref().map(|(_, report)| view! { <Notes report=Arc::clone(report) /> }))
    };
    view! {
        <p class="report-about muted" role="status">
            {words}
        </p>
        <div class="report-figures" class:asking=is_asking>
            {move || {
                if nothing_imported.get() {
                    view! {
                        <div class="empty">
                            <h3>"Nothing is imported yet"</h3>
                            <p class="muted">"Connect an OpenAI organization, or wait until its import has started."</p>
                            <p class="actions">
                                <LinkButton href=connect>"Connect your account"</LinkButton>
                            </p>
                        </div>
                    }
                        .into_any()
                } else if is_empty.get() {
                    view! {
                        <div class="empty">
                            <h3>"No figures"</h3>
                            <p class="muted">
                                "Nothing in these days matches the filters. Choose other days, or remove a filter."
                            </p>
                        </div>
                    }
                        .into_any()
                } else {
                    view! {
                        <Chart editing shown />
                        <FiguresTable editing answer=shown />
                    }
                        .into_any()
                }
            }}
        </div>
        {notes}
        <Refresh again />
    }
}

/// The chart, where one was chosen. Other figures change it in place.
#[component]
fn Chart(editing: Editing, shown: Shown) -> impl IntoView {
    let view = Memo::new(move |_| editing.definition.with(|definition| definition.view));
    let data = move |stacked: bool| {
        Memo::new(move |before: Option<&BarData>| {
            let drawn =
                shown.with(|shown| shown.as_ref().map(|(answer, report)| over_time(answer, report, stacked)));
            drawn.or_else(|| before.cloned()).unwrap_or_else(|| BarData {
                bars: Vec::new(),
                labels: Vec::new(),
                series: Vec::new(),
                axis: Vec::new(),
                zero: 0.0,
            })
        })
    };
    let words = move |stacked: bool| {
        Callback::new(move |bar: usize| {
            let shown = shown.get();
            shown.map(|(answer, report)| words(&answer, &report, stacked, bar)).unwrap_or_default()
        })
    };
    let label = move || {
        let metric =
            shown.with(|shown| shown.as_ref().map_or(Metric::Cost, |(_, report)| first_metric(report)));
        format!("{} over time", metric.name())
    };
    move || match view.get() {
        View::Table => ().into_any(),
        View::Columns => view! { <BarChart label=label() data=data(true) words=words(true) /> }.into_any(),
        View::Lines => {
            view! { <BarChart label=label() data=data(false) words=words(false) lines=true /> }.into_any()
        }
        View::Bars => shown
            .with(|shown| shown.as_ref().map(|(_, report)| view! { <RowBars report=Arc::clone(report) /> }))
            .into_any(),
    }
}
