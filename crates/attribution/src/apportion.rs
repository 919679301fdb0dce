//! Parts that sum to the whole.

/// Cuts a whole into parts in proportion to weights, by largest remainder: each part is its exact share rounded toward
/// zero, and the units that are left go one each to the parts that lost the most, the earlier one first where two lost
/// the same. Parts of a negative whole are those of the positive one, negated.
///
/// The parts sum to the whole whatever the weights are; where no weight is above zero the first part is the whole. A whole
/// without parts is lost, so that nobody may ask for that.
pub(crate) fn apportion(whole: i128, weights: &[u128]) -> Vec<i128> {
    let magnitude = whole.unsigned_abs();
    let shift = excess(magnitude, weights);
    let total: u128 = weights.iter().map(|weight| weight >> shift).sum();
    if total == 0 {
        return std::iter::once(whole).chain(std::iter::repeat(0)).take(weights.len()).collect();
    }
    let mut left = magnitude;
    let mut parts: Vec<(u128, u128)> = Vec::with_capacity(weights.len());
    for weight in weights {
        let (part, remainder) = divided(magnitude * (weight >> shift), total);
        left -= part;
        parts.push((part, remainder));
    }
    if left > 0 {
        let mut order: Vec<usize> = (0..parts.len()).collect();
        let lost = |index: &usize| parts.get(*index).map_or(0, |part| part.1);
        order.sort_unstable_by(|a, b| lost(b).cmp(&lost(a)).then(a.cmp(b)));
        for index in order {
            if left == 0 {
                break;
            }
            if let Some(part) = parts.get_mut(index) {
                part.0 += 1;
                left -= 1;
            }
        }
    }
    // A part is at most the whole, whose magnitude came from such a number.
    let signed = |part: u128| if whole < 0 { part.wrapping_neg().cast_signed() } else { part.cast_signed() };
    parts.into_iter().map(|(part, _)| signed(part)).collect()
}

/// Cuts each quantity into one part for each total, so that the parts of a total sum to it and the parts of a quantity sum
/// to that quantity. The totals sum to the sum of the quantities. The first index of the answer is the total.
///
/// One total after the other is cut off what the ones before it left over: the running sum of its parts is its share of
/// the running sum of the quantities, rounded down, so that no part is negative and the last one ends at the total.
pub(crate) fn split(quantities: &[u128], totals: &[u128]) -> Vec<Vec<u128>> {
    let mut left = quantities.to_vec();
    let mut parts = Vec::with_capacity(totals.len());
    for (index, total) in totals.iter().enumerate() {
        if index + 1 == totals.len() {
            parts.push(std::mem::take(&mut left));
            break;
        }
        let shift = excess(*total, &left);
        let whole: u128 = left.iter().map(|quantity| quantity >> shift).sum();
        let (mut running, mut given) = (0, 0);
        let mut part = Vec::with_capacity(left.len());
        for quantity in &mut left {
            running += *quantity >> shift;
            let due = if whole == 0 { 0 } else { divided(*total * running, whole).0 };
            let more = due.saturating_sub(given).min(*quantity);
            given += more;
            *quantity -= more;
            part.push(more);
        }
        parts.push(part);
    }
    parts
}

/// How far weights are shifted right, so that their sum times the magnitude fits into 128 bits. More than 30 significant
/// bits of the sum are kept at any amount that a line can have, and all of them at any that it has.
fn excess(magnitude: u128, weights: &[u128]) -> u32 {
    let bits = |number: u128| 128 - number.leading_zeros();
    // A bound of the sum that cannot overflow itself.
    let total: u128 = weights.iter().map(|weight| (weight >> 20) + 1).sum();
    (bits(magnitude) + bits(total) + 20).saturating_sub(127)
}

/// Quotient and remainder. Almost all numbers fit into 64 bits, where dividing takes a tenth of the time.
fn divided(number: u128, by: u128) -> (u128, u128) {
    match (u64::try_from(number), u64::try_from(by)) {
        (Ok(number), Ok(by)) => (u128::from(number / by), u128::from(number % by)),
        _ => (number / by, number % by),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_left_goes_to_those_that_lost_the_most() {
        assert_eq!(apportion(10, &[1, 1, 1]), [4, 3, 3]);
        assert_eq!(apportion(-10, &[1, 1, 1]), [-4, -3, -3]);
        assert_eq!(apportion(10, &[2, 5, 2]), [2, 6, 2]);
        assert_eq!(apportion(7, &[0, 0]), [7, 0]);
        assert_eq!(apportion(7, &[0, 3]), [0, 7]);
        assert_eq!(apportion(0, &[4, 3]), [0, 0]);
        assert_eq!(apportion(i128::MIN, &[1]), [i128::MIN]);
    }

    #[test]
    fn long_prompts_take_their_quantity_from_every_hour() {
        assert_eq!(split(&[10, 10, 5], &[5, 20]), [[2, 2, 1], [8, 8, 4]]);
        assert_eq!(split(&[1, 1, 1, 1], &[1, 1, 2]), [[0, 0, 0, 1], [0, 0, 1, 0], [1, 1, 0, 0]]);
        assert_eq!(split(&[0, 0], &[0, 0]), [[0, 0], [0, 0]]);
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_whole(whole in prop_oneof![any::<i64>().prop_map(i128::from), any::<i128>()], weights in proptest::collection::vec(prop_oneof![0_u128..9, (0_u128..1 << 110)], 1..40)) {
            let parts = apportion(whole, &weights);
            prop_assert_eq!(parts.len(), weights.len());
            prop_assert_eq!(parts.iter().copied().fold(0_i128, i128::wrapping_add), whole);
            prop_assert!(parts.iter().all(|part| part.signum() * whole.signum() >= 0));
        }

        #[test]
        fn a_part_is_within_one_of_its_share(whole in 0_i128..1_000_000_000_000, weights in proptest::collection::vec(0_u128..1_000_000, 1..40)) {
            let total: u128 = weights.iter().sum();
            prop_assume!(total > 0);
            for (part, weight) in apportion(whole, &weights).into_iter().zip(&weights) {
                let exact = whole.unsigned_abs() * weight;
                prop_assert!((part.unsigned_abs() * total).abs_diff(exact) < total);
            }
        }

        #[test]
        fn rows_and_columns_of_a_split_sum(quantities in proptest::collection::vec(0_u128..1_000_000_000_000, 1..30), weights in proptest::collection::vec(0_u128..1000, 1..6)) {
            let whole: u128 = quantities.iter().sum();
            let totals: Vec<u128> = apportion(whole.cast_signed(), &weights).into_iter().map(i128::unsigned_abs).collect();
            let parts = split(&quantities, &totals);
            for (part, total) in parts.iter().zip(&totals) {
                prop_assert_eq!(part.iter().sum::<u128>(), *total);
            }
            for (index, quantity) in quantities.iter().enumerate() {
                prop_assert_eq!(parts.iter().map(|part| part[index]).sum::<u128>(), *quantity);
            }
        }
    }
}
