//! Goes through a tenant's calls, connection by connection, and names the first one that does not fit.

use api::audit_event::ChainFault;
use api::upstream_call::Verification;
use api::{ConnectionId, TenantId};
use sqlx::AnyConnection;
use vault::Fingerprints;

use super::record::{hash, seal};
use crate::app::App;
use crate::audit::verify::Broken;
use crate::store::{tenant, upstream_call as calls};

/// How many rows are read at once.
const BATCH: u32 = 500;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verified {
    /// All calls that are kept are there, as they were written.
    Whole {
        /// How many.
        calls: i64,
    },
    /// They were changed by another hand.
    Broken {
        /// With whose key.
        connection: ConnectionId,
        /// The number of the first one that does not fit.
        seq: i64,
        /// What is wrong there.
        how: Broken,
    },
}

impl From<Verified> for Verification {
    fn from(verified: Verified) -> Self {
        match verified {
            Verified::Whole { calls } => Self::Whole { calls: u64::try_from(calls).unwrap_or_default() },
            Verified::Broken { connection, seq, how } => Self::Broken {
                connection,
                seq: u64::try_from(seq).unwrap_or_default(),
                fault: ChainFault::from(how),
            },
        }
    }
}

/// Goes through the calls of all tenants, as they are at one instant.
pub async fn of_all_tenants(app: &App) -> sqlx::Result<Vec<(TenantId, Verified)>> {
    let mut db = app.store.snapshot().await?;
    let mut found = Vec::new();
    for tenant in tenant::ids(&mut db).await? {
        let verified = all(&app.fingerprints, &mut db, &tenant).await?;
        found.push((tenant, verified));
    }
    Ok(found)
}

/// Goes through all calls of a tenant. Give it a snapshot: what is dropped for its age meanwhile would be missed.
pub async fn all(key: &Fingerprints, db: &mut AnyConnection, tenant: &TenantId) -> sqlx::Result<Verified> {
    let mut sum = 0_i64;
    for connection in calls::connections(db, tenant).await? {
        match one(key, db, (tenant, &connection)).await? {
            Ok(calls) => sum = sum.saturating_add(calls),
            Err((seq, how)) => return Ok(Verified::Broken { connection, seq, how }),
        }
    }
    Ok(Verified::Whole { calls: sum })
}

/// How many calls of a connection there are, or the first one that does not fit.
async fn one(
    key: &Fingerprints,
    db: &mut AnyConnection,
    of: (&TenantId, &ConnectionId),
) -> sqlx::Result<Result<i64, (i64, Broken)>> {
    // Read first: what is written meanwhile is behind it.
    let Some(head) = calls::head(db, of).await? else { return Ok(Err((1, Broken::End))) };
    if seal(key, of, &head) != head.seal {
        return Ok(Err((head.seq, Broken::End)));
    }
    let (mut seq, mut last) = (head.dropped_seq, head.dropped_hash);
    while seq < head.seq {
        let rows = calls::after(db, of, seq, BATCH).await?;
        if rows.is_empty() {
            return Ok(Err((seq.saturating_add(1), Broken::Missing)));
        }
        for (row, kept) in rows {
            let next = seq.saturating_add(1);
            if row.seq != next {
                return Ok(Err((next, Broken::Missing)));
            }
            if hash(key, of.0, &last, &row) != kept {
                return Ok(Err((next, Broken::Changed)));
            }
            (seq, last) = (next, kept);
            if seq == head.seq && last != head.hash {
                return Ok(Err((seq, Broken::End)));
            }
        }
    }
    Ok(Ok(head.seq.saturating_sub(head.dropped_seq)))
}
