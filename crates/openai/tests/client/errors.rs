//! One test per way to fail.

use std::time::{Duration, Instant};

use admin_key::{AdminKey, KeyKind, Unfit};
use futures::StreamExt;
use openai::error::{BadRequest, NotUnderstood, Unreachable};
use openai::query::CostQuery;
use openai::{Client, Error, ErrorKind, Retry};

use crate::requests::gzip;
use crate::upstream::{EMPTY_PAGE, ONCE, Reply, Upstream, client, key, quick};

/// The first page of costs.
async fn first(client: &Client) -> Result<(), Error> {
    let key = key();
    let costs = CostQuery::new(0, None).unwrap();
    let mut pages = std::pin::pin!(client.as_account(&key).costs(&costs));
    pages.next().await.unwrap().map(|_| ())
}

/// The kind that `reply` is understood as, and how many calls were made.
async fn refused(reply: Reply, retry: Retry) -> (ErrorKind, usize) {
    let upstream = Upstream::answering(vec![reply]).await;
    let error = first(&upstream.client(retry)).await.unwrap_err();
    let calls = upstream.heads().len();
    assert_eq!(usize::try_from(error.attempts).unwrap(), calls);
    (error.kind, calls)
}

fn scope(name: &str) -> ErrorKind {
    ErrorKind::MissingScope { scopes: vec![name.to_owned()] }
}

fn object(message: &str, code: &str) -> String {
    serde_json::json!({"error": {"message": message, "type": "x", "param": null, "code": code}}).to_string()
}

#[tokio::test]
async fn what_no_repetition_mends_is_asked_once() {
    for (status, body, kind) in [
        (401, object("Incorrect API key provided: sk-admin*****VuSa.", "invalid_api_key"), ErrorKind::RefusedKey),
        (403, r#"{"error":"You have insufficient permissions for this operation. Missing scopes: api.usage.read. Check"}"#.into(), scope("api.usage.read")),
        (401, object("Missing scopes: api.management.read.", ""), scope("api.management.read")),
        (403, object("Your IP is not allowed", "ip_not_authorized"), ErrorKind::IpNotAllowed),
        (403, "<html>".into(), ErrorKind::Forbidden { code: None }),
        (400, object("Invalid", "invalid_value"), ErrorKind::BadRequest(BadRequest { code: Some("invalid_value".into()), ..BadRequest::default() })),
        (404, object("none", "not_found"), ErrorKind::NotFound),
        (200, "<!doctype html><title>Sign in</title>".into(), ErrorKind::NotUnderstood(NotUnderstood::Html)),
        (200, "hello".into(), ErrorKind::NotUnderstood(NotUnderstood::NotJson)),
        (200, r#"{"object":"list","data":[]}"#.into(), ErrorKind::NotUnderstood(NotUnderstood::WrongShape)),
        (204, String::new(), ErrorKind::NotUnderstood(NotUnderstood::Status(204))),
    ] {
        assert_eq!(refused(Reply::new(status, &[], body), quick()).await, (kind, 1), "{status}");
    }
}

#[tokio::test]
async fn what_may_pass_is_asked_again() {
    let retry = Retry { attempts: 3, ..quick() };
    for (reply, kind) in [
        (Reply::new(500, &[], "<html>"), ErrorKind::UpstreamDown { status: 500 }),
        (Reply::new(503, &[], ""), ErrorKind::UpstreamDown { status: 503 }),
        (Reply::new(408, &[], ""), ErrorKind::TimedOut),
        (Reply::new(429, &[], "{}"), ErrorKind::RateLimited { retry_after: None }),
        (Reply::nothing(), ErrorKind::Unreachable(Unreachable::Broken)),
        (Reply::ok(EMPTY_PAGE).cut(20), ErrorKind::NotUnderstood(NotUnderstood::Truncated)),
        (Reply::ok(&EMPTY_PAGE[..20]), ErrorKind::NotUnderstood(NotUnderstood::Truncated)),
    ] {
        assert_eq!(refused(reply.clone(), retry).await, (kind, 3));
        let upstream = Upstream::answering(vec![reply.clone(), reply, Reply::ok(EMPTY_PAGE)]).await;
        first(&upstream.client(retry)).await.unwrap();
    }
}

#[tokio::test]
async fn a_wait_that_upstream_asks_for_is_kept() {
    for (status, header) in [(429, ("retry-after", "1")), (503, ("retry-after-ms", "1000"))] {
        let upstream =
            Upstream::answering(vec![Reply::new(status, &[header], "{}"), Reply::ok(EMPTY_PAGE)]).await;
        let begun = Instant::now();
        first(&upstream.client(quick())).await.unwrap();
        assert!(begun.elapsed() >= Duration::from_secs(1), "{:?}", begun.elapsed());
    }
    let kind = ErrorKind::RateLimited { retry_after: Some(Duration::from_secs(60)) };
    assert_eq!(refused(Reply::new(429, &[("retry-after", "60")], "{}"), Retry::hasty()).await, (kind, 1));
}

#[tokio::test]
async fn silence_ends_with_the_timeout() {
    for reply in [Reply::nothing().hanging(), Reply::ok(EMPTY_PAGE).cut(20).hanging()] {
        let upstream = Upstream::answering(vec![reply]).await;
        let (client, key) = (upstream.client(ONCE), key());
        let account = client.as_account(&key).with_attempt_timeout(Duration::from_millis(200));
        let costs = CostQuery::new(0, None).unwrap();
        let mut pages = std::pin::pin!(account.costs(&costs));
        assert_eq!(pages.next().await.unwrap().unwrap_err().kind, ErrorKind::TimedOut);
        assert!(pages.next().await.is_none());
    }
}

#[tokio::test]
async fn without_a_connection() {
    // Held, so that no other test gets the port, and nobody listens at it.
    let held = tokio::net::TcpSocket::new_v4().unwrap();
    held.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let port = held.local_addr().unwrap().port();
    let error = first(&client(&format!("http://127.0.0.1:{port}"), ONCE)).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unreachable(Unreachable::Refused));

    // Reserved by RFC 6761 to exist nowhere.
    let error = first(&client("https://nowhere.invalid", ONCE)).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unreachable(Unreachable::Dns));

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let answers_in_clear = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut stream, b"HTTP/1.1 400 X\r\n\r\n").await.unwrap();
        let mut rest = [0; 4096];
        while tokio::io::AsyncReadExt::read(&mut stream, &mut rest).await.is_ok_and(|n| n > 0) {}
    });
    let error = first(&client(&format!("https://127.0.0.1:{port}"), quick())).await.unwrap_err();
    assert_eq!((error.kind, error.attempts), (ErrorKind::Unreachable(Unreachable::Tls), 1));
    answers_in_clear.abort();
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = Upstream::answering(vec![Reply::ok(EMPTY_PAGE)]).await;
    let location = format!("http://127.0.0.1:{}/v1/organization/costs", elsewhere.port);
    for status in [301, 302, 303, 307, 308] {
        let reply = Reply::new(status, &[("location", &location)], "");
        assert_eq!(refused(reply, quick()).await, (ErrorKind::Redirected { status }, 1));
    }
    assert!(elsewhere.heads().is_empty());
}

#[tokio::test]
async fn an_answer_has_a_longest_length() {
    let long = vec![b' '; (16 << 20) + 1];
    let bomb = gzip(&long);
    assert!(bomb.len() < 1 << 16);
    for reply in [Reply::ok(long), Reply::new(200, &[("content-encoding", "gzip")], bomb)] {
        let (kind, calls) = refused(reply, quick()).await;
        assert_eq!((kind, calls), (ErrorKind::NotUnderstood(NotUnderstood::TooLong), 1));
    }
}

#[test]
fn an_unfit_text_is_the_first_of_the_list() {
    let kind = |pasted: &str| Error::from(AdminKey::parse(pasted).unwrap_err()).kind;
    assert_eq!(kind("sk-admin-"), ErrorKind::MalformedKey(Unfit::CutOff));
    assert_eq!(kind("sk-proj-0123456789"), ErrorKind::WrongKindOfKey(KeyKind::Project));
}

/// The refusals collected from live organizations, where they lie beside the project.
#[tokio::test]
async fn collected_refusals_are_understood() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/openai-fixtures/errors.json");
    let Ok(collected) = std::fs::read_to_string(path) else {
        println!("skipped: there is no collection of refusals beside the project");
        return;
    };
    let collected: serde_json::Value = serde_json::from_str(&collected).unwrap();
    for (name, case) in collected.as_object().unwrap() {
        let status = u16::try_from(case["status"].as_u64().unwrap()).unwrap();
        let (kind, _) = refused(Reply::new(status, &[], case["body"].to_string()), ONCE).await;
        let expected = match name.as_str() {
            "no_authorization" | "invalid_or_revoked_key" => ErrorKind::RefusedKey,
            "missing_scope_usage" => scope("api.usage.read"),
            "missing_scope_management" => scope("api.management.read"),
            "rate_limited" => ErrorKind::RateLimited { retry_after: None },
            "server_error" => ErrorKind::UpstreamDown { status: 500 },
            "not_found_project" => ErrorKind::NotFound,
            _ => {
                let text = |field: &str| case["body"]["error"][field].as_str().map(str::to_owned);
                let earliest_start = (name == "group_by_key_too_old").then_some(1_764_979_200);
                ErrorKind::BadRequest(BadRequest { param: text("param"), code: text("code"), earliest_start })
            }
        };
        assert_eq!(kind, expected, "{name}");
    }
}
