//! Moving an installation between a file and a PostgreSQL.

use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection};

use crate::harness::{database_url, long};
use crate::process::{Running, program};
use crate::upstream::World;

/// The command, with the master key of this folder.
fn migration(from: &str, to: &str, key: &Path) -> Command {
    let mut command = program(Path::new("unused"));
    command.args(["migrate-store", "--from", from, "--to", to]);
    command.env("OPENAI_LENS_MASTER_KEY_FILE", key.join("master.key"));
    command
}

fn migrate(from: &str, to: &str, key: &Path) -> Output {
    migration(from, to, key).output().unwrap()
}

fn refusal(output: &Output) -> String {
    assert!(!output.status.success() && output.stdout.is_empty(), "{output:?}");
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[tokio::test]
async fn what_cannot_be_moved_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let other = tempfile::tempdir().unwrap();
    let (here, there) = (folder.path().to_str().unwrap(), other.path().to_str().unwrap());
    assert!(refusal(&migrate(here, there, folder.path())).contains("one end must be a data folder"));
    assert!(
        refusal(&migrate(here, "mysql://x/y", folder.path()))
            .contains("postgres://user:password@host/database")
    );
    assert!(
        refusal(&migrate(here, "postgres://127.0.0.1:9/x", folder.path()))
            .contains("there is no installation in")
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    // Nobody listens on the other side, and a running server is not disturbed.
    let server = Running::start(folder.path());
    assert!(refusal(&migrate(here, "postgres://127.0.0.1:9/x", folder.path())).contains("nothing was moved"));
    assert!(server.get("/healthz").starts_with("HTTP/1.1 200 "));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_installation_moves_from_one_store_to_the_other_and_back() {
    let Some(new) = database_url().await else { return };
    let world = World::new().await;
    let connection = world.imported("small").await;
    let costs = world.costs(None).await;
    let old = world.house.database_address().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path().to_str().unwrap();

    // From PostgreSQL into a folder, and again, and from there into another PostgreSQL.
    let keys = world.house.folder.path();
    assert!(refusal(&migrate(&old, here, folder.path())).contains("OPENAI_LENS_MASTER_KEY_FILE"));
    for (from, to) in [(old.as_str(), here), (old.as_str(), here), (here, new.as_str())] {
        let moved = migrate(from, to, keys);
        let said = String::from_utf8(moved.stdout.clone()).unwrap();
        assert!(moved.status.success() && said.contains("both sides are the same"), "{moved:?}");
    }
    let key = keys.join("master.key");
    std::fs::copy(&key, folder.path().join("master.key")).unwrap();

    // Another installation is not overwritten, whichever side it is on.
    let stranger = World::new().await;
    let theirs = stranger.house.database_address().unwrap();
    assert!(refusal(&migrate(here, &theirs, keys)).contains("holds another installation"));
    assert!(refusal(&migrate(&theirs, here, keys)).contains("holds another installation"));
    // A server has the time of day, and begins to read anew: it gets a folder that nothing is compared with.
    let served = tempfile::tempdir().unwrap();
    let there = served.path().to_str().unwrap();
    assert!(migrate(&old, there, keys).status.success());
    std::fs::copy(&key, served.path().join("master.key")).unwrap();
    let server = Running::start(served.path());
    assert!(refusal(&migrate(&old, there, keys)).contains("another openai-lens serves"));
    drop(server);

    // Whoever goes on there finds everything: the same figures, and nothing left to be read.
    let moved = world.moved_to(folder.path()).await;
    assert_eq!(moved.costs(None).await, costs);
    assert_eq!(moved.view(&connection.id).await, connection);
    let asked = moved.asked_with("small");
    moved.import().await;
    assert_eq!(moved.asked_with("small"), asked);
    // Every table that the schema has, on both sides.
    let tables = tables(&moved).await;
    assert!(tables.len() > 20 && tables.iter().any(|table| table == "segment"), "{tables:?}");
    for table in tables {
        let one_more = i64::from(table == "audit_event");
        assert_eq!(moved.count(&table).await + one_more, count_at(&new, &table).await, "{table}");
    }
    assert_eq!(moved.count("audit_event WHERE kind = 'store_moved'").await, 1);
}

/// The tables of a file but for those of SQLite and of the migrations themselves.
async fn tables(world: &World) -> Vec<String> {
    let mut db = world.house.app.store.read().await.unwrap();
    let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
               AND name NOT LIKE '\\_%' ESCAPE '\\'";
    sqlx::query_scalar(sql).fetch_all(&mut *db).await.unwrap()
}

/// A move that is killed has not happened, and the next one does it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_that_is_killed_at_any_moment_has_not_happened_and_is_begun_again() {
    let Some(new) = database_url().await else { return };
    let world = World::new().await;
    world.imported("small").await;
    let keys = world.house.folder.path();
    let old = world.house.database_address().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path().to_str().unwrap();
    let begun = Instant::now();
    assert!(migrate(&old, here, keys).status.success());
    let undisturbed = begun.elapsed();
    let kills = if long() { 50 } else { 8 };
    let mut unmoved = 0;
    for kill in 0..kills {
        let mut child = migration(here, &new, keys).spawn().unwrap();
        tokio::time::sleep(undisturbed * kill / kills + Duration::from_millis(1)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        // All of it or nothing: the tables may not even be there yet.
        let rows = rows_at(&new, "segment").await.unwrap_or_default();
        assert!(rows == 0 || rows == count_at(&old, "segment").await, "kill {kill}: {rows} segments");
        unmoved += u32::from(rows == 0);
    }
    assert!(unmoved > 0, "no kill came before the end");
    assert!(migrate(here, &new, keys).status.success());
    for table in ["segment", "import_day", "daily_cost", "app_user", "secret", "wrapped_key"] {
        assert_eq!(count_at(&old, table).await, count_at(&new, table).await, "{table}");
    }
}

/// Whoever forgets that the move was made before does not lose what was done since.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_target_in_which_something_was_done_since_is_replaced_only_when_that_is_asked_for() {
    let Some(new) = database_url().await else { return };
    let world = World::new().await;
    world.connected("small").await;
    let (old, keys) = (world.house.database_address().unwrap(), world.house.folder.path());
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path().to_str().unwrap();
    // To and fro and to and fro, while nothing is done: the moves themselves are no reason to refuse.
    for (from, to) in [(old.as_str(), here), (here, &new), (new.as_str(), here), (here, &new), (&old, here)] {
        let moved = migrate(from, to, keys);
        assert!(moved.status.success(), "{moved:?}");
    }
    // Somebody goes on where it was moved to, and then moves the one of before over it.
    std::fs::copy(keys.join("master.key"), folder.path().join("master.key")).unwrap();
    let password = "correct horse battery staple";
    assert!(crate::process::add_user(folder.path(), "ada@example.com", password).status.success());
    let said = refusal(&migrate(&old, here, keys));
    assert!(said.contains("has something that") && said.contains("--replace"), "{said}");
    let moved = migrate(here, &new, keys);
    assert!(moved.status.success(), "{moved:?}");
    assert_eq!(count_at(&new, "app_user WHERE email = 'ada@example.com'").await, 1);
    assert!(migration(&old, here, keys).arg("--replace").output().unwrap().status.success());
    assert_eq!(count_at(&old, "app_user").await + 1, count_at(&new, "app_user").await);
}

async fn count_at(url: &str, table: &str) -> i64 {
    rows_at(url, table).await.unwrap()
}

/// How many rows a table has; none when there is no such table.
async fn rows_at(url: &str, table: &str) -> Option<i64> {
    let mut db = sqlx::AnyConnection::connect(url).await.unwrap();
    let sql = AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
    sqlx::query_scalar(sql).fetch_one(&mut db).await.ok()
}
