//! Whoever keeps a log of calls is told of each attempt once, whatever becomes of it.

use std::sync::Mutex;
use std::time::Duration;

use futures::{StreamExt, TryStreamExt};
use openai::Called;
use openai::query::CostQuery;

use crate::upstream::{EMPTY_PAGE, Reply, Upstream, key, quick};

type Told = Mutex<Vec<Called>>;

/// Each call as a line.
fn lines(told: &Told) -> Vec<String> {
    let line = |called: &Called| {
        let Called { method, path, status, outcome, request_id, .. } = called;
        format!("{method} {path} {status:?} {outcome} {}", request_id.as_deref().unwrap_or("-"))
    };
    told.lock().unwrap().iter().map(line).collect()
}

#[tokio::test]
async fn every_attempt_is_told_once() {
    let refusal = r#"{"error":{"message":"no","type":"server_error","param":null,"code":null}}"#;
    let replies = vec![Reply::nothing(), Reply::new(500, &[], refusal), Reply::ok(EMPTY_PAGE)];
    let upstream = Upstream::answering(replies).await;
    let (client, key, told) = (upstream.client(quick()), key(), Told::default());
    let observer = |called| told.lock().unwrap().push(called);
    let account = client.as_account(&key).with_observer(&observer);
    account.costs(&CostQuery::new(0, None).unwrap()).try_collect::<Vec<_>>().await.unwrap();

    assert_eq!(
        lines(&told),
        [
            "GET /v1/organization/costs None unreachable -",
            "GET /v1/organization/costs Some(500) upstream_down req_500",
            "GET /v1/organization/costs Some(200) ok req_200",
        ]
    );
    assert!(!format!("{told:?}").contains(crate::upstream::RANDOM));
}

#[tokio::test]
async fn a_call_that_is_given_up_is_told_as_well() {
    let upstream = Upstream::answering(vec![Reply::ok(EMPTY_PAGE).cut(1).hanging()]).await;
    let (client, key, told) = (upstream.client(quick()), key(), Told::default());
    let observer = |called| told.lock().unwrap().push(called);
    let account = client.as_account(&key).with_observer(&observer);
    {
        let pages = account.costs(&CostQuery::new(0, None).unwrap());
        let mut pages = std::pin::pin!(pages);
        let waited = tokio::time::timeout(Duration::from_millis(50), pages.next()).await;
        assert!(waited.is_err(), "{waited:?}");
    }
    assert_eq!(lines(&told), ["GET /v1/organization/costs None cancelled -"]);
}
