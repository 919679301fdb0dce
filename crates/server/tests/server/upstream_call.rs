//! The log of calls to OpenAI: every use of a key is in it, written with what was read, and another hand is noticed.

use std::collections::BTreeMap;

use api::audit_event::ChainFault;
use api::connection::ListError;
use api::connection_draft::Progress;
use api::endpoint::address;
use api::upstream_call::{Export, ExportQuery, List, UpstreamCall, UpstreamCallQuery, Verification, Verify};
use api::{ConnectionId, Nothing, Page, Permission};
use axum::body::Body;
use http::Request;
use server::store::Backend;
use server::upstream_call::record;

use crate::harness::{Answer, Person};
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

async fn file(person: &Person, query: &ExportQuery) -> Answer {
    person.send(Request::get(address::<Export>(&(), query)).body(Body::empty()).unwrap()).await
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
async fn a_search_finds_what_is_shown_and_no_more() {
    let world = World::new().await;
    world.imported("small").await;
    world.tested("no-usage-scope").await;
    let viewer = viewer(&world).await;
    let every = all(&viewer, UpstreamCallQuery::default()).await;
    let found = async |text: &str| {
        all(&viewer, UpstreamCallQuery { text: Some(text.into()), limit: Some(3), ..Default::default() })
            .await
    };
    let shown = |fits: fn(&UpstreamCall) -> bool| -> Vec<UpstreamCall> {
        every.iter().filter(|call| fits(call)).cloned().collect()
    };
    let costs = shown(|call| call.path.contains("/organization/costs"));
    assert!(!costs.is_empty() && costs.len() < every.len());
    assert_eq!(found("Organization/COSTS").await, costs);
    assert_eq!(found("missing_scope").await, shown(|call| call.outcome == "missing_scope"));
    assert_eq!(found("403").await, shown(|call| call.status == Some(403)));
    let id = every[1].request_id.clone().unwrap();
    assert_eq!(found(&format!(" {id} ")).await, every[1..2]);
    assert_eq!(found(" ").await, every);
    // What a pattern or a statement would take for its own is text.
    for text in ["%", "c_sts", "' OR ''='", "costs\0"] {
        assert_eq!(found(text).await, [], "{text:?}");
    }
    let failed = UpstreamCallQuery { text: Some("costs".into()), failed: Some(true), ..Default::default() };
    let expected = shown(|call| call.path.contains("costs") && call.outcome != "ok");
    assert!(!expected.is_empty() && expected.len() < costs.len());
    assert_eq!(all(&viewer, failed).await, expected);
}

#[tokio::test]
async fn a_search_for_what_is_far_away_ends_and_says_where_to_go_on() {
    let world = World::new().await;
    world.connected("small").await;
    let viewer = viewer(&world).await;
    let costs = UpstreamCallQuery { text: Some("organization/costs".into()), ..Default::default() };
    let expected = all(&viewer, costs.clone()).await;
    assert_eq!(expected.len(), 1);
    world
        .execute(
            "INSERT INTO upstream_call (tenant_id, connection_id, seq, at, method, path, status, outcome, request_id, \
             duration_ms, hash) WITH RECURSIVE number (n) AS (SELECT 5 UNION ALL SELECT n + 1 FROM number WHERE n < 10500) \
             SELECT tenant_id, connection_id, n, at + n / 100, method, '/v1/other', status, outcome, request_id, \
             duration_ms, hash FROM upstream_call, number WHERE seq = 1",
            &[],
        )
        .await;
    let part = asked(&viewer, &costs).await;
    assert!(part.items.is_empty() && part.next.is_some(), "{part:?}");
    assert_eq!(all(&viewer, costs.clone()).await, expected);
    // A file has all of it.
    let query = ExportQuery { text: costs.text, ..Default::default() };
    assert_eq!(file(&viewer, &query).await.text().lines().count(), 2);
    assert_eq!(file(&viewer, &ExportQuery::default()).await.text().lines().count(), 1 + 3 + 10_496);
}

#[tokio::test]
async fn a_file_of_calls_has_what_the_list_has_and_no_formula() {
    let world = World::new().await;
    let connection = world.imported("small").await.id;
    world.tested("no-usage-scope").await;
    world.execute("UPDATE upstream_call SET request_id = '=cmd|calc' WHERE seq = 2", &[]).await;
    let viewer = viewer(&world).await;
    let answer = file(&viewer, &ExportQuery::default()).await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8; header=present");
    let name = format!("attachment; filename=\"calls-to-openai-{}.csv\"", world.today());
    assert_eq!(answer.header("content-disposition"), name);
    let text = answer.text();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<Vec<String>> =
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    let list = all(&viewer, UpstreamCallQuery::default()).await;
    let expected: Vec<Vec<String>> = list
        .iter()
        .map(|call| {
            let id = call.request_id.clone().unwrap_or_default();
            let id = if id.starts_with('=') { format!("'{id}") } else { id };
            vec![
                call.connection.to_string(),
                call.seq.to_string(),
                call.at.to_string(),
                call.method.clone(),
                call.path.clone(),
                call.status.map(|status| status.to_string()).unwrap_or_default(),
                call.outcome.clone(),
                id,
                call.duration_ms.to_string(),
            ]
        })
        .collect();
    assert_eq!(rows, expected);
    assert!(rows.iter().any(|row| row[7] == "'=cmd|calc"));
    let query =
        ExportQuery { connection: Some(connection.clone()), failed: Some(false), ..Default::default() };
    let own = file(&viewer, &query).await.text();
    let is_own = |call: &&UpstreamCall| call.connection == connection && call.outcome == "ok";
    assert_eq!(own.lines().count(), 1 + list.iter().filter(is_own).count());
    assert_eq!(file(&world.admin, &ExportQuery::default()).await.status, 403);
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
    assert_eq!(file(&stranger, &ExportQuery::default()).await.text().lines().count(), 1);
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
