//! Which days.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Day, Span};

/// Which days a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Period {
    /// From a day to another.
    Days {
        /// The first day.
        start: Day,
        /// The day after the last one.
        end: Day,
    },
    /// Days that move with today, the UTC day on which the report is asked for.
    Preset {
        /// Which.
        preset: Preset,
    },
}

/// Days that are told from today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// Today so far.
    Today,
    /// The day before today.
    Yesterday,
    /// The 7 days that end with today.
    #[serde(rename = "last_7_days")]
    Last7Days,
    /// The 30 days that end with today.
    #[serde(rename = "last_30_days")]
    Last30Days,
    /// The 90 days that end with today.
    #[serde(rename = "last_90_days")]
    Last90Days,
    /// This calendar month, up to today.
    MonthToDate,
    /// The calendar month before this one.
    LastMonth,
    /// This calendar quarter, up to today.
    QuarterToDate,
    /// The calendar quarter before this one.
    LastQuarter,
    /// This calendar year, up to today.
    YearToDate,
    /// The calendar year before this one.
    LastYear,
}

impl Preset {
    /// All of them, in the order of the menus.
    pub const ALL: [Self; 11] = [
        Self::Today,
        Self::Yesterday,
        Self::Last7Days,
        Self::Last30Days,
        Self::Last90Days,
        Self::MonthToDate,
        Self::LastMonth,
        Self::QuarterToDate,
        Self::LastQuarter,
        Self::YearToDate,
        Self::LastYear,
    ];

    /// The name on the wire and in addresses.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Yesterday => "yesterday",
            Self::Last7Days => "last_7_days",
            Self::Last30Days => "last_30_days",
            Self::Last90Days => "last_90_days",
            Self::MonthToDate => "month_to_date",
            Self::LastMonth => "last_month",
            Self::QuarterToDate => "quarter_to_date",
            Self::LastQuarter => "last_quarter",
            Self::YearToDate => "year_to_date",
            Self::LastYear => "last_year",
        }
    }

    /// The name that people see.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Today => "Today",
            Self::Yesterday => "Yesterday",
            Self::Last7Days => "Last 7 days",
            Self::Last30Days => "Last 30 days",
            Self::Last90Days => "Last 90 days",
            Self::MonthToDate => "Month to date",
            Self::LastMonth => "Last month",
            Self::QuarterToDate => "Quarter to date",
            Self::LastQuarter => "Last quarter",
            Self::YearToDate => "Year to date",
            Self::LastYear => "Last year",
        }
    }

    /// Reads a slug.
    pub fn parse(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.slug() == slug)
    }

    /// The days.
    pub fn span(self, today: Day) -> Span {
        let tomorrow = today.plus(1);
        let last = |days: i64| Span { start: tomorrow.plus(-days), end: tomorrow };
        match self {
            Self::Today => last(1),
            Self::Yesterday => Span { start: today.plus(-1), end: today },
            Self::Last7Days => last(7),
            Self::Last30Days => last(30),
            Self::Last90Days => last(90),
            Self::MonthToDate | Self::QuarterToDate | Self::YearToDate => {
                Span { start: self.unit_start(today), end: tomorrow }
            }
            Self::LastMonth | Self::LastQuarter | Self::LastYear => {
                let end = self.unit_start(today);
                Span { start: self.unit_start(end.plus(-1)), end }
            }
        }
    }

    /// The days to compare with: those directly before, or the same days of the calendar unit before.
    fn previous(self, span: Span) -> Span {
        match self {
            Self::MonthToDate | Self::QuarterToDate | Self::YearToDate => {
                // Up to the same day of the month that is as far in its unit: February may be a day longer.
                let today = span.end.plus(-1);
                let start = self.unit_start(span.start.plus(-1));
                let month = months_before(today, self.months());
                Span { start, end: month.plus(i64::from(today.ymd().2)).min(month.plus(31).month_start()) }
            }
            Self::LastMonth | Self::LastQuarter | Self::LastYear => {
                Span { start: self.unit_start(span.start.plus(-1)), end: span.start }
            }
            _ => span.before(),
        }
    }

    /// How many months its calendar unit has.
    const fn months(self) -> u8 {
        match self {
            Self::QuarterToDate | Self::LastQuarter => 3,
            Self::YearToDate | Self::LastYear => 12,
            _ => 1,
        }
    }

    /// The first day of the calendar unit in which a day lies; the day itself where the preset has none.
    fn unit_start(self, day: Day) -> Day {
        let months = match self {
            Self::MonthToDate | Self::LastMonth => 0,
            Self::QuarterToDate | Self::LastQuarter => (day.ymd().1 + 2) % 3,
            Self::YearToDate | Self::LastYear => day.ymd().1 - 1,
            _ => return day,
        };
        months_before(day, months)
    }
}

/// The first day of the month that lies so many months before that of a day.
fn months_before(day: Day, months: u8) -> Day {
    (0..months).fold(day.month_start(), |start, _| start.plus(-1).month_start())
}

impl Period {
    /// The days, and those to compare with.
    pub fn spans(self, today: Day) -> (Span, Span) {
        match self {
            Self::Days { start, end } => {
                let span = Span { start, end };
                (span, span.before())
            }
            Self::Preset { preset } => {
                let span = preset.span(today);
                (span, preset.previous(span))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_follow_the_utc_day() {
        let cases = [
            ("today", "2026-11-23", "2026-11-24", "2026-11-22", "2026-11-23"),
            ("yesterday", "2026-11-22", "2026-11-23", "2026-11-21", "2026-11-22"),
            ("last_7_days", "2026-11-17", "2026-11-24", "2026-11-10", "2026-11-17"),
            ("last_30_days", "2026-10-25", "2026-11-24", "2026-09-25", "2026-10-25"),
            ("last_90_days", "2026-08-26", "2026-11-24", "2026-05-28", "2026-08-26"),
            ("month_to_date", "2026-11-01", "2026-11-24", "2026-10-01", "2026-10-24"),
            ("last_month", "2026-10-01", "2026-11-01", "2026-09-01", "2026-10-01"),
            ("quarter_to_date", "2026-10-01", "2026-11-24", "2026-07-01", "2026-08-24"),
            ("last_quarter", "2026-07-01", "2026-10-01", "2026-04-01", "2026-07-01"),
            ("year_to_date", "2026-01-01", "2026-11-24", "2025-01-01", "2025-11-24"),
            ("last_year", "2025-01-01", "2026-01-01", "2024-01-01", "2025-01-01"),
        ];
        assert_eq!(cases.len(), Preset::ALL.len());
        let today = Day::parse("2026-11-23").unwrap();
        for (slug, start, end, previous_start, previous_end) in cases {
            let preset = Preset::parse(slug).unwrap();
            assert_eq!(serde_json::to_value(preset).unwrap(), slug);
            let (span, previous) = Period::Preset { preset }.spans(today);
            let texts = [span.start, span.end, previous.start, previous.end].map(|day| day.to_string());
            assert_eq!(texts, [start, end, previous_start, previous_end], "{slug}");
        }
    }

    #[test]
    fn a_year_is_compared_up_to_the_same_day_of_the_one_before_whether_either_has_a_day_more() {
        for (today, previous) in [
            ("2028-03-01", "2027-03-02"),
            ("2028-02-29", "2027-03-01"),
            ("2029-03-01", "2028-03-02"),
            ("2028-12-31", "2028-01-01"),
        ] {
            let (_, span) = Period::Preset { preset: Preset::YearToDate }.spans(Day::parse(today).unwrap());
            assert_eq!(span.end.to_string(), previous, "{today}");
        }
        let (_, span) =
            Period::Preset { preset: Preset::QuarterToDate }.spans(Day::parse("2026-12-31").unwrap());
        assert_eq!(
            (span.start.to_string(), span.end.to_string()),
            ("2026-07-01".into(), "2026-10-01".into())
        );
    }

    #[test]
    fn a_longer_month_is_compared_with_a_whole_shorter_one() {
        let today = Day::parse("2026-03-31").unwrap();
        let (_, previous) = Period::Preset { preset: Preset::MonthToDate }.spans(today);
        assert_eq!((previous.start.to_string(), previous.days()), ("2026-02-01".into(), 28));
    }
}
