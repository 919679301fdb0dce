//! The definition of a report as an address says it, so that a refresh, a link and Back keep a report that is not saved.
//!
//! `metrics`, `period` and `view` are always there, so that an address with a definition is never an empty one.

use api::report::{Filter, Interval, Label, Metric, Period, Preset, ReportQuery, Sort};
use api::saved_report::{Definition, View};
use api::{ConnectionId, Day};

use crate::route::Pairs;

/// What shows the answer: the name in addresses, and the one that people see.
pub const VIEWS: [(View, &str, &str); 4] = [
    (View::Table, "table", "Table"),
    (View::Columns, "columns", "Columns"),
    (View::Lines, "lines", "Lines"),
    (View::Bars, "bars", "Bars"),
];

/// What people call an interval.
pub const fn interval_name(interval: Interval) -> &'static str {
    match interval {
        Interval::None => "None: the whole period",
        Interval::Hour => "Hour",
        Interval::Day => "Day",
        Interval::Week => "Week, from Monday",
        Interval::Month => "Month",
    }
}

/// The report that a new one begins as: the cost of the last 30 days, by day and service.
pub fn first() -> Definition {
    let period = Period::Preset { preset: Preset::Last30Days };
    let query = ReportQuery {
        interval: Interval::Day,
        group_by: vec![Label(facts::Label::Service)],
        ..ReportQuery::new(vec![Metric::Cost], period)
    };
    Definition { query, view: View::Columns }
}

/// The definition as pairs of a query.
pub fn print(definition: &Definition) -> Pairs {
    let Definition { query, view } = definition;
    let mut pairs = Pairs::default();
    let metrics: Vec<&str> = query.metrics.iter().map(|metric| metric.slug()).collect();
    pairs.push("metrics", metrics.join(","));
    pairs.push(
        "period",
        match query.period {
            Period::Preset { preset } => preset.slug().to_owned(),
            Period::Days { start, end } => format!("{start}~{end}"),
        },
    );
    if query.interval != Interval::None {
        pairs.push("interval", query.interval.slug());
    }
    for account in &query.accounts {
        pairs.push("account", account.as_str());
    }
    for label in &query.group_by {
        pairs.push("by", label.0.slug());
    }
    print_filters(&mut pairs, &query.filters);
    if let Some(sort) = query.sort {
        pairs.push("sort", print_sort(sort));
    }
    if let Some(limit) = query.limit {
        pairs.push("limit", limit.to_string());
    }
    if query.compare {
        pairs.push("compare", "yes");
    }
    let slug = VIEWS.iter().find(|(known, ..)| known == view).map(|(_, slug, _)| *slug);
    pairs.push("view", slug.unwrap_or_default());
    pairs
}

/// The definition that pairs say; none where there are none. What cannot be read is as if it were not there.
pub fn read(pairs: &Pairs) -> Option<Definition> {
    if pairs.is_empty() {
        return None;
    }
    let metrics = pairs.get("metrics").unwrap_or("cost").split(',').filter_map(Metric::parse).collect();
    let period = pairs.get("period").and_then(read_period);
    let mut query =
        ReportQuery::new(metrics, period.unwrap_or(Period::Preset { preset: Preset::Last30Days }));
    query.filters = read_filters(pairs);
    let mut view = View::Table;
    for (name, value) in &pairs.0 {
        match name.as_str() {
            "interval" => query.interval = Interval::parse(value).unwrap_or_default(),
            "account" => query.accounts.extend(ConnectionId::parse(value)),
            "by" => query.group_by.extend(Label::parse(value)),
            "sort" => query.sort = read_sort(value),
            "limit" => query.limit = value.parse().ok(),
            "compare" => query.compare = value == "yes",
            "view" => {
                let known = VIEWS.iter().find(|(_, slug, _)| slug == value);
                view = known.map_or(view, |(view, ..)| *view);
            }
            _ => {}
        }
    }
    Some(Definition { query, view })
}

fn read_period(text: &str) -> Option<Period> {
    match text.split_once('~') {
        Some((start, end)) => {
            Some(Period::Days { start: Day::parse(start).ok()?, end: Day::parse(end).ok()? })
        }
        None => Preset::parse(text).map(|preset| Period::Preset { preset }),
    }
}

/// Writes filters: `filter=service:Images`, with a minus before it for what is left out, and further values as `or`.
pub fn print_filters(pairs: &mut Pairs, filters: &[Filter]) {
    for Filter { label, values, exclude } in filters {
        let mut values = values.iter();
        let first = values.next().map(String::as_str).unwrap_or_default();
        pairs.push("filter", format!("{}{}:{first}", if *exclude { "-" } else { "" }, label.0.slug()));
        values.for_each(|value| pairs.push("or", value.as_str()));
    }
}

/// Reads what [`print_filters`] writes.
pub fn read_filters(pairs: &Pairs) -> Vec<Filter> {
    let mut filters: Vec<Option<Filter>> = Vec::new();
    for (name, value) in &pairs.0 {
        match name.as_str() {
            "filter" => filters.push(read_filter(value)),
            // Of a filter that cannot be read, the further values are no values of the one before.
            "or" => {
                if let Some(Some(filter)) = filters.last_mut() {
                    filter.values.push(value.clone());
                }
            }
            _ => {}
        }
    }
    filters.into_iter().flatten().collect()
}

fn read_filter(text: &str) -> Option<Filter> {
    let (exclude, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (label, value) = rest.split_once(':')?;
    Some(Filter { label: Label::parse(label)?, values: vec![value.to_owned()], exclude })
}

/// An order as a text: `cost`, with a minus before it when the largest come first. `labels` is that of the texts.
pub fn print_sort(sort: Sort) -> String {
    let (slug, ascending) = match sort {
        Sort::Metric { metric, ascending } => (metric.slug(), ascending),
        Sort::Labels { ascending } => ("labels", ascending),
    };
    format!("{}{slug}", if ascending { "" } else { "-" })
}

/// Reads what [`print_sort`] prints.
pub fn read_sort(text: &str) -> Option<Sort> {
    let (ascending, slug) = text.strip_prefix('-').map_or((true, text), |slug| (false, slug));
    match slug {
        "labels" => Some(Sort::Labels { ascending }),
        slug => Metric::parse(slug).map(|metric| Sort::Metric { metric, ascending }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(definition: &Definition) {
        let pairs = print(definition);
        assert_eq!(read(&pairs).as_ref(), Some(definition), "{pairs}");
        let again = Pairs::parse(pairs.to_string().strip_prefix('?').unwrap());
        assert_eq!(read(&again).as_ref(), Some(definition), "{pairs}");
    }

    #[test]
    fn every_definition_reads_back() {
        check(&first());
        for (view, ..) in VIEWS {
            check(&Definition { view, ..first() });
        }
        let filter = |exclude: bool, values: &[&str]| Filter {
            label: Label(facts::Label::BaseModel),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
            exclude,
        };
        for interval in Interval::ALL {
            for sort in [
                None,
                Some(Sort::Labels { ascending: true }),
                Some(Sort::Labels { ascending: false }),
                Some(Sort::Metric { metric: Metric::CostPerMillionTokens, ascending: true }),
            ] {
                let (start, end) = (Day::parse("2026-11-01").unwrap(), Day::parse("2026-11-24").unwrap());
                let query = ReportQuery {
                    interval,
                    accounts: vec![
                        ConnectionId::parse("conn_1").unwrap(),
                        ConnectionId::parse("conn_2").unwrap(),
                    ],
                    group_by: vec![Label(facts::Label::Project), Label(facts::Label::Unit)],
                    filters: vec![
                        filter(true, &["a:b,c&d=e?#%+", "", "-é ~"]),
                        filter(false, &["-x"]),
                        filter(false, &[""]),
                    ],
                    sort,
                    limit: Some(0),
                    compare: true,
                    ..ReportQuery::new(Metric::ALL.to_vec(), Period::Days { start, end })
                };
                check(&Definition { query, view: View::Bars });
            }
        }
        for preset in Preset::ALL {
            let query = ReportQuery::new(Vec::new(), Period::Preset { preset });
            check(&Definition { query, view: View::Table });
        }
    }

    #[test]
    fn an_address_that_says_nothing_or_nonsense_is_read_all_the_same() {
        assert_eq!(read(&Pairs::default()), None);
        let nonsense =
            "metrics=gold&period=2026-13-01~x&interval=year&by=colour&or=1&filter=x&or=2&sort=-gold&limit=-1";
        let query = read(&Pairs::parse(nonsense)).unwrap().query;
        assert_eq!(query, ReportQuery::new(Vec::new(), Period::Preset { preset: Preset::Last30Days }));
    }
}
