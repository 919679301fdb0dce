//! A report as a table: its labels, then each metric over the whole period, then in each interval.

use std::cmp::Ordering;
use std::sync::Arc;

use ::api::connection::Stream;
use ::api::report::{Column, Figure, Figures, Interval, Metric, Report, Sort};
use ::api::{Currency, Day, Timestamp};
use leptos::prelude::*;

use super::answer::Answer;
use super::editor::Editing;
use crate::format::locale::{change, day, day_short, figure, hour, month, number};
use crate::ui::virtual_table::{Order, TableColumn, TableData, VirtualTable};

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    /// A label's texts.
    Label(usize),
    /// A metric over the period.
    Whole(usize),
    /// A metric over the period before.
    Before(usize),
    /// How those two differ.
    Change(usize),
    /// A metric in an interval.
    Part(usize, usize),
}

/// A column that the user has put the rows in the order of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Chosen {
    column: Of,
    ascending: bool,
}

/// The table. Rows that are all here are put in order here; else the server is asked for another order.
#[component]
pub fn FiguresTable(
    /// The report.
    editing: Editing,
    /// The answer, as it came.
    answer: Memo<Option<(Answer, Arc<Report>)>>,
) -> impl IntoView {
    let chosen = RwSignal::new(None::<Chosen>);
    // Another question has its own order.
    Effect::new(move |before: Option<Option<Answer>>| {
        let now = answer.with(|answer| answer.as_ref().map(|(answer, _)| answer.clone()));
        if before.is_some_and(|before| {
            before.map(|answer| answer.query) != now.as_ref().map(|now| now.query.clone())
        }) {
            chosen.set(None);
        }
        now
    });
    let data = Memo::new(move |_| {
        let chosen = chosen.get();
        answer.with(|answer| match answer {
            Some((answer, report)) => table(answer, report, chosen),
            None => TableData::new(Vec::new(), 0, Vec::new(), |_, _| String::new()),
        })
    });
    let sort = move |at: usize| {
        let Some((answer, report)) = answer.get_untracked() else { return };
        let Some(column) = columns(&report).get(at).copied() else { return };
        let current = chosen.get_untracked().or_else(|| asked(&answer, &report));
        let ascending = match current {
            Some(current) if current.column == column => !current.ascending,
            _ => matches!(column, Of::Label(_)),
        };
        if report.folded == 0 {
            chosen.set(Some(Chosen { column, ascending }));
        } else if let Some(sort) = by_server(column, &answer, ascending) {
            editing.change(|definition| definition.query.sort = Some(sort));
        }
    };
    view! { <VirtualTable label="The report as a table" data on_sort=sort /> }
}

fn columns(report: &Report) -> Vec<Of> {
    let metrics = metrics(report).len();
    let mut columns: Vec<Of> = (0..label_names(report).len().max(1)).map(Of::Label).collect();
    for metric in 0..metrics {
        columns.push(Of::Whole(metric));
        if report.previous.is_some() {
            columns.extend([Of::Before(metric), Of::Change(metric)]);
        }
    }
    let part = |interval| (0..metrics).map(move |metric| Of::Part(interval, metric));
    columns.extend((0..report.intervals.len()).flat_map(part));
    columns
}

/// The metrics of a report.
pub fn metrics(report: &Report) -> Vec<(Metric, String)> {
    let metric = |column: &Column| match column {
        Column::Metric { metric, name, .. } => Some((*metric, name.clone())),
        Column::Label { .. } => None,
    };
    report.columns.iter().filter_map(metric).collect()
}

/// The names of a report's labels.
pub fn label_names(report: &Report) -> Vec<String> {
    let name = |column: &Column| match column {
        Column::Label { name, .. } => Some(name.clone()),
        Column::Metric { .. } => None,
    };
    report.columns.iter().filter_map(name).collect()
}

/// What the rows that are folded into one are called.
pub fn other_rows(report: &Report) -> String {
    let rows = if report.folded == 1 { "row" } else { "rows" };
    format!("Other ({} {rows})", number(u64::from(report.folded)))
}

/// Where an interval begins, as short as it can be said.
pub fn interval_words(interval: Interval, start: Timestamp) -> String {
    match interval {
        Interval::Hour => hour(start),
        Interval::Week => format!("from {}", day_short(Day::of(start))),
        Interval::Month => month(Day::of(start)),
        Interval::Day => day_short(Day::of(start)),
        Interval::None => day(Day::of(start)),
    }
}

fn value(figures: &Figures, column: Of) -> Option<Figure> {
    match column {
        Of::Label(_) => None,
        Of::Whole(metric) => figures.values.get(metric).copied().flatten(),
        Of::Before(metric) => figures.previous.as_ref()?.get(metric).copied().flatten(),
        Of::Change(metric) => {
            let (now, before) = (value(figures, Of::Whole(metric))?, value(figures, Of::Before(metric))?);
            let share = (now.pico() - before.pico()).saturating_mul(1_000_000);
            Some(Figure::from_pico(share.checked_div(before.pico().saturating_abs())?))
        }
        Of::Part(interval, metric) => figures.intervals.get(interval)?.get(metric).copied().flatten(),
    }
}

/// Whether a metric of an interval is not here yet, of any row: nothing is counted, and a stream that it is made of has no
/// day so late. That is no zero.
pub fn is_missing(report: &Report, interval: usize, metric: usize) -> bool {
    let Some(start) = report.intervals.get(interval) else { return false };
    let Some((of, _)) = metrics(report).into_iter().nth(metric) else { return false };
    let total = value(&report.total, Of::Part(interval, metric));
    let streams = &report.freshness.streams;
    let is_of = |stream: Stream| match of {
        Metric::Cost => stream == Stream::Costs,
        of => !stream.is_money() || of.is_money() && stream == Stream::Costs,
    };
    total.is_none_or(|total| total.pico() == 0)
        && streams
            .iter()
            .filter(|known| is_of(known.stream))
            .any(|known| known.data_through.is_none_or(|through| through < Day::of(*start)))
}

/// What the texts of figures depend on beside the figures, worked out once for all cells.
struct Texts {
    metrics: Vec<Metric>,
    currency: Currency,
    /// By interval, then metric.
    missing: Vec<Vec<bool>>,
}

impl Texts {
    fn of(report: &Report) -> Self {
        let metrics: Vec<Metric> = metrics(report).into_iter().map(|(metric, _)| metric).collect();
        let of_interval =
            |interval| (0..metrics.len()).map(|metric| is_missing(report, interval, metric)).collect();
        let missing = (0..report.intervals.len()).map(of_interval).collect();
        Self { metrics, currency: report.currency, missing }
    }

    fn text(&self, figures: &Figures, column: Of) -> String {
        let (Of::Whole(metric) | Of::Before(metric) | Of::Part(_, metric) | Of::Change(metric)) = column
        else {
            return String::new();
        };
        let metric = self.metrics.get(metric).copied().unwrap_or(Metric::Cost);
        match column {
            Of::Change(at) => change(value(figures, Of::Whole(at)), value(figures, Of::Before(at))),
            Of::Part(interval, at) if self.is_missing(interval, at) => "–".to_owned(),
            column => figure(value(figures, column), metric, self.currency),
        }
    }

    fn is_missing(&self, interval: usize, metric: usize) -> bool {
        self.missing.get(interval).and_then(|metrics| metrics.get(metric)).copied().unwrap_or(false)
    }
}

/// The order that was asked for, where a column shows it.
fn asked(answer: &Answer, report: &Report) -> Option<Chosen> {
    let place = |metric: Metric| metrics(report).iter().position(|(known, _)| *known == metric);
    match answer.query.sort {
        None => Some(Chosen { column: Of::Whole(0), ascending: false }),
        Some(Sort::Metric { metric, ascending }) => {
            Some(Chosen { column: Of::Whole(place(metric)?), ascending })
        }
        Some(Sort::Labels { ascending }) => Some(Chosen { column: Of::Label(0), ascending }),
    }
}

/// The order of a column as the server takes it.
fn by_server(column: Of, answer: &Answer, ascending: bool) -> Option<Sort> {
    match column {
        Of::Label(0) => Some(Sort::Labels { ascending }),
        Of::Whole(at) => Some(Sort::Metric { metric: *answer.query.metrics.get(at)?, ascending }),
        _ => None,
    }
}

fn table(answer: &Answer, report: &Arc<Report>, chosen: Option<Chosen>) -> TableData {
    let columns = columns(report);
    let (metrics, labels) = (metrics(report), label_names(report));
    let current = chosen.or_else(|| asked(answer, report));
    let head = |column: &Of| {
        let metric = |at: usize| metrics.get(at).map(|(_, name)| name.clone()).unwrap_or_default();
        let name = match *column {
            Of::Label(at) => labels.get(at).cloned().unwrap_or_else(|| "Everything".to_owned()),
            Of::Whole(at) => metric(at),
            Of::Before(at) => format!("{}, period before", metric(at)),
            Of::Change(at) => format!("{}, change", metric(at)),
            Of::Part(interval, at) => {
                let start = report.intervals.get(interval).copied();
                let words =
                    start.map(|start| interval_words(answer.query.interval, start)).unwrap_or_default();
                if metrics.len() > 1 { format!("{words} · {}", metric(at)) } else { words }
            }
        };
        let is_free = report.folded == 0 || by_server(*column, answer, true).is_some();
        let order = match current {
            Some(current) if current.column == *column && current.ascending => Order::Ascending,
            Some(current) if current.column == *column => Order::Descending,
            _ if is_free => Order::Free,
            _ => Order::Fixed,
        };
        TableColumn { name, is_text: matches!(column, Of::Label(_)), order }
    };
    let heads = columns.iter().map(head).collect();
    let texts = Texts::of(report);
    let foot = |(at, column): (usize, &Of)| {
        if at == 0 { "Total".to_owned() } else { texts.text(&report.total, *column) }
    };
    let foot = columns.iter().enumerate().map(foot).collect();
    let order = order(report, chosen);
    let (rows, report) = (report.rows.len(), Arc::clone(report));
    TableData::new(heads, rows, foot, move |row, column| {
        let row =
            order.as_ref().map_or(Some(&row), |order| order.get(row)).and_then(|at| report.rows.get(*at));
        let (Some(row), Some(column)) = (row, columns.get(column)) else { return String::new() };
        match (column, &row.labels) {
            (Of::Label(at), Some(labels)) => match labels.get(*at) {
                Some(label) => label.clone(),
                None => "All".to_owned(),
            },
            (Of::Label(0), None) => other_rows(&report),
            (Of::Label(_), None) => String::new(),
            (column, _) => texts.text(&row.figures, *column),
        }
    })
}

/// The places of the rows in the order that was chosen; none while they stay as they came.
fn order(report: &Report, chosen: Option<Chosen>) -> Option<Vec<usize>> {
    let Chosen { column, ascending } = chosen?;
    let mut order: Vec<usize> = (0..report.rows.len()).collect();
    let row = |at: &usize| report.rows.get(*at);
    if let Of::Label(label) = column {
        let text = |at: &usize| row(at)?.labels.as_ref()?.get(label);
        order.sort_by(|a, b| in_order(text(a), text(b), ascending));
    } else {
        let value = |at: &usize| row(at).and_then(|row| value(&row.figures, column));
        order.sort_by(|a, b| in_order(value(a), value(b), ascending));
    }
    Some(order)
}

/// What there is none of comes last, whatever the direction.
fn in_order<T: Ord>(a: Option<T>, b: Option<T>, ascending: bool) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) if ascending => a.cmp(&b),
        (Some(a), Some(b)) => b.cmp(&a),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}
