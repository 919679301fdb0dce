//! From sums to the answer.

use std::cmp::Ordering;
use std::collections::HashSet;

use api::freshness::Freshness;
use api::report::query::MOST_FIGURES;
use api::report::{
    BasisTotals, Column, Figure, Figures, Interval, Label, Metric, Plan, Report, ReportError, ReportQuery,
    Row, Sort,
};
use api::{Amount, Currency, Span, Timestamp};
use facts::group;

use super::sheet::{Book, Series, Settled, Texts};

/// What a table is made of.
pub(super) struct Sums {
    /// The currency of the table.
    pub(super) currency: Currency,
    /// All groups of both periods, in the order that was asked for.
    pub(super) order: Vec<Texts>,
    /// The period.
    pub(super) now: Settled,
    /// The period to compare with.
    pub(super) before: Option<Settled>,
}

/// The table of a question.
pub(super) fn table(
    query: &ReportQuery,
    plan: &Plan,
    sums: &Sums,
    freshness: Freshness,
) -> Result<Report, ReportError> {
    let Sums { currency, order, now, before } = sums;
    let none = Series::default();
    let book = &now.book;
    let old = before.as_ref().map(|before| &before.book);
    let shown = order.get(..plan.limit.min(order.len())).unwrap_or_default();
    check_size(query, plan, shown.len())?;
    let starts = query.interval.bounds(plan.span);
    let maker = Maker::new(query, plan, &starts);

    let mut rows: Vec<Row> = Vec::with_capacity(shown.len() + 1);
    for texts in shown {
        let series = book.groups.get(texts).unwrap_or(&none);
        let old = old.map(|old| old.groups.get(texts).unwrap_or(&none));
        let labels = texts.iter().map(|text| text.to_string()).collect();
        rows.push(Row { labels: Some(labels), figures: maker.figures(series, old) });
    }
    let is_shown: HashSet<&Texts> = shown.iter().collect();
    let unshown = |book: &Book| added_up(book, |texts| !is_shown.contains(texts));
    let folded = order.len() - shown.len();
    if folded > 0 {
        rows.push(Row { labels: None, figures: maker.figures(&unshown(book), old.map(unshown).as_ref()) });
    }
    let all = |book: &Book| added_up(book, |_| true);
    let [billed, attributed, unattributed] = book.basis.map(Amount::saturating);
    Ok(Report {
        span: plan.span,
        previous: plan.previous,
        currency: *currency,
        columns: columns(query, *currency),
        intervals: starts.into_iter().take(maker.intervals.len()).collect(),
        rows,
        total: maker.figures(&all(book), old.map(all).as_ref()),
        folded: u32::try_from(folded).unwrap_or(u32::MAX),
        basis: BasisTotals { billed, attributed, unattributed },
        other_currencies: now.other_currencies.clone(),
        freshness,
    })
}

/// The sums of the groups of some texts, and of all that were not chosen.
fn added_up(book: &Book, which: impl Fn(&Texts) -> bool) -> Series {
    let mut sum = book.rest.clone();
    for (_, series) in book.groups.iter().filter(|(texts, _)| which(texts)) {
        sum.merge(series);
    }
    sum
}

/// Refuses an answer of too many figures.
pub(super) fn check_size(query: &ReportQuery, plan: &Plan, rows: usize) -> Result<(), ReportError> {
    let sets = interval_count(query, plan) + 1 + usize::from(plan.previous.is_some());
    let columns = sets.saturating_mul(query.metrics.len());
    if rows.saturating_mul(columns) > MOST_FIGURES { Err(ReportError::TooLarge) } else { Ok(()) }
}

/// How many intervals there are; none when the period is one.
fn interval_count(query: &ReportQuery, plan: &Plan) -> usize {
    match query.interval {
        Interval::None => 0,
        interval => interval.bounds(plan.span).len().saturating_sub(1),
    }
}

/// All groups of both periods, in the order that was asked for.
pub(super) fn rows(query: &ReportQuery, plan: &Plan, now: &Settled, before: Option<&Settled>) -> Vec<Texts> {
    let steps = steps(query.interval, plan.span.start.start(), plan.span.end.start());
    let groups = std::iter::once(now).chain(before).flat_map(|settled| settled.book.groups.keys());
    let mut texts: Vec<&Texts> = groups.collect::<HashSet<_>>().into_iter().collect();
    // Everything as one row is one, even when there is nothing.
    if query.group_by.is_empty() && texts.is_empty() {
        return vec![Texts::new()];
    }
    match plan.sort {
        Sort::Labels { ascending } => {
            texts.sort_unstable_by(|a, b| if ascending { a.cmp(b) } else { b.cmp(a) });
        }
        Sort::Metric { metric, ascending } => {
            let value = |texts: &Texts| {
                let sums = now.book.groups.get(texts).map(Series::total);
                metric.of(&sums.unwrap_or_default(), steps)
            };
            let mut valued: Vec<(Option<Figure>, &Texts)> =
                texts.into_iter().map(|texts| (value(texts), texts)).collect();
            valued.sort_unstable_by(|a, b| by_value(a.0, b.0, ascending).then_with(|| a.1.cmp(b.1)));
            texts = valued.into_iter().map(|(_, texts)| texts).collect();
        }
    }
    texts.into_iter().cloned().collect()
}

/// What is no number comes last, whatever the direction.
fn by_value(a: Option<Figure>, b: Option<Figure>, ascending: bool) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) if ascending => a.cmp(&b),
        (Some(a), Some(b)) => b.cmp(&a),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

/// Makes figures of sums.
struct Maker<'a> {
    query: &'a ReportQuery,
    /// How many steps the period has, the one before, and each interval; none of the last when the period is one.
    whole: u32,
    previous: u32,
    intervals: Vec<u32>,
}

impl<'a> Maker<'a> {
    fn new(query: &'a ReportQuery, plan: &Plan, bounds: &[Timestamp]) -> Self {
        let of = |interval, span: Span| steps(interval, span.start.start(), span.end.start());
        let each =
            bounds.iter().zip(bounds.iter().skip(1)).map(|(from, to)| steps(query.interval, *from, *to));
        Self {
            query,
            whole: of(query.interval, plan.span),
            // It is one sum, whatever the interval.
            previous: plan.previous.map_or(1, |span| of(Interval::None, span)),
            intervals: each.take(interval_count(query, plan)).collect(),
        }
    }

    fn figures(&self, series: &Series, old: Option<&Series>) -> Figures {
        let of_interval = |(at, steps): (usize, &u32)| self.values(&series.at(at), *steps);
        Figures {
            values: self.values(&series.total(), self.whole),
            previous: old.map(|old| self.values(&old.total(), self.previous)),
            intervals: self.intervals.iter().enumerate().map(of_interval).collect(),
        }
    }

    fn values(&self, sums: &group::Sums, steps: u32) -> Vec<Option<Figure>> {
        self.query.metrics.iter().map(|metric| metric.of(sums, steps)).collect()
    }
}

/// How many days or, where facts are by the hour, hours there are from one moment to another.
fn steps(interval: Interval, from: Timestamp, to: Timestamp) -> u32 {
    let step = if interval == Interval::Hour { 3_600 } else { 86_400 };
    u32::try_from((to.unix_seconds() - from.unix_seconds()) / step).unwrap_or(1)
}

fn columns(query: &ReportQuery, currency: Currency) -> Vec<Column> {
    let labels =
        query.group_by.iter().map(|label| Column::Label { label: *label, name: label.0.name().to_owned() });
    let metrics = query.metrics.iter().map(|metric| Column::Metric {
        metric: *metric,
        name: metric.name().to_owned(),
        unit: unit(query, *metric, currency),
    });
    labels.chain(metrics).collect()
}

/// What a metric is counted in.
fn unit(query: &ReportQuery, metric: Metric, currency: Currency) -> Option<String> {
    let text = match metric {
        Metric::Cost => currency.as_str().to_owned(),
        Metric::CostPerMillionTokens => format!("{} per 1M tokens", currency.as_str()),
        Metric::CostPerRequest => format!("{} per request", currency.as_str()),
        Metric::Requests => "requests".to_owned(),
        Metric::Tokens
        | Metric::InputTokens
        | Metric::CachedTokens
        | Metric::CacheWriteTokens
        | Metric::OutputTokens
        | Metric::BatchTokens => "tokens".to_owned(),
        Metric::CachedShare | Metric::BatchShare => return None,
        Metric::Usage => {
            let unit = Label(facts::Label::Unit);
            let one = query
                .filters
                .iter()
                .find(|filter| filter.label == unit && !filter.exclude && filter.values.len() == 1);
            return one.and_then(|filter| filter.values.first().cloned());
        }
    };
    Some(text)
}

#[cfg(test)]
mod tests {
    use api::Day;
    use api::report::{Period, Preset};

    use super::*;

    #[test]
    fn an_answer_has_no_more_figures_than_it_may() {
        let period = Period::Preset { preset: Preset::Last30Days };
        let query = ReportQuery {
            interval: Interval::Hour,
            ..ReportQuery::new(vec![Metric::Cost, Metric::Tokens], period)
        };
        let plan = query.plan(Day::parse("2026-11-23").unwrap()).unwrap();
        // A figure for each of 720 hours, and one for all of them.
        let most = MOST_FIGURES / (2 * 721);
        assert_eq!(check_size(&query, &plan, most), Ok(()));
        assert_eq!(check_size(&query, &plan, most + 1), Err(ReportError::TooLarge));
        // And one more for the period before.
        let query = ReportQuery { compare: true, ..query };
        let plan = query.plan(Day::parse("2026-11-23").unwrap()).unwrap();
        assert_eq!(check_size(&query, &plan, most), Err(ReportError::TooLarge));
    }

    #[test]
    fn what_is_no_number_comes_last_whatever_the_direction() {
        let number = |pico| Some(Figure::from_pico(pico));
        for ascending in [false, true] {
            let mut values = [None, number(2), number(-1), None];
            values.sort_by(|a, b| by_value(*a, *b, ascending));
            let expected = if ascending { [number(-1), number(2)] } else { [number(2), number(-1)] };
            assert_eq!((&values[..2], &values[2..]), (&expected[..], &[None, None][..]));
        }
    }
}
