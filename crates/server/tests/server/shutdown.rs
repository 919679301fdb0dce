//! SIGTERM: what runs comes to its end, an import stops at what it has kept, and the process says that all is well.

use std::time::{Duration, Instant};

use crate::import_process::serve_with;
use crate::upstream::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sigterm_requests_end_leases_are_given_back_and_what_is_kept_is_whole() {
    let world = World::in_real_time(Duration::from_millis(150)).await;
    world.connected("small").await;
    let server = serve_with(&world, world.house.folder.path(), &[]);
    while world.count("import_day").await == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(world.count("lease WHERE expires_at > 0").await > 0, "the import holds its connection");

    // A request that takes some time: a test of a connection asks OpenAI three times.
    let draft = world.draft("second").await;
    let caller = server.caller(world.admin.cookie());
    let asked = world.asked_with("second");
    let request = tokio::task::spawn_blocking(move || {
        caller.try_call("POST", &format!("/api/v1/connection-drafts/{}/test", draft.id), "{}")
    });
    while world.asked_with("second") == asked {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let begun = Instant::now();
    let ended = tokio::task::spawn_blocking(move || server.terminate());
    let answer = request.await.unwrap().expect("the request that ran was cut off");
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains(r#""state":"tested""#), "{answer}");
    assert_eq!(ended.await.unwrap().code(), Some(0));
    // Requests have ten seconds; the rest is none.
    assert!(begun.elapsed() < Duration::from_secs(12), "{:?}", begun.elapsed());
    assert_eq!(world.count("lease WHERE expires_at > 0").await, 0);
    assert!(world.count("import_unit").await > 0, "there was nothing left to do");
    // Each day that is known of has its rows, and the other way round.
    let half = "import_day WHERE row_count > 0 AND NOT EXISTS (SELECT 1 FROM segment WHERE \
                segment.connection_id = import_day.connection_id AND segment.stream = import_day.stream AND segment.day = import_day.day)";
    assert_eq!(world.count(half).await, 0);
    world.import().await;
    assert_eq!(world.count("import_unit").await, 0);
}
