//! The days that a page looks at, as its address says them. All of them are UTC days.

use std::fmt;

use api::cube::MOST_DAYS;
use api::{Day, Span};

/// Some days, counted from today or said by their dates.
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
    /// The days between two dates, both among them.
    Range(Range),
}

/// The days between two dates, in order and no more than the facts of a request may span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range(Span);

/// Why two texts are no range: which of them is wrong, why, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RangeIssue {
    /// Whether it is the first day that is wrong, else it is the last one.
    pub is_first: bool,
    /// Cause and remedy.
    pub issue: String,
}

impl Range {
    /// Reads two dates, `2026-11-01` and `2026-11-23`. Days to come are none yet.
    pub fn parse(first: &str, last: &str, today: Day) -> Result<Self, RangeIssue> {
        let day = |text: &str, is_first: bool| {
            let name = if is_first { "first" } else { "last" };
            let issue = format!("The {name} day is not a date. Write it as year-month-day: 2026-11-23.");
            Day::parse(text.trim()).map_err(|_| RangeIssue { is_first, issue })
        };
        let (first, last) = (day(first, true)?, day(last, false)?);
        let wrong = |issue: String| Err(RangeIssue { is_first: false, issue });
        let span = Span { start: first, end: last.plus(1) };
        if last < first {
            return wrong("The last day is before the first one. Choose a later last day.".into());
        }
        if last > today {
            return wrong(format!("The last day is in the future. Choose {today} (UTC) or an earlier day."));
        }
        if !span.fits(MOST_DAYS) {
            return wrong(format!(
                "These are {} days, and at most {MOST_DAYS} can be shown. Choose {} or an earlier day.",
                span.days(),
                first.plus(i64::from(MOST_DAYS) - 1)
            ));
        }
        Ok(Self(span))
    }
}

impl Period {
    /// All of them, in the order of the menu.
    pub const ALL: [Self; 5] =
        [Self::Last7, Self::Last30, Self::Last90, Self::MonthToDate, Self::PreviousMonth];

    /// Reads what [`fmt::Display`] prints; anything else is the default.
    pub fn parse(text: &str) -> Self {
        if let Some((first, last)) = text.split_once('~') {
            // What an old address calls the future is past by now, or has no costs yet.
            let range = Range::parse(first, last, Day::parse(last).unwrap_or(Day::from_number(0)));
            return range.map(Self::Range).unwrap_or_default();
        }
        Self::ALL.into_iter().find(|period| period.to_string() == text).unwrap_or_default()
    }

    /// What people read in the menu.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Range(_) => "Dates",
            Self::Last7 => "Last 7 days",
            Self::Last30 => "Last 30 days",
            Self::Last90 => "Last 90 days",
            Self::MonthToDate => "Month to date",
            Self::PreviousMonth => "Last month",
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
            Self::Range(Range(span)) => (span.start, span.end),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Last7 => f.write_str("last-7"),
            Self::Last30 => f.write_str("last-30"),
            Self::Last90 => f.write_str("last-90"),
            Self::MonthToDate => f.write_str("month-to-date"),
            Self::PreviousMonth => f.write_str("previous-month"),
            Self::Range(Range(span)) => write!(f, "{}~{}", span.start, span.end.plus(-1)),
        }
    }
}

/// Days in order as stretches without a gap, each with its first and its last day.
pub fn stretches(days: impl Iterator<Item = Day>) -> Vec<(Day, Day)> {
    let mut stretches: Vec<(Day, Day)> = Vec::new();
    for day in days {
        match stretches.last_mut() {
            Some((_, last)) if last.plus(1) == day => *last = day,
            _ => stretches.push((day, day)),
        }
    }
    stretches
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
        assert_eq!(Period::parse("2026-11-01~2026-11-23").to_string(), "2026-11-01~2026-11-23");
        for text in ["2026-11-23~2026-11-01", "2026-11-01~", "~", "2020-01-01~2026-11-01"] {
            assert_eq!(Period::parse(text), Period::Last30, "{text}");
        }
        check(Period::parse("2026-02-27~2026-03-01"), "2026-11-23", "2026-02-27", "2026-03-02");
    }

    #[test]
    fn ranges_say_which_day_is_wrong_and_what_to_do() {
        let today = Day::parse("2026-11-23").unwrap();
        for (first, last, is_first, words) in [
            ("23.11.2026", "2026-11-23", true, "first day is not a date"),
            ("2026-11-01", "", false, "last day is not a date"),
            ("2026-11-02", "2026-11-01", false, "before the first one"),
            ("2026-11-01", "2026-11-24", false, "Choose 2026-11-23 (UTC)"),
            ("2025-11-01", "2026-11-02", false, "These are 367 days"),
        ] {
            let issue = Range::parse(first, last, today).unwrap_err();
            assert!(issue.is_first == is_first && issue.issue.contains(words), "{issue:?}");
        }
        assert!(Range::parse(" 2025-11-01", "2026-11-01 ", today).is_ok());
    }

    #[test]
    fn days_without_a_gap_are_one_stretch() {
        let days = |texts: &[&str]| stretches(texts.iter().map(|text| Day::parse(text).unwrap()));
        let printed = |stretches: Vec<(Day, Day)>| -> Vec<String> {
            stretches.iter().map(|(first, last)| format!("{first}~{last}")).collect()
        };
        assert_eq!(printed(days(&[])), Vec::<String>::new());
        let found = days(&["2026-10-31", "2026-11-01", "2026-11-03", "2026-11-05", "2026-11-06"]);
        assert_eq!(
            printed(found),
            ["2026-10-31~2026-11-01", "2026-11-03~2026-11-03", "2026-11-05~2026-11-06"]
        );
    }

    #[test]
    fn months_have_their_days() {
        for (today, days, passed) in [("2026-11-23", 30, 23), ("2024-02-29", 29, 29), ("2026-12-01", 31, 1)] {
            assert_eq!(month_progress(Day::parse(today).unwrap()), (days, passed), "{today}");
        }
    }
}
