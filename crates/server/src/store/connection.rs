//! Connections in the store.

pub mod deletion;
mod key;
mod life;

pub use key::{
    Tested, accept_key, last_test, note_expiry, note_management, note_test, note_use, refuse_key, renew_key,
};
pub use life::{Life, LifeState, note_life, rename};

use api::connection::{ConnectionRef, Organization};
use api::connection_draft::Finding;
use api::{ConnectionId, ConnectionName, Day, Email, TenantId, Timestamp};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::column::{self, flag};

/// A connection as it is kept.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Whose it is.
    pub tenant: TenantId,
    /// Its id.
    pub id: ConnectionId,
    /// The user's name for it.
    pub name: ConnectionName,
    /// The organization, once known.
    pub organization: Option<Organization>,
    /// What somebody has done with it last.
    pub life: Life,
    /// The last four characters of the key.
    pub key_tail: String,
    /// The key's fingerprint.
    pub key_fingerprint: String,
    /// Which of the connection's keys is in use.
    pub key_version: i64,
    /// When it came.
    pub key_added_at: Timestamp,
    /// When it was last used, to the minute.
    pub key_used_at: Option<Timestamp>,
    /// When the key expires, where OpenAI told it.
    pub key_expires_at: Option<Timestamp>,
    /// Why the key cannot be used; nothing is asked of OpenAI then.
    pub key_failure: Option<Finding>,
    /// Whether names can be read.
    pub management_readable: bool,
    /// Who connected it.
    pub created_by: Email,
    /// When.
    pub created_at: Timestamp,
    /// The first day that is imported.
    pub history_start: Day,
}

impl Connection {
    /// Whether OpenAI may be asked with its key.
    pub fn imports(&self) -> bool {
        self.life.state == LifeState::Active && self.key_failure.is_none()
    }

    /// Whether the next key of its organization takes the place of its own.
    pub fn lacks_key(&self) -> bool {
        self.life.state == LifeState::Disconnected || self.key_failure.is_some()
    }

    /// What others are told of it.
    pub fn reference(&self) -> ConnectionRef {
        ConnectionRef { id: self.id.clone(), name: self.name.clone() }
    }
}

/// What is new about a connection that is inserted.
#[derive(Debug)]
pub struct NewConnection<'a> {
    /// The connection.
    pub connection: &'a Connection,
    /// When its recent days are read again.
    pub refresh_due_at: Timestamp,
    /// When the costs of the last month are.
    pub month_due_at: Timestamp,
}

pub(super) const COLUMNS: &str = "tenant_id, id, name, organization_id, organization_name, life_state, life_by, life_at, key_tail, \
    key_fingerprint, key_version, key_added_at, key_used_at, key_expires_at, key_failure, management_readable, created_by, \
    created_at, history_start";

/// What a connection is about which OpenAI may be asked: [`Connection::imports`].
pub(super) const IMPORTS: &str = "key_failure IS NULL AND life_state = 'active'";

/// Keeps a connection. Fails with a unique violation when the tenant has its key or its organization already.
pub async fn insert(db: &mut AnyConnection, new: NewConnection<'_>) -> sqlx::Result<()> {
    let connection = new.connection;
    let organization = connection.organization.as_ref();
    sqlx::query(
        "INSERT INTO connection (tenant_id, id, name, organization_id, organization_name, key_tail, key_fingerprint, \
         key_version, management_readable, created_by, created_at, history_start, refresh_due_at, month_due_at, \
         names_due_at, key_names_due_at, life_state, life_by, life_at, key_added_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
    )
    .bind(connection.tenant.as_str())
    .bind(connection.id.as_str())
    .bind(connection.name.as_str())
    .bind(organization.map(|organization| organization.id.as_str()))
    .bind(organization.and_then(|organization| organization.name.as_deref()))
    .bind(connection.key_tail.as_str())
    .bind(connection.key_fingerprint.as_str())
    .bind(connection.key_version)
    .bind(i64::from(connection.management_readable))
    .bind(connection.created_by.as_str())
    .bind(connection.created_at.unix_seconds())
    .bind(connection.history_start.number())
    .bind(new.refresh_due_at.unix_seconds())
    .bind(new.month_due_at.unix_seconds())
    .bind(connection.created_at.unix_seconds())
    .bind(connection.created_at.unix_seconds())
    .bind(connection.life.state.slug())
    .bind(connection.life.by.as_str())
    .bind(connection.life.at.unix_seconds())
    .bind(connection.key_added_at.unix_seconds())
    .execute(db)
    .await
    .map(drop)
}

/// One connection.
pub async fn find(
    db: &mut AnyConnection,
    tenant: &TenantId,
    id: &ConnectionId,
) -> sqlx::Result<Option<Connection>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM connection WHERE tenant_id = $1 AND id = $2 AND life_state <> 'deleted'"
    );
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(tenant.as_str())
        .bind(id.as_str())
        .fetch_optional(db)
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// Up to `limit` connections after another one, oldest first. None when there is no such other one.
pub async fn list(
    db: &mut AnyConnection,
    tenant: &TenantId,
    after: Option<&ConnectionId>,
    limit: u8,
) -> sqlx::Result<Option<Vec<Connection>>> {
    let created_at = match after {
        None => i64::MIN,
        Some(after) => match find(db, tenant, after).await? {
            Some(connection) => connection.created_at.unix_seconds(),
            None => return Ok(None),
        },
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM connection WHERE tenant_id = $1 AND life_state <> 'deleted' \
         AND (created_at > $2 OR (created_at = $2 AND id > $3)) ORDER BY created_at, id LIMIT $4"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(tenant.as_str())
        .bind(created_at)
        .bind(after.map_or("", ConnectionId::as_str))
        .bind(i64::from(limit))
        .fetch_all(db)
        .await?;
    rows.iter().map(read).collect::<sqlx::Result<_>>().map(Some)
}

/// The ids of all connections of a tenant.
pub async fn ids(db: &mut AnyConnection, tenant: &TenantId) -> sqlx::Result<Vec<ConnectionId>> {
    let rows = sqlx::query("SELECT id FROM connection WHERE tenant_id = $1 AND life_state <> 'deleted'")
        .bind(tenant.as_str())
        .fetch_all(db)
        .await?;
    rows.iter().map(|row| column::parsed(row, "id")).collect()
}

/// The names of all connections of a tenant but deleted ones, and their organizations' ids where they are known.
pub async fn named(
    db: &mut AnyConnection,
    tenant: &TenantId,
) -> sqlx::Result<Vec<(ConnectionId, String, Option<String>)>> {
    let rows = sqlx::query(
        "SELECT id, name, organization_id FROM connection WHERE tenant_id = $1 AND life_state <> 'deleted'",
    )
    .bind(tenant.as_str())
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| Ok((column::parsed(row, "id")?, row.try_get("name")?, row.try_get("organization_id")?)))
        .collect()
}

/// The tenant's connection that has this very key.
pub async fn with_key(
    db: &mut AnyConnection,
    tenant: &TenantId,
    fingerprint: &str,
) -> sqlx::Result<Option<Connection>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM connection WHERE tenant_id = $1 AND key_fingerprint = $2 AND life_state <> 'deleted'"
    );
    let row = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(tenant.as_str())
        .bind(fingerprint)
        .fetch_optional(db)
        .await?;
    row.as_ref().map(read).transpose()
}

/// The tenant's connection to this organization.
pub async fn with_organization(
    db: &mut AnyConnection,
    tenant: &TenantId,
    organization: &str,
) -> sqlx::Result<Option<Connection>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM connection WHERE tenant_id = $1 AND organization_id = $2 AND life_state <> 'deleted'"
    );
    let row = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(tenant.as_str())
        .bind(organization)
        .fetch_optional(db)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Notes the organization that rows have told, and says which other connection has it already: then nothing is noted, and
/// what belongs to it would be there twice. It takes the place of none, and of the
/// slug that the header of an earlier answer may have told; an id (`org-…`) stays.
pub async fn identify(
    db: &mut AnyConnection,
    (tenant, id): (&TenantId, &ConnectionId),
    organization: &Organization,
) -> sqlx::Result<Option<ConnectionRef>> {
    let organization_id = column::without_nul(&organization.id).into_owned();
    let other = with_organization(db, tenant, &organization_id).await?.filter(|other| other.id != *id);
    if let Some(other) = other {
        return Ok(Some(other.reference()));
    }
    sqlx::query(
        "UPDATE connection SET organization_id = $3, organization_name = COALESCE($4, organization_name) \
         WHERE tenant_id = $1 AND id = $2 \
         AND (organization_id IS NULL OR organization_id = $3 OR organization_id NOT LIKE 'org-%') AND NOT EXISTS \
         (SELECT 1 FROM connection AS other WHERE other.tenant_id = $1 AND other.organization_id = $3 AND other.id <> $2)",
    )
    .bind(tenant.as_str())
    .bind(id.as_str())
    .bind(organization_id)
    .bind(organization.name.as_deref().map(|name| column::without_nul(name).into_owned()))
    .execute(db)
    .await
    .map(|_| None)
}

pub(super) fn read(row: &AnyRow) -> sqlx::Result<Connection> {
    let organization_id: Option<String> = row.try_get("organization_id")?;
    let organization_name: Option<String> = row.try_get("organization_name")?;
    let key_expires_at: Option<i64> = row.try_get("key_expires_at")?;
    Ok(Connection {
        tenant: column::parsed(row, "tenant_id")?,
        id: column::parsed(row, "id")?,
        name: column::parsed(row, "name")?,
        organization: organization_id.map(|id| Organization { id, name: organization_name }),
        life: life::read(row)?,
        key_tail: row.try_get("key_tail")?,
        key_fingerprint: row.try_get("key_fingerprint")?,
        key_version: row.try_get("key_version")?,
        key_added_at: column::timestamp(row, "key_added_at")?,
        key_used_at: row.try_get::<Option<i64>, _>("key_used_at")?.map(Timestamp::from_unix_seconds),
        key_expires_at: key_expires_at.map(Timestamp::from_unix_seconds),
        key_failure: column::json(row, "key_failure")?,
        management_readable: flag(row, "management_readable")?,
        created_by: column::parsed(row, "created_by")?,
        created_at: column::timestamp(row, "created_at")?,
        history_start: column::day(row, "history_start")?,
    })
}
