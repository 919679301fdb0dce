//! What is still to be read: units, each a window of days of one stream of one connection.

use std::collections::BTreeMap;

use api::connection::Stream;
use api::connection_draft::Finding;
use api::{ConnectionId, Day, TenantId, Timestamp};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::column;
use crate::import::plan::{self, Window};

/// A unit of the import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Whose it is.
    pub tenant: TenantId,
    /// Which connection's.
    pub connection: ConnectionId,
    /// Which stream.
    pub stream: Stream,
    /// Which days.
    pub window: Window,
    /// Why it is read.
    pub purpose: Purpose,
    /// How often it was tried.
    pub attempts: u32,
}

/// Why a window is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// It was never read.
    History,
    /// It is the part of the totals by which the start of the history is looked for.
    Walk,
    /// OpenAI may have revised it.
    Refresh,
}

/// A window that is still to be read, or that several which are reach over, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// Which stream.
    pub stream: Stream,
    /// Which days.
    pub window: Window,
    /// Why it is read.
    pub purpose: Purpose,
    /// When.
    pub due_at: Timestamp,
    /// What failed at the last attempt.
    pub failure: Option<Finding>,
}

/// Plans a window, unless one with the same start is planned already.
pub async fn insert(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    (stream, window, purpose): (Stream, Window, Purpose),
    due_at: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO import_unit (tenant_id, connection_id, stream, start_day, end_day, purpose, attempts, due_at, rank) \
         VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8) ON CONFLICT (connection_id, stream, start_day) DO NOTHING",
    )
    .bind(tenant.as_str())
    .bind(connection.as_str())
    .bind(stream.slug())
    .bind(window.start.number())
    .bind(window.end.number())
    .bind(purpose.slug())
    .bind(due_at.unix_seconds())
    .bind(plan::rank(stream, window, Day::of(due_at)))
    .execute(db)
    .await
    .map(drop)
}

/// The first of a connection's units that are due, in the order in which they are to be read. One that failed time and
/// again keeps no other waiting.
pub async fn due(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    now: Timestamp,
    limit: usize,
) -> sqlx::Result<Vec<Unit>> {
    let rows = sqlx::query(
        "SELECT tenant_id, connection_id, stream, start_day, end_day, purpose, attempts FROM import_unit \
         WHERE tenant_id = $1 AND connection_id = $2 AND due_at <= $3 \
         ORDER BY CASE WHEN attempts < 3 THEN 0 ELSE 1 END, rank, start_day DESC, stream LIMIT $4",
    )
    .bind(tenant.as_str())
    .bind(connection.as_str())
    .bind(now.unix_seconds())
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .fetch_all(db)
    .await?;
    rows.iter().map(read).collect()
}

/// The windows of a stream that are planned.
pub async fn windows(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    stream: Stream,
) -> sqlx::Result<Vec<Window>> {
    let rows = sqlx::query(
        "SELECT start_day, end_day FROM import_unit WHERE tenant_id = $1 AND connection_id = $2 AND stream = $3",
    )
    .bind(tenant.as_str())
    .bind(connection.as_str())
    .bind(stream.slug())
    .fetch_all(db)
    .await?;
    rows.iter().map(read_window).collect()
}

/// What is still to be read of some connections, for those that have any; what failed last comes last. What was never
/// tried is one window for each stream, from its first day through its last, and said to be history: two years of a new
/// account are thousands.
pub async fn pending(
    db: &mut AnyConnection,
    tenant: &TenantId,
    connections: &[ConnectionId],
) -> sqlx::Result<BTreeMap<ConnectionId, Vec<Pending>>> {
    let mut pending: BTreeMap<ConnectionId, Vec<Pending>> = BTreeMap::new();
    if connections.is_empty() {
        return Ok(pending);
    }
    let of = format!(
        "FROM import_unit WHERE tenant_id = $1 AND connection_id IN ({})",
        column::list(2, connections.len())
    );
    let sql = format!(
        "SELECT connection_id, stream, start_day, end_day, purpose, due_at, failure, COALESCE(failed_at, 0) AS failed \
         {of} AND (purpose = 'refresh' OR failure IS NOT NULL) UNION ALL \
         SELECT connection_id, stream, MIN(start_day), MAX(end_day), 'history', MIN(due_at), CAST(NULL AS TEXT), 0 \
         {of} AND purpose <> 'refresh' AND failure IS NULL GROUP BY connection_id, stream ORDER BY failed, start_day"
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(tenant.as_str());
    for connection in connections {
        query = query.bind(connection.as_str());
    }
    for row in &query.fetch_all(db).await? {
        let unit = Pending {
            stream: column::stream(row, "stream")?,
            window: read_window(row)?,
            purpose: Purpose::parse(row.try_get("purpose")?),
            due_at: column::timestamp(row, "due_at")?,
            failure: column::json(row, "failure")?,
        };
        pending.entry(column::parsed(row, "connection_id")?).or_default().push(unit);
    }
    Ok(pending)
}

/// Whether anything of a connection's history is still to be read or looked for.
pub async fn has_history_left(db: &mut AnyConnection, of: (&TenantId, &ConnectionId)) -> sqlx::Result<bool> {
    is_any_left(db, of, &[Purpose::History, Purpose::Walk]).await
}

/// Whether any totals by which the start of a history is looked for are still to be read.
pub async fn has_walk_left(db: &mut AnyConnection, of: (&TenantId, &ConnectionId)) -> sqlx::Result<bool> {
    is_any_left(db, of, &[Purpose::Walk]).await
}

async fn is_any_left(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    purposes: &[Purpose],
) -> sqlx::Result<bool> {
    let sql = format!(
        "SELECT 1 AS one FROM import_unit WHERE tenant_id = $1 AND connection_id = $2 AND purpose IN ({}) LIMIT 1",
        column::list(3, purposes.len())
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(tenant.as_str()).bind(connection.as_str());
    for purpose in purposes {
        query = query.bind(purpose.slug());
    }
    Ok(query.fetch_optional(db).await?.is_some())
}

/// Removes a unit that was read. False when it was gone: somebody else has read it, or the connection is gone.
pub async fn complete(db: &mut AnyConnection, unit: &Unit) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "DELETE FROM import_unit WHERE tenant_id = $1 AND connection_id = $2 AND stream = $3 AND start_day = $4 \
         AND end_day = $5",
    )
    .bind(unit.tenant.as_str())
    .bind(unit.connection.as_str())
    .bind(unit.stream.slug())
    .bind(unit.window.start.number())
    .bind(unit.window.end.number())
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that a unit could not be read, how often that was, and when it is tried again.
pub async fn postpone(
    db: &mut AnyConnection,
    unit: &Unit,
    failure: &Finding,
    (attempts, due_at): (u32, Timestamp),
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE import_unit SET attempts = $5, failure = $6, due_at = $7, failed_at = $8 \
         WHERE tenant_id = $1 AND connection_id = $2 AND stream = $3 AND start_day = $4",
    )
    .bind(unit.tenant.as_str())
    .bind(unit.connection.as_str())
    .bind(unit.stream.slug())
    .bind(unit.window.start.number())
    .bind(i64::from(attempts))
    .bind(column::to_json(failure)?)
    .bind(due_at.unix_seconds())
    .bind(now.unix_seconds())
    .execute(db)
    .await
    .map(drop)
}

/// Removes what is planned of the days before the first one of the history.
pub async fn forget_before(
    db: &mut AnyConnection,
    of: (&TenantId, &ConnectionId),
    start: Day,
    now: Timestamp,
) -> sqlx::Result<()> {
    for stream in Stream::ALL {
        let planned = windows(db, of, *stream).await?;
        for window in planned.iter().filter(|window| window.start < start && start < window.end) {
            let rest = Window { start, ..*window };
            insert(db, of, (*stream, rest, Purpose::History), now).await?;
        }
    }
    sqlx::query("DELETE FROM import_unit WHERE tenant_id = $1 AND connection_id = $2 AND start_day < $3")
        .bind(of.0.as_str())
        .bind(of.1.as_str())
        .bind(start.number())
        .execute(db)
        .await
        .map(drop)
}

/// How often the unit of a stream that was tried most often was tried.
pub async fn most_attempts(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    stream: Stream,
) -> sqlx::Result<u32> {
    let row = sqlx::query(
        "SELECT COALESCE(MAX(attempts), 0) AS most FROM import_unit WHERE tenant_id = $1 AND connection_id = $2 \
         AND stream = $3",
    )
    .bind(tenant.as_str())
    .bind(connection.as_str())
    .bind(stream.slug())
    .fetch_one(db)
    .await?;
    Ok(u32::try_from(row.try_get::<i64, _>("most")?).unwrap_or(u32::MAX))
}

/// Puts off whatever of a stream is due before a moment.
pub async fn hold(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    stream: Stream,
    until: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE import_unit SET due_at = $4 WHERE tenant_id = $1 AND connection_id = $2 AND stream = $3 AND due_at < $4",
    )
    .bind(tenant.as_str())
    .bind(connection.as_str())
    .bind(stream.slug())
    .bind(until.unix_seconds())
    .execute(db)
    .await
    .map(drop)
}

impl Purpose {
    fn slug(self) -> &'static str {
        match self {
            Self::History => "history",
            Self::Walk => "walk",
            Self::Refresh => "refresh",
        }
    }

    fn parse(slug: &str) -> Self {
        match slug {
            "history" => Self::History,
            "walk" => Self::Walk,
            _ => Self::Refresh,
        }
    }
}

fn read(row: &AnyRow) -> sqlx::Result<Unit> {
    let attempts: i64 = row.try_get("attempts")?;
    Ok(Unit {
        tenant: column::parsed(row, "tenant_id")?,
        connection: column::parsed(row, "connection_id")?,
        stream: column::stream(row, "stream")?,
        window: read_window(row)?,
        purpose: Purpose::parse(row.try_get("purpose")?),
        attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
    })
}

fn read_window(row: &AnyRow) -> sqlx::Result<Window> {
    Ok(Window { start: column::day(row, "start_day")?, end: column::day(row, "end_day")? })
}
