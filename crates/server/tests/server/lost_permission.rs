//! What somebody loses while their calls wait for a turn to write: nothing of what they asked for is done.

use api::{Access, Described, Method};
use axum::body::Body;
use futures::future::join_all;
use http::Request;
use server::settings::MailSettings;

use crate::estate::{Estate, address, body};
use crate::harness::{Answer, Person};
use crate::upstream::World;

/// What takes no turn before it does something: it reads, or asks OpenAI with a key that goes with the permission.
const NO_TURN: [&str; 5] = [
    "/api/v1/changes/query",
    "/api/v1/connection-drafts/{draft}/test",
    "/api/v1/connections/{connection}/test",
    "/api/v1/reports/query",
    "/api/v1/reports/query.csv",
];
/// What asks for the caller's password before its turn, which nobody has here.
const PASSWORD: [&str; 3] =
    ["/api/v1/password", "/api/v1/second-factor/enrolment", "/api/v1/second-factor/removal"];

/// A world with a mail server that nobody answers at, so that a test message comes as far as its turn.
async fn world() -> World {
    let server = "smtp+plain://127.0.0.1:9".parse().unwrap();
    let from = "lens@example.com".parse().unwrap();
    let mail = MailSettings { server, from, password_file: None, ca_file: None };
    World::with_settings(30, |settings| settings.mail = Some(mail)).await
}

/// Everything that changes something and is not for everybody.
fn changes() -> impl Iterator<Item = &'static Described> {
    let is_change = |endpoint: &&Described| {
        endpoint.method != Method::Get
            && endpoint.access != Access::Anonymous
            && !NO_TURN.contains(&endpoint.path)
            && !PASSWORD.contains(&endpoint.path)
    };
    api::ALL.iter().filter(is_change)
}

async fn call(person: &Person, token: Option<&str>, address: String, endpoint: &Described) -> Answer {
    let mut request = Request::builder().method(endpoint.method.as_str()).uri(address);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let body = body(endpoint);
    if !body.is_empty() {
        request = request.header("content-type", "application/json");
    }
    person.send(request.body(Body::from(body)).unwrap()).await
}

/// How many changes were recorded: each leaves a row in the audit log, in its own transaction.
async fn recorded(world: &World) -> i64 {
    let sql = "SELECT COUNT(*) FROM audit_event WHERE kind NOT IN ('access_denied', 'token_denied')";
    sqlx::query_scalar(sql).fetch_one(&mut *world.house.app.store.read().await.unwrap()).await.unwrap()
}

#[tokio::test]
async fn whoever_loses_the_permission_before_their_turn_changes_nothing() {
    let world = world().await;
    let estate = Estate::of(&world, ("small", "second")).await;
    let owner = &estate.owner;
    let id = owner.user.as_ref().unwrap().id.to_string();
    let nobody = world.house.nobody();
    let before = recorded(&world).await;
    type Takes = fn(&Described) -> bool;
    let by_permission: Takes = |endpoint| matches!(endpoint.access, Access::AnyOf(_));
    let any: Takes = |_| true;
    let by_token: Takes = |endpoint| endpoint.access.takes_tokens();
    let cases: [(&str, Takes, Option<&str>, &str, usize); 6] = [
        ("UPDATE app_user SET permissions = '[]' WHERE id = $1", by_permission, None, "forbidden", 22),
        ("UPDATE app_user SET deactivated_at = 1 WHERE id = $1", any, None, "signed_out", 30),
        (
            "UPDATE tenant SET second_factor_rule = 'everybody' WHERE id = (SELECT tenant_id FROM app_user WHERE id = $1)",
            by_permission,
            None,
            "second_factor_needed",
            22,
        ),
        (
            "UPDATE app_user SET permissions = '[\"assets_manager\"]' WHERE id = $1",
            |endpoint| endpoint.path.starts_with("/api/v1/connection-drafts"),
            Some(&estate.token),
            "forbidden",
            3,
        ),
        ("DELETE FROM api_token WHERE user_id = $1", by_token, Some(&estate.token), "bad_token", 15),
        ("DELETE FROM session WHERE user_id = $1", any, None, "signed_out", 30),
    ];
    for (lost, takes, token, code, least) in cases {
        let person = if token.is_some() { &nobody } else { owner };
        let endpoints: Vec<_> = changes().filter(|endpoint| takes(endpoint)).collect();
        assert!(endpoints.len() >= least, "{lost}: {}", endpoints.len());
        // All of them wait for the turn before which it is lost.
        let calls = join_all(
            endpoints.iter().map(|endpoint| call(person, token, address(endpoint, &estate.ids), endpoint)),
        );
        let answers = world
            .house
            .in_the_turn_before(calls, async |db| {
                sqlx::query(lost).bind(&id).execute(db).await.unwrap();
            })
            .await;
        for (endpoint, answer) in endpoints.iter().zip(answers) {
            let what = format!("{} {}, {lost}", endpoint.method.as_str(), endpoint.path);
            assert_eq!(answer.json_code(), code, "{what}: {}", answer.text());
        }
        assert_eq!(recorded(&world).await, before, "{lost}");
        give_back(&world, &id).await;
    }
}

/// What was lost is there again.
async fn give_back(world: &World, id: &str) {
    let all = serde_json::to_string(api::Permission::ALL).unwrap();
    let mut db = world.house.app.store.write().await.unwrap();
    let back = "UPDATE app_user SET permissions = $1, deactivated_at = NULL WHERE id = $2";
    sqlx::query(back).bind(all).bind(id).execute(&mut *db).await.unwrap();
    sqlx::query("UPDATE tenant SET second_factor_rule = 'nobody'").execute(&mut *db).await.unwrap();
    db.commit().await.unwrap();
}
