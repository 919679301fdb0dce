//! The import of 24 months of a large organization, and what the API answers meanwhile.

use super::{
    EMAIL, Figures, LATENCY_MS, PASSWORD, figures_of, ratio, resident_kb, script, server, simulator,
};
use crate::installation;
use crate::project::Programs;
use crate::step::{Outcome, say};

/// Calls upstream that the import makes at once (`crates/server/src/import/turn.rs`).
const AT_ONCE: u64 = 8;

pub(super) fn measure(figures: &mut Figures) -> Outcome {
    say("Importing 24 months of a large organization, 300 ms a call (about 3 minutes)");
    let (simulator, upstream) = simulator(LATENCY_MS)?;
    let data = installation::empty_folder("bench-import")?;
    let (server, url) = server(&data, &upstream)?;
    let (key, other) = (
        installation::sample_key(Programs::Released, "large")?,
        installation::sample_key(Programs::Released, "small")?,
    );
    let ids = [server.id().to_string(), simulator.id().to_string()];
    let [server_id, simulator_id] = &ids;
    let arguments = ["bench/import.mjs", &url, EMAIL, PASSWORD, &upstream, server_id, simulator_id];
    // Keys are no arguments, which are shown to whoever lists processes or reads what is printed.
    figures_of(figures, script(&arguments).env("ADMIN_KEY", &key).env("OTHER_ADMIN_KEY", &other))?;
    figures.insert("import_memory".into(), resident_kb(server.id())?);
    let calls = figures.get("import_calls").copied().unwrap_or_default();
    let floor = calls * u64::from(LATENCY_MS) / AT_ONCE;
    figures.insert("import_floor_ms".into(), floor);
    if let Some(took) = figures.get("import_ms").copied() {
        ratio(figures, "import_over_floor", took, floor);
    }
    Ok(())
}
