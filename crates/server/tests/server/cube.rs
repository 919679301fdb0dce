//! The cube: its facts sum to the bill, whoever asks for which days, however much of it is kept or folded.

use api::cost::Coverage;
use api::cube::{CubeAnswer, CubeError, CubeQuery, Show};
use api::endpoint::address;
use api::{Amount, ConnectionId, Day, Permission, Refused};
use axum::body::Body;
use facts::group::{Grouping, Sum};
use facts::{Cube, Label};
use http::Request;
use server::roll_up::{self, Days};

use crate::harness::Person;
use crate::upstream::{World, key};

fn query(world: &World, connection: Option<&ConnectionId>) -> CubeQuery {
    let (start, end) = (world.today().plus(-29), world.today().plus(1));
    CubeQuery { start, end, connection: connection.cloned(), fold: None }
}

async fn cube(person: &Person, query: &CubeQuery) -> (CubeAnswer, Cube) {
    let request = Request::get(address::<Show>(&(), query)).body(Body::empty()).unwrap();
    let answer = person.send(request).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/octet-stream"));
    CubeAnswer::decode(&answer.body).unwrap()
}

async fn refused(person: &Person, query: &CubeQuery) -> CubeError {
    let request = Request::get(address::<Show>(&(), query)).body(Body::empty()).unwrap();
    match Refused::parse(&person.send(request).await.text()).unwrap() {
        Refused::Specific(refusal, _) => refusal,
        Refused::Common(refusal, _) => panic!("{refusal:?}"),
    }
}

/// What the simulator bills for these days.
fn billed(world: &World, name: &str, start: Day, end: Day) -> Amount {
    let organization = world.upstream.organization(&key(name)).unwrap();
    let now = world.house.app.clock.now().unix_seconds();
    organization.billed(start.start().unix_seconds(), end.start().unix_seconds(), now)
}

/// Groups by every label there is: each adds up to the bill.
fn check_every_label(answer: &CubeAnswer, cube: &Cube, billed: Amount) {
    let bounds = [answer.start.start().unix_seconds(), answer.end.start().unix_seconds()];
    for label in Label::ALL {
        let grouping =
            Grouping { labels: &[label], filters: &[], bounds: &bounds, order: Sum::Cost, limit: 5 };
        let groups = grouping.of(cube, &answer.names);
        let sum: i128 = groups.groups.iter().map(|group| group.total.get(Sum::Cost)).sum();
        assert_eq!((sum, groups.total.get(Sum::Cost)), (billed.pico(), billed.pico()), "{}", label.name());
    }
}

#[tokio::test]
async fn a_cube_sums_to_the_bill_by_every_label_computed_or_kept() {
    let world = World::new().await;
    let connection = world.imported("small").await;
    let asked = query(&world, Some(&connection.id));
    let (answer, computed) = cube(&world.admin, &asked).await;
    let bill = billed(&world, "small", asked.start, asked.end);
    assert_eq!((computed.total(), answer.folded), (bill, 0));
    check_every_label(&answer, &computed, bill);
    assert_eq!(answer.days.len(), 30);
    assert!(answer.days.iter().all(|day| day.cost != Coverage::Missing && day.usage != Coverage::Missing));
    let oracle = world.upstream.organization(&key("small")).unwrap();
    for project in &oracle.projects {
        assert_eq!(answer.names.projects[&project.id], project.name);
    }
    assert_eq!(answer.names.accounts[connection.id.as_str()].name, connection.name.as_str());
    assert!(answer.freshness.streams.iter().all(|stream| stream.missing_days == 0));

    assert_eq!(world.count("roll_up").await, 0, "whoever reads does not write");
    while roll_up::fill(&world.house.app, Days::Whole).await.unwrap() > 0 {}
    assert_eq!(world.count("roll_up").await, 30);
    let (_, kept) = cube(&world.admin, &asked).await;
    assert_eq!(kept.encode(), computed.encode());
    // A part of the days, and one of several accounts.
    let second = world.imported("second").await;
    let (part, _) = (world.today().plus(-12), ());
    let (_, of_part) = cube(&world.admin, &CubeQuery { start: part, ..asked.clone() }).await;
    assert_eq!(of_part.total(), billed(&world, "small", part, asked.end));
    let (both, cube_of_both) = cube(&world.admin, &query(&world, None)).await;
    let bill_of_both = bill + billed(&world, "second", asked.start, asked.end);
    check_every_label(&both, &cube_of_both, bill_of_both);
    let (_, of_second) = cube(&world.admin, &query(&world, Some(&second.id))).await;
    assert_eq!(of_second.total() + bill, bill_of_both);
}

#[tokio::test]
async fn what_is_imported_anew_is_computed_anew() {
    let mut world = World::new().await;
    let connection = world.imported("restated-day").await;
    while roll_up::fill(&world.house.app, Days::All).await.unwrap() > 0 {}
    let asked = query(&world, Some(&connection.id));
    let (_, before) = cube(&world.admin, &asked).await;
    world.advance(4000).await;
    world.import().await;
    assert!(world.count("roll_up").await < 30, "days that changed are forgotten");
    let (_, after) = cube(&world.admin, &asked).await;
    assert_eq!(after.total(), world.costs(Some(&connection.id)).await.total);
    assert_ne!(after.total(), before.total());
}

#[tokio::test]
async fn a_large_cube_is_folded_and_says_so() {
    let world = World::with_history(3).await;
    let connection = world.imported("large").await;
    let whole = query(&world, Some(&connection.id));
    let (_, all) = cube(&world.admin, &whole).await;
    let bill = billed(&world, "large", world.today().plus(-2), whole.end);
    assert_eq!(all.total(), bill);
    assert!(all.len() > 1_500, "{} facts", all.len());
    let (answer, small) = cube(&world.admin, &CubeQuery { fold: Some(1_500), ..whole }).await;
    assert!(small.len() <= 1_500, "{} facts", small.len());
    assert!(answer.folded > 0);
    check_every_label(&answer, &small, bill);
    assert_eq!(small.requests().iter().sum::<u64>(), all.requests().iter().sum::<u64>());
    assert!(small.dictionary().find(api::cube::OTHER).is_some());
}

#[tokio::test]
async fn cubes_are_the_tenants_own_and_have_their_limits() {
    let world = World::new().await;
    let connection = world.imported("small").await;
    let asked = query(&world, Some(&connection.id));
    let stranger = world.house.stranger(&[Permission::CloudAnalyticsUser]).await;
    assert_eq!(refused(&stranger, &asked).await, CubeError::UnknownConnection);
    let (nothing, empty) = cube(&stranger, &query(&world, None)).await;
    assert!(empty.is_empty() && nothing.names.projects.is_empty() && nothing.freshness.imported_at.is_none());

    let bad = |start: i64, end: i64| CubeQuery {
        start: world.today().plus(start),
        end: world.today().plus(end),
        ..asked.clone()
    };
    for (start, end) in [(0, 0), (0, -1), (-366, 1)] {
        assert_eq!(refused(&world.admin, &bad(start, end)).await, CubeError::UnfitPeriod);
    }
    for fold in [0, 999, 150_001] {
        let asked = CubeQuery { fold: Some(fold), ..asked.clone() };
        assert_eq!(refused(&world.admin, &asked).await, CubeError::UnfitFold);
    }
    let (year, _) = cube(&world.admin, &bad(-365, 1)).await;
    assert_eq!(year.days.len(), 366);
    assert!(
        year.days.iter().all(|day| day.cost != Coverage::Missing),
        "before its first cost there was none"
    );
}
