//! Names of OpenAI's project API keys in the store. The keys themselves are in no answer of OpenAI's.

use api::{ConnectionId, TenantId, Timestamp};
use sqlx::{AnyConnection, Row};

use super::column;

/// An API key as OpenAI lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Such as `key_abc`.
    pub id: String,
    /// The name its maker gave it.
    pub name: Option<String>,
    /// Whose key it is.
    pub project: String,
    /// The user or service account that owns it.
    pub owner: Option<String>,
}

/// Rows that are written with one statement.
const BATCH: usize = 64;

/// Keeps what is known of API keys. A name that is known stays when OpenAI tells none.
pub async fn upsert(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    keys: &[ApiKey],
    now: Timestamp,
) -> sqlx::Result<()> {
    for batch in column::last_of_each(keys, |key| &key.id).chunks(BATCH) {
        let sql = format!(
            "INSERT INTO api_key (tenant_id, connection_id, id, name, project_id, owner_id, seen_at) VALUES {} \
             ON CONFLICT (connection_id, id) DO UPDATE SET name = COALESCE(excluded.name, api_key.name), \
             project_id = excluded.project_id, owner_id = COALESCE(excluded.owner_id, api_key.owner_id), \
             seen_at = excluded.seen_at",
            column::placeholders(batch.len(), 7)
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for key in batch {
            query = query
                .bind(tenant.as_str())
                .bind(connection.as_str())
                .bind(column::without_nul(&key.id).into_owned())
                .bind(key.name.as_deref().map(|name| column::without_nul(name).into_owned()))
                .bind(key.project.as_str())
                .bind(key.owner.as_deref().map(|owner| column::without_nul(owner).into_owned()))
                .bind(now.unix_seconds());
        }
        query.execute(&mut *db).await?;
    }
    Ok(())
}

/// The API keys of a tenant's connections that have a name.
pub async fn named(
    db: &mut AnyConnection,
    tenant: &TenantId,
) -> sqlx::Result<Vec<(ConnectionId, String, String)>> {
    let rows = sqlx::query(
        "SELECT connection_id, id, name FROM api_key WHERE tenant_id = $1 AND name IS NOT NULL \
         ORDER BY connection_id, id",
    )
    .bind(tenant.as_str())
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| Ok((column::parsed(row, "connection_id")?, row.try_get("id")?, row.try_get("name")?)))
        .collect()
}
