//! Reads a window of billed costs, grouped as finely as OpenAI allows it.

use std::collections::BTreeMap;
use std::pin::pin;

use api::connection::{Organization, Stream};
use api::connection_draft::{Cause, Finding};
use api::{Amount, Currency, Day, Timestamp};
use facts::{CostLine, segment};
use futures::TryStreamExt;
use openai::Answer;
use openai::cost::CostResult;
use openai::page::Page;
use openai::query::{CostGroup, CostQuery};

use super::days::{Days, Whole};
use super::failure::Failure;
use super::plan::Window;
use super::reading::Reading;
use super::row::cost_line;

const DAY: i64 = 86_400;

/// How costs are grouped, finest first: by key where OpenAI allows it, then by fewer, and by nothing as the last resort,
/// since an amount without its project is better than no amount.
const GROUPINGS: [&[CostGroup]; 4] = [
    &[CostGroup::ProjectId, CostGroup::LineItem, CostGroup::ApiKeyId],
    &[CostGroup::ProjectId, CostGroup::LineItem],
    &[CostGroup::LineItem],
    &[],
];

/// A window of costs as OpenAI tells it.
#[derive(Debug, Default)]
pub(super) struct Costs {
    pub(super) days: Whole,
    /// What each day is billed by project.
    pub(super) sums: BTreeMap<(Day, Option<String>, Currency), Amount>,
    /// Whose costs they are, where the rows say it.
    pub(super) organization: Option<Organization>,
    /// Names of projects by id, where the rows say them.
    pub(super) projects: BTreeMap<String, String>,
    /// The first day for which OpenAI groups by API key, where it has just said so.
    pub(super) api_key_from: Option<Day>,
}

/// Reads a window without any grouping.
pub(super) async fn totals(reading: Reading<'_>, window: Window) -> Result<Costs, Failure> {
    grouped(reading, (Some(window), Stream::CostTotals), &[]).await
}

/// Reads a window of the walk through the history. Days that OpenAI refuses to tell of, before those that it told of, are no
/// history that can be read.
pub(super) async fn walked(reading: Reading<'_>, window: Window) -> Result<Costs, Failure> {
    let is_older = window.end <= Day::of(reading.now);
    match totals(reading, window).await {
        Err(failure) if is_older => match failure.refused_query() {
            Some(refusal) => {
                let told =
                    refusal.earliest_start.and_then(first_whole_day).and_then(|from| window.split(from).1);
                grouped(reading, (told, Stream::CostTotals), &[]).await
            }
            None => Err(failure),
        },
        read => read,
    }
}

/// Reads a window by project, line item and API key. Before `api_key_from` it is not asked for keys: OpenAI refuses to
/// group by them before 2025-12-06, and says from when on it does.
pub(super) async fn read(
    reading: Reading<'_>,
    window: Window,
    api_key_from: Option<Day>,
) -> Result<Costs, Failure> {
    let (before, after) = match api_key_from {
        Some(from) => window.split(from),
        None => (None, Some(window)),
    };
    let [finest, without_keys @ ..] = &GROUPINGS;
    let after = match grouped(reading, (after, Stream::Costs), finest).await {
        Err(failure) => match failure.refused_query() {
            // Once only: whoever refuses what they have offered is asked without keys.
            Some(refusal) if api_key_from.is_none() => match refusal.earliest_start.and_then(first_whole_day)
            {
                Some(from) => {
                    let costs = Box::pin(read(reading, window, Some(from))).await?;
                    return Ok(Costs { api_key_from: Some(from), ..costs });
                }
                None => coarser(reading, Some(window), without_keys).await?,
            },
            Some(_) => coarser(reading, after, without_keys).await?,
            None => return Err(failure),
        },
        Ok(costs) => costs,
    };
    Ok(coarser(reading, before, without_keys).await?.followed_by(after))
}

/// Reads a window in the first of these groupings that OpenAI accepts.
async fn coarser(
    reading: Reading<'_>,
    window: Option<Window>,
    groupings: &[&[CostGroup]],
) -> Result<Costs, Failure> {
    let mut refused = Failure::Answer(Finding::new(Cause::RequestRefused, None));
    for groups in groupings {
        match grouped(reading, (window, Stream::Costs), groups).await {
            Err(failure) if failure.refused_query().is_some() => refused = failure,
            read => return read,
        }
    }
    Err(refused)
}

/// Reads all pages of a window. Nothing is kept when a page fails.
async fn grouped(
    reading: Reading<'_>,
    (window, stream): (Option<Window>, Stream),
    groups: &[CostGroup],
) -> Result<Costs, Failure> {
    let Some(window) = window else { return Ok(Costs::default()) };
    let Some((start, end)) = window.period(reading.now) else { return Ok(Costs::default()) };
    let limit = u32::try_from(window.days()).unwrap_or(u32::MAX).min(reading.per_page);
    let query = CostQuery::new(start, Some(end))
        .and_then(|query| query.group_by(groups).limit(limit))
        .map_err(|_| Finding::new(Cause::RequestRefused, None))?;
    let mut pages = pin!(reading.account.costs(&query));
    let mut costs = Costs::default();
    let mut days = Days::new((stream, window), reading.now, DAY, segment::encode_costs);
    while let Some(page) = pages.try_next().await? {
        (costs, days) = reading.digest(move || add(costs, days, page)).await?;
    }
    reading.digest(move || Ok(Costs { days: days.finish(), ..costs })).await
}

/// Adds the rows of a page.
fn add(
    mut costs: Costs,
    mut days: Days<CostLine>,
    page: Answer<Page<CostResult>>,
) -> Result<(Costs, Days<CostLine>), Finding> {
    for bucket in page.value.data {
        let Some(day) = days.enter((bucket.start_time, bucket.end_time), page.meta.request_id.as_deref())?
        else {
            continue;
        };
        days.count_unknown(bucket.results.unknown);
        if bucket.results.unreadable > 0 {
            days.spoil();
        }
        for row in bucket.results.known {
            costs.note_names(&row);
            let Some(line) = days.push(|texts| cost_line(&row, texts)) else {
                days.count_unknown(1);
                continue;
            };
            let sum = costs.sums.entry((day, row.project_id, line.currency)).or_default();
            *sum = *sum + line.amount;
        }
    }
    Ok((costs, days))
}

/// The first day of which no second lies before a moment.
fn first_whole_day(earliest_start: i64) -> Option<Day> {
    Some(Day::of(Timestamp::from_unix_seconds(earliest_start.checked_add(DAY - 1)?)))
}

impl Costs {
    /// What the days of the window that came whole are billed.
    pub(super) fn sums(&self) -> impl Iterator<Item = (Day, Option<&str>, Currency, Amount)> {
        let whole = |day: &Day| self.days.read.contains_key(day);
        self.sums
            .iter()
            .filter(move |((day, ..), _)| whole(day))
            .map(|((day, project, currency), amount)| (*day, project.as_deref(), *currency, *amount))
    }

    fn note_names(&mut self, row: &CostResult) {
        if let Some(id) = row.organization_id.clone().filter(|id| !id.is_empty()) {
            self.organization.get_or_insert(Organization { id, name: row.organization_name.clone() });
        }
        if let (Some(id), Some(name)) = (&row.project_id, &row.project_name) {
            self.projects.insert(id.clone(), name.clone());
        }
    }

    fn followed_by(mut self, later: Self) -> Self {
        self.days.read.extend(later.days.read);
        self.days.missing.extend(later.days.missing);
        self.sums.extend(later.sums);
        self.projects.extend(later.projects);
        self.organization = self.organization.or(later.organization);
        self.api_key_from = self.api_key_from.or(later.api_key_from);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_floor_within_a_day_begins_with_the_next() {
        let floor = Day::parse("2025-12-06").unwrap();
        assert_eq!(first_whole_day(1_764_979_200), Some(floor));
        assert_eq!(first_whole_day(1_764_979_201), Some(floor.plus(1)));
        assert_eq!(first_whole_day(i64::MAX), None);
    }
}
