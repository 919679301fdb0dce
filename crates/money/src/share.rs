//! A part of an amount.

use std::cmp::Ordering;

/// `amount` x `part` / `of`, rounded half to even; none when there is nothing to divide by. What is larger than any number
/// is the largest there is.
///
/// The product is taken with 256 bits: a bill of a month times the tokens of that month, both in units of 10^-12, has
/// more than 128.
pub fn share(amount: i128, part: u128, of: u128) -> Option<i128> {
    if of == 0 {
        return None;
    }
    let (quotient, rest) = divide(multiply(amount.unsigned_abs(), part), of);
    // `of - rest` cannot overflow where twice the rest can.
    let is_up = match rest.cmp(&(of - rest)) {
        Ordering::Less => false,
        Ordering::Equal => quotient % 2 == 1,
        Ordering::Greater => true,
    };
    let magnitude = i128::try_from(quotient.saturating_add(u128::from(is_up))).unwrap_or(i128::MAX);
    Some(if amount < 0 { -magnitude } else { magnitude })
}

/// The high and the low 128 bits of a product.
fn multiply(a: u128, b: u128) -> (u128, u128) {
    if let Some(product) = a.checked_mul(b) {
        return (0, product);
    }
    const LOW: u128 = u64::MAX as u128;
    let (a_high, a_low, b_high, b_low) = (a >> 64, a & LOW, b >> 64, b & LOW);
    let low = a_low * b_low;
    let middle = a_high * b_low + (low >> 64);
    let other = a_low * b_high + (middle & LOW);
    (a_high * b_high + (middle >> 64) + (other >> 64), (other << 64) | (low & LOW))
}

/// Quotient and rest. A quotient that has no room is the largest number, without a rest.
fn divide((high, low): (u128, u128), by: u128) -> (u128, u128) {
    if high == 0 {
        return (low / by, low % by);
    }
    if high >= by {
        return (u128::MAX, 0);
    }
    let (mut quotient, mut rest) = (0_u128, high);
    for bit in (0..128).rev() {
        let overflows = rest >> 127 == 1;
        rest = (rest << 1) | ((low >> bit) & 1);
        quotient <<= 1;
        if overflows || rest >= by {
            rest = rest.wrapping_sub(by);
            quotient |= 1;
        }
    }
    (quotient, rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn shares_are_rounded_half_to_even_and_absent_of_nothing() {
        for (amount, part, of, expected) in [
            (10, 1, 4, Some(2)),
            (14, 1, 4, Some(4)),
            (11, 1, 4, Some(3)),
            (-10, 1, 4, Some(-2)),
            (-14, 1, 4, Some(-4)),
            (-11, 1, 4, Some(-3)),
            (7, 0, 3, Some(0)),
            (7, 1, 0, None),
            (i128::MAX, 1, 1, Some(i128::MAX)),
            (i128::MAX, 2, 1, Some(i128::MAX)),
            (i128::MIN, u128::MAX, 1, Some(-i128::MAX)),
            (i128::MAX, u128::MAX, u128::MAX, Some(i128::MAX)),
        ] {
            assert_eq!(share(amount, part, of), expected, "{amount} x {part} / {of}");
        }
    }

    proptest! {
        #[test]
        fn the_whole_of_an_amount_is_the_amount(amount in (i128::MIN + 1)..=i128::MAX, of in 1..=u128::MAX) {
            prop_assert_eq!(share(amount, of, of), Some(amount));
        }

        #[test]
        fn what_is_multiplied_and_divided_by_the_same_comes_back(a in any::<i64>(), times in 1..=u64::MAX, of in 1..=u64::MAX) {
            let (part, of) = (u128::from(of) * u128::from(times), u128::from(of));
            prop_assert_eq!(share(a.into(), part, of), Some(i128::from(a).saturating_mul(times.into())));
        }

        #[test]
        fn wide_and_narrow_agree(a in any::<u32>(), b in any::<u32>(), of in 1..=u32::MAX) {
            let narrow = divide((0, u128::from(a) * u128::from(b)), of.into());
            // The same numbers 2^96 times as large.
            let wide = divide(multiply(u128::from(a) << 96, u128::from(b) << 32), u128::from(of) << 95);
            prop_assert_eq!(wide.0 >> 33, narrow.0);
        }
    }
}
