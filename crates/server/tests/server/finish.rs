//! Finish: a draft becomes a connection once, whoever asks how often, and an organization is connected once.

use api::Permission;
use api::connection::ConnectionStatus;
use api::connection_draft::{Cause, CheckKind, CreateError, FinishError, Progress, TestError, View};
use futures::future::join_all;

use crate::upstream::{World, create, finding, finish, key, letters, specific, test};

#[tokio::test]
async fn fifty_calls_to_finish_make_one_connection() {
    let world = World::new().await;
    let draft = world.tested("small").await;
    let made = join_all((0..50).map(|n| {
        let (admin, id) = (world.admin.clone(), draft.id.clone());
        async move { finish(&admin, &id, &format!("Name {n}")).await.unwrap() }
    }))
    .await;
    assert!(made.iter().all(|connection| connection == &made[0]));
    assert_eq!((world.count("connection").await, world.count("import_unit").await), (1, 66));
    let finished = world.admin.get::<View>(&draft.id).await.unwrap();
    let Progress::Finished { connection } = finished.progress else { panic!("{finished:?}") };
    assert_eq!((&connection.id, &connection.name), (&made[0].id, &made[0].name));
    assert_eq!(specific(test(&world.admin, &draft.id).await), TestError::AlreadyFinished { connection });
}

#[tokio::test]
async fn the_key_of_a_finished_draft_stays_when_the_draft_ends() {
    let mut world = World::new().await;
    let connection = world.connected("small").await;
    world.advance(31 * 60).await;
    server::connection_draft::sweep(&world.house.app).await.unwrap();
    assert_eq!((world.count("connection_draft").await, world.count("secret").await), (0, 1));
    world.import().await;
    assert!(world.costs(Some(&connection.id)).await.billed_through.is_some());
}

#[tokio::test]
async fn nothing_is_finished_that_is_not_ready_or_has_no_name() {
    let world = World::new().await;
    let draft = world.draft("small").await;
    assert_eq!(specific(finish(&world.admin, &draft.id, "Early").await), FinishError::NotReady);
    let failed = world.tested("no-usage-scope").await;
    assert_eq!(specific(finish(&world.admin, &failed.id, "Failed").await), FinishError::NotReady);
    let tested = test(&world.admin, &draft.id).await.unwrap();
    for (name, cause) in [("  ", "Enter a name."), ("a\u{7}b", "Use no line breaks or control characters.")] {
        let refused = specific(finish(&world.admin, &tested.id, name).await);
        assert_eq!(refused, FinishError::UnfitName { cause: cause.into() });
    }
    assert_eq!(world.count("connection").await, 0);
    for (optional, name) in [("no-management-scope", "Ids"), ("unidentified", "Nameless")] {
        let draft = world.tested(optional).await;
        assert_eq!(finish(&world.admin, &draft.id, name).await.unwrap().name.as_str(), name);
    }
}

#[tokio::test]
async fn a_key_and_an_organization_are_connected_once_per_tenant() {
    let world = World::new().await;
    let waiting = world.tested("small-second-key").await;
    let same_key = world.tested("small").await;
    let first = world.connected("small").await;

    // The same key.
    match specific(create(&world.admin, &format!("  {} \n", key("small"))).await) {
        CreateError::AlreadyConnected { connection } => assert_eq!(connection.id, first.id),
        other => panic!("{other:?}"),
    }
    // Another key of the organization: its line fails, and a draft that was tested before cannot finish either.
    let second = world.tested("small-second-key").await;
    assert_eq!(letters(&second), "PFPPP");
    match &finding(&second, CheckKind::OrganizationIdentified).cause {
        Cause::AlreadyConnected { connection } => assert_eq!(connection.id, first.id),
        other => panic!("{other:?}"),
    }
    for draft in [&waiting, &same_key] {
        match specific(finish(&world.admin, &draft.id, "Twice").await) {
            FinishError::AlreadyConnected { connection } => assert_eq!(connection.id, first.id),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(specific(finish(&world.admin, &second.id, "Twice").await), FinishError::NotReady);

    // Another tenant does not hear of it and may connect the same.
    let stranger = world.house.stranger(&[Permission::BillingProfilesAdmin]).await;
    let theirs = create(&stranger, &key("small")).await.unwrap();
    assert_eq!(letters(&test(&stranger, &theirs.id).await.unwrap()), "PPPPP");
    finish(&stranger, &theirs.id, "Ours").await.unwrap();
    assert_eq!(world.count("connection").await, 2);
}

#[tokio::test]
async fn two_drafts_of_one_organization_that_finish_at_once_make_one_connection() {
    let world = World::new().await;
    let drafts = join_all(["small", "small", "small-second-key"].map(|name| world.tested(name))).await;
    let results = join_all(drafts.iter().map(|draft| finish(&world.admin, &draft.id, "Production"))).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    assert_eq!(world.count("connection").await, 1);
}

#[tokio::test]
async fn a_new_key_takes_the_place_of_one_that_cannot_be_used_and_what_is_imported_stays() {
    let mut world = World::new().await;
    let before = world.imported("small").await;
    let costs = world.costs(Some(&before.id)).await;
    assert_eq!(
        world
            .execute("UPDATE secret SET sealed = '***' WHERE connection_id = $1", &[before.id.as_str()])
            .await,
        1
    );
    world.advance(3_700).await;
    world.import().await;
    assert!(matches!(world.view(&before.id).await.status, ConnectionStatus::NeedsKey { .. }));

    let draft = world.tested("small-second-key").await;
    assert_eq!(letters(&draft), "PPPPP");
    assert_eq!(draft.suggested_name, before.name.as_str());
    let renewed = join_all((0..10).map(|_| finish(&world.admin, &draft.id, "Robots"))).await;
    for renewed in renewed {
        let renewed = renewed.unwrap();
        assert_eq!((&renewed.id, renewed.name.as_str()), (&before.id, "Robots"));
        assert_eq!(renewed.key.map(|key| key.tail), Some(draft.key_tail.clone()));
    }
    // Neither the unreadable key nor the draft's own copy is left.
    assert_eq!((world.count("secret").await, world.count("wrapped_key").await), (1, 1));
    assert_eq!(world.costs(Some(&before.id)).await.total, costs.total);
    let asked = (world.asked_with("small"), world.asked_with("small-second-key"));
    world.import().await;
    assert_eq!(world.view(&before.id).await.status, ConnectionStatus::Healthy);
    // Today has an hour more by now.
    assert!(world.costs(Some(&before.id)).await.total > costs.total);
    assert_eq!(world.asked_with("small"), asked.0);
    assert!(world.asked_with("small-second-key") > asked.1);
    assert_eq!(world.execute(RENEWALS, &[before.id.as_str()]).await, 1);

    // A key that works is not replaced by whoever happens to connect the organization again.
    assert_eq!(letters(&world.tested("small").await), "PFPPP");
    // And it is replaced a second time while the draft of the first is still kept.
    world.execute("UPDATE secret SET sealed = '***' WHERE connection_id = $1", &[before.id.as_str()]).await;
    world.advance(3_700).await;
    world.import().await;
    let draft = world.tested("small").await;
    assert_eq!(finish(&world.admin, &draft.id, "Robots").await.unwrap().id, before.id);
}

/// Touches the audit log's rows of a replaced key, to count them.
const RENEWALS: &str =
    "UPDATE audit_event SET event = event WHERE event LIKE '%key_renewed%' AND event LIKE '%' || $1 || '%'";
