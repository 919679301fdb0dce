//! Users in the store. E-mail addresses are unique in the whole installation: they are what people sign in with.

use api::sign_in_rule::SecondFactorRule;
use api::{Email, Permission, TenantId, Timestamp, UserId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::{column, tenant};

/// A user, as the database has it at this moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The user's id.
    pub id: UserId,
    /// Whose user it is.
    pub tenant: TenantId,
    /// The tenant's name.
    pub tenant_name: String,
    /// The address to sign in with.
    pub email: Email,
    /// What the user may do.
    pub permissions: Vec<Permission>,
    /// Whether the user signs in with a password here, and not with the company's provider.
    pub has_password: bool,
    /// Whether signing in asks the user for a code.
    pub has_second_factor: bool,
    /// Whom the tenant asks for one.
    pub second_factor_rule: SecondFactorRule,
}

/// The hash of whoever has no password: no password fits it.
pub const NO_PASSWORD: &str = "";

/// The columns that [`read`] reads, of `app_user` joined with `tenant`.
pub(super) const COLUMNS: &str = "app_user.id, app_user.tenant_id, app_user.email, app_user.permissions, \
    CASE WHEN app_user.password_hash = '' THEN 0 ELSE 1 END AS has_password, \
    CASE WHEN EXISTS (SELECT 1 FROM second_factor WHERE second_factor.tenant_id = app_user.tenant_id \
    AND second_factor.user_id = app_user.id AND second_factor.confirmed_at IS NOT NULL) THEN 1 ELSE 0 END \
    AS has_second_factor, tenant.second_factor_rule, tenant.name AS tenant_name";

impl User {
    /// Whether the user has one of these permissions.
    pub fn has_any(&self, permissions: &[Permission]) -> bool {
        permissions.iter().any(|permission| self.permissions.contains(permission))
    }

    /// Whether the tenant asks this user for a second factor. Whoever has no password here has theirs elsewhere.
    pub fn must_have_second_factor(&self) -> bool {
        self.has_password && self.second_factor_rule.asks(&self.permissions)
    }

    /// Whether it is asked for and not there: nothing but setting it up is open then.
    pub fn owes_second_factor(&self) -> bool {
        self.must_have_second_factor() && !self.has_second_factor
    }
}

/// Keeps a new user, with the hash of the password. Fails with a unique violation when the address is taken.
pub async fn insert(
    db: &mut AnyConnection,
    user: &User,
    password_hash: &str,
    created_at: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO app_user (id, tenant_id, email, password_hash, permissions, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(user.id.as_str())
    .bind(user.tenant.as_str())
    .bind(user.email.as_str())
    .bind(password_hash)
    .bind(column::to_json(&user.permissions)?)
    .bind(created_at.unix_seconds())
    .execute(db)
    .await
    .map(drop)
}

/// The tenant of whoever has this address, whether or not they can sign in. Addresses are unique in the installation.
pub async fn tenant_of(db: &mut AnyConnection, email: &Email) -> sqlx::Result<Option<TenantId>> {
    let row = sqlx::query("SELECT tenant_id FROM app_user WHERE email = $1")
        .bind(email.as_str())
        .fetch_optional(db)
        .await?;
    row.map(|row| column::parsed(&row, "tenant_id")).transpose()
}

/// The user who signs in with this address and the hash of the password, of whichever tenant: signing in is what tells
/// the tenant. Nobody who was deactivated, and nobody without a password.
pub async fn with_email(db: &mut AnyConnection, email: &Email) -> sqlx::Result<Option<(User, String)>> {
    let row = sqlx::query(AssertSqlSafe(format!(
        "SELECT {COLUMNS}, app_user.password_hash FROM app_user JOIN tenant ON tenant.id = app_user.tenant_id \
         WHERE app_user.email = $1 AND app_user.deactivated_at IS NULL AND app_user.password_hash <> ''"
    )))
    .bind(email.as_str())
    .fetch_optional(db)
    .await?;
    row.map(|row| Ok((read(&row)?, row.try_get("password_hash")?))).transpose()
}

/// A user.
pub async fn find(db: &mut AnyConnection, (tenant, id): (&TenantId, &UserId)) -> sqlx::Result<Option<User>> {
    let row = sqlx::query(AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM app_user JOIN tenant ON tenant.id = app_user.tenant_id \
         WHERE app_user.tenant_id = $1 AND app_user.id = $2"
    )))
    .bind(tenant.as_str())
    .bind(id.as_str())
    .fetch_optional(db)
    .await?;
    row.as_ref().map(read).transpose()
}

/// The hash of a user's password.
pub async fn password_hash(
    db: &mut AnyConnection,
    (tenant, id): (&TenantId, &UserId),
) -> sqlx::Result<Option<String>> {
    let row = sqlx::query("SELECT password_hash FROM app_user WHERE tenant_id = $1 AND id = $2")
        .bind(tenant.as_str())
        .bind(id.as_str())
        .fetch_optional(db)
        .await?;
    row.map(|row| row.try_get("password_hash")).transpose()
}

/// Puts a hash in place of the one that was read. False when that is no longer the one that is kept.
pub async fn renew_password(
    db: &mut AnyConnection,
    (tenant, id): (&TenantId, &UserId),
    old: &str,
    new: &str,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE app_user SET password_hash = $1 WHERE tenant_id = $2 AND id = $3 AND password_hash = $4",
    )
    .bind(new)
    .bind(tenant.as_str())
    .bind(id.as_str())
    .bind(old)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether there is any user, which closes the set-up.
pub async fn exists(db: &mut AnyConnection) -> sqlx::Result<bool> {
    let row = sqlx::query("SELECT COUNT(*) AS n FROM app_user").fetch_one(db).await?;
    Ok(row.try_get::<i64, _>("n")? > 0)
}

/// Reads [`COLUMNS`].
pub(super) fn read(row: &AnyRow) -> sqlx::Result<User> {
    Ok(User {
        id: column::parsed(row, "id")?,
        tenant: column::parsed(row, "tenant_id")?,
        tenant_name: row.try_get("tenant_name")?,
        email: column::parsed(row, "email")?,
        permissions: column::json(row, "permissions")?.unwrap_or_default(),
        has_password: column::flag(row, "has_password")?,
        has_second_factor: column::flag(row, "has_second_factor")?,
        second_factor_rule: tenant::rule(row)?,
    })
}
