//! When connections became what they are. Rows are appended, never changed, and forgotten after half a year. That usage has
//! stopped is told from them; the others are for whoever looks into the table.

use api::connection_draft::Finding;
use api::{ConnectionId, TenantId, Timestamp};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::column;

/// What is told of a connection: its state, or something that happens once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the states are those of the contract, and the others say what they are")]
pub enum Kind {
    Connecting,
    Importing,
    Healthy,
    Degraded,
    /// Degraded, since nothing new comes.
    Silent,
    Paused,
    NeedsKey,
    Disconnected,
    /// Its first import is over: it happens once.
    Imported,
    /// Its key expires soon: once for each key.
    KeyExpiring,
    /// Its key has expired: once for each key.
    KeyExpired,
}

impl Kind {
    const ALL: [Self; 11] = [
        Self::Connecting,
        Self::Importing,
        Self::Healthy,
        Self::Degraded,
        Self::Silent,
        Self::Paused,
        Self::NeedsKey,
        Self::Disconnected,
        Self::Imported,
        Self::KeyExpiring,
        Self::KeyExpired,
    ];

    /// The name in the store.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Importing => "importing",
            Self::Healthy => "healthy",
            Self::Degraded => "degraded",
            Self::Silent => "silent",
            Self::Paused => "paused",
            Self::NeedsKey => "needs_key",
            Self::Disconnected => "disconnected",
            Self::Imported => "imported",
            Self::KeyExpiring => "key_expiring",
            Self::KeyExpired => "key_expired",
        }
    }

    fn parse(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }
}

/// What was noted last of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noted {
    /// Its state.
    pub state: Option<Kind>,
    /// What was told of its key's expiry.
    pub expiry: Option<Kind>,
    /// Whether its first import is over.
    pub imported: bool,
}

/// What was noted last of a connection; none when there is no such connection.
pub async fn noted(
    db: &mut AnyConnection,
    (tenant, id): (&TenantId, &ConnectionId),
) -> sqlx::Result<Option<Noted>> {
    let row = sqlx::query(
        "SELECT noted_state, noted_expiry, noted_imported FROM connection WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tenant.as_str())
    .bind(id.as_str())
    .fetch_optional(db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Noted {
        state: kind(&row, "noted_state")?,
        expiry: kind(&row, "noted_expiry")?,
        imported: column::flag(&row, "noted_imported")?,
    }))
}

/// Notes what a connection is from now on.
pub async fn note(
    db: &mut AnyConnection,
    (tenant, id): (&TenantId, &ConnectionId),
    noted: Noted,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE connection SET noted_state = $3, noted_expiry = $4, noted_imported = $5 WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tenant.as_str())
    .bind(id.as_str())
    .bind(noted.state.map(Kind::slug))
    .bind(noted.expiry.map(Kind::slug))
    .bind(i64::from(noted.imported))
    .execute(db)
    .await
    .map(drop)
}

/// Appends a change. Belongs in the transaction that changes it, where nobody else writes.
pub async fn append(
    db: &mut AnyConnection,
    (tenant, connection): (&TenantId, &ConnectionId),
    at: Timestamp,
    (kind, was): (Kind, Option<Kind>),
    finding: Option<&Finding>,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO connection_transition (tenant_id, seq, connection_id, at, kind, was, finding) \
         SELECT $1, COALESCE(MAX(seq), 0) + 1, $2, $3, $4, $5, $6 FROM connection_transition WHERE tenant_id = $1",
    )
    .bind(tenant.as_str())
    .bind(connection.as_str())
    .bind(at.unix_seconds())
    .bind(kind.slug())
    .bind(was.map(Kind::slug))
    .bind(finding.map(column::to_json).transpose()?)
    .execute(db)
    .await
    .map(drop)
}

/// Forgets what connections became before a moment, but for the newest change of each tenant, from which numbers go on.
pub async fn forget_before(db: &mut AnyConnection, moment: Timestamp) -> sqlx::Result<()> {
    sqlx::query(
        "DELETE FROM connection_transition WHERE at < $1 AND seq < (SELECT MAX(newest.seq) \
         FROM connection_transition AS newest WHERE newest.tenant_id = connection_transition.tenant_id)",
    )
    .bind(moment.unix_seconds())
    .execute(db)
    .await
    .map(drop)
}

/// The connections of all tenants of which time alone may have made something else: those that were to be read before
/// `overdue`, and those whose key expires before `expiring` and of which that was not told, or has before `now`.
pub async fn suspects(
    db: &mut AnyConnection,
    (now, overdue, expiring): (Timestamp, Timestamp, Timestamp),
) -> sqlx::Result<Vec<(TenantId, ConnectionId)>> {
    let rows = sqlx::query(
        "SELECT tenant_id, id FROM connection WHERE life_state = 'active' AND key_failure IS NULL \
         AND (refresh_due_at <= $2 AND COALESCE(noted_state, '') <> 'silent' \
         OR key_expires_at <= $3 AND noted_expiry IS NULL \
         OR key_expires_at <= $1 AND COALESCE(noted_expiry, '') <> 'key_expired')",
    )
    .bind(now.unix_seconds())
    .bind(overdue.unix_seconds())
    .bind(expiring.unix_seconds())
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok((column::parsed(row, "tenant_id")?, column::parsed(row, "id")?))).collect()
}

fn kind(row: &AnyRow, name: &'static str) -> sqlx::Result<Option<Kind>> {
    let slug: Option<&str> = row.try_get(name)?;
    slug.map(|slug| Kind::parse(slug).ok_or_else(|| column::unknown(name))).transpose()
}
