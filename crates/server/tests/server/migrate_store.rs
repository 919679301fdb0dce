//! Moving an installation between a file and a PostgreSQL.

use std::path::Path;
use std::process::Output;

use sqlx::AssertSqlSafe;

use crate::harness::database_url;
use crate::program::{Running, program};
use crate::upstream::World;

fn migrate(from: &str, to: &str) -> Output {
    let arguments = ["migrate-store", "--from", from, "--to", to];
    program(Path::new("unused")).args(arguments).output().unwrap()
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
    assert!(refusal(&migrate(here, there)).contains("one end must be a data folder"));
    assert!(refusal(&migrate(here, "mysql://x/y")).contains("postgres://user:password@host/database"));
    assert!(refusal(&migrate(here, "postgres://127.0.0.1:9/x")).contains("there is no installation in"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    // Nobody listens on the other side, and a running server is not disturbed.
    let server = Running::start(folder.path());
    assert!(refusal(&migrate(here, "postgres://127.0.0.1:9/x")).contains("nothing was moved"));
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
    for (from, to) in [(old.as_str(), here), (old.as_str(), here), (here, new.as_str())] {
        let moved = migrate(from, to);
        let said = String::from_utf8(moved.stdout.clone()).unwrap();
        assert!(moved.status.success() && said.contains("both sides are the same"), "{moved:?}");
    }
    let key = world.house.folder.path().join("master.key");
    std::fs::copy(&key, folder.path().join("master.key")).unwrap();

    // Another installation is not overwritten, whichever side it is on.
    let stranger = World::new().await;
    let theirs = stranger.house.database_address().unwrap();
    assert!(refusal(&migrate(here, &theirs)).contains("holds another installation"));
    assert!(refusal(&migrate(&theirs, here)).contains("holds another installation"));
    // A server has the time of day, and begins to read anew: it gets a folder that nothing is compared with.
    let served = tempfile::tempdir().unwrap();
    let there = served.path().to_str().unwrap();
    assert!(migrate(&old, there).status.success());
    std::fs::copy(&key, served.path().join("master.key")).unwrap();
    let server = Running::start(served.path());
    assert!(refusal(&migrate(&old, there)).contains("another openai-lens serves"));
    drop(server);

    // Whoever goes on there finds everything: the same figures, and nothing left to be read.
    let moved = world.moved_to(folder.path()).await;
    assert_eq!(moved.costs(None).await, costs);
    assert_eq!(moved.view(&connection.id).await, connection);
    let asked = moved.asked_with("small");
    moved.import().await;
    assert_eq!(moved.asked_with("small"), asked);
    for table in ["segment", "import_day", "daily_cost", "app_user", "secret", "wrapped_key"] {
        assert_eq!(moved.count(table).await, count_at(&new, table).await, "{table}");
    }
}

async fn count_at(url: &str, table: &str) -> i64 {
    use sqlx::Connection;
    let mut db = sqlx::AnyConnection::connect(url).await.unwrap();
    let sql = AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
    sqlx::query_scalar(sql).fetch_one(&mut db).await.unwrap()
}
