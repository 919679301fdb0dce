//! What the import has done of connections, and what it is to do: with as few statements for a hundred as for one.

use std::collections::BTreeMap;

use api::{ConnectionId, Day, TenantId};
use sqlx::AnyConnection;

use crate::store::cost_restatement::{self, CostRestatement};
use crate::store::import_block::{self, ImportedDays};
use crate::store::import_schedule::{self, Schedule};
use crate::store::import_unit::{self, Pending};
use crate::store::total_difference;

/// Restatements that are shown with a connection.
const RESTATEMENTS: u32 = 10;

/// What the import has done of a connection, and what it is to do.
pub(super) struct Story {
    /// When it is worked on, and how far its history is known.
    pub(super) schedule: Option<Schedule>,
    /// What is still to be read.
    pub(super) pending: Vec<Pending>,
    /// What has been read.
    pub(super) imported: Vec<ImportedDays>,
    /// Which days OpenAI has changed after their end, the latest first.
    pub(super) restatements: Vec<CostRestatement>,
    /// The days of which its costs are not OpenAI's own total, in order.
    pub(super) differing: Vec<Day>,
}

/// Stories of several connections, read with as few statements as that of one.
pub(super) struct Stories {
    schedules: BTreeMap<ConnectionId, Schedule>,
    pending: BTreeMap<ConnectionId, Vec<Pending>>,
    imported: BTreeMap<ConnectionId, Vec<ImportedDays>>,
    restatements: BTreeMap<ConnectionId, Vec<CostRestatement>>,
    differing: BTreeMap<ConnectionId, Vec<Day>>,
}

impl Stories {
    /// Those of some connections of a tenant.
    pub(super) async fn of(
        db: &mut AnyConnection,
        tenant: &TenantId,
        connections: &[ConnectionId],
    ) -> sqlx::Result<Self> {
        let schedules = import_schedule::of(db, tenant, connections).await?;
        let by_id = |schedule: Schedule| (schedule.connection.id.clone(), schedule);
        Ok(Self {
            schedules: schedules.into_iter().map(by_id).collect(),
            pending: import_unit::pending(db, tenant, connections).await?,
            imported: import_block::imported(db, tenant, connections, None).await?,
            restatements: cost_restatement::latest(db, tenant, connections, RESTATEMENTS).await?,
            differing: total_difference::days(db, tenant, connections).await?,
        })
    }

    /// That of one connection. A second time there is none.
    pub(super) fn take(&mut self, id: &ConnectionId) -> Story {
        Story {
            schedule: self.schedules.remove(id),
            pending: self.pending.remove(id).unwrap_or_default(),
            imported: self.imported.remove(id).unwrap_or_default(),
            restatements: self.restatements.remove(id).unwrap_or_default(),
            differing: self.differing.remove(id).unwrap_or_default(),
        }
    }
}
