//! An answer that ends early, wherever it does and however it is packed: an error or the whole of it, never a part.

use std::fmt::Debug;

use futures::{Stream, TryStreamExt};
use openai::error::{NotUnderstood, Unreachable};
use openai::query::CostQuery;
use openai::{Answer, Error, ErrorKind};
use serde_json::json;

use crate::requests::gzip;
use crate::upstream::{ONCE, Reply, Then, Upstream, key};

/// Thirty days of costs, and a line break after them.
fn costs() -> String {
    let bucket = |day: i64| {
        let row = |project: usize| {
            json!({"object": "organization.costs.result", "project_id": format!("proj_{project}"),
                "line_item": "gpt-5, input", "amount": {"value": 0.25, "currency": "usd"}})
        };
        let rows: Vec<_> = (0..3).map(row).collect();
        json!({"object": "bucket", "start_time": day * 86_400, "end_time": (day + 1) * 86_400, "results": rows})
    };
    let buckets: Vec<_> = (0..30).map(bucket).collect();
    format!("{}\n", json!({"object": "page", "data": buckets, "has_more": false, "next_page": null}))
}

fn projects() -> String {
    let data: Vec<_> = (0..30).map(|at| json!({"id": format!("proj_{at}"), "name": "a name"})).collect();
    format!("{}\n", json!({"object": "list", "data": data, "has_more": false, "last_id": "proj_29"}))
}

/// Answers that promise a length, and that end where the connection does.
fn replies(body: &[u8], encoding: Option<&str>) -> [Reply; 2] {
    let headers: Vec<_> = encoding.map(|encoding| ("content-encoding", encoding)).into_iter().collect();
    let promised = Reply::new(200, &headers, body);
    let mut head = "HTTP/1.1 200 OK\r\nx-request-id: req_1\r\nconnection: close\r\n".to_owned();
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    [promised, Reply { head, body: body.to_vec(), then: Then::Close }]
}

/// A hundred places in an answer, those near its end among them, where the checksum of a packed one is.
fn places(length: usize) -> Vec<usize> {
    let mut places: Vec<_> = (0..88).map(|at| at * length / 88).collect();
    places.extend((1..=12).map(|before| length - before));
    places.sort_unstable();
    places
}

async fn all<T>(pages: impl Stream<Item = Result<Answer<T>, Error>>) -> Result<Vec<T>, ErrorKind> {
    let answers: Vec<_> = pages.try_collect().await.map_err(|error| error.kind)?;
    Ok(answers.into_iter().map(|answer| answer.value).collect())
}

fn is_cut(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::NotUnderstood(NotUnderstood::Truncated | NotUnderstood::NotJson)
            | ErrorKind::Unreachable(Unreachable::Broken)
    )
}

/// Asks for an answer that is cut in a hundred places, and says how often it was whole all the same.
async fn cut<T: PartialEq + Debug>(
    body: String,
    ask: impl AsyncFn(Upstream) -> Result<T, ErrorKind>,
) -> usize {
    let packed = gzip(body.as_bytes());
    let whole = ask(Upstream::answering(vec![Reply::ok(body.clone())]).await).await.unwrap();
    let mut complete = 0;
    for (bytes, encoding) in [(body.as_bytes(), None), (packed.as_slice(), Some("gzip"))] {
        for reply in replies(bytes, encoding) {
            assert_eq!(ask(Upstream::answering(vec![reply.clone()]).await).await.as_ref(), Ok(&whole));
            let places = places(bytes.len());
            assert_eq!(places.len(), 100);
            for place in places {
                match ask(Upstream::answering(vec![reply.clone().cut(place)]).await).await {
                    Ok(answer) => {
                        assert_eq!(answer, whole, "cut at {place}, {encoding:?}");
                        complete += 1;
                    }
                    Err(kind) => assert!(is_cut(&kind), "cut at {place}, {encoding:?}: {kind:?}"),
                }
            }
        }
    }
    complete
}

#[tokio::test]
async fn an_answer_that_is_cut_anywhere_is_an_error_or_whole() {
    let key = key();
    let of_costs = async |upstream: Upstream| {
        let client = upstream.client(ONCE);
        let query = CostQuery::new(0, None).unwrap();
        all(client.as_account(&key).costs(&query)).await
    };
    let of_projects = async |upstream: Upstream| {
        let client = upstream.client(ONCE);
        all(client.as_account(&key).projects(false)).await
    };
    // Where only the line break at the end is lost and no length was promised, nothing is.
    assert!(cut(costs(), of_costs).await <= 2);
    assert!(cut(projects(), of_projects).await <= 2);
}
