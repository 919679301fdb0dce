//! How time is cut.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Day, Span, Timestamp};

/// What a report's columns of time are. All are UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Interval {
    /// The whole period is one.
    #[default]
    None,
    /// Hours. OpenAI bills days: an hour has the share of its usage. At most 31 days of them.
    Hour,
    /// Days.
    Day,
    /// Weeks that begin on Monday (ISO 8601).
    Week,
    /// Calendar months.
    Month,
}

impl Interval {
    /// All of them, in the order of the menus.
    pub const ALL: [Self; 5] = [Self::None, Self::Hour, Self::Day, Self::Week, Self::Month];

    /// The name on the wire and in addresses.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// Reads a slug.
    pub fn parse(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|interval| interval.slug() == slug)
    }

    /// Where the intervals of a period begin, and last where the period ends. The first and the last may be cut.
    pub fn bounds(self, span: Span) -> Vec<Timestamp> {
        let begins = |day: &Day| match self {
            Self::None => false,
            Self::Hour | Self::Day => true,
            // 1970-01-01 was a Thursday.
            Self::Week => (day.number() + 3).rem_euclid(7) == 0,
            Self::Month => *day == day.month_start(),
        };
        let starts = span.each().filter(|day| *day == span.start || begins(day)).map(Day::start);
        let mut bounds: Vec<Timestamp> = match self {
            Self::Hour => {
                starts.flat_map(|start| (0..24).map(move |hour| start.plus_seconds(hour * 3600))).collect()
            }
            _ => starts.collect(),
        };
        bounds.push(span.end.start());
        bounds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(interval: Interval, start: &str, end: &str) -> Vec<String> {
        let span = Span { start: Day::parse(start).unwrap(), end: Day::parse(end).unwrap() };
        interval.bounds(span).iter().map(|bound| bound.to_string().replace("T00:00:00Z", "")).collect()
    }

    #[test]
    fn intervals_are_cut_at_calendar_borders() {
        assert_eq!(bounds(Interval::None, "2026-11-20", "2026-11-23"), ["2026-11-20", "2026-11-23"]);
        assert_eq!(
            bounds(Interval::Day, "2026-11-22", "2026-11-24"),
            ["2026-11-22", "2026-11-23", "2026-11-24"]
        );
        // 2026-11-23 is a Monday.
        assert_eq!(
            bounds(Interval::Week, "2026-11-20", "2026-12-01"),
            ["2026-11-20", "2026-11-23", "2026-11-30", "2026-12-01"]
        );
        assert_eq!(
            bounds(Interval::Month, "2026-01-31", "2026-03-02"),
            ["2026-01-31", "2026-02-01", "2026-03-01", "2026-03-02"]
        );
        let hours = bounds(Interval::Hour, "2026-11-22", "2026-11-24");
        assert_eq!((hours.len(), hours[1].as_str()), (49, "2026-11-22T01:00:00Z"));
    }

    #[test]
    fn slugs_are_those_of_the_wire() {
        for interval in Interval::ALL {
            assert_eq!(Interval::parse(interval.slug()), Some(interval));
            assert_eq!(serde_json::to_value(interval).unwrap(), interval.slug());
        }
    }
}
