//! What somebody has done with a connection, and what it is called.

use api::{ConnectionId, ConnectionName, Email, TenantId, Timestamp};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::store::column;

/// What somebody has done with a connection last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    /// What.
    pub state: LifeState,
    /// Who.
    pub by: Email,
    /// When.
    pub at: Timestamp,
}

/// Whether a connection is to import. One that is deleted is not read at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LifeState {
    /// It is to import.
    Active,
    /// It is not to import until somebody resumes it.
    Paused,
    /// It has no key, and its data is kept.
    Disconnected,
}

impl LifeState {
    pub(super) fn slug(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Disconnected => "disconnected",
        }
    }

    fn parse(slug: &str) -> Option<Self> {
        [Self::Active, Self::Paused, Self::Disconnected].into_iter().find(|state| state.slug() == slug)
    }
}

/// Gives a connection another name.
pub async fn rename(
    db: &mut AnyConnection,
    (tenant, id): (&TenantId, &ConnectionId),
    name: &ConnectionName,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE connection SET name = $3 WHERE tenant_id = $1 AND id = $2")
        .bind(tenant.as_str())
        .bind(id.as_str())
        .bind(name.as_str())
        .execute(db)
        .await
        .map(drop)
}

/// Notes what somebody has done with a connection.
pub async fn note_life(
    db: &mut AnyConnection,
    (tenant, id): (&TenantId, &ConnectionId),
    life: &Life,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE connection SET life_state = $3, life_by = $4, life_at = $5 WHERE tenant_id = $1 AND id = $2",
    )
    .bind(tenant.as_str())
    .bind(id.as_str())
    .bind(life.state.slug())
    .bind(life.by.as_str())
    .bind(life.at.unix_seconds())
    .execute(db)
    .await
    .map(drop)
}

pub(super) fn read(row: &AnyRow) -> sqlx::Result<Life> {
    Ok(Life {
        state: LifeState::parse(row.try_get("life_state")?).ok_or_else(|| column::unknown("life_state"))?,
        by: column::parsed(row, "life_by")?,
        at: column::timestamp(row, "life_at")?,
    })
}
