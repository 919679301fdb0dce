//! A PostgreSQL that vanishes without a word keeps nobody waiting for ever: no request, and nothing that is done in the
//! background.

use std::time::{Duration, Instant};

use api::connection::{ConnectionStatus, View as ViewConnection};
use api::notification::Kind;
use server::http::Limits;
use server::import::run::forever;
use server::notification::outbox;

use crate::harness::long;
use crate::import_fault::halves;
use crate::receiver::Receiver;
use crate::upstream::World;
use crate::webhook;

/// Waits for something, and wakes meanwhile whoever pauses after an error.
async fn woken(world: &World, mut is_there: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !is_there().await {
            world.house.app.importer.wake();
            world.house.app.outbox.wake();
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(120), waiting).await.expect("it does not go on");
}

/// The host is gone, or a firewall between: no connection is closed, and nothing is answered on those of before even when the
/// database is there again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_vanishes_without_a_word_keeps_nobody_waiting_for_ever() {
    let (handler, silence) = (Duration::from_secs(3), Duration::from_secs(4));
    let limits = Limits { history_days: 60, handler, silence, ..Limits::default() };
    let Some((world, wire)) = World::on_wire(limits).await else { return };
    let receiver = Receiver::start().await;
    webhook::create(&world.admin, &receiver.url, Kind::ALL).await.unwrap();
    let connection = world.connected("small").await;
    let app = &world.house.app;
    let loops = [tokio::spawn(forever(app.clone())), tokio::spawn(outbox::forever(app.clone()))];
    for days in if long() { vec![1, 100, 300, 500] } else { vec![100] } {
        while world.count("import_day").await < days {
            tokio::task::yield_now().await;
        }
        wire.fall_silent();
        // Longer than anybody waits: each of the loops hangs by then, and has been given up.
        let begun = Instant::now();
        while begun.elapsed() < 2 * silence {
            let asked = Instant::now();
            let refused = world.admin.get::<ViewConnection>(&connection.id).await.unwrap_err();
            assert_eq!(refused.problem().status, 503, "{refused:?}");
            assert!(asked.elapsed() < 4 * handler, "{:?}", asked.elapsed());
        }
        wire.come_back();
    }
    let seen = async || world.admin.get::<ViewConnection>(&connection.id).await;
    woken(&world, async || seen().await.is_ok_and(|seen| seen.status == ConnectionStatus::Healthy)).await;
    woken(&world, async || !receiver.seen().is_empty()).await;
    assert_eq!(receiver.seen()[0].json()["type"], "import_finished");
    assert_eq!((halves(&world).await, world.count("import_unit").await), (0, 0));
    for task in loops {
        task.abort();
    }
}
