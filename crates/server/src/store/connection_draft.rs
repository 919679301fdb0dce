//! Connection drafts in the store.

use api::connection::Organization;
use api::connection_draft::Check;
use api::{ConnectionDraftId, ConnectionId, TenantId, Timestamp, UserId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::column::{self, flag};

/// A draft as it is kept.
#[derive(Clone, Debug)]
pub struct ConnectionDraft {
    /// Its id.
    pub id: ConnectionDraftId,
    /// Whose it is.
    pub tenant: TenantId,
    /// Who made it: nobody else sees it.
    pub user: UserId,
    /// The connection that it becomes: the key is bound to it.
    pub connection: ConnectionId,
    /// The connection whose key it is to take the place of, where it was made for one.
    pub renews: Option<ConnectionId>,
    /// The last four characters of the key.
    pub key_tail: String,
    /// The key's fingerprint.
    pub key_fingerprint: String,
    /// Which of the connection's keys it is.
    pub key_version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// What the last test told.
    pub tested: Option<Tested>,
    /// When it became a connection.
    pub finished_at: Option<Timestamp>,
}

/// What a test told.
#[derive(Clone, Debug)]
pub struct Tested {
    /// The lines.
    pub checks: Vec<Check>,
    /// Whether every required check passed.
    pub ready: bool,
    /// Whose key it is.
    pub organization: Option<Organization>,
    /// Whether names can be read.
    pub management_readable: bool,
}

const COLUMNS: &str = "id, tenant_id, user_id, connection_id, renews, key_tail, key_fingerprint, key_version, created_at, \
    expires_at, checks, ready, organization_id, organization_name, management_readable, finished_at";

/// Keeps a new draft.
pub async fn insert(db: &mut AnyConnection, draft: &ConnectionDraft) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO connection_draft (id, tenant_id, user_id, connection_id, key_tail, key_fingerprint, key_version, \
         created_at, expires_at, renews, ready, management_readable) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0)",
    )
    .bind(draft.id.as_str())
    .bind(draft.tenant.as_str())
    .bind(draft.user.as_str())
    .bind(draft.connection.as_str())
    .bind(draft.key_tail.as_str())
    .bind(draft.key_fingerprint.as_str())
    .bind(draft.key_version)
    .bind(draft.created_at.unix_seconds())
    .bind(draft.expires_at.unix_seconds())
    .bind(draft.renews.as_ref().map(ConnectionId::as_str))
    .execute(db)
    .await
    .map(drop)
}

/// A user's draft, unless it has ended.
pub async fn find(
    db: &mut AnyConnection,
    tenant: &TenantId,
    user: &UserId,
    id: &ConnectionDraftId,
    now: Timestamp,
) -> sqlx::Result<Option<ConnectionDraft>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM connection_draft WHERE tenant_id = $1 AND user_id = $2 AND id = $3 AND expires_at > $4"
    );
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(tenant.as_str())
        .bind(user.as_str())
        .bind(id.as_str())
        .bind(now.unix_seconds())
        .fetch_optional(db)
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// Keeps what a test told.
pub async fn note_test(
    db: &mut AnyConnection,
    tenant: &TenantId,
    id: &ConnectionDraftId,
    tested: &Tested,
) -> sqlx::Result<()> {
    let organization = tested.organization.as_ref();
    sqlx::query(
        "UPDATE connection_draft SET checks = $3, ready = $4, organization_id = $5, organization_name = $6, \
         management_readable = $7 WHERE tenant_id = $1 AND id = $2 AND finished_at IS NULL",
    )
    .bind(tenant.as_str())
    .bind(id.as_str())
    .bind(column::to_json(&tested.checks)?)
    .bind(i64::from(tested.ready))
    .bind(organization.map(|organization| organization.id.as_str()))
    .bind(organization.and_then(|organization| organization.name.as_deref()))
    .bind(i64::from(tested.management_readable))
    .execute(db)
    .await
    .map(drop)
}

/// Forgets what the last test told: a new one has begun.
pub async fn forget_test(
    db: &mut AnyConnection,
    tenant: &TenantId,
    id: &ConnectionDraftId,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE connection_draft SET checks = NULL, ready = 0 \
         WHERE tenant_id = $1 AND id = $2 AND finished_at IS NULL",
    )
    .bind(tenant.as_str())
    .bind(id.as_str())
    .execute(db)
    .await
    .map(drop)
}

/// Marks a draft as finished: its key is the connection's now. An earlier draft of that connection has nothing left to
/// tell, and goes. False when the draft was finished before.
pub async fn finish(
    db: &mut AnyConnection,
    tenant: &TenantId,
    id: &ConnectionDraftId,
    connection: &ConnectionId,
    now: Timestamp,
) -> sqlx::Result<bool> {
    sqlx::query("DELETE FROM connection_draft WHERE tenant_id = $1 AND id <> $2 AND connection_id = $3")
        .bind(tenant.as_str())
        .bind(id.as_str())
        .bind(connection.as_str())
        .execute(&mut *db)
        .await?;
    let done = sqlx::query(
        "UPDATE connection_draft SET finished_at = $4, connection_id = $3 \
         WHERE tenant_id = $1 AND id = $2 AND finished_at IS NULL",
    )
    .bind(tenant.as_str())
    .bind(id.as_str())
    .bind(connection.as_str())
    .bind(now.unix_seconds())
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Removes a draft. Its key is a matter of [`super::secret`].
pub async fn delete(db: &mut AnyConnection, tenant: &TenantId, id: &ConnectionDraftId) -> sqlx::Result<bool> {
    let done = sqlx::query("DELETE FROM connection_draft WHERE tenant_id = $1 AND id = $2")
        .bind(tenant.as_str())
        .bind(id.as_str())
        .execute(db)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// The drafts, of whomever, that are to replace a connection's key and are not finished.
pub async fn renewing(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
) -> sqlx::Result<Vec<ConnectionDraft>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM connection_draft WHERE tenant_id = $1 AND renews = $2 AND finished_at IS NULL"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(tenant.as_str())
        .bind(connection.as_str())
        .fetch_all(db)
        .await?;
    rows.iter().map(read).collect()
}

/// Somebody's drafts that are not finished.
pub async fn unfinished(
    db: &mut AnyConnection,
    (tenant, user): (&TenantId, &UserId),
) -> sqlx::Result<Vec<ConnectionDraft>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM connection_draft WHERE tenant_id = $1 AND user_id = $2 AND finished_at IS NULL"
    );
    let rows =
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(tenant.as_str()).bind(user.as_str()).fetch_all(db).await?;
    rows.iter().map(read).collect()
}

/// The drafts of all tenants that have ended.
pub async fn ended(db: &mut AnyConnection, now: Timestamp) -> sqlx::Result<Vec<ConnectionDraft>> {
    let sql = format!("SELECT {COLUMNS} FROM connection_draft WHERE expires_at <= $1");
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(now.unix_seconds()).fetch_all(db).await?;
    rows.iter().map(read).collect()
}

fn read(row: &AnyRow) -> sqlx::Result<ConnectionDraft> {
    let checks: Option<Vec<Check>> = column::json(row, "checks")?;
    let finished_at: Option<i64> = row.try_get("finished_at")?;
    let renews: Option<String> = row.try_get("renews")?;
    Ok(ConnectionDraft {
        id: column::parsed(row, "id")?,
        tenant: column::parsed(row, "tenant_id")?,
        user: column::parsed(row, "user_id")?,
        connection: column::parsed(row, "connection_id")?,
        renews: renews.is_some().then(|| column::parsed(row, "renews")).transpose()?,
        key_tail: row.try_get("key_tail")?,
        key_fingerprint: row.try_get("key_fingerprint")?,
        key_version: row.try_get("key_version")?,
        created_at: column::timestamp(row, "created_at")?,
        expires_at: column::timestamp(row, "expires_at")?,
        tested: checks.map(|checks| read_tested(row, checks)).transpose()?,
        finished_at: finished_at.map(Timestamp::from_unix_seconds),
    })
}

fn read_tested(row: &AnyRow, checks: Vec<Check>) -> sqlx::Result<Tested> {
    let id: Option<String> = row.try_get("organization_id")?;
    let name: Option<String> = row.try_get("organization_name")?;
    Ok(Tested {
        checks,
        ready: flag(row, "ready")?,
        organization: id.map(|id| Organization { id, name }),
        management_readable: flag(row, "management_readable")?,
    })
}
