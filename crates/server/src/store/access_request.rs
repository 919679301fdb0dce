//! Requests for permissions in the store.

use api::access_request::{AccessRequest, RequestState};
use api::{AccessRequestId, Permission, TenantId, Timestamp, UserId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::column;

const SELECT: &str = "SELECT access_request.id, access_request.user_id, app_user.email, access_request.permission, \
    access_request.note, access_request.state, access_request.created_at, access_request.decided_at \
    FROM access_request JOIN app_user ON app_user.id = access_request.user_id \
    WHERE access_request.tenant_id = $1 AND app_user.tenant_id = $1 AND app_user.removed_at IS NULL";

/// Keeps a new request. Fails with a unique violation when one is open for the same person and permission.
pub async fn insert(db: &mut AnyConnection, tenant: &TenantId, request: &AccessRequest) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO access_request (id, tenant_id, user_id, permission, note, state, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(request.id.as_str())
    .bind(tenant.as_str())
    .bind(request.user.as_str())
    .bind(request.permission.slug())
    .bind(column::without_nul(&request.note).into_owned())
    .bind(request.state.slug())
    .bind(request.created_at.unix_seconds())
    .execute(db)
    .await
    .map(drop)
}

/// Up to `limit` open requests after another one, the oldest first. None when there is no such other one.
pub async fn open(
    db: &mut AnyConnection,
    tenant: &TenantId,
    after: Option<&AccessRequestId>,
    limit: u8,
) -> sqlx::Result<Option<Vec<AccessRequest>>> {
    let since = match after {
        None => 0,
        Some(after) => match find(db, tenant, after).await? {
            Some(request) => request.created_at.unix_seconds(),
            None => return Ok(None),
        },
    };
    let sql = format!(
        "{SELECT} AND access_request.state = 'open' AND (access_request.created_at > $2 \
         OR access_request.created_at = $2 AND access_request.id > $3) \
         ORDER BY access_request.created_at, access_request.id LIMIT $4"
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(tenant.as_str())
        .bind(since)
        .bind(after.map(AccessRequestId::as_str).unwrap_or_default())
        .bind(i64::from(limit))
        .fetch_all(db)
        .await?;
    rows.iter().map(read).collect::<sqlx::Result<_>>().map(Some)
}

/// A request.
pub async fn find(
    db: &mut AnyConnection,
    tenant: &TenantId,
    id: &AccessRequestId,
) -> sqlx::Result<Option<AccessRequest>> {
    sqlx::query(AssertSqlSafe(format!("{SELECT} AND access_request.id = $2")))
        .bind(tenant.as_str())
        .bind(id.as_str())
        .fetch_optional(db)
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// A person's requests, the newest first.
pub async fn of_user(
    db: &mut AnyConnection,
    (tenant, user): (&TenantId, &UserId),
) -> sqlx::Result<Vec<AccessRequest>> {
    let sql = format!(
        "{SELECT} AND access_request.user_id = $2 ORDER BY access_request.created_at DESC, access_request.id DESC"
    );
    let rows =
        sqlx::query(AssertSqlSafe(sql)).bind(tenant.as_str()).bind(user.as_str()).fetch_all(db).await?;
    rows.iter().map(read).collect()
}

/// Decides an open request.
pub async fn decide(
    db: &mut AnyConnection,
    tenant: &TenantId,
    id: &AccessRequestId,
    (state, now): (RequestState, Timestamp),
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE access_request SET state = $1, decided_at = $2 WHERE tenant_id = $3 AND id = $4 AND state = 'open'",
    )
    .bind(state.slug())
    .bind(now.unix_seconds())
    .bind(tenant.as_str())
    .bind(id.as_str())
    .execute(db)
    .await
    .map(drop)
}

/// Forgets what a person has asked for and did not get decided, and what was decided before of the same permission.
pub async fn forget(
    db: &mut AnyConnection,
    (tenant, user): (&TenantId, &UserId),
    permission: Option<Permission>,
) -> sqlx::Result<()> {
    sqlx::query(
        "DELETE FROM access_request WHERE tenant_id = $1 AND user_id = $2 AND ($3 = '' OR permission = $3)",
    )
    .bind(tenant.as_str())
    .bind(user.as_str())
    .bind(permission.map(Permission::slug).unwrap_or_default())
    .execute(db)
    .await
    .map(drop)
}

fn read(row: &AnyRow) -> sqlx::Result<AccessRequest> {
    let (state, decided_at): (String, Option<i64>) = (row.try_get("state")?, row.try_get("decided_at")?);
    Ok(AccessRequest {
        id: column::parsed(row, "id")?,
        user: column::parsed(row, "user_id")?,
        email: column::parsed(row, "email")?,
        permission: column::parsed(row, "permission")?,
        note: row.try_get("note")?,
        state: RequestState::from_slug(&state).ok_or_else(|| column::unknown("state"))?,
        created_at: column::timestamp(row, "created_at")?,
        decided_at: decided_at.map(Timestamp::from_unix_seconds),
    })
}
