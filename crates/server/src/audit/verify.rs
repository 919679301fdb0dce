//! Goes through a tenant's audit log from its first row to its end, and names the first one that does not fit.

use std::fmt;

use api::TenantId;
use api::audit_event::ChainFault;
use sqlx::AnyConnection;
use vault::Fingerprints;

use super::chain;
use crate::app::App;
use crate::store;
use crate::store::audit_event as events;

/// How many rows are read at once.
const BATCH: u32 = 500;

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verified {
    /// All rows are there, as they were written.
    Whole {
        /// How many.
        rows: i64,
    },
    /// The log was changed by another hand.
    Broken {
        /// The number of the first row that does not fit.
        seq: i64,
        /// What is wrong there.
        how: Broken,
    },
}

/// What is wrong with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// It is not there.
    Missing,
    /// It is not what was written there.
    Changed,
    /// It is behind the end of the log, or the end itself was changed.
    End,
}

impl From<Broken> for ChainFault {
    fn from(how: Broken) -> Self {
        match how {
            Broken::Missing => Self::Missing,
            Broken::Changed => Self::Changed,
            Broken::End => Self::End,
        }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "it is missing",
            Self::Changed => "it is not what was written there",
            Self::End => "the end of the log was changed there",
        })
    }
}

/// Goes through the logs of all tenants.
pub async fn all(app: &App) -> sqlx::Result<Vec<(TenantId, Verified)>> {
    let mut db = app.store.read().await?;
    let mut all = Vec::new();
    for tenant in store::tenant::ids(&mut db).await? {
        let verified = verify(&app.fingerprints, &mut db, &tenant).await?;
        all.push((tenant, verified));
    }
    Ok(all)
}

/// Goes through the log of a tenant.
pub async fn verify(key: &Fingerprints, db: &mut AnyConnection, tenant: &TenantId) -> sqlx::Result<Verified> {
    // Read first: what is written meanwhile is behind it.
    let head = events::head(db, tenant).await?;
    let (mut seq, mut hash) = (0_i64, String::new());
    let end = head.as_ref().map_or(0, |head| head.seq);
    loop {
        let rows = events::after(db, tenant, seq, BATCH).await?;
        if rows.is_empty() {
            break;
        }
        for (row, kept) in rows {
            let next = seq.saturating_add(1);
            if row.seq != next {
                return Ok(Verified::Broken { seq: next, how: Broken::Missing });
            }
            if chain::hash(key, tenant, &hash, &row) != kept {
                return Ok(Verified::Broken { seq: next, how: Broken::Changed });
            }
            (seq, hash) = (next, kept);
            if seq == end && head.as_ref().is_some_and(|head| head.hash != hash) {
                return Ok(Verified::Broken { seq, how: Broken::End });
            }
        }
        if seq >= end && end > 0 {
            break;
        }
    }
    let Some(head) = head else {
        return Ok(match seq {
            0 => Verified::Whole { rows: 0 },
            seq => Verified::Broken { seq, how: Broken::End },
        });
    };
    if chain::seal(key, tenant, head.seq, &head.hash) != head.seal {
        return Ok(Verified::Broken { seq: head.seq, how: Broken::End });
    }
    if seq < head.seq {
        return Ok(Verified::Broken { seq: seq.saturating_add(1), how: Broken::Missing });
    }
    Ok(Verified::Whole { rows: head.seq })
}
