//! The days that a page looks at, as its address says them. All of them are UTC days.

use std::fmt;

use api::Day;

/// Some days, counted from today.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Period {
    /// The last seven days, today among them.
    Last7,
    /// The last thirty days, today among them.
    #[default]
    Last30,
    /// The last ninety days, today among them.
    Last90,
    /// This month so far.
    MonthToDate,
    /// The month before this one.
    PreviousMonth,
}

impl Period {
    /// All of them, in the order of the menu.
    pub const ALL: [Self; 5] =
        [Self::Last7, Self::Last30, Self::Last90, Self::MonthToDate, Self::PreviousMonth];

    /// Reads what [`fmt::Display`] prints; anything else is the default.
    pub fn parse(text: &str) -> Self {
        Self::ALL.into_iter().find(|period| period.slug() == text).unwrap_or_default()
    }

    /// What people read in the menu.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Last7 => "Last 7 days",
            Self::Last30 => "Last 30 days",
            Self::Last90 => "Last 90 days",
            Self::MonthToDate => "Month to date",
            Self::PreviousMonth => "Previous month",
        }
    }

    /// Its first day, and the day after its last one.
    pub fn days(self, today: Day) -> (Day, Day) {
        let tomorrow = today.plus(1);
        match self {
            Self::Last7 => (tomorrow.plus(-7), tomorrow),
            Self::Last30 => (tomorrow.plus(-30), tomorrow),
            Self::Last90 => (tomorrow.plus(-90), tomorrow),
            Self::MonthToDate => (today.month_start(), tomorrow),
            Self::PreviousMonth => (today.month_start().plus(-1).month_start(), today.month_start()),
        }
    }

    const fn slug(self) -> &'static str {
        match self {
            Self::Last7 => "last-7",
            Self::Last30 => "last-30",
            Self::Last90 => "last-90",
            Self::MonthToDate => "month-to-date",
            Self::PreviousMonth => "previous-month",
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

/// How many days a month has, and how many of them have passed with this one.
pub fn month_progress(today: Day) -> (i64, i64) {
    let start = today.month_start();
    let next = start.plus(31).month_start();
    (next.number() - start.number(), today.number() - start.number() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(period: Period, today: &str, first: &str, end: &str) {
        let (start, after) = period.days(Day::parse(today).unwrap());
        assert_eq!(
            (start.to_string().as_str(), after.to_string().as_str()),
            (first, end),
            "{period} on {today}"
        );
    }

    #[test]
    fn periods_end_today_or_with_the_month_before() {
        check(Period::Last7, "2026-11-23", "2026-11-17", "2026-11-24");
        check(Period::Last30, "2026-11-23", "2026-10-25", "2026-11-24");
        check(Period::MonthToDate, "2026-11-01", "2026-11-01", "2026-11-02");
        check(Period::PreviousMonth, "2026-11-23", "2026-10-01", "2026-11-01");
        check(Period::PreviousMonth, "2024-03-31", "2024-02-01", "2024-03-01");
        check(Period::PreviousMonth, "2027-01-01", "2026-12-01", "2027-01-01");
    }

    #[test]
    fn addresses_read_back() {
        for period in Period::ALL {
            assert_eq!(Period::parse(&period.to_string()), period);
        }
        assert_eq!(Period::parse("yesterday"), Period::Last30);
    }

    #[test]
    fn months_have_their_days() {
        for (today, days, passed) in [("2026-11-23", 30, 23), ("2024-02-29", 29, 29), ("2026-12-01", 31, 1)] {
            assert_eq!(month_progress(Day::parse(today).unwrap()), (days, passed), "{today}");
        }
    }
}
