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

/// So many whole units. Beyond what an amount can hold, which is more tokens than an hour can have, it is the largest
/// there is.
pub(crate) fn whole(count: u128) -> Amount {
    Amount::saturating(i128::try_from(count).map_or(i128::MAX, |count| count.saturating_mul(ONE)))
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
    fn what_no_amount_can_hold_is_the_largest() {
        assert_eq!(whole(u128::from(u64::MAX)), Amount::MOST);
        assert_eq!(whole(u128::MAX), Amount::MOST);
        assert_eq!(whole(3).to_string(), "3");
    }
}
