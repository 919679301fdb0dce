//! How fresh what is kept is: when each day of each stream was imported, and how far streams reach.

use api::connection::Stream;
use api::{ConnectionId, Day, TenantId, Timestamp};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::column;
use crate::import::plan::Window;

/// A day of a stream that is imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// Whose.
    pub connection: ConnectionId,
    /// Which stream.
    pub stream: Stream,
    /// Which day.
    pub day: Day,
    /// When.
    pub at: Timestamp,
}

/// What is imported of some connections in a window.
pub async fn imported(
    db: &mut AnyConnection,
    tenant: &TenantId,
    connections: &[ConnectionId],
    window: Window,
) -> sqlx::Result<Vec<Imported>> {
    if connections.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT connection_id, stream, day, imported_at FROM import_day WHERE tenant_id = $1 AND day >= $2 AND day < $3 \
         AND connection_id IN ({})",
        column::list(4, connections.len())
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(tenant.as_str())
        .bind(window.start.number())
        .bind(window.end.number());
    for connection in connections {
        query = query.bind(connection.as_str());
    }
    let rows = query.fetch_all(db).await?;
    rows.iter().map(read).collect()
}

/// The newest imported day of each stream of some connections, and when the stream was last imported, over all time.
pub async fn newest(
    db: &mut AnyConnection,
    tenant: &TenantId,
    connections: &[ConnectionId],
) -> sqlx::Result<Vec<Imported>> {
    if connections.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT connection_id, stream, MAX(day) AS day, MAX(imported_at) AS imported_at FROM import_day \
         WHERE tenant_id = $1 AND connection_id IN ({}) GROUP BY connection_id, stream",
        column::list(2, connections.len())
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(tenant.as_str());
    for connection in connections {
        query = query.bind(connection.as_str());
    }
    let rows = query.fetch_all(db).await?;
    rows.iter().map(read).collect()
}

fn read(row: &AnyRow) -> sqlx::Result<Imported> {
    Ok(Imported {
        connection: column::parsed(row, "connection_id")?,
        stream: column::stream(row, "stream")?,
        day: column::day(row, "day")?,
        at: column::timestamp(row, "imported_at")?,
    })
}
