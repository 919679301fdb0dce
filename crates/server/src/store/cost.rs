//! Billed costs of days and projects in the store: sums of what the segments of costs have in detail.

use std::collections::BTreeMap;

use api::{Amount, ConnectionId, Currency, Day, TenantId};
use sqlx::{AnyConnection, Row};

use super::column;
use crate::import::plan::Window;

/// A project's costs of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DailyCost {
    /// Which day.
    pub day: Day,
    /// Which connection.
    pub connection: ConnectionId,
    /// The project; none for what is billed to the organization.
    pub project: Option<String>,
    /// The project's name, where it is known.
    pub project_name: Option<String>,
    /// The amount's currency.
    pub currency: Currency,
    /// The sum.
    pub amount: Amount,
}

/// Rows that are inserted with one statement.
const BATCH: usize = 64;

/// Puts what days are billed by project in place of what was kept of these days.
pub async fn replace(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    days: &[Day],
    sums: &[(Day, Option<&str>, Currency, Amount)],
) -> sqlx::Result<()> {
    for batch in days.chunks(BATCH) {
        let sql = format!(
            "DELETE FROM daily_cost WHERE tenant_id = $1 AND connection_id = $2 AND day IN ({})",
            column::list(3, batch.len())
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(tenant.as_str()).bind(connection.as_str());
        for day in batch {
            query = query.bind(day.number());
        }
        query.execute(&mut *db).await?;
    }
    for batch in sums.chunks(BATCH) {
        let sql = format!(
            "INSERT INTO daily_cost (tenant_id, connection_id, day, project_id, currency, amount_micros, amount_rest) \
             VALUES {}",
            column::placeholders(batch.len(), 7)
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for (day, project, currency, amount) in batch {
            let (micros, rest) = amount.parts();
            query = query
                .bind(tenant.as_str())
                .bind(connection.as_str())
                .bind(day.number())
                .bind(project.map(|project| column::without_nul(project).into_owned()))
                .bind(currency.as_str().to_owned())
                .bind(micros)
                .bind(rest);
        }
        query.execute(&mut *db).await?;
    }
    Ok(())
}

/// What each day of a window is billed in each currency.
pub async fn totals(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    window: Window,
) -> sqlx::Result<BTreeMap<(Day, Currency), Amount>> {
    let mut totals = BTreeMap::new();
    for cost in daily(db, tenant, Some(connection), window).await? {
        let total: &mut Amount = totals.entry((cost.day, cost.currency)).or_default();
        *total = *total + cost.amount;
    }
    Ok(totals)
}

/// Costs by day, connection, project and currency.
pub async fn daily(
    db: &mut AnyConnection,
    tenant: &TenantId,
    connection: Option<&ConnectionId>,
    window: Window,
) -> sqlx::Result<Vec<DailyCost>> {
    let rows = sqlx::query(
        "SELECT daily_cost.day, daily_cost.connection_id, daily_cost.project_id, daily_cost.currency, \
         daily_cost.amount_micros, daily_cost.amount_rest, project.name AS project_name FROM daily_cost \
         LEFT JOIN project ON project.tenant_id = daily_cost.tenant_id \
         AND project.connection_id = daily_cost.connection_id AND project.id = daily_cost.project_id \
         WHERE daily_cost.tenant_id = $1 AND daily_cost.day >= $2 AND daily_cost.day < $3 \
         AND ($4 = '' OR daily_cost.connection_id = $4)",
    )
    .bind(tenant.as_str())
    .bind(window.start.number())
    .bind(window.end.number())
    .bind(connection.map_or("", ConnectionId::as_str))
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(DailyCost {
                day: column::day(row, "day")?,
                connection: column::parsed(row, "connection_id")?,
                project: row.try_get("project_id")?,
                project_name: row.try_get("project_name")?,
                currency: column::currency(row, "currency")?,
                amount: Amount::from_parts(row.try_get("amount_micros")?, row.try_get("amount_rest")?),
            })
        })
        .collect()
}

/// The newest day with costs, over all time.
pub async fn newest_day(
    db: &mut AnyConnection,
    tenant: &TenantId,
    connection: Option<&ConnectionId>,
) -> sqlx::Result<Option<Day>> {
    let row = sqlx::query(
        "SELECT MAX(day) AS newest FROM daily_cost WHERE tenant_id = $1 AND ($2 = '' OR connection_id = $2)",
    )
    .bind(tenant.as_str())
    .bind(connection.map_or("", ConnectionId::as_str))
    .fetch_one(db)
    .await?;
    Ok(row.try_get::<Option<i64>, _>("newest")?.map(Day::from_number))
}
