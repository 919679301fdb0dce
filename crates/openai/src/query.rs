//! What is asked for: costs or usage of a stretch of time.

use std::marker::PhantomData;

use crate::operation::ResourceId;
use crate::usage::{UsageEndpoint, UsageGroup};

/// Most buckets that a page of costs may have (specification; one more is refused, not clamped).
const MOST_COST_BUCKETS: u32 = 180;

/// Days of a period without an end, at most: OpenAI's API opened in 2020.
const LONGEST_DAYS: i64 = 36_500;

/// A query that upstream would refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// The end is not after the start.
    #[error("the end of the period is not after its start")]
    EmptyPeriod,
    /// A page of that many buckets is not possible.
    #[error("a page has 1 to {most} buckets here")]
    Limit {
        /// The cap.
        most: u32,
    },
    /// The endpoint cannot be grouped so.
    #[error("this usage cannot be grouped by {}", .0.as_str())]
    Group(UsageGroup),
}

/// What costs can be grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CostGroup {
    /// `project_id`
    ProjectId,
    /// `line_item`
    LineItem,
    /// `api_key_id`: refused before 2025-12-06, see [`crate::error::BadRequest::earliest_start`].
    ApiKeyId,
}

impl CostGroup {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ProjectId => "project_id",
            Self::LineItem => "line_item",
            Self::ApiKeyId => "api_key_id",
        }
    }
}

/// Costs of a stretch of time, one bucket per UTC day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostQuery {
    period: Period,
    groups: Vec<CostGroup>,
}

impl CostQuery {
    /// Costs from `start` (inclusive) to `end` (exclusive), Unix seconds at UTC midnight. Give an end that does not
    /// move: a cursor is only good for exactly the query that it came from.
    pub fn new(start: i64, end: Option<i64>) -> Result<Self, QueryError> {
        Ok(Self { period: Period::new(start, end)?, groups: Vec::new() })
    }

    /// Groups the rows of each day.
    #[must_use]
    pub fn group_by(mut self, groups: &[CostGroup]) -> Self {
        self.groups = groups.to_vec();
        self
    }

    /// Only these projects.
    #[must_use]
    pub fn of_projects(mut self, projects: Vec<ResourceId>) -> Self {
        self.period.projects = projects;
        self
    }

    /// So many days per page: 1 to 180; upstream's own choice is 7.
    pub fn limit(mut self, limit: u32) -> Result<Self, QueryError> {
        self.period.limit = Some(within(limit, MOST_COST_BUCKETS)?);
        Ok(self)
    }

    /// How many buckets are asked for, at most.
    pub(crate) fn buckets(&self) -> u64 {
        self.period.buckets(BucketWidth::Day)
    }

    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        self.period.pairs("1d", self.groups.iter().map(|group| group.as_str()))
    }
}

/// How long a usage bucket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BucketWidth {
    /// `1m`
    Minute,
    /// `1h`
    Hour,
    /// `1d`, a UTC day
    Day,
}

impl BucketWidth {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Minute => "1m",
            Self::Hour => "1h",
            Self::Day => "1d",
        }
    }

    const fn seconds(self) -> i64 {
        match self {
            Self::Minute => 60,
            Self::Hour => 3_600,
            Self::Day => 86_400,
        }
    }

    /// Most buckets that a page may have (specification).
    pub const fn most_buckets(self) -> u32 {
        match self {
            Self::Minute => 1440,
            Self::Hour => 168,
            Self::Day => 31,
        }
    }
}

/// Usage of a stretch of time, at the endpoint whose rows are `R`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageQuery<R> {
    period: Period,
    width: BucketWidth,
    groups: Vec<UsageGroup>,
    rows: PhantomData<fn() -> R>,
}

impl<R: UsageEndpoint> UsageQuery<R> {
    /// Usage from `start` (inclusive) to `end` (exclusive), Unix seconds. Buckets are clipped to the period, so give
    /// UTC midnights to get whole days, and an end that does not move.
    pub fn new(start: i64, end: Option<i64>, width: BucketWidth) -> Result<Self, QueryError> {
        Ok(Self { period: Period::new(start, end)?, width, groups: Vec::new(), rows: PhantomData })
    }

    /// Groups the rows of each bucket.
    pub fn group_by(mut self, groups: &[UsageGroup]) -> Result<Self, QueryError> {
        if let Some(group) = groups.iter().find(|group| !R::GROUPS.contains(group)) {
            return Err(QueryError::Group(*group));
        }
        self.groups = groups.to_vec();
        Ok(self)
    }

    /// Only these projects.
    #[must_use]
    pub fn of_projects(mut self, projects: Vec<ResourceId>) -> Self {
        self.period.projects = projects;
        self
    }

    /// So many buckets per page, up to [`BucketWidth::most_buckets`].
    pub fn limit(mut self, limit: u32) -> Result<Self, QueryError> {
        self.period.limit = Some(within(limit, self.width.most_buckets())?);
        Ok(self)
    }

    /// How many buckets are asked for, at most.
    pub(crate) fn buckets(&self) -> u64 {
        self.period.buckets(self.width)
    }

    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        self.period.pairs(self.width.as_str(), self.groups.iter().map(|group| group.as_str()))
    }
}

/// What both kinds of query have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Period {
    start: i64,
    end: Option<i64>,
    projects: Vec<ResourceId>,
    limit: Option<u32>,
}

impl Period {
    fn new(start: i64, end: Option<i64>) -> Result<Self, QueryError> {
        if end.is_some_and(|end| end <= start) {
            return Err(QueryError::EmptyPeriod);
        }
        Ok(Self { start, end, projects: Vec::new(), limit: None })
    }

    /// How many buckets of this width the period has, one that is clipped at each of its ends included. A period without
    /// an end is taken for one of [`LONGEST_DAYS`].
    fn buckets(&self, width: BucketWidth) -> u64 {
        let seconds = self.end.map_or(LONGEST_DAYS * 86_400, |end| end.saturating_sub(self.start));
        u64::try_from(seconds / width.seconds()).unwrap_or_default().saturating_add(2)
    }

    /// Arrays go with brackets, one pair per value: that is what both official clients send.
    fn pairs<'a>(&self, width: &str, groups: impl Iterator<Item = &'a str>) -> Vec<(&'static str, String)> {
        let mut pairs = vec![("start_time", self.start.to_string())];
        pairs.extend(self.end.map(|end| ("end_time", end.to_string())));
        pairs.push(("bucket_width", width.to_owned()));
        pairs.extend(groups.map(|group| ("group_by[]", group.to_owned())));
        pairs.extend(self.projects.iter().map(|id| ("project_ids[]", id.as_str().to_owned())));
        pairs.extend(self.limit.map(|limit| ("limit", limit.to_string())));
        pairs
    }
}

fn within(limit: u32, most: u32) -> Result<u32, QueryError> {
    if (1..=most).contains(&limit) { Ok(limit) } else { Err(QueryError::Limit { most }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usage::{Completions, VectorStores};

    #[test]
    fn pairs_of_a_full_query() {
        let query = CostQuery::new(86_400, Some(172_800))
            .unwrap()
            .group_by(&[CostGroup::ProjectId, CostGroup::LineItem])
            .of_projects(vec![ResourceId::parse("proj_a").unwrap()])
            .limit(180)
            .unwrap();
        let pairs: Vec<_> =
            query.pairs().into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(
            pairs.join("&"),
            "start_time=86400&end_time=172800&bucket_width=1d&group_by[]=project_id&group_by[]=line_item&project_ids[]=proj_a&limit=180"
        );
    }

    #[test]
    fn what_upstream_would_refuse_is_refused_here() {
        assert_eq!(CostQuery::new(5, Some(5)), Err(QueryError::EmptyPeriod));
        let costs = CostQuery::new(0, None).unwrap();
        assert_eq!(costs.clone().limit(0), Err(QueryError::Limit { most: 180 }));
        assert_eq!(costs.limit(181), Err(QueryError::Limit { most: 180 }));
        for (width, most) in [(BucketWidth::Day, 31), (BucketWidth::Hour, 168), (BucketWidth::Minute, 1440)] {
            let usage = UsageQuery::<Completions>::new(0, None, width).unwrap();
            assert!(usage.clone().limit(most).is_ok());
            assert_eq!(usage.limit(most + 1), Err(QueryError::Limit { most }));
        }
        let stores = UsageQuery::<VectorStores>::new(0, None, BucketWidth::Day).unwrap();
        assert_eq!(stores.group_by(&[UsageGroup::Model]), Err(QueryError::Group(UsageGroup::Model)));
    }
}
