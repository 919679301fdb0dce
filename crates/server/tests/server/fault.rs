//! Faults of the server: the user gets an id, the log gets the place, and nobody gets the user's words.

use api::support_request::{Create, SupportRequest};
use api::{Endpoint, Permission};
use axum::body::Body;
use http::Request;
use server::figures::FiguresError;
use server::http::{Call, Cx, Endpoints, Outcome};

use crate::harness::{Answer, House};
use crate::log;

/// What would end a line and begin another, and what terminals obey: the sequences of ESC, and of CSI as one character.
const FORGED: &str =
    "x\n{\"level\":\"INFO\",\"message\":\"forged\"}\r\u{1b}[2J\u{1b}]0;forged\u{7}\u{9b}31m\u{7f}\u{85}";

const CANARY: &str = "sk-admin-canary-of-a-panic";

async fn panics(_: Cx, call: Call<Create>) -> Outcome<Create> {
    if call.body.subject.is_empty() {
        let never: SupportRequest = serde_json::from_str("").map_err(sqlx::Error::decode)?;
        return Ok(never.into());
    }
    if call.body.subject == COMPUTED {
        let message = call.body.message.clone();
        let work = tokio::task::spawn_blocking::<_, ()>(move || panic!("what the user wrote: {message}"));
        work.await.map_err(FiguresError::from)?;
    }
    panic!("what the user wrote: {}", call.body.message)
}

/// Fails with the user's own words, as a database may that names a value.
async fn repeats(_: Cx, call: Call<Create>) -> Outcome<Create> {
    Err(sqlx::Error::Protocol(call.body.message).into())
}

/// The subject that makes it panic on a thread that computes.
const COMPUTED: &str = "computed";

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
    // The thread that computes has a log of its own here: its end is in the request's.
    let (answer, log) = call(COMPUTED).await;
    assert_eq!((answer.status.as_u16(), answer.json_code().as_str()), (500, "internal"));
    assert!(log.contains("a request failed") && !log.contains(CANARY), "{log}");
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

#[tokio::test]
async fn nothing_that_is_sent_breaks_a_line_of_the_log_or_commands_a_terminal() {
    log::start();
    let house = House::new().await;
    let person = house.person(&[Permission::BillingProfilesAdmin]).await;
    let failing = server::router::mount(Endpoints::default().endpoint(repeats), house.app.clone());
    let words = serde_json::to_string(FORGED).unwrap();
    log::take();
    for (path, body) in [
        (Create::PATH, format!(r#"{{"subject":"x","message":{words}}}"#)),
        ("/api/v1/session", format!(r#"{{"email":{words},"password":{words}}}"#)),
        ("/api/v1/connections/x%0a%1b[2J", format!(r#"{{"name":{words}}}"#)),
        ("/api/v1/%0a%1b[2J%c2%9b31m?a=%0a%1b[2J", words.clone()),
    ] {
        // No header can have a line's end or ESC: CSI alone is what is left.
        let agent = http::HeaderValue::from_bytes("x\u{9b}31m".as_bytes()).unwrap();
        let request =
            Request::post(path).header("content-type", "application/json").header("user-agent", agent);
        let request = request.body(Body::from(body)).unwrap();
        let person = if path == Create::PATH { person.at(failing.clone()) } else { person.clone() };
        let answer = person.send(request).await;
        assert!(!answer.status.is_success(), "{path}: {answer:?}");
    }
    let log = log::take();
    let mut requests = 0;
    for line in log.split_terminator('\n') {
        let line: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).unwrap();
        assert_ne!(line["fields"]["message"], "forged");
        requests += usize::from(line["fields"]["message"] == "request");
    }
    assert_eq!(requests, 4, "{log}");
    // The words are there, and do nothing.
    assert!(log.contains(r"\u001b[2J") && log.contains(r"\u009b31m"), "{log}");
    assert!(log.chars().all(|letter| letter == '\n' || !letter.is_control()), "{log:?}");
}
