//! Who may call what: for every endpoint of the contract, made from the contract.

mod crawl;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use api::{Access, Described, Method, Permission};
use axum::body::Body;
use http::Request;

use crate::contract::check_file;
use crate::estate::{Estate, address, body};
use crate::harness::{Answer, House, Person};
use crate::headers;
use crate::upstream::World;

/// Whatever is answered, its headers are those of every answer.
async fn call_at(person: &Person, endpoint: &Described, address: &str, body: String) -> Answer {
    let method = endpoint.method.as_str();
    let mut request = Request::builder().method(method).uri(address);
    request = request.header("content-type", "application/json");
    if endpoint.method == Method::Get {
        // As if another site's page had asked. What changes something would be refused for that.
        request = request.header("origin", "https://evil.example");
    }
    let answer = person.send(request.body(Body::from(body)).unwrap()).await;
    headers::check(&answer, true, &format!("{method} {address}"));
    answer
}

async fn call(person: &Person, endpoint: &Described) -> Answer {
    call_at(person, endpoint, &address(endpoint, &[]), "{}".into()).await
}

/// Everybody who may call: with no permission, with each one alone, with all, from elsewhere, and no longer.
async fn actors(house: &House) -> Vec<(String, Person)> {
    let mut actors = vec![("nobody".to_owned(), house.nobody())];
    actors.push(("somebody deactivated".into(), deactivated(house).await));
    actors.push(("no permission".into(), house.person(&[]).await));
    for permission in Permission::ALL {
        actors.push((permission.slug().into(), house.person(&[*permission]).await));
    }
    actors.push(("every permission".into(), house.person(Permission::ALL).await));
    actors.push(("another tenant's".into(), house.stranger(Permission::ALL).await));
    actors
}

/// Who had every permission and a session, and has the cookie still.
async fn deactivated(house: &House) -> Person {
    let person = house.person(Permission::ALL).await;
    let id = person.user.as_ref().unwrap().id.as_str().to_owned();
    let mut db = house.app.store.write().await.unwrap();
    sqlx::query("UPDATE app_user SET deactivated_at = 1 WHERE id = $1")
        .bind(id)
        .execute(&mut *db)
        .await
        .unwrap();
    db.commit().await.unwrap();
    person
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
            "POST /api/v1/invitation-acceptances",
            "POST /api/v1/invitation-looks",
            "GET /api/v1/session",
            "POST /api/v1/session",
            "DELETE /api/v1/session",
            "POST /api/v1/setup",
            "GET /api/v1/sign-on",
            "POST /api/v1/sign-on/arrival",
            "POST /api/v1/sign-on/departure"
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
            let body = Body::from(body(endpoint));
            let request = request.header("content-type", "application/json").body(body).unwrap();
            let answer = person.send(request).await;
            // Discarding what is not there is as good as discarding what is.
            let fine = endpoint.method == Method::Delete && answer.status == 204;
            assert!(answer.status == 404 || fine, "{} {id}: {answer:?}", endpoint.path);
        }
    }
}

#[tokio::test]
async fn the_matrix_of_routes_and_actors_is_the_contracts_and_committed() {
    let house = House::new().await;
    let mut text = String::new();
    for endpoint in api::ALL {
        writeln!(text, "{} {}", endpoint.method.as_str(), endpoint.path).unwrap();
        // People of their own for each call: some calls end a session.
        let mut answers: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (actor, person) in actors(&house).await {
            let answer = call(&person, endpoint).await;
            let key = format!("{} {}", answer.status.as_u16(), answer.json_code());
            answers.entry(key.trim().to_owned()).or_default().push(actor);
        }
        for (answer, actors) in answers {
            writeln!(text, "  {answer}: {}", actors.join(", ")).unwrap();
        }
    }
    check_file("tests/server/access/matrix.txt", &text);
}

#[tokio::test]
async fn verbs_that_an_address_does_not_take_are_refused_to_everybody() {
    let house = House::new().await;
    let all = house.person(Permission::ALL).await;
    let mut refused = 0;
    for path in api::ALL.iter().map(|endpoint| endpoint.path).collect::<BTreeSet<_>>() {
        let at: Vec<_> = api::ALL.iter().filter(|endpoint| endpoint.path == path).collect();
        for verb in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"] {
            if at.iter().any(|endpoint| endpoint.method.as_str() == verb) {
                continue;
            }
            for person in [&house.nobody(), &all] {
                let request = Request::builder().method(verb).uri(address(at[0], &[]));
                let answer = person.send(request.body(Body::empty()).unwrap()).await;
                assert_eq!(answer.status, 405, "{verb} {path}");
                headers::check(&answer, true, &format!("{verb} {path}"));
                refused += 1;
            }
        }
    }
    assert!(refused > 100);
}

/// What was done in a company: every change leaves a row in its audit log.
async fn recorded(world: &World, person: &Person) -> i64 {
    let sql = "SELECT COUNT(*) FROM audit_event WHERE tenant_id = $1";
    let tenant = person.user.as_ref().unwrap().tenant.as_str().to_owned();
    let mut db = world.house.app.store.read().await.unwrap();
    sqlx::query_scalar(sql).bind(tenant).fetch_one(&mut *db).await.unwrap()
}

#[tokio::test]
async fn ids_of_another_tenant_are_answered_like_ids_that_nobody_has() {
    let world = World::new().await;
    let Estate { ids, owner, .. } = Estate::of(&world, ("small", "second")).await;
    let before = recorded(&world, &owner).await;
    let comparable = |answer: &Answer| {
        let mut body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        if let Some(members) = body.as_object_mut() {
            members.remove("request_id");
        }
        (answer.status, body)
    };
    let named = api::ALL.iter().filter(|endpoint| endpoint.path.contains('{'));
    for endpoint in named {
        let (real, made_up) = (address(endpoint, &ids), address(endpoint, &[]));
        assert_ne!(real, made_up);
        // Whoever may do everything, in a company of their own.
        let stranger = world.house.stranger(Permission::ALL).await;
        let found = call_at(&stranger, endpoint, &real, body(endpoint)).await;
        let none = call_at(&stranger, endpoint, &made_up, body(endpoint)).await;
        let what = format!("{} {real}", endpoint.method.as_str());
        assert_eq!(comparable(&found), comparable(&none), "{what}");
        // Removing what is not there is as good as removing what is.
        let gone = endpoint.method == Method::Delete && found.status == 204;
        assert!(found.status == 404 || gone, "{what}: {found:?}");
    }
    assert_eq!(recorded(&world, &owner).await, before, "nothing of it was touched");
}

#[tokio::test]
async fn the_migration_of_permissions_takes_nothing_away() {
    let house = House::new().await;
    let person = house.person(&[]).await;
    let old_all = r#"["billing_profiles_admin","cloud_analytics_user","assets_manager"]"#;
    for (before, after) in [
        (old_all, Permission::ALL.to_vec()),
        ("[]", vec![Permission::SupportRequester]),
        (r#"["assets_manager"]"#, vec![Permission::AssetsManager, Permission::SupportRequester]),
    ] {
        let mut db = house.app.store.write().await.unwrap();
        sqlx::query("UPDATE app_user SET permissions = $1").bind(before).execute(&mut *db).await.unwrap();
        let migration = include_str!("../../migrations/0050_permission.sql");
        sqlx::raw_sql(migration).execute(&mut *db).await.unwrap();
        db.commit().await.unwrap();
        let api::session::Session::SignedIn(signed_in) = person.get::<api::session::View>(&()).await.unwrap()
        else {
            panic!("signed out")
        };
        assert_eq!(signed_in.permissions, after);
    }
}
