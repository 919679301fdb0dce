//! The life of a connected account: renamed, paused, resumed, tested again, and what it says of itself meanwhile.

use std::time::Duration;

use api::connection::{
    ActError, Connection, ConnectionStatus, ConnectionTest, Import, ImportError, Pause, Rename,
    RenameConnection, RenameError, Resume, Test, ViewTest,
};
use api::connection_draft::{Cause, CheckKind, Verdict};
use api::{ConnectionId, Nothing, Permission, Refused};
use server::connection::transition;

use crate::harness::Person;
use crate::upstream::{World, failure, specific};

async fn rename(person: &Person, id: &ConnectionId, name: &str) -> Result<Connection, Refused<RenameError>> {
    person.call::<Rename>(id, &Nothing {}, &RenameConnection { name: name.into() }).await
}

/// What is noted of the admin's connections, oldest first.
pub async fn noted(world: &World) -> Vec<String> {
    let mut db = world.house.app.store.read().await.unwrap();
    let tenant = &world.admin.user.as_ref().unwrap().tenant;
    let noted: Vec<(i64, String)> =
        sqlx::query_as("SELECT seq, kind FROM connection_transition WHERE tenant_id = $1 ORDER BY seq")
            .bind(tenant.as_str())
            .fetch_all(&mut *db)
            .await
            .unwrap();
    assert!(noted.iter().map(|(seq, _)| *seq).eq(1..=noted.len() as i64), "{noted:?}");
    noted.into_iter().map(|(_, kind)| kind).collect()
}

#[tokio::test]
async fn a_name_is_changed_by_the_rule_of_the_form() {
    let world = World::new().await;
    let made = world.connected("small").await;
    let renamed = rename(&world.admin, &made.id, "  Robots ").await.unwrap();
    assert_eq!(renamed.name.as_str(), "Robots");
    assert_eq!(world.view(&made.id).await.name.as_str(), "Robots");
    let refused = specific(rename(&world.admin, &made.id, " ").await);
    assert_eq!(refused, RenameError::UnfitName { cause: "Enter a name.".into() });
    let keeper = world.house.person(&[Permission::AssetsManager]).await;
    assert_eq!(rename(&keeper, &made.id, "Mine").await.unwrap_err().problem().status, 403);
    let stranger = world.house.stranger(Permission::ALL).await;
    assert_eq!(specific(rename(&stranger, &made.id, "Mine").await), RenameError::UnknownConnection);
}

#[tokio::test]
async fn a_paused_account_asks_nothing_keeps_its_data_and_says_who_paused_it() {
    let mut world = World::new().await;
    let before = world.imported("small").await;
    assert_eq!(before.status, ConnectionStatus::Healthy);
    let costs = world.costs(Some(&before.id)).await;
    let keeper = world.house.person(&[Permission::AssetsManager]).await;
    let (by, at) = (keeper.user.as_ref().unwrap().email.clone(), world.house.app.clock.now());
    for _ in 0..2 {
        let paused = keeper.get::<Pause>(&before.id).await.unwrap();
        assert_eq!(paused.status, ConnectionStatus::Paused { by: by.clone(), at });
        assert!(paused.streams.iter().all(|stream| stream.next_run.is_none()));
    }
    assert_eq!(specific(world.admin.get::<Import>(&before.id).await), ImportError::Paused);
    let asked = world.asked_with("small");
    world.advance(2 * 86_400).await;
    world.import().await;
    let world = world.restarted().await;
    world.import().await;
    assert_eq!(world.asked_with("small"), asked);
    assert_eq!(world.costs(Some(&before.id)).await.days[..20], costs.days[2..22]);

    // What is missing by then is read.
    let resumed = world.admin.get::<Resume>(&before.id).await.unwrap();
    assert!(!matches!(resumed.status, ConnectionStatus::Paused { .. }), "{:?}", resumed.status);
    world.import().await;
    assert_eq!(world.view(&before.id).await.status, ConnectionStatus::Healthy);
    assert!(world.asked_with("small") > asked);
    let noted = noted(&world).await;
    assert_eq!(noted[..4], ["connecting", "healthy", "imported", "paused"]);
    assert_eq!((noted[4].as_str(), noted[noted.len() - 1].as_str()), ("importing", "healthy"));
}

#[tokio::test]
async fn pausing_ends_what_is_under_way_and_nothing_of_it_is_kept() {
    let world = World::with_latency(Duration::from_millis(150)).await;
    let made = world.connected("small").await;
    let kept = async || (world.count("import_day").await, world.count("import_unit").await);
    let ((), before) = tokio::join!(world.import(), async {
        while world.count("import_day").await == 0 {
            tokio::task::yield_now().await;
        }
        world.admin.get::<Pause>(&made.id).await.unwrap();
        let asked = world.upstream.requests().len();
        (kept().await, asked)
    });
    // The turn has ended: what was asked by then is not kept, and nothing more was asked.
    assert_eq!(kept().await, before.0);
    world.import().await;
    assert_eq!(kept().await, before.0);
    // No more than what was on its way: a call of each of the eight jobs.
    let asked = world.upstream.requests().len();
    assert!(asked <= before.1 + 8, "{asked} {}", before.1);
    world.admin.get::<Resume>(&made.id).await.unwrap();
    world.import().await;
    assert_eq!(world.view(&made.id).await.status, ConnectionStatus::Healthy);
}

#[tokio::test]
async fn the_first_call_is_awaited_then_days_are_counted_then_all_is_well() {
    let world = World::new().await;
    let made = world.connected("small").await;
    assert_eq!(made.status, ConnectionStatus::Connecting);
    assert_eq!((made.usage_readable, made.warnings.len()), (true, 0));
    let key = made.key.unwrap();
    assert_eq!((key.fingerprint.len(), key.last_used_at), (8, None));
    world.import().await;
    let shown = world.view(&made.id).await;
    assert_eq!(shown.status, ConnectionStatus::Healthy);
    assert_eq!(shown.key.unwrap().last_used_at, Some(world.house.app.clock.now()));
    // A day that is not there, though nothing is to be read any more, is a fault.
    let yesterday = world.today().plus(-1).number().to_string();
    world
        .execute("DELETE FROM import_day WHERE stream = 'images' AND day = CAST($1 AS BIGINT)", &[&yesterday])
        .await;
    world.renew_blocks(&made.id).await;
    let shown = world.view(&made.id).await;
    assert_eq!(failure(&shown), &Cause::DaysMissing { days: vec![world.today().plus(-1)] });
    world.execute("UPDATE connection SET refresh_due_at = created_at", &[]).await;
    assert!(matches!(world.view(&made.id).await.status, ConnectionStatus::Importing { percent: 99 }));
    world.import().await;
    assert_eq!(world.view(&made.id).await.status, ConnectionStatus::Healthy);
}

#[tokio::test]
async fn a_source_that_brings_nothing_new_is_an_alarm() {
    let mut world = World::new().await;
    let made = world.imported("small").await;
    let read_at = world.house.app.clock.now();
    world.advance(4 * 3600 - 1).await;
    assert_eq!(world.view(&made.id).await.status, ConnectionStatus::Healthy);
    world.advance(1).await;
    assert_eq!(failure(&world.view(&made.id).await), &Cause::Silent { since: read_at });
    for _ in 0..2 {
        transition::watch(&world.house.app).await.unwrap();
    }
    world.import().await;
    assert_eq!(world.view(&made.id).await.status, ConnectionStatus::Healthy);
    let stopped = world.imported("usage-stopped").await;
    assert_eq!(failure(&stopped), &Cause::UsageStopped { last_day: world.today().plus(-5) });
    let expected =
        ["connecting", "healthy", "imported", "silent", "healthy", "connecting", "silent", "imported"];
    assert_eq!(noted(&world).await, expected);
}

#[tokio::test]
async fn a_key_that_expires_soon_or_has_expired_is_told() {
    let mut world = World::new().await;
    let made = world.imported("expiring").await;
    let at = world.today().plus(9).start();
    let warned =
        |shown: &Connection| shown.warnings.iter().map(|warning| warning.cause.clone()).collect::<Vec<_>>();
    assert_eq!(made.status, ConnectionStatus::Healthy);
    assert_eq!(warned(&made), [Cause::KeyExpiring { at }]);
    // Whoever sees no key is told too.
    let viewer = world.house.person(&[Permission::CloudAnalyticsUser]).await;
    let seen = viewer.get::<api::connection::View>(&made.id).await.unwrap();
    assert_eq!((seen.key.is_none(), warned(&seen).len()), (true, 1));
    let fine = world.imported("small").await;
    assert_eq!(fine.warnings, []);
    world.admin.get::<Pause>(&fine.id).await.unwrap();
    world.advance(9 * 86_400).await;
    for _ in 0..2 {
        transition::watch(&world.house.app).await.unwrap();
    }
    assert_eq!(warned(&world.view(&made.id).await), [Cause::KeyExpired { at }]);
    // When OpenAI refuses it then, it is said why.
    world.rekey(&made.id, "expired").await;
    world.import().await;
    let shown = world.view(&made.id).await;
    assert!(matches!(shown.status, ConnectionStatus::NeedsKey { .. }), "{:?}", shown.status);
    assert_eq!((failure(&shown), shown.warnings.len()), (&Cause::KeyExpired { at }, 0));
    let noted = noted(&world).await;
    for kind in ["key_expiring", "key_expired", "needs_key"] {
        assert_eq!(noted.iter().filter(|noted| *noted == kind).count(), 1, "{noted:?}");
    }
}

#[tokio::test]
async fn testing_again_keeps_the_verdicts_and_refreshes_what_is_known_of_the_key() {
    let mut world = World::new().await;
    let made = world.imported("small").await;
    let told = world.admin.get::<ViewTest>(&made.id).await.unwrap();
    assert_eq!(told, ConnectionTest::Untested);
    world
        .execute(
            "UPDATE connection SET management_readable = 0, organization_name = NULL, key_expires_at = NULL",
            &[],
        )
        .await;
    let (first, second) = tokio::join!(world.admin.get::<Test>(&made.id), world.admin.get::<Test>(&made.id));
    let tested = first.unwrap();
    assert_eq!(tested, second.unwrap());
    let ConnectionTest::Tested { checks, ready: true, by, at } = &tested else { panic!("{tested:?}") };
    assert_eq!(checks.len(), CheckKind::ALL.len());
    assert!(checks.iter().all(|check| matches!(check.verdict, Verdict::Passed { .. })), "{checks:?}");
    assert_eq!((by, *at), (&world.admin.user.as_ref().unwrap().email, world.house.app.clock.now()));
    assert_eq!(world.admin.get::<ViewTest>(&made.id).await.unwrap(), tested);
    let shown = world.view(&made.id).await;
    assert_eq!((shown.management_readable, shown.organization), (true, made.organization.clone()));
    assert!(shown.key.unwrap().expires_at.is_some());

    // A key without the scope, one that is refused, and one that is accepted again.
    world.rekey(&made.id, "no-management-scope").await;
    let ConnectionTest::Tested { ready, .. } = world.admin.get::<Test>(&made.id).await.unwrap() else {
        panic!()
    };
    assert!(!ready, "it is another organization's");
    assert!(matches!(failure(&world.view(&made.id).await), Cause::OtherOrganization { .. }));
    world.rekey(&made.id, "revoked").await;
    let ConnectionTest::Tested { ready, .. } = world.admin.get::<Test>(&made.id).await.unwrap() else {
        panic!()
    };
    assert!(!ready);
    assert_eq!(failure(&world.view(&made.id).await), &Cause::KeyRefused);
    world.rekey(&made.id, "small-second-key").await;
    world.admin.get::<Test>(&made.id).await.unwrap();
    assert_eq!(world.view(&made.id).await.status, ConnectionStatus::Healthy);
    // A restart in between takes nothing away.
    world.advance(60).await;
    let world = world.restarted().await;
    assert!(matches!(world.admin.get::<ViewTest>(&made.id).await.unwrap(), ConnectionTest::Tested { .. }));

    let stranger = world.house.stranger(Permission::ALL).await;
    assert_eq!(specific(stranger.get::<Test>(&made.id).await), ActError::UnknownConnection);
    let keeper = world.house.person(&[Permission::AssetsManager]).await;
    assert_eq!(keeper.get::<Test>(&made.id).await.unwrap_err().problem().status, 403);
}

/// One of a hundred connections has a key that cannot be opened.
#[tokio::test]
async fn one_broken_key_of_a_hundred_concerns_its_own_account_alone() {
    let world = World::with_history(1).await;
    let first = world.connected("small").await;
    let copies = world.copies(&first.id, 99).await;
    world.execute("UPDATE secret SET sealed = '***' WHERE connection_id = $1", &[copies[41].as_str()]).await;
    world.import().await;
    let mut needs_key = 0;
    for id in copies.iter().chain([&first.id]) {
        match world.view(id).await.status {
            ConnectionStatus::Healthy => {}
            ConnectionStatus::NeedsKey { .. } => needs_key += 1,
            other => panic!("{id}: {other:?}"),
        }
    }
    assert_eq!(needs_key, 1);
}
