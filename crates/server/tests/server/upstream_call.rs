//! The log of calls to OpenAI: every use of a key is in it, written with what was read, and another hand is noticed.

use std::collections::BTreeMap;

use api::audit_event::ChainFault;
use api::connection::ListError;
use api::connection_draft::Progress;
use api::upstream_call::{List, UpstreamCall, UpstreamCallQuery, Verification, Verify};
use api::{ConnectionId, Nothing, Page, Permission};
use server::store::Backend;
use server::upstream_call::record;

use crate::harness::Person;
use crate::upstream::{World, key, specific, test};

async fn viewer(world: &World) -> Person {
    world.house.person(Permission::READS_AUDIT).await
}

async fn asked(person: &Person, query: &UpstreamCallQuery) -> Page<UpstreamCall> {
    person.call::<List>(&(), query, &Nothing {}).await.unwrap()
}

/// All calls that fit, read in parts.
async fn all(person: &Person, mut query: UpstreamCallQuery) -> Vec<UpstreamCall> {
    let mut read = Vec::new();
    loop {
        let page = asked(person, &query).await;
        read.extend(page.items);
        query.after = page.next;
        if query.after.is_none() {
            return read;
        }
    }
}

async fn verdict(world: &World) -> Verification {
    viewer(world).await.get::<Verify>(&()).await.unwrap()
}

/// How often each path was asked for, and with which status it was answered.
fn counted<'a>(
    calls: impl Iterator<Item = (&'a str, &'a str, u16)>,
) -> BTreeMap<(String, String, u16), usize> {
    let mut counts = BTreeMap::new();
    for (method, path, status) in calls {
        *counts.entry((method.to_owned(), path.to_owned(), status)).or_default() += 1;
    }
    counts
}

#[tokio::test]
async fn every_use_of_a_key_is_in_the_log_and_nothing_else() {
    let mut world = World::new().await;
    let connection = world.imported("small").await;
    world.tested("no-usage-scope").await;
    world.advance(7200).await;
    world.import().await;
    let viewer = viewer(&world).await;
    let logged = all(&viewer, UpstreamCallQuery { limit: Some(7), ..Default::default() }).await;
    let requests = world.upstream.requests();
    assert!(requests.len() > 30, "{}", requests.len());
    assert_eq!(
        counted(logged.iter().map(|call| (&*call.method, &*call.path, call.status.unwrap_or_default()))),
        counted(requests.iter().map(|asked| (&*asked.method, &*asked.path, asked.status)))
    );
    assert!(logged.iter().all(|call| call.method == "GET"));
    assert!(logged.is_sorted_by_key(|call| std::cmp::Reverse(call.at)));
    assert!(logged.iter().filter(|call| call.status.is_some()).all(|call| call.request_id.is_some()));
    // By connection they are numbered without gaps, the test before Finish among them.
    let own = UpstreamCallQuery { connection: Some(connection.id.clone()), ..Default::default() };
    let mut numbers: Vec<u64> = all(&viewer, own).await.iter().map(|call| call.seq).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
    let failed = all(&viewer, UpstreamCallQuery { failed: Some(true), ..Default::default() }).await;
    assert!(!failed.is_empty() && failed.iter().all(|call| call.outcome == "missing_scope"), "{failed:?}");
    let later = Some(world.house.app.clock.now());
    let recent = all(&viewer, UpstreamCallQuery { from: later, ..Default::default() }).await;
    let earlier = all(&viewer, UpstreamCallQuery { to: later, ..Default::default() }).await;
    assert!(!recent.is_empty() && !earlier.is_empty());
    assert_eq!(recent.len() + earlier.len(), logged.len());
    assert_eq!(verdict(&world).await, Verification::Whole { calls: logged.len() as u64 });
    let text = serde_json::to_string(&logged).unwrap();
    let secret = key("small");
    assert!(!text.contains(&secret[secret.len() - 12..]));
}

/// Makes the table refuse rows.
async fn refuse_rows(world: &World) {
    let sql = match world.house.app.store.backend() {
        Backend::Sqlite => {
            "CREATE TRIGGER full BEFORE INSERT ON upstream_call BEGIN SELECT RAISE(ABORT, 'full'); END"
        }
        Backend::Postgres => "ALTER TABLE upstream_call ADD CONSTRAINT refused CHECK (seq < 0) NOT VALID",
    };
    world.execute(sql, &[]).await;
}

async fn accept_rows(world: &World) {
    let sql = match world.house.app.store.backend() {
        Backend::Sqlite => "DROP TRIGGER full",
        Backend::Postgres => "ALTER TABLE upstream_call DROP CONSTRAINT refused",
    };
    world.execute(sql, &[]).await;
}

#[tokio::test]
async fn what_was_read_by_calls_that_cannot_be_recorded_is_not_kept() {
    let world = World::new().await;
    let draft = world.draft("small").await;
    refuse_rows(&world).await;
    assert!(test(&world.admin, &draft.id).await.is_err());
    let shown = world.admin.get::<api::connection_draft::View>(&draft.id).await.unwrap();
    assert_eq!(shown.progress, Progress::Untested);
    accept_rows(&world).await;
    let connection = world.connected("small-second-key").await;
    refuse_rows(&world).await;
    world.import().await;
    assert_eq!((world.count("import_day").await, world.count("segment").await), (0, 0));
    // What could not be written is written later: nothing that was asked is lost.
    accept_rows(&world).await;
    record::sweep(&world.house.app).await.unwrap();
    let logged = all(&viewer(&world).await, UpstreamCallQuery::default()).await;
    let given_up = logged.iter().filter(|call| call.outcome == "cancelled").count();
    let asked = world.upstream.requests().len();
    assert!((logged.len() - given_up..=logged.len()).contains(&asked), "{asked} {given_up} {}", logged.len());
    world.import().await;
    assert!(world.view(&connection.id).await.streams.iter().any(|stream| stream.rows > 0));
}

#[tokio::test]
async fn another_hand_is_noticed_and_the_call_is_named() {
    let world = World::new().await;
    let connection = world.connected("small").await.id;
    let id = connection.as_str();
    assert_eq!(verdict(&world).await, Verification::Whole { calls: 3 });
    let broken = |seq, fault| Verification::Broken { connection: connection.clone(), seq, fault };

    let change = "UPDATE upstream_call SET method = $1 WHERE connection_id = $2 AND seq = 2";
    world.execute(change, &["POST", id]).await;
    assert_eq!(verdict(&world).await, broken(2, ChainFault::Changed));
    world.execute(change, &["GET", id]).await;
    assert_eq!(verdict(&world).await, Verification::Whole { calls: 3 });

    world.execute("DELETE FROM upstream_call WHERE connection_id = $1 AND seq = 3", &[id]).await;
    assert_eq!(verdict(&world).await, broken(3, ChainFault::Missing));
    // Neither does it help to say that the log ends before, or begins behind what was removed.
    world.execute("UPDATE upstream_call_head SET seq = 2 WHERE connection_id = $1", &[id]).await;
    assert_eq!(verdict(&world).await, broken(2, ChainFault::End));
    world
        .execute("UPDATE upstream_call_head SET seq = 3, dropped_seq = 3 WHERE connection_id = $1", &[id])
        .await;
    assert_eq!(verdict(&world).await, broken(3, ChainFault::End));
    world.execute("DELETE FROM upstream_call_head WHERE connection_id = $1", &[id]).await;
    assert_eq!(verdict(&world).await, broken(1, ChainFault::End));
}

#[tokio::test]
async fn calls_are_kept_for_ninety_days_and_what_is_left_is_whole() {
    let mut world = World::new().await;
    let old = world.connected("small").await.id;
    world.advance(91 * 86_400).await;
    world.tested("no-usage-scope").await;
    record::sweep(&world.house.app).await.unwrap();
    assert_eq!(verdict(&world).await, Verification::Whole { calls: 3 });
    let viewer = viewer(&world).await;
    let of_old = UpstreamCallQuery { connection: Some(old.clone()), ..Default::default() };
    assert_eq!(all(&viewer, of_old.clone()).await, []);
    // The numbers go on where they were.
    world.import().await;
    let numbers: Vec<u64> = all(&viewer, of_old).await.iter().map(|call| call.seq).collect();
    assert!(numbers.contains(&4) && !numbers.contains(&3), "{numbers:?}");
}

#[tokio::test]
async fn a_company_sees_its_own_calls_and_only_with_the_permission() {
    let world = World::new().await;
    world.tested("small").await;
    let query = UpstreamCallQuery::default();
    assert!(world.admin.call::<List>(&(), &query, &Nothing {}).await.is_err());
    assert!(world.admin.get::<Verify>(&()).await.is_err());
    let stranger = world.house.stranger(Permission::READS_AUDIT).await;
    assert_eq!(all(&stranger, query).await, []);
    let viewer = viewer(&world).await;
    for (after, limit) in [(Some("x"), None), (Some("1.2.nobody"), None), (None, Some(0)), (None, Some(101))]
    {
        let query = UpstreamCallQuery { after: after.map(str::to_owned), limit, ..Default::default() };
        assert_eq!(specific(viewer.call::<List>(&(), &query, &Nothing {}).await), ListError::UnknownPage);
    }
    let unknown = ConnectionId::parse("conn_0").unwrap();
    let query = UpstreamCallQuery { connection: Some(unknown), ..Default::default() };
    assert_eq!(all(&viewer, query).await, []);
}
