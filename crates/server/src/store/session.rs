//! Sessions in the store: by the hash of the cookie's token, so that the database opens no session.

use api::{Timestamp, UserId};
use sqlx::AnyConnection;

use super::{column, user};
use crate::session::Signed;

/// Keeps a new session.
pub async fn insert(
    db: &mut AnyConnection,
    token_hash: &str,
    user: &UserId,
    now: Timestamp,
    ends_at: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO session (token_hash, user_id, created_at, last_seen_at, ends_at) VALUES ($1, $2, $3, $3, $4)",
    )
    .bind(token_hash)
    .bind(user.as_str())
    .bind(now.unix_seconds())
    .bind(ends_at.unix_seconds())
    .execute(db)
    .await
    .map(drop)
}

/// The session with this token, with its user as the user is now, unless it has ended.
pub async fn find(
    db: &mut AnyConnection,
    token_hash: &str,
    now: Timestamp,
    seen_since: Timestamp,
) -> sqlx::Result<Option<Signed>> {
    let row = sqlx::query(
        "SELECT session.last_seen_at, session.ends_at, app_user.id, app_user.tenant_id, app_user.email, \
         app_user.permissions, tenant.name AS tenant_name \
         FROM session JOIN app_user ON app_user.id = session.user_id JOIN tenant ON tenant.id = app_user.tenant_id \
         WHERE session.token_hash = $1 AND session.ends_at > $2 AND session.last_seen_at > $3 \
         AND app_user.deactivated_at IS NULL",
    )
    .bind(token_hash)
    .bind(now.unix_seconds())
    .bind(seen_since.unix_seconds())
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(Signed {
            user: user::read(&row)?,
            last_seen_at: column::timestamp(&row, "last_seen_at")?,
            ends_at: column::timestamp(&row, "ends_at")?,
        })
    })
    .transpose()
}

/// Notes that the session is in use.
pub async fn touch(db: &mut AnyConnection, token_hash: &str, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query("UPDATE session SET last_seen_at = $2 WHERE token_hash = $1 AND last_seen_at < $2")
        .bind(token_hash)
        .bind(now.unix_seconds())
        .execute(db)
        .await
        .map(drop)
}

/// Ends a session.
pub async fn delete(db: &mut AnyConnection, token_hash: &str) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM session WHERE token_hash = $1").bind(token_hash).execute(db).await.map(drop)
}

/// Ends the sessions of a user, but for one.
pub async fn delete_of(db: &mut AnyConnection, user: &UserId, but_for: Option<&str>) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM session WHERE user_id = $1 AND token_hash <> $2")
        .bind(user.as_str())
        .bind(but_for.unwrap_or_default())
        .execute(db)
        .await
        .map(drop)
}

/// Removes the sessions that have ended.
pub async fn delete_ended(db: &mut AnyConnection, now: Timestamp, seen_since: Timestamp) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM session WHERE ends_at <= $1 OR last_seen_at <= $2")
        .bind(now.unix_seconds())
        .bind(seen_since.unix_seconds())
        .execute(db)
        .await
        .map(drop)
}
