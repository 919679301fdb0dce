//! Whose turn it is to write.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use api::connection::ConnectionStatus;

use crate::harness::House;
use crate::upstream::World;

#[tokio::test]
async fn a_user_waits_for_one_of_those_who_write_in_the_background_at_most() {
    let house = House::new().await;
    let store = &house.app.store;
    let order = Mutex::new(Vec::new());
    let turn = store.write().await.unwrap();
    // All ask before anybody has a turn: futures are polled in their order, and locks are given in theirs.
    let background = (0..8).map(|_| async {
        drop(store.write_in_background().await.unwrap());
        order.lock().unwrap().push("import");
    });
    let user = async {
        drop(store.write().await.unwrap());
        order.lock().unwrap().push("user");
    };
    let release = async { drop(turn) };
    futures::join!(futures::future::join_all(background), user, release);
    assert_eq!(order.into_inner().unwrap()[..3], ["import", "user", "import"]);
}

/// An import notes each minute that it uses the key, and each hour what is due: whoever writes meanwhile is one of its own
/// jobs, which must go on for its turn to end.
#[tokio::test]
async fn an_import_that_wants_to_write_does_not_wait_for_its_own_jobs_for_ever() {
    let mut world = World::with_history(120).await;
    let connection = world.connected("small").await;
    let passing = async {
        for _ in 0..150 {
            world.house.clock.advance(61);
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
    };
    let both = async { tokio::join!(world.import(), passing) };
    tokio::time::timeout(Duration::from_secs(120), both).await.expect("the import hangs");
    world.import().await;
    world.advance(0).await;
    assert_eq!(world.view(&connection.id).await.status, ConnectionStatus::Healthy);
}

#[tokio::test]
async fn whoever_reads_for_long_keeps_no_writer_waiting_for_the_log_of_changes() {
    let house = House::new().await;
    if !house.has_file() {
        return;
    }
    let store = &house.app.store;
    let mut reader = store.snapshot().await.unwrap();
    sqlx::query("SELECT COUNT(*) FROM app_user").execute(&mut *reader).await.unwrap();
    house.person(&[]).await;
    let begun = Instant::now();
    let (_, written) = tokio::join!(store.checkpoint(), async {
        for _ in 0..5 {
            store.write().await.unwrap().commit().await.unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        begun.elapsed()
    });
    assert!(written < Duration::from_secs(2), "writing waited {written:?}");
    // When the reader has gone the log is emptied by itself.
    reader.rollback().await.unwrap();
    let log = house.folder.path().join("openai-lens.db-wal");
    let empty = async {
        while std::fs::metadata(&log).unwrap().len() > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), empty).await.expect("the log of changes is not emptied");
}

/// Whoever empties the log of changes may be cut off at any moment: no connection is left on which nothing is waited for.
#[tokio::test]
async fn a_checkpoint_that_is_cut_off_leaves_every_connection_as_it_was() {
    let house = House::new().await;
    if !house.has_file() {
        return;
    }
    let store = &house.app.store;
    let mut reader = store.snapshot().await.unwrap();
    sqlx::query("SELECT COUNT(*) FROM app_user").execute(&mut *reader).await.unwrap();
    house.person(&[]).await;
    for milliseconds in 0..20 {
        let emptying = tokio::time::timeout(Duration::from_millis(milliseconds), store.checkpoint());
        assert!(emptying.await.is_err(), "there is nothing to wait for");
    }
    let mut all = Vec::new();
    for _ in 0..5 {
        all.push(store.read().await.unwrap());
    }
    for db in &mut all {
        let waits: i64 = sqlx::query_scalar("PRAGMA busy_timeout").fetch_one(&mut **db).await.unwrap();
        assert_eq!(waits, 5000);
    }
}
