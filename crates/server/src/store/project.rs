//! Names of projects in the store.

use api::{ConnectionId, TenantId, Timestamp};
use sqlx::{AnyConnection, Row};

use super::column;

/// A project as OpenAI tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// Such as `proj_abc`.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// When it was archived.
    pub archived_at: Option<Timestamp>,
}

/// Keeps what is known of a project. A name that is known stays when OpenAI tells none.
pub async fn upsert(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    project: &Project,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO project (tenant_id, connection_id, id, name, archived_at, seen_at) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (connection_id, id) DO UPDATE SET name = COALESCE(excluded.name, project.name), \
         archived_at = excluded.archived_at, seen_at = excluded.seen_at",
    )
    .bind(tenant.as_str())
    .bind(connection.as_str())
    .bind(column::without_nul(&project.id).into_owned())
    .bind(project.name.as_deref().map(|name| column::without_nul(name).into_owned()))
    .bind(project.archived_at.map(Timestamp::unix_seconds))
    .bind(now.unix_seconds())
    .execute(db)
    .await
    .map(drop)
}

/// The ids of a connection's projects.
pub async fn ids(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
) -> sqlx::Result<Vec<String>> {
    let rows = sqlx::query("SELECT id FROM project WHERE tenant_id = $1 AND connection_id = $2 ORDER BY id")
        .bind(tenant.as_str())
        .bind(connection.as_str())
        .fetch_all(db)
        .await?;
    rows.iter().map(|row| row.try_get("id")).collect()
}

/// The projects of a tenant's connections that have a name.
pub async fn named(
    db: &mut AnyConnection,
    tenant: &TenantId,
) -> sqlx::Result<Vec<(ConnectionId, String, String)>> {
    let rows = sqlx::query(
        "SELECT connection_id, id, name FROM project WHERE tenant_id = $1 AND name IS NOT NULL \
         ORDER BY connection_id, id",
    )
    .bind(tenant.as_str())
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| Ok((column::parsed(row, "connection_id")?, row.try_get("id")?, row.try_get("name")?)))
        .collect()
}
