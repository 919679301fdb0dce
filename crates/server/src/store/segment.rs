//! Segments: what OpenAI told, a day of a stream in one value, and which days that are.

use std::collections::BTreeMap;

use api::connection::Stream;
use api::{ConnectionId, Day, TenantId, Timestamp};
use sha2::{Digest, Sha256};
use sqlx::{AnyConnection, Row};

use super::{column, import_block, roll_up};
use crate::import::plan::Window;

/// A day of a stream as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Whose it is.
    pub connection: ConnectionId,
    /// Which stream.
    pub stream: Stream,
    /// Which day.
    pub day: Day,
    /// Its rows, as `facts` encodes them.
    pub body: Vec<u8>,
}

/// A day of a stream as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// How many rows it has.
    pub row_count: usize,
    /// Of the body; empty without rows.
    pub checksum: String,
    /// The rows, as `facts` encodes them; empty without rows.
    pub body: Vec<u8>,
}

impl Read {
    /// A day with rows, as `facts` encodes them.
    pub fn of(row_count: usize, body: Vec<u8>) -> Self {
        let digest: [u8; 32] = Sha256::digest(&body).into();
        let checksum = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Self { row_count, checksum, body }
    }
}

/// Segments that are written with one statement.
const BATCH: usize = 32;

/// Puts days in place of what was kept of them, notes that they are imported, and gives those that have changed: their
/// roll-ups are gone. Days that are not named stay as they are.
pub async fn replace(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    stream: Stream,
    days: &BTreeMap<Day, Read>,
    now: Timestamp,
) -> sqlx::Result<Vec<Day>> {
    let (Some((first, _)), Some((last, _))) = (days.first_key_value(), days.last_key_value()) else {
        return Ok(Vec::new());
    };
    let window = Window { start: *first, end: last.plus(1) };
    let known = checksums(db, (tenant, connection), (stream, window)).await?;
    let changed: Vec<Day> = days
        .iter()
        .filter(|(day, read)| known.get(*day) != Some(&read.checksum))
        .map(|(day, _)| *day)
        .collect();
    for batch in days.iter().collect::<Vec<_>>().chunks(BATCH) {
        note_imported(db, (tenant, connection, stream), batch, now).await?;
    }
    import_block::renew(db, (tenant, connection), Some(stream), Some(window)).await?;
    let (empty, full): (Vec<_>, Vec<_>) = changed
        .iter()
        .filter_map(|day| Some((*day, days.get(day)?)))
        .partition(|(_, read)| read.row_count == 0);
    for batch in full.chunks(BATCH) {
        upsert(db, (tenant, connection, stream), batch).await?;
    }
    for (day, _) in empty {
        sqlx::query(
            "DELETE FROM segment WHERE tenant_id = $1 AND connection_id = $2 AND stream = $3 AND day = $4",
        )
        .bind(tenant.as_str())
        .bind(connection.as_str())
        .bind(stream.slug())
        .bind(day.number())
        .execute(&mut *db)
        .await?;
    }
    roll_up::invalidate(db, (tenant, connection), &changed).await?;
    Ok(changed)
}

/// The checksums of the days of a window that are imported.
async fn checksums(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    (stream, window): (Stream, Window),
) -> sqlx::Result<BTreeMap<Day, String>> {
    let rows = sqlx::query(
        "SELECT day, checksum FROM import_day WHERE tenant_id = $1 AND connection_id = $2 AND stream = $3 AND day >= $4 \
         AND day < $5",
    )
    .bind(tenant.as_str())
    .bind(connection.as_str())
    .bind(stream.slug())
    .bind(window.start.number())
    .bind(window.end.number())
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok((column::day(row, "day")?, row.try_get("checksum")?))).collect()
}

async fn note_imported(
    db: &mut AnyConnection,
    (tenant, connection, stream): (&TenantId, &ConnectionId, Stream),
    days: &[(&Day, &Read)],
    now: Timestamp,
) -> sqlx::Result<()> {
    let sql = format!(
        "INSERT INTO import_day (tenant_id, connection_id, stream, day, imported_at, row_count, checksum) VALUES {} \
         ON CONFLICT (connection_id, stream, day) DO UPDATE SET imported_at = excluded.imported_at, \
         row_count = excluded.row_count, checksum = excluded.checksum",
        column::placeholders(days.len(), 7)
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
    for (day, read) in days {
        query = query
            .bind(tenant.as_str())
            .bind(connection.as_str())
            .bind(stream.slug())
            .bind(day.number())
            .bind(now.unix_seconds())
            .bind(i64::try_from(read.row_count).unwrap_or(i64::MAX))
            .bind(read.checksum.as_str());
    }
    query.execute(db).await.map(drop)
}

async fn upsert(
    db: &mut AnyConnection,
    (tenant, connection, stream): (&TenantId, &ConnectionId, Stream),
    days: &[(Day, &Read)],
) -> sqlx::Result<()> {
    let sql = format!(
        "INSERT INTO segment (tenant_id, connection_id, stream, day, row_count, body) VALUES {} \
         ON CONFLICT (connection_id, stream, day) DO UPDATE SET row_count = excluded.row_count, body = excluded.body",
        column::placeholders(days.len(), 6)
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
    for (day, read) in days {
        query = query
            .bind(tenant.as_str())
            .bind(connection.as_str())
            .bind(stream.slug())
            .bind(day.number())
            .bind(i64::try_from(read.row_count).unwrap_or(i64::MAX))
            .bind(read.body.as_slice());
    }
    query.execute(db).await.map(drop)
}

/// The segments of some connections and streams in a window, by connection, day and stream. What is asked for is held in
/// memory at once: ask for a long window in parts.
pub async fn read(
    db: &mut AnyConnection,
    tenant: &TenantId,
    connections: &[ConnectionId],
    streams: &[Stream],
    window: Window,
) -> sqlx::Result<Vec<Segment>> {
    if connections.is_empty() || streams.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT connection_id, stream, day, body FROM segment WHERE tenant_id = $1 AND day >= $2 AND day < $3 \
         AND connection_id IN ({}) AND stream IN ({}) ORDER BY connection_id, day, stream",
        column::list(4, connections.len()),
        column::list(4 + connections.len(), streams.len()),
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(tenant.as_str())
        .bind(window.start.number())
        .bind(window.end.number());
    for connection in connections {
        query = query.bind(connection.as_str());
    }
    for stream in streams {
        query = query.bind(stream.slug());
    }
    let rows = query.fetch_all(db).await?;
    rows.iter()
        .map(|row| {
            Ok(Segment {
                connection: column::parsed(row, "connection_id")?,
                stream: column::stream(row, "stream")?,
                day: column::day(row, "day")?,
                body: row.try_get("body")?,
            })
        })
        .collect()
}
