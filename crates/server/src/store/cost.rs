//! Billed costs of days and projects in the store: sums of what the segments of costs have in detail.

use std::collections::BTreeMap;

use api::{Amount, ConnectionId, Currency, Day, TenantId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::column;
use crate::import::plan::Window;

/// Whose costs they are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Payer {
    /// Which connection.
    pub connection: ConnectionId,
    /// The project; none for what is billed to the organization.
    pub project: Option<String>,
}

/// What a project costs in a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectCost {
    /// Whose.
    pub payer: Payer,
    /// The project's name, where it is known.
    pub name: Option<String>,
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

/// What each day of a window is billed in each currency. The database adds up: thirty days of two hundred projects are
/// six thousand rows.
pub async fn by_day(
    db: &mut AnyConnection,
    tenant: &TenantId,
    connection: Option<&ConnectionId>,
    window: Window,
) -> sqlx::Result<BTreeMap<(Day, Currency), Amount>> {
    let rows = sqlx::query(
        "SELECT day, currency, CAST(SUM(amount_micros) AS BIGINT) AS micros, CAST(SUM(amount_rest) AS BIGINT) AS rest \
         FROM daily_cost WHERE tenant_id = $1 AND day >= $2 AND day < $3 AND ($4 = '' OR connection_id = $4) \
         AND connection_id NOT IN (SELECT id FROM connection WHERE tenant_id = $1 AND life_state = 'deleted') \
         GROUP BY day, currency",
    )
    .bind(tenant.as_str())
    .bind(window.start.number())
    .bind(window.end.number())
    .bind(connection.map_or("", ConnectionId::as_str))
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| Ok(((column::day(row, "day")?, column::currency(row, "currency")?), sum(row)?)))
        .collect()
}

/// What each project is billed in a window, in each currency.
pub async fn by_project(
    db: &mut AnyConnection,
    tenant: &TenantId,
    connection: Option<&ConnectionId>,
    window: Window,
) -> sqlx::Result<Vec<ProjectCost>> {
    let rows = sqlx::query(
        "SELECT sums.connection_id, sums.project_id, sums.currency, sums.micros, sums.rest, project.name FROM \
         (SELECT connection_id, project_id, currency, CAST(SUM(amount_micros) AS BIGINT) AS micros, \
         CAST(SUM(amount_rest) AS BIGINT) AS rest FROM daily_cost WHERE tenant_id = $1 AND day >= $2 AND day < $3 \
         AND ($4 = '' OR connection_id = $4) \
         AND connection_id NOT IN (SELECT id FROM connection WHERE tenant_id = $1 AND life_state = 'deleted') \
         GROUP BY connection_id, project_id, currency) AS sums \
         LEFT JOIN project ON project.tenant_id = $1 AND project.connection_id = sums.connection_id \
         AND project.id = sums.project_id",
    )
    .bind(tenant.as_str())
    .bind(window.start.number())
    .bind(window.end.number())
    .bind(connection.map_or("", ConnectionId::as_str))
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(ProjectCost {
                payer: Payer {
                    connection: column::parsed(row, "connection_id")?,
                    project: row.try_get("project_id")?,
                },
                name: row.try_get("name")?,
                currency: column::currency(row, "currency")?,
                amount: sum(row)?,
            })
        })
        .collect()
}

/// What each of some projects is billed on each day of a window, in a currency: one look at the window for all of them.
pub async fn days_of(
    db: &mut AnyConnection,
    tenant: &TenantId,
    payers: &[Payer],
    (currency, window): (Currency, Window),
) -> sqlx::Result<BTreeMap<Payer, BTreeMap<Day, Amount>>> {
    let mut days: BTreeMap<Payer, BTreeMap<Day, Amount>> = BTreeMap::new();
    if payers.is_empty() {
        return Ok(days);
    }
    // Null is no value that a list could have.
    let first = |at: usize| 5 + 2 * at;
    let one_of: Vec<String> = (0..payers.len())
        .map(|at| {
            let (connection, project) = (first(at), first(at) + 1);
            format!("connection_id = ${connection} AND (project_id = ${project} OR project_id IS NULL AND ${project} IS NULL)")
        })
        .collect();
    let sql = format!(
        "SELECT connection_id, project_id, day, CAST(SUM(amount_micros) AS BIGINT) AS micros, \
         CAST(SUM(amount_rest) AS BIGINT) AS rest FROM daily_cost WHERE tenant_id = $1 AND day >= $2 AND day < $3 \
         AND currency = $4 AND ({}) GROUP BY connection_id, project_id, day",
        one_of.join(" OR ")
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(tenant.as_str())
        .bind(window.start.number())
        .bind(window.end.number())
        .bind(currency.as_str().to_owned());
    for payer in payers {
        query = query.bind(payer.connection.as_str()).bind(payer.project.as_deref());
    }
    for row in &query.fetch_all(db).await? {
        let payer =
            Payer { connection: column::parsed(row, "connection_id")?, project: row.try_get("project_id")? };
        days.entry(payer).or_default().insert(column::day(row, "day")?, sum(row)?);
    }
    Ok(days)
}

fn sum(row: &AnyRow) -> sqlx::Result<Amount> {
    Ok(Amount::from_parts(row.try_get("micros")?, row.try_get("rest")?))
}

/// The newest day on which any of some connections has costs, over all time.
pub async fn newest_day(
    db: &mut AnyConnection,
    tenant: &TenantId,
    connections: &[ConnectionId],
) -> sqlx::Result<Option<Day>> {
    if connections.is_empty() {
        return Ok(None);
    }
    // The newest day of each is the end of a stretch of an index: none of the others is looked at.
    let sql = format!(
        "SELECT MAX(newest) AS newest FROM (SELECT (SELECT MAX(day) FROM daily_cost WHERE daily_cost.tenant_id = $1 \
         AND daily_cost.connection_id = connection.id) AS newest FROM connection WHERE tenant_id = $1 AND id IN ({})) AS each_one",
        column::list(2, connections.len())
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(tenant.as_str());
    for connection in connections {
        query = query.bind(connection.as_str());
    }
    let row = query.fetch_one(db).await?;
    Ok(row.try_get::<Option<i64>, _>("newest")?.map(Day::from_number))
}
