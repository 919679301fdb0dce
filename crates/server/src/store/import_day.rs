//! What has been read: for each stream, which days, when, and how many rows they have.

use std::collections::BTreeMap;

use api::connection::Stream;
use api::{ConnectionId, Day, TenantId, Timestamp};
use sqlx::{AnyConnection, Row};

use super::{column, import_block};
use crate::import::plan::{self, Known, Window};

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
    .execute(&mut *db)
    .await?;
    import_block::renew(db, (tenant, connection), Some(stream), None).await
}
