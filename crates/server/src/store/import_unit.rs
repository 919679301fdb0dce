//! What is still to be read: units, each a window of days of one stream of one connection.

use api::connection::Stream;
use api::connection_draft::Finding;
use api::{ConnectionId, TenantId, Timestamp};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::column;
use crate::import::plan::Window;

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
    /// OpenAI may have revised it.
    Refresh,
}

/// What is still to be read of one stream.
#[derive(Clone, Debug, Default)]
pub struct Pending {
    /// Whether history is among it.
    pub history: bool,
    /// What failed last.
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
        "INSERT INTO import_unit (tenant_id, connection_id, stream, start_day, end_day, purpose, attempts, due_at) \
         VALUES ($1, $2, $3, $4, $5, $6, 0, $7) ON CONFLICT (connection_id, stream, start_day) DO NOTHING",
    )
    .bind(tenant.as_str())
    .bind(connection.as_str())
    .bind(stream.slug())
    .bind(window.start.number())
    .bind(window.end.number())
    .bind(purpose.slug())
    .bind(due_at.unix_seconds())
    .execute(db)
    .await
    .map(drop)
}

/// A connection's units that are due: costs before usage, newest days first.
pub async fn due(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    now: Timestamp,
) -> sqlx::Result<Vec<Unit>> {
    let rows = sqlx::query(
        "SELECT import_unit.* FROM import_unit WHERE tenant_id = $1 AND connection_id = $2 AND due_at <= $3 \
         ORDER BY start_day DESC",
    )
    .bind(tenant.as_str())
    .bind(connection.as_str())
    .bind(now.unix_seconds())
    .fetch_all(db)
    .await?;
    let mut units = rows.iter().map(read).collect::<sqlx::Result<Vec<_>>>()?;
    units.sort_by_key(|unit| unit.stream);
    Ok(units)
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

/// What is still to be read of a stream.
pub async fn pending(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    stream: Stream,
) -> sqlx::Result<Pending> {
    let rows = sqlx::query(
        "SELECT purpose, failure FROM import_unit WHERE tenant_id = $1 AND connection_id = $2 AND stream = $3 \
         ORDER BY start_day",
    )
    .bind(tenant.as_str())
    .bind(connection.as_str())
    .bind(stream.slug())
    .fetch_all(db)
    .await?;
    let mut pending = Pending::default();
    for row in &rows {
        pending.history |= Purpose::parse(row.try_get("purpose")?) == Purpose::History;
        // The failure of the newest window is the one that says how the stream is today.
        pending.failure = column::json(row, "failure")?.or(pending.failure);
    }
    Ok(pending)
}

/// Whether a unit is still to be read.
pub async fn is_planned(db: &mut AnyConnection, unit: &Unit) -> sqlx::Result<bool> {
    let row = sqlx::query(
        "SELECT 1 AS planned FROM import_unit WHERE tenant_id = $1 AND connection_id = $2 AND stream = $3 \
         AND start_day = $4 AND end_day = $5",
    )
    .bind(unit.tenant.as_str())
    .bind(unit.connection.as_str())
    .bind(unit.stream.slug())
    .bind(unit.window.start.number())
    .bind(unit.window.end.number())
    .fetch_optional(db)
    .await?;
    Ok(row.is_some())
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

/// Notes that a unit could not be read, and when it is tried again.
pub async fn postpone(
    db: &mut AnyConnection,
    unit: &Unit,
    failure: &Finding,
    due_at: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE import_unit SET attempts = attempts + 1, failure = $5, due_at = $6 \
         WHERE tenant_id = $1 AND connection_id = $2 AND stream = $3 AND start_day = $4",
    )
    .bind(unit.tenant.as_str())
    .bind(unit.connection.as_str())
    .bind(unit.stream.slug())
    .bind(unit.window.start.number())
    .bind(column::to_json(failure)?)
    .bind(due_at.unix_seconds())
    .execute(db)
    .await
    .map(drop)
}

impl Purpose {
    fn slug(self) -> &'static str {
        match self {
            Self::History => "history",
            Self::Refresh => "refresh",
        }
    }

    fn parse(slug: &str) -> Self {
        if slug == "history" { Self::History } else { Self::Refresh }
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
