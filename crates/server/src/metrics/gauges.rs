//! What is looked up when somebody asks: it is the database's, or this process'.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use crate::app::App;
use crate::store::health;

/// The figures of the moment.
pub struct Gauges {
    connections: Family<State, Gauge>,
    pending: Family<State, Gauge>,
    stale_leases: Gauge,
    turns: Gauge,
    read_only: Gauge,
    database_bytes: Gauge,
    memory_bytes: Gauge,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct State {
    state: &'static str,
}

impl Gauges {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let mut plain = |name: &str, help: &str| {
            let gauge = Gauge::default();
            registry.register(name, help, gauge.clone());
            gauge
        };
        let stale_leases = plain("stale_leases", "Connections held by a server that is gone");
        let turns = plain("import_turns", "Connections that this server imports at this moment");
        let read_only = plain("read_only", "1 while the database takes no changes, such as on a full disk");
        let database_bytes = plain("database_bytes", "Size of the database");
        let memory_bytes = plain("process_resident_memory_bytes", "Memory of this process");
        let mut by_state = |name: &str, help: &str| {
            let family = Family::<State, Gauge>::default();
            registry.register(name, help, family.clone());
            family
        };
        let connections = by_state("connections", "Connections of all companies by state");
        let pending = by_state("import_windows_pending", "Windows of days that are still to be read");
        Self { connections, pending, stale_leases, turns, read_only, database_bytes, memory_bytes }
    }

    /// Looks everything up.
    pub(super) async fn look(&self, app: &App) -> sqlx::Result<()> {
        let mut db = app.store.read().await?;
        let imports = health::imports(&mut db, app.clock.now()).await?;
        let bytes = health::bytes(&mut db).await?;
        drop(db);
        let set = |gauge: &Gauge, value: u64| {
            gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        };
        let by_state = |family: &Family<State, Gauge>, state, value| {
            set(&family.get_or_create(&State { state }), value);
        };
        by_state(&self.connections, "working", imports.working);
        by_state(&self.connections, "needs_key", imports.needing_key);
        by_state(&self.connections, "paused", imports.paused);
        by_state(&self.pending, "due", imports.due);
        by_state(&self.pending, "waiting", imports.waiting);
        by_state(&self.pending, "failing", imports.failing);
        set(&self.stale_leases, imports.stale_leases);
        set(&self.turns, u64::try_from(app.importer.turns()).unwrap_or(u64::MAX));
        set(&self.read_only, u64::from(app.store.read_only().is_some()));
        set(&self.database_bytes, bytes);
        set(&self.memory_bytes, resident().unwrap_or_default());
        Ok(())
    }
}

/// The memory of this process, in bytes, as Linux tells it.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kilobytes| kilobytes << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_some_memory() {
        assert!(resident().is_some_and(|bytes| bytes > 1 << 20), "{:?}", resident());
    }
}
