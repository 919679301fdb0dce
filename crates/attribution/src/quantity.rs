//! Quantities, in units of 10^-12.

use money::Amount;

use crate::Operation;

/// One, in units of 10^-12.
pub(crate) const ONE: i128 = 1_000_000_000_000;

/// A billed quantity in the unit that usage has: OpenAI bills thousands of tokens, minutes and hours too. A line without a
/// unit is counted in that of its operation. A unit that usage does not have stays as it is, such as `gibibyte_hours`.
pub(crate) fn in_units_of_usage(
    quantity: i128,
    unit: Option<&str>,
    operation: Operation,
) -> (i128, Option<&str>) {
    let (factor, unit) = match unit {
        None => (1, operation.unit()),
        Some("1000_tokens") => (1_000, Some("tokens")),
        Some("duration_seconds") => (1, Some("seconds")),
        Some("duration_minutes") => (60, Some("seconds")),
        Some("duration_hours") => (3_600, Some("seconds")),
        Some(other) => (1, Some(other)),
    };
    (quantity.saturating_mul(factor), unit)
}

/// Whole units of a part, which an amount can hold: no hour has more tokens, but a project may keep more bytes.
const PART: u128 = 9_000_000_000_000;
/// Most parts: nine petabytes.
const MOST_PARTS: u128 = 1_000;

/// So many whole units, in parts that an amount can hold each, and mostly one.
pub(crate) fn whole(count: u128) -> impl Iterator<Item = Amount> {
    let parts = usize::try_from((count / PART).min(MOST_PARTS)).unwrap_or_default();
    let counts = std::iter::once(count % PART).chain(std::iter::repeat_n(PART, parts));
    counts.map(|count| Amount::saturating(i128::try_from(count).unwrap_or_default().saturating_mul(ONE)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_of_the_bill_become_units_of_usage() {
        for (unit, operation, expected) in [
            (Some("tokens"), Operation::Input, (7, Some("tokens"))),
            (Some("1000_tokens"), Operation::Input, (7_000, Some("tokens"))),
            (Some("duration_minutes"), Operation::Transcription, (420, Some("seconds"))),
            (Some("gibibyte_hours"), Operation::Storage, (7, Some("gibibyte_hours"))),
            (None, Operation::WebSearch, (7, Some("calls"))),
            (None, Operation::Credit, (7, None)),
        ] {
            assert_eq!(in_units_of_usage(7, unit, operation), expected);
        }
    }

    #[test]
    fn what_no_amount_can_hold_is_told_in_parts() {
        let told = |count| whole(count).map(|part| part.to_string()).collect::<Vec<_>>();
        assert_eq!(told(3), ["3"]);
        assert_eq!(told(9_223_372_036_855), ["223372036855", "9000000000000"]);
        assert_eq!(told(27_000_000_000_001), ["1", "9000000000000", "9000000000000", "9000000000000"]);
        assert_eq!(whole(u128::MAX).count(), 1_001);
    }
}
