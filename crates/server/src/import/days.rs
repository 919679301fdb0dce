//! Which days OpenAI answered for, while a window's pages are read.

use std::collections::BTreeMap;

use api::connection_draft::{Cause, Finding};
use api::{Day, Timestamp};

use super::plan::Window;

/// The days of a window that have come so far.
pub(super) struct Days {
    window: Window,
    rows: BTreeMap<Day, usize>,
    unknown: usize,
}

impl Days {
    pub(super) fn new(window: Window) -> Self {
        Self { window, rows: BTreeMap::new(), unknown: 0 }
    }

    /// A bucket begins, at a moment in Unix seconds. None when its day was not asked for: cost buckets are not clipped
    /// to the request. A day that comes twice would be counted twice, so it is an answer that is not understood.
    pub(super) fn enter(
        &mut self,
        start_time: i64,
        rows: usize,
        request_id: Option<&str>,
    ) -> Result<Option<Day>, Finding> {
        let day = Day::of(Timestamp::from_unix_seconds(start_time));
        if !self.window.contains(day) {
            return Ok(None);
        }
        match self.rows.insert(day, rows) {
            None => Ok(Some(day)),
            Some(_) => Err(Finding::new(Cause::NotUnderstood, request_id.map(str::to_owned))),
        }
    }

    /// Rows that cannot be stored.
    pub(super) fn count_unknown(&mut self, rows: usize) {
        self.unknown += rows;
    }

    /// The days and their numbers of rows.
    pub(super) fn finish(self, stream: &'static str) -> Vec<(Day, usize)> {
        if self.unknown > 0 {
            tracing::warn!(
                stream,
                rows = self.unknown,
                "left out rows that have no amount or are of another kind"
            );
        }
        self.rows.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_outside_the_window_are_left_out_and_none_comes_twice() {
        let start = Day::parse("2026-11-20").unwrap();
        let mut days = Days::new(Window { start, end: start.plus(2) });
        let at = |day: Day| day.start().unix_seconds();
        assert_eq!(days.enter(at(start.plus(-1)), 3, None), Ok(None));
        assert_eq!(days.enter(at(start), 3, None), Ok(Some(start)));
        // A clipped bucket of usage begins later in its day.
        assert_eq!(days.enter(at(start.plus(1)) + 60, 0, None), Ok(Some(start.plus(1))));
        assert_eq!(days.rows, BTreeMap::from([(start, 3), (start.plus(1), 0)]));
        let twice = days.enter(at(start), 1, Some("req_1")).unwrap_err();
        assert_eq!(
            (twice.cause, twice.upstream_request_id.as_deref()),
            (Cause::NotUnderstood, Some("req_1"))
        );
    }
}
