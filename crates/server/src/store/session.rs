//! Sessions in the store: by the hash of the cookie's token, so that the database opens no session.

use api::own_session::OwnSession;
use api::{SessionId, Timestamp, UserId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::{column, user};
use crate::session::{By, Client, Signed};

/// How many digits of a token's hash name its session to its owner: no more than 128 bits of it leave the server.
const DIGITS: usize = 32;

/// Keeps a new session.
pub async fn insert(
    db: &mut AnyConnection,
    token_hash: &str,
    user: &UserId,
    client: Client<'_>,
    (now, ends_at): (Timestamp, Timestamp),
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO session (token_hash, user_id, created_at, last_seen_at, ends_at, device, network) \
         VALUES ($1, $2, $3, $3, $4, $5, $6)",
    )
    .bind(token_hash)
    .bind(user.as_str())
    .bind(now.unix_seconds())
    .bind(ends_at.unix_seconds())
    .bind(client.device)
    .bind(client.network.to_string())
    .execute(db)
    .await
    .map(drop)
}

/// Ends all sessions of everybody: those that a restored database has may have been ended since.
pub async fn end_all(db: &mut AnyConnection) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM session").execute(db).await.map(drop)
}

/// The session with this token, with its user as the user is now, unless it has ended.
pub async fn find(
    db: &mut AnyConnection,
    token_hash: &str,
    now: Timestamp,
    seen_since: Timestamp,
) -> sqlx::Result<Option<Signed>> {
    let row = sqlx::query(AssertSqlSafe(format!(
        "SELECT session.last_seen_at, session.ends_at, {} \
         FROM session JOIN app_user ON app_user.id = session.user_id JOIN tenant ON tenant.id = app_user.tenant_id \
         WHERE session.token_hash = $1 AND session.ends_at > $2 AND session.last_seen_at > $3 \
         AND app_user.deactivated_at IS NULL",
        user::COLUMNS
    )))
    .bind(token_hash)
    .bind(now.unix_seconds())
    .bind(seen_since.unix_seconds())
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        let user = user::read(&row)?;
        Ok(Signed {
            second_factor_due: user.owes_second_factor(),
            user,
            last_seen_at: column::timestamp(&row, "last_seen_at")?,
            ends_at: column::timestamp(&row, "ends_at")?,
            by: By::Session,
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

/// A user's sessions that have not ended, the last used one first. `current` is the hash of the caller's token.
pub async fn list(
    db: &mut AnyConnection,
    user: &UserId,
    current: &str,
    (now, seen_since): (Timestamp, Timestamp),
) -> sqlx::Result<Vec<OwnSession>> {
    let rows = sqlx::query(
        "SELECT token_hash, device, network, created_at, last_seen_at FROM session \
         WHERE user_id = $1 AND ends_at > $2 AND last_seen_at > $3 ORDER BY last_seen_at DESC, created_at DESC, token_hash",
    )
    .bind(user.as_str())
    .bind(now.unix_seconds())
    .bind(seen_since.unix_seconds())
    .fetch_all(db)
    .await?;
    let read = |row: &AnyRow| {
        let hash: String = row.try_get("token_hash")?;
        let digits: String = hash.chars().take(DIGITS).collect();
        Ok(OwnSession {
            id: SessionId::parse(&format!("{}{digits}", SessionId::PREFIX))
                .map_err(|_| column::unknown("token_hash"))?,
            device: row.try_get("device")?,
            network: row.try_get("network")?,
            created_at: column::timestamp(row, "created_at")?,
            last_seen_at: column::timestamp(row, "last_seen_at")?,
            current: hash == current,
        })
    };
    rows.iter().map(read).collect()
}

/// Ends a session of a user. False when there is none.
pub async fn delete_one(db: &mut AnyConnection, user: &UserId, id: &SessionId) -> sqlx::Result<bool> {
    let digits = id.as_str().strip_prefix(SessionId::PREFIX).unwrap_or_default();
    let done = sqlx::query("DELETE FROM session WHERE user_id = $1 AND substr(token_hash, 1, 32) = $2")
        .bind(user.as_str())
        .bind(digits)
        .execute(db)
        .await?;
    Ok(done.rows_affected() > 0)
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
