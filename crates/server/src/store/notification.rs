//! Notifications in the store: what happened, once for each occasion, and what somebody wants to be told of.

use std::collections::HashMap;

use api::notification::Kind;
use api::{NotificationId, TenantId, Timestamp, UserId};
use sqlx::AnyConnection;

use super::column;
use crate::notification::Facts;

/// Keeps a notification. False when its occasion is there already: then everybody is told, or is being told.
pub async fn insert(
    db: &mut AnyConnection,
    tenant: &TenantId,
    id: &NotificationId,
    (occasion, facts): (&str, &Facts),
    now: Timestamp,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "INSERT INTO notification (id, tenant_id, occasion, facts, created_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (tenant_id, occasion) DO NOTHING",
    )
    .bind(id.as_str())
    .bind(tenant.as_str())
    .bind(column::without_nul(occasion).into_owned())
    .bind(column::without_nul(&column::to_json(facts)?).into_owned())
    .bind(now.unix_seconds())
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What somebody has chosen; none when that has not happened.
pub async fn choice(
    db: &mut AnyConnection,
    (tenant, user): (&TenantId, &UserId),
) -> sqlx::Result<Option<Vec<Kind>>> {
    let row = sqlx::query("SELECT kinds FROM notification_choice WHERE tenant_id = $1 AND user_id = $2")
        .bind(tenant.as_str())
        .bind(user.as_str())
        .fetch_optional(db)
        .await?;
    row.map(|row| Ok(column::json(&row, "kinds")?.unwrap_or_default())).transpose()
}

/// What the people of a tenant have chosen; who has not is not among them.
pub async fn choices(db: &mut AnyConnection, tenant: &TenantId) -> sqlx::Result<HashMap<UserId, Vec<Kind>>> {
    let rows = sqlx::query("SELECT user_id, kinds FROM notification_choice WHERE tenant_id = $1")
        .bind(tenant.as_str())
        .fetch_all(db)
        .await?;
    rows.iter()
        .map(|row| Ok((column::parsed(row, "user_id")?, column::json(row, "kinds")?.unwrap_or_default())))
        .collect()
}

/// Keeps a choice in the place of an earlier one.
pub async fn choose(
    db: &mut AnyConnection,
    (tenant, user): (&TenantId, &UserId),
    kinds: &[Kind],
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO notification_choice (user_id, tenant_id, kinds, chosen_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (user_id) DO UPDATE SET kinds = excluded.kinds, chosen_at = excluded.chosen_at",
    )
    .bind(user.as_str())
    .bind(tenant.as_str())
    .bind(column::to_json(&kinds)?)
    .bind(now.unix_seconds())
    .execute(db)
    .await
    .map(drop)
}

/// Forgets what somebody has chosen.
pub async fn forget(db: &mut AnyConnection, (tenant, user): (&TenantId, &UserId)) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM notification_choice WHERE tenant_id = $1 AND user_id = $2")
        .bind(tenant.as_str())
        .bind(user.as_str())
        .execute(db)
        .await
        .map(drop)
}

/// Forgets what was noticed before a moment, with its deliveries, as far as nothing of it is still to be sent.
pub async fn forget_before(db: &mut AnyConnection, moment: Timestamp) -> sqlx::Result<()> {
    for forget in [
        "DELETE FROM delivery WHERE created_at < $1 AND state <> 'waiting'",
        "DELETE FROM notification WHERE created_at < $1 \
         AND NOT EXISTS (SELECT 1 FROM delivery WHERE delivery.notification_id = notification.id)",
    ] {
        sqlx::query(forget).bind(moment.unix_seconds()).execute(&mut *db).await?;
    }
    Ok(())
}
