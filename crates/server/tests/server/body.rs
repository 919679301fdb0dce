//! Bodies and queries that an endpoint does not take.

use std::convert::Infallible;

use api::{Method, Permission};
use axum::body::Body;
use bytes::Bytes;
use http::Request;

use crate::estate::{address, body as sample};
use crate::harness::{Answer, House, Person};

const PATH: &str = "/api/v1/support-requests";

async fn post(person: &Person, content_type: Option<&str>, body: impl Into<Body>) -> Answer {
    let mut request = Request::post(PATH);
    if let Some(content_type) = content_type {
        request = request.header("content-type", content_type);
    }
    person.send(request.body(body.into()).unwrap()).await
}

#[tokio::test]
async fn strict_json() {
    let house = House::new().await;
    let person = house.person(&[Permission::SupportRequester]).await;
    let fine = r#"{"subject":"a","message":"b"}"#;
    for (body, field) in [
        (r#"{"subject":"a"}"#, "message"),
        (r#"{"subject":"a","message":"b","role":"admin"}"#, "role"),
        (r#"{"subject":"a","message":"b","tenant_id":"tenant_1"}"#, "tenant_id"),
        (r#"{"subject":"a","subject":"a","message":"b"}"#, "subject"),
        (r#"{"subject":null,"message":"b"}"#, "subject"),
        (r#"{"subject":["a"],"message":"b"}"#, "subject"),
        (r#"{"subject":"a","message":"b","draft":"conn_1"}"#, "draft"),
        (r#"{"subject":"a","message":"b"}{}"#, ""),
        (r#"{"subject":"a","message":"b",}"#, ""),
        (r#"{'subject':"a"}"#, ""),
        ("", ""),
        ("[]", ""),
        ("\u{feff}{}", ""),
    ] {
        let answer = post(&person, Some("application/json"), body).await;
        assert_eq!((answer.status.as_u16(), answer.json_code().as_str()), (400, "malformed"), "{body}");
        assert_eq!(answer.json()["errors"][0]["field"], field, "{body}");
    }
    let invalid =
        post(&person, Some("application/json"), b"{\"subject\":\"\xff\",\"message\":\"b\"}".to_vec()).await;
    assert_eq!(invalid.status, 400);
    assert_eq!(post(&person, Some("application/json"), fine).await.status, 201);
}

#[tokio::test]
async fn hostile_json_is_refused_at_once() {
    let house = House::new().await;
    let person = house.person(&[Permission::SupportRequester]).await;
    for body in [
        "[".repeat(60_000),
        format!(r#"{{"subject":{}1{}}}"#, "[".repeat(20_000), "]".repeat(20_000)),
        "1".repeat(65_000),
    ] {
        let answer = post(&person, Some("application/json"), body).await;
        assert_eq!(answer.status, 400);
    }
}

#[tokio::test]
async fn only_json_is_taken() {
    let house = House::new().await;
    let person = house.person(&[Permission::SupportRequester]).await;
    let body = r#"{"subject":"a","message":"b"}"#;
    for content_type in [
        None,
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("multipart/form-data; boundary=x"),
        Some("application/jsonp"),
        Some("application/json; charset=latin1"),
        Some(""),
    ] {
        let answer = post(&person, content_type, body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json_code().as_str()),
            (415, "unsupported_media_type"),
            "{content_type:?}"
        );
    }
    for content_type in ["application/json", "Application/JSON", "application/json; charset=UTF-8"] {
        assert_eq!(post(&person, Some(content_type), body).await.status, 201, "{content_type}");
    }
}

#[tokio::test]
async fn whatever_changes_something_takes_only_json_even_when_it_takes_nothing() {
    let house = House::new().await;
    let person = house.person(Permission::ALL).await;
    let mut tried = 0;
    for endpoint in api::ALL.iter().filter(|endpoint| endpoint.method != Method::Get) {
        let what = format!("{} {}", endpoint.method.as_str(), endpoint.path);
        let send = async |content_types: &[&str], body: String| {
            let mut request = Request::builder().method(endpoint.method.as_str()).uri(address(endpoint, &[]));
            for content_type in content_types {
                request = request.header("content-type", *content_type);
            }
            person.send(request.body(Body::from(body)).unwrap()).await
        };
        for content_types in [
            &["text/plain"][..],
            &["text/plain;charset=UTF-8"],
            &["application/x-www-form-urlencoded"],
            &["multipart/form-data; boundary=x"],
            &["application/json", "text/plain"],
            &[""],
        ] {
            for body in [String::new(), "{}".to_owned(), sample(endpoint)] {
                let answer = send(content_types, body).await;
                let told = (answer.status.as_u16(), answer.json_code());
                assert_eq!(told, (415, "unsupported_media_type".into()), "{what} {content_types:?}");
                tried += 1;
            }
        }
    }
    assert!(tried > 500, "{tried}");
    // What only reads changes nothing, whatever is said of a body that it has not.
    let read = Request::get("/api/v1/connections").header("content-type", "text/plain");
    assert_eq!(person.send(read.body(Body::empty()).unwrap()).await.status, 200);
}

#[tokio::test]
async fn large_bodies_are_refused_whether_or_not_they_say_so() {
    let house = House::new().await;
    let person = house.person(&[Permission::SupportRequester]).await;
    let limit = 64 * 1024;
    let body = |length: usize| format!(r#"{{"subject":"a","message":"{}"}}"#, "x".repeat(length - 28));
    // As large as may be: read, and then refused for another reason.
    assert_eq!(body(limit).len(), limit);
    assert_eq!(post(&person, Some("application/json"), body(limit)).await.status, 422);
    let answer = post(&person, Some("application/json"), body(limit + 1)).await;
    assert_eq!((answer.status.as_u16(), answer.json_code().as_str()), (413, "too_large"));

    let declared =
        Request::post(PATH).header("content-type", "application/json").header("content-length", "1073741824");
    assert_eq!(person.send(declared.body(Body::empty()).unwrap()).await.status, 413);

    // An endless body: what is not asked for is never made.
    let endless = futures::stream::repeat_with(|| Ok::<_, Infallible>(Bytes::from_static(&[b' '; 8192])));
    let answer = post(&person, Some("application/json"), Body::from_stream(endless)).await;
    assert_eq!(answer.status, 413);
}

#[tokio::test]
async fn endpoints_without_a_body_take_none() {
    let house = House::new().await;
    let person = house.person(Permission::ALL).await;
    let test = |body: &'static str| {
        let request = Request::post("/api/v1/connection-drafts/draft_1/test")
            .header("content-type", "application/json");
        person.send(request.body(Body::from(body)).unwrap())
    };
    assert_eq!(test("").await.status, 404);
    assert_eq!(test("{}").await.status, 404);
    assert_eq!(test(r#"{"key":"x"}"#).await.status, 400);
}

#[tokio::test]
async fn queries_are_as_strict() {
    let house = House::new().await;
    let person = house.person(Permission::ALL).await;
    for (query, status) in [
        ("", 200),
        ("?limit=10", 200),
        ("?limit=ten", 400),
        ("?limit=1&limit=2", 400),
        ("?page=2", 400),
        ("?limit=-1", 400),
        ("?%ff=1", 400),
    ] {
        let request = Request::get(format!("/api/v1/connections{query}")).body(Body::empty()).unwrap();
        assert_eq!(person.send(request).await.status, status, "{query}");
    }
    let request = Request::get("/api/v1/session?x=1").body(Body::empty()).unwrap();
    assert_eq!(person.send(request).await.json_code(), "malformed");
}

#[tokio::test]
async fn what_is_revoked_while_a_body_arrives_is_revoked() {
    let house = House::new().await;
    let admin = house.person(&[Permission::UsersManager]).await;
    let id = admin.user.as_ref().unwrap().id.to_string();
    let (sender, receiver) = futures::channel::mpsc::unbounded::<Result<&str, std::io::Error>>();
    let request = Request::post("/api/v1/invitations").header("content-type", "application/json");
    let call = admin.send(request.body(Body::from_stream(receiver)).unwrap());
    let revoke = async {
        sender.unbounded_send(Ok(r#"{"email":"eve@example.com","#)).unwrap();
        // The body is asked for only once the caller was found to be allowed in.
        while !sender.is_empty() {
            tokio::task::yield_now().await;
        }
        let mut db = house.app.store.write().await.unwrap();
        let revoked = "UPDATE app_user SET permissions = '[]' WHERE id = $1";
        sqlx::query(revoked).bind(&id).execute(&mut *db).await.unwrap();
        db.commit().await.unwrap();
        sender.unbounded_send(Ok(r#""permissions":["users_manager"]}"#)).unwrap();
        sender.close_channel();
    };
    let (answer, ()) = tokio::join!(call, revoke);
    assert_eq!((answer.status.as_u16(), answer.json_code().as_str()), (403, "forbidden"));
}
