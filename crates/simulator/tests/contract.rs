//! The properties by which a client can rely on the simulator as it does on OpenAI.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "the helpers of tests")]

use admin_key::AdminKey;
use futures::{StreamExt, TryStreamExt};
use money::Amount;
use openai::query::{BucketWidth, CostGroup, CostQuery, UsageQuery};
use openai::usage::{Completions, UsageEndpoint, VectorStores};
use openai::{BaseUrl, Client, ErrorKind, Retry, Settings};
use simulator::clock::{Clock, DAY};
use simulator::{Config, Running, key};

/// 2026-11-23 13:05 UTC.
const NOW: i64 = 1_795_392_000 + 13 * 3_600 + 300;
const TODAY: i64 = 1_795_392_000;
/// One call.
const ONCE: Retry = Retry { attempts: 1, ..Retry::hasty() };

async fn simulator() -> (Running, Client) {
    let running = simulator::start(Config { clock: Clock::set_to(NOW), ..Config::default() }).await.unwrap();
    let client = Client::new(Settings::new(BaseUrl::parse(&running.base_url()).unwrap())).unwrap();
    (running, client)
}

fn secret(name: &str) -> AdminKey {
    AdminKey::parse(&key::named(name).unwrap().secret()).unwrap()
}

async fn total(client: &Client, name: &str, query: CostQuery) -> Result<Amount, openai::Error> {
    let key = secret(name);
    let account = client.as_account(&key).with_retry(ONCE);
    let pages: Vec<_> = account.costs(&query).try_collect().await?;
    let rows = pages.iter().flat_map(|page| &page.value.data).flat_map(|bucket| &bucket.results.known);
    Ok(rows.map(|row| row.billed().unwrap().0.amount).sum())
}

#[tokio::test]
async fn totals_are_the_same_however_they_are_grouped_and_paged() {
    let (running, client) = simulator().await;
    let (start, end) = (TODAY - 29 * DAY, TODAY + DAY);
    for name in ["small", "credit", "huge", "text-amounts", "unknown-rows"] {
        let expected = total(&client, name, CostQuery::new(start, Some(end)).unwrap()).await.unwrap();
        assert!(expected > Amount::ZERO);
        for groups in [
            &[CostGroup::ProjectId][..],
            &[CostGroup::LineItem],
            &[CostGroup::ApiKeyId],
            &[CostGroup::ProjectId, CostGroup::LineItem, CostGroup::ApiKeyId],
        ] {
            for limit in [1, 7, 180] {
                let query = CostQuery::new(start, Some(end)).unwrap().group_by(groups).limit(limit).unwrap();
                assert_eq!(
                    total(&client, name, query).await.unwrap(),
                    expected,
                    "{name} by {groups:?}, {limit} days a page"
                );
            }
        }
    }
    let secret = key::named("small").unwrap().secret();
    let oracle = running.organization(&secret).unwrap().billed(start, end, NOW);
    assert_eq!(total(&client, "small", CostQuery::new(start, Some(end)).unwrap()).await.unwrap(), oracle);
}

async fn tokens(client: &Client, width: BucketWidth, start: i64, end: i64) -> (u64, u64, usize) {
    let key = secret("small");
    let query = UsageQuery::<Completions>::new(start, Some(end), width)
        .unwrap()
        .group_by(Completions::GROUPS)
        .unwrap();
    let account = client.as_account(&key);
    let pages: Vec<_> = account.usage(&query).try_collect().await.unwrap();
    let buckets: Vec<_> = pages.iter().flat_map(|page| &page.value.data).collect();
    for pair in buckets.windows(2) {
        assert_eq!(pair[0].end_time, Some(pair[1].start_time), "buckets are contiguous");
    }
    assert_eq!(
        (buckets[0].start_time, buckets.last().unwrap().end_time),
        (start, Some(end.min(NOW))),
        "usage is clipped to the request"
    );
    let rows = buckets.iter().flat_map(|bucket| &bucket.results.known);
    let (input, output) = rows.fold((0, 0), |sum, row| (sum.0 + row.input_tokens, sum.1 + row.output_tokens));
    (input, output, buckets.len())
}

#[tokio::test]
async fn hours_and_minutes_add_up_to_days() {
    let (_running, client) = simulator().await;
    let (start, end) = (TODAY - 2 * DAY, TODAY);
    let (input, output, days) = tokens(&client, BucketWidth::Day, start, end).await;
    assert_eq!(days, 2);
    assert_eq!(tokens(&client, BucketWidth::Hour, start, end).await, (input, output, 48));
    assert_eq!(tokens(&client, BucketWidth::Minute, start, end).await, (input, output, 2_880));
    tokens(&client, BucketWidth::Day, start + 12_345 * 4, end).await;
}

#[tokio::test]
async fn cost_buckets_are_whole_days_and_quiet_days_are_there() {
    let (_running, client) = simulator().await;
    let key = secret("empty");
    let account = client.as_account(&key);
    let query = CostQuery::new(TODAY - 3 * DAY + 60, None).unwrap();
    let page = Box::pin(account.costs(&query)).next().await.unwrap().unwrap();
    let starts: Vec<_> = page.value.data.iter().map(|bucket| bucket.start_time).collect();
    assert_eq!(starts, (0..4).map(|day| TODAY - (3 - day) * DAY).collect::<Vec<_>>());
    assert!(page.value.data.iter().all(|bucket| bucket.results.known.is_empty()));
}

async fn failure(name: &str) -> ErrorKind {
    let (_running, client) = simulator().await;
    total(&client, name, CostQuery::new(TODAY - 9 * DAY, Some(TODAY)).unwrap()).await.unwrap_err().kind
}

#[tokio::test]
async fn sentinel_keys_fail_as_they_say() {
    for name in ["invalid", "revoked", "expired", "echo"] {
        assert!(matches!(failure(name).await, ErrorKind::RefusedKey), "{name}");
    }
    assert!(
        matches!(failure("no-usage-scope").await, ErrorKind::MissingScope { scopes } if scopes == ["api.usage.read"])
    );
    assert!(matches!(failure("ip-refused").await, ErrorKind::IpNotAllowed));
    assert!(
        matches!(failure("rate-limited").await, ErrorKind::RateLimited { retry_after: Some(wait) } if wait.as_secs() == 30)
    );
    assert!(matches!(
        failure("rate-limited-no-retry-after").await,
        ErrorKind::RateLimited { retry_after: None }
    ));
    assert!(matches!(failure("server-error").await, ErrorKind::UpstreamDown { status: 500 }));
    assert!(matches!(failure("unavailable").await, ErrorKind::UpstreamDown { status: 503 }));
    assert!(matches!(failure("server-error-page-2").await, ErrorKind::UpstreamDown { status: 500 }));
    assert!(matches!(failure("redirect").await, ErrorKind::Redirected { status: 302 }));
    for name in ["html", "truncated", "no-cursor"] {
        assert!(
            matches!(failure(name).await, ErrorKind::NotUnderstood(_)),
            "{name}: {:?}",
            failure(name).await
        );
    }
}

#[tokio::test]
async fn names_need_the_other_scope() {
    let (_running, client) = simulator().await;
    let key = secret("no-management-scope");
    let account = client.as_account(&key).with_retry(ONCE);
    let error = Box::pin(account.projects(true)).next().await.unwrap().unwrap_err();
    assert!(matches!(error.kind, ErrorKind::MissingScope { scopes } if scopes == ["api.management.read"]));
    let key = secret("large");
    let account = client.as_account(&key);
    let pages: Vec<_> = account.projects(true).try_collect().await.unwrap();
    assert_eq!(pages.iter().map(|page| page.value.data.len()).sum::<usize>(), 200);
}

#[tokio::test]
async fn a_restated_day_changes_once_and_late_costs_are_missing() {
    let (_running, client) = simulator().await;
    let day = || CostQuery::new(TODAY - 3 * DAY, Some(TODAY - 2 * DAY)).unwrap();
    let readings = [
        total(&client, "restated-day", day()).await.unwrap(),
        total(&client, "restated-day", day()).await.unwrap(),
        total(&client, "restated-day", day()).await.unwrap(),
    ];
    assert!(readings[0] < readings[1] && readings[1] == readings[2]);
    let late = CostQuery::new(TODAY - DAY, Some(TODAY + DAY)).unwrap();
    assert_eq!(total(&client, "late-costs", late).await.unwrap(), Amount::ZERO);
}

#[tokio::test]
async fn a_key_is_revoked_in_mid_run() {
    let (_running, client) = simulator().await;
    let query = CostQuery::new(TODAY - 9 * DAY, Some(TODAY)).unwrap().limit(1).unwrap();
    assert!(matches!(
        total(&client, "revoked-mid-run", query).await.unwrap_err().kind,
        ErrorKind::RefusedKey
    ));
}

#[tokio::test]
async fn archived_projects_and_deleted_keys_still_have_costs_and_stored_bytes_are_a_level() {
    let (running, client) = simulator().await;
    let key = secret("archived");
    let account = client.as_account(&key);
    let listed = async |archived| -> usize {
        let pages: Vec<_> = account.projects(archived).try_collect().await.unwrap();
        pages.iter().map(|page| page.value.data.len()).sum()
    };
    assert_eq!((listed(false).await, listed(true).await), (2, 3));
    let organization = running.organization(&key::named("archived").unwrap().secret()).unwrap();
    assert_eq!(organization.billed_by_project(TODAY - DAY, TODAY, NOW).len(), 4);

    let key = secret("small");
    let account = client.as_account(&key);
    let bytes = async |days: i64| -> u64 {
        let query =
            UsageQuery::<VectorStores>::new(TODAY - days * DAY, Some(TODAY), BucketWidth::Day).unwrap();
        let page = Box::pin(account.usage(&query)).next().await.unwrap().unwrap();
        page.value.data.last().unwrap().results.known[0].usage_bytes
    };
    assert_eq!(bytes(1).await, bytes(5).await);
}

#[tokio::test]
async fn the_log_names_keys_by_fingerprint_only() {
    let (running, client) = simulator().await;
    total(&client, "small", CostQuery::new(TODAY - DAY, Some(TODAY)).unwrap()).await.unwrap();
    let log = running.requests();
    let secret = key::named("small").unwrap().secret();
    assert_eq!(
        (log[0].method.as_str(), log[0].path.as_str(), log[0].status),
        ("GET", "/v1/organization/costs", 200)
    );
    assert_eq!(log[0].key, simulator::request_log::fingerprint(&secret));
    assert!(!format!("{log:?}").contains(&secret[9..29]));
}
