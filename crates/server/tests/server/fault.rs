//! Faults of the server: the user gets an id, the log gets the place, and nobody gets the user's words.

use api::support_request::{Create, SupportRequest};
use api::{Endpoint, Permission};
use axum::body::Body;
use http::Request;
use server::http::{Call, Cx, Endpoints, Outcome};

use crate::harness::{Answer, House};
use crate::log;

const CANARY: &str = "sk-admin-canary-of-a-panic";

async fn panics(_: Cx, call: Call<Create>) -> Outcome<Create> {
    if call.body.subject.is_empty() {
        let never: SupportRequest = serde_json::from_str("").map_err(sqlx::Error::decode)?;
        return Ok(never.into());
    }
    panic!("what the user wrote: {}", call.body.message)
}

/// Calls a handler that fails, and gives what was logged meanwhile.
async fn call(subject: &str) -> (Answer, String) {
    log::start();
    let house = House::new().await;
    let person = house.person(&[Permission::BillingProfilesAdmin]).await;
    let router = server::router::mount(Endpoints::default().endpoint(panics), house.app.clone());
    let body = format!(r#"{{"subject":"{subject}","message":"{CANARY}"}}"#);
    let request = Request::post(Create::PATH).header("content-type", "application/json");
    log::take();
    let answer = person.at(router).send(request.body(Body::from(body)).unwrap()).await;
    (answer, log::take())
}

#[tokio::test]
async fn a_panic_in_a_handler_is_one_failed_request() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        server::log::log_panic(panic);
        if !panic.payload_as_str().is_some_and(|words| words.contains(CANARY)) {
            before(panic);
        }
    }));
    let (answer, log) = call("x").await;
    assert_eq!((answer.status.as_u16(), answer.json_code().as_str()), (500, "internal"));
    assert!(!answer.header("content-security-policy").is_empty());
    let id = answer.header("x-request-id").to_owned();
    assert!(!answer.text().contains(CANARY) && !answer.text().contains("fault.rs"), "{}", answer.text());
    assert!(!log.contains(CANARY), "{log}");
    let line = log.lines().find(|line| line.contains("panicked")).unwrap();
    assert!(line.contains("tests/server/fault.rs:") && line.contains(&id), "{line}");
}

#[tokio::test]
async fn a_fault_is_told_to_the_log_alone() {
    let (answer, log) = call("").await;
    assert_eq!((answer.status.as_u16(), answer.json_code().as_str()), (500, "internal"));
    let id = answer.header("x-request-id").to_owned();
    assert_eq!(answer.json()["request_id"], id);
    assert!(!answer.text().contains("EOF"), "{}", answer.text());
    let line = log.lines().find(|line| line.contains("a request failed")).unwrap();
    assert!(line.contains("EOF") && line.contains(&id), "{line}");
}

#[tokio::test]
async fn every_line_of_the_log_is_json_and_says_nothing_of_the_request_but_its_route() {
    let (_, log) = call("").await;
    for line in log.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(line["timestamp"].as_str().unwrap().ends_with('Z'));
    }
    assert!(!log.contains(CANARY) && !log.contains("__Host-sid"), "{log}");
    let line = log.lines().find(|line| line.contains("\"status\":500")).unwrap();
    for part in [
        "\"method\":\"POST\"",
        "\"route\":\"/api/v1/support-requests\"",
        "\"user_id\":\"user_",
        "\"duration_ms\":",
    ] {
        assert!(line.contains(part), "{part} in {line}");
    }
}
