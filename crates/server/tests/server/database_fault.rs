//! Faults of a PostgreSQL: whichever request to it or answer of it is lost, nothing half is kept, and whoever tries again ends
//! where nobody was disturbed.

use api::connection::{ConnectionStatus, Disconnect, DisconnectConnection, ImportedData, ViewError};
use api::connection_draft::{ConnectionDraft, Create, CreateDraft, Progress};
use api::{ConnectionId, Nothing, Refused};
use server::audit::verify::{self, Verified};
use server::connection::disconnect::remove_deleted;
use server::connection_draft::sweep;
use server::http::Limits;
use server::import::run::everything_due;

use crate::harness::long;
use crate::import_fault::{halves, kept};
use crate::upstream::{World, body, finish, key, test};
use crate::wire::{Loss, Wire};

/// Days of history: few, so that the loops end soon, and yet every kind of statement is made.
const DAYS: i64 = 2;

async fn world() -> Option<(World, Wire)> {
    World::on_wire(Limits { history_days: DAYS, ..Limits::default() }).await
}

/// Which of so many requests are lost: all of them in the long form, and in the usual one some, spread over all.
fn moments(requests: u64) -> Vec<(u64, Loss)> {
    let step = if long() { 1 } else { (requests / 12).max(1) };
    let chosen = (1..=requests).filter(|n| n % step == 0);
    chosen.flat_map(|n| [(n, Loss::Request), (n, Loss::Answer)]).collect()
}

#[tokio::test]
async fn whichever_request_to_the_database_is_lost_an_import_ends_where_an_undisturbed_one_does() {
    let Some((world, wire)) = world().await else { return };
    let connection = world.imported("small").await;
    let expected = kept(&world).await;
    assert_eq!(expected.len(), 12 * 2);
    world.start_over().await;
    let before = wire.requests();
    world.import().await;
    let requests = wire.requests() - before;
    assert!(requests > 200, "{requests}");
    let mut lost = 0;
    let moments = moments(requests);
    for (n, loss) in &moments {
        world.start_over().await;
        wire.lose(*n, *loss);
        // It ends in success or in an error. A panic would be the test's own.
        let _ = everything_due(&world.house.app).await;
        lost += usize::from(wire.lose_nothing());
        assert_eq!(halves(&world).await, 0, "{n} {loss:?}");
        world.import().await;
        assert_eq!(kept(&world).await, expected, "{n} {loss:?}");
        assert_eq!(world.count("import_unit").await, 0, "{n} {loss:?}");
        assert_eq!(world.view(&connection.id).await.status, ConnectionStatus::Healthy, "{n} {loss:?}");
    }
    // How many statements there are differs by a few from run to run, since calls overtake each other: of the last moments some
    // are after the end.
    let after_the_end = moments.len() - lost;
    assert!(after_the_end <= 4.max(moments.len() / 40), "{lost} of {} were lost", moments.len());
}

/// Calls again what was answered with a 503, as a person would. Any other fault is none that may pass.
async fn insist<T, E: std::fmt::Debug>(call: impl AsyncFn() -> Result<T, Refused<E>>) -> Result<T, E> {
    for _ in 0..3 {
        match call().await {
            Ok(done) => return Ok(done),
            Err(Refused::Specific(refusal, _)) => return Err(refusal),
            Err(Refused::Common(refusal, problem)) => assert_eq!(problem.status, 503, "{refusal:?}"),
        }
    }
    panic!("the database is there again")
}

/// A draft of this key whose test is over.
async fn tested(world: &World, key_name: &str, connection: Option<&ConnectionId>) -> ConnectionDraft {
    let new = CreateDraft { connection: connection.cloned(), ..body(&key(key_name)) };
    let draft = insist(async || world.admin.call::<Create>(&(), &Nothing {}, &new).await).await.unwrap();
    for _ in 0..3 {
        let tested = insist(async || test(&world.admin, &draft.id).await).await.unwrap();
        if matches!(tested.progress, Progress::Tested { ready: true, .. }) {
            return tested;
        }
    }
    panic!("it cannot be tested")
}

/// An account is connected, gets another key, and is disconnected with its data.
async fn life(world: &World) {
    let draft = tested(world, "small", None).await;
    let made = insist(async || finish(&world.admin, &draft.id, "Robots").await).await.unwrap();
    let draft = tested(world, "small-second-key", Some(&made.id)).await;
    let renewed = insist(async || finish(&world.admin, &draft.id, "Robots").await).await.unwrap();
    assert_eq!((&renewed.id, renewed.key.unwrap().tail), (&made.id, draft.key_tail));
    let delete = DisconnectConnection { data: ImportedData::Delete };
    match insist(async || world.admin.call::<Disconnect>(&made.id, &Nothing {}, &delete).await).await {
        // It was done the first time, whose answer was lost.
        Ok(_) | Err(ViewError::UnknownConnection) => {}
    }
    if remove_deleted(&world.house.app).await.is_err() {
        remove_deleted(&world.house.app).await.unwrap();
    }
}

#[tokio::test]
async fn whichever_request_to_the_database_is_lost_an_account_is_connected_once_and_no_key_is_left() {
    let Some((mut world, wire)) = world().await else { return };
    life(&world).await;
    let before = wire.requests();
    life(&world).await;
    let moments = moments(wire.requests() - before);
    let mut lost = 0;
    for (n, loss) in &moments {
        wire.lose(*n, *loss);
        life(&world).await;
        lost += usize::from(wire.lose_nothing());
        // A draft whose id was lost on the way to the user ends by itself.
        world.advance(31 * 60).await;
        sweep(&world.house.app).await.unwrap();
        for table in ["connection", "connection_draft", "secret", "wrapped_key", "import_unit"] {
            assert_eq!(world.count(table).await, 0, "{n} {loss:?}: {table}");
        }
    }
    assert!(lost + 4 >= moments.len(), "{lost} of {} were lost", moments.len());
    let lives = i64::try_from(moments.len()).unwrap() + 2;
    for kind in ["connection_made", "key_renewed", "connection_disconnected", "connection_deleted"] {
        assert_eq!(world.count(&format!("audit_event WHERE kind = '{kind}'")).await, lives, "{kind}");
    }
    let verified = verify::all(&world.house.app).await.unwrap();
    assert!(verified.iter().all(|(_, verified)| matches!(verified, Verified::Whole { .. })), "{verified:?}");
}
