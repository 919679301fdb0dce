//! Billed costs in the store.

use api::{Amount, ConnectionId, Currency, Day, TenantId};
use sqlx::{AnyConnection, Row};

use super::column;
use crate::import::plan::Window;

/// A billed amount: one day, one project, one line item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Which day.
    pub day: Day,
    /// The project; none for what is billed to the organization.
    pub project: Option<String>,
    /// OpenAI's text.
    pub line_item: Option<String>,
    /// The amount's currency.
    pub currency: Currency,
    /// The amount.
    pub amount: Amount,
    /// Whether digits finer than 10^-12 were rounded away.
    pub rounded: bool,
    /// How much was billed.
    pub quantity: Option<Amount>,
    /// In which unit, such as `tokens`.
    pub quantity_unit: Option<String>,
}

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
const COLUMNS: usize = 12;

/// Puts rows in place of whatever the window had, and adds them up anew.
pub async fn replace(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    window: Window,
    costs: &[&Cost],
) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM cost WHERE tenant_id = $1 AND connection_id = $2 AND day >= $3 AND day < $4")
        .bind(tenant.as_str())
        .bind(connection.as_str())
        .bind(window.start.number())
        .bind(window.end.number())
        .execute(&mut *db)
        .await?;
    for batch in costs.chunks(BATCH) {
        let sql = format!(
            "INSERT INTO cost (tenant_id, connection_id, day, project_id, line_item, currency, amount_micros, \
             amount_rest, rounded, quantity_micros, quantity_rest, quantity_unit) VALUES {}",
            column::placeholders(batch.len(), COLUMNS)
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for cost in batch {
            let (micros, rest) = cost.amount.parts();
            let quantity = cost.quantity.map(Amount::parts);
            query = query
                .bind(tenant.as_str())
                .bind(connection.as_str())
                .bind(cost.day.number())
                .bind(cost.project.as_deref())
                .bind(cost.line_item.as_deref())
                .bind(cost.currency.as_str().to_owned())
                .bind(micros)
                .bind(rest)
                .bind(i64::from(cost.rounded))
                .bind(quantity.map(|(micros, _)| micros))
                .bind(quantity.map(|(_, rest)| rest))
                .bind(cost.quantity_unit.as_deref());
        }
        query.execute(&mut *db).await?;
    }
    roll_up(db, (tenant, connection), window).await
}

/// Adds up the costs of a window by day, project and currency.
async fn roll_up(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    window: Window,
) -> sqlx::Result<()> {
    for sql in [
        "DELETE FROM daily_cost WHERE tenant_id = $1 AND connection_id = $2 AND day >= $3 AND day < $4",
        "INSERT INTO daily_cost (tenant_id, connection_id, day, project_id, currency, amount_micros, amount_rest) \
         SELECT tenant_id, connection_id, day, project_id, currency, CAST(SUM(amount_micros) AS BIGINT), \
         CAST(SUM(amount_rest) AS BIGINT) FROM cost \
         WHERE tenant_id = $1 AND connection_id = $2 AND day >= $3 AND day < $4 \
         GROUP BY tenant_id, connection_id, day, project_id, currency",
    ] {
        sqlx::query(sql)
            .bind(tenant.as_str())
            .bind(connection.as_str())
            .bind(window.start.number())
            .bind(window.end.number())
            .execute(&mut *db)
            .await?;
    }
    Ok(())
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
            let currency: String = row.try_get("currency")?;
            Ok(DailyCost {
                day: column::day(row, "day")?,
                connection: column::parsed(row, "connection_id")?,
                project: row.try_get("project_id")?,
                project_name: row.try_get("project_name")?,
                currency: Currency::parse(&currency).map_err(|_| column::unknown("currency"))?,
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
