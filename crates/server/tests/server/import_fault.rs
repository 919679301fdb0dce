//! Faults in the middle of an import: whichever call or write fails, nothing half is kept, and the next run ends where an
//! undisturbed one does.

use api::connection::ConnectionStatus;
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

#[tokio::test]
async fn whichever_write_fails_nothing_half_is_kept() {
    let world = World::with_history(DAYS).await;
    if !world.house.has_file() {
        // The faults below are SQLite's triggers. What is wrong with half a transaction is the same on both.
        return;
    }
    world.imported("small").await;
    let expected = kept(&world).await;
    for (event, table) in [
        ("INSERT", "import_unit"),
        ("DELETE", "import_unit"),
        ("INSERT", "import_day"),
        ("INSERT", "segment"),
        ("INSERT", "daily_cost"),
        ("INSERT", "project"),
        ("INSERT", "api_key"),
        ("INSERT", "member"),
        ("UPDATE", "connection"),
        ("UPDATE", "lease"),
    ] {
        world.start_over().await;
        trigger(
            &world,
            &format!(
                "CREATE TRIGGER fault BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, 'fault'); END"
            ),
        )
        .await;
        world.import().await;
        assert_eq!(halves(&world).await, 0, "{event} {table}");
        trigger(&world, "DROP TRIGGER fault").await;
        world.import().await;
        assert_eq!(kept(&world).await, expected, "{event} {table}");
        assert_eq!(world.count("import_unit").await, 0, "{event} {table}");
    }
}

async fn trigger(world: &World, sql: &str) {
    let mut db = world.house.app.store.write().await.unwrap();
    sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut *db).await.unwrap();
    db.commit().await.unwrap();
}
