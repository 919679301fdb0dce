//! The audit log: what is recorded, that nothing is done without it, and that another hand is noticed.

mod every_mutation;
mod reading;

use api::audit_event::{Actor, Event};
use api::session::Credentials;
use api::{Nothing, Permission, Refused, SecretText, TenantId};
use axum::body::Body;
use http::Request;
use server::audit::verify::{Broken, Verified, all};
use server::store::Backend;
use server::store::audit_event::{Row, after};

use crate::harness::Person;
use crate::process::program;
use crate::upstream::{World, body, key, test};

fn tenant(person: &Person) -> TenantId {
    person.user.as_ref().unwrap().tenant.clone()
}

/// The rows of the admin's tenant.
async fn rows(world: &World) -> Vec<Row> {
    let mut db = world.house.app.store.read().await.unwrap();
    let rows = after(&mut db, &tenant(&world.admin), 0, 1000).await.unwrap();
    rows.into_iter().map(|(row, _)| row).collect()
}

async fn last(world: &World) -> (Actor, Event, Row) {
    let row = rows(world).await.pop().unwrap();
    (serde_json::from_str(&row.actor).unwrap(), serde_json::from_str(&row.event).unwrap(), row)
}

async fn verified(world: &World) -> Verified {
    let tenant = tenant(&world.admin);
    all(&world.house.app).await.unwrap().into_iter().find(|(of, _)| *of == tenant).unwrap().1
}

/// Four rows of one tenant.
async fn written() -> World {
    let world = World::new().await;
    for _ in 0..2 {
        let draft = world.draft("small").await;
        world.admin.get::<api::connection_draft::Discard>(&draft.id).await.unwrap();
    }
    assert_eq!(verified(&world).await, Verified::Whole { rows: 4 });
    world
}

#[tokio::test]
async fn a_row_says_who_did_what_to_which_from_where_and_when_and_never_the_key() {
    let world = World::new().await;
    let draft = world.draft("small").await;
    let (actor, event, row) = last(&world).await;
    let ada = world.admin.user.as_ref().unwrap();
    assert_eq!(actor, Actor::User { user: ada.id.clone(), email: ada.email.clone() });
    let Event::KeyEntered { draft: of, fingerprint, replaces: None, .. } = event else { panic!("{event:?}") };
    assert_eq!((of, fingerprint.len()), (draft.id, 8));
    assert_eq!(row.at, world.house.app.clock.now().unix_seconds());
    assert_eq!((row.result.as_str(), row.kind.as_str()), ("done", "key_entered"));
    assert_eq!((row.request_id.unwrap().len(), row.network.as_deref()), (16, Some("0.0.0.0")));
    let secret = key("small");
    assert!(!row.event.contains(&secret[secret.len() - 6..]), "{}", row.event);
}

#[tokio::test]
async fn whoever_is_refused_is_recorded_and_an_address_that_nobody_has_is_not_told() {
    let world = World::new().await;
    let nobody_much = world.house.person(&[]).await;
    let request = Request::get("/api/v1/connections").body(Body::empty()).unwrap();
    let answer = nobody_much.send(request).await;
    assert_eq!(answer.status, 403);
    let (actor, event, row) = last(&world).await;
    assert_eq!(actor.user(), Some(&nobody_much.user.as_ref().unwrap().id));
    let (method, path) = ("GET".to_owned(), "/api/v1/connections".to_owned());
    assert_eq!(event, Event::AccessDenied { method, path, needs: Permission::SEES_CONNECTIONS.to_vec() });
    assert_eq!(
        (row.result.as_str(), row.request_id.as_deref()),
        ("refused", Some(answer.header("x-request-id")))
    );

    let email = nobody_much.user.as_ref().unwrap().email.to_string();
    for email in [email, "my-password@example.com".into()] {
        let credentials =
            Credentials { email, password: SecretText::new("not the password".into()), code: None };
        let refused = world.house.nobody().call::<api::session::Create>(&(), &Nothing {}, &credentials).await;
        assert!(matches!(refused, Err(Refused::Specific(..))));
    }
    let (actor, event, row) = last(&world).await;
    assert_eq!((actor, event), (Actor::System, Event::SignInRefused));
    assert!(!format!("{row:?}").contains("my-password"), "what was typed may be a password");
    assert_eq!(rows(&world).await.len(), 3);
}

/// Makes the table refuse rows.
async fn refuse_rows(world: &World) {
    world
        .execute(
            match world.house.app.store.backend() {
                Backend::Sqlite => {
                    "CREATE TRIGGER full BEFORE INSERT ON audit_event BEGIN SELECT RAISE(ABORT, 'full'); END"
                }
                Backend::Postgres => {
                    "ALTER TABLE audit_event ADD CONSTRAINT refused CHECK (seq < 0) NOT VALID"
                }
            },
            &[],
        )
        .await;
}

#[tokio::test]
async fn what_cannot_be_recorded_is_refused_and_not_kept() {
    let world = World::new().await;
    let kept = world.draft("small").await;
    let bob = world.house.person(&[]).await;
    refuse_rows(&world).await;
    let refused = world
        .admin
        .call::<api::connection_draft::Create>(&(), &Nothing {}, &body(&key("no-usage-scope")))
        .await;
    let Err(Refused::Common(refusal, _)) = refused else { panic!("{refused:?}") };
    assert_eq!(refusal, api::CommonRefusal::Unavailable);
    assert_eq!((world.count("secret").await, world.count("connection_draft").await), (1, 1));
    // A test that is not on record has no outcome.
    let untested = test(&world.admin, &kept.id).await;
    assert!(matches!(untested, Err(Refused::Common(api::CommonRefusal::Unavailable, _))), "{untested:?}");
    let shown = world.admin.get::<api::connection_draft::View>(&kept.id).await.unwrap();
    assert_eq!(shown.progress, api::connection_draft::Progress::Untested);
    // What is there stays there, and whoever is refused is not told why before it is recorded.
    assert!(world.admin.get::<api::connection_draft::Discard>(&kept.id).await.is_err());
    assert_eq!((world.count("secret").await, world.count("wrapped_key").await), (1, 1));
    let denied = bob.send(Request::get("/api/v1/connections").body(Body::empty()).unwrap()).await;
    assert_eq!(denied.status, 503);
    // Nothing is deleted that is not on record, also when nobody asks.
    assert!(server::connection_draft::sweep(&world.house.app).await.is_ok());
    world.house.clock.advance(3600);
    assert!(server::connection_draft::sweep(&world.house.app).await.is_err());
    assert_eq!(world.count("secret").await, 1);
}

#[tokio::test]
async fn another_hand_is_noticed_and_the_row_is_named() {
    let broken = |seq, how| Verified::Broken { seq, how };
    let cases: [(&[&'static str], Verified); 6] = [
        (
            &["UPDATE audit_event SET event = '{\"kind\":\"signed_in\"}' WHERE seq = 2"],
            broken(2, Broken::Changed),
        ),
        (&["UPDATE audit_event SET at = at + 1 WHERE seq = 4"], broken(4, Broken::Changed)),
        (&["DELETE FROM audit_event WHERE seq = 3"], broken(3, Broken::Missing)),
        (
            &[
                "UPDATE audit_event SET seq = 9 WHERE seq = 2",
                "UPDATE audit_event SET seq = 2 WHERE seq = 3",
                "UPDATE audit_event SET seq = 3 WHERE seq = 9",
            ],
            broken(2, Broken::Changed),
        ),
        (&["DELETE FROM audit_event WHERE seq = 4"], broken(4, Broken::Missing)),
        (
            &[
                "DELETE FROM audit_event WHERE seq = 4",
                "UPDATE audit_head SET seq = 3, hash = (SELECT hash FROM audit_event WHERE seq = 3)",
            ],
            broken(3, Broken::End),
        ),
    ];
    for (statements, expected) in cases {
        let world = written().await;
        for statement in statements {
            assert_eq!(world.execute(statement, &[]).await, 1, "{statement}");
        }
        assert_eq!(verified(&world).await, expected, "{statements:?}");
    }
}

#[tokio::test]
async fn the_command_line_verifies_and_names_the_row() {
    let world = written().await;
    if !world.house.has_file() {
        return;
    }
    let verify = || program(world.house.folder.path()).args(["audit", "verify"]).output().unwrap();
    let whole = verify();
    assert!(whole.status.success(), "{whole:?}");
    assert!(String::from_utf8(whole.stdout).unwrap().contains("4 rows, all as they were written"));
    world.execute("DELETE FROM audit_event WHERE seq = 2", &[]).await;
    let output = verify();
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("row 2 does not fit: it is missing"), "{said}");
}

#[tokio::test]
async fn whoever_is_refused_again_and_again_fills_no_log() {
    let world = World::new().await;
    let nobody_much = world.house.person(&[]).await;
    let others = world.house.person(&[]).await;
    let ask = async |person: &Person, address: &str| {
        let request = Request::get(address).body(Body::empty()).unwrap();
        assert_eq!(person.send(request).await.status, 403);
    };
    for _ in 0..5 {
        ask(&nobody_much, "/api/v1/connections").await;
        world.pass(10);
    }
    assert_eq!(rows(&world).await.len(), 1);
    // Another one, another address and another minute are news.
    ask(&others, "/api/v1/connections").await;
    ask(&nobody_much, "/api/v1/connections/conn_1").await;
    world.pass(10);
    ask(&nobody_much, "/api/v1/connections").await;
    assert_eq!(rows(&world).await.len(), 4);
}
