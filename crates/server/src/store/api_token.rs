//! API tokens in the store: by their hash.

use api::api_token::ApiToken;
use api::{ApiTokenId, TenantId, Timestamp, UserId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::{column, user};
use crate::store::user::User;

/// A token with its owner, as the owner is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The token.
    pub token: ApiToken,
    /// Whose it is.
    pub owner: User,
}

/// Keeps a new token.
pub async fn insert(
    db: &mut AnyConnection,
    (tenant, owner): (&TenantId, &UserId),
    token: &ApiToken,
    token_hash: &str,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO api_token (id, tenant_id, user_id, name, token_start, token_hash, scope, read_only, \
         token_created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(token.id.as_str())
    .bind(tenant.as_str())
    .bind(owner.as_str())
    .bind(token.name.as_str())
    .bind(token.start.as_str())
    .bind(token_hash)
    .bind(column::to_json(&token.permissions)?)
    .bind(i64::from(token.read_only))
    .bind(token.created_at.unix_seconds())
    .bind(token.expires_at.unix_seconds())
    .execute(db)
    .await
    .map(drop)
}

/// Somebody's tokens, newest first.
pub async fn list(
    db: &mut AnyConnection,
    (tenant, owner): (&TenantId, &UserId),
) -> sqlx::Result<Vec<ApiToken>> {
    let rows = sqlx::query(
        "SELECT id AS token_id, name AS token_name, token_start, scope, read_only, token_created_at, expires_at, \
         last_used_at FROM api_token WHERE tenant_id = $1 AND user_id = $2 ORDER BY token_created_at DESC, id",
    )
    .bind(tenant.as_str())
    .bind(owner.as_str())
    .fetch_all(db)
    .await?;
    rows.iter().map(read).collect()
}

/// The token with this hash, of whichever tenant: the token is what tells it. None that has expired, and none of
/// somebody who was deactivated.
pub async fn with_token(
    db: &mut AnyConnection,
    token_hash: &str,
    now: Timestamp,
) -> sqlx::Result<Option<Found>> {
    let row = sqlx::query(AssertSqlSafe(format!(
        "SELECT api_token.id AS token_id, api_token.name AS token_name, api_token.token_start, api_token.scope, \
         api_token.read_only, api_token.token_created_at, api_token.expires_at, api_token.last_used_at, {} \
         FROM api_token JOIN app_user ON app_user.id = api_token.user_id \
         JOIN tenant ON tenant.id = app_user.tenant_id \
         WHERE api_token.token_hash = $1 AND api_token.expires_at > $2 AND app_user.deactivated_at IS NULL",
        user::COLUMNS
    )))
    .bind(token_hash)
    .bind(now.unix_seconds())
    .fetch_optional(db)
    .await?;
    row.map(|row| Ok(Found { token: read(&row)?, owner: user::read(&row)? })).transpose()
}

/// Notes that a token is in use.
pub async fn touch(
    db: &mut AnyConnection,
    (tenant, owner): (&TenantId, &UserId),
    id: &ApiTokenId,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE api_token SET last_used_at = $1 WHERE tenant_id = $2 AND user_id = $3 AND id = $4")
        .bind(now.unix_seconds())
        .bind(tenant.as_str())
        .bind(owner.as_str())
        .bind(id.as_str())
        .execute(db)
        .await
        .map(drop)
}

/// Removes somebody's token.
pub async fn delete(
    db: &mut AnyConnection,
    (tenant, owner): (&TenantId, &UserId),
    id: &ApiTokenId,
) -> sqlx::Result<bool> {
    let done = sqlx::query("DELETE FROM api_token WHERE tenant_id = $1 AND user_id = $2 AND id = $3")
        .bind(tenant.as_str())
        .bind(owner.as_str())
        .bind(id.as_str())
        .execute(db)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Removes all of somebody's tokens.
pub async fn delete_of(db: &mut AnyConnection, (tenant, owner): (&TenantId, &UserId)) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM api_token WHERE tenant_id = $1 AND user_id = $2")
        .bind(tenant.as_str())
        .bind(owner.as_str())
        .execute(db)
        .await
        .map(drop)
}

fn read(row: &AnyRow) -> sqlx::Result<ApiToken> {
    let last_used_at: Option<i64> = row.try_get("last_used_at")?;
    Ok(ApiToken {
        id: column::parsed(row, "token_id")?,
        name: column::parsed(row, "token_name")?,
        start: row.try_get("token_start")?,
        permissions: column::json(row, "scope")?.unwrap_or_default(),
        read_only: column::flag(row, "read_only")?,
        created_at: column::timestamp(row, "token_created_at")?,
        expires_at: column::timestamp(row, "expires_at")?,
        last_used_at: last_used_at.map(Timestamp::from_unix_seconds),
    })
}
