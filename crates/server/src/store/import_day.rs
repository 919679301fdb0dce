//! What has been read: for each stream, which days, when, and how many rows they have.

use std::collections::{BTreeMap, BTreeSet};

use api::connection::Stream;
use api::{ConnectionId, Day, TenantId, Timestamp};
use sqlx::{AnyConnection, Row};

use super::column;
use crate::import::plan::{self, Known, Window};

/// Days that follow each other and are equally settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Island {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub through: Day,
    /// Whether OpenAI could no longer revise them when they were imported.
    pub settled: bool,
}

/// What is imported of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedDays {
    /// Which stream.
    pub stream: Stream,
    /// Its days, in order.
    pub islands: Vec<Island>,
    /// How many rows they have.
    pub rows: u64,
    /// When one of them was last imported.
    pub imported_at: Timestamp,
}

/// The imported days of some connections, in a window or all of them, for those that have any.
pub async fn days(
    db: &mut AnyConnection,
    tenant: &TenantId,
    connections: &[ConnectionId],
    window: Option<Window>,
) -> sqlx::Result<BTreeMap<ConnectionId, Vec<ImportedDays>>> {
    let mut imported: BTreeMap<ConnectionId, Vec<ImportedDays>> = BTreeMap::new();
    if connections.is_empty() {
        return Ok(imported);
    }
    // The days of a stream as one text, in the order of the index that has all of it: to sort them, or to rank them where
    // they do not follow each other, takes the database two to seven times as long.
    let sql = format!(
        "SELECT connection_id, stream, CAST(SUM(row_count) AS BIGINT) AS row_total, MAX(imported_at) AS last_import, \
         string_agg(CAST(day * 2 + CASE WHEN imported_at < (day + $2) * 86400 THEN 0 ELSE 1 END AS TEXT), ' ') AS days \
         FROM import_day WHERE tenant_id = $1 AND connection_id IN ({}){} GROUP BY connection_id, stream",
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
    for row in &query.fetch_all(&mut *db).await? {
        let days = ImportedDays {
            stream: column::stream(row, "stream")?,
            islands: islands(row.try_get("days")?).ok_or_else(|| column::unknown("days"))?,
            rows: u64::try_from(row.try_get::<i64, _>("row_total")?).unwrap_or_default(),
            imported_at: column::timestamp(row, "last_import")?,
        };
        imported.entry(column::parsed(row, "connection_id")?).or_default().push(days);
    }
    Ok(imported)
}

/// Joins days, each twice its number and one more when it is settled, to islands.
fn islands(text: &str) -> Option<Vec<Island>> {
    let mut days = text.split(' ').map(|day| day.parse().ok()).collect::<Option<Vec<i64>>>()?;
    days.sort_unstable();
    let mut islands: Vec<Island> = Vec::new();
    for (day, settled) in
        days.into_iter().map(|day| (Day::from_number(day.div_euclid(2)), day.rem_euclid(2) == 1))
    {
        match islands.last_mut() {
            Some(last) if last.settled == settled && last.through.plus(1) == day => last.through = day,
            _ => islands.push(Island { from: day, through: day, settled }),
        }
    }
    Some(islands)
}

/// The condition that days are in a window, whose first bound has this number.
fn bounds(window: Option<Window>, number: usize) -> String {
    window.map_or_else(String::new, |_| format!(" AND day >= ${number} AND day < ${}", number + 1))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_follow_each_other_and_are_equally_settled_are_one_island() {
        let islands = islands("25 20 22 21 -1 29").map(|islands| {
            let days = islands.iter().map(|of| (of.from.number(), of.through.number(), of.settled));
            days.collect::<Vec<_>>()
        });
        let expected = [
            (-1, -1, true),
            (10, 10, false),
            (10, 10, true),
            (11, 11, false),
            (12, 12, true),
            (14, 14, true),
        ];
        assert_eq!(islands, Some(expected.to_vec()));
        let joined = super::islands("28 27 25 23 21").unwrap();
        assert_eq!(joined.len(), 2, "{joined:?}");
        assert_eq!((super::islands(""), super::islands("1 x")), (None, None));
    }
}
