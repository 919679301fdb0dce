//! Roll-ups in the store: what follows from the segments of a day, kept so that it is computed once.
//!
//! Whoever changes a day's segments deletes its roll-up in the same transaction, so one that is there is right. One that
//! is missing is computed from the segments, and kept only while they are still those it was computed from.

use api::{ConnectionId, Day, TenantId};
use sqlx::{AnyConnection, Row};

use super::column;
use crate::import::plan::Window;

/// What was computed for a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollUp {
    /// Whose it is.
    pub connection: ConnectionId,
    /// Which day.
    pub day: Day,
    /// How many rows it has.
    pub row_count: usize,
    /// The rows, as whoever computed them encodes them.
    pub body: Vec<u8>,
}

/// What a day's roll-up is computed from: the checksums of its imported streams. It changes whenever one of them does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis(String);

/// Days that are looked at with one statement.
const BATCH: usize = 100;

/// What a day's roll-up would be computed from now. Ask for it before the segments are read, or in the transaction that
/// reads them.
pub async fn basis(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    day: Day,
) -> sqlx::Result<Basis> {
    let rows = sqlx::query(
        "SELECT stream, checksum FROM import_day WHERE tenant_id = $1 AND connection_id = $2 AND day = $3 \
         ORDER BY stream",
    )
    .bind(tenant.as_str())
    .bind(connection.as_str())
    .bind(day.number())
    .fetch_all(db)
    .await?;
    let mut basis = String::new();
    for row in &rows {
        let (stream, checksum): (String, String) = (row.try_get("stream")?, row.try_get("checksum")?);
        basis.push_str(&format!("{stream}={checksum};"));
    }
    Ok(Basis(basis))
}

/// Keeps what the rule with this number has computed from this basis. False when the day has changed since: then
/// nothing is kept. Belongs in a writing transaction of [`super::Store::write`], where nobody else writes.
pub async fn put(
    db: &mut AnyConnection,
    tenant: &TenantId,
    roll_up: &RollUp,
    rule: i64,
    computed_from: &Basis,
) -> sqlx::Result<bool> {
    if basis(db, (tenant, &roll_up.connection), roll_up.day).await? != *computed_from {
        return Ok(false);
    }
    sqlx::query(
        "INSERT INTO roll_up (tenant_id, connection_id, day, rule, row_count, body) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (connection_id, day) DO UPDATE SET rule = excluded.rule, row_count = excluded.row_count, \
         body = excluded.body",
    )
    .bind(tenant.as_str())
    .bind(roll_up.connection.as_str())
    .bind(roll_up.day.number())
    .bind(rule)
    .bind(i64::try_from(roll_up.row_count).unwrap_or(i64::MAX))
    .bind(roll_up.body.as_slice())
    .execute(db)
    .await?;
    Ok(true)
}

/// What a rule has computed for some connections in a window, by connection and day.
pub async fn read(
    db: &mut AnyConnection,
    tenant: &TenantId,
    connections: &[ConnectionId],
    window: Window,
    rule: i64,
) -> sqlx::Result<Vec<RollUp>> {
    if connections.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT connection_id, day, row_count, body FROM roll_up WHERE tenant_id = $1 AND day >= $2 AND day < $3 \
         AND rule = $4 AND connection_id IN ({}) ORDER BY connection_id, day",
        column::list(5, connections.len())
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(tenant.as_str())
        .bind(window.start.number())
        .bind(window.end.number())
        .bind(rule);
    for connection in connections {
        query = query.bind(connection.as_str());
    }
    let rows = query.fetch_all(db).await?;
    rows.iter()
        .map(|row| {
            Ok(RollUp {
                connection: column::parsed(row, "connection_id")?,
                day: column::day(row, "day")?,
                row_count: usize::try_from(row.try_get::<i64, _>("row_count")?).unwrap_or_default(),
                body: row.try_get("body")?,
            })
        })
        .collect()
}

/// The days of some connections in a window of which something is imported and nothing computed by this rule.
pub async fn missing_days(
    db: &mut AnyConnection,
    tenant: &TenantId,
    connections: &[ConnectionId],
    window: Window,
    rule: i64,
) -> sqlx::Result<Vec<(ConnectionId, Day)>> {
    if connections.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT DISTINCT connection_id, day FROM import_day WHERE tenant_id = $1 AND day >= $2 AND day < $3 \
         AND connection_id IN ({}) AND NOT EXISTS (SELECT 1 FROM roll_up WHERE roll_up.connection_id = \
         import_day.connection_id AND roll_up.day = import_day.day AND roll_up.rule = $4) ORDER BY connection_id, day",
        column::list(5, connections.len())
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(tenant.as_str())
        .bind(window.start.number())
        .bind(window.end.number())
        .bind(rule);
    for connection in connections {
        query = query.bind(connection.as_str());
    }
    let rows = query.fetch_all(db).await?;
    rows.iter().map(|row| Ok((column::parsed(row, "connection_id")?, column::day(row, "day")?))).collect()
}

/// Up to `limit` days of any tenant that this rule has not computed, newest first: what the server does when it is idle.
pub async fn missing(
    db: &mut AnyConnection,
    rule: i64,
    limit: u32,
) -> sqlx::Result<Vec<(TenantId, ConnectionId, Day)>> {
    let rows = sqlx::query(
        "SELECT DISTINCT tenant_id, connection_id, day FROM import_day WHERE NOT EXISTS (SELECT 1 FROM roll_up \
         WHERE roll_up.connection_id = import_day.connection_id AND roll_up.day = import_day.day \
         AND roll_up.rule = $1) ORDER BY day DESC, connection_id LIMIT $2",
    )
    .bind(rule)
    .bind(i64::from(limit))
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            let (tenant, connection) =
                (column::parsed(row, "tenant_id")?, column::parsed(row, "connection_id")?);
            Ok((tenant, connection, column::day(row, "day")?))
        })
        .collect()
}

/// Forgets what was computed for these days. Belongs in the transaction that changes them.
pub async fn invalidate(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    days: &[Day],
) -> sqlx::Result<()> {
    for batch in days.chunks(BATCH) {
        let sql = format!(
            "DELETE FROM roll_up WHERE tenant_id = $1 AND connection_id = $2 AND day IN ({})",
            column::list(3, batch.len())
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(tenant.as_str()).bind(connection.as_str());
        for day in batch {
            query = query.bind(day.number());
        }
        query.execute(&mut *db).await?;
    }
    Ok(())
}
