//! Who sends what: a message is held by one process while it is sent, and settled by that process alone.

use api::delivery::{Channel, Progress, Setback};
use api::{DeliveryId, TenantId, Timestamp};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::{attempts, channel, facts};
use crate::notification::Facts;
use crate::store::{Backend, column, lease};

/// A message that this process sends now.
#[derive(Clone, Debug)]
pub struct Held {
    /// Whose it is.
    pub tenant: TenantId,
    /// The delivery.
    pub id: DeliveryId,
    /// How it travels.
    pub channel: Channel,
    /// The user's or the webhook's id.
    pub recipient_id: String,
    /// How often it was tried, this attempt included.
    pub attempts: u32,
    /// What it tells.
    pub facts: Facts,
    /// When that was noticed.
    pub noticed_at: Timestamp,
}

const RETURNING: &str = "RETURNING id, tenant_id, channel, recipient_id, attempts, created_at, \
    (SELECT facts FROM notification WHERE notification.id = delivery.notification_id) AS facts";

/// What a process may take: what is held by nobody, or was held for longer than an attempt takes. An SQLite file has one
/// server only, so that whoever else held it is gone.
fn free(db: &AnyConnection) -> String {
    let alone = i64::from(Backend::of(db) == Backend::Sqlite);
    format!(
        "state = 'waiting' AND (holder IS NULL OR held_until <= {} OR ({alone} = 1 AND holder <> $1))",
        lease::clock(db)
    )
}

/// Takes up to `limit` messages that are due, for `seconds`. The attempt is counted now: one that ends with its process is
/// an attempt all the same.
pub async fn claim_due(
    db: &mut AnyConnection,
    (holder, seconds): (&str, i64),
    now: Timestamp,
    limit: usize,
) -> sqlx::Result<Vec<Held>> {
    let sql = format!(
        "UPDATE delivery SET holder = $1, held_until = {} + $2, attempts = attempts + 1 WHERE id IN \
         (SELECT id FROM delivery WHERE due_at <= $3 AND {} ORDER BY due_at, id LIMIT $4) {RETURNING}",
        lease::clock(db),
        free(db)
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(holder)
        .bind(seconds)
        .bind(now.unix_seconds())
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(db)
        .await?;
    rows.iter().map(read).collect()
}

/// Takes one message, due or not; none when somebody sends it already, or when it is settled.
pub async fn claim(
    db: &mut AnyConnection,
    (holder, seconds): (&str, i64),
    tenant: &TenantId,
    id: &DeliveryId,
) -> sqlx::Result<Option<Held>> {
    let sql = format!(
        "UPDATE delivery SET holder = $1, held_until = {} + $2, attempts = attempts + 1 \
         WHERE tenant_id = $3 AND id = $4 AND {} {RETURNING}",
        lease::clock(db),
        free(db)
    );
    let row = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(holder)
        .bind(seconds)
        .bind(tenant.as_str())
        .bind(id.as_str())
        .fetch_optional(db)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Notes what became of an attempt. False when this process holds the message no more: another one tries it.
pub async fn settle(
    db: &mut AnyConnection,
    holder: &str,
    held: &Held,
    (progress, setback): (&Progress, Option<&Setback>),
) -> sqlx::Result<bool> {
    let (state, due_at, settled_at) = match progress {
        Progress::Waiting { next_try_at } => ("waiting", Some(*next_try_at), None),
        Progress::Delivered { at } => ("delivered", None, Some(*at)),
        Progress::Failed { at } => ("failed", None, Some(*at)),
    };
    let done = sqlx::query(
        "UPDATE delivery SET state = $4, due_at = COALESCE($5, due_at), settled_at = $6, setback = $7, holder = NULL, \
         held_until = 0 WHERE tenant_id = $1 AND id = $2 AND holder = $3 AND state = 'waiting'",
    )
    .bind(held.tenant.as_str())
    .bind(held.id.as_str())
    .bind(holder)
    .bind(state)
    .bind(due_at.map(Timestamp::unix_seconds))
    .bind(settled_at.map(Timestamp::unix_seconds))
    .bind(setback.map(column::to_json).transpose()?)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// When the next message is due that this process may take.
pub async fn next_due(db: &mut AnyConnection, holder: &str) -> sqlx::Result<Option<Timestamp>> {
    let sql = format!("SELECT MIN(due_at) AS due_at FROM delivery WHERE {}", free(db));
    let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(holder).fetch_one(db).await?;
    Ok(row.try_get::<Option<i64>, _>("due_at")?.map(Timestamp::from_unix_seconds))
}

/// Gives back whatever a process holds, so that another one need not wait.
pub async fn release_all(db: &mut AnyConnection, holder: &str) -> sqlx::Result<()> {
    sqlx::query("UPDATE delivery SET holder = NULL, held_until = 0 WHERE holder = $1")
        .bind(holder)
        .execute(db)
        .await
        .map(drop)
}

fn read(row: &AnyRow) -> sqlx::Result<Held> {
    Ok(Held {
        tenant: column::parsed(row, "tenant_id")?,
        id: column::parsed(row, "id")?,
        channel: channel(row)?,
        recipient_id: row.try_get("recipient_id")?,
        attempts: attempts(row)?,
        facts: facts(row)?,
        noticed_at: column::timestamp(row, "created_at")?,
    })
}
