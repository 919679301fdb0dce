//! A report as a chart of its first metric. The table below it has the same values, and all others.

use ::api::report::{Figure, Figures, Metric, Report, Row};
use leptos::prelude::*;
use std::sync::Arc;

use super::answer::Answer;
use super::figures_table::{interval_words, is_missing, metrics, other_rows};
use crate::format::locale::{figure, figure_compact, number};
use crate::scale::{Scale, pico_percent};
use crate::ui::bar_chart::{Bar, BarData, BarSeries, BarState, BarWords, labelled};
use crate::ui::series::{REST, SERIES, colour};

/// Most bars, one for each row.
const MOST_BARS: usize = 25;

/// What a row is called: the texts of its labels.
pub fn row_name(row: &Row, report: &Report) -> String {
    match &row.labels {
        Some(labels) if labels.is_empty() => "All".to_owned(),
        Some(labels) => labels.join(" · "),
        None => other_rows(report),
    }
}

/// The first metric, which charts show.
pub fn first_metric(report: &Report) -> Metric {
    metrics(report).first().map_or(Metric::Cost, |(metric, _)| *metric)
}

/// A line or a colour: its name, its class, and a value for each interval.
struct Part {
    name: String,
    class: &'static str,
    values: Vec<Option<i128>>,
}

impl Part {
    fn at(&self, interval: usize) -> Option<i128> {
        self.values.get(interval).copied().flatten()
    }
}

/// The chart over time. Stacked, its parts stand on each other; else each is a line.
pub fn over_time(answer: &Answer, report: &Report, stacked: bool) -> BarData {
    let metric = first_metric(report);
    let parts = parts(report, metric);
    let totals = series(&report.total);
    let count = totals.len();
    // Stacked, credits hang below zero and everything else stands above it.
    let reach = |bar: usize, below: bool| {
        let values = parts.iter().filter_map(|part| part.at(bar)).filter(|value| (*value < 0) == below);
        match (stacked, below) {
            (true, _) => values.fold(0, i128::saturating_add),
            (false, true) => values.min().unwrap_or_default(),
            (false, false) => values.max().unwrap_or_default(),
        }
    };
    let lowest = (0..count).map(|bar| reach(bar, true)).min().unwrap_or_default();
    let scale = Scale::new(lowest, (0..count).map(|bar| reach(bar, false)).max().unwrap_or_default());
    let part =
        |value: Option<i128>| value.filter(|value| *value != 0 || !stacked).map(|value| scale.height(value));
    let bar = |bar: usize| Bar {
        parts: parts.iter().map(|of| part(of.at(bar).filter(|_| !is_missing(report, bar, 0)))).collect(),
        state: if is_missing(report, bar, 0) { BarState::Missing } else { BarState::Settled },
    };
    let compact = |mark: i128| figure_compact(Figure::from_pico(mark), metric, report.currency);
    BarData {
        bars: (0..count).map(bar).collect(),
        labels: labelled(count).map(|bar| (bar, bar_name(answer, report, bar))).collect(),
        series: parts
            .iter()
            .map(|part| BarSeries { name: part.name.clone(), class: part.class, opens: false })
            .collect(),
        axis: scale.axis(compact),
        zero: scale.place(0),
    }
}

/// One bar of the chart over time, in words.
pub fn words(answer: &Answer, report: &Report, stacked: bool, bar: usize) -> BarWords {
    let metric = first_metric(report);
    let words = |value: Option<i128>| figure(value.map(Figure::from_pico), metric, report.currency);
    let known = |value: Option<i128>| value.filter(|_| !is_missing(report, bar, 0));
    let part = |value: Option<i128>| match known(value) {
        Some(value) if value != 0 || !stacked => words(Some(value)),
        _ => String::new(),
    };
    BarWords {
        name: bar_name(answer, report, bar),
        total: words(known(series(&report.total).get(bar).copied().flatten())),
        note: String::new(),
        parts: parts(report, metric).iter().map(|of| part(of.at(bar))).collect(),
    }
}

fn bar_name(answer: &Answer, report: &Report, bar: usize) -> String {
    match report.intervals.get(bar) {
        Some(start) => interval_words(answer.query.interval, *start),
        None => "Whole period".to_owned(),
    }
}

/// The first metric in each interval, or over the period when it is one.
fn series(figures: &Figures) -> Vec<Option<i128>> {
    let first = |values: &Vec<Option<Figure>>| values.first().copied().flatten().map(Figure::pico);
    if figures.intervals.is_empty() {
        vec![first(&figures.values)]
    } else {
        figures.intervals.iter().map(first).collect()
    }
}

/// The largest rows, and the rest as one. Shares and prices do not add up: of them the total is drawn alone.
fn parts(report: &Report, metric: Metric) -> Vec<Part> {
    let total = series(&report.total);
    if metric.is_ratio() {
        return vec![Part {
            name: format!("{}, all rows", metric.name()),
            class: colour(0, false),
            values: total,
        }];
    }
    let mut rows: Vec<&Row> = report.rows.iter().filter(|row| row.labels.is_some()).collect();
    let size = |row: &Row| row.figures.values.first().copied().flatten();
    rows.sort_by_key(|row| std::cmp::Reverse(size(row)));
    let count = report.rows.len();
    let mut parts: Vec<Part> = rows
        .iter()
        .zip(SERIES)
        .map(|(row, class)| Part { name: row_name(row, report), class, values: series(&row.figures) })
        .collect();
    if count > parts.len() {
        let known =
            |at: usize| -> i128 { parts.iter().filter_map(|part| part.at(at)).fold(0, i128::saturating_add) };
        let values =
            total.iter().enumerate().map(|(at, total)| total.map(|total| total - known(at))).collect();
        parts.push(Part { name: "Other".to_owned(), class: REST, values });
    }
    parts
}

/// The rows as bars, as they stand in the table.
#[component]
pub fn RowBars(
    /// The report.
    report: Arc<Report>,
) -> impl IntoView {
    let metric = first_metric(&report);
    let value = |row: &Row| row.figures.values.first().copied().flatten();
    let largest = report.rows.iter().filter_map(value).map(Figure::pico).max().unwrap_or_default();
    let bar = |row: &Row| {
        let width = value(row).map_or(0.0, |value| pico_percent(value.pico(), largest));
        let name = row_name(row, &report);
        view! {
            <li class="project">
                <span class="project-name" title=name.clone()>
                    {name.clone()}
                </span>
                <span class="number">{figure(value(row), metric, report.currency)}</span>
                <span class="project-bar">
                    <i style:width=format!("{width}%")></i>
                </span>
            </li>
        }
    };
    let more = report.rows.len().saturating_sub(MOST_BARS);
    view! {
        <ul class="projects row-bars" aria-label=format!("{} of each row", metric.name())>
            {report.rows.iter().take(MOST_BARS).map(bar).collect_view()}
        </ul>
        {(more > 0).then(|| view! { <p class="muted">{number(u64::try_from(more).unwrap_or_default())} " more in the table"</p> })}
    }
}
