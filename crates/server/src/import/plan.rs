//! What is read, and in which order: a plan of windows of days. Nothing here reads or writes.

use api::{Day, Timestamp};

/// Days of history that a new connection starts with, today included.
pub const HISTORY_DAYS: i64 = 30;
/// Days that are read again with every refresh, today included: OpenAI revises recent days.
pub const TRAILING_DAYS: i64 = 7;
/// Days after its end in which OpenAI may still revise a day's costs.
const REVISED_FOR_DAYS: i64 = 3;
/// Most days in a window. OpenAI's page of daily usage has at most 31 buckets, so a window is one call.
const WINDOW_DAYS: i64 = 30;

/// A stretch of whole UTC days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first day.
    pub start: Day,
    /// The day after the last one.
    pub end: Day,
}

impl Window {
    /// How many days it has.
    pub fn days(self) -> i64 {
        self.end.number() - self.start.number()
    }

    /// Whether a day is in it.
    pub fn contains(self, day: Day) -> bool {
        (self.start..self.end).contains(&day)
    }

    /// The period to ask OpenAI for, in Unix seconds: it does not reach into the future, which some have seen refused,
    /// and it has an end that does not move while pages are read, since a cursor is bound to it. None while nothing of
    /// the window has passed.
    pub fn period(self, now: Timestamp) -> Option<(i64, i64)> {
        let start = self.start.start().unix_seconds();
        let end = self.end.start().unix_seconds().min(now.unix_seconds());
        (end > start).then_some((start, end))
    }
}

/// The first day of a new connection's history.
pub fn history_start(today: Day) -> Day {
    today.plus(1 - HISTORY_DAYS)
}

/// The windows from `first` to `today`, newest first. The newest is short, so that there is something to see soon.
pub fn history(first: Day, today: Day) -> Vec<Window> {
    let mut windows = Vec::new();
    let mut end = today.plus(1);
    let mut most = TRAILING_DAYS;
    while end > first {
        let start = end.plus(-most).max(first);
        windows.push(Window { start, end });
        end = start;
        most = WINDOW_DAYS;
    }
    windows
}

/// What is known of the days of a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The newest imported day.
    pub newest: Option<Day>,
    /// The oldest day that OpenAI could still revise when it was imported.
    pub oldest_provisional: Option<Day>,
}

/// The windows to read again, newest first: the trailing days, and whatever came to lie before them while the server
/// was off.
pub fn refresh(known: Known, history_start: Day, today: Day) -> Vec<Window> {
    let next = known.newest.map_or(history_start, |newest| newest.plus(1));
    let first = known.oldest_provisional.unwrap_or(next).min(next).min(today.plus(1 - TRAILING_DAYS));
    history(first.max(history_start), today)
}

/// From when on OpenAI no longer revises a day.
pub fn settles_at(day: Day) -> Timestamp {
    day.plus(1 + REVISED_FOR_DAYS).start()
}

/// Days of import that settle a day, as the distance between its number and that of the first settled moment's day.
pub const SETTLES_AFTER_DAYS: i64 = 1 + REVISED_FOR_DAYS;

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn windows(windows: &[Window]) -> Vec<String> {
        windows.iter().map(|window| format!("{}..{}", window.start, window.end)).collect()
    }

    #[test]
    fn a_new_connection_reads_a_short_newest_window_first() {
        let today = day("2026-11-23");
        let plan = history(history_start(today), today);
        assert_eq!(windows(&plan), ["2026-11-17..2026-11-24", "2026-10-25..2026-11-17"]);
        assert_eq!(plan.iter().map(|window| window.days()).sum::<i64>(), HISTORY_DAYS);
    }

    #[test]
    fn windows_are_contiguous_and_fit_a_page_whatever_the_history() {
        let today = day("2026-03-01");
        for days in 0..800 {
            let first = today.plus(-days);
            let plan = history(first, today);
            assert_eq!(plan.first().map(|window| window.end), Some(today.plus(1)));
            assert_eq!(plan.last().map(|window| window.start), Some(first));
            assert!(plan.windows(2).all(|pair| pair[0].start == pair[1].end), "{days}");
            assert!(plan.iter().all(|window| (1..=WINDOW_DAYS).contains(&window.days())), "{days}");
        }
        assert!(history(today.plus(1), today).is_empty());
    }

    #[test]
    fn a_refresh_reads_the_trailing_days_and_what_was_missed() {
        let today = day("2026-11-23");
        let start = day("2026-10-01");
        let known = |newest, provisional: Option<&str>| Known {
            newest: Some(day(newest)),
            oldest_provisional: provisional.map(day),
        };
        for (known, expected) in [
            (known("2026-11-23", Some("2026-11-20")), vec!["2026-11-17..2026-11-24"]),
            (known("2026-11-15", None), vec!["2026-11-17..2026-11-24", "2026-11-16..2026-11-17"]),
            (
                known("2026-11-15", Some("2026-11-12")),
                vec!["2026-11-17..2026-11-24", "2026-11-12..2026-11-17"],
            ),
            (
                Known::default(),
                vec!["2026-11-17..2026-11-24", "2026-10-18..2026-11-17", "2026-10-01..2026-10-18"],
            ),
        ] {
            assert_eq!(windows(&refresh(known, start, today)), expected, "{known:?}");
        }
        assert_eq!(windows(&refresh(Known::default(), day("2026-11-22"), today)), ["2026-11-22..2026-11-24"]);
    }

    #[test]
    fn a_period_ends_now_and_never_later() {
        let window = Window { start: day("2026-11-17"), end: day("2026-11-24") };
        let start = window.start.start().unix_seconds();
        let noon = day("2026-11-23").start().plus_seconds(43_200);
        assert_eq!(window.period(noon), Some((start, noon.unix_seconds())));
        assert_eq!(
            window.period(day("2026-12-01").start()),
            Some((start, window.end.start().unix_seconds()))
        );
        assert_eq!(window.period(window.start.start()), None);
        assert!(window.contains(day("2026-11-17")) && !window.contains(window.end));
    }

    #[test]
    fn a_day_settles_three_days_after_its_end() {
        assert_eq!(settles_at(day("2026-11-20")), day("2026-11-24").start());
        assert_eq!(day("2026-11-20").plus(SETTLES_AFTER_DAYS).start(), settles_at(day("2026-11-20")));
    }
}
