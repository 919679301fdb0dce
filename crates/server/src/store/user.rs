//! Users in the store. E-mail addresses are unique in the whole installation: they are what people sign in with.

use api::{Email, Permission, TenantId, UserId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::column;

/// A user as it is kept.
#[derive(Clone, Debug)]
pub struct User {
    /// The user's id.
    pub id: UserId,
    /// Whose user it is.
    pub tenant: TenantId,
    /// The address to sign in with.
    pub email: Email,
    /// The hash of the password, with its parameters (PHC string).
    pub password_hash: String,
    /// What the user may do.
    pub permissions: Vec<Permission>,
}

/// Keeps a new user. Fails with a unique violation when the address is taken.
pub async fn insert(db: &mut AnyConnection, user: &User, created_at: i64) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO app_user (id, tenant_id, email, password_hash, permissions, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(user.id.as_str())
    .bind(user.tenant.as_str())
    .bind(user.email.as_str())
    .bind(user.password_hash.as_str())
    .bind(column::to_json(&user.permissions)?)
    .bind(created_at)
    .execute(db)
    .await
    .map(drop)
}

/// The user with this address, of whichever tenant: signing in is what tells the tenant.
pub async fn with_email(db: &mut AnyConnection, email: &Email) -> sqlx::Result<Option<User>> {
    let row =
        sqlx::query("SELECT id, tenant_id, email, password_hash, permissions FROM app_user WHERE email = $1")
            .bind(email.as_str())
            .fetch_optional(db)
            .await?;
    row.as_ref().map(read).transpose()
}

/// Whether there is any user, which closes the set-up.
pub async fn exists(db: &mut AnyConnection) -> sqlx::Result<bool> {
    let row = sqlx::query("SELECT COUNT(*) AS n FROM app_user").fetch_one(db).await?;
    Ok(row.try_get::<i64, _>("n")? > 0)
}

fn read(row: &AnyRow) -> sqlx::Result<User> {
    Ok(User {
        id: column::parsed(row, "id")?,
        tenant: column::parsed(row, "tenant_id")?,
        email: column::parsed(row, "email")?,
        password_hash: row.try_get("password_hash")?,
        permissions: column::json(row, "permissions")?.unwrap_or_default(),
    })
}
