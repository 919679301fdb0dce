//! Tokens of programs: what they open, what they never open, and how they end.

use api::api_token::{Create, CreateError, Delete, IssuedToken, List, NewToken};
use api::{Access, Endpoint, Method, Nothing, Permission, Refused};
use axum::body::Body;
use http::Request;

use crate::harness::{Answer, House, Person};
use crate::upstream::specific;

fn new(permissions: &[Permission], read_only: bool) -> NewToken {
    NewToken { name: "Nightly".into(), permissions: permissions.to_vec(), read_only, days: 30 }
}

async fn make(person: &Person, token: NewToken) -> Result<IssuedToken, Refused<CreateError>> {
    person.call::<Create>(&(), &Nothing {}, &token).await
}

/// What a program that sends this token is answered.
async fn send(house: &House, token: &str, method: &str, address: &str) -> Answer {
    let request =
        Request::builder().method(method).uri(address).header("authorization", format!("Bearer {token}"));
    let request = request.header("content-type", "application/json").body(Body::from("{}")).unwrap();
    house.nobody().send(request).await
}

#[tokio::test]
async fn a_token_opens_what_it_was_made_for_and_no_more() {
    let house = House::new().await;
    let ada = house.person(&[Permission::CloudAnalyticsUser, Permission::AssetsManager]).await;
    let made = make(&ada, new(&[Permission::AssetsManager], true)).await.unwrap();
    assert!(made.secret.starts_with("lens_") && made.secret.starts_with(&made.token.start));
    assert_eq!(made.secret.len(), 48);
    assert_eq!(send(&house, &made.secret, "GET", "/api/v1/connections").await.status, 200);
    let refused = send(&house, &made.secret, "GET", "/api/v1/reports").await;
    assert_eq!((refused.status.as_u16(), refused.json_code().as_str()), (403, "forbidden"));
    let listed = ada.get::<List>(&()).await.unwrap().items;
    assert_eq!(listed[0].last_used_at, Some(house.app.clock.now()));
    assert!(!format!("{listed:?}").contains(&made.secret));
}

#[tokio::test]
async fn no_token_reaches_what_is_a_persons_own_or_manages_users_and_one_that_reads_changes_nothing() {
    let house = House::new().await;
    let ada = house.person(Permission::ALL).await;
    let all: Vec<_> =
        Permission::ALL.iter().copied().filter(|each| *each != Permission::UsersManager).collect();
    let reads = make(&ada, new(&all, true)).await.unwrap().secret;
    let writes = make(&ada, new(&all, false)).await.unwrap().secret;
    for endpoint in api::ALL.iter().filter(|endpoint| endpoint.access != Access::Anonymous) {
        let address = endpoint.path.replace(['{', '}'], "");
        let method = endpoint.method.as_str();
        let (of_reader, of_writer) =
            (send(&house, &reads, method, &address).await, send(&house, &writes, method, &address).await);
        let what = format!("{method} {address}");
        if endpoint.access.takes_tokens() {
            assert_ne!(of_writer.json_code(), "token_forbidden", "{what}");
        } else {
            assert_eq!(of_writer.json_code(), "token_forbidden", "{what}");
        }
        let asks = ["/api/v1/reports/query", "/api/v1/changes/query"]
            .iter()
            .any(|ask| endpoint.path.starts_with(ask));
        if !endpoint.access.takes_tokens() || (endpoint.method != Method::Get && !asks) {
            assert_eq!(of_reader.json_code(), "token_forbidden", "{what}");
        } else {
            assert_ne!(of_reader.json_code(), "token_forbidden", "{what}");
        }
    }
}

#[tokio::test]
async fn what_a_token_does_not_open_is_recorded() {
    let house = House::new().await;
    let ada = house.person(&[Permission::AssetsManager]).await;
    let reads = make(&ada, new(&[Permission::AssetsManager], true)).await.unwrap().secret;
    assert_eq!(send(&house, &reads, "GET", List::PATH).await.json_code(), "token_forbidden");
    let mut db = house.app.store.read().await.unwrap();
    let sql = "SELECT COUNT(*) FROM audit_event WHERE kind = 'token_denied' AND result = 'refused'";
    let recorded: i64 = sqlx::query_scalar(sql).fetch_one(&mut *db).await.unwrap();
    assert_eq!(recorded, 1);
}

#[tokio::test]
async fn a_token_that_is_none_is_401_without_a_cookie_even_beside_a_good_session() {
    let house = House::new().await;
    let ada = house.person(&[Permission::AssetsManager]).await;
    for header in ["Bearer lens_none", "bearer", "Bearer ", "BEARER x y"] {
        for address in ["/api/v1/connections", "/api/v1/session"] {
            let request = Request::get(address).header("authorization", header).body(Body::empty()).unwrap();
            let answer = ada.send(request).await;
            assert_eq!((answer.status.as_u16(), answer.json_code().as_str()), (401, "bad_token"), "{header}");
            assert_eq!(answer.header("www-authenticate"), "Bearer");
            assert!(answer.headers.get("set-cookie").is_none());
        }
    }
    // Another scheme is for a proxy before us.
    let request = Request::get("/api/v1/connections").header("authorization", "Basic eDp5");
    assert_eq!(ada.send(request.body(Body::empty()).unwrap()).await.status, 200);
}

#[tokio::test]
async fn a_token_ends_when_it_is_revoked_or_expires_and_with_its_owner() {
    let house = House::new().await;
    let manager = house.person(&[Permission::UsersManager]).await;
    let ada = house.person(&[Permission::AssetsManager]).await;
    let good = async |token: &str| send(&house, token, "GET", "/api/v1/connections").await.status == 200;
    let revoked = make(&ada, new(&[Permission::AssetsManager], true)).await.unwrap();
    assert!(good(&revoked.secret).await);
    // Nobody else revokes it.
    manager.get::<Delete>(&revoked.token.id).await.unwrap();
    assert!(good(&revoked.secret).await);
    for _ in 0..2 {
        ada.get::<Delete>(&revoked.token.id).await.unwrap();
    }
    assert!(!good(&revoked.secret).await);

    let kept = make(&ada, new(&[Permission::AssetsManager], true)).await.unwrap();
    let id = ada.user.as_ref().unwrap().id.clone();
    let change = async |permissions: &[Permission], active| {
        let body = api::user::Change { permissions: permissions.to_vec(), active };
        manager.call::<api::user::Update>(&id, &Nothing {}, &body).await.unwrap();
    };
    change(&[], true).await;
    assert!(!good(&kept.secret).await, "the owner may no longer");
    change(&[Permission::AssetsManager], false).await;
    assert!(!good(&kept.secret).await, "the owner is out");
    change(&[Permission::AssetsManager], true).await;
    assert!(good(&kept.secret).await);
    house.clock.advance(30 * 86_400 - 1);
    assert!(good(&kept.secret).await);
    house.clock.advance(1);
    assert!(!good(&kept.secret).await);
    let manager = house.signed_in_again(&manager).await;
    manager.get::<api::user::Delete>(&id).await.unwrap();
    let mut db = house.app.store.read().await.unwrap();
    assert!(sqlx::query("SELECT id FROM api_token").fetch_all(&mut *db).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_does_not_fit_is_named_by_field() {
    let house = House::new().await;
    let ada = house.person(&[Permission::AssetsManager, Permission::UsersManager]).await;
    let good = new(&[Permission::AssetsManager], true);
    for (token, field) in [
        (NewToken { name: " ".into(), ..good.clone() }, "name"),
        (NewToken { days: 0, ..good.clone() }, "days"),
        (NewToken { days: 366, ..good.clone() }, "days"),
        (new(&[], true), "permissions"),
        (new(&[Permission::CloudAnalyticsUser], true), "permissions"),
        (new(&[Permission::UsersManager], true), "permissions"),
    ] {
        match specific(make(&ada, token).await) {
            CreateError::Unfit { issues } => assert_eq!(issues[0].field, field),
            other => panic!("{other:?}"),
        }
    }
    for _ in 0..50 {
        make(&ada, good.clone()).await.unwrap();
    }
    assert_eq!(specific(make(&ada, good).await), CreateError::TooMany);
}

#[tokio::test]
async fn the_store_has_the_tokens_hash_alone() {
    let house = House::new().await;
    let ada = house.person(&[Permission::AssetsManager]).await;
    let made = make(&ada, new(&[Permission::AssetsManager], true)).await.unwrap();
    if house.has_file() {
        house.app.store.checkpoint().await.unwrap();
        let (files, token) = (house.files(), made.secret.trim_start_matches("lens_").to_owned());
        assert!(!files.windows(token.len()).any(|window| window == token.as_bytes()));
    }
}
