//! Daily costs: whose they are, for which days, and who may see them.

use api::cost::{Coverage, Daily, DailyError, DailyQuery};
use api::{Amount, Day, Nothing, Permission};

use crate::harness::Person;
use crate::upstream::{World, specific};

fn query(start: &str, end: &str) -> DailyQuery {
    DailyQuery { start: Day::parse(start).unwrap(), end: Day::parse(end).unwrap(), connection: None }
}

async fn refused(person: &Person, query: DailyQuery) -> DailyError {
    specific(person.call::<Daily>(&(), &query, &Nothing {}).await)
}

#[tokio::test]
async fn accounts_add_up_and_can_be_looked_at_alone() {
    let world = World::new().await;
    let small = world.imported("small").await;
    let second = world.imported("second").await;
    let (all, one, other) =
        (world.costs(None).await, world.costs(Some(&small.id)).await, world.costs(Some(&second.id)).await);
    assert!(one.total > Amount::ZERO && other.total > Amount::ZERO);
    assert_eq!(all.total, one.total + other.total);
    for ((day, first), second) in all.days.iter().zip(&one.days).zip(&other.days) {
        assert_eq!(day.amount, first.amount + second.amount);
    }
    assert_eq!(all.projects.len(), one.projects.len() + other.projects.len());
    assert!(all.projects.windows(2).all(|pair| pair[0].amount >= pair[1].amount));
}

#[tokio::test]
async fn periods_have_one_to_366_days() {
    let world = World::new().await;
    for (start, end) in
        [("2026-11-20", "2026-11-20"), ("2026-11-20", "2026-11-19"), ("2025-11-20", "2026-11-22")]
    {
        assert_eq!(refused(&world.admin, query(start, end)).await, DailyError::UnfitPeriod, "{start} {end}");
    }
    let year = world.admin.call::<Daily>(&(), &query("2025-11-20", "2026-11-21"), &Nothing {}).await.unwrap();
    assert_eq!((year.days.len(), year.total), (366, Amount::ZERO));
}

#[tokio::test]
async fn costs_are_the_tenants_own() {
    let world = World::new().await;
    let connection = world.imported("small").await;
    let stranger = world.house.stranger(&[Permission::CloudAnalyticsUser]).await;
    let theirs = DailyQuery { connection: Some(connection.id.clone()), ..query("2026-11-01", "2026-11-24") };
    assert_eq!(refused(&stranger, theirs.clone()).await, DailyError::UnknownConnection);
    let nothing = stranger.call::<Daily>(&(), &query("2026-11-01", "2026-11-24"), &Nothing {}).await.unwrap();
    assert_eq!((nothing.total, nothing.projects.len(), nothing.billed_through), (Amount::ZERO, 0, None));

    let colleague = world.house.person(&[Permission::CloudAnalyticsUser]).await;
    assert!(colleague.call::<Daily>(&(), &theirs, &Nothing {}).await.unwrap().total > Amount::ZERO);
    let keeper = world.house.person(&[Permission::AssetsManager]).await;
    assert_eq!(keeper.call::<Daily>(&(), &theirs, &Nothing {}).await.unwrap_err().problem().status, 403);
}

#[tokio::test]
async fn before_its_first_cost_an_organization_is_known_to_have_none() {
    let world = World::new().await;
    let connection = world.imported("small").await;
    let query = DailyQuery {
        start: connection.history_start.plus(-40),
        end: connection.history_start.plus(1),
        connection: None,
    };
    let costs = world.admin.call::<Daily>(&(), &query, &Nothing {}).await.unwrap();
    assert!(costs.days.iter().all(|day| day.coverage == Coverage::Settled), "{:?}", costs.days);
}
