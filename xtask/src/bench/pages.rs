//! What a user waits for: the first load, the wizard, the pages.

use std::time::Duration;

use super::{EMAIL, Figures, LATENCY_MS, PASSWORD, figures_of, node, resident_kb, script, server, simulator};
use crate::first_load;
use crate::installation;
use crate::project::Programs;
use crate::step::{Outcome, say};

pub(super) fn measure(figures: &mut Figures) -> Outcome {
    say("Starting a simulator with 300 ms a call, and a server");
    let (_simulator, upstream) = simulator(LATENCY_MS)?;
    let data = installation::empty_folder("bench")?;
    let (server, url) = server(&data, &upstream)?;
    say("The first load and the server's memory");
    let load = first_load::measure(&url)?;
    load.print();
    figures.insert("first_load".into(), load.total() as u64);
    figures.insert("wasm".into(), load.wasm as u64);
    std::thread::sleep(Duration::from_secs(3));
    figures.insert("idle_memory".into(), resident_kb(server.id())?);
    say("Connecting an organization, as a user does");
    let key = installation::sample_key(Programs::Released, "small")?;
    figures_of(figures, script(&["bench/connect.mjs", &url, EMAIL, PASSWORD]).env("ADMIN_KEY", &key))?;
    // Lighthouse judges the pages, not an import in progress.
    std::thread::sleep(Duration::from_secs(10));
    say("Lighthouse (desktop), and the largest paint");
    node(figures, &["bench/lighthouse.mjs", &url, EMAIL, PASSWORD])
}
