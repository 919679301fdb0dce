//! Restatements in the store: days that OpenAI billed otherwise after they had ended.

use std::collections::BTreeMap;

use api::{Amount, ConnectionId, Currency, Day, TenantId, Timestamp};
use sqlx::{AnyConnection, Row};

use super::column;

/// A change of a day's bill. Both totals are the same where it is spread over projects otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostRestatement {
    /// Which day.
    pub day: Day,
    /// Of which currency.
    pub currency: Currency,
    /// What the day was billed before.
    pub old: Amount,
    /// What it is billed now.
    pub new: Amount,
    /// When it was noticed.
    pub noticed_at: Timestamp,
}

/// Keeps a change.
pub async fn insert(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    change: &CostRestatement,
) -> sqlx::Result<()> {
    let (old, new) = (change.old.parts(), change.new.parts());
    sqlx::query(
        "INSERT INTO cost_restatement (tenant_id, connection_id, day, currency, noticed_at, old_micros, old_rest, \
         new_micros, new_rest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         ON CONFLICT (connection_id, day, currency, noticed_at) DO UPDATE SET new_micros = excluded.new_micros, \
         new_rest = excluded.new_rest",
    )
    .bind(tenant.as_str())
    .bind(connection.as_str())
    .bind(change.day.number())
    .bind(change.currency.as_str().to_owned())
    .bind(change.noticed_at.unix_seconds())
    .bind(old.0)
    .bind(old.1)
    .bind(new.0)
    .bind(new.1)
    .execute(db)
    .await
    .map(drop)
}

/// The latest changes of each of some connections, for those that have any, newest first.
pub async fn latest(
    db: &mut AnyConnection,
    tenant: &TenantId,
    connections: &[ConnectionId],
    limit: u32,
) -> sqlx::Result<BTreeMap<ConnectionId, Vec<CostRestatement>>> {
    let mut latest: BTreeMap<ConnectionId, Vec<CostRestatement>> = BTreeMap::new();
    if connections.is_empty() {
        return Ok(latest);
    }
    let sql = format!(
        "SELECT connection_id, day, currency, noticed_at, old_micros, old_rest, new_micros, new_rest FROM \
         (SELECT connection_id, day, currency, noticed_at, old_micros, old_rest, new_micros, new_rest, ROW_NUMBER() OVER \
         (PARTITION BY connection_id ORDER BY noticed_at DESC, day DESC, currency) AS place FROM cost_restatement \
         WHERE tenant_id = $1 AND connection_id IN ({})) AS placed WHERE place <= $2 ORDER BY place",
        column::list(3, connections.len())
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(tenant.as_str()).bind(i64::from(limit));
    for connection in connections {
        query = query.bind(connection.as_str());
    }
    for row in &query.fetch_all(db).await? {
        let change = CostRestatement {
            day: column::day(row, "day")?,
            currency: column::currency(row, "currency")?,
            old: Amount::from_parts(row.try_get("old_micros")?, row.try_get("old_rest")?),
            new: Amount::from_parts(row.try_get("new_micros")?, row.try_get("new_rest")?),
            noticed_at: column::timestamp(row, "noticed_at")?,
        };
        latest.entry(column::parsed(row, "connection_id")?).or_default().push(change);
    }
    Ok(latest)
}
