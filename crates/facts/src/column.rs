//! A column of integers, as few bytes as a simple rule makes it.

use serde::{Deserialize, Serialize};

use crate::DecodeError;

/// Most rows that bytes may claim: a day of the largest organizations has a hundredth of it.
pub(crate) const MOST_ROWS: usize = 5_000_000;

/// A column, written. Numbers are varints, so small ones are short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Column {
    /// The same number in every row.
    Constant(i128),
    /// Each number with how often it stands there in a row.
    Runs(Vec<(i128, u32)>),
    /// The first number, then the differences.
    Delta(Vec<i128>),
    /// The numbers.
    Plain(Vec<i128>),
}

impl Column {
    /// Writes a column in whichever way is the shortest.
    pub(crate) fn encode(numbers: impl Iterator<Item = i128> + Clone) -> Self {
        let mut runs: Vec<(i128, u32)> = Vec::new();
        let (mut plain_bytes, mut delta_bytes, mut before) = (0_usize, 0_usize, 0_i128);
        for number in numbers.clone() {
            plain_bytes += bytes(number);
            delta_bytes += bytes(number.wrapping_sub(before));
            before = number;
            match runs.last_mut() {
                Some((last, count)) if *last == number && *count < u32::MAX => *count += 1,
                _ => runs.push((number, 1)),
            }
        }
        if let [(number, _)] = *runs.as_slice() {
            return Self::Constant(number);
        }
        let run_bytes: usize =
            runs.iter().map(|(number, count)| bytes(*number) + bytes(i128::from(*count))).sum();
        if run_bytes < plain_bytes.min(delta_bytes) {
            Self::Runs(runs)
        } else if delta_bytes < plain_bytes {
            let mut before = 0_i128;
            Self::Delta(
                numbers
                    .map(|number| {
                        let difference = number.wrapping_sub(before);
                        before = number;
                        difference
                    })
                    .collect(),
            )
        } else {
            Self::Plain(numbers.collect())
        }
    }

    /// The numbers, which must be as many as there are rows.
    pub(crate) fn decode<T: TryFrom<i128>>(self, rows: usize) -> Result<Vec<T>, DecodeError> {
        let read = |number: i128| T::try_from(number).map_err(|_| DecodeError::OutOfRange);
        if rows > MOST_ROWS {
            return Err(DecodeError::TooManyRows);
        }
        let numbers: Vec<T> = match self {
            Self::Constant(number) => {
                let mut numbers = Vec::with_capacity(rows);
                for _ in 0..rows {
                    numbers.push(read(number)?);
                }
                numbers
            }
            Self::Runs(runs) => {
                let mut numbers = Vec::with_capacity(rows);
                for (number, count) in runs {
                    if count as usize > rows.saturating_sub(numbers.len()) {
                        return Err(DecodeError::Uneven);
                    }
                    for _ in 0..count {
                        numbers.push(read(number)?);
                    }
                }
                numbers
            }
            Self::Delta(differences) => {
                let mut number = 0_i128;
                let mut next = |difference: i128| {
                    number = number.wrapping_add(difference);
                    read(number)
                };
                differences.into_iter().map(&mut next).collect::<Result<_, _>>()?
            }
            Self::Plain(numbers) => numbers.into_iter().map(read).collect::<Result<_, _>>()?,
        };
        if numbers.len() == rows { Ok(numbers) } else { Err(DecodeError::Uneven) }
    }
}

/// How many bytes a number takes as a zigzag varint.
fn bytes(number: i128) -> usize {
    let zigzag = ((number << 1) ^ (number >> 127)).cast_unsigned();
    (128 - zigzag.leading_zeros()).max(1).div_ceil(7) as usize
}

/// Amounts, in units of the largest power of ten that divides all of them: prices have few digits, and amounts have
/// twelve after the point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Scaled {
    exponent: u8,
    column: Column,
}

impl Scaled {
    pub(crate) fn encode(numbers: impl Iterator<Item = i128> + Clone) -> Self {
        let mut exponent = 12_u8;
        for number in numbers.clone() {
            while exponent > 0 && number % power(exponent) != 0 {
                exponent -= 1;
            }
        }
        Self { exponent, column: Column::encode(numbers.map(|number| number / power(exponent))) }
    }

    pub(crate) fn decode(self, rows: usize) -> Result<Vec<i128>, DecodeError> {
        if self.exponent > 12 {
            return Err(DecodeError::OutOfRange);
        }
        let unit = power(self.exponent);
        let mut numbers: Vec<i128> = self.column.decode(rows)?;
        for number in &mut numbers {
            *number = number.checked_mul(unit).ok_or(DecodeError::OutOfRange)?;
        }
        Ok(numbers)
    }
}

fn power(exponent: u8) -> i128 {
    10_i128.pow(u32::from(exponent))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_column_reads_back(numbers in proptest::collection::vec(prop_oneof![Just(7_i128), any::<i128>(), 0..9_i128], 0..200)) {
            let column = Column::encode(numbers.iter().copied());
            prop_assert_eq!(column.decode::<i128>(numbers.len()).unwrap(), numbers);
        }

        #[test]
        fn scaled_columns_read_back(numbers in proptest::collection::vec(any::<i64>(), 0..50), exponent in 0_u32..12) {
            let numbers: Vec<i128> = numbers.into_iter().map(|number| i128::from(number) * 10_i128.pow(exponent)).collect();
            prop_assert_eq!(Scaled::encode(numbers.iter().copied()).decode(numbers.len()).unwrap(), numbers);
        }
    }

    #[test]
    fn the_shortest_way_is_taken() {
        assert_eq!(Column::encode([5; 9].into_iter()), Column::Constant(5));
        assert!(matches!(Column::encode((0..100).map(|n| i128::from(n > 50))), Column::Runs(_)));
        assert!(matches!(Column::encode((0..100).map(|n| 1_700_000_000 + n * 3600)), Column::Delta(_)));
        assert!(matches!(Column::encode([9, -8, 7, -60].into_iter()), Column::Plain(_)));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(Column::Constant(-1).decode::<u32>(1), Err(DecodeError::OutOfRange));
        assert_eq!(Column::Plain(vec![1]).decode::<u32>(2), Err(DecodeError::Uneven));
        assert_eq!(Column::Runs(vec![(1, u32::MAX)]).decode::<u32>(2), Err(DecodeError::Uneven));
        assert_eq!(Column::Constant(1).decode::<u32>(usize::MAX), Err(DecodeError::TooManyRows));
    }
}
