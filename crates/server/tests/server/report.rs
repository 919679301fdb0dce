//! Reports: whatever they are grouped by, cut into and limited to, they sum to the bill.

use std::collections::BTreeSet;

use api::report::{
    Column, Figure, Filter, Interval, Label, Metric, Period, Preset, Query, QueryCsv, Report, ReportError,
    ReportQuery, Sort,
};
use api::{Amount, ConnectionId, Endpoint, Nothing, Permission};
use axum::body::Body;
use http::Request;
use server::roll_up::{self, Days};

use crate::harness::{Answer, Person};
use crate::log::statements;
use crate::upstream::{World, key, specific};

fn month(metrics: &[Metric]) -> ReportQuery {
    ReportQuery::new(metrics.to_vec(), Period::Preset { preset: Preset::Last30Days })
}

fn label(slug: &str) -> Label {
    Label::parse(slug).unwrap()
}

fn by(query: ReportQuery, slugs: &[&str]) -> ReportQuery {
    ReportQuery { group_by: slugs.iter().map(|slug| label(slug)).collect(), ..query }
}

async fn ask(person: &Person, query: &ReportQuery) -> Report {
    person.call::<Query>(&(), &Nothing {}, query).await.unwrap()
}

async fn csv(person: &Person, query: &ReportQuery) -> Answer {
    let body = Body::from(serde_json::to_vec(query).unwrap());
    let request =
        Request::post(QueryCsv::PATH).header("content-type", "application/json").body(body).unwrap();
    person.send(request).await
}

/// What the simulator bills in the last 30 days.
fn billed(world: &World, name: &str) -> Figure {
    let organization = world.upstream.organization(&key(name)).unwrap();
    let now = world.house.app.clock.now().unix_seconds();
    let (start, end) = (world.today().plus(-29).start(), world.today().plus(1).start());
    organization.billed(start.unix_seconds(), end.unix_seconds(), now).into()
}

fn sum<'a>(figures: impl Iterator<Item = &'a Option<Figure>>) -> Figure {
    Figure::from_pico(figures.flatten().map(|figure| figure.pico()).sum())
}

/// The rows sum to the total, and the intervals to the rows, in every column that adds up.
fn check_sums(query: &ReportQuery, report: &Report) {
    for (at, metric) in query.metrics.iter().enumerate().filter(|(_, metric)| !metric.is_ratio()) {
        let values = sum(report.rows.iter().map(|row| &row.figures.values[at]));
        assert_eq!(Some(values), report.total.values[at], "{} {query:?}", metric.slug());
        for figures in report.rows.iter().map(|row| &row.figures).chain([&report.total]) {
            assert_eq!(figures.intervals.len(), report.intervals.len());
            if !report.intervals.is_empty() {
                let intervals = sum(figures.intervals.iter().map(|interval| &interval[at]));
                assert_eq!(Some(intervals), figures.values[at], "{} {query:?}", metric.slug());
            }
        }
    }
}

#[tokio::test]
async fn every_grouping_and_interval_sums_to_the_bill() {
    let world = World::new().await;
    world.imported("small").await;
    let bill = billed(&world, "small");
    for kept in [false, true] {
        if kept {
            while roll_up::fill(&world.house.app, Days::All).await.unwrap() > 0 {}
        }
        for label in facts::Label::ALL {
            let query = ReportQuery {
                limit: Some(4),
                ..by(month(&[Metric::Cost, Metric::Requests]), &[label.slug()])
            };
            let report = ask(&world.admin, &query).await;
            assert_eq!(report.total.values[0], Some(bill), "{}", label.name());
            assert!(report.rows.len() <= 5);
            check_sums(&query, &report);
        }
    }
    let metrics =
        [Metric::Cost, Metric::Tokens, Metric::Requests, Metric::CostPerRequest, Metric::CachedShare];
    for interval in Interval::ALL {
        let query =
            ReportQuery { interval, ..by(month(&metrics), &["project", "openai/base_model", "operation"]) };
        let report = ask(&world.admin, &query).await;
        assert_eq!(report.total.values[0], Some(bill), "{interval:?}");
        check_sums(&query, &report);
        let basis = report.basis;
        assert_eq!(Figure::from(basis.billed + basis.attributed + basis.unattributed), bill);
    }
}

#[tokio::test]
async fn hours_sum_to_days_for_every_group() {
    let world = World::new().await;
    world.imported("small").await;
    while roll_up::fill(&world.house.app, Days::All).await.unwrap() > 0 {}
    let metrics = [Metric::Cost, Metric::Requests, Metric::Tokens, Metric::InputTokens, Metric::OutputTokens];
    let daily = ReportQuery {
        interval: Interval::Day,
        ..by(month(&metrics), &["project", "sku", "genai/user_email"])
    };
    let hourly = ReportQuery { interval: Interval::Hour, ..daily.clone() };
    let (days, hours) = (ask(&world.admin, &daily).await, ask(&world.admin, &hourly).await);
    assert_eq!((days.rows.len(), hours.intervals.len()), (hours.rows.len(), 24 * days.intervals.len()));
    for (day, hour) in days.rows.iter().zip(&hours.rows) {
        assert_eq!((&day.labels, &day.figures.values), (&hour.labels, &hour.figures.values));
        for (values, of_day) in day.figures.intervals.iter().zip(hour.figures.intervals.chunks(24)) {
            for (at, value) in values.iter().enumerate() {
                assert_eq!(Some(sum(of_day.iter().map(|hour| &hour[at]))), *value, "{:?}", day.labels);
            }
        }
    }
}

#[tokio::test]
async fn filters_that_keep_and_that_leave_out_are_all() {
    let world = World::new().await;
    world.imported("small").await;
    let all = ask(&world.admin, &by(month(&[Metric::Cost]), &["project"])).await;
    let names: Vec<String> =
        all.rows.iter().take(2).map(|row| row.labels.as_ref().unwrap()[0].clone()).collect();
    let filtered = |exclude| ReportQuery {
        filters: vec![Filter { label: label("project"), values: names.clone(), exclude }],
        ..by(month(&[Metric::Cost]), &["project"])
    };
    let (kept, left) = (ask(&world.admin, &filtered(false)).await, ask(&world.admin, &filtered(true)).await);
    assert_eq!((kept.rows.len(), left.rows.len()), (2, all.rows.len() - 2));
    assert_eq!(kept.rows, all.rows[..2]);
    assert_eq!(sum([kept.total.values[0], left.total.values[0]].iter()), all.total.values[0].unwrap());
}

#[tokio::test]
async fn rows_are_ordered_and_the_others_are_one() {
    let world = World::new().await;
    world.imported("small").await;
    let query = by(month(&[Metric::Cost, Metric::Requests]), &["project", "line_item"]);
    let all = ask(&world.admin, &query).await;
    assert!(all.rows.len() > 10 && all.folded == 0);
    assert!(all.rows.windows(2).all(|pair| pair[0].figures.values[0] >= pair[1].figures.values[0]));
    let some = ask(&world.admin, &ReportQuery { limit: Some(3), ..query.clone() }).await;
    assert_eq!(some.rows[..3], all.rows[..3]);
    assert_eq!((some.rows.len(), some.rows[3].labels.clone()), (4, None));
    assert_eq!((some.folded as usize, &some.total), (all.rows.len() - 3, &all.total));
    let rising = Sort::Metric { metric: Metric::Cost, ascending: true };
    let rising = ask(&world.admin, &ReportQuery { sort: Some(rising), ..query.clone() }).await;
    assert!(rising.rows.windows(2).all(|pair| pair[0].figures.values[0] <= pair[1].figures.values[0]));
    for (sort, first) in [
        (Sort::Labels { ascending: true }, all.rows.iter().min_by_key(|row| &row.labels)),
        (Sort::Labels { ascending: false }, all.rows.iter().max_by_key(|row| &row.labels)),
    ] {
        let sorted = ask(&world.admin, &ReportQuery { sort: Some(sort), ..query.clone() }).await;
        assert_eq!((sorted.rows.first(), sorted.rows.len()), (first, all.rows.len()), "{sort:?}");
    }
}

#[tokio::test]
async fn a_period_stands_beside_the_one_before() {
    let world = World::new().await;
    world.imported("small").await;
    let week = |compare| ReportQuery {
        period: Period::Preset { preset: Preset::Last7Days },
        compare,
        ..by(month(&[Metric::Cost, Metric::CostPerRequest]), &["project"])
    };
    let report = ask(&world.admin, &week(true)).await;
    let previous = report.previous.unwrap();
    assert_eq!((previous.end, previous.days()), (report.span.start, 7));
    let period = Period::Days { start: previous.start, end: previous.end };
    let before = ask(&world.admin, &ReportQuery { period, ..week(false) }).await;
    assert_eq!(report.total.previous.as_ref(), Some(&before.total.values));
    for row in &before.rows {
        let same = report.rows.iter().find(|other| other.labels == row.labels).unwrap();
        assert_eq!(same.figures.previous.as_ref(), Some(&row.figures.values));
    }
    let limited = ask(&world.admin, &ReportQuery { limit: Some(1), ..week(true) }).await;
    let old = |at: usize| limited.rows[at].figures.previous.as_ref().unwrap()[0];
    assert_eq!(Some(sum([old(0), old(1)].iter())), before.total.values[0]);
}

#[tokio::test]
async fn csv_has_a_line_for_each_figure_and_sums_to_the_bill() {
    let world = World::new().await;
    world.imported("small").await;
    let bill = billed(&world, "small");
    for (interval, width) in [(Interval::None, 2), (Interval::Day, 3)] {
        let query = ReportQuery { interval, limit: Some(5), ..by(month(&[Metric::Cost]), &["line_item"]) };
        let answer = csv(&world.admin, &query).await;
        assert!(answer.header("content-type").starts_with("text/csv"));
        assert_eq!(
            answer.header("content-disposition"),
            "attachment; filename=\"report-2026-10-25-2026-11-23.csv\""
        );
        let text = answer.text();
        let lines: Vec<Vec<String>> = text.trim_end().split("\r\n").map(cells).collect();
        assert!(lines.iter().all(|line| line.len() == width), "{text}");
        assert_eq!(lines[0].last().unwrap(), "Cost (USD)");
        assert_eq!(answer.header("x-row-count"), (lines.len() - 1).to_string());
        let figures = lines[1..].iter().map(|line| Figure::parse(line.last().unwrap()).unwrap().pico());
        assert_eq!(figures.sum::<i128>(), bill.pico());
    }
}

#[tokio::test]
async fn csv_has_the_period_before_at_any_interval_and_names_what_is_no_row_of_its_own() {
    let world = World::new().await;
    world.imported("small").await;
    let week = |interval| ReportQuery {
        period: Period::Preset { preset: Preset::Last7Days },
        compare: true,
        limit: Some(2),
        interval,
        ..by(month(&[Metric::Cost]), &["line_item"])
    };
    let report = ask(&world.admin, &week(Interval::None)).await;
    let before = report.total.previous.as_ref().unwrap()[0];
    for (interval, header) in
        [(Interval::None, "Cost (USD), period before"), (Interval::Day, "Cost (USD), whole period before")]
    {
        let answer = csv(&world.admin, &week(interval)).await;
        let lines: Vec<Vec<String>> = answer.text().trim_end().split("\r\n").map(cells).collect();
        assert_eq!(lines[0].last().unwrap(), header);
        let told = lines[1..].iter().filter_map(|line| Figure::parse(line.last().unwrap()).ok());
        let told: Vec<Option<Figure>> = told.map(Some).collect();
        assert_eq!((told.len(), Some(sum(told.iter()))), (3, before), "once for each row");
        assert_eq!(lines.last().unwrap()[0], format!("All others ({})", report.folded));
        assert!(!answer.headers.contains_key("x-other-currencies"));
    }
}

#[tokio::test]
async fn what_several_accounts_call_alike_is_told_apart() {
    let world = World::new().await;
    let (small, second) = (world.imported("small").await, world.imported("second").await);
    let names = |report: &Report| -> BTreeSet<String> {
        report.rows.iter().flat_map(|row| row.labels.clone().unwrap()).collect()
    };
    for (by_name, by_id) in [("project", "project_id"), ("openai/api_key_name", "openai/api_key_id")] {
        let named = ask(&world.admin, &by(month(&[Metric::Cost]), &[by_name])).await;
        let ids = ask(&world.admin, &by(month(&[Metric::Cost]), &[by_id])).await;
        assert_eq!(named.rows.len(), ids.rows.len(), "{by_name}");
        // An account alone says the same names: a filter by them is of any use.
        for account in [&small, &second] {
            let alone =
                ReportQuery { accounts: vec![account.id.clone()], ..by(month(&[Metric::Cost]), &[by_name]) };
            assert!(names(&ask(&world.admin, &alone).await).is_subset(&names(&named)));
        }
    }
    let costs = world.costs(None).await;
    let projects = ask(&world.admin, &by(month(&[Metric::Cost]), &["project"])).await;
    assert!(costs.projects.iter().all(|project| names(&projects).contains(project.project.label())));
}

/// The cells of a line of CSV, none of which has a line break or a quote in it.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            c => cells.last_mut().unwrap().push(c),
        }
    }
    cells
}

#[tokio::test]
async fn columns_say_what_is_counted() {
    let world = World::new().await;
    let metrics =
        [Metric::Cost, Metric::Tokens, Metric::CostPerMillionTokens, Metric::CachedShare, Metric::Usage];
    let report = ask(&world.admin, &by(month(&metrics), &["unit", "openai/api_key_name"])).await;
    let units: Vec<Option<&str>> = report
        .columns
        .iter()
        .filter_map(|column| match column {
            Column::Metric { unit, .. } => Some(unit.as_deref()),
            Column::Label { .. } => None,
        })
        .collect();
    assert_eq!(units, [Some("USD"), Some("tokens"), Some("USD per 1M tokens"), None, None]);
    assert!(matches!(&report.columns[1], Column::Label { name, .. } if name == "API key"));
    let filters = vec![Filter { label: label("unit"), values: vec!["images".into()], exclude: false }];
    let images = ask(&world.admin, &ReportQuery { filters, ..month(&[Metric::Usage]) }).await;
    assert!(matches!(&images.columns[0], Column::Metric { unit: Some(unit), .. } if unit == "images"));
    assert_eq!((images.rows.len(), images.total.values[0]), (1, Some(Figure::ZERO)));
}

#[tokio::test]
async fn reports_are_the_tenants_own_and_have_their_limits() {
    let world = World::new().await;
    let connection = world.imported("small").await;
    let stranger = world.house.stranger(&[Permission::CloudAnalyticsUser]).await;
    let of = |id: &ConnectionId| ReportQuery { accounts: vec![id.clone()], ..month(&[Metric::Cost]) };
    let theirs = of(&connection.id);
    let refused = stranger.call::<Query>(&(), &Nothing {}, &theirs).await;
    let accounts = vec![connection.id.clone()];
    assert_eq!(specific(refused), ReportError::UnknownConnection { accounts });
    let body = Body::from(serde_json::to_vec(&theirs).unwrap());
    let request = Request::post(Query::PATH).header("content-type", "application/json").body(body).unwrap();
    let errors = stranger.send(request).await.json()["errors"].clone();
    assert_eq!(errors[0]["field"], "accounts");
    assert!(errors[0]["issue"].as_str().unwrap().contains(connection.id.as_str()), "{errors}");
    let nothing = ask(&stranger, &month(&[Metric::Cost])).await;
    assert_eq!(nothing.total.values, [Some(Figure::ZERO)]);
    assert_eq!(nothing.basis.attributed, Amount::ZERO);
    assert_eq!(ask(&world.admin, &theirs).await.total.values, [Some(billed(&world, "small"))]);

    let long = ReportQuery { metrics: vec![], limit: Some(0), ..month(&[]) };
    match specific(world.admin.call::<Query>(&(), &Nothing {}, &long).await) {
        ReportError::UnfitQuery { issues } => {
            assert_eq!(
                issues.iter().map(|issue| issue.field.as_str()).collect::<Vec<_>>(),
                ["metrics", "limit"]
            );
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn programs_that_misspell_are_told_where() {
    let world = World::new().await;
    for (body, field) in [
        (
            r#"{"metrics":["cost"],"period":{"kind":"preset","preset":"today"},"group_by":["colour"]}"#,
            "group_by",
        ),
        (r#"{"metrics":["cost"],"period":{"kind":"preset","preset":"never"}}"#, "period"),
        (r#"{"metrics":["cost"],"period":{"kind":"preset","preset":"today"},"colour":1}"#, "colour"),
    ] {
        let request =
            Request::post(Query::PATH).header("content-type", "application/json").body(body.into()).unwrap();
        let answer = world.admin.send(request).await;
        assert_eq!(answer.status, 400);
        assert_eq!(answer.json()["errors"][0]["field"], field);
    }
}

#[tokio::test]
async fn what_is_merged_says_what_its_days_said_until_one_of_them_changes() {
    let mut world = World::new().await;
    world.imported("small").await;
    // Everything is settled, and the month before is over.
    world.advance(20 * 86_400).await;
    while roll_up::fill(&world.house.app, Days::All).await.unwrap() > 0 {}
    let metrics = [Metric::Cost, Metric::Requests, Metric::Tokens];
    let period = |start: i64, end: i64| {
        let day = |back: i64| world.today().plus(-back);
        Period::Days { start: day(start), end: day(end) }
    };
    let mut questions = Vec::new();
    // The days are 20 to 49 days ago: all of them, some in the midst of a merged stretch, a single one.
    for (start, end) in [(60, 0), (41, 26), (35, 34)] {
        for interval in [Interval::None, Interval::Day, Interval::Week, Interval::Month] {
            let query = ReportQuery { interval, ..ReportQuery::new(metrics.to_vec(), period(start, end)) };
            questions.push(by(query, &["openai/api_key_id", "sku"]));
        }
    }
    let mut before = Vec::new();
    for question in &questions {
        before.push(ask(&world.admin, question).await);
    }
    assert!(before.iter().all(|report| !report.rows.is_empty()));
    let days = world.count("roll_up").await;
    while roll_up::merge(&world.house.app).await.unwrap() > 0 {}
    assert_eq!((days, world.count("roll_up").await), (30, 2), "two months");
    for (question, before) in questions.iter().zip(&before) {
        assert_eq!(ask(&world.admin, question).await, *before, "{question:?}");
        check_sums(question, before);
    }
    let tenant = world.admin.user.as_ref().unwrap().tenant.clone();
    let mut db = world.house.app.store.write().await.unwrap();
    let connection =
        server::store::connection::list(&mut db, &tenant, None, 1).await.unwrap().unwrap().remove(0);
    let changed = [world.today().plus(-40)];
    server::store::roll_up::invalidate(&mut db, (&tenant, &connection.id), &changed).await.unwrap();
    db.commit().await.unwrap();
    assert_eq!(world.count("roll_up").await, 1, "the day's whole stretch is computed anew");
    assert_eq!(ask(&world.admin, &questions[1]).await, before[1]);
    while roll_up::fill(&world.house.app, Days::All).await.unwrap() > 0 {}
    assert!(world.count("roll_up").await > 2);
    assert_eq!(ask(&world.admin, &questions[1]).await, before[1]);
    while roll_up::merge(&world.house.app).await.unwrap() > 0 {}
    assert_eq!(world.count("roll_up").await, 2);
    assert_eq!(ask(&world.admin, &questions[1]).await, before[1]);
}

#[tokio::test]
async fn names_and_freshness_of_many_accounts_take_as_few_statements_as_of_one() {
    let world = World::new().await;
    let query = by(month(&[Metric::Cost]), &["account"]);
    let mut counted = Vec::new();
    for name in ["small", "second"] {
        world.imported(name).await;
        while roll_up::fill(&world.house.app, Days::All).await.unwrap() > 0 {}
        let (report, mut statements) = statements(ask(&world.admin, &query)).await;
        // Facts themselves are read in parts, of which there are more for more accounts.
        statements.retain(|sql| !sql.contains("FROM roll_up") && !sql.contains("FROM segment"));
        counted.push((report.rows.len(), statements));
    }
    let [(1, one), (2, two)] = counted.as_slice() else { panic!("{counted:#?}") };
    assert_eq!(one.len(), two.len(), "{two:#?}");
}
