//! A report for a spreadsheet: a line for each row and interval, so that every figure has its own line and its own time.

use std::io;

use api::cost::CurrencyTotal;
use api::report::{Column, Figure, Report};
use focus::{Cell, TableWriter};
use money::Amount;

/// How many lines there are beside the header.
pub(super) fn line_count(report: &Report) -> usize {
    report.rows.len() * report.intervals.len().max(1)
}

/// What is billed in other currencies, which is in no line: `EUR 12.5`, and more after a comma.
pub(super) fn other_currencies(report: &Report) -> String {
    let said = |other: &CurrencyTotal| format!("{} {}", other.currency.as_str(), other.total);
    report.other_currencies.iter().map(said).collect::<Vec<_>>().join(", ")
}

/// The report as CSV.
pub(super) fn write(report: &Report) -> io::Result<Vec<u8>> {
    let by_interval = !report.intervals.is_empty();
    let header = header(report, by_interval);
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut table = TableWriter::new(Vec::new(), &header)?;
    let label_count = report.columns.iter().filter(|column| matches!(column, Column::Label { .. })).count();
    // No label says so: a project may be called Other.
    let rest = format!("All others ({})", report.folded);
    for row in &report.rows {
        let texts: Vec<&str> = match &row.labels {
            Some(labels) => labels.iter().map(String::as_str).collect(),
            None => vec![rest.as_str(); label_count],
        };
        let mut previous = row.figures.previous.clone().unwrap_or_default();
        if !by_interval {
            let figures = [row.figures.values.as_slice(), &previous].concat();
            write_line(&mut table, &texts, None, &figures)?;
        }
        for (start, figures) in report.intervals.iter().zip(&row.figures.intervals) {
            let figures = [figures.as_slice(), &previous].concat();
            write_line(&mut table, &texts, Some(&start.to_string()), &figures)?;
            // The whole period before is told once for each row, so that these columns add up as well.
            previous.fill(None);
        }
    }
    table.finish()
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

fn header(report: &Report, by_interval: bool) -> Vec<String> {
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
    let before = if by_interval { "whole period before" } else { "period before" };
    let previous: Vec<String> = metrics.iter().map(|metric| format!("{metric}, {before}")).collect();
    header.extend(metrics);
    if report.previous.is_some() {
        header.extend(previous);
    }
    header
}

#[cfg(test)]
mod tests {
    use api::report::{BasisTotals, Figures};
    use api::{Currency, Day, Span};

    use super::*;

    #[test]
    fn what_is_billed_in_other_currencies_is_named() {
        let nothing = Figures { values: Vec::new(), previous: None, intervals: Vec::new() };
        let other = |currency, pico| CurrencyTotal {
            currency: Currency::parse(currency).unwrap(),
            total: Amount::from_pico(pico).unwrap(),
        };
        let basis =
            BasisTotals { billed: Amount::ZERO, attributed: Amount::ZERO, unattributed: Amount::ZERO };
        let day = Day::from_number(20_000);
        let mut report = Report {
            span: Span { start: day, end: day.plus(1) },
            previous: None,
            currency: Currency::USD,
            columns: Vec::new(),
            intervals: Vec::new(),
            rows: Vec::new(),
            total: nothing,
            folded: 0,
            basis,
            other_currencies: Vec::new(),
            freshness: api::freshness::Freshness::default(),
        };
        assert_eq!(other_currencies(&report), "");
        report.other_currencies = vec![other("eur", 12_500_000_000_000), other("gbp", -1)];
        assert_eq!(other_currencies(&report), "EUR 12.5, GBP -0.000000000001");
    }
}
