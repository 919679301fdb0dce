//! Roll-ups in the store: what follows from the segments of a day, or of several days in a row, kept so that it is
//! computed once.
//!
//! Whoever changes a day's segments deletes the roll-up that it is in, in the same transaction, so one that is there is
//! right. One that is missing is computed from the segments, and kept only while they are still those it was computed
//! from. No day is in two.

use api::{ConnectionId, Day, TenantId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::column;
use crate::import::plan::Window;

/// What was computed for some days in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollUp {
    /// Whose it is.
    pub connection: ConnectionId,
    /// Which days: at most [`MOST_DAYS`].
    pub window: Window,
    /// How many rows it has.
    pub row_count: usize,
    /// The rows, as whoever computed them encodes them.
    pub body: Vec<u8>,
}

/// Most days of a roll-up: those of a month.
pub const MOST_DAYS: i64 = 31;

/// What the roll-up of some days is computed from: the checksums of their imported streams. It changes whenever one of
/// them does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis(String);

/// Finds the roll-up that an imported day is in, of the rule that follows. Its days are at most [`MOST_DAYS`]. It is asked
/// once for a day, not for each of its streams, and answered by an index alone.
const KEPT: &str = "SELECT 1 FROM roll_up WHERE roll_up.connection_id = imported.connection_id \
    AND roll_up.day > imported.day - 31 AND roll_up.day <= imported.day \
    AND roll_up.day + roll_up.days > imported.day AND roll_up.rule";

/// What the roll-up of these days would be computed from now. Ask for it before the segments are read, or in the transaction that
/// reads them.
pub async fn basis(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    window: Window,
) -> sqlx::Result<Basis> {
    let rows = sqlx::query(
        "SELECT day, stream, checksum FROM import_day WHERE tenant_id = $1 AND connection_id = $2 AND day >= $3 \
         AND day < $4 AND connection_id NOT IN (SELECT id FROM connection WHERE tenant_id = $1 AND life_state = 'deleted') \
         ORDER BY day, stream",
    )
    .bind(tenant.as_str())
    .bind(connection.as_str())
    .bind(window.start.number())
    .bind(window.end.number())
    .fetch_all(db)
    .await?;
    let mut basis = String::new();
    for row in &rows {
        let (stream, checksum): (String, String) = (row.try_get("stream")?, row.try_get("checksum")?);
        let day: i64 = row.try_get("day")?;
        basis.push_str(&format!("{day} {stream}={checksum};"));
    }
    Ok(Basis(basis))
}

/// Keeps what the rule with this number has computed from this basis, in place of whatever was kept of these days. False
/// when one of them has changed since: then nothing is kept. Belongs in a writing transaction of
/// [`super::Store::write`], where nobody else writes.
pub async fn put(
    db: &mut AnyConnection,
    tenant: &TenantId,
    roll_up: &RollUp,
    rule: i64,
    computed_from: &Basis,
) -> sqlx::Result<bool> {
    let of = (tenant, &roll_up.connection);
    // Of a connection that is deleted nothing is imported, and nothing is written of it any more.
    if computed_from.0.is_empty() || basis(db, of, roll_up.window).await? != *computed_from {
        return Ok(false);
    }
    forget(db, of, roll_up.window).await?;
    sqlx::query(
        "INSERT INTO roll_up (tenant_id, connection_id, day, days, rule, row_count, body) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(tenant.as_str())
    .bind(roll_up.connection.as_str())
    .bind(roll_up.window.start.number())
    .bind(roll_up.window.days())
    .bind(rule)
    .bind(i64::try_from(roll_up.row_count).unwrap_or(i64::MAX))
    .bind(roll_up.body.as_slice())
    .execute(db)
    .await?;
    Ok(true)
}

/// What a rule has computed for some connections of which a day is in a window, by connection and day.
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
        "SELECT connection_id, day, days, row_count, body FROM roll_up WHERE tenant_id = $1 AND day > $2 AND day < $3 \
         AND day + days > $4 AND rule = $5 AND connection_id IN ({}) ORDER BY connection_id, day",
        column::list(6, connections.len())
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(tenant.as_str())
        .bind(window.start.plus(-MOST_DAYS).number())
        .bind(window.end.number())
        .bind(window.start.number())
        .bind(rule);
    for connection in connections {
        query = query.bind(connection.as_str());
    }
    let rows = query.fetch_all(db).await?;
    rows.iter()
        .map(|row| {
            Ok(RollUp {
                connection: column::parsed(row, "connection_id")?,
                window: window_of(row)?,
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
        "SELECT connection_id, day FROM (SELECT DISTINCT connection_id, day FROM import_day WHERE tenant_id = $1 \
         AND day >= $2 AND day < $3 AND connection_id IN ({})) AS imported WHERE NOT EXISTS ({KEPT} = $4) \
         ORDER BY connection_id, day",
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
    let sql = format!(
        "SELECT tenant_id, connection_id, day FROM (SELECT DISTINCT tenant_id, connection_id, day FROM import_day) \
         AS imported WHERE NOT EXISTS ({KEPT} = $1) \
         AND connection_id NOT IN (SELECT id FROM connection WHERE life_state = 'deleted') \
         ORDER BY day DESC, connection_id LIMIT $2"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(rule).bind(i64::from(limit)).fetch_all(db).await?;
    rows.iter()
        .map(|row| {
            let (tenant, connection) =
                (column::parsed(row, "tenant_id")?, column::parsed(row, "connection_id")?);
            Ok((tenant, connection, column::day(row, "day")?))
        })
        .collect()
}

/// The roll-ups of any tenant that end before a day, without their bodies: whose, which days, and how many rows.
pub async fn before(
    db: &mut AnyConnection,
    rule: i64,
    end: Day,
) -> sqlx::Result<Vec<(TenantId, ConnectionId, Window, usize)>> {
    let rows = sqlx::query(
        "SELECT tenant_id, connection_id, day, days, row_count FROM roll_up WHERE rule = $1 AND day + days <= $2 \
         AND connection_id NOT IN (SELECT id FROM connection WHERE life_state = 'deleted') \
         ORDER BY tenant_id, connection_id, day",
    )
    .bind(rule)
    .bind(end.number())
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            let row_count = usize::try_from(row.try_get::<i64, _>("row_count")?).unwrap_or_default();
            let (tenant, connection) =
                (column::parsed(row, "tenant_id")?, column::parsed(row, "connection_id")?);
            Ok((tenant, connection, window_of(row)?, row_count))
        })
        .collect()
}

/// Forgets what was computed for these days, and for others together with them. Belongs in the transaction that changes
/// them.
pub async fn invalidate(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    days: &[Day],
) -> sqlx::Result<()> {
    let mut days = days.to_vec();
    days.sort_unstable();
    for row in days.chunk_by(|day, next| day.plus(1) == *next) {
        if let (Some(first), Some(last)) = (row.first(), row.last()) {
            forget(db, (tenant, connection), Window { start: *first, end: last.plus(1) }).await?;
        }
    }
    Ok(())
}

/// Forgets every roll-up that a day of a window is in.
async fn forget(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    window: Window,
) -> sqlx::Result<()> {
    sqlx::query(
        "DELETE FROM roll_up WHERE tenant_id = $1 AND connection_id = $2 AND day > $3 AND day < $4 AND day + days > $5",
    )
    .bind(tenant.as_str())
    .bind(connection.as_str())
    .bind(window.start.plus(-MOST_DAYS).number())
    .bind(window.end.number())
    .bind(window.start.number())
    .execute(db)
    .await
    .map(drop)
}

fn window_of(row: &AnyRow) -> sqlx::Result<Window> {
    let start = column::day(row, "day")?;
    Ok(Window { start, end: start.plus(row.try_get("days")?) })
}
