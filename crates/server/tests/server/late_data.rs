//! What OpenAI changes of a day after its end: once that day has been read again, every sum is what OpenAI tells, and how it
//! changed is on record.

use api::{Amount, ConnectionId, Day, Timestamp};
use openai::cost::CostResult;
use openai::page::Page;
use server::store::cost_restatement::{self, CostRestatement};

use crate::upstream::{World, key};

const DAY: i64 = 86_400;

/// What OpenAI tells a key of a day, without any grouping.
fn told(world: &World, name: &str, day: Day) -> Amount {
    let organization = world.upstream.organization(&key(name)).unwrap();
    let (start, now) = (day.start().unix_seconds(), world.house.app.clock.now().unix_seconds());
    let query = format!("start_time={start}&end_time={}", start + DAY);
    let page = organization.tells(simulator::key::named(name).unwrap(), "costs", &query, now).unwrap();
    let page: Page<CostResult> = serde_json::from_str(&page).unwrap();
    let rows = page.data.iter().flat_map(|bucket| &bucket.results.known);
    rows.map(|row| row.billed().unwrap().0.amount).sum()
}

/// What is billed of a day, where all imported days are what OpenAI tells.
async fn billed(world: &World, name: &str, day: Day) -> Amount {
    let costs = world.costs(None).await;
    let imported: Vec<_> = costs.days.iter().rev().take(10).collect();
    for shown in &imported {
        assert_eq!(shown.amount, told(world, name, shown.day), "{name} {} on {}", shown.day, world.today());
    }
    imported.iter().find(|shown| shown.day == day).unwrap().amount
}

/// How a day changed after its end, earliest first.
async fn changes(world: &World, connection: &ConnectionId, day: Day) -> Vec<CostRestatement> {
    let tenant = &world.admin.user.as_ref().unwrap().tenant;
    let mut db = world.house.app.store.read().await.unwrap();
    let connections = [connection.clone()];
    let mut latest = cost_restatement::latest(&mut db, tenant, &connections, 1_000).await.unwrap();
    let latest = latest.remove(connection).unwrap_or_default().into_iter();
    latest.rev().filter(|change| change.day == day).collect()
}

/// Noon of the day so many days after another.
fn noon(day: Day, days: i64) -> Timestamp {
    day.plus(days).start().plus_seconds(DAY / 2)
}

#[tokio::test]
async fn a_day_that_comes_five_days_late_is_billed_when_it_comes_and_the_change_is_on_record() {
    let mut world = World::with_history(10).await;
    let connection = world.imported("late-mondays").await;
    let monday = world.today();
    for age in 1..=7 {
        world.advance(DAY).await;
        world.import().await;
        assert_eq!(billed(&world, "late-mondays", monday).await > Amount::ZERO, age >= 5, "{age}");
    }
    let [change] = changes(&world, &connection.id, monday).await.try_into().unwrap();
    assert_eq!((change.old, change.new), (Amount::ZERO, told(&world, "late-mondays", monday)));
    assert_eq!(change.noticed_at, noon(monday, 5));
}

#[tokio::test]
async fn a_credit_that_is_restated_day_after_day_is_what_it_became_and_each_change_is_on_record() {
    let mut world = World::with_history(10).await;
    let connection = world.imported("restated-credit").await;
    let day = world.today();
    let organization = world.upstream.organization(&key("restated-credit")).unwrap();
    let end = day.plus(1).start().unix_seconds();
    let usage = organization.billed(day.start().unix_seconds(), end, end);
    let credited = |times: i128| usage + Amount::from_pico(-7_250_000_000_001 * times).unwrap();
    for age in 1..=7 {
        world.advance(DAY).await;
        world.import().await;
        assert_eq!(billed(&world, "restated-credit", day).await, credited(1 + age.min(5)), "{age}");
    }
    // What the day before its end was billed is no restatement; after it, it was read five times until it changed no more.
    let changes = changes(&world, &connection.id, day).await;
    let seen: Vec<_> = changes.iter().map(|change| (change.old, change.new, change.noticed_at)).collect();
    let expected = (2..=5).map(|age| (credited(age), credited(age + 1), noon(day, age.try_into().unwrap())));
    assert_eq!(seen, expected.collect::<Vec<_>>());
}

#[tokio::test]
async fn what_changed_while_the_server_was_off_is_read_when_it_is_back() {
    // Read last while the day is provisional, and when it already counts as settled.
    for (name, last) in
        [("late-mondays", 2), ("late-mondays", 4), ("restated-credit", 2), ("restated-credit", 4)]
    {
        let mut world = World::with_history(10).await;
        let connection = world.imported(name).await;
        let day = world.today();
        world.advance(last * DAY).await;
        world.import().await;
        let before = billed(&world, name, day).await;
        // Longer than what is read again every hour.
        world.advance(8 * DAY).await;
        world.import().await;
        let costs = world.costs(None).await;
        let after = costs.days.iter().find(|shown| shown.day == day).unwrap().amount;
        assert_eq!(after, told(&world, name, day), "{name} {last}");
        assert_ne!(before, after, "{name} {last}");
        let [change] = changes(&world, &connection.id, day).await.try_into().unwrap();
        let noticed = noon(day, last + 8);
        assert_eq!((change.old, change.new, change.noticed_at), (before, after, noticed), "{name} {last}");
        // OpenAI's own totals were read again as well.
        assert_eq!(world.view(&connection.id).await.warnings, [], "{name} {last}");
    }
}
