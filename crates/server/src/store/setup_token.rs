//! The one-time token of the set-up: at most one, hashed.

use api::Timestamp;
use sqlx::AnyConnection;

/// Keeps a token in place of an earlier one.
pub async fn replace(db: &mut AnyConnection, token_hash: &str, expires_at: Timestamp) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM setup_token").execute(&mut *db).await?;
    sqlx::query("INSERT INTO setup_token (id, token_hash, expires_at) VALUES (1, $1, $2)")
        .bind(token_hash)
        .bind(expires_at.unix_seconds())
        .execute(db)
        .await
        .map(drop)
}

/// Whether this is the token. It is not used up.
pub async fn is_valid(db: &mut AnyConnection, token_hash: &str, now: Timestamp) -> sqlx::Result<bool> {
    let found = sqlx::query("SELECT id FROM setup_token WHERE token_hash = $1 AND expires_at > $2")
        .bind(token_hash)
        .bind(now.unix_seconds())
        .fetch_optional(db)
        .await?;
    Ok(found.is_some())
}

/// Uses the token up. False when this is not the token, or it has expired, or somebody else was first.
pub async fn take(db: &mut AnyConnection, token_hash: &str, now: Timestamp) -> sqlx::Result<bool> {
    let done = sqlx::query("DELETE FROM setup_token WHERE token_hash = $1 AND expires_at > $2")
        .bind(token_hash)
        .bind(now.unix_seconds())
        .execute(db)
        .await?;
    Ok(done.rows_affected() == 1)
}
