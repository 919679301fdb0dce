//! The three questions of a test, each the smallest that tells what it is to tell.

use std::pin::pin;
use std::time::Duration;

use api::connection::Organization;
use api::connection_draft::{Cause, Finding};
use api::{Day, Timestamp};
use futures::{Stream, StreamExt};
use openai::cost::CostResult;
use openai::query::{BucketWidth, CostQuery, QueryError, UsageQuery};
use openai::usage::Completions;
use openai::{Account, Answer, Error, Meta, Retry};
use tokio::time::Instant;

use super::check::{Answered, Learned, Probe};
use crate::finding;

/// Days of costs before today that are looked at, in one call. A row tells whose the key is, which no header may: an
/// organization that is taken for a new one is connected twice, and its costs are doubled.
const COST_DAYS: i64 = 30;

/// Asks OpenAI once. It never takes longer than `timeout`, whatever upstream does.
pub(super) async fn ask(account: Account<'_>, probe: Probe, now: Timestamp, timeout: Duration) -> Answered {
    let account = account.with_retry(Retry::hasty()).with_attempt_timeout(timeout);
    let begun = Instant::now();
    let outcome = tokio::time::timeout(timeout, async {
        match probe {
            Probe::Costs => costs(account, now).await,
            Probe::Usage => usage(account, now).await,
            Probe::Management => management(account).await,
        }
    })
    .await
    .unwrap_or_else(|_| Err(Finding::new(Cause::TimedOut, None)));
    Answered { took_ms: u32::try_from(begun.elapsed().as_millis()).unwrap_or(u32::MAX), outcome }
}

async fn costs(account: Account<'_>, now: Timestamp) -> Result<Learned, Finding> {
    let (start, end) = until_now(COST_DAYS, now);
    let query = CostQuery::new(start, Some(end))
        .and_then(|query| query.limit(31))
        .map_err(|error| unasked(&error))?;
    let answer = first(account.costs(&query), finding::USAGE_SCOPE).await?;
    let mut rows = answer.value.data.iter().flat_map(|bucket| &bucket.results.known);
    let named = rows.find_map(organization);
    Ok(Learned { organization: named.or_else(|| from_header(&answer.meta)), note: None })
}

async fn usage(account: Account<'_>, now: Timestamp) -> Result<Learned, Finding> {
    let (start, end) = until_now(1, now);
    let query = UsageQuery::<Completions>::new(start, Some(end), BucketWidth::Day)
        .and_then(|query| query.limit(2))
        .map_err(|error| unasked(&error))?;
    let answer = first(account.usage(&query), finding::USAGE_SCOPE).await?;
    let mut rows = answer.value.data.iter().flat_map(|bucket| &bucket.results.known);
    let id = rows.find_map(|row| row.organization_id.clone()).filter(|id| !id.is_empty());
    let named = id.map(|id| Organization { id, name: None });
    Ok(Learned { organization: named.or_else(|| from_header(&answer.meta)), note: None })
}

async fn management(account: Account<'_>) -> Result<Learned, Finding> {
    let answer = first(account.projects(false), finding::MANAGEMENT_SCOPE).await?;
    let note = match (answer.value.data.len(), answer.value.has_more) {
        (1, false) => "1 project found.".to_owned(),
        (projects, false) => format!("{projects} projects found."),
        (projects, true) => format!("More than {projects} projects found."),
    };
    Ok(Learned { organization: from_header(&answer.meta), note: Some(note) })
}

/// Whole days up to now: yesterday belongs to one day, so that there is a period even at midnight.
fn until_now(days: i64, now: Timestamp) -> (i64, i64) {
    (Day::of(now).plus(-days).start().unix_seconds(), now.unix_seconds())
}

async fn first<T>(
    pages: impl Stream<Item = Result<Answer<T>, Error>>,
    scope: &'static str,
) -> Result<Answer<T>, Finding> {
    let mut pages = pin!(pages);
    match pages.next().await {
        Some(Ok(answer)) => Ok(answer),
        Some(Err(error)) => Err(finding::of(&error, scope)),
        None => Err(Finding::new(Cause::NotUnderstood, None)),
    }
}

fn organization(row: &CostResult) -> Option<Organization> {
    let id = row.organization_id.clone().filter(|id| !id.is_empty())?;
    Some(Organization { id, name: row.organization_name.clone() })
}

/// The header carries an id or a slug: what it says is kept as it is.
fn from_header(meta: &Meta) -> Option<Organization> {
    let id = meta.organization.clone()?;
    Some(Organization { id, name: None })
}

/// A query that this program itself finds wrong cannot have been upstream's fault.
fn unasked(error: &QueryError) -> Finding {
    tracing::error!(%error, "a question of the connection test is wrong");
    Finding::new(Cause::RequestRefused, None)
}
