//! Cuts a window into parts that are written one after the other, so that a large organization's import does not keep
//! the database from everybody else.

use api::Day;

use super::plan::Window;

/// Rows of a part, unless a single day has more.
const ROWS: usize = 2_000;

/// The parts of a window, newest first; together they are the window, whatever days and rows came.
pub(super) fn parts(window: Window, days: &[(Day, usize)]) -> Vec<Window> {
    let mut parts = Vec::new();
    let mut end = window.end;
    let mut rows = 0;
    for (day, count) in days.iter().rev() {
        if rows > 0 && rows + count > ROWS {
            let start = day.plus(1);
            parts.push(Window { start, end });
            (end, rows) = (start, 0);
        }
        rows += count;
    }
    parts.push(Window { start: window.start, end });
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rows: &[usize], expected: &[i64]) {
        let start = Day::parse("2026-11-01").unwrap();
        let window = Window { start, end: start.plus(5) };
        let days: Vec<_> = rows.iter().zip(0..).map(|(rows, n)| (start.plus(n), *rows)).collect();
        let parts = parts(window, &days);
        assert_eq!(parts.iter().map(|part| part.days()).collect::<Vec<_>>(), expected, "{rows:?}");
        assert_eq!((parts[0].end, parts[parts.len() - 1].start), (window.end, window.start));
        assert!(parts.windows(2).all(|pair| pair[0].start == pair[1].end));
    }

    #[test]
    fn parts_are_whole_days_and_cover_the_window() {
        check(&[], &[5]);
        check(&[0, 0, 0, 0, 0], &[5]);
        check(&[10, 10, 10, 10, 10], &[5]);
        check(&[1_000, 1_000, 1_000, 1_000, 1_000], &[2, 2, 1]);
        check(&[9_000, 9_000, 9_000, 9_000, 9_000], &[1, 1, 1, 1, 1]);
        check(&[10, 9_000, 10], &[3, 1, 1]);
        check(&[0, 0, 0, 0, 9_000], &[1, 4]);
    }
}
