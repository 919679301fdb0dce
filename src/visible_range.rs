//! Which rows and columns of a large table are on screen: only those are drawn.

use std::ops::Range;

/// Rows that are drawn beyond the edges, so that a short scroll shows no gap.
const SPARE_ROWS: usize = 6;
/// The drawn rows move in steps of this many: most scroll events change nothing.
const STEP: usize = 4;

/// The width of a bold digit, which is the widest sign of a figure, and the room on both sides of it.
const CHARACTER: f64 = 9.0;
const PADDING: f64 = 26.0;

/// What a table shows of itself, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// How far it is scrolled down.
    pub top: f64,
    /// How far it is scrolled to the right.
    pub left: f64,
    /// How wide it is.
    pub width: f64,
    /// How high it is.
    pub height: f64,
}

impl Default for Viewport {
    /// Before it is measured, as much as a desk shows.
    fn default() -> Self {
        Self { top: 0.0, left: 0.0, width: 1_000.0, height: 600.0 }
    }
}

/// The rows to draw, of so many of a height.
pub fn rows(viewport: Viewport, row_height: f64, count: usize) -> Range<usize> {
    let first = whole(viewport.top / row_height).saturating_sub(SPARE_ROWS) / STEP * STEP;
    let shown = whole((viewport.height / row_height).ceil());
    let end = first.saturating_add(shown).saturating_add(2 * SPARE_ROWS + STEP);
    let end = end.min(count);
    first.min(end)..end
}

/// The columns to draw of those with these widths.
pub fn columns(viewport: Viewport, widths: &[f64]) -> Range<usize> {
    let mut left = 0.0;
    let (mut first, mut end) = (widths.len(), 0);
    for (at, width) in widths.iter().enumerate() {
        // A column's width beyond either edge is drawn too.
        if left + width >= viewport.left - width && left <= viewport.left + viewport.width + width {
            first = first.min(at);
            end = at + 1;
        }
        left += width;
    }
    first.min(end)..end
}

/// The widths of columns, each a text, or figures of at most so many characters. A figure is never cut: what it needs it
/// has. Texts share what the figures leave.
pub fn widths(columns: &[Option<usize>], available: f64) -> Vec<f64> {
    let (text, figure) = if available < 520.0 { (132.0, 100.0) } else { (190.0, 124.0) };
    let least = |column: &Option<usize>| match column {
        None => text,
        Some(characters) => (number(*characters) * CHARACTER + PADDING).max(figure),
    };
    let needed: f64 = columns.iter().map(least).sum();
    let texts = columns.iter().filter(|column| column.is_none()).count();
    let share = if texts == 0 { 0.0 } else { ((available - needed) / number(texts)).max(0.0) };
    columns.iter().map(|column| least(column) + if column.is_none() { share } else { 0.0 }).collect()
}

/// A number of rows or columns, for arithmetic in pixels.
#[expect(clippy::cast_precision_loss, reason = "no table has 2^52 rows")]
pub const fn number(count: usize) -> f64 {
    count as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of rows, held above zero"
)]
fn whole(number: f64) -> usize {
    number.max(0.0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(top: f64, left: f64) -> Viewport {
        Viewport { top, left, width: 400.0, height: 360.0 }
    }

    #[test]
    fn few_rows_are_drawn_and_all_that_are_seen() {
        let count = 100_000;
        for top in [0.0, 35.0, 36.0, 5_000.0, 3_599_640.0, 9_999_999.0] {
            let drawn = rows(at(top, 0.0), 36.0, count);
            assert!(drawn.len() <= 10 + 2 * SPARE_ROWS + STEP, "{top}: {drawn:?}");
            let (first, last) = (whole(top / 36.0), whole((top + 359.0) / 36.0).min(count - 1));
            if first < count {
                assert!(drawn.contains(&first) && drawn.contains(&last), "{top}: {drawn:?}");
            }
        }
        assert_eq!(rows(at(0.0, 0.0), 36.0, 3), 0..3);
        assert_eq!(rows(at(0.0, 0.0), 36.0, 0), 0..0);
    }

    #[test]
    fn columns_beyond_the_edges_are_not_drawn() {
        let widths = vec![100.0; 700];
        assert_eq!(columns(at(0.0, 0.0), &widths), 0..6);
        let drawn = columns(at(0.0, 30_000.0), &widths);
        assert!(drawn.contains(&300) && drawn.contains(&303) && drawn.len() <= 8, "{drawn:?}");
        assert_eq!(columns(at(0.0, 0.0), &[]), 0..0);
    }

    #[test]
    fn texts_take_the_room_that_figures_leave_and_no_figure_is_cut() {
        let figure = Some(9);
        assert_eq!(widths(&[None, figure, figure], 1_000.0), [752.0, 124.0, 124.0]);
        assert_eq!(widths(&[None, None, figure], 400.0), [146.5, 146.5, 107.0]);
        assert_eq!(widths(&[None, Some(4), Some(4)], 300.0), [132.0, 100.0, 100.0]);
        assert_eq!(widths(&[Some(30)], 200.0), [296.0]);
    }
}
