//! A report for a spreadsheet: a line for each row and interval, so that every figure has its own line and its own time.

use std::io;

use api::report::{Column, Figure, Figures, Report};
use focus::{Cell, TableWriter};
use money::Amount;

/// What stands for the rest.
const REST: &str = "Other";

/// How many lines there are beside the header.
pub(super) fn line_count(report: &Report) -> usize {
    report.rows.len() * report.intervals.len().max(1)
}

/// The report as CSV.
pub(super) fn write(report: &Report) -> io::Result<Vec<u8>> {
    let by_interval = !report.intervals.is_empty();
    let compared = report.previous.is_some() && !by_interval;
    let header = header(report, by_interval, compared);
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut table = TableWriter::new(Vec::new(), &header)?;
    let label_count = report.columns.iter().filter(|column| matches!(column, Column::Label { .. })).count();
    for row in &report.rows {
        let texts: Vec<&str> = match &row.labels {
            Some(labels) => labels.iter().map(String::as_str).collect(),
            None => vec![REST; label_count],
        };
        if !by_interval {
            write_line(&mut table, &texts, None, &values(&row.figures, compared))?;
        }
        for (start, figures) in report.intervals.iter().zip(&row.figures.intervals) {
            write_line(&mut table, &texts, Some(&start.to_string()), figures)?;
        }
    }
    table.finish()
}

fn values(figures: &Figures, compared: bool) -> Vec<Option<Figure>> {
    let previous = figures.previous.iter().flatten().filter(|_| compared);
    figures.values.iter().chain(previous).copied().collect()
}

fn write_line(
    table: &mut TableWriter<Vec<u8>>,
    texts: &[&str],
    start: Option<&str>,
    figures: &[Option<Figure>],
) -> io::Result<()> {
    let long: Vec<String> = figures.iter().flatten().map(ToString::to_string).collect();
    let mut long = long.iter();
    let mut cells: Vec<Cell<'_>> = texts.iter().copied().chain(start).map(Cell::Text).collect();
    for figure in figures {
        cells.push(match figure {
            None => Cell::Empty,
            Some(figure) => {
                let text = long.next().map(String::as_str).unwrap_or_default();
                // What is beyond any amount is a whole number of tokens, which begins with a digit.
                Amount::from_pico(figure.pico()).map_or(Cell::Text(text), Cell::Decimal)
            }
        });
    }
    table.write(&cells)
}

fn header(report: &Report, by_interval: bool, compared: bool) -> Vec<String> {
    let mut header = Vec::new();
    let mut metrics = Vec::new();
    for column in &report.columns {
        match column {
            Column::Label { name, .. } => header.push(name.clone()),
            Column::Metric { name, unit: Some(unit), .. } => metrics.push(format!("{name} ({unit})")),
            Column::Metric { name, unit: None, .. } => metrics.push(name.clone()),
        }
    }
    if by_interval {
        header.push("Start (UTC)".to_owned());
    }
    let previous: Vec<String> = metrics.iter().map(|metric| format!("{metric}, period before")).collect();
    header.extend(metrics);
    if compared {
        header.extend(previous);
    }
    header
}
