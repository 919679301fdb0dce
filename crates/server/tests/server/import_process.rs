//! Imports by processes of their own, killed at any moment, and beside accounts that answer with garbage.

use std::path::Path;
use std::time::{Duration, Instant};

use api::connection::{Connection, ConnectionStatus, Disconnect, DisconnectConnection, ImportedData};
use api::connection_draft::Cause;
use api::cost::{Daily, DailyQuery};
use api::{ConnectionId, Day, Nothing};
use server::store::connection::deletion;

use crate::harness::long;
use crate::process::{Running, program};
use crate::upstream::{World, key};

/// How long a server that was killed may take until it serves again.
const READY: Duration = Duration::from_secs(3);

/// How often a server is killed.
fn kills() -> u32 {
    if long() { 200 } else { 20 }
}

/// Starts a server on the world's database, with this data folder.
pub fn serve(world: &World, folder: &Path) -> Running {
    serve_with(world, folder, &[])
}

/// The same with something more in its environment.
pub fn serve_with(world: &World, folder: &Path, environment: &[(&str, &str)]) -> Running {
    let mut command = program(folder);
    command.env("OPENAI_BASE_URL", world.upstream.base_url()).env("OPENAI_LENS_SIMULATED", "yes");
    command.envs(environment.iter().copied());
    if let Some(url) = world.house.database_address() {
        command.env("DATABASE_URL", url);
    }
    let log = std::fs::File::options().create(true).append(true).open(folder.join("log")).unwrap();
    command.stderr(log);
    Running::start_with(command)
}

/// What is kept of days that have ended: of each account, stream and day, how many rows, and their checksum. Days before the
/// organization's first are there for as long as the start of its history is looked for.
pub async fn kept(world: &World, today: Day) -> Vec<(String, String, i64, i64, String)> {
    let mut db = world.house.app.store.read().await.unwrap();
    let sql = "SELECT connection_id, stream, day, row_count, checksum FROM import_day WHERE day >= $1 AND day < $2 \
        ORDER BY connection_id, stream, day";
    sqlx::query_as(sql).bind(today.number() - 29).bind(today.number()).fetch_all(&mut *db).await.unwrap()
}

/// Nothing in the database's file is damaged, and nothing refers to what is not there.
async fn check_file(world: &World) {
    if world.house.has_file() {
        let mut db = world.house.app.store.read().await.unwrap();
        let verdict: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut *db).await.unwrap();
        assert_eq!(verdict, "ok");
        let dangling = sqlx::query("PRAGMA foreign_key_check").fetch_all(&mut *db).await.unwrap();
        assert!(dangling.is_empty(), "{} rows refer to nothing", dangling.len());
    }
}

/// What is shown as billed of an account on the 29 days before this one is what OpenAI bills, to the last digit.
async fn check_bill(world: &World, connection: &Connection, key_name: &str, today: Day) {
    let (start, end) = (today.plus(-29), today);
    let query = DailyQuery { start, end, connection: Some(connection.id.clone()) };
    let shown = world.admin.call::<Daily>(&(), &query, &Nothing {}).await.unwrap().total;
    let organization = world.upstream.organization(&key(key_name)).unwrap();
    let now = world.house.app.clock.now().unix_seconds();
    let billed = organization.billed(start.start().unix_seconds(), end.start().unix_seconds(), now);
    assert_eq!(shown, billed, "{key_name}");
}

pub async fn wait_until_healthy(world: &World, connections: &[Connection]) {
    for connection in connections {
        while world.view(&connection.id).await.status != ConnectionStatus::Healthy {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_is_killed_again_and_again_ends_where_an_undisturbed_one_does() {
    let world = World::in_real_time(Duration::from_millis(15)).await;
    let names = ["small", "second"];
    let connections = [world.connected(names[0]).await, world.connected(names[1]).await];
    world.import().await;
    let today = world.today();
    let expected = kept(&world, today).await;
    assert_eq!(expected.len(), names.len() * 12 * 29);
    let mut moment = 1_u64;
    let mut interrupted = 0;
    for kill in 0..kills() {
        if world.count("import_unit").await == 0 {
            world.start_over().await;
        }
        // Of a process that is gone, the lease would otherwise be waited for on PostgreSQL.
        world.execute("UPDATE lease SET expires_at = 0", &[]).await;
        let begun = Instant::now();
        let server = serve(&world, world.house.folder.path());
        assert!(begun.elapsed() < READY, "after kill {kill} it was ready in {:?}", begun.elapsed());
        // The same moments in every run, as far as they are the test's own.
        moment = moment.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        tokio::time::sleep(Duration::from_millis((moment >> 33) % 250)).await;
        // Dropping it kills it with signal 9.
        drop(server);
        check_file(&world).await;
        interrupted += u32::from(world.count("import_unit").await > 0);
        for row in kept(&world, today).await {
            assert!(expected.contains(&row), "after kill {kill}: {row:?}");
        }
    }
    assert!(interrupted > kills() / 4, "{interrupted} kills came in the middle of an import");
    world.execute("UPDATE lease SET expires_at = 0", &[]).await;
    world.import().await;
    assert_eq!(kept(&world, today).await, expected);
    for (connection, name) in connections.iter().zip(names) {
        assert_eq!(world.view(&connection.id).await.status, ConnectionStatus::Healthy);
        check_bill(&world, connection, name, today).await;
    }
    check_file(&world).await;
}

/// The most memory that a process has had at once, in kB.
pub fn most_memory(server: &Running) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.child.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_that_answers_with_a_hundred_megabytes_or_garbage_takes_no_memory_and_delays_nobody() {
    let world = World::in_real_time(Duration::ZERO).await;
    let mut broken = Vec::new();
    for (name, becomes) in
        [("credit", "endless"), ("huge", "html"), ("gap", "truncated"), ("archived", "hanging")]
    {
        let connection = world.connected(name).await;
        world.rekey(&connection.id, becomes).await;
        broken.push((connection, becomes));
    }
    let fine = [world.connected("small").await, world.connected("second").await];
    let server = serve(&world, world.house.folder.path());
    wait_until_healthy(&world, &fine).await;
    for (connection, becomes) in &broken {
        // What hangs is given up after half a minute: the others have not waited for it.
        while *becomes != "hanging" && !is_not_understood(&world.view(&connection.id).await) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!(world.asked_with(becomes) > 0, "{becomes}");
    }
    let memory = most_memory(&server);
    assert!(memory < 256 * 1024, "{memory} kB");
}

fn is_not_understood(connection: &Connection) -> bool {
    matches!(&connection.status, ConnectionStatus::Degraded { finding } if finding.cause == Cause::NotUnderstood)
}

/// How many rows there are of a connection's data, in all tables that have it.
async fn rows(world: &World, id: &ConnectionId) -> i64 {
    let mut rows = 0;
    for table in deletion::tables() {
        let sql = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table} WHERE connection_id = $1"));
        let mut db = world.house.app.store.read().await.unwrap();
        let query = sqlx::query_scalar::<_, i64>(sql).bind(id.as_str().to_owned());
        rows += query.fetch_one(&mut *db).await.unwrap();
    }
    rows
}

async fn delete(world: &World, id: &ConnectionId) {
    let body = DisconnectConnection { data: ImportedData::Delete };
    world.admin.call::<Disconnect>(id, &Nothing {}, &body).await.unwrap();
}

/// The account is deleted in one process while another one imports it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_server_still_imports_of_a_deleted_account_is_refused() {
    let world = World::in_real_time(Duration::from_millis(60)).await;
    let connection = world.connected("small").await;
    let importing = serve(&world, world.house.folder.path());
    while world.count("import_day").await == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    delete(&world, &connection.id).await;
    server::connection::disconnect::remove_deleted(&world.house.app).await.unwrap();
    // The other process notices when it wants to write, and finds its lease gone.
    let log = world.house.folder.path().join("log");
    while !std::fs::read_to_string(&log).unwrap().contains("another process imports the connection") {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!((rows(&world, &connection.id).await, world.count("connection").await), (0, 0));
    drop(importing);
    assert_eq!((rows(&world, &connection.id).await, world.count("secret").await), (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deletion_that_is_killed_again_and_again_is_done_in_the_end() {
    let world = World::in_real_time(Duration::ZERO).await;
    let (kept, gone) = (world.connected("second").await, world.connected("small").await);
    world.import().await;
    let (before, costs) = (rows(&world, &kept.id).await, world.costs(Some(&kept.id)).await.total);
    delete(&world, &gone.id).await;
    for kill in 0_u64.. {
        let server = serve(&world, world.house.folder.path());
        tokio::time::sleep(Duration::from_millis(20 * (1 + kill % 10))).await;
        // Dropping it kills it with signal 9.
        drop(server);
        assert_eq!(world.costs(None).await.total, costs);
        if world.count("connection").await == 1 {
            break;
        }
    }
    assert_eq!(rows(&world, &gone.id).await, 0);
    // The servers have computed roll-ups of the other account meanwhile, and have taken nothing from it.
    assert!(rows(&world, &kept.id).await >= before);
    let ends = "UPDATE audit_event SET event = event WHERE kind = 'connection_deleted'";
    assert_eq!(world.execute(ends, &[]).await, 1);
    check_file(&world).await;
}
