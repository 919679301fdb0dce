//! Imports to which anything happens, at random: answers that are none, an end in the middle, a restart, another key, days that
//! pass. What happens follows from a seed, which a failure names; that the database and HTTP are real, so that calls overtake
//! each other, is no part of it.

use std::time::Duration;

use simulator::Disturbance;

use crate::harness::long;
use crate::import_fault::{halves, kept};
use crate::upstream::World;

/// The organization's days that have ended.
const DAYS: i64 = 29;
/// Things that happen to an import.
const STEPS: usize = 4;

fn seeds() -> u64 {
    if long() { 1_000 } else { 12 }
}

/// What happens to an import.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// A call from now on is answered with something else.
    Disturbed(u64, Disturbance),
    /// It ends after so many calls, whatever it was doing.
    Ended(u64),
    /// The server starts again.
    Restarted,
    /// Another key of the organization takes the place of the account's.
    Rekeyed(&'static str),
    /// Seconds pass.
    Passed(i64),
}

/// The steps of a seed.
fn steps(seed: u64) -> [Step; STEPS] {
    let mut state = seed;
    let mut up_to = |most: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % most
    };
    std::array::from_fn(|_| match up_to(6) {
        0 => Step::Disturbed(1 + up_to(40), Disturbance::Html),
        1 => Step::Disturbed(1 + up_to(40), Disturbance::Half),
        2 => Step::Ended(1 + up_to(30)),
        3 => Step::Restarted,
        4 => Step::Rekeyed(if up_to(2) == 0 { "small" } else { "small-second-key" }),
        _ => Step::Passed(i64::try_from(up_to(3 * 86_400)).unwrap()),
    })
}

/// Imports until everything is read or so many calls were made.
async fn import_for(world: &World, calls: u64) {
    let asked = || world.upstream.requests().len() as u64;
    let until = asked() + calls;
    let enough = async {
        while asked() < until {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        () = world.import() => {}
        () = enough => {}
    }
    // Of a process that ends so, the lease would otherwise be waited for.
    world.execute("UPDATE lease SET expires_at = 0", &[]).await;
}

#[tokio::test]
async fn whatever_happens_to_an_import_it_ends_where_an_undisturbed_one_does() {
    let calm = World::new().await;
    let today = calm.today();
    calm.imported("small").await;
    let ended = |mut days: Vec<(String, i64, i64, String)>| {
        days.retain(|(_, day, ..)| (today.number() - DAYS..today.number()).contains(day));
        days
    };
    let expected = ended(kept(&calm).await);
    assert_eq!(expected.len(), 12 * 29);
    for seed in 0..seeds() {
        let steps = steps(seed);
        let mut world = World::new().await;
        let connection = world.connected("small").await.id;
        for step in steps {
            match step {
                Step::Disturbed(call, disturbance) => world.upstream.disturb(call, disturbance),
                Step::Ended(calls) => import_for(&world, calls).await,
                Step::Restarted => world = world.restarted().await,
                Step::Rekeyed(name) => world.rekey(&connection, name).await,
                Step::Passed(seconds) => world.advance(seconds).await,
            }
            world.import().await;
            assert_eq!(halves(&world).await, 0, "seed {seed}: {steps:?}");
        }
        world.upstream.disturb(0, Disturbance::Html);
        world.execute("UPDATE import_unit SET due_at = 0", &[]).await;
        world.import().await;
        assert_eq!(world.count("import_unit").await, 0, "seed {seed}: {steps:?}");
        assert_eq!(ended(kept(&world).await), expected, "seed {seed}: {steps:?}");
    }
}
