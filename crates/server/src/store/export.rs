//! What exports need to know of days beside their facts.

use api::{ConnectionId, Day, TenantId, Timestamp};
use sqlx::AnyConnection;

use super::column;
use crate::import::plan::Window;

/// The days of some connections in a window whose bill OpenAI changed after they had ended, each with when that was last
/// noticed.
pub async fn restated_days(
    db: &mut AnyConnection,
    tenant: &TenantId,
    connections: &[ConnectionId],
    window: Window,
) -> sqlx::Result<Vec<(ConnectionId, Day, Timestamp)>> {
    if connections.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT connection_id, day, MAX(noticed_at) AS noticed_at FROM cost_restatement WHERE tenant_id = $1 \
         AND day >= $2 AND day < $3 AND connection_id IN ({}) GROUP BY connection_id, day",
        column::list(4, connections.len())
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(tenant.as_str())
        .bind(window.start.number())
        .bind(window.end.number());
    for connection in connections {
        query = query.bind(connection.as_str());
    }
    let rows = query.fetch_all(db).await?;
    rows.iter()
        .map(|row| {
            let noticed_at = column::timestamp(row, "noticed_at")?;
            Ok((column::parsed(row, "connection_id")?, column::day(row, "day")?, noticed_at))
        })
        .collect()
}
