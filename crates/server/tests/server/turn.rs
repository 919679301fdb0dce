//! Whose turn it is to write.

use std::sync::Mutex;

use crate::harness::House;

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
