//! Sealed admin keys in the store. What opens them is the vault's; nothing here sees a key.

use api::{ConnectionId, TenantId, Timestamp};
use sqlx::AnyConnection;
use vault::{Sealed, WrappedKey};

use super::column;

/// The one kind of secret that is stored. The vault binds it too.
const ADMIN_KEY: &str = "admin-key";

/// Keeps a sealed key and the wrapped data key that opens it. Belongs in one transaction with whatever refers to it.
pub async fn insert(
    db: &mut AnyConnection,
    tenant: &TenantId,
    connection: &ConnectionId,
    version: i64,
    (wrapped, sealed): (&WrappedKey, &Sealed),
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO wrapped_key (tenant_id, connection_id, wrapped, created_at) VALUES ($1, $2, $3, $4)",
    )
    .bind(tenant.as_str())
    .bind(connection.as_str())
    .bind(column::to_base64(&wrapped.0))
    .bind(now.unix_seconds())
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "INSERT INTO secret (tenant_id, connection_id, kind, version, sealed, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(tenant.as_str())
    .bind(connection.as_str())
    .bind(ADMIN_KEY)
    .bind(version)
    .bind(column::to_base64(&sealed.0))
    .bind(now.unix_seconds())
    .execute(db)
    .await
    .map(drop)
}

/// A sealed key and the wrapped data key that opens it.
pub async fn find(
    db: &mut AnyConnection,
    tenant: &TenantId,
    connection: &ConnectionId,
    version: i64,
) -> sqlx::Result<Option<(WrappedKey, Sealed)>> {
    let row = sqlx::query(
        "SELECT wrapped_key.wrapped, secret.sealed FROM secret JOIN wrapped_key \
         ON wrapped_key.tenant_id = secret.tenant_id AND wrapped_key.connection_id = secret.connection_id \
         WHERE secret.tenant_id = $1 AND secret.connection_id = $2 AND secret.kind = $3 AND secret.version = $4",
    )
    .bind(tenant.as_str())
    .bind(connection.as_str())
    .bind(ADMIN_KEY)
    .bind(version)
    .fetch_optional(db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let wrapped = column::base64(&row, "wrapped")?;
    let sealed = column::base64(&row, "sealed")?;
    Ok(Some((WrappedKey(wrapped), Sealed(sealed))))
}

/// Destroys a connection's keys: without the wrapped data key, no copy of the sealed one opens again.
pub async fn shred(db: &mut AnyConnection, tenant: &TenantId, connection: &ConnectionId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM wrapped_key WHERE tenant_id = $1 AND connection_id = $2")
        .bind(tenant.as_str())
        .bind(connection.as_str())
        .execute(&mut *db)
        .await?;
    sqlx::query("DELETE FROM secret WHERE tenant_id = $1 AND connection_id = $2")
        .bind(tenant.as_str())
        .bind(connection.as_str())
        .execute(db)
        .await
        .map(drop)
}
