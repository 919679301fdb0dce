//! A new key in the place of one that works: tested first, of the same organization, and without a gap.

use std::time::Duration;

use api::connection::{ConnectionStatus, Pause};
use api::connection_draft::{
    Cause, CheckKind, ConnectionDraft, Create, CreateDraft, CreateError, FinishError, View,
};
use api::{ConnectionId, Nothing, Refused};
use futures::future::join_all;
use server::store::import_schedule;

use crate::upstream::{World, body, checks, failure, finding, finish, key, letters, specific, test};

async fn renewing(
    world: &World,
    id: &ConnectionId,
    name: &str,
) -> Result<ConnectionDraft, Refused<CreateError>> {
    let body = CreateDraft { connection: Some(id.clone()), ..body(&key(name)) };
    world.admin.call::<Create>(&(), &Nothing {}, &body).await
}

#[tokio::test]
async fn a_key_that_works_is_replaced_in_place_and_the_history_stays() {
    let mut world = World::new().await;
    let before = world.imported("small").await;
    let costs = world.costs(Some(&before.id)).await;
    let draft = renewing(&world, &before.id, "small-second-key").await.unwrap();
    let renews = draft.renews.clone().unwrap();
    assert_eq!((&renews.id, &renews.name), (&before.id, &before.name));
    let draft = test(&world.admin, &draft.id).await.unwrap();
    assert_eq!(letters(&draft), "PPPPP");
    assert_eq!(draft.suggested_name, before.name.as_str());
    // Whoever comes back finds it by its id alone.
    assert_eq!(world.admin.get::<View>(&draft.id).await.unwrap(), draft);
    let made = join_all((0..10).map(|_| finish(&world.admin, &draft.id, &draft.suggested_name))).await;
    for made in made {
        let made = made.unwrap();
        assert_eq!((&made.id, made.key.unwrap().tail), (&before.id, draft.key_tail.clone()));
        assert_eq!(made.status, ConnectionStatus::Healthy);
    }
    assert_eq!((world.count("secret").await, world.count("wrapped_key").await), (1, 1));
    assert_eq!(world.execute("UPDATE secret SET version = version WHERE version = 2", &[]).await, 1);
    assert_eq!(world.costs(Some(&before.id)).await, costs);
    let asked = world.asked_with("small");
    world.advance(3_900).await;
    world.import().await;
    let shown = world.view(&before.id).await;
    assert_eq!(shown.status, ConnectionStatus::Healthy);
    assert!(shown.key.unwrap().expires_at.is_some());
    assert_eq!(world.asked_with("small"), asked);
    assert!(world.costs(Some(&before.id)).await.total > costs.total);
    // And again, to and fro: the old key is free.
    world.replace(&before.id, "small").await;
    assert_eq!(world.execute("UPDATE secret SET version = version WHERE version = 3", &[]).await, 1);
}

#[tokio::test]
async fn another_organizations_key_is_refused_with_the_names_of_both() {
    let world = World::new().await;
    let acme = world.connected("small").await;
    let draft = renewing(&world, &acme.id, "second").await.unwrap();
    let draft = test(&world.admin, &draft.id).await.unwrap();
    assert_eq!(letters(&draft), "PFPPP");
    let refused = finding(&draft, CheckKind::OrganizationIdentified);
    let Cause::OtherOrganization { expected, found: Some(found) } = &refused.cause else {
        panic!("{refused:?}")
    };
    assert!(
        expected.starts_with("Acme Robotics (org-") && found.starts_with("Acme Labs (org-"),
        "{refused:?}"
    );
    assert!(refused.detail.contains(&**expected) && refused.detail.contains(&**found), "{}", refused.detail);
    assert_eq!(specific(finish(&world.admin, &draft.id, "x").await), FinishError::NotReady);

    // One that does not tell whose it is could be anybody's.
    let untold = renewing(&world, &acme.id, "unidentified").await.unwrap();
    let untold = test(&world.admin, &untold.id).await.unwrap();
    assert_eq!(letters(&untold), "PFPPP");
    assert!(matches!(
        finding(&untold, CheckKind::OrganizationIdentified).cause,
        Cause::OtherOrganization { found: None, .. }
    ));
    // One whose organization is connected as another account.
    let labs = world.connected("archived").await;
    let taken = renewing(&world, &acme.id, "archived").await;
    assert!(
        matches!(specific(taken), CreateError::AlreadyConnected { connection } if connection.id == labs.id)
    );

    // What was told after the test counts when it is finished.
    let late = renewing(&world, &acme.id, "small-second-key").await.unwrap();
    let late = test(&world.admin, &late.id).await.unwrap();
    world
        .execute("UPDATE connection SET organization_id = 'org-else' WHERE id = $1", &[acme.id.as_str()])
        .await;
    let refused = specific(finish(&world.admin, &late.id, "x").await);
    assert!(matches!(refused, FinishError::OtherOrganization { .. }), "{refused:?}");
    assert_eq!(world.execute("UPDATE secret SET version = version WHERE version = 2", &[]).await, 0);
}

#[tokio::test]
async fn the_very_same_key_is_refused_while_it_works_and_a_stranger_learns_nothing() {
    let world = World::new().await;
    let made = world.connected("small").await;
    match specific(renewing(&world, &made.id, "small").await) {
        CreateError::SameKey { connection } => assert_eq!(connection.id, made.id),
        other => panic!("{other:?}"),
    }
    let stranger = world.house.stranger(api::Permission::ALL).await;
    let theirs = CreateDraft { connection: Some(made.id.clone()), ..body(&key("small")) };
    let refused = stranger.call::<Create>(&(), &Nothing {}, &theirs).await;
    assert_eq!(specific(refused), CreateError::UnknownConnection);
    assert_eq!(world.count("connection_draft").await, 1);
    // One that cannot be decrypted is sealed anew from the same paste.
    world.execute("UPDATE secret SET sealed = '***' WHERE connection_id = $1", &[made.id.as_str()]).await;
    world.import().await;
    assert_eq!(failure(&world.view(&made.id).await), &Cause::KeyUnreadable);
    world.replace(&made.id, "small").await;
    world.import().await;
    assert_eq!(world.view(&made.id).await.status, ConnectionStatus::Healthy);
}

/// An account that needs a new key, and the way out of it to its end.
#[tokio::test]
async fn a_key_that_is_refused_in_mid_import_is_replaced_and_the_import_goes_on() {
    let world = World::with_latency(Duration::from_millis(20)).await;
    let connection = world.imported("revoked-mid-run").await;
    assert_eq!(failure(&connection), &Cause::KeyRefused);
    let asked = world.asked_with("revoked-mid-run");
    let kept = world.count("import_day").await;
    let draft = world.tested("revoked-mid-run-second-key").await;
    assert_eq!(letters(&draft), "PPPPP");
    let note = format!("{:?}", checks(&draft)[1]);
    assert!(note.contains("the new key of “revoked-mid-run”"), "{note}");
    let renewed = finish(&world.admin, &draft.id, &draft.suggested_name).await.unwrap();
    assert_eq!(renewed.id, connection.id);
    assert!(world.count("import_day").await >= kept);
    world.import().await;
    assert_eq!(world.view(&connection.id).await.status, ConnectionStatus::Healthy);
    assert_eq!(world.asked_with("revoked-mid-run"), asked, "the refused key was used again");
}

#[tokio::test]
async fn the_old_keys_late_refusal_says_nothing_of_the_new_one() {
    let world = World::with_latency(Duration::from_millis(200)).await;
    let made = world.connected("small").await;
    let draft = renewing(&world, &made.id, "small-second-key").await.unwrap();
    let draft = test(&world.admin, &draft.id).await.unwrap();
    // OpenAI refuses the old key from now on, and its answers are under way when the new one comes.
    world.rekey(&made.id, "revoked").await;
    let ((), ()) = tokio::join!(world.import(), async {
        let used = "UPDATE connection SET key_used_at = key_used_at WHERE key_used_at IS NOT NULL";
        while world.execute(used, &[]).await == 0 {
            tokio::task::yield_now().await;
        }
        finish(&world.admin, &draft.id, &draft.suggested_name).await.unwrap();
    });
    let shown = world.view(&made.id).await;
    assert_eq!(shown.status, ConnectionStatus::Healthy);
    assert!(world.asked_with("small-second-key") > 0);
}

#[tokio::test]
async fn an_import_that_is_under_way_loses_no_call_to_a_new_key() {
    let world = World::with_latency(Duration::from_millis(10)).await;
    let mut connections = Vec::new();
    for name in ["small", "revoked-mid-run-second-key", "second", "archived"] {
        connections.push(world.connected(name).await.id);
    }
    world.upstream.forget_requests();
    let ((), ()) = tokio::join!(world.import(), async {
        while world.count("import_day").await < 200 {
            tokio::task::yield_now().await;
        }
        for name in ["small-second-key", "small", "small-second-key"] {
            world.replace(&connections[0], name).await;
        }
    });
    let failed: Vec<_> =
        world.upstream.requests().into_iter().filter(|request| request.status != 200).collect();
    assert_eq!(failed, []);
    for id in &connections {
        assert_eq!(world.view(id).await.status, ConnectionStatus::Healthy);
    }
    assert!(world.asked_with("small") > 0 && world.asked_with("small-second-key") > 0);
}

#[tokio::test]
async fn a_paused_account_stays_paused_with_its_new_key() {
    let world = World::new().await;
    let made = world.imported("small").await;
    world.admin.get::<Pause>(&made.id).await.unwrap();
    let renewed = world.replace(&made.id, "small-second-key").await;
    assert!(matches!(renewed.status, ConnectionStatus::Paused { .. }), "{:?}", renewed.status);
}

/// The list that the old key read says nothing of the new one, and a key without an end has none.
#[tokio::test]
async fn what_is_told_of_the_old_key_is_not_noted_of_the_new_one() {
    let world = World::with_history(10).await;
    let connection = world.imported("small").await;
    world.replace(&connection.id, "small-second-key").await;
    let of = (&world.admin.user.as_ref().unwrap().tenant.clone(), &connection.id);
    let now = world.house.app.clock.now();
    let (wrong, right, later) = (now.plus_seconds(60), now.plus_seconds(120), now.plus_seconds(3600));
    for (version, expiry, expected) in [
        (1, Some(Some(wrong)), None),
        (2, Some(Some(right)), Some(right)),
        (1, Some(None), Some(right)),
        (2, None, Some(right)),
        (2, Some(None), None),
    ] {
        let mut db = world.house.app.store.write().await.unwrap();
        let key = (of.0, of.1, version);
        import_schedule::note_names(&mut db, key, true, expiry, later).await.unwrap();
        db.commit().await.unwrap();
        let shown = world.view(&connection.id).await;
        assert_eq!(shown.key.unwrap().expires_at, expected, "{version} {expiry:?}");
    }
}
