//! The large organization, with 200 projects and 1,000 API keys: whatever adds up what it costs has the sum that OpenAI
//! tells without any grouping, to the last 10^-12.

use std::collections::BTreeMap;

use api::connection::{Connection, ConnectionStatus, Stream};
use api::cube::{CubeAnswer, CubeQuery, Show};
use api::endpoint::address;
use api::export::{FocusQuery, FocusVersion, Format};
use api::report::{Figure, Interval, Label, Metric, Period, Query, QueryCsv, Report, ReportQuery};
use api::{Amount, Day, Endpoint, Month, Nothing};
use axum::body::Body;
use facts::group::{Grouping, Sum};
use facts::segment;
use http::Request;
use openai::cost::CostResult;
use openai::page::Page;
use server::import::plan::Window;
use server::roll_up::{self, Days};

use crate::harness::long;
use crate::summed::{self, focus};
use crate::upstream::{World, key};

/// How many of its days are imported: all of its 24 months in the long run.
fn days() -> i64 {
    if long() { 730 } else { 10 }
}

/// Days, in stretches that one page of costs and one cube have room for.
fn stretches(days: Window) -> impl Iterator<Item = Window> {
    let starts = (0..).map(move |nth| days.start.plus(180 * nth)).take_while(move |start| *start < days.end);
    starts.map(move |start| Window { start, end: start.plus(180).min(days.end) })
}

/// What OpenAI says that each of these days costs, without any grouping, in 10^-12.
fn told(world: &World, days: Window) -> BTreeMap<Day, i128> {
    let organization = world.upstream.organization(&key("large")).unwrap();
    let now = world.house.app.clock.now().unix_seconds();
    let named = simulator::key::named("large").unwrap();
    let mut told = BTreeMap::new();
    for stretch in stretches(days) {
        let (start, end) = (stretch.start.start().unix_seconds(), stretch.end.start().unix_seconds());
        let query = format!("start_time={start}&end_time={end}&limit=180");
        let page = organization.tells(named, "costs", &query, now).unwrap();
        let page: Page<CostResult> = serde_json::from_str(&page).unwrap();
        assert!(!page.has_more);
        for bucket in page.data {
            let day = Day::of(api::Timestamp::from_unix_seconds(bucket.start_time));
            let bill = bucket.results.known.iter().map(|row| row.billed().unwrap().0.amount.pico()).sum();
            told.insert(day, bill);
        }
    }
    told
}

/// What the store has of each day.
async fn in_store(world: &World, account: &Connection, days: Window) -> BTreeMap<Day, i128> {
    let tenant = &world.admin.user.as_ref().unwrap().tenant;
    let mut stored = BTreeMap::new();
    for stretch in stretches(days) {
        let mut db = world.house.app.store.read().await.unwrap();
        let ids = [account.id.clone()];
        let kept =
            server::store::segment::read(&mut db, tenant, &ids, &[Stream::Costs], stretch).await.unwrap();
        for kept in kept {
            let (_, lines) = segment::decode_costs(&kept.body).unwrap();
            stored.insert(kept.day, lines.iter().map(|line| line.amount.pico()).sum());
        }
    }
    stored
}

/// The whole time by one label, month by month.
fn question(label: facts::Label, days: Window) -> ReportQuery {
    let period = Period::Days { start: days.start, end: days.end };
    ReportQuery {
        group_by: vec![Label(label)],
        interval: Interval::Month,
        limit: Some(100_000),
        ..ReportQuery::new(vec![Metric::Cost], period)
    }
}

/// What a report has of each month, which its rows sum to.
async fn in_report(world: &World, label: facts::Label, days: Window) -> BTreeMap<Month, i128> {
    let report: Report = world.admin.call::<Query>(&(), &Nothing {}, &question(label, days)).await.unwrap();
    assert_eq!(report.folded, 0, "{}", label.name());
    let of_row = |row: &api::report::Row| row.figures.values[0].map_or(0, Figure::pico);
    let whole: i128 = report.rows.iter().map(of_row).sum();
    assert_eq!(report.total.values[0].map(Figure::pico), Some(whole), "{}", label.name());
    let mut months = BTreeMap::new();
    for (at, start) in report.intervals.iter().enumerate() {
        let cost = |row: &api::report::Row| row.figures.intervals[at][0].map_or(0, Figure::pico);
        months.insert(Month::of(Day::of(*start)), report.rows.iter().map(cost).sum());
    }
    months
}

/// What the rows of a report's file sum to.
async fn in_report_file(world: &World, label: facts::Label, days: Window) -> i128 {
    let body = serde_json::to_vec(&question(label, days)).unwrap();
    let request = Request::post(QueryCsv::PATH).header("content-type", "application/json");
    let file = world.admin.send(request.body(Body::from(body)).unwrap()).await;
    summed::csv(&file.body, label.name(), "Cost (USD)").bills.values().sum()
}

/// Checks the Lens: its facts sum to the bill by every label, folded or not.
async fn check_lens(world: &World, account: &Connection, days: Window, billed: i128) {
    let connection = Some(account.id.clone());
    for fold in [None, Some(10_000)] {
        let query = CubeQuery { start: days.start, end: days.end, connection: connection.clone(), fold };
        let request = Request::get(address::<Show>(&(), &query)).body(Body::empty()).unwrap();
        let (answer, cube) = CubeAnswer::decode(&world.admin.send(request).await.body).unwrap();
        assert_eq!(cube.total().pico(), billed);
        assert!(fold.is_none() || answer.folded > 0);
        let bounds: Vec<i64> = days.each().chain([days.end]).map(|day| day.start().unix_seconds()).collect();
        for label in facts::Label::ALL {
            let labels = [label];
            let (filters, order, limit) = (&[], Sum::Cost, usize::MAX);
            let grouping = Grouping { labels: &labels, filters, bounds: &bounds, order, limit };
            let groups = grouping.of(&cube, &answer.names).groups;
            let sum: i128 = groups.iter().map(|group| group.total.get(Sum::Cost)).sum();
            assert_eq!(sum, billed, "{} {fold:?}", label.name());
        }
    }
}

/// Checks a month's files: in each version and form its rows sum to the bill.
async fn check_files(world: &World, account: &Connection, month: Month, billed: i128) {
    let organization = account.organization.as_ref().unwrap().id.clone();
    let bills = BTreeMap::from([(organization, billed)]);
    let total = format!("USD {}", Amount::from_pico(billed).unwrap());
    for version in [FocusVersion::V1_2, FocusVersion::V1_4] {
        for format in [Format::Csv, Format::Parquet] {
            let query = FocusQuery { month, connection: Some(account.id.clone()), version, format };
            let file = focus(&world.admin, &query).await;
            let summed = match format {
                Format::Csv => summed::csv(&file.body, "BillingAccountId", "BilledCost"),
                Format::Parquet => summed::parquet(file.body.clone()),
            };
            assert_eq!(summed.bills, bills, "{month:?} {version:?} {format:?}");
            assert_eq!(file.header("x-row-count"), summed.rows.to_string());
            assert_eq!(file.header("x-billed-total"), total);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_organization_costs_what_openai_says_wherever_it_is_added_up() {
    let world = World::with_history(days()).await;
    let account = world.imported("large").await;
    assert_eq!(account.status, ConnectionStatus::Healthy);
    let days = Window { start: world.today().plus(1 - days()), end: world.today().plus(1) };
    let billed = told(&world, days);
    assert!(billed.values().all(|bill| *bill > 0) && days.each().eq(billed.keys().copied()));
    assert_eq!(in_store(&world, &account, days).await, billed);

    while roll_up::fill(&world.house.app, Days::All).await.unwrap() > 0 {}
    let mut months: BTreeMap<Month, i128> = BTreeMap::new();
    billed.iter().for_each(|(day, bill)| *months.entry(Month::of(*day)).or_default() += bill);
    let whole: i128 = billed.values().sum();
    for label in facts::Label::ALL {
        assert_eq!(in_report(&world, label, days).await, months, "{}", label.name());
        assert_eq!(in_report_file(&world, label, days).await, whole, "{}", label.name());
    }
    for stretch in stretches(days) {
        let bill = billed.range(stretch.start..stretch.end).map(|(_, bill)| bill).sum();
        check_lens(&world, &account, stretch, bill).await;
    }
    for (month, bill) in months {
        check_files(&world, &account, month, bill).await;
    }
}
