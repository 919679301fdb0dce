//! Connected accounts: the list, and who sees what of it.

use std::time::{Duration, Instant};

use api::connection::{
    Connection, ConnectionStatus, DayState, DayStretch, Import, ImportError, List, ListError, Pause, Resume,
    View, ViewError,
};
use api::{ConnectionId, Nothing, Page, PageQuery, Permission, Refused};
use server::store::import_schedule;

use crate::harness::Person;
use crate::log::statements;
use crate::upstream::{World, specific};

async fn list(person: &Person, after: Option<String>, limit: Option<u8>) -> Page<Connection> {
    person.call::<List>(&(), &PageQuery { after, limit }, &Nothing {}).await.unwrap()
}

#[tokio::test]
async fn the_list_comes_in_parts_oldest_first() {
    let mut world = World::new().await;
    let mut made = Vec::new();
    for name in ["small", "second", "empty"] {
        made.push(world.connected(name).await.id);
        world.advance(1).await;
    }
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let part = list(&world.admin, after, Some(2)).await;
        assert!(part.items.len() <= 2);
        seen.extend(part.items.into_iter().map(|connection| connection.id));
        match part.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    assert_eq!(seen, made);
    for query in [
        PageQuery { after: Some("conn_unknown".into()), limit: None },
        PageQuery { after: Some("nonsense".into()), limit: None },
        PageQuery { after: None, limit: Some(0) },
        PageQuery { after: None, limit: Some(101) },
    ] {
        let refused = world.admin.call::<List>(&(), &query, &Nothing {}).await;
        assert_eq!(specific(refused), ListError::UnknownPage, "{query:?}");
    }
}

#[tokio::test]
async fn a_connection_is_the_tenants_and_its_key_the_admins() {
    let world = World::new().await;
    let made = world.connected("small").await;
    assert!(made.key.is_some());
    assert_eq!(made.created_by, world.admin.user.as_ref().unwrap().email);
    for permission in [Permission::CloudAnalyticsUser, Permission::AssetsManager] {
        let viewer = world.house.person(&[permission]).await;
        let seen = viewer.get::<View>(&made.id).await.unwrap();
        assert_eq!(seen, Connection { key: None, ..made.clone() });
        assert_eq!(list(&viewer, None, None).await.items, [seen]);
    }
    let stranger = world.house.stranger(Permission::ALL).await;
    assert_eq!(specific(stranger.get::<View>(&made.id).await), ViewError::UnknownConnection);
    assert_eq!(list(&stranger, None, None).await.items, []);
    let nobody = world.house.person(&[]).await;
    assert_eq!(nobody.get::<View>(&made.id).await.unwrap_err().problem().status, 403);
}

async fn import_now(person: &Person, id: &ConnectionId) -> Result<Connection, Refused<ImportError>> {
    person.get::<Import>(id).await
}

#[tokio::test]
async fn import_now_reads_again_what_would_come_by_itself() {
    let mut world = World::new().await;
    let connection = world.imported("restated-day").await;
    let keeper = world.house.person(&[Permission::AssetsManager]).await;
    let asked = world.asked_with("restated-day");
    world.import().await;
    assert_eq!(world.asked_with("restated-day"), asked, "nothing is due");

    let shown = import_now(&keeper, &connection.id).await.unwrap();
    assert!(shown.streams.iter().all(|stream| stream.next_run == Some(world.house.app.clock.now())));
    world.import().await;
    let shown = world.view(&connection.id).await;
    assert_eq!(shown.status, ConnectionStatus::Healthy);
    // The day that has changed meanwhile is on record.
    let seen = keeper.get::<View>(&connection.id).await.unwrap();
    assert_eq!(seen.restatements, [], "who may not see costs sees none here");
    let [change] = shown.restatements.try_into().unwrap();
    assert_eq!((change.day, change.new.pico()), (world.today().plus(-3), change.old.pico() / 10 * 11));
    let next = shown.streams[0].next_run.unwrap().unix_seconds() - world.house.app.clock.now().unix_seconds();
    assert!((3_600..3_900).contains(&next), "{next}");

    // Whoever may look at costs does not start imports, and nobody starts another tenant's.
    let viewer = world.house.person(&[Permission::CloudAnalyticsUser]).await;
    assert_eq!(import_now(&viewer, &connection.id).await.unwrap_err().problem().status, 403);
    let stranger = world.house.stranger(Permission::ALL).await;
    assert_eq!(specific(import_now(&stranger, &connection.id).await), ImportError::UnknownConnection);

    world.rekey(&connection.id, "rate-limited").await;
    import_now(&keeper, &connection.id).await.unwrap();
    world.import().await;
    let until = world.house.app.clock.now().plus_seconds(30);
    let refused = specific(import_now(&keeper, &connection.id).await);
    assert_eq!(refused, ImportError::AskedToWait { until });
    world.advance(30).await;
    world.rekey(&connection.id, "revoked").await;
    let keeper = world.house.signed_in_again(&keeper).await;
    import_now(&keeper, &connection.id).await.unwrap();
    world.import().await;
    assert_eq!(specific(import_now(&keeper, &connection.id).await), ImportError::NeedsKey);
    let shown = world.view(&connection.id).await;
    assert!(shown.streams.iter().all(|stream| stream.next_run.is_none()));
}

/// OpenAI asks to wait with a 503 as well, and while names are read: nobody hurries past that, and when it is over it goes on.
#[tokio::test]
async fn whatever_openai_asked_to_wait_by_nobody_hurries_past_it() {
    let mut world = World::with_history(10).await;
    let connection = world.imported("small").await;
    let now = world.house.app.clock.now();
    let tenant = world.admin.user.as_ref().unwrap().tenant.clone();
    let until = now.plus_seconds(600);
    let mut db = world.house.app.store.write().await.unwrap();
    for (until, at) in [(until, now), (now.plus_seconds(60), now)] {
        import_schedule::hold(&mut db, (&tenant, &connection.id), until, at).await.unwrap();
    }
    db.commit().await.unwrap();
    let refused = specific(import_now(&world.admin, &connection.id).await);
    assert_eq!(refused, ImportError::AskedToWait { until });
    world.admin.get::<Pause>(&connection.id).await.unwrap();
    let resumed = world.admin.get::<Resume>(&connection.id).await.unwrap();
    assert!(resumed.streams.iter().all(|stream| stream.next_run == Some(until)), "{resumed:?}");
    let asked = world.asked_with("small");
    world.advance(599).await;
    world.import().await;
    assert_eq!(world.asked_with("small"), asked);
    world.advance(1).await;
    world.import().await;
    assert!(world.asked_with("small") > asked);
    import_now(&world.admin, &connection.id).await.unwrap();
}

#[tokio::test]
async fn every_day_of_every_stream_is_accounted_for() {
    let world = World::new().await;
    let fresh = world.connected("gap").await;
    assert!(!fresh.history_known);
    let states = |connection: &Connection| {
        let states: Vec<Vec<_>> = connection
            .streams
            .iter()
            .map(|stream| {
                let days = |stretch: &DayStretch| stretch.through.number() + 1 - stretch.from.number();
                assert_eq!(stream.days.iter().map(days).sum::<i64>(), i64::from(stream.days_planned));
                stream.days.iter().map(|stretch| (stretch.state, days(stretch))).collect()
            })
            .collect();
        assert!(states.iter().all(|stream| *stream == states[0]), "{states:?}");
        states[0].clone()
    };
    use DayState::{Failed, Imported, Missing, Provisional};
    assert_eq!(states(&fresh), [(Missing, 30)]);
    world.import().await;
    let imported = world.view(&fresh.id).await;
    assert!(imported.history_known);
    assert_eq!(imported.history_start, world.today().plus(-29));
    assert_eq!(states(&imported), [(Imported, 19), (Failed, 1), (Imported, 6), (Provisional, 4)]);
}

#[tokio::test]
async fn many_accounts_take_as_few_statements_as_one() {
    let world = World::new().await;
    // One with a day that OpenAI leaves out, too.
    world.imported("gap").await;
    let (of_one, one) = statements(list(&world.admin, None, None)).await;
    for name in ["small", "second", "restated-day"] {
        world.imported(name).await;
    }
    let (of_all, all) = statements(list(&world.admin, None, None)).await;
    assert_eq!((of_one.items.len(), of_all.items.len()), (1, 4));
    assert_eq!(one.len(), all.len(), "{all:#?}");
    // The session, the list, the schedules, what is planned, what is imported, what was restated.
    assert_eq!(all.len(), 7, "{all:#?}");
    for shown in of_all.items {
        assert_eq!(shown, world.view(&shown.id).await);
    }
}

#[tokio::test]
async fn a_test_holds_no_connection_to_the_database_while_openai_keeps_it_waiting() {
    let world = World::with_latency(Duration::from_secs(1)).await;
    let made = world.connected("small").await;
    // All but one are in use by others.
    let mut others = Vec::new();
    for _ in 0..5 {
        others.push(world.house.app.store.read().await.unwrap());
    }
    let admin = world.admin.clone();
    let test = tokio::spawn(async move { admin.get::<api::connection::Test>(&made.id).await });
    let mut longest = Duration::ZERO;
    while !test.is_finished() {
        let begun = Instant::now();
        drop(world.house.app.store.read().await.unwrap());
        longest = longest.max(begun.elapsed());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    test.await.unwrap().unwrap();
    assert!(longest < Duration::from_millis(700), "somebody else waited {longest:?}");
}
