//! Second factors in the store: the sealed secret, and the hashes of the recovery codes.

use api::{TenantId, Timestamp, UserId};
use sqlx::{AnyConnection, Row};
use vault::{Sealed, WrappedKey};

use super::column;

/// A second factor, sealed.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The data key, wrapped.
    pub wrapped: WrappedKey,
    /// The secret, sealed.
    pub sealed: Sealed,
    /// Whether it counts.
    pub confirmed: bool,
}

/// Keeps one that does not count yet, in place of an earlier one. With it go the recovery codes of that one.
pub async fn begin(
    db: &mut AnyConnection,
    (tenant, user): (&TenantId, &UserId),
    (wrapped, sealed): (&WrappedKey, &Sealed),
    now: Timestamp,
) -> sqlx::Result<()> {
    remove(db, (tenant, user)).await?;
    sqlx::query(
        "INSERT INTO second_factor (user_id, tenant_id, wrapped, sealed, last_step, created_at) \
         VALUES ($1, $2, $3, $4, 0, $5)",
    )
    .bind(user.as_str())
    .bind(tenant.as_str())
    .bind(column::to_base64(&wrapped.0))
    .bind(column::to_base64(&sealed.0))
    .bind(now.unix_seconds())
    .execute(db)
    .await
    .map(drop)
}

/// Somebody's second factor.
pub async fn find(
    db: &mut AnyConnection,
    (tenant, user): (&TenantId, &UserId),
) -> sqlx::Result<Option<Kept>> {
    let row = sqlx::query(
        "SELECT wrapped, sealed, confirmed_at FROM second_factor WHERE tenant_id = $1 AND user_id = $2",
    )
    .bind(tenant.as_str())
    .bind(user.as_str())
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(Kept {
            wrapped: WrappedKey(column::base64(&row, "wrapped")?),
            sealed: Sealed(column::base64(&row, "sealed")?),
            confirmed: row.try_get::<Option<i64>, _>("confirmed_at")?.is_some(),
        })
    })
    .transpose()
}

/// Uses a step of time up. False when it, or a later one, is used up already.
pub async fn use_step(
    db: &mut AnyConnection,
    (tenant, user): (&TenantId, &UserId),
    step: i64,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE second_factor SET last_step = $1 WHERE tenant_id = $2 AND user_id = $3 AND last_step < $1",
    )
    .bind(step)
    .bind(tenant.as_str())
    .bind(user.as_str())
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Makes it count, with recovery codes by their hashes.
pub async fn confirm(
    db: &mut AnyConnection,
    (tenant, user): (&TenantId, &UserId),
    code_hashes: &[String],
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE second_factor SET confirmed_at = $1 WHERE tenant_id = $2 AND user_id = $3")
        .bind(now.unix_seconds())
        .bind(tenant.as_str())
        .bind(user.as_str())
        .execute(&mut *db)
        .await?;
    for hash in code_hashes {
        sqlx::query("INSERT INTO recovery_code (user_id, code_hash, tenant_id) VALUES ($1, $2, $3)")
            .bind(user.as_str())
            .bind(hash.as_str())
            .bind(tenant.as_str())
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}

/// Uses a recovery code up. False when it is none, or used.
pub async fn use_recovery_code(
    db: &mut AnyConnection,
    (tenant, user): (&TenantId, &UserId),
    hash: &str,
) -> sqlx::Result<bool> {
    let done =
        sqlx::query("DELETE FROM recovery_code WHERE tenant_id = $1 AND user_id = $2 AND code_hash = $3")
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(hash)
            .execute(db)
            .await?;
    Ok(done.rows_affected() == 1)
}

/// How many recovery codes somebody has left.
pub async fn recovery_codes(
    db: &mut AnyConnection,
    (tenant, user): (&TenantId, &UserId),
) -> sqlx::Result<u32> {
    let row = sqlx::query("SELECT COUNT(*) AS n FROM recovery_code WHERE tenant_id = $1 AND user_id = $2")
        .bind(tenant.as_str())
        .bind(user.as_str())
        .fetch_one(db)
        .await?;
    Ok(u32::try_from(row.try_get::<i64, _>("n")?).unwrap_or(u32::MAX))
}

/// Removes everybody's second factor and its recovery codes: those of a master key that is lost.
pub async fn remove_all(db: &mut AnyConnection) -> sqlx::Result<()> {
    for table in ["recovery_code", "second_factor"] {
        sqlx::query(sqlx::AssertSqlSafe(format!("DELETE FROM {table}"))).execute(&mut *db).await?;
    }
    Ok(())
}

/// Removes somebody's second factor and its recovery codes.
pub async fn remove(db: &mut AnyConnection, (tenant, user): (&TenantId, &UserId)) -> sqlx::Result<()> {
    for table in ["recovery_code", "second_factor"] {
        let sql = format!("DELETE FROM {table} WHERE tenant_id = $1 AND user_id = $2");
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(tenant.as_str())
            .bind(user.as_str())
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}
