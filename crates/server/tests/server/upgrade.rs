//! Upgrades: a database of each earlier schema comes to this one with all that is in it, whatever moment it is killed at.

use std::path::Path;
use std::time::{Duration, Instant};

use api::{ConnectionId, TenantId};
use server::audit::verify::{self, Verified};
use server::secret;
use server::store::Store;
use tempfile::TempDir;

use crate::harness::long;
use crate::import_fault::{halves, kept};
use crate::old_database::{ACCOUNTS, COSTS_NOW, KEPT, KEY, TENANT, migrations, old, read_days};
use crate::process::{Running, add_user, program};
use crate::upstream::{World, key};

/// Schemas to come from, by their last migration: the first with people and connections, the one before rows gave way to
/// segments, the ones before and after the audit log came, and the one before all totals were asked for at once.
const SCHEMAS: [i64; 5] = [18, 21, 54, 61, 108];

fn copy(from: &Path) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    folder
}

async fn scalar<T>(folder: &Path, sql: &'static str) -> T
where
    T: for<'r> sqlx::Decode<'r, sqlx::Any> + sqlx::Type<sqlx::Any> + Send + Unpin,
{
    let store = Store::open_sqlite(&folder.join("openai-lens.db")).await.unwrap();
    let found = sqlx::query_scalar(sql).fetch_one(&mut *store.read().await.unwrap()).await.unwrap();
    store.close().await;
    found
}

/// How many migrations have run, each of them to its end.
async fn migrated(folder: &Path) -> i64 {
    assert_eq!(scalar::<i64>(folder, "SELECT COUNT(*) FROM _sqlx_migrations WHERE success <> 1").await, 0);
    assert_eq!(scalar::<String>(folder, "PRAGMA integrity_check").await, "ok");
    scalar(folder, "SELECT COUNT(*) FROM _sqlx_migrations").await
}

/// What of a database of this schema stays as it is.
async fn kept_of(folder: &Path, schema: i64) -> Vec<String> {
    let store = Store::open_sqlite(&folder.join("openai-lens.db")).await.unwrap();
    let mut db = store.read().await.unwrap();
    let mut kept = Vec::new();
    for (_, sql) in KEPT.into_iter().filter(|(since, _)| *since <= schema) {
        kept.push(sqlx::query_scalar(sql).fetch_one(&mut *db).await.unwrap());
    }
    drop(db);
    store.close().await;
    kept
}

/// Everything of before is in a database that was upgraded, and nothing else.
async fn check(folder: &Path, schema: i64, before: &[String], newest: i64) {
    assert_eq!(migrated(folder).await, newest);
    assert_eq!(kept_of(folder, schema).await, before);
    let costs = "SELECT group_concat(day || ' ' || costs, '|') FROM (SELECT * FROM daily_cost ORDER BY day)";
    assert_eq!(scalar::<String>(folder, costs).await, COSTS_NOW);
    assert_eq!(scalar::<i64>(folder, "SELECT COUNT(*) FROM pragma_foreign_key_check").await, 0);
    // The search for the start of a history begins anew; what else was planned is still planned.
    let units = "SELECT COALESCE(group_concat(stream || purpose || attempts), '') FROM \
                 (SELECT * FROM import_unit ORDER BY stream)";
    let planned = if schema < 22 { "" } else { "completionsrefresh2,costshistory2" };
    assert_eq!(scalar::<String>(folder, units).await, planned);
    let state = "SELECT history_state FROM connection";
    assert_eq!(scalar::<String>(folder, state).await, "unplanned");
}

/// A start migrates.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upgrade_that_is_killed_at_any_moment_loses_nothing_and_goes_on() {
    let kills = if long() { 50 } else { 5 };
    let newest = i64::try_from(std::fs::read_dir(migrations()).unwrap().count()).unwrap();
    let calm = World::with_history(10).await;
    calm.imported(KEY).await;
    let (days, expected) = (read_days(&calm).await, kept(&calm).await);
    for schema in SCHEMAS {
        let before = old(schema, &days).await;
        let from = migrated(before.path()).await;
        assert!(from < newest, "{schema}");
        let of_before = kept_of(before.path(), schema).await;
        let whole = copy(before.path());
        let begun = Instant::now();
        upgraded(whole.path());
        let undisturbed = begun.elapsed();
        check(whole.path(), schema, &of_before, newest).await;

        for kill in 0..kills {
            let folder = copy(before.path());
            let mut child = program(folder.path()).arg("serve").spawn().unwrap();
            // From its start to its end, in equal steps.
            tokio::time::sleep(undisturbed * kill / kills + Duration::from_millis(1)).await;
            child.kill().unwrap();
            child.wait().unwrap();
            let so_far = migrated(folder.path()).await;
            assert!((from..=newest).contains(&so_far), "{schema}, kill {kill}: {so_far}");
            upgraded(folder.path());
            check(folder.path(), schema, &of_before, newest).await;
        }
        goes_on(whole.path(), schema, &expected).await;
    }
}

/// The keys of an upgraded database open, its audit log is whole, and its account is imported as any other.
async fn goes_on(folder: &Path, schema: i64, expected: &[(String, i64, i64, String)]) {
    let world = World::with_history(10).await.moved_to(folder).await;
    let app = &world.house.app;
    let tenant = TenantId::parse(TENANT).unwrap();
    for account in ACCOUNTS {
        let mut db = app.store.read().await.unwrap();
        let of = (&tenant, &ConnectionId::parse(account).unwrap());
        let opened = secret::open(&app.vault, &mut db, of, secret::FIRST_VERSION).await.unwrap();
        assert_eq!(opened.expose(), key(KEY), "{schema}: {account}");
    }
    let verified = verify::all(app).await.unwrap();
    let rows = if schema < 61 { 0 } else { 2 };
    assert_eq!(verified, [(tenant, Verified::Whole { rows })], "{schema}");
    world.execute("UPDATE connection SET key_failure = NULL", &[]).await;
    world.import().await;
    assert_eq!(world.count("import_unit").await, 0, "{schema}");
    assert_eq!(kept(&world).await, expected, "{schema}");
    assert_eq!(halves(&world).await, 0, "{schema}");
    let history =
        world.count("connection WHERE history_state = 'known' AND organization_id IS NOT NULL").await;
    assert_eq!(history, 1, "{schema}");
}

/// Starts the server, which migrates before it is ready, and stops it.
fn upgraded(folder: &Path) {
    assert!(Running::start(folder).terminate().success());
}

fn refusal(output: &std::process::Output) -> String {
    assert!(!output.status.success() && output.stdout.is_empty(), "{output:?}");
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A server of before runs: nothing of a newer program changes the database under it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_upgrades_a_database_under_a_server_that_runs() {
    let before = old(61, &[]).await;
    let folder = before.path();
    let from = migrated(folder).await;
    let serving = std::fs::File::create(folder.join("serving")).unwrap();
    serving.lock().unwrap();
    let run = |arguments: &[&str]| program(folder).args(arguments).output().unwrap();
    let said = refusal(&run(&["serve"]));
    assert!(said.contains("another openai-lens serves the data folder"), "{said}");
    for arguments in [["audit", "verify"], ["keys", "status"], ["keys", "rotate"], ["backup", "unused"]] {
        let said = refusal(&run(&arguments));
        assert!(said.contains("written by an older version of openai-lens (migration 61)"), "{said}");
    }
    let said = refusal(&add_user(folder, "ada@example.com", "correct horse battery staple"));
    assert!(said.contains("written by an older version"), "{said}");
    assert_eq!(migrated(folder).await, from);
    drop(serving);
    upgraded(folder);
    assert!(migrated(folder).await > from);
}

#[test]
fn what_looks_at_an_installation_makes_none() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("misspelt");
    for arguments in [["audit", "verify"], ["keys", "status"], ["keys", "rotate"], ["backup", "unused"]] {
        let said = refusal(&program(&data).args(arguments).output().unwrap());
        assert!(said.contains("there is no installation in") && said.contains("misspelt"), "{said}");
        assert!(!data.exists(), "{arguments:?} has made a folder");
    }
}
