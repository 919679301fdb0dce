//! Blocks of 32 days say what their days say, whatever has changed these.

use std::collections::BTreeMap;

use api::Day;
use api::connection::ConnectionStatus;
use server::import::plan::SETTLES_AFTER_DAYS;
use sqlx::Row;

use crate::upstream::World;

const DAY: i64 = 86_400;

/// Of an account, a stream and a block: days imported, settled and used as bits, rows, and the latest moment.
type Blocks = BTreeMap<(String, String, i64), [i64; 5]>;

/// Compares all blocks with all days.
pub async fn check(world: &World) {
    let mut db = world.house.app.store.read().await.unwrap();
    let mut expected = Blocks::new();
    let sql = "SELECT connection_id, stream, day, imported_at, row_count FROM import_day";
    for row in sqlx::query(sql).fetch_all(&mut *db).await.unwrap() {
        let [day, at, rows] = ["day", "imported_at", "row_count"].map(|name| row.get::<i64, _>(name));
        let [imported, settled, used, row_count, imported_at] =
            expected.entry((row.get("connection_id"), row.get("stream"), day / 32)).or_default();
        let bit = 1 << (day % 32);
        *imported |= bit;
        *settled |=
            if at >= Day::from_number(day).plus(SETTLES_AFTER_DAYS).start().unix_seconds() { bit } else { 0 };
        *used |= if rows > 0 { bit } else { 0 };
        *row_count += rows;
        *imported_at = at.max(*imported_at);
    }
    let sql = "SELECT connection_id, stream, block, imported, settled, used, row_count, imported_at FROM import_block";
    let rows = sqlx::query(sql).fetch_all(&mut *db).await.unwrap();
    let blocks = rows.iter().map(|row| {
        let values = ["imported", "settled", "used", "row_count", "imported_at"].map(|name| row.get(name));
        ((row.get("connection_id"), row.get("stream"), row.get("block")), values)
    });
    assert_eq!(blocks.collect::<Blocks>(), expected);
}

#[tokio::test]
async fn blocks_say_what_their_days_say() {
    let mut world = World::with_history(40).await;
    let connection = world.imported("small").await;
    world.imported("late-costs").await;
    check(&world).await;
    world.advance(3 * DAY).await;
    world.import().await;
    check(&world).await;
    // A clock that was ahead is set right, which changes the moments of days that are kept.
    world.advance(30 * DAY).await;
    world.import().await;
    world.pass(-30 * DAY);
    world.advance(0).await;
    world.import().await;
    check(&world).await;
    assert_eq!(world.view(&connection.id).await.status, ConnectionStatus::Healthy);
}
