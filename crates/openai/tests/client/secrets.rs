//! An upstream that repeats the key everywhere it can: nothing of it comes out.

use std::io;
use std::sync::{Arc, Mutex};

use futures::StreamExt;
use openai::Retry;
use openai::query::CostQuery;

use crate::upstream::{EMPTY_PAGE, RANDOM, Reply, Upstream, key, quick};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_key_is_in_no_error_no_answer_and_no_log() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone());
    let _guard = tracing::subscriber::set_default(subscriber.finish());

    let secret = format!("sk-admin-{RANDOM}");
    let echo = serde_json::json!({"error": {"message": format!("Incorrect API key provided: {secret}. Missing scopes: {secret}.x"),
        "type": secret, "param": secret, "code": secret}})
    .to_string();
    let headers = [
        ("x-request-id", secret.as_str()),
        ("openai-organization", secret.as_str()),
        ("location", secret.as_str()),
        ("retry-after", "0"),
    ];
    let mut seen = String::new();
    for status in [200, 301, 400, 401, 403, 404, 408, 418, 429, 500] {
        for body in [echo.clone(), secret.clone(), format!("<html>{secret}"), EMPTY_PAGE.to_owned()] {
            // A test beside this one that reaches a line first, just now, may have noted that nobody listens to it.
            tracing::callsite::rebuild_interest_cache();
            let mut reply = Reply::new(status, &headers, body);
            reply.head = reply.head.replace(&format!("x-request-id: req_{status}\r\n"), "");
            let upstream = Upstream::answering(vec![reply]).await;
            let (client, key) = (upstream.client(Retry { attempts: 2, ..quick() }), key());
            let costs = CostQuery::new(0, None).unwrap();
            for page in client.as_account(&key).costs(&costs).collect::<Vec<_>>().await {
                seen.push_str(&format!("{page:?} "));
                if let Err(error) = page {
                    seen.push_str(&format!("{error} {:?} {}\n", error.kind, error.kind));
                }
            }
            assert!(upstream.heads()[0].contains(&secret), "the upstream did get the key");
        }
    }
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("called OpenAI") && log.contains("/v1/organization/costs"), "{log}");
    for piece in [&secret[..], RANDOM, &RANDOM[..12], &RANDOM[20..]] {
        assert!(!seen.contains(piece), "{seen}");
        assert!(!log.contains(piece), "{log}");
    }
}
