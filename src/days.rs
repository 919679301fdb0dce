//! The days that a page compares or reconciles: told from today, a calendar month, or two dates. All are UTC days.

use std::fmt;

use api::report::{Period, Preset};
use api::{Day, Month, Span};

/// Most months that are offered: more than OpenAI keeps.
const MOST_MONTHS: usize = 60;

/// Some days, as an address says them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Days {
    /// Days that move with today.
    Preset(Preset),
    /// A calendar month.
    Month(Month),
    /// From a date to another.
    Range(Span),
}

impl Days {
    /// Reads what [`fmt::Display`] prints: `last_30_days`, `2026-10`, `2026-11-01~2026-11-23` with both days among them.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some((first, last)) = text.split_once('~') {
            let (start, last) = (Day::parse(first).ok()?, Day::parse(last).ok()?);
            return Some(Self::Range(Span { start, end: last.plus(1) }));
        }
        Preset::parse(text).map(Self::Preset).or_else(|| Month::parse(text).ok().map(Self::Month))
    }

    /// The days, as they are on a day.
    pub fn span(self, today: Day) -> Span {
        match self {
            Self::Preset(preset) => preset.span(today),
            Self::Month(month) => month.span(),
            Self::Range(span) => span,
        }
    }

    /// The days to compare them with: the month or quarter before for months and quarters, else as many days directly
    /// before them.
    pub fn before(self, today: Day) -> Span {
        match self {
            Self::Preset(preset) => Period::Preset { preset }.spans(today).1,
            Self::Month(month) => Month::of(month.span().start.plus(-1)).span(),
            Self::Range(span) => span.before(),
        }
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Preset(preset) => f.write_str(preset.slug()),
            Self::Month(month) => month.fmt(f),
            Self::Range(span) => write!(f, "{}~{}", span.start, span.end.plus(-1)),
        }
    }
}

/// The months from that of a first day to this one, newest first.
pub fn months(first: Option<Day>, today: Day) -> Vec<Month> {
    let this = Month::of(today);
    let first = first.map_or(this, Month::of).min(this);
    let before = |month: &Month| Some(Month::of(month.span().start.plus(-1))).filter(|month| *month >= first);
    std::iter::successors(Some(this), before).take(MOST_MONTHS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn addresses_read_back_and_nonsense_is_none() {
        for text in
            ["last_30_days", "last_month", "2026-10", "2026-11-01~2026-11-23", "2026-11-23~2026-11-01"]
        {
            assert_eq!(Days::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "yesteryear", "2026-13", "2026-11-01~", "~", "2026-11-01"] {
            assert_eq!(Days::parse(text), None, "{text}");
        }
    }

    #[test]
    fn each_has_its_days_and_those_before() {
        let today = day("2026-11-23");
        for (text, first, end, first_before, end_before) in [
            ("last_7_days", "2026-11-17", "2026-11-24", "2026-11-10", "2026-11-17"),
            ("month_to_date", "2026-11-01", "2026-11-24", "2026-10-01", "2026-10-24"),
            ("2026-03", "2026-03-01", "2026-04-01", "2026-02-01", "2026-03-01"),
            ("2026-11-10~2026-11-12", "2026-11-10", "2026-11-13", "2026-11-07", "2026-11-10"),
        ] {
            let days = Days::parse(text).unwrap();
            let expected = |start, end| Span { start: day(start), end: day(end) };
            assert_eq!(days.span(today), expected(first, end), "{text}");
            assert_eq!(days.before(today), expected(first_before, end_before), "{text}");
        }
    }

    #[test]
    fn months_go_back_to_the_first_day() {
        let today = day("2026-02-03");
        let texts = |first| months(first, today).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(texts(Some(day("2025-12-31"))), ["2026-02", "2026-01", "2025-12"]);
        assert_eq!(texts(None), ["2026-02"]);
        assert_eq!(texts(Some(day("2026-05-01"))), ["2026-02"]);
        assert_eq!(months(Some(day("2000-01-01")), today).len(), MOST_MONTHS);
    }
}
