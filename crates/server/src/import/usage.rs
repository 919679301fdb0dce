//! Reads a window of usage, hour by hour, by everything that its endpoint can be grouped by.

use std::pin::pin;

use api::connection_draft::{Cause, Finding};
use facts::{UsageRow, segment};
use futures::TryStreamExt;
use openai::Answer;
use openai::page::Page;
use openai::query::{BucketWidth, UsageQuery};

use super::days::{Days, Whole};
use super::failure::Failure;
use super::plan::Window;
use super::reading::Reading;
use super::row::Row;

const HOUR: i64 = 3_600;

/// Reads all pages of a window. Nothing is kept when a page fails.
pub(super) async fn read<R: Row>(reading: Reading<'_>, window: Window) -> Result<Whole, Failure> {
    let Some((start, end)) = window.period(reading.now) else { return Ok(Whole::default()) };
    let hours = u32::try_from(window.days().saturating_mul(24)).unwrap_or(u32::MAX);
    let limit = hours.min(reading.per_page).min(BucketWidth::Hour.most_buckets());
    let query = UsageQuery::<R>::new(start, Some(end), BucketWidth::Hour)
        .and_then(|query| query.group_by(R::GROUPS))
        .and_then(|query| query.limit(limit))
        .map_err(|_| Finding::new(Cause::RequestRefused, None))?;
    let mut pages = pin!(reading.account.usage(&query));
    let mut days = Days::new(window, reading.now, HOUR, segment::encode_usage);
    while let Some(page) = pages.try_next().await? {
        days = reading.digest(move || add(days, page)).await?;
    }
    reading.digest(move || Ok(days.finish(R::NAME.as_str()))).await
}

/// Adds the rows of a page.
fn add<R: Row>(mut days: Days<UsageRow>, page: Answer<Page<R>>) -> Result<Days<UsageRow>, Finding> {
    for bucket in page.value.data {
        let hour = bucket.start_time - bucket.start_time.rem_euclid(HOUR);
        if days.enter(bucket.start_time, page.meta.request_id.as_deref())?.is_none() {
            continue;
        }
        days.count_unknown(bucket.results.unknown);
        for row in bucket.results.known {
            days.push(|texts| Some(row.into_row(hour, texts)));
        }
    }
    Ok(days)
}
