//! What is asked.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Interval, Label, Metric, Period};
use crate::{ConnectionId, Day, Description, FieldError, Refusal, Span};

/// Most days of a report.
pub const MOST_DAYS: i64 = 1_827;
/// Most days of a report by the hour: hours are made anew for each report, from the usage of the days.
pub const MOST_DAYS_BY_HOUR: i64 = 31;
/// Most metrics.
pub const MOST_METRICS: usize = 6;
/// Most labels that figures are grouped by.
pub const MOST_LABELS: usize = 3;
/// Most filters, and most values of one.
pub const MOST_FILTERS: (usize, usize) = (20, 1_000);
/// Most accounts that are named.
pub const MOST_ACCOUNTS: usize = 200;
/// Rows of their own when the query does not say, and at most.
pub const LIMITS: (u32, u32) = (1_000, 100_000);
/// Most figures in an answer: rows by intervals by metrics.
pub const MOST_FIGURES: usize = 600_000;

/// A question: which metrics, when, by what, of what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportQuery {
    /// What is measured, 1 to 6 of them. Rows are ordered by the first, unless `sort` says otherwise.
    #[schemars(length(min = 1, max = 6))]
    pub metrics: Vec<Metric>,
    /// Which days: at most 1,827, and 31 by the hour.
    pub period: Period,
    /// How the period is cut.
    #[serde(default)]
    pub interval: Interval,
    /// Which accounts; all of them when empty.
    #[serde(default)]
    #[schemars(length(max = 200))]
    pub accounts: Vec<ConnectionId>,
    /// By what figures are grouped, up to three labels; everything is one row when empty.
    #[serde(default)]
    #[schemars(length(max = 3))]
    pub group_by: Vec<Label>,
    /// Which figures: those that pass all filters.
    #[serde(default)]
    #[schemars(length(max = 20))]
    pub filters: Vec<Filter>,
    /// The order of the rows; by the first metric, largest first, when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<Sort>,
    /// How many rows there are at most, 1 to 100,000; 1,000 when absent. The others are added up in one more.
    #[serde(default, deserialize_with = "crate::whole::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100_000))]
    pub limit: Option<u32>,
    /// Whether figures stand beside those of the period before.
    #[serde(default)]
    pub compare: bool,
}

/// Figures of some values only, or of all but these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// By what.
    pub label: Label,
    /// The values, as reports say them: 1 to 1,000.
    #[schemars(length(min = 1, max = 1_000))]
    pub values: Vec<String>,
    /// Whether these values are left out rather than kept.
    #[serde(default)]
    pub exclude: bool,
}

/// The order of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum Sort {
    /// By one of the metrics.
    Metric {
        /// Which: it must be one of the query's.
        metric: Metric,
        /// Whether the smallest come first.
        ascending: bool,
    },
    /// By the labels' texts, in their order.
    Labels {
        /// Whether they go from A to Z.
        ascending: bool,
    },
}

/// A question that can be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The days.
    pub span: Span,
    /// The days that they are compared with.
    pub previous: Option<Span>,
    /// The order of the rows.
    pub sort: Sort,
    /// Most rows of their own.
    pub limit: usize,
}

impl ReportQuery {
    /// These metrics in a period, of all accounts, ungrouped and in one sum: what every report begins as.
    pub fn new(metrics: Vec<Metric>, period: Period) -> Self {
        Self {
            metrics,
            period,
            interval: Interval::None,
            accounts: Vec::new(),
            group_by: Vec::new(),
            filters: Vec::new(),
            sort: None,
            limit: None,
            compare: false,
        }
    }

    /// Reads the question as it is asked on a day. Refused is what cannot be answered, every field at once.
    pub fn plan(&self, today: Day) -> Result<Plan, ReportError> {
        let mut issues = Vec::new();
        let mut refuse = |field: &str, issue: String| issues.push(FieldError { field: field.into(), issue });
        if !(1..=MOST_METRICS).contains(&self.metrics.len()) || has_twins(&self.metrics) {
            refuse("metrics", format!("Choose 1 to {MOST_METRICS} different metrics."));
        }
        if self.metrics.contains(&Metric::Usage) && !self.has_one_unit() {
            let issue = "Usage is counted in different units: group by unit, or filter by one unit.";
            refuse("metrics", issue.into());
        }
        let (span, previous) = self.period.spans(today);
        let most = if self.interval == Interval::Hour { MOST_DAYS_BY_HOUR } else { MOST_DAYS };
        if !(1..=most).contains(&span.days()) {
            refuse("period", format!("It must have between 1 and {most} days at this interval."));
        }
        if self.accounts.len() > MOST_ACCOUNTS {
            refuse("accounts", format!("Name at most {MOST_ACCOUNTS} accounts, or none for all."));
        }
        if self.group_by.len() > MOST_LABELS || has_twins(&self.group_by) {
            refuse("group_by", format!("Choose up to {MOST_LABELS} different labels."));
        }
        let fits = |filter: &Filter| (1..=MOST_FILTERS.1).contains(&filter.values.len());
        if self.filters.len() > MOST_FILTERS.0 || !self.filters.iter().all(fits) {
            let (filters, values) = MOST_FILTERS;
            refuse("filters", format!("Use at most {filters} filters with 1 to {values} values each."));
        }
        let first = self.metrics.first().copied().unwrap_or(Metric::Cost);
        let sort = self.sort.unwrap_or(Sort::Metric { metric: first, ascending: false });
        if matches!(self.sort, Some(Sort::Metric { metric, .. }) if !self.metrics.contains(&metric)) {
            refuse("sort", "Order by one of the metrics of the report.".into());
        }
        let limit = self.limit.unwrap_or(LIMITS.0);
        if !(1..=LIMITS.1).contains(&limit) {
            refuse("limit", format!("It must be 1 to {}.", LIMITS.1));
        }
        if !issues.is_empty() {
            return Err(ReportError::UnfitQuery { issues });
        }
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(Plan { span, previous: self.compare.then_some(previous), sort, limit })
    }

    /// Whether all figures have one unit, or each row has.
    fn has_one_unit(&self) -> bool {
        let unit = Label(facts::Label::Unit);
        let keeps_one = |filter: &Filter| filter.label == unit && !filter.exclude && filter.values.len() == 1;
        self.group_by.contains(&unit) || self.filters.iter().any(keeps_one)
    }
}

fn has_twins<T: PartialEq>(items: &[T]) -> bool {
    items.iter().enumerate().any(|(at, item)| items.iter().skip(at + 1).any(|other| other == item))
}

/// Why there is no report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ReportError {
    /// The question cannot be answered as it is.
    UnfitQuery {
        /// What is wrong with which field.
        issues: Vec<FieldError>,
    },
    /// The answer would have more than 600,000 figures.
    TooLarge,
    /// There are more groups than can be added up at once.
    TooManyGroups,
    /// Accounts are not there, or the user may not see them.
    UnknownConnection {
        /// Which.
        accounts: Vec<ConnectionId>,
    },
}

impl Refusal for ReportError {
    fn describe(&self) -> Description {
        match self {
            Self::UnfitQuery { issues } => Description::new(
                422,
                "Report to correct",
                "This report cannot be run as requested.",
                "Correct the fields that are named.",
            )
            .with_errors(issues.clone()),
            Self::TooLarge => Description::new(
                422,
                "Report too large",
                format!("The report would have more than {MOST_FIGURES} figures."),
                "Lower the limit, choose a longer interval or fewer metrics, or shorten the period.",
            ),
            Self::TooManyGroups => Description::new(
                422,
                "Too many groups",
                "These labels make more groups in this period than can be added up at once.",
                "Group by fewer or coarser labels, add a filter, or shorten the period.",
            )
            .with_errors(vec![FieldError {
                field: "group_by".into(),
                issue: "It makes too many groups.".into(),
            }]),
            Self::UnknownConnection { accounts } => crate::span::unknown_connections(accounts),
        }
    }

    fn samples() -> Vec<Self> {
        let issues =
            vec![FieldError { field: "limit".into(), issue: format!("It must be 1 to {}.", LIMITS.1) }];
        let accounts = vec![ConnectionId::from_random([7; 16])];
        vec![
            Self::UnfitQuery { issues },
            Self::TooLarge,
            Self::TooManyGroups,
            Self::UnknownConnection { accounts },
        ]
    }
}

#[cfg(test)]
mod tests;
