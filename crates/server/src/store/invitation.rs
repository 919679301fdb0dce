//! Open invitations in the store: by the hash of the link's token.

use api::invitation::Invitation;
use api::{Email, InvitationId, TenantId, Timestamp};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::column;

/// An invitation as the holder of its link finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The invitation.
    pub invitation: Invitation,
    /// Whose it is.
    pub tenant: TenantId,
    /// The tenant's name.
    pub tenant_name: String,
}

/// Keeps an invitation in place of an earlier one of the same address.
pub async fn replace(
    db: &mut AnyConnection,
    tenant: &TenantId,
    invitation: &Invitation,
    token_hash: &str,
) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM invitation WHERE tenant_id = $1 AND email = $2")
        .bind(tenant.as_str())
        .bind(invitation.email.as_str())
        .execute(&mut *db)
        .await?;
    sqlx::query(
        "INSERT INTO invitation (id, tenant_id, email, permissions, token_hash, invited_by, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(invitation.id.as_str())
    .bind(tenant.as_str())
    .bind(invitation.email.as_str())
    .bind(column::to_json(&invitation.permissions)?)
    .bind(token_hash)
    .bind(invitation.invited_by.as_str())
    .bind(invitation.created_at.unix_seconds())
    .bind(invitation.expires_at.unix_seconds())
    .execute(db)
    .await
    .map(drop)
}

/// The tenant's invitations that are still good, by address.
pub async fn list(
    db: &mut AnyConnection,
    tenant: &TenantId,
    now: Timestamp,
) -> sqlx::Result<Vec<Invitation>> {
    let rows = sqlx::query(
        "SELECT id, email, permissions, invited_by, created_at, expires_at FROM invitation \
         WHERE tenant_id = $1 AND expires_at > $2 ORDER BY email",
    )
    .bind(tenant.as_str())
    .bind(now.unix_seconds())
    .fetch_all(db)
    .await?;
    rows.iter().map(read).collect()
}

/// The invitations that somebody has made.
pub async fn made_by(
    db: &mut AnyConnection,
    tenant: &TenantId,
    email: &Email,
) -> sqlx::Result<Vec<InvitationId>> {
    let rows = sqlx::query("SELECT id FROM invitation WHERE tenant_id = $1 AND invited_by = $2 ORDER BY id")
        .bind(tenant.as_str())
        .bind(email.as_str())
        .fetch_all(db)
        .await?;
    rows.iter().map(|row| column::parsed(row, "id")).collect()
}

/// Gives the invitations of somebody whose address has changed the new one, by which they are found.
pub async fn follow(
    db: &mut AnyConnection,
    tenant: &TenantId,
    (before, after): (&Email, &Email),
) -> sqlx::Result<()> {
    sqlx::query("UPDATE invitation SET invited_by = $3 WHERE tenant_id = $1 AND invited_by = $2")
        .bind(tenant.as_str())
        .bind(before.as_str())
        .bind(after.as_str())
        .execute(db)
        .await
        .map(drop)
}

/// The invitation with this token, of whichever tenant: the token is what tells it.
pub async fn with_token(
    db: &mut AnyConnection,
    token_hash: &str,
    now: Timestamp,
) -> sqlx::Result<Option<Found>> {
    let row = sqlx::query(
        "SELECT invitation.id, invitation.tenant_id, invitation.email, invitation.permissions, invitation.invited_by, \
         invitation.created_at, invitation.expires_at, tenant.name AS tenant_name \
         FROM invitation JOIN tenant ON tenant.id = invitation.tenant_id \
         WHERE invitation.token_hash = $1 AND invitation.expires_at > $2",
    )
    .bind(token_hash)
    .bind(now.unix_seconds())
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(Found {
            invitation: read(&row)?,
            tenant: column::parsed(&row, "tenant_id")?,
            tenant_name: row.try_get("tenant_name")?,
        })
    })
    .transpose()
}

/// Removes an invitation. False when somebody else was first.
pub async fn delete(db: &mut AnyConnection, tenant: &TenantId, id: &InvitationId) -> sqlx::Result<bool> {
    let done = sqlx::query("DELETE FROM invitation WHERE tenant_id = $1 AND id = $2")
        .bind(tenant.as_str())
        .bind(id.as_str())
        .execute(db)
        .await?;
    Ok(done.rows_affected() == 1)
}

fn read(row: &AnyRow) -> sqlx::Result<Invitation> {
    Ok(Invitation {
        id: column::parsed(row, "id")?,
        email: column::parsed(row, "email")?,
        permissions: column::json(row, "permissions")?.unwrap_or_default(),
        invited_by: column::parsed(row, "invited_by")?,
        created_at: column::timestamp(row, "created_at")?,
        expires_at: column::timestamp(row, "expires_at")?,
    })
}
