//! Decimal text to an [`Amount`].

use crate::Amount;

/// Longest decimal text that is read, in bytes. Upstream has been seen to write 38, and a zero of 6,176 places in short.
const LONGEST: usize = 8_192;

/// A decimal number as it was read: the amount, and whether digits finer than 10^-12 were rounded away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// The value in 10^-12 units, rounded half-even.
    pub amount: Amount,
    /// Whether rounding changed the value.
    pub rounded: bool,
}

/// Why a text is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// The text is not a decimal number of JSON's grammar (a leading `+` and leading zeros are tolerated).
    #[error("not a decimal number")]
    Malformed,
    /// The value is beyond what an [`Amount`] is allowed to hold.
    #[error("beyond the largest amount that can be stored")]
    OutOfRange,
}

impl Decimal {
    /// Reads a decimal number such as `12.50`, `-3`, `1.5e-7` or `0E-6176`; finer digits than 10^-12 are rounded
    /// half-even and reported in [`Decimal::rounded`].
    pub fn parse(text: &str) -> Result<Self, DecimalError> {
        if text.len() > LONGEST {
            return Err(DecimalError::Malformed);
        }
        let (negative, unsigned) = match text.as_bytes() {
            [b'-', ..] => (true, text.get(1..).unwrap_or_default()),
            [b'+', ..] => (false, text.get(1..).unwrap_or_default()),
            _ => (false, text),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
            Some(_) => return Err(DecimalError::Malformed),
            None => (mantissa, ""),
        };
        if whole.is_empty() || !(whole.bytes().chain(fraction.bytes())).all(|byte| byte.is_ascii_digit()) {
            return Err(DecimalError::Malformed);
        }
        let digits: Vec<u8> = whole
            .bytes()
            .chain(fraction.bytes())
            .map(|byte| byte - b'0')
            .skip_while(|digit| *digit == 0)
            .collect();
        if digits.is_empty() {
            return Ok(Decimal { amount: Amount::ZERO, rounded: false });
        }
        // The number is `digits` x 10^scale in units of 10^-12.
        let scale = exponent - i64::try_from(fraction.len()).unwrap_or(i64::MAX) + 12;
        scaled(&digits, scale, negative)
    }
}

fn parse_exponent(text: &str) -> Result<i64, DecimalError> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(DecimalError::Malformed);
    }
    // An exponent that does not fit is still a number: it only needs to be far outside every scale.
    let magnitude: i64 = digits.parse().unwrap_or(1 << 40).min(1 << 40);
    Ok(if text.starts_with('-') { -magnitude } else { magnitude })
}

fn scaled(digits: &[u8], scale: i64, negative: bool) -> Result<Decimal, DecimalError> {
    let length = i64::try_from(digits.len()).map_err(|_| DecimalError::OutOfRange)?;
    if length + scale > 30 {
        return Err(DecimalError::OutOfRange);
    }
    let kept = usize::try_from((length + scale.min(0)).max(0)).map_err(|_| DecimalError::OutOfRange)?;
    let (integer, rest) = digits.split_at(kept.min(digits.len()));
    let mut value = integer.iter().fold(0_i128, |value, digit| value * 10 + i128::from(*digit));
    for _ in 0..scale.max(0) {
        value *= 10;
    }
    // `rest` is a fraction only when its first digit is worth a tenth, not when zeros stand before it.
    let adjacent = length + scale.min(0) >= 0;
    let rounded = !rest.is_empty();
    if rounded && adjacent {
        let above_half = match rest {
            [5, tail @ ..] => tail.iter().any(|digit| *digit != 0),
            [first, ..] => *first > 5,
            [] => false,
        };
        let half = matches!(rest, [5, tail @ ..] if tail.iter().all(|digit| *digit == 0));
        if above_half || (half && value % 2 == 1) {
            value += 1;
        }
    }
    let rounded = rounded && rest.iter().any(|digit| *digit != 0);
    let amount =
        Amount::from_pico(if negative { -value } else { value }).map_err(|_| DecimalError::OutOfRange)?;
    Ok(Decimal { amount, rounded })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, pico: i128, rounded: bool) {
        let parsed = Decimal::parse(text).unwrap();
        assert_eq!((parsed.amount.pico(), parsed.rounded), (pico, rounded), "{text}");
    }

    #[test]
    fn texts_seen_upstream() {
        check("0E-6176", 0, false);
        check("0.003627500000000000000000000000000000", 3_627_500_000, false);
        check("0.13080438340307526", 130_804_383_403, true);
        check("12.50", 12_500_000_000_000, false);
        check("75.38441804", 75_384_418_040_000, false);
        check("-0.5", -500_000_000_000, false);
        check("1e-12", 1, false);
        check("1E3", 1_000_000_000_000_000, false);
        check("+1.5", 1_500_000_000_000, false);
        check("1000000000", 1_000_000_000_000_000_000_000, false);
    }

    #[test]
    fn finer_digits_round_half_even() {
        check("0.0000000000005", 0, true);
        check("0.0000000000015", 2, true);
        check("0.0000000000025", 2, true);
        check("0.00000000000250", 2, true);
        check("0.00000000000251", 3, true);
        check("0.00000000000250000000000000000001", 3, true);
        check("9e-13", 1, true);
        check("0.00000000000009", 0, true);
        check("1e-999999999999999999999", 0, true);
        check("-0.0000000000015", -2, true);
    }

    #[test]
    fn what_is_no_amount() {
        for text in [
            "", "-", ".", "1.", ".5", "1e", "1e+", "0x10", "1,5", "NaN", "Infinity", " 1", "1 ", "--1",
            "1.2.3", "1e1.5",
        ] {
            assert_eq!(Decimal::parse(text), Err(DecimalError::Malformed), "{text:?}");
        }
        let longest = format!("1.{}", "0".repeat(LONGEST - 2));
        assert!(Decimal::parse(&longest).is_ok());
        assert_eq!(Decimal::parse(&format!("{longest}0")), Err(DecimalError::Malformed));
        assert_eq!(Decimal::parse("1e30"), Err(DecimalError::OutOfRange));
        assert_eq!(Decimal::parse("9300000000000"), Err(DecimalError::OutOfRange));
        assert_eq!(Decimal::parse("1e999999999999999999999"), Err(DecimalError::OutOfRange));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_answered(text in ".{0,60}") {
            let _ = Decimal::parse(&text);
        }

        #[test]
        fn printed_amounts_read_back(pico in -9_000_000_000_000_000_000_000_000_i128..9_000_000_000_000_000_000_000_000_i128) {
            let amount = Amount::from_pico(pico).unwrap();
            let parsed = Decimal::parse(&amount.to_string()).unwrap();
            proptest::prop_assert_eq!(parsed, Decimal { amount, rounded: false });
        }
    }
}
