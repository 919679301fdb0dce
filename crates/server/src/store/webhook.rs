//! Webhooks in the store: the address and the secret sealed, the rest in clear.

use api::webhook::Webhook;
use api::{TenantId, WebhookId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use vault::{Sealed, WrappedKey};

use super::column::{self, flag};

const SELECT: &str = "SELECT id, origin, kinds, active, created_by, created_at, wrapped, sealed FROM webhook WHERE tenant_id = $1";

/// Keeps a new one.
pub async fn insert(
    db: &mut AnyConnection,
    tenant: &TenantId,
    webhook: &Webhook,
    (wrapped, sealed): (&WrappedKey, &Sealed),
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO webhook (id, tenant_id, origin, kinds, active, wrapped, sealed, created_by, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(webhook.id.as_str())
    .bind(tenant.as_str())
    .bind(webhook.origin.as_str())
    .bind(column::to_json(&webhook.kinds)?)
    .bind(i64::from(webhook.active))
    .bind(column::to_base64(&wrapped.0))
    .bind(column::to_base64(&sealed.0))
    .bind(webhook.created_by.as_str())
    .bind(webhook.created_at.unix_seconds())
    .execute(db)
    .await
    .map(drop)
}

/// All of a tenant's, oldest first.
pub async fn list(db: &mut AnyConnection, tenant: &TenantId) -> sqlx::Result<Vec<Webhook>> {
    let sql = format!("{SELECT} ORDER BY created_at, id");
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(tenant.as_str()).fetch_all(db).await?;
    rows.iter().map(read).collect()
}

/// One of them.
pub async fn find(
    db: &mut AnyConnection,
    tenant: &TenantId,
    id: &WebhookId,
) -> sqlx::Result<Option<Webhook>> {
    row(db, tenant, id).await?.as_ref().map(read).transpose()
}

/// The address and the secret of one, sealed.
pub async fn sealed(
    db: &mut AnyConnection,
    tenant: &TenantId,
    id: &WebhookId,
) -> sqlx::Result<Option<(WrappedKey, Sealed)>> {
    let Some(row) = row(db, tenant, id).await? else { return Ok(None) };
    Ok(Some((WrappedKey(column::base64(&row, "wrapped")?), Sealed(column::base64(&row, "sealed")?))))
}

/// Keeps what was changed of one.
pub async fn update(db: &mut AnyConnection, tenant: &TenantId, webhook: &Webhook) -> sqlx::Result<()> {
    sqlx::query("UPDATE webhook SET kinds = $3, active = $4 WHERE tenant_id = $1 AND id = $2")
        .bind(tenant.as_str())
        .bind(webhook.id.as_str())
        .bind(column::to_json(&webhook.kinds)?)
        .bind(i64::from(webhook.active))
        .execute(db)
        .await
        .map(drop)
}

/// Removes one with its secret.
pub async fn delete(db: &mut AnyConnection, tenant: &TenantId, id: &WebhookId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM webhook WHERE tenant_id = $1 AND id = $2")
        .bind(tenant.as_str())
        .bind(id.as_str())
        .execute(db)
        .await
        .map(drop)
}

async fn row(db: &mut AnyConnection, tenant: &TenantId, id: &WebhookId) -> sqlx::Result<Option<AnyRow>> {
    let sql = format!("{SELECT} AND id = $2");
    sqlx::query(sqlx::AssertSqlSafe(sql)).bind(tenant.as_str()).bind(id.as_str()).fetch_optional(db).await
}

fn read(row: &AnyRow) -> sqlx::Result<Webhook> {
    Ok(Webhook {
        id: column::parsed(row, "id")?,
        origin: row.try_get("origin")?,
        kinds: column::json(row, "kinds")?.unwrap_or_default(),
        active: flag(row, "active")?,
        created_by: column::parsed(row, "created_by")?,
        created_at: column::timestamp(row, "created_at")?,
    })
}
