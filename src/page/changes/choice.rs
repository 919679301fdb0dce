//! What is compared, as the address says.

use api::change::{ChangeQuery, LIMITS};
use api::report::{Filter, Preset};
use api::{ConnectionId, Day, Span};

use crate::days::Days;
use crate::page::reports::definition::{print_filters, read_filters};
use crate::route::{Pairs, Route};
use crate::sort::Sort;

/// The periods that are offered, beside months and dates.
pub const PRESETS: [Preset; 7] = [
    Preset::Last7Days,
    Preset::Last30Days,
    Preset::Last90Days,
    Preset::MonthToDate,
    Preset::LastMonth,
    Preset::QuarterToDate,
    Preset::LastQuarter,
];

/// What is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// The later days.
    pub days: Days,
    /// The earlier days; those directly before when absent.
    pub before: Option<Days>,
    /// One account; all of them when absent.
    pub account: Option<ConnectionId>,
    /// What is looked at alone or left out.
    pub filters: Vec<Filter>,
    /// The order of the rows; the largest change first when absent.
    pub sort: Option<Sort>,
    /// Whether amounts have all their digits.
    pub all_digits: bool,
}

impl Default for Chosen {
    fn default() -> Self {
        Self {
            days: Days::Preset(Preset::Last30Days),
            before: None,
            account: None,
            filters: Vec::new(),
            sort: None,
            all_digits: false,
        }
    }
}

impl Chosen {
    /// What the address says, if it is one of a comparison. What cannot be read is as if it were not there.
    pub fn of(route: &Route) -> Option<Self> {
        let Route::Changes(pairs) = route else { return None };
        Some(Self {
            days: pairs.get("period").and_then(Days::parse).unwrap_or(Self::default().days),
            before: pairs.get("before").and_then(Days::parse),
            account: pairs.get("account").and_then(|id| ConnectionId::parse(id).ok()),
            filters: read_filters(pairs),
            sort: pairs.get("sort").map(Sort::parse),
            all_digits: pairs.get("digits") == Some("all"),
        })
    }

    /// The address.
    pub fn route(&self) -> Route {
        let mut pairs = Pairs::default();
        if self.days != Self::default().days {
            pairs.push("period", self.days.to_string());
        }
        if let Some(before) = self.before {
            pairs.push("before", before.to_string());
        }
        if let Some(account) = &self.account {
            pairs.push("account", account.as_str());
        }
        print_filters(&mut pairs, &self.filters);
        if let Some(sort) = &self.sort {
            pairs.push("sort", sort.to_string());
        }
        if self.all_digits {
            pairs.push("digits", "all");
        }
        Route::Changes(pairs)
    }

    /// The earlier days, as they are on a day.
    pub fn span_before(&self, today: Day) -> Span {
        self.before.map_or_else(|| self.days.before(today), |before| before.span(today))
    }

    /// What is asked of the server on a day: every project and model, as far as it answers.
    pub fn query(&self, today: Day) -> ChangeQuery {
        ChangeQuery {
            before: self.span_before(today),
            after: self.days.span(today),
            accounts: self.account.iter().cloned().collect(),
            filters: self.filters.clone(),
            limit: Some(LIMITS.1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_reads_back_from_its_address() {
        for text in [
            "/changes",
            "/changes?period=2026-10&before=2026-08&account=conn_1",
            "/changes?before=2026-11-01~2026-11-23&filter=-genai/model%3Agpt-5&or=o3&filter=project%3AA%20b&sort=-volume&digits=all",
        ] {
            let (path, query) = text.split_once('?').unwrap_or((text, ""));
            let chosen = Chosen::of(&Route::parse(path, query)).unwrap();
            assert_eq!(chosen.route().to_string(), text);
        }
    }

    #[test]
    fn what_is_asked_is_the_days_and_those_before_unless_others_are_chosen() {
        let today = Day::parse("2026-11-23").unwrap();
        let asked = |query: &str| Chosen::of(&Route::parse("/changes", query)).unwrap().query(today);
        let query = asked("period=2026-10");
        assert_eq!(
            (query.before.start.to_string(), query.before.end.to_string()),
            ("2026-09-01".into(), "2026-10-01".into())
        );
        assert_eq!(query.parse(), Ok(10_000));
        let query = asked("period=2026-10&before=2025-10");
        assert_eq!(query.before.start.to_string(), "2025-10-01");
        assert!(asked("period=2026-10&before=2026-11").parse().is_err());
    }
}
