//! Reads a window of usage of text generation.

use std::pin::pin;

use api::connection_draft::{Cause, Finding};
use api::{Day, Timestamp};
use futures::TryStreamExt;
use openai::Account;
use openai::query::{BucketWidth, UsageQuery};
use openai::usage::{Completions, UsageEndpoint};

use super::days::Days;
use super::plan::Window;
use crate::finding;

/// A window of usage as OpenAI tells it.
#[derive(Debug, Default)]
pub(super) struct Usage {
    pub(super) rows: Vec<(Day, Completions)>,
    /// Every day that OpenAI answered for, with its number of rows.
    pub(super) days: Vec<(Day, usize)>,
}

/// Reads all pages of a window, with every dimension that there is. Nothing is kept when a page fails.
pub(super) async fn read(account: Account<'_>, window: Window, now: Timestamp) -> Result<Usage, Finding> {
    let Some((start, end)) = window.period(now) else { return Ok(Usage::default()) };
    let limit = u32::try_from(window.days()).unwrap_or(u32::MAX).min(BucketWidth::Day.most_buckets());
    let query = UsageQuery::<Completions>::new(start, Some(end), BucketWidth::Day)
        .and_then(|query| query.group_by(Completions::GROUPS))
        .and_then(|query| query.limit(limit))
        .map_err(|_| Finding::new(Cause::RequestRefused, None))?;
    let mut pages = pin!(account.usage(&query));
    let mut read = Usage::default();
    let mut days = Days::new(window);
    let failed = |error: openai::Error| finding::of(&error, finding::USAGE_SCOPE);
    while let Some(page) = pages.try_next().await.map_err(failed)? {
        for bucket in page.value.data {
            let rows = bucket.results.known;
            let Some(day) = days.enter(bucket.start_time, rows.len(), page.meta.request_id.as_deref())?
            else {
                continue;
            };
            days.count_unknown(bucket.results.unknown);
            read.rows.extend(rows.into_iter().map(|row| (day, row)));
        }
    }
    read.days = days.finish("completions");
    Ok(read)
}
