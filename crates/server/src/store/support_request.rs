//! Support requests in the store.

use api::support_request::SupportRequest;
use api::{SupportRequestId, TenantId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::column;

const COLUMNS: &str = "id, subject, message, diagnostics, created_by, created_at";

/// Keeps a new one.
pub async fn insert(db: &mut AnyConnection, tenant: &TenantId, request: &SupportRequest) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO support_request (tenant_id, id, subject, message, diagnostics, created_by, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(tenant.as_str())
    .bind(request.id.as_str())
    .bind(request.subject.as_str())
    .bind(column::without_nul(&request.message).into_owned())
    .bind(request.diagnostics.as_str())
    .bind(request.created_by.as_str())
    .bind(request.created_at.unix_seconds())
    .execute(db)
    .await
    .map(drop)
}

/// One of them.
pub async fn find(
    db: &mut AnyConnection,
    tenant: &TenantId,
    id: &SupportRequestId,
) -> sqlx::Result<Option<SupportRequest>> {
    let sql = format!("SELECT {COLUMNS} FROM support_request WHERE tenant_id = $1 AND id = $2");
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(tenant.as_str())
        .bind(id.as_str())
        .fetch_optional(db)
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// Up to `limit` requests after another one, newest first. None when there is no such other one.
pub async fn list(
    db: &mut AnyConnection,
    tenant: &TenantId,
    after: Option<&SupportRequestId>,
    limit: u8,
) -> sqlx::Result<Option<Vec<SupportRequest>>> {
    let created_at = match after {
        None => i64::MAX,
        Some(after) => match find(db, tenant, after).await? {
            Some(request) => request.created_at.unix_seconds(),
            None => return Ok(None),
        },
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM support_request WHERE tenant_id = $1 AND (created_at < $2 OR (created_at = $2 AND id < $3)) \
         ORDER BY created_at DESC, id DESC LIMIT $4"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(tenant.as_str())
        .bind(created_at)
        .bind(after.map_or("", SupportRequestId::as_str))
        .bind(i64::from(limit))
        .fetch_all(db)
        .await?;
    rows.iter().map(read).collect::<sqlx::Result<_>>().map(Some)
}

fn read(row: &AnyRow) -> sqlx::Result<SupportRequest> {
    Ok(SupportRequest {
        id: column::parsed(row, "id")?,
        subject: row.try_get("subject")?,
        message: row.try_get("message")?,
        diagnostics: row.try_get("diagnostics")?,
        created_by: column::parsed(row, "created_by")?,
        created_at: column::timestamp(row, "created_at")?,
    })
}
