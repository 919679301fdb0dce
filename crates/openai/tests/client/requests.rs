//! What is sent, and what an answer tells besides its body.

use futures::TryStreamExt;
use openai::ResourceId;
use openai::cost::CostResult;
use openai::query::{BucketWidth, CostGroup, CostQuery, UsageQuery};
use openai::usage::{Completions, UsageGroup};

use crate::upstream::{EMPTY_PAGE, ONCE, RANDOM, Reply, Upstream, key};

#[tokio::test]
async fn requests_are_exactly_these() {
    let list = r#"{"object":"list","data":[],"has_more":false}"#;
    let page = Reply::ok(EMPTY_PAGE);
    let upstream = Upstream::answering(vec![page.clone(), page, Reply::ok(list)]).await;
    let (client, key) = (upstream.client(ONCE), key());
    let account = client.as_account(&key);

    let costs =
        CostQuery::new(0, Some(86_400)).unwrap().group_by(&[CostGroup::ProjectId, CostGroup::LineItem]);
    account.costs(&costs.limit(31).unwrap()).try_collect::<Vec<_>>().await.unwrap();
    let usage = UsageQuery::<Completions>::new(0, None, BucketWidth::Hour).unwrap();
    let usage = usage.group_by(&[UsageGroup::Batch]).unwrap();
    account.usage(&usage).try_collect::<Vec<_>>().await.unwrap();
    account.projects(true).try_collect::<Vec<_>>().await.unwrap();
    let project = ResourceId::parse("proj_a").unwrap();
    account.project_api_keys(&project).try_collect::<Vec<_>>().await.unwrap();
    account.users().try_collect::<Vec<_>>().await.unwrap();
    account.admin_api_keys().try_collect::<Vec<_>>().await.unwrap();

    assert_eq!(
        upstream.lines(),
        [
            "GET /v1/organization/costs?start_time=0&end_time=86400&bucket_width=1d&group_by[]=project_id&group_by[]=line_item&limit=31 HTTP/1.1",
            "GET /v1/organization/usage/completions?start_time=0&bucket_width=1h&group_by[]=batch HTTP/1.1",
            "GET /v1/organization/projects?limit=100&include_archived=true HTTP/1.1",
            "GET /v1/organization/projects/proj_a/api_keys?limit=100 HTTP/1.1",
            "GET /v1/organization/users?limit=100 HTTP/1.1",
            "GET /v1/organization/admin_api_keys?limit=100 HTTP/1.1",
        ]
    );
    let heads = upstream.heads();
    let mut fields: Vec<_> = heads[0].lines().skip(1).filter(|line| !line.is_empty()).collect();
    fields.sort_unstable();
    let (bearer, host) =
        (format!("authorization: Bearer sk-admin-{RANDOM}"), format!("host: 127.0.0.1:{}", upstream.port));
    let agent = concat!("user-agent: openai-lens/", env!("CARGO_PKG_VERSION"));
    assert_eq!(fields, ["accept-encoding: gzip", "accept: application/json", &bearer, &host, agent]);
}

#[tokio::test]
async fn an_answer_tells_about_the_call() {
    let headers = [("openai-organization", "org-acme")];
    let body = r#"{"object":"page","has_more":false,"next_page":null,"data":[{"object":"bucket","start_time":0,"end_time":86400,
        "results":[{"object":"organization.costs.result","amount":{"value":"0E-6176","currency":"usd"},"organization_id":"org-acme"}]}]}"#;
    let upstream = Upstream::answering(vec![Reply::nothing(), Reply::new(200, &headers, body)]).await;
    let (client, key) = (upstream.client(crate::upstream::quick()), key());
    let costs = CostQuery::new(0, None).unwrap();
    let answers: Vec<_> = client.as_account(&key).costs(&costs).try_collect().await.unwrap();
    let [answer] = answers.as_slice() else { panic!("{answers:?}") };
    assert_eq!(answer.meta.request_id.as_deref(), Some("req_200"));
    assert_eq!(answer.meta.organization.as_deref(), Some("org-acme"));
    assert_eq!(answer.meta.attempts, 2);
    let rows: &[CostResult] = &answer.value.data[0].results.known;
    assert_eq!(rows[0].organization_id.as_deref(), Some("org-acme"));
}

#[tokio::test]
async fn compressed_answers_are_read() {
    let upstream = Upstream::answering(vec![Reply::new(
        200,
        &[("content-encoding", "gzip")],
        gzip(EMPTY_PAGE.as_bytes()),
    )])
    .await;
    let (client, key) = (upstream.client(ONCE), key());
    let costs = CostQuery::new(0, None).unwrap();
    let answers: Vec<_> = client.as_account(&key).costs(&costs).try_collect().await.unwrap();
    assert!(answers[0].value.data.is_empty());
}

pub(crate) fn gzip(text: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// The environment of a process can only be set from outside, so the first test above runs once more in a child.
#[test]
fn proxies_of_the_environment_are_not_read() {
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "requests::requests_are_exactly_these"]);
    for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        child.env(name, "http://127.0.0.1:1");
    }
    let output = child.env_remove("no_proxy").env_remove("NO_PROXY").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
}
