//! Clocks that jump: what is imported is the same whatever the clock did meanwhile, wherever on the calendar.

use std::time::Duration;

use api::connection::ConnectionStatus;
use api::{Day, Timestamp};
use server::store::import_schedule;

use crate::harness::{House, long};
use crate::import_process::serve_with;
use crate::upstream::World;

const DAY: i64 = 86_400;

/// A row of what is known of an imported day: its stream, itself, how many rows it has and their checksum.
type Kept = (String, i64, i64, String);

async fn kept(world: &World, days: std::ops::Range<Day>) -> Vec<Kept> {
    let mut db = world.house.app.store.read().await.unwrap();
    let sql = "SELECT stream, day, row_count, checksum FROM import_day WHERE day >= $1 AND day < $2 ORDER BY stream, day";
    let (start, end) = (days.start.number(), days.end.number());
    sqlx::query_as(sql).bind(start).bind(end).fetch_all(&mut *db).await.unwrap()
}

/// Imports from this moment on while the clock jumps, in the middle of it, by so many seconds each time; what is kept
/// two days after the clock is right again.
async fn imported(start: Timestamp, jumps: &[i64]) -> Vec<Kept> {
    let mut world = World::slowly(Duration::from_millis(3), 10).await;
    world.advance(start.unix_seconds() - world.house.app.clock.now().unix_seconds()).await;
    let connection = world.connected("small").await;
    let app = world.house.app.clone();
    let importing = tokio::spawn(async move { server::import::run::everything_due(&app).await.unwrap() });
    let mut in_the_middle = 0;
    for jump in jumps {
        let before = world.upstream.requests().len();
        while world.upstream.requests().len() < before + 8 && !importing.is_finished() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        in_the_middle += usize::from(!importing.is_finished());
        world.house.clock.advance(*jump);
    }
    importing.await.unwrap();
    assert!(in_the_middle > 0 || jumps.is_empty(), "no jump came in the middle of the import");
    let wrong = jumps.iter().sum::<i64>();
    world.house.clock.advance(-wrong);
    world.import().await;
    for _ in 0..2 {
        world.advance(DAY).await;
        world.import().await;
        // What a failure has put off.
        world.advance(3600).await;
        world.import().await;
    }
    assert_eq!(world.view(&connection.id).await.status, ConnectionStatus::Healthy, "{jumps:?}");
    let first = Day::of(start);
    kept(&world, first.plus(-8)..first.plus(1)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_jumps_in_the_middle_of_an_import_changes_no_row() {
    let noon = |day: &str| Day::parse(day).unwrap().start().plus_seconds(DAY / 2);
    let mut moments = vec![("the last day of February in a leap year", noon("2028-02-29"))];
    moments.push(("the last second of a year", Day::parse("2027-01-01").unwrap().start().plus_seconds(-1)));
    if long() {
        moments.push(("the first second of a year", Day::parse("2027-01-01").unwrap().start()));
        moments.push(("the day after the last of February", noon("2027-03-01")));
        moments.push(("an ordinary day", noon("2026-12-10")));
    }
    for (case, start) in moments {
        let undisturbed = imported(start, &[]).await;
        // Ten streams and the bill in two, of nine days.
        assert_eq!(undisturbed.len(), 12 * 9, "{case}");
        for jumps in [&[DAY] as &[i64], &[-DAY], &[DAY, -DAY], &[-DAY, 2 * DAY, -DAY], &[-3600, 7200]] {
            assert_eq!(imported(start, jumps).await, undisturbed, "{case}: {jumps:?}");
        }
    }
}

/// Days are UTC days wherever the server stands.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_in_five_time_zones_keep_the_same_rows() {
    let mut expected: Option<Vec<Kept>> = None;
    // Both ends of the world, half hours, and zones whose clocks are put forward and back.
    for zone in ["UTC", "Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kolkata", "Australia/Lord_Howe"] {
        let world = World::in_real_time_since(Duration::ZERO, 10).await;
        let connection = world.connected("small").await;
        let today = world.today();
        let server = serve_with(&world, world.house.folder.path(), &[("TZ", zone)]);
        while world.view(&connection.id).await.status != ConnectionStatus::Healthy {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        drop(server);
        let rows = kept(&world, today.plus(-8)..today).await;
        assert_eq!(rows.len(), 12 * 8, "{zone}");
        assert_eq!(&rows, expected.get_or_insert_with(|| rows.clone()), "{zone}");
    }
}

/// A clock that was a month ahead is set right: what it has put off is read now and not in a month, and what it has read is no
/// sign that all is well for a month.
#[tokio::test]
async fn a_clock_that_was_ahead_and_is_set_right_puts_nothing_off() {
    let mut world = World::with_history(10).await;
    let connection = world.connected("small").await;
    world.import().await;
    world.advance(30 * DAY).await;
    world.import().await;
    world.pass(-30 * DAY);
    world.advance(0).await;
    let asked = world.asked_with("small");
    world.import().await;
    assert!(world.asked_with("small") > asked, "nothing is due for a month");
    let shown = world.view(&connection.id).await;
    let now = world.house.app.clock.now();
    let next = |shown: &api::connection::Connection| {
        let next = shown.streams.iter().filter_map(|stream| stream.next_run).max().unwrap();
        next.unix_seconds() - now.unix_seconds()
    };
    assert!(next(&shown) < 2 * 3600, "{}", next(&shown));
    assert!(shown.streams.iter().all(|stream| stream.last_success.is_some_and(|read| read <= now)));
    assert_eq!(shown.status, ConnectionStatus::Healthy);
    // Nothing is read from here on, and that is noticed as on any other day.
    world.rekey(&connection.id, "unavailable").await;
    world.advance(6 * 3600).await;
    world.import().await;
    assert!(matches!(world.view(&connection.id).await.status, ConnectionStatus::Degraded { .. }));
    // What OpenAI itself asks for stays put off, however long.
    let until = world.house.app.clock.now().plus_seconds(30 * DAY);
    let of = (&world.admin.user.as_ref().unwrap().tenant.clone(), &connection.id);
    let mut db = world.house.app.store.write().await.unwrap();
    import_schedule::hold(&mut db, of, until, world.house.app.clock.now()).await.unwrap();
    db.commit().await.unwrap();
    let asked = world.asked_with("unavailable");
    world.import().await;
    assert_eq!(world.asked_with("unavailable"), asked);
}

/// A session begun before the clock was set back is none that lives longer for it.
#[tokio::test]
async fn a_clock_that_is_set_back_lets_no_session_live_longer_than_it_may() {
    let house = House::new().await;
    let ada = house.person(&[api::Permission::CloudAnalyticsUser]).await;
    house.clock.advance(-DAY);
    assert!(signed_in(&ada).await, "a clock set right signs nobody out");
    house.clock.advance(DAY + 13 * 3600);
    assert!(!signed_in(&ada).await);
}

async fn signed_in(person: &crate::harness::Person) -> bool {
    let session = person.get::<api::session::View>(&()).await.unwrap();
    matches!(session, api::session::Session::SignedIn(_))
}
