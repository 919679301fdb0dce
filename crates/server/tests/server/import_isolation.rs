//! One account of many whose answers hang, never end or are garbage: the others are asked no call more for it, and are done as
//! soon as without it.

use std::time::{Duration, Instant};

use server::import::run::everything_due;

use crate::harness::long;
use crate::import_process::{most_memory, serve};
use crate::upstream::World;

/// The key of all accounts but one. Of the organization that it opens nothing is billed, so that calls are what costs time.
const FINE: &str = "unidentified";
/// The longest that the others may take, by what they take without the broken one. Beside other tests it is the calls that
/// tell; the long form has the machine for itself.
const FACTOR: (f64, f64) = (4.0, 1.2);
/// The most memory of a server, in kB.
const MEMORY: u64 = 256 * 1024;

/// What an import of all accounts but one took.
struct Took {
    time: Duration,
    calls: usize,
}

/// Imports so many accounts, of which one has this key, until all others are done. In the long form the server is a process
/// of its own, and reads all years that there may be.
async fn import(accounts: usize, key: &str) -> Took {
    let world = if long() { World::in_real_time(Duration::ZERO).await } else { World::with_history(1).await };
    let first = world.connected("small").await.id;
    let copies = world.copies(&first, accounts).await;
    let hit = &copies[accounts / 2];
    world.rekey(hit, key).await;
    let but = if key == FINE { "''".to_owned() } else { format!("'{hit}'") };
    let begun = Instant::now();
    if long() {
        let server = serve(&world, world.house.folder.path());
        are_done(&world, &but).await;
        let memory = most_memory(&server);
        assert!(memory < MEMORY, "{key}: {memory} kB");
    } else {
        let app = world.house.app.clone();
        let importing = tokio::spawn(async move { everything_due(&app).await });
        are_done(&world, &but).await;
        // What hangs is given up after half a minute.
        importing.abort();
    }
    let took = Took { time: begun.elapsed(), calls: world.asked_with(FINE) };
    assert!(world.asked_with(key) > 0);
    took
}

/// Waits until all accounts but one have been read.
async fn are_done(world: &World, but: &str) {
    let left = format!(
        "connection WHERE id <> {but} AND (history_state <> 'known' OR EXISTS \
         (SELECT 1 FROM import_unit WHERE import_unit.connection_id = connection.id))"
    );
    while world.count(&left).await > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_that_hangs_or_answers_garbage_makes_no_other_wait() {
    let accounts = if long() { 100 } else { 12 };
    let calm = import(accounts, FINE).await;
    for broken in ["hanging", "endless", "html"] {
        let took = import(accounts, broken).await;
        let factor = took.time.as_secs_f64() / calm.time.as_secs_f64();
        println!(
            "{broken}: {:.1} s, {factor:.2} times {:.1} s",
            took.time.as_secs_f64(),
            calm.time.as_secs_f64()
        );
        assert_eq!(took.calls * accounts, calm.calls * (accounts - 1), "{broken}");
        assert!(factor < if long() { FACTOR.1 } else { FACTOR.0 }, "{broken}: {factor}");
    }
}
