//! Answers: headers, refusals, the log and the clock.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;
use simulator::clock::DAY;
use simulator::key;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::{COSTS, NOW, TODAY, get, send, simulator};

#[tokio::test]
async fn every_answer_has_openais_headers_and_an_id_of_its_own() {
    let running = simulator().await;
    let target = format!("{COSTS}?start_time={TODAY}");
    let organization =
        running.organization(&key::named("small").unwrap().secret()).unwrap().id.to_lowercase();
    let mut ids = BTreeSet::new();
    let answers = futures::future::join_all((0..20).map(|_| get(&running, &target, "small"))).await;
    for answer in &answers {
        assert_eq!(answer.header("openai-version"), Some("2020-10-01"));
        assert_eq!(answer.header("openai-organization"), Some(organization.as_str()));
        assert!(answer.header("openai-processing-ms").unwrap().parse::<u64>().is_ok());
        assert!(ids.insert(answer.header("x-request-id").unwrap().to_owned()));
    }
    for (name, status) in [("", 401), ("invalid", 401), ("unidentified", 200)] {
        let answer = get(&running, &target, name).await;
        assert_eq!((answer.status, answer.header("openai-organization")), (status, None), "{name}");
        assert!(ids.insert(answer.header("x-request-id").unwrap().to_owned()));
    }
    assert_eq!(get(&running, &target, "").await.message(), "Missing bearer authentication in header");
}

#[tokio::test]
async fn unknown_addresses_and_other_verbs_are_refused_and_logged() {
    let running = simulator().await;
    for (method, path, status) in [
        ("GET", "/v1/organization/usage/dreams", 404),
        ("GET", "/v1/organization/projects/proj_x", 404),
        ("GET", "/v1/organization/projects/proj_x/api_keys", 404),
        ("GET", "/v1/models", 404),
        ("GET", "/", 404),
        ("POST", "/v1/organization/admin_api_keys", 405),
        ("DELETE", "/v1/organization/admin_api_keys/key_x", 405),
    ] {
        let answer = send(&running, method, path, "small", "").await;
        assert_eq!(answer.status, status, "{method} {path}");
        assert_eq!(answer.json()["error"]["type"], "invalid_request_error");
        let logged = running.requests().pop().unwrap();
        assert_eq!((logged.method.as_str(), logged.path.as_str(), logged.status), (method, path, status));
    }
    let last = running.organization(&key::named("large").unwrap().secret()).unwrap().projects[199].id.clone();
    let answer = get(&running, &format!("/v1/organization/projects/{last}"), "large").await;
    assert_eq!(answer.json()["id"], last.as_str());
}

#[tokio::test]
async fn the_log_and_the_clock_are_reached_over_http() {
    let running = simulator().await;
    get(&running, &format!("{COSTS}?start_time={TODAY}"), "small").await;
    let log = get(&running, "/_simulator/requests", "").await.body;
    let entry: Value = serde_json::from_str(log.lines().next().unwrap()).unwrap();
    assert_eq!((log.lines().count(), &entry["status"], &entry["at"]), (1, &200.into(), &NOW.into()));
    assert_eq!(send(&running, "DELETE", "/_simulator/requests", "", "").await.status, 200);
    assert!(running.requests().is_empty());
    assert_eq!(send(&running, "PUT", "/_simulator/clock", "", &(NOW + DAY).to_string()).await.status, 200);
    assert_eq!(running.now(), NOW + DAY);
    assert_eq!(send(&running, "PUT", "/_simulator/clock", "", "noon").await.status, 400);
    assert_eq!(send(&running, "PUT", "/_simulator/clock", "", "system").await.status, 200);
    assert!(running.now() != NOW + DAY);
    let address = running.url();
    // Neither a connection that is kept alive nor one that hangs outlives it.
    let mut idle = TcpStream::connect(address.trim_start_matches("http://")).await.unwrap();
    let secret = key::named("hanging").unwrap().secret();
    let request = format!(
        "GET /v1/organization/users HTTP/1.1\r\nhost: simulator\r\nauthorization: Bearer {secret}\r\n\r\n"
    );
    idle.write_all(request.as_bytes()).await.unwrap();
    while running.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    tokio::time::timeout(Duration::from_secs(5), running.shutdown()).await.unwrap();
    let mut rest = String::new();
    idle.read_to_string(&mut rest).await.unwrap();
    assert!(TcpStream::connect(address.trim_start_matches("http://")).await.is_err());
}
