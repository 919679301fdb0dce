//! The days of a window, put together while its buckets come. It takes its time: not for a thread that serves others.

use std::collections::{BTreeMap, BTreeSet};

use api::connection::Stream;
use api::connection_draft::{Cause, Finding};
use api::{Day, Timestamp};
use facts::Dictionary;

use super::plan::{self, Window};
use crate::store::segment::Read;

const DAY: i64 = 86_400;

/// Makes a day's bytes of its rows and their texts.
type Encode<Row> = fn(&[Row], &Dictionary) -> Vec<u8>;

/// The days of a window. Buckets come in order and none twice; a day counts when buckets of all of its seconds have come.
pub(super) struct Days<Row> {
    stream: Stream,
    window: Window,
    today: Day,
    /// The first day of which nothing need have come.
    late_from: Day,
    /// Seconds of a bucket as it was asked for: an hour or a day.
    width: i64,
    encode: Encode<Row>,
    /// The last bucket, as a number of widths since 1970.
    last: Option<i64>,
    open: Option<Open<Row>>,
    read: BTreeMap<Day, Read>,
    /// Days with rows that could not be read.
    spoiled: BTreeSet<Day>,
    unknown: usize,
}

/// The day whose buckets are coming.
struct Open<Row> {
    day: Day,
    /// How many of its seconds the buckets are of.
    seconds: i64,
    rows: Vec<Row>,
    texts: Dictionary,
}

/// What came of a window.
#[derive(Debug, Default)]
pub(super) struct Whole {
    /// The days that came whole.
    pub(super) read: BTreeMap<Day, Read>,
    /// Days that should be there and did not come, or not whole.
    pub(super) missing: Vec<Day>,
}

impl<Row: Copy> Days<Row> {
    pub(super) fn new(
        (stream, window): (Stream, Window),
        now: Timestamp,
        width: i64,
        encode: Encode<Row>,
    ) -> Self {
        let today = Day::of(now);
        Self {
            stream,
            window,
            today,
            late_from: plan::late_from(stream, today),
            width,
            encode,
            last: None,
            open: None,
            read: BTreeMap::new(),
            spoiled: BTreeSet::new(),
            unknown: 0,
        }
    }

    /// A bucket begins, at a moment in Unix seconds, and ends, where that is told. None when its day was not asked for: cost
    /// buckets are not clipped to the request. A bucket that comes twice would be counted twice, so it is an answer that
    /// is not understood, and so is one that comes too late, or of more than a day. One that is longer than was asked for
    /// is read as it is: where there are no hours, days come for them.
    pub(super) fn enter(
        &mut self,
        (start_time, end_time): (i64, Option<i64>),
        request_id: Option<&str>,
    ) -> Result<Option<Day>, Finding> {
        let bucket = start_time.div_euclid(self.width);
        let seconds = end_time.map_or(self.width, |end_time| end_time.saturating_sub(start_time));
        if self.last.is_some_and(|last| bucket <= last) || seconds > DAY {
            return Err(Finding::new(Cause::NotUnderstood, request_id.map(str::to_owned)));
        }
        self.last = Some(bucket);
        let day = Day::of(Timestamp::from_unix_seconds(start_time));
        if !self.window.contains(day) {
            return Ok(None);
        }
        if self.open.as_ref().is_none_or(|open| open.day != day) {
            self.close();
            self.open = Some(Open { day, seconds: 0, rows: Vec::new(), texts: Dictionary::default() });
        }
        if let Some(open) = &mut self.open {
            open.seconds += seconds.max(0);
        }
        Ok(Some(day))
    }

    /// A row of the bucket that has begun, which is made with the texts of its day; none where none can be made.
    pub(super) fn push(&mut self, row: impl FnOnce(&mut Dictionary) -> Option<Row>) -> Option<Row> {
        let open = self.open.as_mut()?;
        let row = row(&mut open.texts)?;
        open.rows.push(row);
        Some(row)
    }

    /// The day of the bucket that has begun has a row that could not be read: without it, it is not whole.
    pub(super) fn spoil(&mut self) {
        self.spoiled.extend(self.open.as_ref().map(|open| open.day));
    }

    /// Rows that cannot be stored and that nothing is lost with.
    pub(super) fn count_unknown(&mut self, rows: usize) {
        self.unknown += rows;
    }

    /// The days, after the last bucket.
    pub(super) fn finish(mut self) -> Whole {
        self.close();
        if self.unknown > 0 {
            tracing::warn!(
                stream = self.stream.slug(),
                rows = self.unknown,
                "left out rows that have no amount or are of another kind"
            );
        }
        // Recent days are read again within the hour: what is not there yet is not missing.
        let due = self.window.start.number()..self.window.end.min(self.late_from).number();
        let absent = due.map(Day::from_number).filter(|day| !self.read.contains_key(day));
        // What has come and could not be read is not late.
        let missing: BTreeSet<Day> = absent.chain(self.spoiled).collect();
        Whole { read: self.read, missing: missing.into_iter().collect() }
    }

    fn close(&mut self) {
        let Some(Open { day, seconds, rows, texts }) = self.open.take() else { return };
        let is_whole = seconds >= DAY || day >= self.today;
        if is_whole && !self.spoiled.contains(&day) {
            let read = match rows.len() {
                0 => Read::default(),
                count => Read::of(count, (self.encode)(&rows, &texts)),
            };
            self.read.insert(day, read);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600;

    fn start() -> Day {
        Day::parse("2026-11-20").unwrap()
    }

    /// Three days, the last of which is today and half over.
    fn days(width: i64) -> Days<u8> {
        of(Stream::Completions, 3, width)
    }

    /// So many days, the last of which is today and half over.
    fn of(stream: Stream, count: i64, width: i64) -> Days<u8> {
        let window = Window { start: start(), end: start().plus(count) };
        let now = start().plus(count - 1).start().plus_seconds(12 * HOUR);
        Days::new((stream, window), now, width, |rows, _| rows.to_vec())
    }

    fn at(day: i64, hour: i64) -> i64 {
        start().plus(day).start().unix_seconds() + hour * HOUR
    }

    #[test]
    fn days_outside_the_window_are_left_out_and_no_bucket_comes_twice() {
        let mut days = days(86_400);
        assert_eq!(days.enter((at(-1, 0), None), None), Ok(None));
        assert_eq!(days.enter((at(0, 0), None), None), Ok(Some(start())));
        days.push(|_| Some(7));
        assert_eq!(days.enter((at(1, 0), None), None), Ok(Some(start().plus(1))));
        for again in [at(1, 0), at(0, 0)] {
            let twice = days.enter((again, None), Some("req_1")).unwrap_err();
            assert_eq!(
                (twice.cause, twice.upstream_request_id.as_deref()),
                (Cause::NotUnderstood, Some("req_1"))
            );
        }
        let whole = days.finish();
        let rows: Vec<_> = whole.read.values().map(|read| (read.row_count, read.checksum.len())).collect();
        assert_eq!((rows, whole.missing), (vec![(1, 32), (0, 0)], vec![]));
    }

    #[test]
    fn a_day_counts_when_all_of_its_hours_have_come() {
        let mut days = days(HOUR);
        for (day, hour) in (0..24).filter(|hour| *hour != 13).map(|hour| (0, hour)) {
            days.enter((at(day, hour), None), None).unwrap();
        }
        for hour in 0..24 {
            days.enter((at(1, hour), None), None).unwrap();
            days.push(|_| Some(1));
        }
        for hour in 0..11 {
            days.enter((at(2, hour), None), None).unwrap();
            days.push(|_| Some(2));
        }
        let whole = days.finish();
        let rows: Vec<_> = whole.read.iter().map(|(day, read)| (*day, read.row_count)).collect();
        assert_eq!(rows, [(start().plus(1), 24), (start().plus(2), 11)]);
        assert_eq!(whole.missing, [start()]);
    }

    #[test]
    fn buckets_that_are_longer_than_was_asked_for_are_read_as_long_as_they_are_of_one_day() {
        let mut days = days(HOUR);
        days.enter((at(0, 0), Some(at(1, 0))), None).unwrap();
        for hour in [0, 6, 12] {
            days.enter((at(1, hour), Some(at(1, hour + 6))), None).unwrap();
        }
        let whole = days.finish();
        assert_eq!(whole.read.keys().copied().collect::<Vec<_>>(), [start()]);
        assert_eq!(whole.missing, [start().plus(1)], "a quarter of it is lacking");
        let week = of(Stream::Completions, 3, HOUR).enter((at(0, 0), Some(at(7, 0))), None);
        assert_eq!(week.unwrap_err().cause, Cause::NotUnderstood);
    }

    #[test]
    fn what_does_not_come_is_missing_unless_it_is_today() {
        assert_eq!(days(86_400).finish().missing, [start(), start().plus(1)]);
    }

    #[test]
    fn costs_may_be_two_days_late_and_what_could_not_be_read_is_missing_at_once() {
        let mut costs = of(Stream::Costs, 5, 86_400);
        for day in [1, 2, 4] {
            costs.enter((at(day, 0), None), None).unwrap();
            if day == 4 {
                costs.spoil();
            }
        }
        let whole = costs.finish();
        assert_eq!(whole.read.keys().copied().collect::<Vec<_>>(), [start().plus(1), start().plus(2)]);
        assert_eq!(whole.missing, [start(), start().plus(4)]);
    }
}
