//! What every answer says to browsers.

use std::collections::BTreeSet;

use api::Permission;
use axum::body::Body;
use http::Request;

use crate::harness::{Answer, House};
use crate::upstream::World;

const EVERY: [(&str, &str); 8] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-frame-options", "DENY"),
    (
        "permissions-policy",
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), \
         midi=(), payment=(), usb=()",
    ),
    ("access-control-allow-origin", ""),
];

/// What has no characters, or says itself which.
const BINARY: [&str; 6] = [
    "application/octet-stream",
    "application/vnd.apache.parquet",
    "application/wasm",
    "image/png",
    "image/svg+xml",
    "image/x-icon",
];

/// What every answer has, whoever asked for whatever, and however that ended.
pub fn check(answer: &Answer, is_api: bool, what: &str) {
    for (name, value) in EVERY {
        assert_eq!(answer.header(name), value, "{name} of {what}");
    }
    assert_eq!(answer.header("x-request-id").len(), 16, "{what}");
    assert!(!answer.header("x-build").is_empty(), "{what}");
    assert_eq!(answer.header("strict-transport-security"), "", "{what}");
    assert_eq!(answer.header("cache-control") == "no-store", is_api, "{what}");
    let media = answer.header("content-type");
    let is_binary = BINARY.contains(&media);
    assert!(answer.body.is_empty() || is_binary || media.contains("; charset=utf-8"), "{what}: {media:?}");
}

async fn ask(house: &House, method: &str, path: &str) -> Answer {
    let request = Request::builder().method(method).uri(path).header("origin", "https://evil.example");
    house.nobody().send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn every_answer_has_them() {
    let house = House::new().await;
    house.app.store.close().await;
    for (method, path, status) in [
        ("GET", "/", 200),
        ("GET", "/connect/draft_1", 200),
        ("GET", "/nothing.js", 404),
        ("GET", "/.git/config", 404),
        ("GET", "/api/v1/nothing", 404),
        ("PUT", "/api/v1/session", 403),
        ("POST", "/api/v1/session", 403),
        ("GET", "/api/v1/session", 503),
        ("GET", "/healthz", 503),
        ("GET", "/api/v1/openapi.json", 200),
        ("OPTIONS", "/api/v1/session", 405),
        ("TRACE", "/", 403),
    ] {
        let answer = ask(&house, method, path).await;
        assert_eq!(answer.status, status, "{method} {path}");
        check(&answer, path.starts_with("/api/"), &format!("{method} {path}"));
        assert!(!BINARY.contains(&answer.header("content-type")), "{method} {path}");
    }
}

/// The app's own files: those that its page names, and those that these name in turn.
#[tokio::test]
async fn the_files_of_the_app_have_them() {
    let house = House::new().await;
    let (mut found, mut looked_at) = (vec!["/".to_owned()], BTreeSet::new());
    while let Some(path) = found.pop() {
        if !looked_at.insert(path.clone()) {
            continue;
        }
        let answer = ask(&house, "GET", &path).await;
        check(&answer, false, &path);
        // A word in quotes is no file for looking like one.
        if answer.status != 404 && !BINARY.contains(&answer.header("content-type")) {
            assert_eq!(answer.status, 200, "{path}");
            let text = String::from_utf8_lossy(&answer.body);
            // The page's attributes lost their quotes when it was made small.
            let words = text.split(['"', '\'', '=', '>', ' ']);
            let words = words.filter(|text| text.len() < 100 && text.contains('.'));
            let names = words.map(|name| name.trim_start_matches(['.', '/']));
            let is_name = |name: &&str| {
                name.bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'/'))
            };
            found.extend(names.filter(is_name).map(|name| format!("/{name}")));
        }
    }
    // A build without the app has one page.
    assert!(server::http::asset::BUILD == "dev" || looked_at.len() > 10, "{looked_at:?}");
}

/// A browser keeps none of them, and takes none for something else.
#[tokio::test]
async fn files_have_the_headers_of_every_answer() {
    let world = World::with_history(7).await;
    let owner = world.house.person(Permission::ALL).await;
    world.imported("small").await;
    for (address, media) in [
        ("/api/v1/cube?start=2026-11-20&end=2026-11-24", "application/octet-stream"),
        ("/api/v1/exports/audit-events?format=csv", "text/csv; charset=utf-8; header=present"),
        ("/api/v1/exports/audit-events?format=json_lines", "application/x-ndjson; charset=utf-8"),
        ("/api/v1/exports/upstream-calls", "text/csv; charset=utf-8; header=present"),
        (
            "/api/v1/exports/focus?month=2026-11&version=1.2&format=csv",
            "text/csv; charset=utf-8; header=present",
        ),
        ("/api/v1/exports/focus?month=2026-11&version=1.4&format=parquet", "application/vnd.apache.parquet"),
    ] {
        let request = Request::get(address).header("origin", "https://evil.example");
        let answer = owner.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, media), "{address}");
        assert!(!answer.body.is_empty(), "{address}");
        check(&answer, true, address);
    }
}

#[tokio::test]
async fn https_is_for_ever_once_the_public_address_has_it() {
    let house = House::with(|settings| settings.public_url = Some("https://lens.example.com".into())).await;
    let answer = ask(&house, "GET", "/api/v1/session").await;
    assert_eq!(answer.header("strict-transport-security"), "max-age=31536000; includeSubDomains");
}

#[tokio::test]
async fn problems_carry_the_id_of_their_header() {
    let house = House::new().await;
    let answer = ask(&house, "GET", "/api/v1/nothing").await;
    assert_eq!(answer.json()["request_id"], answer.header("x-request-id"));
    assert_ne!(answer.header("x-request-id"), ask(&house, "GET", "/").await.header("x-request-id"));
}

#[tokio::test]
async fn methods_that_an_address_does_not_take_are_answered_with_those_it_does() {
    let house = House::new().await;
    for (method, path, allow) in [
        ("GET", "/api/v1/setup", "POST"),
        ("PUT", "/api/v1/session", "GET,HEAD,POST,DELETE"),
        ("TRACE", "/api/v1/session", "GET,HEAD,POST,DELETE"),
        ("POST", "/healthz", "GET,HEAD"),
        ("DELETE", "/", "GET, HEAD"),
        ("GET", "/api/v1/connection-drafts/draft_1/finish", "POST"),
    ] {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let answer = house.nobody().send(request).await;
        assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, allow), "{method} {path}");
        assert_eq!(answer.json_code(), "method_not_allowed");
    }
}

#[tokio::test]
async fn json_is_compressed_for_those_who_ask() {
    let house = House::new().await;
    let plain = api::openapi::document().to_string().len();
    for encoding in ["br", "gzip"] {
        let request = Request::get("/api/v1/openapi.json").header("accept-encoding", encoding);
        let answer = house.nobody().send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.header("content-encoding"), encoding);
        assert!(answer.body.len() < plain / 4, "{} of {plain}", answer.body.len());
    }
}
