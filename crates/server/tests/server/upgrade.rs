//! Upgrades: a database of each earlier schema comes to this one with all that is in it, whatever moment it is killed at.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use server::store::Store;
use sqlx::AssertSqlSafe;
use sqlx::migrate::Migrator;
use tempfile::TempDir;
use vault::{MasterKeyFile, Vault};

use crate::harness::long;
use crate::program::{Running, add_user, program};

/// Schemas to come from, by their last migration: the first with people and connections, the one before rows gave way to
/// segments, and the ones before and after the audit log came.
const SCHEMAS: [i64; 4] = [18, 21, 54, 61];
/// People in the old database.
const PEOPLE: i64 = 400;

fn migrations() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations")
}

/// A folder with a database as the program of that time left it.
async fn old(schema: i64) -> TempDir {
    let (folder, chosen) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for entry in std::fs::read_dir(migrations()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.split('_').next().unwrap().parse::<i64>().unwrap() <= schema {
            std::fs::copy(migrations().join(&name), chosen.path().join(&name)).unwrap();
        }
    }
    let vault = Vault::new(MasterKeyFile::at(folder.path().join("master.key")).open_or_create(true).unwrap());
    let database = folder.path().join("openai-lens.db");
    std::fs::write(&database, "").unwrap();
    let store = Store::open_sqlite(&database).await.unwrap();
    let mut db = store.read().await.unwrap();
    Migrator::new(chosen.path()).await.unwrap().run(&mut *db).await.unwrap();
    let mut statements = vec![
        format!(
            "INSERT INTO installation (id, check_value, fingerprint_key, created_at) VALUES (1, '{}', '{}', 1)",
            STANDARD.encode(&vault.check_value().unwrap().0),
            STANDARD.encode(&vault.new_fingerprint_key().unwrap().0),
        ),
        "INSERT INTO tenant (id, name, created_at) VALUES ('tenant_1', 'Engines', 1)".to_owned(),
    ];
    for person in 0..PEOPLE {
        statements.push(format!(
            "INSERT INTO app_user (id, tenant_id, email, password_hash, permissions, created_at) VALUES \
             ('user_{person}', 'tenant_1', 'user{person}@example.com', 'none', '[\"cloud_analytics_user\"]', {person})"
        ));
    }
    for sql in statements {
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *db).await.unwrap();
    }
    drop(db);
    store.close().await;
    folder
}

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

/// A start migrates.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upgrade_that_is_killed_at_any_moment_loses_nothing_and_goes_on() {
    let kills = if long() { 50 } else { 8 };
    let newest = i64::try_from(std::fs::read_dir(migrations()).unwrap().count()).unwrap();
    for schema in SCHEMAS {
        let before = old(schema).await;
        let from = migrated(before.path()).await;
        assert!(from < newest, "{schema}");
        let whole = copy(before.path());
        let begun = Instant::now();
        upgraded(whole.path());
        let undisturbed = begun.elapsed();
        assert_eq!(migrated(whole.path()).await, newest, "{schema}");

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
            assert_eq!(migrated(folder.path()).await, newest, "{schema}, kill {kill}");
            assert_eq!(scalar::<i64>(folder.path(), "SELECT COUNT(*) FROM app_user").await, PEOPLE);
            let sum =
                scalar::<i64>(folder.path(), "SELECT CAST(SUM(created_at) AS BIGINT) FROM app_user").await;
            assert_eq!(sum, PEOPLE * (PEOPLE - 1) / 2, "{schema}, kill {kill}");
            let wrong: i64 = scalar(folder.path(), "SELECT COUNT(*) FROM pragma_foreign_key_check").await;
            assert_eq!(wrong, 0, "{schema}, kill {kill}");
        }
    }
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
    let before = old(61).await;
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
