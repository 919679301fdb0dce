//! Between which days an account has anything to import.

use std::collections::BTreeMap;

use api::{ConnectionId, Day, TenantId};
use sqlx::AnyConnection;

use crate::app::App;
use crate::store::connection::LifeState;
use crate::store::import_schedule::{self, History, Schedule};

/// Between which days accounts have anything to import: outside of them all is known.
#[derive(Debug, Default)]
pub struct Lives {
    /// The first day of those whose history is known: before its first cost an organization has none, once all of its
    /// history was looked through.
    pub(super) began: BTreeMap<ConnectionId, Day>,
    /// The day on which those that are disconnected were: nothing is imported of them from then on.
    pub(super) ended: BTreeMap<ConnectionId, Day>,
}

impl Lives {
    /// Whether an account has nothing to import of a day.
    pub fn is_outside(&self, connection: &ConnectionId, day: Day) -> bool {
        self.began.get(connection).is_some_and(|began| day < *began)
            || self.ended.get(connection).is_some_and(|ended| day > *ended)
    }

    /// Those of some accounts of which more is awaited; all of them when all are disconnected.
    pub fn awaited(&self, connections: &[ConnectionId]) -> Vec<ConnectionId> {
        let is_over = |connection: &&ConnectionId| self.ended.contains_key(*connection);
        let all = connections.iter().all(|connection| is_over(&connection));
        connections.iter().filter(|connection| all || !is_over(connection)).cloned().collect()
    }
}

/// Between which days some accounts have anything to import.
pub async fn lives(
    app: &App,
    db: &mut AnyConnection,
    tenant: &TenantId,
    connections: &[ConnectionId],
) -> sqlx::Result<Lives> {
    let mut lives = Lives::default();
    for Schedule { connection, history, .. } in import_schedule::of(db, tenant, connections).await? {
        if connection.life.state == LifeState::Disconnected {
            lives.ended.insert(connection.id.clone(), Day::of(connection.life.at));
        }
        if history == History::Known && app.limits.history_days == i64::MAX {
            lives.began.insert(connection.id, connection.history_start);
        }
    }
    Ok(lives)
}
