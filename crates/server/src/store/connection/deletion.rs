//! The end of a connection: without its key, and without its data.
//!
//! What is deleted is gone for everybody with one row, the tombstone, which nothing reads but the removal of the rows
//! behind it. These are removed a month at a time, so that nobody who writes waits for long, and the tombstone last: a
//! removal that is interrupted at any moment goes on.

use api::{ConnectionId, Day, Email, TenantId, Timestamp};
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::{Life, LifeState, note_life};
use crate::store::{column, lease, secret};

/// Tables that have a row for each day, and so the most rows.
const BY_DAY: &[&str] = &["segment", "roll_up", "import_day", "daily_cost"];
/// Every other table that has rows of a connection.
const OTHERS: &[&str] = &[
    "cost_restatement",
    "total_difference",
    "api_key",
    "member",
    "project",
    "import_unit",
    "import_block",
    "lease",
];
/// Days that are removed with one transaction: of a large organization, three hundred values of some kilobytes.
const DAYS: i64 = 31;

/// Every table whose rows of a connection go with its data.
pub fn tables() -> impl Iterator<Item = &'static str> {
    BY_DAY.iter().chain(OTHERS).copied()
}

/// Destroys a connection's key. Its fingerprint is free for another connection, and whoever imports it is refused from now
/// on.
async fn take_key(db: &mut AnyConnection, of: (&TenantId, &ConnectionId)) -> sqlx::Result<()> {
    secret::shred(db, of.0, of.1).await?;
    lease::revoke(db, of).await?;
    // No key has such a fingerprint, and no two connections have the same.
    sqlx::query(
        "UPDATE connection SET key_fingerprint = 'none ' || id, key_failure = NULL, key_expires_at = NULL, \
         test_checks = NULL WHERE tenant_id = $1 AND id = $2",
    )
    .bind(of.0.as_str())
    .bind(of.1.as_str())
    .execute(db)
    .await
    .map(drop)
}

/// Destroys a connection's key and keeps its data.
pub async fn disconnect(
    db: &mut AnyConnection,
    of: (&TenantId, &ConnectionId),
    (by, at): (&Email, Timestamp),
) -> sqlx::Result<Life> {
    take_key(db, of).await?;
    let life = Life { state: LifeState::Disconnected, by: by.clone(), at };
    note_life(db, of, &life).await?;
    Ok(life)
}

/// Destroys a connection's key, and puts a tombstone in its place: it is in no list and no figure any more, and its
/// organization can be connected anew at once.
pub async fn bury(
    db: &mut AnyConnection,
    of: (&TenantId, &ConnectionId),
    (by, at): (&Email, Timestamp),
) -> sqlx::Result<()> {
    take_key(db, of).await?;
    sqlx::query(
        "UPDATE connection SET life_state = 'deleted', life_by = $3, life_at = $4, organization_id = NULL, \
         organization_name = NULL WHERE tenant_id = $1 AND id = $2",
    )
    .bind(of.0.as_str())
    .bind(of.1.as_str())
    .bind(by.as_str())
    .bind(at.unix_seconds())
    .execute(db)
    .await
    .map(drop)
}

/// The connections of all tenants whose rows are to be removed.
pub async fn buried(db: &mut AnyConnection) -> sqlx::Result<Vec<(TenantId, ConnectionId)>> {
    let rows = sqlx::query("SELECT tenant_id, id FROM connection WHERE life_state = 'deleted'")
        .fetch_all(db)
        .await?;
    rows.iter().map(|row| Ok((column::parsed(row, "tenant_id")?, column::parsed(row, "id")?))).collect()
}

/// What was removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removed {
    /// Some rows: there may be more.
    Some,
    /// The last row, which is the tombstone.
    Last,
    /// Nothing: another process has removed the last row.
    Nothing,
}

/// Removes some rows of a buried connection, and when there are none left, the tombstone.
pub async fn remove_some(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
) -> sqlx::Result<Removed> {
    for table in BY_DAY {
        if let Some(first) = first_day(db, table, (tenant, connection)).await? {
            let sql = format!("DELETE FROM {table} WHERE tenant_id = $1 AND connection_id = $2 AND day < $3");
            sqlx::query(AssertSqlSafe(sql))
                .bind(tenant.as_str())
                .bind(connection.as_str())
                .bind(first.plus(DAYS).number())
                .execute(&mut *db)
                .await?;
            return Ok(Removed::Some);
        }
    }
    for table in OTHERS {
        let sql = format!("DELETE FROM {table} WHERE tenant_id = $1 AND connection_id = $2");
        let query = sqlx::query(AssertSqlSafe(sql)).bind(tenant.as_str()).bind(connection.as_str());
        query.execute(&mut *db).await?;
    }
    let tombstone =
        sqlx::query("DELETE FROM connection WHERE tenant_id = $1 AND id = $2 AND life_state = 'deleted'")
            .bind(tenant.as_str())
            .bind(connection.as_str())
            .execute(db)
            .await?;
    Ok(if tombstone.rows_affected() == 1 { Removed::Last } else { Removed::Nothing })
}

async fn first_day(
    db: &mut AnyConnection,
    table: &str,
    (tenant, connection): (&TenantId, &ConnectionId),
) -> sqlx::Result<Option<Day>> {
    let sql = format!("SELECT MIN(day) AS day FROM {table} WHERE tenant_id = $1 AND connection_id = $2");
    let row =
        sqlx::query(AssertSqlSafe(sql)).bind(tenant.as_str()).bind(connection.as_str()).fetch_one(db).await?;
    Ok(row.try_get::<Option<i64>, _>("day")?.map(Day::from_number))
}
