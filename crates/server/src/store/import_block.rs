//! Which days are imported, 32 days of a stream to a row: what every page that shows an account asks for.
//!
//! A block says what the rows of `import_day` say. [`renew`] belongs in each transaction that changes one of them.

use std::collections::{BTreeMap, BTreeSet};

use api::connection::Stream;
use api::{ConnectionId, Day, TenantId, Timestamp};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::column;
use crate::import::plan::{self, Window};

/// Days of a block. Their number is the bits that are set in one column.
const DAYS: i64 = 32;

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

impl Island {
    /// Its days, in order.
    pub fn each(self) -> impl Iterator<Item = Day> {
        (self.from.number()..=self.through.number()).map(Day::from_number)
    }
}

/// What is imported of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedDays {
    /// Which stream.
    pub stream: Stream,
    /// Its days, in order.
    pub islands: Vec<Island>,
    /// Those of them that have rows, in order.
    pub used: Vec<Day>,
    /// How many rows they have.
    pub rows: u64,
    /// When one of them was last imported.
    pub imported_at: Timestamp,
}

/// Which days the bits of a column are.
fn days(block: i64, bits: i64) -> impl Iterator<Item = Day> {
    (0..DAYS).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| Day::from_number(block * DAYS + bit))
}

type Query = sqlx::query::Query<'static, sqlx::Any, sqlx::any::AnyArguments>;

/// Says of blocks what their days say: of the stream, or of all of them; of those that a window touches, or of all of them.
pub async fn renew(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    stream: Option<Stream>,
    window: Option<Window>,
) -> sqlx::Result<()> {
    const BIT: &str = "CAST(1 AS BIGINT) << CAST(day % 32 AS INTEGER)";
    let first = window.map_or(0, |window| window.start.number().div_euclid(DAYS));
    let end = window.map_or(i64::from(i32::MAX), |window| (window.end.number() - 1).div_euclid(DAYS) + 1);
    let remove = "DELETE FROM import_block WHERE tenant_id = $1 AND connection_id = $2 AND ($3 = '' OR stream = $3) \
                  AND block >= $4 AND block < $5";
    let add = format!(
        "INSERT INTO import_block \
         (tenant_id, connection_id, stream, block, imported, settled, used, row_count, imported_at) \
         SELECT tenant_id, connection_id, stream, day / 32, CAST(SUM({BIT}) AS BIGINT), \
         CAST(SUM(CASE WHEN imported_at < (day + $6) * 86400 THEN 0 ELSE {BIT} END) AS BIGINT), \
         CAST(SUM(CASE WHEN row_count > 0 THEN {BIT} ELSE 0 END) AS BIGINT), CAST(SUM(row_count) AS BIGINT), \
         MAX(imported_at) FROM import_day WHERE tenant_id = $1 AND connection_id = $2 AND ($3 = '' OR stream = $3) \
         AND day >= $4 * 32 AND day < $5 * 32 GROUP BY tenant_id, connection_id, stream, day / 32"
    );
    let bind = |query: Query| {
        let query = query.bind(tenant.to_string()).bind(connection.to_string());
        query.bind(stream.map_or("", Stream::slug)).bind(first).bind(end)
    };
    bind(sqlx::query(remove)).execute(&mut *db).await?;
    let add = bind(sqlx::query(sqlx::AssertSqlSafe(add))).bind(plan::SETTLES_AFTER_DAYS);
    add.execute(db).await.map(drop)
}

/// The imported days of some connections, for those that have any: all of them, or those of the blocks that a window
/// touches.
pub async fn imported(
    db: &mut AnyConnection,
    tenant: &TenantId,
    connections: &[ConnectionId],
    window: Option<Window>,
) -> sqlx::Result<BTreeMap<ConnectionId, Vec<ImportedDays>>> {
    let mut imported: BTreeMap<ConnectionId, Vec<ImportedDays>> = BTreeMap::new();
    if connections.is_empty() {
        return Ok(imported);
    }
    let bounds = window.map_or_else(String::new, |window| {
        let (first, last) = (window.start.number().div_euclid(DAYS), window.end.number().div_euclid(DAYS));
        format!(" AND block >= {first} AND block <= {last}")
    });
    let sql = format!(
        "SELECT connection_id, stream, block, imported, settled, used, row_count, imported_at FROM import_block \
         WHERE tenant_id = $1 AND connection_id IN ({}){bounds} ORDER BY connection_id, stream, block",
        column::list(2, connections.len())
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(tenant.as_str());
    for connection in connections {
        query = query.bind(connection.as_str());
    }
    let mut last: Option<ConnectionId> = None;
    for row in &query.fetch_all(&mut *db).await? {
        let id: &str = row.try_get("connection_id")?;
        let connection = match last.take().filter(|last| last.as_str() == id) {
            Some(known) => known,
            None => column::parsed(row, "connection_id")?,
        };
        add(imported.entry(connection.clone()).or_default(), row)?;
        last = Some(connection);
    }
    Ok(imported)
}

/// Adds a block to those before it.
fn add(streams: &mut Vec<ImportedDays>, row: &AnyRow) -> sqlx::Result<()> {
    let (stream, imported_at) = (column::stream(row, "stream")?, column::timestamp(row, "imported_at")?);
    if streams.last().is_none_or(|last| last.stream != stream) {
        streams.push(ImportedDays { stream, islands: Vec::new(), used: Vec::new(), rows: 0, imported_at });
    }
    let Some(of) = streams.last_mut() else { return Ok(()) };
    let number = |name| row.try_get::<i64, _>(name);
    let (block, settled) = (number("block")?, number("settled")?);
    of.rows += u64::try_from(number("row_count")?).unwrap_or_default();
    of.imported_at = of.imported_at.max(imported_at);
    of.used.extend(days(block, number("used")?));
    let settled: BTreeSet<Day> = days(block, settled).collect();
    for day in days(block, number("imported")?) {
        extend(&mut of.islands, day, settled.contains(&day));
    }
    Ok(())
}

/// Adds a day to the islands before it.
fn extend(islands: &mut Vec<Island>, day: Day, settled: bool) {
    match islands.last_mut() {
        Some(last) if last.settled == settled && last.through.plus(1) == day => last.through = day,
        _ => islands.push(Island { from: day, through: day, settled }),
    }
}

/// How far a stream reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newest {
    /// Whose.
    pub connection: ConnectionId,
    /// Which stream.
    pub stream: Stream,
    /// Its newest imported day.
    pub day: Day,
    /// When it was last imported.
    pub at: Timestamp,
}

/// How far each stream of some connections reaches, and when it was last imported, over all time.
pub async fn newest(
    db: &mut AnyConnection,
    tenant: &TenantId,
    connections: &[ConnectionId],
) -> sqlx::Result<Vec<Newest>> {
    if connections.is_empty() {
        return Ok(Vec::new());
    }
    // The last block and its days in one number, so that the database finds both at once: its days are its low 32 bits.
    let sql = format!(
        "SELECT connection_id, stream, MAX(block * 4294967296 + imported) AS last, MAX(imported_at) AS imported_at \
         FROM import_block WHERE tenant_id = $1 AND connection_id IN ({}) GROUP BY connection_id, stream",
        column::list(2, connections.len())
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(tenant.as_str());
    for connection in connections {
        query = query.bind(connection.as_str());
    }
    let mut newest = Vec::new();
    for row in &query.fetch_all(db).await? {
        let last: i64 = row.try_get("last")?;
        let day = days(last >> DAYS, last & ((1 << DAYS) - 1)).last();
        newest.push(Newest {
            connection: column::parsed(row, "connection_id")?,
            stream: column::stream(row, "stream")?,
            day: day.ok_or_else(|| column::unknown("imported"))?,
            at: column::timestamp(row, "imported_at")?,
        });
    }
    Ok(newest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_follow_each_other_and_are_equally_settled_are_one_island() {
        let mut islands = Vec::new();
        // The last day of one block and the first of the next.
        for day in days(1, 0b11 << 30).chain(days(2, 0b1101)) {
            extend(&mut islands, day, day.number() < 66);
        }
        let told = islands.iter().map(|of| (of.from.number(), of.through.number(), of.settled));
        assert_eq!(told.collect::<Vec<_>>(), [(62, 64, true), (66, 67, false)]);
        assert_eq!(days(0, 0xffff_ffff).count(), 32);
    }
}
