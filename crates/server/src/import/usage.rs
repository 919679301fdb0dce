//! Reads a window of usage, hour by hour, by everything that its endpoint can be grouped by.

use std::pin::pin;

use api::Timestamp;
use api::connection_draft::{Cause, Finding};
use facts::segment;
use futures::TryStreamExt;
use openai::Account;
use openai::query::{BucketWidth, UsageQuery};

use super::days::{Days, Whole};
use super::failure::Failure;
use super::plan::Window;
use super::row::Row;

const HOUR: i64 = 3_600;

/// Reads all pages of a window. Nothing is kept when a page fails.
pub(super) async fn read<R: Row>(
    account: Account<'_>,
    window: Window,
    now: Timestamp,
    per_page: u32,
) -> Result<Whole, Failure> {
    let Some((start, end)) = window.period(now) else { return Ok(Whole::default()) };
    let hours = u32::try_from(window.days().saturating_mul(24)).unwrap_or(u32::MAX);
    let limit = hours.min(per_page).min(BucketWidth::Hour.most_buckets());
    let query = UsageQuery::<R>::new(start, Some(end), BucketWidth::Hour)
        .and_then(|query| query.group_by(R::GROUPS))
        .and_then(|query| query.limit(limit))
        .map_err(|_| Finding::new(Cause::RequestRefused, None))?;
    let mut pages = pin!(account.usage(&query));
    let mut days = Days::new(window, now, HOUR, segment::encode_usage);
    while let Some(page) = pages.try_next().await? {
        for bucket in page.value.data {
            let hour = bucket.start_time - bucket.start_time.rem_euclid(HOUR);
            if days.enter(bucket.start_time, page.meta.request_id.as_deref()).await?.is_none() {
                continue;
            }
            days.count_unknown(bucket.results.unknown);
            for row in bucket.results.known {
                days.push(|texts| Some(row.into_row(hour, texts)));
            }
        }
    }
    Ok(days.finish(R::NAME.as_str()).await)
}
