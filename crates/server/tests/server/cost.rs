//! Daily costs: whose they are, for which days, and who may see them.

use api::connection::{Disconnect, DisconnectConnection, ImportedData, Pause, Stream};
use api::cost::{Coverage, Daily, DailyError, DailyQuery};
use api::report::{Metric, Period, Preset, Query, ReportQuery};
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

#[tokio::test]
async fn an_account_that_is_disconnected_and_kept_leaves_no_later_day_unknown() {
    let mut world = World::new().await;
    world.imported("small").await;
    let gone = world.imported("second").await;
    let keep = DisconnectConnection { data: ImportedData::Keep };
    world.admin.call::<Disconnect>(&gone.id, &Nothing {}, &keep).await.unwrap();
    let (last, billed_through) = (world.today(), world.costs(Some(&gone.id)).await.billed_through);
    for _ in 0..6 {
        world.advance(86_400).await;
        world.import().await;
    }
    let costs = world.costs(None).await;
    let later: Vec<_> = costs.days.iter().filter(|day| day.day > last).map(|day| day.coverage).collect();
    assert!(later.len() == 6 && !later.contains(&Coverage::Missing), "{later:?}");
    assert_eq!(costs.billed_through, Some(world.today()));
    assert_eq!(world.costs(Some(&gone.id)).await.billed_through, billed_through);
    let week = ReportQuery::new(vec![Metric::Cost], Period::Preset { preset: Preset::Last7Days });
    let freshness = world.admin.call::<Query>(&(), &Nothing {}, &week).await.unwrap().freshness;
    for stream in freshness.streams.iter().filter(|stream| stream.stream == Stream::Costs) {
        assert_eq!((stream.missing_days, stream.data_through), (0, Some(world.today())));
    }
}

#[tokio::test]
async fn an_account_that_lags_holds_back_through_which_day_costs_are_billed() {
    let mut world = World::new().await;
    world.imported("small").await;
    let slow = world.imported("second").await;
    let billed_through = world.costs(Some(&slow.id)).await.billed_through;
    world.admin.get::<Pause>(&slow.id).await.unwrap();
    world.advance(3 * 86_400).await;
    world.import().await;
    assert_eq!(world.costs(None).await.billed_through, billed_through);
    assert!(billed_through.is_some_and(|through| through < world.today()));
}
