//! The colours of what is drawn in parts.

/// Their classes in the style sheet, of the largest part first.
pub const SERIES: [&str; 5] = ["series-1", "series-2", "series-3", "series-4", "series-5"];
/// The class of the rest of many.
pub const REST: &str = "series-other";

/// The class of a part, by its place; the rest of many has none of its own.
pub fn colour(at: usize, is_rest: bool) -> &'static str {
    SERIES.get(at).copied().filter(|_| !is_rest).unwrap_or(REST)
}
