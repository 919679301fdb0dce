//! Signing on in the store: whom a provider signs on, and the browsers that are away at it.

use api::sign_on::ReturnPath;
use api::{TenantId, Timestamp, UserId};
use sqlx::{AnyConnection, Row};

use super::column;

/// A browser that came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departed {
    /// Where its user wanted to go.
    pub back: ReturnPath,
    /// Whether it has come back before.
    pub used: bool,
}

/// Keeps a departure, by the hash of its state. Those that have ended go.
pub async fn depart(
    db: &mut AnyConnection,
    state_hash: &str,
    network: &str,
    back: &ReturnPath,
    (now, expires_at): (Timestamp, Timestamp),
) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM sign_on_departure WHERE expires_at <= $1")
        .bind(now.unix_seconds())
        .execute(&mut *db)
        .await?;
    sqlx::query(
        "INSERT INTO sign_on_departure (state_hash, network, back, used, expires_at) VALUES ($1, $2, $3, 0, $4)",
    )
    .bind(state_hash)
    .bind(network)
    .bind(back.as_str())
    .bind(expires_at.unix_seconds())
    .execute(db)
    .await
    .map(drop)
}

/// How many departures of a network have not ended. Those that came back count as well: whoever departs and returns again
/// and again is no better than whoever departs only.
pub async fn departed(db: &mut AnyConnection, network: &str, now: Timestamp) -> sqlx::Result<i64> {
    let row =
        sqlx::query("SELECT COUNT(*) AS n FROM sign_on_departure WHERE network = $1 AND expires_at > $2")
            .bind(network)
            .bind(now.unix_seconds())
            .fetch_one(db)
            .await?;
    row.try_get("n")
}

/// Takes a browser's return: the first, and a second one, which is told from it. A third is one of nothing that is known.
pub async fn take(
    db: &mut AnyConnection,
    state_hash: &str,
    now: Timestamp,
) -> sqlx::Result<Option<Departed>> {
    let row = sqlx::query(
        "SELECT back, used FROM sign_on_departure WHERE state_hash = $1 AND expires_at > $2 AND used < 2",
    )
    .bind(state_hash)
    .bind(now.unix_seconds())
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let departed = Departed { back: column::parsed(&row, "back")?, used: column::flag(&row, "used")? };
    sqlx::query("UPDATE sign_on_departure SET used = used + 1 WHERE state_hash = $1")
        .bind(state_hash)
        .execute(db)
        .await?;
    Ok(Some(departed))
}

/// Whom an issuer means by a subject, of whichever tenant: signing on is what tells the tenant.
pub async fn identified(
    db: &mut AnyConnection,
    (issuer, subject): (&str, &str),
) -> sqlx::Result<Option<(TenantId, UserId)>> {
    let row =
        sqlx::query("SELECT tenant_id, user_id FROM sign_on_identity WHERE issuer = $1 AND subject = $2")
            .bind(issuer)
            .bind(subject)
            .fetch_optional(db)
            .await?;
    row.map(|row| Ok((column::parsed(&row, "tenant_id")?, column::parsed(&row, "user_id")?))).transpose()
}

/// Keeps whom an issuer means by a subject.
pub async fn identify(
    db: &mut AnyConnection,
    (issuer, subject): (&str, &str),
    (tenant, user): (&TenantId, &UserId),
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO sign_on_identity (issuer, subject, tenant_id, user_id, created_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(issuer)
    .bind(subject)
    .bind(tenant.as_str())
    .bind(user.as_str())
    .bind(now.unix_seconds())
    .execute(db)
    .await
    .map(drop)
}

/// Forgets what issuers call a person.
pub async fn forget(db: &mut AnyConnection, (tenant, user): (&TenantId, &UserId)) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM sign_on_identity WHERE tenant_id = $1 AND user_id = $2")
        .bind(tenant.as_str())
        .bind(user.as_str())
        .execute(db)
        .await
        .map(drop)
}
