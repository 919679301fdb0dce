//! What is read, and in which order: a plan of windows of days. Nothing here reads or writes.

use api::connection::Stream;
use api::{Day, Timestamp};

/// Days that a new connection starts with, today included, whatever its organization has spent before.
pub const FIRST_DAYS: i64 = 30;
/// Days that are read again with every refresh, today included: OpenAI revises recent days.
pub const TRAILING_DAYS: i64 = 7;
/// Days of costs that are read again once a day: a month is closed a while after its end.
const MONTH_DAYS: i64 = 35;
/// Days after its end in which OpenAI may still revise a day's costs.
const REVISED_FOR_DAYS: i64 = 3;

/// Days before today whose costs OpenAI may not have yet: "cost data may take 24 to 48 hours", and others have seen the
/// last two days left out.
const LATE_COST_DAYS: i64 = 2;

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

    /// Its days, in order.
    pub fn each(self) -> impl Iterator<Item = Day> {
        (self.start.number()..self.end.number()).map(Day::from_number)
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

    /// The stretches of it that none of these windows has, in order.
    pub fn without(self, others: &[Self]) -> Vec<Self> {
        let mut others = others.to_vec();
        others.sort_by_key(|other| other.start);
        let mut rest = Vec::new();
        let mut next = self.start;
        for other in others.iter().filter(|other| other.end > self.start && other.start < self.end) {
            rest.extend((next < other.start).then_some(Self { start: next, end: other.start }));
            next = next.max(other.end);
        }
        rest.extend((next < self.end).then_some(Self { start: next, ..self }));
        rest
    }

    /// The part before a day and the part from it on; none where there is no such part.
    pub fn split(self, day: Day) -> (Option<Self>, Option<Self>) {
        let day = day.clamp(self.start, self.end);
        let (before, after) = (Self { end: day, ..self }, Self { start: day, ..self });
        ((before.days() > 0).then_some(before), (after.days() > 0).then_some(after))
    }
}

/// Most days in a window of a stream: what fits a page (180 days of costs, 168 hours of usage), and for costs by
/// project, line item and key, whose days are long, a month.
const fn most_days(stream: Stream) -> i64 {
    match stream {
        Stream::CostTotals => 180,
        Stream::Costs => 30,
        _ => 7,
    }
}

/// The first day that a new connection reads, before its history is known.
pub fn first_day(today: Day) -> Day {
    today.plus(1 - FIRST_DAYS)
}

/// The windows of a stream from `first` to `today`, newest first. The newest is short, so that there is something to see
/// soon; totals are a row a day, and short already.
pub fn recent(stream: Stream, first: Day, today: Day) -> Vec<Window> {
    let trailing = today.plus(1 - TRAILING_DAYS).max(first);
    if stream == Stream::CostTotals {
        return back(stream, first, today.plus(1));
    }
    let mut windows = back(stream, trailing, today.plus(1));
    windows.extend(back(stream, first, trailing));
    windows
}

/// The windows of a stream from `first` to the day before `end`, newest first.
pub fn back(stream: Stream, first: Day, mut end: Day) -> Vec<Window> {
    let mut windows = Vec::new();
    while end > first {
        let start = end.plus(-most_days(stream)).max(first);
        windows.push(Window { start, end });
        end = start;
    }
    windows
}

/// When a window has its turn, lowest first: the last days of costs, those of usage, the totals that tell how far the
/// history goes, and then the history, newest first, all streams alike.
pub fn rank(stream: Stream, window: Window, today: Day) -> i64 {
    /// Beyond any day's number.
    const FAR: i64 = 100_000;
    let place = Stream::ALL.iter().position(|other| *other == stream);
    let place = place.and_then(|place| i64::try_from(place).ok()).unwrap_or_default();
    if window.end > today.plus(1 - TRAILING_DAYS) {
        return place;
    }
    let history = if stream == Stream::CostTotals { 1 } else { 2 };
    history * 10_000_000 + (FAR - window.end.number()) * 16 + place
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
pub fn refresh(stream: Stream, known: Known, history_start: Day, today: Day) -> Vec<Window> {
    let next = known.newest.map_or(history_start, |newest| newest.plus(1));
    let first = known.oldest_provisional.unwrap_or(next).min(next).min(today.plus(1 - TRAILING_DAYS));
    recent(stream, first.max(history_start), today)
}

/// The window of costs that is read again once a day: what lies before the trailing days.
pub fn month(history_start: Day, today: Day) -> Option<Window> {
    let (start, end) = (today.plus(1 - MONTH_DAYS).max(history_start), today.plus(1 - TRAILING_DAYS));
    (start < end).then_some(Window { start, end })
}

/// These days, which are in order, as windows of days that follow each other.
pub fn runs(days: &[Day]) -> Vec<Window> {
    let mut runs: Vec<Window> = Vec::new();
    for day in days {
        match runs.last_mut() {
            Some(run) if run.end == *day => run.end = day.plus(1),
            _ => runs.push(Window { start: *day, end: day.plus(1) }),
        }
    }
    runs
}

/// The first day of a stream of which nothing need be there yet: today, and of costs the two days before. What is late
/// is no failure, and comes with one of the hourly readings of recent days.
pub fn late_from(stream: Stream, today: Day) -> Day {
    today.plus(if stream.is_money() { -LATE_COST_DAYS } else { 0 })
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
        let plan = recent(Stream::Costs, first_day(today), today);
        assert_eq!(windows(&plan), ["2026-11-17..2026-11-24", "2026-10-25..2026-11-17"]);
        assert_eq!(plan.iter().map(|window| window.days()).sum::<i64>(), FIRST_DAYS);
        let usage = recent(Stream::Images, first_day(today), today);
        assert_eq!((usage.len(), usage.iter().map(|window| window.days()).sum::<i64>()), (5, FIRST_DAYS));
    }

    #[test]
    fn windows_are_contiguous_and_fit_a_page_whatever_the_history() {
        let today = day("2026-03-01");
        for stream in Stream::ALL {
            for days in 0..800 {
                let first = today.plus(-days);
                let plan = recent(*stream, first, today);
                assert_eq!(plan.first().map(|window| window.end), Some(today.plus(1)));
                assert_eq!(plan.last().map(|window| window.start), Some(first));
                assert!(plan.windows(2).all(|pair| pair[0].start == pair[1].end), "{days}");
                assert!(
                    plan.iter().all(|window| (1..=most_days(*stream)).contains(&window.days())),
                    "{days}"
                );
            }
            assert!(recent(*stream, today.plus(1), today).is_empty());
        }
    }

    #[test]
    fn the_last_days_come_first_and_history_newest_first() {
        let today = day("2026-11-23");
        let mut units: Vec<(Stream, Window)> = Vec::new();
        use Stream::{Completions, CostTotals, Costs, WebSearchCalls};
        for stream in [WebSearchCalls, Completions, CostTotals, Costs] {
            units.extend(recent(stream, today.plus(-400), today).into_iter().map(|window| (stream, window)));
        }
        units.sort_by_key(|(stream, window)| rank(*stream, *window, today));
        let order: Vec<_> = units.iter().map(|(stream, _)| *stream).collect();
        assert_eq!(order[..6], [Costs, CostTotals, Completions, WebSearchCalls, CostTotals, CostTotals]);
        assert_eq!(order[6..9], [Costs, Completions, WebSearchCalls]);
        assert!(units[6..].windows(2).all(|pair| pair[0].1.end >= pair[1].1.end));
        let alone = |days: i64| Window { start: today.plus(-days), end: today.plus(1 - days) };
        assert_eq!(rank(Costs, alone(6), today), rank(Costs, units[0].1, today), "a day that is read alone");
        assert!(rank(Costs, alone(7), today) > rank(WebSearchCalls, units[3].1, today));
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
            assert_eq!(windows(&refresh(Stream::Costs, known, start, today)), expected, "{known:?}");
        }
        let plan = refresh(Stream::Costs, Known::default(), day("2026-11-22"), today);
        assert_eq!(windows(&plan), ["2026-11-22..2026-11-24"]);
        let trailing = day("2026-11-17");
        assert_eq!(month(start, today), Some(Window { start: day("2026-10-20"), end: trailing }));
        assert_eq!(month(trailing.plus(-1), today).map(Window::days), Some(1));
        assert_eq!((month(trailing, today), month(today, today)), (None, None));
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
        assert_eq!(runs(&window.each().collect::<Vec<_>>()), [window]);
    }

    #[test]
    fn a_window_is_split_where_a_day_begins() {
        let window = Window { start: day("2026-11-17"), end: day("2026-11-24") };
        let before = Window { end: day("2026-11-19"), ..window };
        let after = Window { start: before.end, ..window };
        assert_eq!(window.split(before.end), (Some(before), Some(after)));
        assert_eq!(window.split(window.start), (None, Some(window)));
        assert_eq!(window.split(window.end.plus(9)), (Some(window), None));
    }

    #[test]
    fn what_is_planned_is_left_out_of_a_window_and_no_more() {
        let window = Window { start: day("2026-11-17"), end: day("2026-11-24") };
        let of = |start, end| Window { start: day(start), end: day(end) };
        for (planned, expected) in [
            (vec![], vec!["2026-11-17..2026-11-24"]),
            (
                vec![of("2026-11-10", "2026-11-17"), of("2026-11-24", "2026-11-30")],
                vec!["2026-11-17..2026-11-24"],
            ),
            (
                vec![of("2026-11-21", "2026-11-22"), of("2026-11-10", "2026-11-18")],
                vec!["2026-11-18..2026-11-21", "2026-11-22..2026-11-24"],
            ),
            (vec![of("2026-11-18", "2026-11-30")], vec!["2026-11-17..2026-11-18"]),
            (vec![of("2026-11-26", "2026-11-30")], vec!["2026-11-17..2026-11-24"]),
            (
                vec![of("2026-11-17", "2026-11-19"), of("2026-11-22", "2026-11-24")],
                vec!["2026-11-19..2026-11-22"],
            ),
            (vec![of("2026-11-01", "2026-11-30")], vec![]),
        ] {
            assert_eq!(windows(&window.without(&planned)), expected, "{planned:?}");
        }
        let missing = ["2026-11-01", "2026-11-02", "2026-11-04"].map(day);
        assert_eq!(windows(&runs(&missing)), ["2026-11-01..2026-11-03", "2026-11-04..2026-11-05"]);
    }

    #[test]
    fn the_totals_of_all_years_are_a_few_windows_without_a_gap() {
        let (end, floor) = (day("2026-11-24"), day("2020-06-01"));
        let windows = back(Stream::CostTotals, floor, end);
        assert_eq!(windows.len(), 14);
        assert!(windows.iter().all(|window| window.days() <= 180));
        assert_eq!(windows.iter().map(|window| window.days()).sum::<i64>(), end.number() - floor.number());
        assert_eq!(
            (windows.first().map(|window| window.end), windows.last().map(|window| window.start)),
            (Some(end), Some(floor))
        );
    }

    #[test]
    fn costs_may_come_two_days_late_and_usage_may_not() {
        let today = day("2026-11-23");
        for (stream, from) in [
            (Stream::Costs, "2026-11-21"),
            (Stream::CostTotals, "2026-11-21"),
            (Stream::Completions, "2026-11-23"),
        ] {
            assert_eq!(late_from(stream, today), day(from), "{stream:?}");
        }
    }

    #[test]
    fn a_day_settles_three_days_after_its_end() {
        assert_eq!(settles_at(day("2026-11-20")), day("2026-11-24").start());
        assert_eq!(day("2026-11-20").plus(SETTLES_AFTER_DAYS).start(), settles_at(day("2026-11-20")));
    }
}
