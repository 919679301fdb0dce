//! Saved reports in the store. Every statement says which tenant, and whose reports are seen.

use api::saved_report::{Definition, Sharing};
use api::{Email, ReportName, SavedReportId, TenantId, Timestamp, UserId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::column;

/// A saved report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedReport {
    /// Its id.
    pub id: SavedReportId,
    /// Who made it.
    pub owner: UserId,
    /// The owner's address.
    pub owner_email: Email,
    /// What it is called.
    pub name: ReportName,
    /// Who sees it.
    pub sharing: Sharing,
    /// What it asks.
    pub definition: Definition,
    /// Rises with every change.
    pub version: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

const SELECT: &str = "SELECT saved_report.id, saved_report.owner_id, app_user.email AS owner_email, saved_report.name, \
    saved_report.sharing, saved_report.definition, saved_report.version, saved_report.created_at, \
    saved_report.updated_at FROM saved_report JOIN app_user ON app_user.id = saved_report.owner_id \
    WHERE saved_report.tenant_id = $1 AND (saved_report.owner_id = $2 OR saved_report.sharing = 'tenant')";

/// Keeps a new one.
pub async fn insert(db: &mut AnyConnection, tenant: &TenantId, report: &SavedReport) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO saved_report (id, tenant_id, owner_id, name, sharing, definition, version, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(report.id.as_str())
    .bind(tenant.as_str())
    .bind(report.owner.as_str())
    .bind(report.name.as_str())
    .bind(slug(report.sharing))
    .bind(column::to_json(&report.definition)?)
    .bind(i64::from(report.version))
    .bind(report.created_at.unix_seconds())
    .bind(report.updated_at.unix_seconds())
    .execute(db)
    .await
    .map(drop)
}

/// How many reports somebody has.
pub async fn count_of(db: &mut AnyConnection, tenant: &TenantId, owner: &UserId) -> sqlx::Result<u32> {
    let row =
        sqlx::query("SELECT COUNT(*) AS reports FROM saved_report WHERE tenant_id = $1 AND owner_id = $2")
            .bind(tenant.as_str())
            .bind(owner.as_str())
            .fetch_one(db)
            .await?;
    Ok(u32::try_from(row.try_get::<i64, _>("reports")?).unwrap_or(u32::MAX))
}

/// A report that somebody sees.
pub async fn find(
    db: &mut AnyConnection,
    (tenant, user): (&TenantId, &UserId),
    id: &SavedReportId,
) -> sqlx::Result<Option<SavedReport>> {
    sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} AND saved_report.id = $3")))
        .bind(tenant.as_str())
        .bind(user.as_str())
        .bind(id.as_str())
        .fetch_optional(db)
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// Up to `limit` reports that somebody sees, after another one, newest first. None when there is no such other one.
pub async fn list(
    db: &mut AnyConnection,
    (tenant, user): (&TenantId, &UserId),
    after: Option<&SavedReportId>,
    limit: u8,
) -> sqlx::Result<Option<Vec<SavedReport>>> {
    let created_at = match after {
        None => i64::MAX,
        Some(after) => match find(db, (tenant, user), after).await? {
            Some(report) => report.created_at.unix_seconds(),
            None => return Ok(None),
        },
    };
    let sql = format!(
        "{SELECT} AND (saved_report.created_at < $3 OR (saved_report.created_at = $3 AND saved_report.id < $4)) \
         ORDER BY saved_report.created_at DESC, saved_report.id DESC LIMIT $5"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(tenant.as_str())
        .bind(user.as_str())
        .bind(created_at)
        .bind(after.map_or("", SavedReportId::as_str))
        .bind(i64::from(limit))
        .fetch_all(db)
        .await?;
    rows.iter().map(read).collect::<sqlx::Result<_>>().map(Some)
}

/// Puts a report in place of the version before it. False when that is not the one that is kept, or not its owner's.
pub async fn update(db: &mut AnyConnection, tenant: &TenantId, report: &SavedReport) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE saved_report SET name = $1, sharing = $2, definition = $3, version = $4, updated_at = $5 \
         WHERE tenant_id = $6 AND owner_id = $7 AND id = $8 AND version = $9",
    )
    .bind(report.name.as_str())
    .bind(slug(report.sharing))
    .bind(column::to_json(&report.definition)?)
    .bind(i64::from(report.version))
    .bind(report.updated_at.unix_seconds())
    .bind(tenant.as_str())
    .bind(report.owner.as_str())
    .bind(report.id.as_str())
    .bind(i64::from(report.version) - 1)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Removes somebody's report.
pub async fn delete(
    db: &mut AnyConnection,
    (tenant, owner): (&TenantId, &UserId),
    id: &SavedReportId,
) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM saved_report WHERE tenant_id = $1 AND owner_id = $2 AND id = $3")
        .bind(tenant.as_str())
        .bind(owner.as_str())
        .bind(id.as_str())
        .execute(db)
        .await
        .map(drop)
}

fn slug(sharing: Sharing) -> &'static str {
    match sharing {
        Sharing::Private => "private",
        Sharing::Tenant => "tenant",
    }
}

fn read(row: &AnyRow) -> sqlx::Result<SavedReport> {
    Ok(SavedReport {
        id: column::parsed(row, "id")?,
        owner: column::parsed(row, "owner_id")?,
        owner_email: column::parsed(row, "owner_email")?,
        name: column::parsed(row, "name")?,
        sharing: match row.try_get("sharing")? {
            "private" => Sharing::Private,
            "tenant" => Sharing::Tenant,
            _ => return Err(column::unknown("sharing")),
        },
        definition: column::json(row, "definition")?.ok_or_else(|| column::unknown("definition"))?,
        version: u32::try_from(row.try_get::<i64, _>("version")?).unwrap_or(u32::MAX),
        created_at: column::timestamp(row, "created_at")?,
        updated_at: column::timestamp(row, "updated_at")?,
    })
}
