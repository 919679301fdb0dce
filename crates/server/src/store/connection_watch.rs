//! Connections of all tenants of which time alone makes something to tell.

use api::Timestamp;
use api::connection_draft::Finding;
use sqlx::{AnyConnection, Row};

use super::column;
use super::connection::{self, COLUMNS, Connection, IMPORTS};

/// Those whose key is in use and expires after one moment and not after another.
pub async fn expiring(
    db: &mut AnyConnection,
    after: Timestamp,
    until: Timestamp,
) -> sqlx::Result<Vec<Connection>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM connection WHERE {IMPORTS} AND key_expires_at > $1 AND key_expires_at <= $2"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(after.unix_seconds())
        .bind(until.unix_seconds())
        .fetch_all(db)
        .await?;
    rows.iter().map(connection::read).collect()
}

/// Those whose costs could not be read for so many seconds, up to the last attempt, and since when. While nothing is
/// asked for, as when the server is off, nothing is silent.
pub async fn silent(db: &mut AnyConnection, seconds: i64) -> sqlx::Result<Vec<(Connection, Timestamp)>> {
    let sql = format!(
        "SELECT {COLUMNS}, \
         (SELECT MAX(failed_at) FROM import_unit WHERE connection_id = connection.id AND stream = 'costs') AS asked_at, \
         COALESCE((SELECT MAX(imported_at) FROM import_day WHERE connection_id = connection.id AND stream = 'costs'), \
         created_at) AS heard_at FROM connection WHERE {IMPORTS} AND EXISTS \
         (SELECT 1 FROM import_unit WHERE connection_id = connection.id AND stream = 'costs' AND failed_at IS NOT NULL)"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(db).await?;
    let mut silent = Vec::new();
    for row in &rows {
        let (asked_at, heard_at): (Option<i64>, i64) = (row.try_get("asked_at")?, row.try_get("heard_at")?);
        if asked_at.is_some_and(|asked_at| asked_at.saturating_sub(heard_at) >= seconds) {
            silent.push((connection::read(row)?, Timestamp::from_unix_seconds(heard_at)));
        }
    }
    Ok(silent)
}

/// Those that have become silent since a moment and still are, with what was found then.
pub async fn quiet(db: &mut AnyConnection, since: Timestamp) -> sqlx::Result<Vec<(Connection, Finding)>> {
    let sql = format!(
        "SELECT {COLUMNS}, (SELECT finding FROM connection_transition WHERE connection_id = connection.id \
         AND kind = 'silent' AND at >= $1 ORDER BY seq DESC LIMIT 1) AS found \
         FROM connection WHERE {IMPORTS} AND noted_state = 'silent'"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(since.unix_seconds()).fetch_all(db).await?;
    let mut quiet = Vec::new();
    for row in &rows {
        if let Some(found) = column::json(row, "found")? {
            quiet.push((connection::read(row)?, found));
        }
    }
    Ok(quiet)
}
