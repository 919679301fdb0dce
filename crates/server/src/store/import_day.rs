//! What has been read: for each stream, which days, when, and how many rows they have.

use std::collections::{BTreeMap, BTreeSet};

use api::connection::Stream;
use api::{ConnectionId, Day, TenantId, Timestamp};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::column;
use crate::import::plan::{self, Known, Window};

/// Days of a stream that follow each other and are equally settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Island {
    /// Which stream.
    pub stream: Stream,
    /// The first day.
    pub from: Day,
    /// The last day.
    pub through: Day,
    /// Whether OpenAI could no longer revise them when they were imported.
    pub settled: bool,
    /// How many rows they have.
    pub rows: u64,
    /// When a part was last imported.
    pub imported_at: Timestamp,
}

/// The imported days of some connections, in a window or all of them, for those that have any.
pub async fn islands(
    db: &mut AnyConnection,
    tenant: &TenantId,
    connections: &[ConnectionId],
    window: Option<Window>,
) -> sqlx::Result<BTreeMap<ConnectionId, Vec<Island>>> {
    let mut islands: BTreeMap<ConnectionId, Vec<Island>> = BTreeMap::new();
    if connections.is_empty() {
        return Ok(islands);
    }
    // Without bounds, no other index than the one that has all of it is an offer.
    let sql = format!(
        "SELECT connection_id, stream, settled, MIN(day) AS first_day, MAX(day) AS last_day, COUNT(*) AS days, \
         CAST(SUM(row_count) AS BIGINT) AS row_total, MAX(imported_at) AS last_import \
         FROM (SELECT connection_id, stream, day, row_count, imported_at, \
         CASE WHEN imported_at < (day + $2) * 86400 THEN 0 ELSE 1 END AS settled \
         FROM import_day WHERE tenant_id = $1 AND connection_id IN ({}){}) AS days \
         GROUP BY connection_id, stream, settled",
        column::list(3, connections.len()),
        bounds(window, 3 + connections.len())
    );
    let mut query =
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(tenant.as_str()).bind(plan::SETTLES_AFTER_DAYS);
    for connection in connections {
        query = query.bind(connection.as_str());
    }
    if let Some(window) = window {
        query = query.bind(window.start.number()).bind(window.end.number());
    }
    // Mostly all days follow each other. Only where they do not, they are ranked, which takes ten times as long.
    let mut scattered: BTreeSet<(ConnectionId, Stream)> = BTreeSet::new();
    for row in &query.fetch_all(&mut *db).await? {
        let (connection, island) = read_island(row)?;
        if row.try_get::<i64, _>("days")? == island.through.number() + 1 - island.from.number() {
            islands.entry(connection).or_default().push(island);
        } else {
            scattered.insert((connection, island.stream));
        }
    }
    for (connection, islands) in &mut islands {
        islands.retain(|island| !scattered.contains(&(connection.clone(), island.stream)));
    }
    for (connection, island) in scattered_islands(db, tenant, &scattered, window).await? {
        islands.entry(connection).or_default().push(island);
    }
    Ok(islands)
}

async fn scattered_islands(
    db: &mut AnyConnection,
    tenant: &TenantId,
    of: &BTreeSet<(ConnectionId, Stream)>,
    window: Option<Window>,
) -> sqlx::Result<Vec<(ConnectionId, Island)>> {
    if of.is_empty() {
        return Ok(Vec::new());
    }
    // Days less their rank are the same number for days that follow each other.
    let sql = format!(
        "SELECT connection_id, stream, settled, MIN(day) AS first_day, MAX(day) AS last_day, \
         CAST(SUM(row_count) AS BIGINT) AS row_total, MAX(imported_at) AS last_import \
         FROM (SELECT connection_id, stream, settled, day, row_count, imported_at, \
         day - ROW_NUMBER() OVER (PARTITION BY connection_id, stream, settled ORDER BY day) AS island \
         FROM (SELECT connection_id, stream, day, row_count, imported_at, \
         CASE WHEN imported_at < (day + $2) * 86400 THEN 0 ELSE 1 END AS settled \
         FROM import_day WHERE tenant_id = $1 AND (connection_id, stream) IN (VALUES {}){}) AS days) AS ranked \
         GROUP BY connection_id, stream, settled, island",
        column::pairs(3, of.len()),
        bounds(window, 3 + 2 * of.len())
    );
    let mut query =
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(tenant.as_str()).bind(plan::SETTLES_AFTER_DAYS);
    for (connection, stream) in of {
        query = query.bind(connection.as_str()).bind(stream.slug());
    }
    if let Some(window) = window {
        query = query.bind(window.start.number()).bind(window.end.number());
    }
    query.fetch_all(db).await?.iter().map(read_island).collect()
}

/// The condition that days are in a window, whose first bound has this number.
fn bounds(window: Option<Window>, number: usize) -> String {
    window.map_or_else(String::new, |_| format!(" AND day >= ${number} AND day < ${}", number + 1))
}

fn read_island(row: &AnyRow) -> sqlx::Result<(ConnectionId, Island)> {
    let island = Island {
        stream: column::stream(row, "stream")?,
        from: column::day(row, "first_day")?,
        through: column::day(row, "last_day")?,
        settled: row.try_get::<i64, _>("settled")? != 0,
        rows: u64::try_from(row.try_get::<i64, _>("row_total")?).unwrap_or_default(),
        imported_at: column::timestamp(row, "last_import")?,
    };
    Ok((column::parsed(row, "connection_id")?, island))
}

/// What a refresh needs to know of a stream's days.
pub async fn known(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    stream: Stream,
) -> sqlx::Result<Known> {
    let row = sqlx::query(
        "SELECT MAX(day) AS newest, MIN(CASE WHEN imported_at < (day + $4) * 86400 THEN day END) AS oldest_provisional \
         FROM import_day WHERE tenant_id = $1 AND connection_id = $2 AND stream = $3",
    )
    .bind(tenant.as_str())
    .bind(connection.as_str())
    .bind(stream.slug())
    .bind(plan::SETTLES_AFTER_DAYS)
    .fetch_one(db)
    .await?;
    let day = |name| row.try_get::<Option<i64>, _>(name).map(|number| number.map(Day::from_number));
    Ok(Known { newest: day("newest")?, oldest_provisional: day("oldest_provisional")? })
}

/// When each day of a stream was imported, for every connection that has it, within a stretch of days.
pub async fn imported(
    db: &mut AnyConnection,
    tenant: &TenantId,
    connection: Option<&ConnectionId>,
    (stream, window): (Stream, Window),
) -> sqlx::Result<Vec<(ConnectionId, Day, Timestamp)>> {
    let rows = sqlx::query(
        "SELECT connection_id, day, imported_at FROM import_day WHERE tenant_id = $1 AND stream = $2 AND day >= $3 \
         AND day < $4 AND ($5 = '' OR connection_id = $5) \
         AND connection_id NOT IN (SELECT id FROM connection WHERE tenant_id = $1 AND life_state = 'deleted')",
    )
    .bind(tenant.as_str())
    .bind(stream.slug())
    .bind(window.start.number())
    .bind(window.end.number())
    .bind(connection.map_or("", ConnectionId::as_str))
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            let connection = column::parsed(row, "connection_id")?;
            Ok((connection, column::day(row, "day")?, column::timestamp(row, "imported_at")?))
        })
        .collect()
}

/// When each imported day of a connection's stream was imported, within a window.
pub async fn imported_at(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    (stream, window): (Stream, Window),
) -> sqlx::Result<BTreeMap<Day, Timestamp>> {
    let imported = imported(db, tenant, Some(connection), (stream, window)).await?;
    Ok(imported.into_iter().map(|(_, day, at)| (day, at)).collect())
}

/// The days of a window on which each of some connections has usage.
pub async fn usage(
    db: &mut AnyConnection,
    tenant: &TenantId,
    connections: &[ConnectionId],
    window: Window,
) -> sqlx::Result<BTreeMap<ConnectionId, BTreeSet<Day>>> {
    let mut usage: BTreeMap<ConnectionId, BTreeSet<Day>> = BTreeMap::new();
    if connections.is_empty() {
        return Ok(usage);
    }
    let sql = format!(
        "SELECT DISTINCT connection_id, day FROM import_day WHERE tenant_id = $1 AND day >= $2 AND day < $3 \
         AND row_count > 0 AND stream NOT IN ($4, $5) AND connection_id IN ({})",
        column::list(6, connections.len())
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(tenant.as_str())
        .bind(window.start.number())
        .bind(window.end.number())
        .bind(Stream::Costs.slug())
        .bind(Stream::CostTotals.slug());
    for connection in connections {
        query = query.bind(connection.as_str());
    }
    for row in &query.fetch_all(db).await? {
        usage.entry(column::parsed(row, "connection_id")?).or_default().insert(column::day(row, "day")?);
    }
    Ok(usage)
}

/// How many rows a stream's newest imported days have, and how many days they are.
pub async fn density(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    stream: Stream,
    days: u32,
) -> sqlx::Result<(u64, u64)> {
    let row = sqlx::query(
        "SELECT COUNT(*) AS days, CAST(COALESCE(SUM(row_count), 0) AS BIGINT) AS row_total FROM (SELECT row_count \
         FROM import_day WHERE tenant_id = $1 AND connection_id = $2 AND stream = $3 ORDER BY day DESC LIMIT $4) AS newest",
    )
    .bind(tenant.as_str())
    .bind(connection.as_str())
    .bind(stream.slug())
    .bind(i64::from(days))
    .fetch_one(db)
    .await?;
    let count = |name| row.try_get::<i64, _>(name).map(|count| u64::try_from(count).unwrap_or_default());
    Ok((count("row_total")?, count("days")?))
}

/// Forgets days of a stream before a day. They must have no rows.
pub async fn forget_before(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    stream: Stream,
    day: Day,
) -> sqlx::Result<()> {
    sqlx::query(
        "DELETE FROM import_day WHERE tenant_id = $1 AND connection_id = $2 AND stream = $3 AND day < $4 \
         AND row_count = 0",
    )
    .bind(tenant.as_str())
    .bind(connection.as_str())
    .bind(stream.slug())
    .bind(day.number())
    .execute(db)
    .await
    .map(drop)
}
