//! Who may call what: for every endpoint of the contract, made from the contract.

use std::collections::BTreeSet;

use api::{Access, Described, Method, Permission};
use axum::body::Body;
use http::Request;

use crate::harness::{Answer, House, Person};

/// An address of the endpoint with ids that nobody has.
fn address(endpoint: &Described) -> String {
    endpoint
        .path
        .replace("{draft}", "draft_1")
        .replace("{connection}", "conn_1")
        .replace("{report}", "report_1")
        .replace("{support_request}", "support_1")
}

async fn call(person: &Person, endpoint: &Described) -> Answer {
    let address = address(endpoint);
    assert!(!address.contains('{'), "{address} needs a sample value here");
    let request = Request::builder().method(endpoint.method.as_str()).uri(address);
    person.send(request.header("content-type", "application/json").body(Body::from("{}")).unwrap()).await
}

#[tokio::test]
async fn the_router_has_what_the_contract_has_and_nothing_else() {
    let key = |method: Method, path: &'static str| (method.as_str(), path);
    let mounted = server::router::endpoints();
    let mounted: BTreeSet<_> = mounted.mounted().iter().map(|(method, path)| key(*method, path)).collect();
    let contract: BTreeSet<_> = api::ALL.iter().map(|endpoint| key(endpoint.method, endpoint.path)).collect();
    assert_eq!(mounted, contract);
    assert_eq!(contract.len(), api::ALL.len(), "no endpoint is listed twice");
}

#[tokio::test]
async fn nobody_gets_nothing_but_what_is_for_anybody() {
    let house = House::new().await;
    let mut anybody = Vec::new();
    for endpoint in api::ALL {
        let answer = call(&house.nobody(), endpoint).await;
        if endpoint.access == Access::Anonymous {
            anybody.push(format!("{} {}", endpoint.method.as_str(), endpoint.path));
            assert_ne!(answer.json_code(), "signed_out", "{}", endpoint.path);
        } else {
            assert_eq!(answer.status, 401, "{}", endpoint.path);
            assert_eq!(answer.json_code(), "signed_out", "{}", endpoint.path);
        }
    }
    // Whoever opens another endpoint to everybody writes it down here.
    assert_eq!(
        anybody,
        [
            "POST /api/v1/client-reports",
            "GET /api/v1/session",
            "POST /api/v1/session",
            "DELETE /api/v1/session",
            "POST /api/v1/setup"
        ]
    );
}

#[tokio::test]
async fn each_permission_opens_its_endpoints_and_no_others() {
    let house = House::new().await;
    let mut people = vec![(Vec::new(), house.person(&[]).await)];
    for permission in Permission::ALL {
        people.push((vec![*permission], house.person(&[*permission]).await));
    }
    people.push((Permission::ALL.to_vec(), house.person(Permission::ALL).await));
    for endpoint in api::ALL {
        let Access::AnyOf(needs) = endpoint.access else { continue };
        assert!(!needs.is_empty(), "{} can be called by nobody", endpoint.path);
        for (permissions, person) in &people {
            let answer = call(person, endpoint).await;
            let what = format!(
                "{} {} with {permissions:?}: {}",
                endpoint.method.as_str(),
                endpoint.path,
                answer.text()
            );
            if permissions.iter().any(|permission| needs.contains(permission)) {
                assert!(answer.json_code() != "forbidden" && answer.status != 401, "{what}");
            } else {
                assert_eq!(
                    (answer.status.as_u16(), answer.json_code().as_str()),
                    (403, "forbidden"),
                    "{what}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_session_that_has_ended_is_nobody() {
    let house = House::new().await;
    let person = house.person(Permission::ALL).await;
    house.clock.advance(server::session::ABSOLUTE);
    for endpoint in api::ALL.iter().filter(|endpoint| endpoint.access != Access::Anonymous) {
        assert_eq!(call(&person, endpoint).await.status, 401, "{}", endpoint.path);
    }
}

#[tokio::test]
async fn a_permission_that_is_taken_away_is_gone_with_the_next_request() {
    let house = House::new().await;
    let person = house.person(Permission::ALL).await;
    let list = api::ALL.iter().find(|endpoint| endpoint.path == "/api/v1/connections").unwrap();
    assert_eq!(call(&person, list).await.status, 200);
    let mut db = house.app.store.write().await.unwrap();
    sqlx::query("UPDATE app_user SET permissions = '[]'").execute(&mut *db).await.unwrap();
    db.commit().await.unwrap();
    assert_eq!(call(&person, list).await.status, 403);
}

#[tokio::test]
async fn ids_that_nobody_has_and_ids_that_are_none_are_answered_alike() {
    let house = House::new().await;
    let person = house.person(Permission::ALL).await;
    for endpoint in api::ALL.iter().filter(|endpoint| endpoint.path.contains('{')) {
        for id in ["draft_1", "nonsense", "draft_../x", "%2e%2e", "%ff", "a%00b"] {
            let start = endpoint.path.split('{').next().unwrap();
            let end = endpoint.path.split('}').nth(1).unwrap();
            let request =
                Request::builder().method(endpoint.method.as_str()).uri(format!("{start}{id}{end}"));
            let body = if endpoint.path.ends_with("finish") { r#"{"name":"x"}"# } else { "{}" };
            let request = request.header("content-type", "application/json").body(Body::from(body)).unwrap();
            let answer = person.send(request).await;
            // Discarding what is not there is as good as discarding what is.
            let fine = endpoint.method == Method::Delete && answer.status == 204;
            assert!(answer.status == 404 || fine, "{} {id}: {answer:?}", endpoint.path);
        }
    }
}
