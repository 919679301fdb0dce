//! Sealed keys: one that lies in another place than it was sealed for opens nothing, and harms no other.

use api::connection::ConnectionStatus;
use api::connection_draft::Cause;

use crate::upstream::{World, failure, finish};

/// OpenBao's MoveIntegrity, for every part of the place that a key is bound to.
#[tokio::test]
async fn a_sealed_key_that_was_moved_is_unreadable_and_the_others_keep_working() {
    for (case, statements) in [
        (
            "the sealed key of another connection",
            &[
                "UPDATE secret SET sealed = (SELECT sealed FROM secret WHERE connection_id = $2) WHERE connection_id = $1",
            ] as &[&'static str],
        ),
        (
            "the sealed key and the data key of another connection",
            &[
                "UPDATE secret SET sealed = (SELECT sealed FROM secret WHERE connection_id = $2) WHERE connection_id = $1",
                "UPDATE wrapped_key SET wrapped = (SELECT wrapped FROM wrapped_key WHERE connection_id = $2) WHERE connection_id = $1",
            ],
        ),
        ("another kind", &["UPDATE secret SET kind = 'data-key' WHERE connection_id = $1 AND $2 <> ''"]),
        (
            "another version",
            &[
                "UPDATE secret SET version = 2 WHERE connection_id = $1 AND $2 <> ''",
                "UPDATE connection SET key_version = 2 WHERE id = $1 AND $2 <> ''",
            ],
        ),
        (
            "another tenant",
            &[
                "UPDATE secret SET tenant_id = $2 WHERE connection_id = $1",
                "UPDATE wrapped_key SET tenant_id = $2 WHERE connection_id = $1",
                "UPDATE import_unit SET tenant_id = $2 WHERE connection_id = $1",
                "UPDATE connection SET tenant_id = $2 WHERE id = $1",
            ],
        ),
        (
            "a changed character",
            &[
                "UPDATE secret SET sealed = substr(sealed, 1, 79) || CASE substr(sealed, 80, 1) WHEN 'A' THEN 'B' ELSE 'A' END \
             || substr(sealed, 81) WHERE connection_id = $1 AND $2 <> ''",
            ],
        ),
        ("no base64", &["UPDATE secret SET sealed = '***' WHERE connection_id = $1 AND $2 <> ''"]),
        ("no sealed key", &["DELETE FROM secret WHERE connection_id = $1 AND $2 <> ''"]),
        ("no data key", &["DELETE FROM wrapped_key WHERE connection_id = $1 AND $2 <> ''"]),
    ] {
        let mut world = World::new().await;
        let moved = world.connected("second").await;
        let other = world.connected("small").await;
        let stranger = world.house.stranger(&[api::Permission::BillingProfilesAdmin]).await;
        let elsewhere = case == "another tenant";
        let second =
            if elsewhere { stranger.user.as_ref().unwrap().tenant.to_string() } else { other.id.to_string() };
        for statement in statements {
            assert_eq!(world.execute(statement, &[moved.id.as_str(), &second]).await.min(1), 1, "{case}");
        }
        let asked = world.asked_with("second");
        world.import().await;
        assert_eq!(world.view(&other.id).await.status, ConnectionStatus::Healthy, "{case}");
        if elsewhere {
            world.admin = stranger;
        }
        let broken = world.view(&moved.id).await;
        assert!(matches!(broken.status, ConnectionStatus::NeedsKey { .. }), "{case}: {:?}", broken.status);
        assert_eq!(failure(&broken), &Cause::KeyUnreadable, "{case}");
        assert_eq!(world.asked_with("second"), asked, "{case}");
        if elsewhere {
            continue;
        }
        // Nobody has to find a new key for it: the same one, pasted again, is sealed anew.
        let draft = world.tested("second").await;
        assert_eq!(draft.suggested_name, broken.name.as_str(), "{case}");
        let renewed = finish(&world.admin, &draft.id, broken.name.as_str()).await.unwrap();
        assert_eq!(renewed.id, moved.id, "{case}");
        world.import().await;
        assert_eq!(world.view(&moved.id).await.status, ConnectionStatus::Healthy, "{case}");
        assert!(world.asked_with("second") > asked, "{case}");
        assert_eq!((world.count("secret").await, world.count("wrapped_key").await), (2, 2), "{case}");
    }
}

#[tokio::test]
async fn a_key_that_is_refused_or_does_not_open_is_recorded_once() {
    for (how, kind) in [("revoked", "key_refused"), ("damaged", "key_unreadable")] {
        let mut world = World::new().await;
        let connection = world.imported("small").await;
        if how == "revoked" {
            world.rekey(&connection.id, "revoked").await;
        } else {
            world.execute("UPDATE secret SET sealed = 'damaged'", &[]).await;
        }
        for _ in 0..2 {
            world.advance(2 * 3600).await;
            world.import().await;
            drop(world.admin.get::<api::connection::Test>(&connection.id).await);
            assert_eq!(world.count(&format!("audit_event WHERE kind = '{kind}'")).await, 1, "{how}");
        }
    }
}
