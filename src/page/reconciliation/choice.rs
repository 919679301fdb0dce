//! What is reconciled, and what of it is looked at, as the address says.

use api::report::Preset;
use api::{ConnectionId, Day};

use crate::days::Days;
use crate::route::{Pairs, Route};
use crate::sort::Sort;

/// The periods that are offered, beside months and dates: those that have no more days than can be reconciled at once.
pub const PRESETS: [Preset; 5] =
    [Preset::MonthToDate, Preset::LastMonth, Preset::Last7Days, Preset::Last30Days, Preset::Last90Days];

/// What the table shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// A row for each day of an account.
    #[default]
    Days,
    /// A row for each line item of each day, or of one day.
    Lines {
        /// The day; all of them when absent.
        day: Option<Day>,
    },
}

/// What is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// The days.
    pub days: Days,
    /// One account; all of them when absent.
    pub account: Option<ConnectionId>,
    /// What the table shows.
    pub view: View,
    /// The order of its rows; the view's own when absent.
    pub sort: Option<Sort>,
    /// Whether amounts have all their digits.
    pub all_digits: bool,
}

impl Default for Chosen {
    fn default() -> Self {
        Self {
            days: Days::Preset(Preset::Last30Days),
            account: None,
            view: View::Days,
            sort: None,
            all_digits: false,
        }
    }
}

impl Chosen {
    /// What the address says, if it is one of a reconciliation. What cannot be read is as if it were not there.
    pub fn of(route: &Route) -> Option<Self> {
        let Route::Reconciliation(pairs) = route else { return None };
        let day = pairs.get("day").and_then(|text| Day::parse(text).ok());
        Some(Self {
            days: pairs.get("period").and_then(Days::parse).unwrap_or(Self::default().days),
            account: pairs.get("account").and_then(|id| ConnectionId::parse(id).ok()),
            view: match (day, pairs.get("view")) {
                (None, Some("lines")) => View::Lines { day: None },
                (None, _) => View::Days,
                (day, _) => View::Lines { day },
            },
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
        if let Some(account) = &self.account {
            pairs.push("account", account.as_str());
        }
        match self.view {
            View::Days => {}
            View::Lines { day: None } => pairs.push("view", "lines"),
            View::Lines { day: Some(day) } => pairs.push("day", day.to_string()),
        }
        if let Some(sort) = &self.sort {
            pairs.push("sort", sort.to_string());
        }
        if self.all_digits {
            pairs.push("digits", "all");
        }
        Route::Reconciliation(pairs)
    }

    /// The same days seen another way. An order by a column that is not there any more means nothing.
    pub fn seen(&self, view: View) -> Self {
        Self { view, sort: None, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_reads_back_from_its_address() {
        for text in [
            "/reconciliation",
            "/reconciliation?period=2026-10&account=conn_1",
            "/reconciliation?view=lines&sort=-billed&digits=all",
            "/reconciliation?period=2026-11-01~2026-11-23&day=2026-11-05&sort=line_item",
        ] {
            let (path, query) = text.split_once('?').unwrap_or((text, ""));
            let chosen = Chosen::of(&Route::parse(path, query)).unwrap();
            assert_eq!(chosen.route().to_string(), text);
        }
        assert_eq!(Chosen::of(&Route::Home), None);
    }

    #[test]
    fn nonsense_in_an_address_is_as_if_it_were_not_there() {
        let route = Route::parse("/reconciliation", "period=soon&account=%20&day=x&view=y&digits=z");
        assert_eq!(Chosen::of(&route), Some(Chosen::default()));
    }
}
