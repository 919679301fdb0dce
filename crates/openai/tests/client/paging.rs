//! From page to page, and no endless loops.

use futures::{StreamExt, TryStreamExt};
use openai::ErrorKind;
use openai::error::NotUnderstood;
use openai::query::CostQuery;

use crate::upstream::{ONCE, Reply, Upstream, key, quick};

fn page(day: i64, next: Option<&str>) -> Reply {
    let bucket = serde_json::json!({"object": "bucket", "start_time": day * 86_400, "end_time": (day + 1) * 86_400, "results": []});
    Reply::ok(
        serde_json::json!({"object": "page", "data": [bucket], "has_more": next.is_some(), "next_page": next})
            .to_string(),
    )
}

fn list(ids: &[&str], has_more: bool, last_id: Option<&str>) -> Reply {
    let data: Vec<_> = ids.iter().map(|id| serde_json::json!({"id": id})).collect();
    Reply::ok(
        serde_json::json!({"object": "list", "data": data, "has_more": has_more, "last_id": last_id})
            .to_string(),
    )
}

#[tokio::test]
async fn pages_of_costs_follow_the_cursor_with_the_same_query() {
    let down = Reply::new(500, &[], "");
    let replies = vec![page(0, Some("page_A/b+c=")), down, page(1, Some("page_B")), page(2, None)];
    let upstream = Upstream::answering(replies).await;
    let (client, key) = (upstream.client(quick()), key());
    let costs = CostQuery::new(0, Some(259_200)).unwrap().limit(1).unwrap();
    let answers: Vec<_> = client.as_account(&key).costs(&costs).try_collect().await.unwrap();
    let days: Vec<_> = answers.iter().map(|answer| answer.value.data[0].start_time / 86_400).collect();
    assert_eq!(days, [0, 1, 2]);
    assert_eq!(answers.iter().map(|answer| answer.meta.attempts).collect::<Vec<_>>(), [1, 2, 1]);
    let query = "GET /v1/organization/costs?start_time=0&end_time=259200&bucket_width=1d&limit=1";
    let second = format!("{query}&page=page_A%2Fb%2Bc%3D HTTP/1.1");
    let expected =
        [format!("{query} HTTP/1.1"), second.clone(), second, format!("{query}&page=page_B HTTP/1.1")];
    assert_eq!(upstream.lines(), expected);
}

#[tokio::test]
async fn lists_continue_after_the_last_id() {
    let replies = vec![
        list(&["proj_a", "proj_b"], true, Some("proj_b")),
        list(&["proj_c"], true, None),
        list(&[], false, None),
    ];
    let upstream = Upstream::answering(replies).await;
    let (client, key) = (upstream.client(ONCE), key());
    let answers: Vec<_> = client.as_account(&key).projects(false).try_collect().await.unwrap();
    let ids: Vec<_> =
        answers.iter().flat_map(|answer| &answer.value.data).map(|project| project.id.as_str()).collect();
    assert_eq!(ids, ["proj_a", "proj_b", "proj_c"]);
    let first = "GET /v1/organization/projects?limit=100&include_archived=false";
    let expected = [
        format!("{first} HTTP/1.1"),
        format!("{first}&after=proj_b HTTP/1.1"),
        format!("{first}&after=proj_c HTTP/1.1"),
    ];
    assert_eq!(upstream.lines(), expected);
}

#[tokio::test]
async fn admin_keys_continue_after_the_last_item_whatever_last_id_says() {
    let replies = vec![list(&["key_a", "key_b"], true, Some("key_xyz")), list(&[], false, None)];
    let upstream = Upstream::answering(replies).await;
    let (client, key) = (upstream.client(ONCE), key());
    client.as_account(&key).admin_api_keys().try_collect::<Vec<_>>().await.unwrap();
    assert!(upstream.lines()[1].ends_with("&after=key_b HTTP/1.1"), "{:?}", upstream.lines());
}

/// How many pages came before the error, the error, and the number of calls.
async fn ends(replies: Vec<Reply>) -> (usize, NotUnderstood, usize) {
    let upstream = Upstream::answering(replies).await;
    let (client, key) = (upstream.client(quick()), key());
    let costs = CostQuery::new(0, None).unwrap();
    let pages: Vec<_> = client.as_account(&key).costs(&costs).take(50).collect().await;
    let errors: Vec<_> = pages.iter().filter_map(|page| page.as_ref().err()).collect();
    let [error] = errors.as_slice() else { panic!("{errors:?}") };
    assert_eq!(error.request_id.as_deref(), Some("req_200"));
    let ErrorKind::NotUnderstood(what) = error.kind else { panic!("{error:?}") };
    (pages.len() - 1, what, upstream.heads().len())
}

#[tokio::test]
async fn more_without_a_cursor_is_an_error() {
    for next in ["null", r#""""#] {
        let body = format!(r#"{{"object":"page","data":[],"has_more":true,"next_page":{next}}}"#);
        assert_eq!(ends(vec![Reply::ok(body)]).await, (0, NotUnderstood::NoCursor, 1));
    }
    let upstream = Upstream::answering(vec![list(&[], true, None)]).await;
    let (client, key) = (upstream.client(quick()), key());
    let error = client.as_account(&key).users().try_collect::<Vec<_>>().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotUnderstood(NotUnderstood::NoCursor));
}

#[tokio::test]
async fn a_repeated_cursor_is_an_error() {
    assert_eq!(ends(vec![page(0, Some("A"))]).await, (1, NotUnderstood::RepeatedCursor, 2));
    let circle = vec![page(0, Some("A")), page(1, Some("B")), page(0, Some("A"))];
    assert_eq!(ends(circle).await, (2, NotUnderstood::RepeatedCursor, 3));
}

fn empty(next: &str) -> Reply {
    Reply::ok(format!(r#"{{"object":"page","data":[],"has_more":true,"next_page":"{next}"}}"#))
}

#[tokio::test]
async fn after_a_page_without_anything_one_more_is_asked_for() {
    let replies =
        vec![page(0, Some("A")), empty("B"), page(1, Some("C")), empty("D"), empty("E"), page(2, None)];
    assert_eq!(ends(replies).await, (4, NotUnderstood::Endless, 5));
}

#[tokio::test]
async fn there_are_no_more_pages_than_buckets_and_a_few() {
    let replies = (0..40).map(|day| page(day, Some(&format!("page_{day}")))).collect();
    let upstream = Upstream::answering(replies).await;
    let (client, key) = (upstream.client(quick()), key());
    let costs = CostQuery::new(0, Some(5 * 86_400)).unwrap();
    let error = client.as_account(&key).costs(&costs).try_collect::<Vec<_>>().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotUnderstood(NotUnderstood::Endless));
    assert_eq!(upstream.heads().len(), 10);
}
