//! Bodies and queries that an endpoint does not take.

use std::convert::Infallible;

use api::{Method, Permission};
use axum::body::Body;
use bytes::Bytes;
use http::Request;
use serde_json::Value;

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

/// A text of the same JSON whose first field stands there twice; none when there is no field.
fn doubled(body: &str) -> Option<String> {
    let fields: serde_json::Map<String, Value> = serde_json::from_str(body).unwrap();
    let (name, value) = fields.iter().next()?;
    Some(format!(r#"{{"{name}":{value},{}"#, &body[1..]))
}

/// The same JSON with one of its texts replaced, for each of them.
fn with_each_text(body: &str, text: &str) -> Vec<String> {
    fn replace(value: &mut Value, count: &mut usize, text: &str) {
        match value {
            Value::String(old) => {
                if *count == 0 {
                    text.clone_into(old);
                }
                *count = count.wrapping_sub(1);
            }
            Value::Array(values) => values.iter_mut().for_each(|value| replace(value, count, text)),
            Value::Object(fields) => fields.values_mut().for_each(|value| replace(value, count, text)),
            _ => {}
        }
    }
    let original: Value = serde_json::from_str(body).unwrap();
    let changed = (0..).map(|at| {
        let (mut value, mut count) = (original.clone(), at);
        replace(&mut value, &mut count, text);
        value
    });
    changed.take_while(|changed| *changed != original).map(|changed| changed.to_string()).collect()
}

/// By whichever endpoint: none of them answers with a fault of the server.
#[tokio::test]
async fn hostile_json_is_refused_at_once() {
    let house = House::new().await;
    let person = house.person(Permission::ALL).await;
    let mut tried = 0;
    for endpoint in api::ALL.iter().filter(|endpoint| endpoint.method != Method::Get) {
        let what = format!("{} {}", endpoint.method.as_str(), endpoint.path);
        let sample = match sample(endpoint) {
            body if body.is_empty() => "{}".to_owned(),
            body => body,
        };
        let send = async |body: Vec<u8>| {
            let request = Request::builder().method(endpoint.method.as_str()).uri(address(endpoint, &[]));
            let request = request.header("content-type", "application/json").body(Body::from(body)).unwrap();
            person.send(request).await
        };
        let mut refused: Vec<Vec<u8>> = [
            "[".repeat(60_000),
            format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)),
            format!(r#"{{"x":{}1{}}}"#, r#"{"x":"#.repeat(10_000), "}".repeat(10_000)),
            format!("[{}0]", "0,".repeat(30_000)),
            "1".repeat(65_000),
            sample.replacen('{', "{\0", 1),
            format!("{sample}\0"),
        ]
        .map(String::into_bytes)
        .into();
        refused.push([&b"{\"\xff\":1,"[..], &sample.as_bytes()[1..]].concat());
        refused.push([sample.as_bytes(), &b"\xc0\x80"[..]].concat());
        refused.extend(doubled(&sample).map(String::into_bytes));
        for body in refused {
            let (answer, begins) =
                (send(body.clone()).await, String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned());
            assert_eq!(
                (answer.status.as_u16(), answer.json_code().as_str()),
                (400, "malformed"),
                "{what}: {begins}"
            );
            tried += 1;
        }
        let million = format!("[{}0]", "0,".repeat(1_000_000));
        assert_eq!(send(million.into()).await.status, 413, "{what}");
        // JSON can say characters that a database does not take, half of a pair, and such as make others unreadable.
        for text in ["\0", "a\0b", "\u{202e}", "\u{feff}", "\u{10ffff}", "\u{1b}[2J"] {
            for body in with_each_text(&sample, text) {
                let answer = send(body.clone().into()).await;
                assert!(answer.status.as_u16() < 500, "{what} with {body}: {answer:?}");
                tried += 1;
            }
        }
    }
    assert!(tried > 700, "{tried}");
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
