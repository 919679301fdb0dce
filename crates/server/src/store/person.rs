//! The people of a tenant in the store, as those who manage them see them.

use api::{Email, Permission, TenantId, Timestamp, UserId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::column;

/// A person who was not removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The user's id.
    pub id: UserId,
    /// The address to sign in with.
    pub email: Email,
    /// What the user may do.
    pub permissions: Vec<Permission>,
    /// Since when the user is here.
    pub created_at: Timestamp,
    /// Since when the user cannot sign in.
    pub deactivated_at: Option<Timestamp>,
    /// Whether the company's provider signs the user on.
    pub signs_on: bool,
}

impl Person {
    /// Whether the person can sign in and has one of these permissions.
    pub fn may(&self, permissions: &[Permission]) -> bool {
        self.deactivated_at.is_none()
            && permissions.iter().any(|permission| self.permissions.contains(permission))
    }
}

const SELECT: &str = "SELECT id, email, permissions, created_at, deactivated_at, \
    CASE WHEN password_hash = '' THEN 1 ELSE 0 END AS signs_on FROM app_user \
    WHERE tenant_id = $1 AND removed_at IS NULL";

/// Up to `limit` people after another one, by address. None when there is no such other one.
pub async fn list(
    db: &mut AnyConnection,
    tenant: &TenantId,
    after: Option<&UserId>,
    limit: u8,
) -> sqlx::Result<Option<Vec<Person>>> {
    let after = match after {
        None => String::new(),
        Some(after) => match find(db, tenant, after).await? {
            Some(person) => person.email.to_string(),
            None => return Ok(None),
        },
    };
    let sql = format!("{SELECT} AND email > $2 ORDER BY email LIMIT $3");
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(tenant.as_str())
        .bind(after)
        .bind(i64::from(limit))
        .fetch_all(db)
        .await?;
    rows.iter().map(read).collect::<sqlx::Result<_>>().map(Some)
}

/// A person.
pub async fn find(db: &mut AnyConnection, tenant: &TenantId, id: &UserId) -> sqlx::Result<Option<Person>> {
    sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} AND id = $2")))
        .bind(tenant.as_str())
        .bind(id.as_str())
        .fetch_optional(db)
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// The people who can sign in, by address.
pub async fn active(db: &mut AnyConnection, tenant: &TenantId) -> sqlx::Result<Vec<Person>> {
    let sql = format!("{SELECT} AND deactivated_at IS NULL ORDER BY email");
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(tenant.as_str()).fetch_all(db).await?;
    rows.iter().map(read).collect()
}

/// The people with this permission who can sign in.
pub async fn active_with(
    db: &mut AnyConnection,
    tenant: &TenantId,
    permission: Permission,
) -> sqlx::Result<Vec<Person>> {
    let mut people = active(db, tenant).await?;
    people.retain(|person| person.permissions.contains(&permission));
    Ok(people)
}

/// Keeps what was changed of a person.
pub async fn update(db: &mut AnyConnection, tenant: &TenantId, person: &Person) -> sqlx::Result<()> {
    sqlx::query("UPDATE app_user SET permissions = $1, deactivated_at = $2, email = $5 WHERE tenant_id = $3 AND id = $4")
        .bind(column::to_json(&person.permissions)?)
        .bind(person.deactivated_at.map(Timestamp::unix_seconds))
        .bind(tenant.as_str())
        .bind(person.id.as_str())
        .bind(person.email.as_str())
        .execute(db)
        .await
        .map(drop)
}

/// Forgets a person: the address is free again, nobody signs in, private reports go. The row stays, since what the
/// person shared refers to it.
pub async fn remove(
    db: &mut AnyConnection,
    tenant: &TenantId,
    id: &UserId,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM saved_report WHERE tenant_id = $1 AND owner_id = $2 AND sharing = 'private'")
        .bind(tenant.as_str())
        .bind(id.as_str())
        .execute(&mut *db)
        .await?;
    sqlx::query(
        "UPDATE app_user SET email = $1, password_hash = '', permissions = '[]', deactivated_at = $2, removed_at = $2 \
         WHERE tenant_id = $3 AND id = $4",
    )
    .bind(format!("{id}@removed.invalid"))
    .bind(now.unix_seconds())
    .bind(tenant.as_str())
    .bind(id.as_str())
    .execute(db)
    .await
    .map(drop)
}

fn read(row: &AnyRow) -> sqlx::Result<Person> {
    let deactivated_at: Option<i64> = row.try_get("deactivated_at")?;
    Ok(Person {
        id: column::parsed(row, "id")?,
        email: column::parsed(row, "email")?,
        permissions: column::json(row, "permissions")?.unwrap_or_default(),
        created_at: column::timestamp(row, "created_at")?,
        deactivated_at: deactivated_at.map(Timestamp::from_unix_seconds),
        signs_on: column::flag(row, "signs_on")?,
    })
}
