//! What is noted of a connection's key.

use api::connection_draft::{Check, Finding};
use api::{ConnectionId, Email, TenantId, Timestamp};
use sqlx::{AnyConnection, Row};

use super::Connection;
use crate::store::column;

/// What the last test of the key in use told.
#[derive(Clone, Debug)]
pub struct Tested {
    /// The lines.
    pub checks: Vec<Check>,
    /// Who asked for it.
    pub by: Email,
    /// When it was over.
    pub at: Timestamp,
}

/// Gives a connection the key, name and life that `connection` has, in the place of those that were kept. What the key
/// before told of itself is forgotten.
pub async fn renew_key(db: &mut AnyConnection, connection: &Connection) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE connection SET name = $3, key_tail = $4, key_fingerprint = $5, key_version = $6, management_readable = $7, \
         life_state = $8, life_by = $9, life_at = $10, key_added_at = $11, key_used_at = NULL, key_expires_at = NULL, \
         key_failure = NULL, test_checks = NULL WHERE tenant_id = $1 AND id = $2",
    )
    .bind(connection.tenant.as_str())
    .bind(connection.id.as_str())
    .bind(connection.name.as_str())
    .bind(connection.key_tail.as_str())
    .bind(connection.key_fingerprint.as_str())
    .bind(connection.key_version)
    .bind(i64::from(connection.management_readable))
    .bind(connection.life.state.slug())
    .bind(connection.life.by.as_str())
    .bind(connection.life.at.unix_seconds())
    .bind(connection.key_added_at.unix_seconds())
    .execute(db)
    .await
    .map(drop)
}

/// Notes that the key of this version cannot be used. False when another one has taken its place meanwhile: nothing is
/// noted of that one.
pub async fn refuse_key(
    db: &mut AnyConnection,
    (tenant, id): (&TenantId, &ConnectionId),
    version: i64,
    failure: &Finding,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE connection SET key_failure = $4 WHERE tenant_id = $1 AND id = $2 AND key_version = $3 \
         AND life_state IN ('active', 'paused')",
    )
    .bind(tenant.as_str())
    .bind(id.as_str())
    .bind(version)
    .bind(column::to_json(failure)?)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that the key of this version can be used again. Nothing is noted of another one.
pub async fn accept_key(
    db: &mut AnyConnection,
    (tenant, id): (&TenantId, &ConnectionId),
    version: i64,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE connection SET key_failure = NULL WHERE tenant_id = $1 AND id = $2 AND key_version = $3",
    )
    .bind(tenant.as_str())
    .bind(id.as_str())
    .bind(version)
    .execute(db)
    .await
    .map(drop)
}

/// Notes when the key was last used.
pub async fn note_use(
    db: &mut AnyConnection,
    (tenant, id): (&TenantId, &ConnectionId),
    at: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE connection SET key_used_at = $3 WHERE tenant_id = $1 AND id = $2")
        .bind(tenant.as_str())
        .bind(id.as_str())
        .bind(at.unix_seconds())
        .execute(db)
        .await
        .map(drop)
}

/// Notes whether names can be read with the key.
pub async fn note_management(
    db: &mut AnyConnection,
    (tenant, id): (&TenantId, &ConnectionId),
    readable: bool,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE connection SET management_readable = $3 WHERE tenant_id = $1 AND id = $2")
        .bind(tenant.as_str())
        .bind(id.as_str())
        .bind(i64::from(readable))
        .execute(db)
        .await
        .map(drop)
}

/// Notes when the key expires.
pub async fn note_expiry(
    db: &mut AnyConnection,
    (tenant, id): (&TenantId, &ConnectionId),
    at: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE connection SET key_expires_at = $3 WHERE tenant_id = $1 AND id = $2")
        .bind(tenant.as_str())
        .bind(id.as_str())
        .bind(at.unix_seconds())
        .execute(db)
        .await
        .map(drop)
}

/// Keeps what a test of the key of this version told. False when another key has taken its place meanwhile, or none is left.
pub async fn note_test(
    db: &mut AnyConnection,
    (tenant, id): (&TenantId, &ConnectionId),
    version: i64,
    tested: &Tested,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE connection SET test_checks = $4, test_by = $5, test_at = $6, key_used_at = $6 \
         WHERE tenant_id = $1 AND id = $2 AND key_version = $3 AND life_state IN ('active', 'paused')",
    )
    .bind(tenant.as_str())
    .bind(id.as_str())
    .bind(version)
    .bind(column::to_json(&tested.checks)?)
    .bind(tested.by.as_str())
    .bind(tested.at.unix_seconds())
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What the last test of the key in use told; none when it was not tested since it was connected.
pub async fn last_test(
    db: &mut AnyConnection,
    (tenant, id): (&TenantId, &ConnectionId),
) -> sqlx::Result<Option<Tested>> {
    let row = sqlx::query(
        "SELECT test_checks, test_by, test_at FROM connection \
         WHERE tenant_id = $1 AND id = $2 AND test_checks IS NOT NULL",
    )
    .bind(tenant.as_str())
    .bind(id.as_str())
    .fetch_optional(db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let checks: Option<Vec<Check>> = column::json(&row, "test_checks")?;
    Ok(Some(Tested {
        checks: checks.unwrap_or_default(),
        by: column::parsed(&row, "test_by")?,
        at: row.try_get("test_at").map(Timestamp::from_unix_seconds)?,
    }))
}
