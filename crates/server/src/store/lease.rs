//! Leases in the store: which process imports a connection. See the migration for why there are tokens.

use api::{ConnectionId, TenantId};
use sqlx::{AnyConnection, Row};

use super::Backend;

/// A process' right to import a connection, for as long as nobody else has taken it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Whose it is.
    pub tenant: TenantId,
    /// Of which connection.
    pub connection: ConnectionId,
    /// Higher than that of whoever had it before.
    pub token: i64,
}

/// The database's own clock, in Unix seconds.
pub(super) fn clock(db: &AnyConnection) -> &'static str {
    match Backend::of(db) {
        Backend::Sqlite => "unixepoch()",
        Backend::Postgres => "CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS BIGINT)",
    }
}

/// Takes a connection for `seconds`, unless another process has it. An SQLite file has one server only, so that whoever
/// had it is gone, and it is taken at once.
pub async fn take(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    owner: &str,
    seconds: i64,
) -> sqlx::Result<Option<Lease>> {
    let (now, alone) = (clock(db), i64::from(Backend::of(db) == Backend::Sqlite));
    let sql = format!(
        "INSERT INTO lease (tenant_id, connection_id, owner, token, expires_at) VALUES ($1, $2, $3, 1, {now} + $4) \
         ON CONFLICT (connection_id) DO UPDATE SET owner = excluded.owner, token = lease.token + 1, \
         expires_at = excluded.expires_at WHERE lease.expires_at <= {now} OR lease.owner = excluded.owner OR $5 = 1 \
         RETURNING token"
    );
    let row = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(tenant.as_str())
        .bind(connection.as_str())
        .bind(owner)
        .bind(seconds)
        .bind(alone)
        .fetch_optional(db)
        .await?;
    row.map(|row| {
        Ok(Lease { tenant: tenant.clone(), connection: connection.clone(), token: row.try_get("token")? })
    })
    .transpose()
}

/// Holds a lease for `seconds` from now on. False when somebody else has taken it. In the transaction of a write it keeps
/// everybody else from taking it before the write is there.
pub async fn hold(db: &mut AnyConnection, lease: &Lease, seconds: i64) -> sqlx::Result<bool> {
    let sql = format!(
        "UPDATE lease SET expires_at = {} + $4 WHERE tenant_id = $1 AND connection_id = $2 AND token = $3",
        clock(db)
    );
    let done = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(lease.tenant.as_str())
        .bind(lease.connection.as_str())
        .bind(lease.token)
        .bind(seconds)
        .execute(db)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives a lease back, so that the next one need not wait for its end.
pub async fn release(db: &mut AnyConnection, lease: &Lease) -> sqlx::Result<()> {
    sqlx::query("UPDATE lease SET expires_at = 0 WHERE tenant_id = $1 AND connection_id = $2 AND token = $3")
        .bind(lease.tenant.as_str())
        .bind(lease.connection.as_str())
        .bind(lease.token)
        .execute(db)
        .await
        .map(drop)
}

/// Ends all leases of everybody, in a database that no server has.
pub async fn end_all(db: &mut AnyConnection) -> sqlx::Result<()> {
    sqlx::query("UPDATE lease SET expires_at = 0").execute(db).await.map(drop)
}

/// Gives back all leases of a process.
pub async fn release_all(db: &mut AnyConnection, owner: &str) -> sqlx::Result<()> {
    sqlx::query("UPDATE lease SET expires_at = 0 WHERE owner = $1").bind(owner).execute(db).await.map(drop)
}

/// Takes a connection from whoever imports it: what that one still wants to write is refused. The token rises even where
/// nobody has the lease, so that one who is about to write is refused as well.
pub async fn revoke(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE lease SET token = token + 1, expires_at = 0 WHERE tenant_id = $1 AND connection_id = $2",
    )
    .bind(tenant.as_str())
    .bind(connection.as_str())
    .execute(db)
    .await
    .map(drop)
}
