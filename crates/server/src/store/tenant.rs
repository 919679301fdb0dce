//! Tenants in the store.

use api::TenantId;
use sqlx::AnyConnection;

use super::column;

/// Keeps a new tenant.
pub async fn insert(db: &mut AnyConnection, id: &TenantId, name: &str, created_at: i64) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO tenant (id, name, created_at) VALUES ($1, $2, $3)")
        .bind(id.as_str())
        .bind(name)
        .bind(created_at)
        .execute(db)
        .await
        .map(drop)
}

/// The installation's first tenant; none before the set-up.
pub async fn first(db: &mut AnyConnection) -> sqlx::Result<Option<TenantId>> {
    let row =
        sqlx::query("SELECT id FROM tenant ORDER BY created_at, id LIMIT 1").fetch_optional(db).await?;
    row.as_ref().map(|row| column::parsed(row, "id")).transpose()
}
