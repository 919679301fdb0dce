//! Reads a window of usage, hour by hour, by everything that its endpoint can be grouped by, and coarser where OpenAI
//! refuses that.

use std::pin::pin;

use api::connection::Stream;
use api::connection_draft::{Cause, Finding};
use facts::{UsageRow, segment};
use futures::TryStreamExt;
use openai::Answer;
use openai::page::Page;
use openai::query::{BucketWidth, UsageQuery};
use openai::usage::UsageGroup;

use super::days::{Days, Whole};
use super::failure::Failure;
use super::plan::Window;
use super::reading::Reading;
use super::row::Row;

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

/// By what usage is grouped where OpenAI refuses to group it by all that is documented: by what a bill is attributed by,
/// then by project, and by nothing as the last resort, since usage without its project is better than no usage.
const COARSER: [&[UsageGroup]; 3] = [
    &[UsageGroup::ProjectId, UsageGroup::UserId, UsageGroup::ApiKeyId, UsageGroup::Model],
    &[UsageGroup::ProjectId],
    &[],
];

/// Reads a window as finely as OpenAI allows it: by hours, and by days where it has hours no more.
pub(super) async fn read<R: Row>(
    reading: Reading<'_>,
    (stream, window): (Stream, Window),
) -> Result<Whole, Failure> {
    let mut refused = Failure::Answer(Finding::new(Cause::RequestRefused, None));
    for width in [BucketWidth::Hour, BucketWidth::Day] {
        for groups in groupings::<R>() {
            match grouped::<R>(reading, (stream, window), width, &groups).await {
                Err(failure) if failure.refused_query().is_some() => refused = failure,
                read => return read,
            }
            // Fewer groups do not mend what is said of the width, or of the hours that are kept.
            let param = refused.refused_query().and_then(|refusal| refusal.param.as_deref());
            if width == BucketWidth::Hour && matches!(param, Some("bucket_width" | "start_time")) {
                break;
            }
        }
    }
    Err(refused)
}

/// How an endpoint can be grouped, finest first.
fn groupings<R: Row>() -> Vec<Vec<UsageGroup>> {
    let known = |groups: &&[UsageGroup]| {
        groups.iter().filter(|group| R::GROUPS.contains(group)).copied().collect::<Vec<_>>()
    };
    let mut groupings = vec![R::GROUPS.to_vec()];
    groupings.extend(COARSER.iter().map(known));
    groupings.dedup();
    groupings
}

/// Reads all pages of a window. Nothing is kept when a page fails.
async fn grouped<R: Row>(
    reading: Reading<'_>,
    (stream, window): (Stream, Window),
    width: BucketWidth,
    groups: &[UsageGroup],
) -> Result<Whole, Failure> {
    let Some((start, end)) = window.period(reading.now) else { return Ok(Whole::default()) };
    let seconds = if width == BucketWidth::Hour { HOUR } else { DAY };
    let buckets = u32::try_from(window.days().saturating_mul(DAY / seconds)).unwrap_or(u32::MAX);
    let limit = buckets.min(reading.per_page).min(width.most_buckets());
    let query = UsageQuery::<R>::new(start, Some(end), width)
        .and_then(|query| query.group_by(groups))
        .and_then(|query| query.limit(limit))
        .map_err(|_| Finding::new(Cause::RequestRefused, None))?;
    let mut pages = pin!(reading.account.usage(&query));
    let mut days = Days::new((stream, window), reading.now, seconds, segment::encode_usage);
    while let Some(page) = pages.try_next().await? {
        days = reading.digest(move || add(days, page)).await?;
    }
    reading.digest(move || Ok(days.finish())).await
}

/// Adds the rows of a page.
fn add<R: Row>(mut days: Days<UsageRow>, page: Answer<Page<R>>) -> Result<Days<UsageRow>, Finding> {
    for bucket in page.value.data {
        let hour = bucket.start_time - bucket.start_time.rem_euclid(HOUR);
        if days.enter((bucket.start_time, bucket.end_time), page.meta.request_id.as_deref())?.is_none() {
            continue;
        }
        days.count_unknown(bucket.results.unknown);
        if bucket.results.unreadable > 0 {
            days.spoil();
        }
        for row in bucket.results.known {
            days.push(|texts| Some(row.into_row(hour, texts)));
        }
    }
    Ok(days)
}
