//! Keys that must be found nowhere: not in an answer, not in the log at its finest, not in a file of the data folder.
//! They go through the whole wizard and the import, through every failure of OpenAI's, and into every wrong place that
//! a person or a program may put them.
#![expect(unreachable_pub, dead_code, reason = "the harness is the other test program's too")]
#![expect(clippy::unwrap_used, reason = "the helpers of tests")]

#[cfg(test)]
#[path = "server/forms.rs"]
mod forms;
#[cfg(test)]
#[path = "server/harness.rs"]
mod harness;
#[cfg(test)]
#[path = "server/upstream.rs"]
mod upstream;
#[cfg(test)]
#[path = "server/wire.rs"]
mod wire;

use std::io::Write;
use std::sync::{Arc, Mutex};

use api::connection_draft::{ConnectionDraft, Progress};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use http::Request;
use serde_json::json;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::forms::Forms;
use crate::harness::Person;
use crate::upstream::{World, key};

/// Everything that was answered to a person.
struct Recorder {
    person: Person,
    heard: Vec<u8>,
}

impl Recorder {
    async fn send(&mut self, method: &str, address: &str, body: &str) -> String {
        let mut request = Request::builder().method(method).uri(address);
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        let answer = self.person.send(request.body(body.to_owned().into()).unwrap()).await;
        self.heard.extend(format!("{} {:?}\n", answer.status, answer.headers).into_bytes());
        self.heard.extend(&answer.body);
        answer.text()
    }

    async fn draft(&mut self, key: &str) -> ConnectionDraft {
        let body = json!({ "admin_key": key }).to_string();
        serde_json::from_str(&self.send("POST", "/api/v1/connection-drafts", &body).await).unwrap()
    }
}

#[tokio::test]
async fn a_key_is_found_nowhere() {
    let log = Log::default();
    let subscriber = server::log::subscriber(EnvFilter::new("trace"), log.clone());
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let world = World::new().await;
    let mut recorder = Recorder { person: world.admin.clone(), heard: Vec::new() };

    let used = [
        "small",
        "echo",
        "server-error",
        "html",
        "truncated",
        "hanging",
        "redirect",
        "rate-limited",
        "no-usage-scope",
        "no-management-scope",
        "revoked-mid-run",
    ];
    for name in used {
        let draft = recorder.draft(&key(name)).await;
        let address = format!("/api/v1/connection-drafts/{}", draft.id);
        let tested = recorder.send("POST", &format!("{address}/test"), "").await;
        recorder.send("GET", &address, "").await;
        recorder.send("GET", &format!("{address}/diagnosis"), "").await;
        let tested: ConnectionDraft = serde_json::from_str(&tested).unwrap();
        let request = json!({ "subject": "Help", "message": "It fails.", "draft": draft.id }).to_string();
        recorder.send("POST", "/api/v1/support-requests", &request).await;
        if matches!(tested.progress, Progress::Tested { ready: true, .. }) {
            recorder.send("POST", &format!("{address}/finish"), &json!({ "name": name }).to_string()).await;
        }
    }
    world.import().await;
    for address in [
        "/api/v1/connections",
        "/api/v1/support-requests",
        "/api/v1/session",
        "/api/v1/openapi.json",
        "/api/v1/costs/daily?start=2026-10-25&end=2026-11-24",
    ] {
        recorder.send("GET", address, "").await;
    }

    // Every wrong place.
    let secret = key("small");
    let other = key("project-key");
    for body in [
        json!({ "admin_key": secret }).to_string(),
        json!({ "admin_key": other }).to_string(),
        json!({ "admin_key": format!("{secret}\u{1F642}") }).to_string(),
        json!({ "admin_key": [secret] }).to_string(),
        json!({ "admin_key": secret, "extra": secret }).to_string(),
        json!({ (secret.as_str()): 1 }).to_string(),
        json!({ "admin_key": secret, "replaces": secret }).to_string(),
        format!("{{\"admin_key\":\"{secret}\""),
        format!("\"{secret}\""),
        secret.clone(),
    ] {
        recorder.send("POST", "/api/v1/connection-drafts", &body).await;
    }
    for address in [
        format!("/api/v1/connection-drafts/{secret}"),
        format!("/api/v1/connections?after={secret}"),
        format!("/api/v1/connections?{secret}=1"),
        format!("/api/v1/{secret}"),
        format!("/{secret}"),
    ] {
        recorder.send("GET", &address, "").await;
    }
    for body in [
        json!({ "subject": secret, "message": "It fails." }).to_string(),
        json!({ "subject": "Help", "message": format!("with {secret}") }).to_string(),
        json!({ "email": secret, "password": secret }).to_string(),
        json!({ "kind": "panic", "location": secret, "build": "dev" }).to_string(),
        json!({ "kind": "panic", "location": "src/app.rs:1:1", "build": &secret[..60] }).to_string(),
    ] {
        for address in ["/api/v1/support-requests", "/api/v1/session", "/api/v1/client-reports"] {
            recorder.send("POST", address, &body).await;
        }
    }

    let places = [("answers", recorder.heard), ("log", log.take()), ("files", world.house.files())];
    for (place, found) in &places {
        assert!(found.len() > 10_000, "{place} has {} bytes only", found.len());
    }
    let forms = Forms::of(used.iter().chain(&["project-key"]).map(|name| key(name)));
    for (place, found) in &places {
        let hits = forms.find(found);
        assert!(hits.is_empty(), "a key is in the {place}: {hits:?}");
    }
}

#[test]
fn every_form_of_a_key_would_be_found() {
    let secret = key("small");
    let random = secret.strip_prefix("sk-admin-").unwrap();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let piece = &random[40..60];
    for planted in [
        secret.clone(),
        piece.to_owned(),
        random.chars().rev().collect(),
        hex(secret.as_bytes()),
        hex(piece.as_bytes()).to_uppercase(),
        STANDARD.encode(&secret),
        STANDARD.encode(format!("x{secret}")),
        URL_SAFE.encode(format!("xy{secret}")),
    ] {
        let haystack = format!("{{\"text\":\"{planted}\"}}");
        assert!(!Forms::of([secret.clone()]).find(haystack.as_bytes()).is_empty(), "{planted}");
    }
    assert!(Forms::of([secret]).find(key("second").as_bytes()).is_empty());
}

/// The log, kept in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
