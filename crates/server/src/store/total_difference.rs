//! Days of which the imported costs are not OpenAI's own total.

use std::collections::BTreeMap;

use api::{Amount, ConnectionId, Currency, Day, TenantId};
use sqlx::AnyConnection;

use super::column;
use crate::import::plan::Window;

/// A day whose imported costs are not what OpenAI says of it without grouping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TotalDifference {
    /// Which day.
    pub day: Day,
    /// Of which currency.
    pub currency: Currency,
    /// What the imported lines sum to.
    pub billed: Amount,
    /// What OpenAI says without grouping.
    pub total: Amount,
}

/// Puts what differs in a window in place of what differed there before.
pub async fn replace(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    window: Window,
    differences: &[TotalDifference],
) -> sqlx::Result<()> {
    sqlx::query(
        "DELETE FROM total_difference WHERE tenant_id = $1 AND connection_id = $2 AND day >= $3 AND day < $4",
    )
    .bind(tenant.as_str())
    .bind(connection.as_str())
    .bind(window.start.number())
    .bind(window.end.number())
    .execute(&mut *db)
    .await?;
    for difference in differences {
        let (billed, total) = (difference.billed.parts(), difference.total.parts());
        sqlx::query(
            "INSERT INTO total_difference (tenant_id, connection_id, day, currency, billed_micros, billed_rest, \
             total_micros, total_rest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(tenant.as_str())
        .bind(connection.as_str())
        .bind(difference.day.number())
        .bind(difference.currency.as_str().to_owned())
        .bind(billed.0)
        .bind(billed.1)
        .bind(total.0)
        .bind(total.1)
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// The days that differ of some connections, in order; those without any are not there.
pub async fn days(
    db: &mut AnyConnection,
    tenant: &TenantId,
    connections: &[ConnectionId],
) -> sqlx::Result<BTreeMap<ConnectionId, Vec<Day>>> {
    let mut days: BTreeMap<ConnectionId, Vec<Day>> = BTreeMap::new();
    if connections.is_empty() {
        return Ok(days);
    }
    let sql = format!(
        "SELECT DISTINCT connection_id, day FROM total_difference WHERE tenant_id = $1 AND connection_id IN ({}) \
         ORDER BY day",
        column::list(2, connections.len())
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(tenant.as_str());
    for connection in connections {
        query = query.bind(connection.as_str());
    }
    for row in &query.fetch_all(db).await? {
        days.entry(column::parsed(row, "connection_id")?).or_default().push(column::day(row, "day")?);
    }
    Ok(days)
}
