//! Which days of an account are imported: of one stream, and of all of them together.

use api::Day;
use api::connection::{DayState, DayStretch, StreamProgress};

/// A stretch of days with its place in the bar that has all of them, in percent of its width.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// The days.
    pub days: DayStretch,
    /// Where they begin.
    pub left: f64,
    /// How wide they are.
    pub width: f64,
}

/// The days of all streams together: each day is as in the stream that has the least of it.
pub fn merged(streams: &[StreamProgress]) -> Vec<DayStretch> {
    let all = || streams.iter().flat_map(|stream| &stream.days);
    let Some(first) = all().map(|stretch| stretch.from).min() else { return Vec::new() };
    let mut days: Vec<DayState> = Vec::new();
    for stretch in all() {
        let offset = |day: Day| usize::try_from(day.number() - first.number()).unwrap_or_default();
        let (from, through) = (offset(stretch.from), offset(stretch.through));
        if days.len() <= through {
            days.resize(through + 1, DayState::Imported);
        }
        for state in days.iter_mut().take(through + 1).skip(from) {
            if rank(stretch.state) > rank(*state) {
                *state = stretch.state;
            }
        }
    }
    let mut stretches: Vec<DayStretch> = Vec::new();
    for (state, number) in days.into_iter().zip(first.number()..) {
        let day = Day::from_number(number);
        match stretches.last_mut() {
            Some(last) if last.state == state => last.through = day,
            _ => stretches.push(DayStretch { from: day, through: day, state }),
        }
    }
    stretches
}

/// How many days are in a state.
pub fn number_of(stretches: &[DayStretch], state: DayState) -> u64 {
    stretches.iter().filter(|stretch| stretch.state == state).map(length).sum()
}

/// The stretches in their places.
pub fn placed(stretches: &[DayStretch]) -> Vec<Placed> {
    let whole: u64 = stretches.iter().map(length).sum();
    let mut before = 0;
    let place = |stretch: &DayStretch| {
        let left = share(before, whole);
        before += length(stretch);
        Placed { days: stretch.clone(), left, width: share(before, whole) - left }
    };
    stretches.iter().map(place).collect()
}

/// The days of a stretch, both ends among them.
pub fn length(stretch: &DayStretch) -> u64 {
    u64::try_from(stretch.through.number() + 1 - stretch.from.number()).unwrap_or_default()
}

/// How little is there of a day in this state.
const fn rank(state: DayState) -> u8 {
    match state {
        DayState::Imported => 0,
        DayState::Provisional => 1,
        DayState::Missing => 2,
        DayState::Failed => 3,
    }
}

#[expect(clippy::cast_precision_loss, reason = "a bar of some hundred pixels shows no more digits")]
fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64 * 100.0
}

#[cfg(test)]
mod tests {
    use api::connection::DayState::{Failed, Imported, Missing, Provisional};
    use api::connection::Stream;

    use super::*;

    fn stretches(parts: &[(i64, i64, DayState)]) -> Vec<DayStretch> {
        let day = |number: i64| Day::parse("2026-11-01").unwrap().plus(number - 1);
        let stretch = |&(from, through, state)| DayStretch { from: day(from), through: day(through), state };
        parts.iter().map(stretch).collect()
    }

    fn stream(parts: &[(i64, i64, DayState)]) -> StreamProgress {
        StreamProgress {
            stream: Stream::Costs,
            days_planned: 0,
            days_imported: 0,
            rows: 0,
            from: None,
            through: None,
            days: stretches(parts),
            last_success: None,
            next_run: None,
            failure: None,
        }
    }

    #[test]
    fn an_account_has_no_more_of_a_day_than_the_stream_that_has_the_least() {
        let costs = stream(&[(1, 20, Imported), (21, 23, Provisional), (24, 24, Missing)]);
        let usage = stream(&[(1, 4, Imported), (5, 5, Failed), (6, 9, Missing), (10, 24, Imported)]);
        let expected = [
            (1, 4, Imported),
            (5, 5, Failed),
            (6, 9, Missing),
            (10, 20, Imported),
            (21, 23, Provisional),
            (24, 24, Missing),
        ];
        assert_eq!(merged(&[costs.clone(), usage.clone()]), stretches(&expected));
        assert_eq!(merged(&[usage, costs]), stretches(&expected));
        assert_eq!(merged(&[]), Vec::new());
        assert_eq!(merged(&[stream(&[])]), Vec::new());
    }

    #[test]
    fn days_are_counted_by_state() {
        let days = stretches(&[(1, 4, Imported), (5, 5, Failed), (6, 7, Imported)]);
        assert_eq!([Imported, Failed, Missing].map(|state| number_of(&days, state)), [6, 1, 0]);
    }

    #[test]
    fn places_fill_the_bar_without_gaps() {
        let days = placed(&stretches(&[(1, 10, Imported), (11, 15, Provisional), (16, 20, Missing)]));
        let places: Vec<_> = days.iter().map(|placed| (placed.left, placed.width)).collect();
        assert_eq!(places, [(0.0, 50.0), (50.0, 25.0), (75.0, 25.0)]);
        assert_eq!(placed(&[]), Vec::new());
    }
}
