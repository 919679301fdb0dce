//! Tenants in the store.

use api::sign_in_rule::SecondFactorRule;
use api::{TenantId, Timestamp};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::column;

/// Keeps a new tenant.
pub async fn insert(
    db: &mut AnyConnection,
    id: &TenantId,
    name: &str,
    created_at: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO tenant (id, name, created_at) VALUES ($1, $2, $3)")
        .bind(id.as_str())
        .bind(name)
        .bind(created_at.unix_seconds())
        .execute(db)
        .await
        .map(drop)
}

/// All tenants, the first one first.
pub async fn ids(db: &mut AnyConnection) -> sqlx::Result<Vec<TenantId>> {
    let rows = sqlx::query("SELECT id FROM tenant ORDER BY created_at, id").fetch_all(db).await?;
    rows.iter().map(|row| column::parsed(row, "id")).collect()
}

/// The installation's first tenant with its name; none before the set-up.
pub async fn first(db: &mut AnyConnection) -> sqlx::Result<Option<(TenantId, String)>> {
    let row =
        sqlx::query("SELECT id, name FROM tenant ORDER BY created_at, id LIMIT 1").fetch_optional(db).await?;
    row.map(|row| Ok((column::parsed(&row, "id")?, row.try_get("name")?))).transpose()
}

/// Whom a tenant asks for a second factor.
pub async fn second_factor_rule(db: &mut AnyConnection, id: &TenantId) -> sqlx::Result<SecondFactorRule> {
    let row = sqlx::query("SELECT second_factor_rule FROM tenant WHERE id = $1")
        .bind(id.as_str())
        .fetch_one(db)
        .await?;
    rule(&row)
}

/// Asks others for a second factor from now on.
pub async fn set_second_factor_rule(
    db: &mut AnyConnection,
    id: &TenantId,
    rule: SecondFactorRule,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE tenant SET second_factor_rule = $1 WHERE id = $2")
        .bind(rule.slug())
        .bind(id.as_str())
        .execute(db)
        .await
        .map(drop)
}

/// Reads the column `second_factor_rule`.
pub(super) fn rule(row: &AnyRow) -> sqlx::Result<SecondFactorRule> {
    let slug: String = row.try_get("second_factor_rule")?;
    SecondFactorRule::from_slug(&slug).ok_or_else(|| column::unknown("second_factor_rule"))
}
