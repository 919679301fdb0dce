//! Deliveries in the store: the outbox. Each row is a message to one recipient; whoever sends it holds it meanwhile.

mod hold;

pub use hold::{Held, claim, claim_due, next_due, release_all, settle};

use api::delivery::{Channel, Delivery, Progress};
use api::{DeliveryId, NotificationId, TenantId, Timestamp};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::column;
use crate::notification::Facts;

/// A message to one recipient that is to be sent.
#[derive(Clone, Debug)]
pub struct NewDelivery<'a> {
    /// Its id.
    pub id: &'a DeliveryId,
    /// What it tells of.
    pub notification: &'a NotificationId,
    /// How it travels.
    pub channel: Channel,
    /// The user's or the webhook's id.
    pub recipient_id: &'a str,
    /// The recipient as the log shows it.
    pub recipient: &'a str,
}

const SELECT: &str = "SELECT delivery.id, delivery.channel, delivery.recipient, delivery.state, delivery.attempts, \
    delivery.due_at, delivery.setback, delivery.settled_at, delivery.created_at, notification.facts FROM delivery \
    JOIN notification ON notification.id = delivery.notification_id WHERE delivery.tenant_id = $1";

/// Keeps a message to be sent at once.
pub async fn insert(
    db: &mut AnyConnection,
    tenant: &TenantId,
    new: NewDelivery<'_>,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO delivery (id, tenant_id, notification_id, channel, recipient_id, recipient, state, attempts, due_at, \
         held_until, created_at) VALUES ($1, $2, $3, $4, $5, $6, 'waiting', 0, $7, 0, $7)",
    )
    .bind(new.id.as_str())
    .bind(tenant.as_str())
    .bind(new.notification.as_str())
    .bind(slug(new.channel))
    .bind(new.recipient_id)
    .bind(new.recipient)
    .bind(now.unix_seconds())
    .execute(db)
    .await
    .map(drop)
}

/// One delivery.
pub async fn find(
    db: &mut AnyConnection,
    tenant: &TenantId,
    id: &DeliveryId,
) -> sqlx::Result<Option<Delivery>> {
    sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} AND delivery.id = $2")))
        .bind(tenant.as_str())
        .bind(id.as_str())
        .fetch_optional(db)
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// Up to `limit` deliveries after another one, newest first. None when there is no such other one.
pub async fn list(
    db: &mut AnyConnection,
    tenant: &TenantId,
    after: Option<&DeliveryId>,
    limit: u8,
) -> sqlx::Result<Option<Vec<Delivery>>> {
    let created_at = match after {
        None => i64::MAX,
        Some(after) => match find(db, tenant, after).await? {
            Some(delivery) => delivery.created_at.unix_seconds(),
            None => return Ok(None),
        },
    };
    let sql = format!(
        "{SELECT} AND (delivery.created_at < $2 OR (delivery.created_at = $2 AND delivery.id < $3)) \
         ORDER BY delivery.created_at DESC, delivery.id DESC LIMIT $4"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(tenant.as_str())
        .bind(created_at)
        .bind(after.map_or("", DeliveryId::as_str))
        .bind(i64::from(limit))
        .fetch_all(db)
        .await?;
    rows.iter().map(read).collect::<sqlx::Result<_>>().map(Some)
}

/// How many test messages there were to a recipient since a moment.
pub async fn tests_since(
    db: &mut AnyConnection,
    tenant: &TenantId,
    recipient_id: &str,
    since: Timestamp,
) -> sqlx::Result<i64> {
    let row = sqlx::query(
        "SELECT COUNT(*) AS tests FROM delivery JOIN notification ON notification.id = delivery.notification_id \
         WHERE delivery.tenant_id = $1 AND delivery.recipient_id = $2 AND delivery.created_at > $3 \
         AND notification.occasion LIKE 'test:%'",
    )
    .bind(tenant.as_str())
    .bind(recipient_id)
    .bind(since.unix_seconds())
    .fetch_one(db)
    .await?;
    row.try_get("tests")
}

/// Makes a message that is not delivered due now, with all its attempts before it. False when there is none.
pub async fn retry(
    db: &mut AnyConnection,
    tenant: &TenantId,
    id: &DeliveryId,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "UPDATE delivery SET state = 'waiting', attempts = 0, due_at = $3, settled_at = NULL \
         WHERE tenant_id = $1 AND id = $2 AND state <> 'delivered'",
    )
    .bind(tenant.as_str())
    .bind(id.as_str())
    .bind(now.unix_seconds())
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

fn slug(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "email",
        Channel::Webhook => "webhook",
    }
}

fn channel(row: &AnyRow) -> sqlx::Result<Channel> {
    match row.try_get("channel")? {
        "email" => Ok(Channel::Email),
        "webhook" => Ok(Channel::Webhook),
        _ => Err(column::unknown("channel")),
    }
}

fn facts(row: &AnyRow) -> sqlx::Result<Facts> {
    column::json(row, "facts")?.ok_or_else(|| column::unknown("facts"))
}

fn attempts(row: &AnyRow) -> sqlx::Result<u32> {
    Ok(u32::try_from(row.try_get::<i64, _>("attempts")?).unwrap_or(u32::MAX))
}

fn read(row: &AnyRow) -> sqlx::Result<Delivery> {
    let facts = facts(row)?;
    let settled_at = row.try_get::<Option<i64>, _>("settled_at")?.map(Timestamp::from_unix_seconds);
    let progress = match (row.try_get("state")?, settled_at) {
        ("waiting", _) => Progress::Waiting { next_try_at: column::timestamp(row, "due_at")? },
        ("delivered", Some(at)) => Progress::Delivered { at },
        ("failed", Some(at)) => Progress::Failed { at },
        _ => return Err(column::unknown("state")),
    };
    Ok(Delivery {
        id: column::parsed(row, "id")?,
        kind: facts.kind(),
        title: facts.title(),
        channel: channel(row)?,
        recipient: row.try_get("recipient")?,
        progress,
        attempts: attempts(row)?,
        setback: column::json(row, "setback")?,
        created_at: column::timestamp(row, "created_at")?,
    })
}
