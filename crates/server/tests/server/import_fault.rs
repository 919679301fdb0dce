//! Faults in the middle of an import: whichever call or write fails, nothing half is kept, and the next run ends where an
//! undisturbed one does.

use api::connection::ConnectionStatus;
use server::import::run::everything_due;
use simulator::Disturbance;
use sqlx::AssertSqlSafe;

use crate::import_block;
use crate::upstream::World;

/// Days of history: few, so that the loops end soon, and yet every kind of call is made.
const DAYS: i64 = 2;

/// What is kept: of each stream and day, how many rows, and their checksum.
pub async fn kept(world: &World) -> Vec<(String, i64, i64, String)> {
    let mut db = world.house.app.store.read().await.unwrap();
    let sql = "SELECT stream, day, row_count, checksum FROM import_day ORDER BY stream, day";
    sqlx::query_as(sql).fetch_all(&mut *db).await.unwrap()
}

/// How many segments disagree with what is said to be imported.
pub async fn halves(world: &World) -> i64 {
    import_block::check(world).await;
    let mut db = world.house.app.store.read().await.unwrap();
    let sql = "SELECT COUNT(*) FROM import_day LEFT JOIN segment ON segment.connection_id = import_day.connection_id \
               AND segment.stream = import_day.stream AND segment.day = import_day.day \
               WHERE COALESCE(segment.row_count, 0) <> import_day.row_count";
    sqlx::query_scalar(sql).fetch_one(&mut *db).await.unwrap()
}

#[tokio::test]
async fn whichever_answer_is_disturbed_the_next_run_ends_where_an_undisturbed_one_does() {
    let mut world = World::with_history(DAYS).await;
    let connection = world.imported("small").await;
    let (expected, calls) = (kept(&world).await, world.upstream.requests().len() as u64);
    assert!(expected.len() == 12 * 2 && calls > 20);
    for n in 1..=calls {
        // Those that are repeated at once cost time, so that fewer of them are tried.
        let disturbance = match n % 8 {
            0 => Disturbance::Error,
            4 => Disturbance::Half,
            _ => Disturbance::Html,
        };
        world.start_over().await;
        world.upstream.disturb(n, disturbance);
        world.import().await;
        assert_eq!(halves(&world).await, 0, "{n}");
        if world.count("import_unit").await > 0 {
            let shown = world.view(&connection.id).await.status;
            assert!(matches!(shown, ConnectionStatus::Degraded { .. }), "{n} {disturbance:?}: {shown:?}");
            world.execute("UPDATE import_unit SET due_at = 0", &[]).await;
            world.import().await;
        }
        world.upstream.disturb(0, disturbance);
        assert_eq!(kept(&world).await, expected, "{n} {disturbance:?}");
        assert_eq!(world.view(&connection.id).await.status, ConnectionStatus::Healthy, "{n}");
    }
    world.advance(3_900).await;
    world.import().await;
    assert_eq!(world.view(&connection.id).await.status, ConnectionStatus::Healthy);
}

/// A statement that changes a table, or the end of the transaction that it is in.
#[derive(Clone, Copy, Debug)]
enum Failing {
    Statement,
    Commit,
}

#[tokio::test]
async fn whichever_write_fails_nothing_half_is_kept() {
    let world = World::with_history(DAYS).await;
    if !world.house.has_file() {
        // The faults below are SQLite's triggers. Those of PostgreSQL are in database_fault.rs.
        return;
    }
    world.imported("small").await;
    let expected = kept(&world).await;
    let kinds = written(&world).await;
    assert!(kinds.len() >= 15, "{kinds:?}");
    run(&world, "CREATE TABLE fault (never TEXT REFERENCES tenant (id) DEFERRABLE INITIALLY DEFERRED)").await;
    for (event, table) in kinds {
        for failing in [Failing::Statement, Failing::Commit] {
            world.start_over().await;
            let what = match failing {
                Failing::Statement => "SELECT RAISE(ABORT, 'fault')",
                // It refers to nothing, which is found out at the end.
                Failing::Commit => "INSERT INTO fault (never) VALUES ('nobody')",
            };
            run(&world, &format!("CREATE TRIGGER fault_{event} BEFORE {event} ON {table} BEGIN {what}; END"))
                .await;
            let _ = everything_due(&world.house.app).await;
            run(&world, &format!("DROP TRIGGER fault_{event}")).await;
            assert_eq!(halves(&world).await, 0, "{failing:?} {event} {table}");
            world.import().await;
            assert_eq!(kept(&world).await, expected, "{failing:?} {event} {table}");
            let left = (world.count("import_unit").await, world.count("fault").await);
            assert_eq!(left, (0, 0), "{failing:?} {event} {table}");
        }
    }
}

/// Hides a table behind a view of its name, which fails whoever reads it. Whoever writes to it fails too.
async fn hide(world: &World, table: &str) {
    let rename = format!("ALTER TABLE {table} RENAME TO hidden");
    let overflow = "abs(-9223372036854775807 - 1) > 0";
    run_all(world, &[&rename, &format!("CREATE VIEW {table} AS SELECT * FROM hidden WHERE {overflow}")])
        .await;
}

async fn reveal(world: &World, table: &str) {
    let rename = format!("ALTER TABLE hidden RENAME TO {table}");
    run_all(world, &[&format!("DROP VIEW {table}"), &rename]).await;
}

#[tokio::test]
async fn whichever_table_cannot_be_read_the_next_run_ends_where_an_undisturbed_one_does() {
    let world = World::with_history(DAYS).await;
    if !world.house.has_file() {
        // PostgreSQL loses each single request, readings among them, in database_fault.rs.
        return;
    }
    let connection = world.imported("small").await;
    let expected = kept(&world).await;
    let mut disturbed = Vec::new();
    for table in tables(&world).await {
        world.start_over().await;
        hide(&world, &table).await;
        let _ = everything_due(&world.house.app).await;
        reveal(&world, &table).await;
        assert_eq!(halves(&world).await, 0, "{table}");
        if kept(&world).await != expected {
            disturbed.push(table.clone());
        }
        world.import().await;
        assert_eq!(kept(&world).await, expected, "{table}");
        assert_eq!(world.count("import_unit").await, 0, "{table}");
        assert_eq!(world.view(&connection.id).await.status, ConnectionStatus::Healthy, "{table}");
    }
    for table in ["connection", "secret", "wrapped_key", "lease", "import_unit", "import_day", "segment"] {
        assert!(disturbed.iter().any(|one| one == table), "{table}: {disturbed:?}");
    }
}

async fn tables(world: &World) -> Vec<String> {
    let mut db = world.house.app.store.read().await.unwrap();
    let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name";
    sqlx::query_scalar(sql).fetch_all(&mut *db).await.unwrap()
}

/// How an import changes which tables.
async fn written(world: &World) -> Vec<(String, String)> {
    let tables = tables(world).await;
    run(world, "CREATE TABLE written (event TEXT, changed TEXT)").await;
    let kinds: Vec<_> =
        tables.iter().flat_map(|table| ["INSERT", "UPDATE", "DELETE"].map(|event| (event, table))).collect();
    for (event, table) in &kinds {
        let note = format!("INSERT INTO written VALUES ('{event}', '{table}')");
        run(
            world,
            &format!("CREATE TRIGGER note_{event}_{table} BEFORE {event} ON {table} BEGIN {note}; END"),
        )
        .await;
    }
    world.start_over().await;
    run(world, "DELETE FROM written").await;
    world.import().await;
    for (event, table) in &kinds {
        run(world, &format!("DROP TRIGGER note_{event}_{table}")).await;
    }
    let mut db = world.house.app.store.read().await.unwrap();
    let sql = "SELECT DISTINCT event, changed FROM written ORDER BY changed, event";
    sqlx::query_as(sql).fetch_all(&mut *db).await.unwrap()
}

async fn run(world: &World, sql: &str) {
    run_all(world, &[sql]).await;
}

async fn run_all(world: &World, statements: &[&str]) {
    let mut db = world.house.app.store.write().await.unwrap();
    // A connection learns of tables that others have renamed when it reads, not when it renames.
    let schema: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_master").fetch_one(&mut *db).await.unwrap();
    assert!(schema > 0);
    for sql in statements {
        sqlx::query(AssertSqlSafe((*sql).to_owned())).execute(&mut *db).await.unwrap();
    }
    db.commit().await.unwrap();
}
