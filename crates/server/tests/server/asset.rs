//! The app's files, whether or not this build has the app inside.

use axum::body::Body;
use http::Request;

use crate::harness::{Answer, House};

async fn get(house: &House, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request =
        headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, *value));
    house.nobody().send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn every_page_is_the_app() {
    let house = House::new().await;
    let index = get(&house, "/index.html", &[]).await;
    for path in ["/", "/assets/openai", "/connect/draft_1", "/lens?connection=conn_1", "/login/return?code=1"]
    {
        let answer = get(&house, path, &[]).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(answer.header("cache-control"), "no-cache");
        assert_eq!(answer.body, index.body, "{path}");
    }
}

#[tokio::test]
async fn what_is_no_file_is_not_found() {
    let house = House::new().await;
    for path in [
        "/nothing.js",
        "/favicon.nope",
        "/assets/.env",
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "/index.html.br",
    ] {
        let answer = get(&house, path, &[]).await;
        assert_eq!((answer.status.as_u16(), answer.json_code().as_str()), (404, "no_such_address"), "{path}");
    }
    assert_eq!(get(&house, "/api/v1/nothing", &[]).await.json_code(), "no_such_address");
    assert_eq!(get(&house, "/api/", &[]).await.json_code(), "no_such_address");
}

#[tokio::test]
async fn known_files_are_not_sent_again() {
    let house = House::new().await;
    let first = get(&house, "/", &[]).await;
    let etag = first.header("etag").to_owned();
    assert!(etag.starts_with('"') && etag.ends_with('"'));
    let again = get(&house, "/", &[("if-none-match", &etag)]).await;
    assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
    assert_eq!(get(&house, "/", &[("if-none-match", "\"other\"")]).await.status, 200);
}

#[tokio::test]
async fn files_are_sent_compressed_to_those_who_take_it() {
    let house = House::new().await;
    let plain = get(&house, "/", &[]).await;
    assert_eq!(plain.header("content-encoding"), "");
    assert_eq!(plain.header("vary"), "accept-encoding");
    let brotli = get(&house, "/", &[("accept-encoding", "gzip, deflate, br, zstd")]).await;
    assert_eq!(brotli.header("content-encoding"), "br");
    assert!(brotli.body.len() < plain.body.len());
    assert_eq!(get(&house, "/", &[("accept-encoding", "br;q=0")]).await.header("content-encoding"), "");
}

#[tokio::test]
async fn what_is_no_page_is_the_app_that_says_so_and_404() {
    let house = House::new().await;
    let index = get(&house, "/index.html", &[]).await;
    for path in ["/debug", "/debug/pprof/", "/server-status", "/actuator/health", "/no/such/page"] {
        let answer = get(&house, path, &[]).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(answer.body, index.body, "the app says that there is no such page");
        let again = get(&house, path, &[("if-none-match", index.header("etag"))]).await;
        assert_eq!(again.status, 404, "{path}");
    }
}
