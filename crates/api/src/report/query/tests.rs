//! Which questions can be answered.

use super::*;

fn today() -> Day {
    Day::parse("2026-11-23").unwrap()
}

fn days(start: &str, end: &str) -> Period {
    Period::Days { start: Day::parse(start).unwrap(), end: Day::parse(end).unwrap() }
}

fn november() -> ReportQuery {
    ReportQuery::new(vec![Metric::Cost], days("2026-11-01", "2026-12-01"))
}

fn refused(query: ReportQuery) -> Vec<String> {
    match query.plan(today()) {
        Err(ReportError::UnfitQuery { issues }) => issues.into_iter().map(|issue| issue.field).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_not_said_is_the_usual() {
    let plan = november().plan(today()).unwrap();
    assert_eq!((plan.span.days(), plan.previous, plan.limit), (30, None, 1_000));
    assert_eq!(plan.sort, Sort::Metric { metric: Metric::Cost, ascending: false });
    let compared = ReportQuery { compare: true, ..november() }.plan(today()).unwrap();
    assert_eq!(compared.previous.unwrap().start.to_string(), "2026-10-02");
}

#[test]
fn every_field_that_is_wrong_is_named_at_once() {
    let label = |slug| Label::parse(slug).unwrap();
    let all = ReportQuery {
        metrics: vec![],
        period: days("2026-11-01", "2026-11-01"),
        interval: Interval::Day,
        accounts: vec![ConnectionId::parse("conn_1").unwrap(); MOST_ACCOUNTS + 1],
        group_by: vec![label("project"), label("project")],
        filters: vec![Filter { label: label("unit"), values: vec![], exclude: false }],
        sort: Some(Sort::Metric { metric: Metric::Tokens, ascending: true }),
        limit: Some(0),
        compare: false,
    };
    assert_eq!(refused(all), ["metrics", "period", "accounts", "group_by", "filters", "sort", "limit"]);
}

#[test]
fn hours_are_for_a_month_and_days_for_five_years() {
    let by_hour = |period| ReportQuery { interval: Interval::Hour, period, ..november() };
    assert!(by_hour(days("2026-10-01", "2026-11-01")).plan(today()).is_ok());
    assert_eq!(refused(by_hour(days("2026-10-01", "2026-11-02"))), ["period"]);
    let long = |start| ReportQuery { period: days(start, "2026-11-01"), ..november() };
    assert!(long("2021-11-01").plan(today()).is_ok());
    assert_eq!(refused(long("2021-10-30")), ["period"]);
}

#[test]
fn usage_needs_one_unit() {
    let usage = ReportQuery { metrics: vec![Metric::Usage], ..november() };
    assert_eq!(refused(usage.clone()), ["metrics"]);
    let unit = Label::parse("unit").unwrap();
    assert!(ReportQuery { group_by: vec![unit], ..usage.clone() }.plan(today()).is_ok());
    let keep = |values: &[&str], exclude| ReportQuery {
        filters: vec![Filter {
            label: unit,
            values: values.iter().map(|value| (*value).to_owned()).collect(),
            exclude,
        }],
        ..usage.clone()
    };
    assert!(keep(&["tokens"], false).plan(today()).is_ok());
    assert_eq!(refused(keep(&["tokens"], true)), ["metrics"]);
    assert_eq!(refused(keep(&["tokens", "images"], false)), ["metrics"]);
}

#[test]
fn unknown_members_are_refused_wherever_they_stand() {
    let base = r#"{"metrics":["cost"],"period":{"kind":"preset","preset":"last_7_days"}"#;
    assert!(serde_json::from_str::<ReportQuery>(&format!("{base}}}")).is_ok());
    for more in [
        r#","colour":1}"#,
        r#","sort":{"by":"labels","ascending":true,"metric":"cost"}}"#,
        r#","filters":[{"label":"project","values":["a"],"x":1}]}"#,
        r#","group_by":["colour"]}"#,
        r#","interval":"minute"}"#,
    ] {
        assert!(serde_json::from_str::<ReportQuery>(&format!("{base}{more}")).is_err(), "{more}");
    }
    let period = r#"{"metrics":["cost"],"period":{"kind":"preset","preset":"today","start":"2026-11-01"}}"#;
    assert!(serde_json::from_str::<ReportQuery>(period).is_err());
}
