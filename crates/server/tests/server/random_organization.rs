//! A thousand organizations at random: whatever adds up what they cost has the sum that OpenAI tells, account by account,
//! to the last 10^-12.

use std::collections::BTreeMap;

use api::connection::{self as contract, Stream};
use api::cube::{CubeAnswer, CubeQuery, Show};
use api::endpoint::address;
use api::export::{FocusQuery, FocusVersion, Format};
use api::report::{Figure, Label, Metric, Period, Query, QueryCsv, Report, ReportQuery};
use api::{ConnectionId, ConnectionName, Day, Endpoint, Month, Nothing, Permission, TenantId};
use axum::body::Body;
use facts::group::{Grouping, Sum};
use facts::segment;
use http::Request;
use server::import::plan::Window;
use server::roll_up::{self, Days};
use server::store::connection::{self, Connection, NewConnection};
use server::store::segment::replace;
use simulator::key::{KEYS, Key};
use simulator::organization::Organization;

use crate::harness::{House, Person, account, long};
use crate::summed::{self, Bills, bills, focus};
use crate::told::Told;

/// How many of them one house has.
const ORGANIZATIONS: u64 = 1_000;
/// What happens to what they are told: nothing, a negative line, a line of 10^9 USD, amounts of 36 digits, no grouping
/// by API key.
const BEHAVIOURS: [&str; 5] = ["small", "credit", "huge", "text-amounts", "no-key-grouping"];

/// How many houses are tried, each with organizations of its own.
fn houses() -> u64 {
    if long() { 10 } else { 1 }
}

/// The seeds of a house's organizations.
fn seeds(house: u64) -> std::ops::Range<u64> {
    house * ORGANIZATIONS..(house + 1) * ORGANIZATIONS
}

fn first_day() -> Day {
    Day::parse("2026-11-19").unwrap()
}

/// The days of the month that the organizations have theirs in.
fn window() -> Window {
    Window { start: first_day(), end: first_day().plus(2) }
}

/// The day of an organization, and its key.
fn of(seed: u64) -> (Day, &'static Key) {
    let name = BEHAVIOURS[usize::try_from(seed).unwrap() % BEHAVIOURS.len()];
    let key = KEYS.iter().find(|key| key.name == name).unwrap();
    (first_day().plus(i64::try_from(seed).unwrap() / 7 % window().days()), key)
}

/// What was read of an organization's only day, of which some hours have passed, and what OpenAI says it costs.
fn told(seed: u64) -> Told {
    let (day, key) = of(seed);
    let start = day.start().unix_seconds();
    let now = start + 3_600 * (1 + i64::try_from(seed).unwrap() % 6) + 1_234;
    Told::of(&Organization::random(seed, start), key, day, now)
}

/// A house with all its organizations imported, and what each is billed.
async fn imported(seeds: std::ops::Range<u64>) -> (House, Person, Bills) {
    let house = House::new().await;
    let admin = house.person(&[Permission::BillingProfilesAdmin]).await;
    let user = admin.user.clone().unwrap();
    let now = house.app.clock.now();
    let half = seeds.start + ORGANIZATIONS / 2;
    let (first, second) = (seeds.start..half, half..seeds.end);
    let (one, other) = tokio::join!(
        tokio::task::spawn_blocking(|| first.map(told).collect::<Vec<_>>()),
        tokio::task::spawn_blocking(|| second.map(told).collect::<Vec<_>>()),
    );
    let told = one.unwrap().into_iter().chain(other.unwrap());
    let mut bills = Bills::new();
    let mut db = house.app.store.write().await.unwrap();
    for (seed, Told { read, usage, billed }) in seeds.zip(told) {
        let rows: usize = usage.iter().map(|(.., rows)| rows.len()).sum();
        assert_eq!(rows, read.iter().skip(1).map(|(_, read)| read.row_count).sum::<usize>());
        let id = ConnectionId::parse(&format!("conn_{seed:032x}")).unwrap();
        let account = Connection {
            name: ConnectionName::parse(&format!("Account {seed}")).unwrap(),
            organization: Some(contract::Organization { id: format!("org-{seed}"), name: None }),
            history_start: first_day(),
            ..account(&user, id.clone(), now)
        };
        let (refresh_due_at, month_due_at) = (now, now);
        let new = NewConnection { connection: &account, refresh_due_at, month_due_at };
        connection::insert(&mut db, new).await.unwrap();
        let (day, _) = of(seed);
        for (stream, read) in read {
            let days = BTreeMap::from([(day, read)]);
            replace(&mut db, (&user.tenant, &id), stream, &days, now).await.unwrap();
        }
        bills.insert(format!("org-{seed}"), billed);
    }
    db.commit().await.unwrap();
    (house, admin, bills)
}

/// What the store has.
async fn in_store(house: &House, tenant: &TenantId, seeds: std::ops::Range<u64>) -> Bills {
    let mut stored = Bills::new();
    let mut db = house.app.store.read().await.unwrap();
    let of = |seed: u64| (ConnectionId::parse(&format!("conn_{seed:032x}")).unwrap(), format!("org-{seed}"));
    let organizations: BTreeMap<ConnectionId, String> = seeds.map(of).collect();
    let ids: Vec<ConnectionId> = organizations.keys().cloned().collect();
    let kept = server::store::segment::read(&mut db, tenant, &ids, &[Stream::Costs], window()).await.unwrap();
    for segment in kept {
        let (_, lines) = segment::decode_costs(&segment.body).unwrap();
        let organization = organizations[&segment.connection].clone();
        stored.insert(organization, lines.iter().map(|line| line.amount.pico()).sum());
    }
    stored
}

/// A question by account and by further labels.
fn question(labels: &[facts::Label]) -> ReportQuery {
    let period = Period::Days { start: window().start, end: window().end };
    let others = labels.iter().filter(|label| **label != facts::Label::BillingAccount);
    let group_by =
        [&facts::Label::BillingAccount].into_iter().chain(others).map(|label| Label(*label)).collect();
    ReportQuery { group_by, limit: Some(100_000), ..ReportQuery::new(vec![Metric::Cost], period) }
}

async fn in_report(person: &Person, labels: &[facts::Label]) -> Bills {
    let report: Report = person.call::<Query>(&(), &Nothing {}, &question(labels)).await.unwrap();
    assert_eq!(report.folded, 0);
    let rows = report.rows.iter();
    bills(
        rows.map(|row| {
            (row.labels.as_ref().unwrap()[0].as_str(), row.figures.values[0].map_or(0, Figure::pico))
        }),
    )
}

async fn in_cube(person: &Person) -> (CubeAnswer, facts::Cube) {
    let query = CubeQuery { start: window().start, end: window().end, connection: None, fold: None };
    let request = Request::get(address::<Show>(&(), &query)).body(Body::empty()).unwrap();
    CubeAnswer::decode(&person.send(request).await.body).unwrap()
}

async fn exported(person: &Person, version: FocusVersion, format: Format) -> crate::harness::Answer {
    let query = FocusQuery { month: Month::of(first_day()), connection: None, version, format };
    focus(person, &query).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_random_organizations_cost_what_openai_says_wherever_it_is_added_up() {
    for house in 0..houses() {
        check(seeds(house)).await;
    }
}

async fn check(seeds: std::ops::Range<u64>) {
    let (house, admin, billed) = imported(seeds.clone()).await;
    let whole: i128 = billed.values().sum();
    assert_eq!(billed.len(), 1_000);
    assert!(billed.values().filter(|billed| **billed != 0).count() > 980, "{seeds:?}");
    assert_eq!(in_store(&house, &admin.user.as_ref().unwrap().tenant, seeds).await, billed);

    // Computed when asked for, and from what is kept.
    assert_eq!(in_report(&admin, &[facts::Label::UserId]).await, billed);
    while roll_up::fill(&house.app, Days::All).await.unwrap() > 0 {}
    for labels in facts::Label::ALL.chunks(2) {
        assert_eq!(in_report(&admin, labels).await, billed, "{labels:?}");
    }

    let (answer, cube) = in_cube(&admin).await;
    assert_eq!((cube.total().pico(), answer.folded), (whole, 0));
    let bounds = [window().start.start().unix_seconds(), window().end.start().unix_seconds()];
    for label in facts::Label::ALL {
        let labels = [facts::Label::BillingAccount, label];
        let grouping =
            Grouping { labels: &labels, filters: &[], bounds: &bounds, order: Sum::Cost, limit: usize::MAX };
        let groups = grouping.of(&cube, &answer.names).groups;
        let of = groups.iter().map(|group| (&*group.texts.as_ref().unwrap()[0], group.total.get(Sum::Cost)));
        assert_eq!(bills(of), billed, "{}", label.name());
    }

    let body = serde_json::to_vec(&question(&[facts::Label::Sku])).unwrap();
    let request = Request::post(QueryCsv::PATH).header("content-type", "application/json");
    let file = admin.send(request.body(Body::from(body)).unwrap()).await;
    assert_eq!(summed::csv(&file.body, facts::Label::BillingAccount.name(), "Cost (USD)").bills, billed);
    let total = format!("USD {}", api::Amount::from_pico(whole).unwrap());
    for version in [FocusVersion::V1_2, FocusVersion::V1_4] {
        let csv = exported(&admin, version, Format::Csv).await;
        let parquet = exported(&admin, version, Format::Parquet).await;
        for file in [&csv, &parquet] {
            assert_eq!((file.status.as_u16(), file.header("x-billed-total")), (200, total.as_str()));
        }
        let csv = summed::csv(&csv.body, "BillingAccountId", "BilledCost");
        assert_eq!(csv.bills, billed, "{version:?}");
        assert_eq!(summed::parquet(parquet.body), csv, "{version:?}");
    }
}
