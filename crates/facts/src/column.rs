//! A column of integers, as few bytes as a simple rule makes it.

use crate::DecodeError;
use crate::bytes::{Reader, length, put_count, put_signed, put_unsigned};

/// Most rows that bytes may claim: a day of the largest organizations has a hundredth of it.
const MOST_ROWS: usize = 5_000_000;

/// Largest power of ten that amounts are divided by.
const MOST_DIGITS: u8 = 12;

/// How a column is written: the first byte of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// The same number in every row.
    Constant,
    /// Each number with how often it stands there in a row.
    Runs,
    /// The first number, then the differences.
    Delta,
    /// The numbers.
    Plain,
}

impl Way {
    /// The shortest way, and how many entries it writes. Where none is shorter, numbers stay plain, which is the quickest
    /// to read.
    fn shortest(numbers: impl Iterator<Item = i128>) -> (Self, usize) {
        let (mut count, mut runs, mut run) = (0, 0, 0_u32);
        let (mut plain_bytes, mut delta_bytes, mut run_bytes) = (0, 0, 0);
        let mut before = 0;
        for number in numbers {
            let own = length(number);
            if count > 0 && number == before && run < u32::MAX {
                run += 1;
                delta_bytes += 1;
            } else {
                run_bytes += own + if runs > 0 { length(i128::from(run)) } else { 0 };
                delta_bytes += length(number.wrapping_sub(before));
                runs += 1;
                run = 1;
            }
            plain_bytes += own;
            count += 1;
            before = number;
        }
        run_bytes += length(i128::from(run));
        if runs == 1 {
            (Self::Constant, 1)
        } else if run_bytes < plain_bytes.min(delta_bytes) {
            (Self::Runs, runs)
        } else if delta_bytes < plain_bytes {
            (Self::Delta, count)
        } else {
            (Self::Plain, count)
        }
    }
}

/// Writes a column in whichever way is the shortest.
pub(crate) fn put(bytes: &mut Vec<u8>, numbers: impl Iterator<Item = i128> + Clone) {
    let (way, count) = Way::shortest(numbers.clone());
    bytes.push(way as u8);
    if way != Way::Constant {
        put_count(bytes, count);
    }
    match way {
        Way::Constant => numbers.take(1).for_each(|number| put_signed(bytes, number)),
        Way::Runs => put_runs(bytes, numbers),
        Way::Delta => {
            let mut before = 0_i128;
            for number in numbers {
                put_signed(bytes, number.wrapping_sub(before));
                before = number;
            }
        }
        Way::Plain => numbers.for_each(|number| put_signed(bytes, number)),
    }
}

fn put_runs(bytes: &mut Vec<u8>, numbers: impl Iterator<Item = i128>) {
    let mut run: Option<(i128, u32)> = None;
    for number in numbers {
        match &mut run {
            Some((same, count)) if *same == number && *count < u32::MAX => *count += 1,
            _ => {
                if let Some((done, count)) = run.replace((number, 1)) {
                    put_signed(bytes, done);
                    put_unsigned(bytes, u128::from(count));
                }
            }
        }
    }
    if let Some((done, count)) = run {
        put_signed(bytes, done);
        put_unsigned(bytes, u128::from(count));
    }
}

/// Reads a column, which must have a number for each row.
pub(crate) fn take<T: TryFrom<i64> + TryFrom<i128> + Copy>(
    reader: &mut Reader<'_>,
    rows: usize,
) -> Result<Vec<T>, DecodeError> {
    let short = |number: i64| T::try_from(number).map_err(|_| DecodeError::OutOfRange);
    take_with(reader, rows, short, |number| T::try_from(number).map_err(|_| DecodeError::OutOfRange))
}

/// Skips a column, which is not looked at beyond how many numbers it has.
pub(crate) fn skip(reader: &mut Reader<'_>, rows: usize) -> Result<(), DecodeError> {
    let way = reader.byte()?;
    if way == Way::Constant as u8 {
        return reader.skip(1);
    }
    let count = reader.count()?;
    if way == Way::Runs as u8 {
        reader.skip(count.saturating_mul(2))
    } else if count == rows {
        reader.skip(count)
    } else {
        Err(DecodeError::Uneven)
    }
}

/// Reads a column of what is made of its numbers, by `short` of those that have room in 64 bits.
fn take_with<T: Copy>(
    reader: &mut Reader<'_>,
    rows: usize,
    short: impl Fn(i64) -> Result<T, DecodeError>,
    long: impl Fn(i128) -> Result<T, DecodeError>,
) -> Result<Vec<T>, DecodeError> {
    if rows > MOST_ROWS {
        return Err(DecodeError::TooManyRows);
    }
    let way = reader.byte()?;
    if way == Way::Constant as u8 {
        return Ok(vec![reader.signed_with(short, long)?; rows]);
    }
    let count = reader.count()?;
    let mut numbers = Vec::with_capacity(rows);
    if way == Way::Runs as u8 {
        for _ in 0..count {
            let number = reader.signed_with(&short, &long)?;
            let run = reader.number()?;
            if run > rows.saturating_sub(numbers.len()) {
                return Err(DecodeError::Uneven);
            }
            numbers.resize(numbers.len() + run, number);
        }
    } else if count != rows {
        return Err(DecodeError::Uneven);
    } else if way == Way::Delta as u8 {
        let mut number = 0_i128;
        for _ in 0..count {
            number = number.wrapping_add(reader.signed()?);
            numbers.push(i64::try_from(number).map_or_else(|_| long(number), &short)?);
        }
    } else if way == Way::Plain as u8 {
        for _ in 0..count {
            numbers.push(reader.signed_with(&short, &long)?);
        }
    } else {
        return Err(DecodeError::Damaged);
    }
    if numbers.len() == rows { Ok(numbers) } else { Err(DecodeError::Uneven) }
}

/// Writes amounts, in units of the largest power of ten that divides all of them: prices have few digits, and amounts
/// have twelve after the point.
pub(crate) fn put_scaled(bytes: &mut Vec<u8>, numbers: impl Iterator<Item = i128> + Clone) {
    let mut digits = MOST_DIGITS;
    for number in numbers.clone() {
        while digits > 0 && number % power(digits) != 0 {
            digits -= 1;
        }
    }
    let unit = power(digits);
    bytes.push(digits);
    put(bytes, numbers.map(|number| number / unit));
}

/// Reads amounts.
pub(crate) fn take_scaled(reader: &mut Reader<'_>, rows: usize) -> Result<Vec<i128>, DecodeError> {
    let digits = reader.byte()?;
    if digits > MOST_DIGITS {
        return Err(DecodeError::OutOfRange);
    }
    let unit = 10_i64.pow(u32::from(digits));
    // Two factors of 64 bits have a product of 128: nothing need be checked.
    let short = |number: i64| Ok(i128::from(number) * i128::from(unit));
    take_with(reader, rows, short, |number| {
        number.checked_mul(i128::from(unit)).ok_or(DecodeError::OutOfRange)
    })
}

fn power(digits: u8) -> i128 {
    10_i128.pow(u32::from(digits))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(numbers: &[i128]) -> Vec<u8> {
        let mut bytes = Vec::new();
        put(&mut bytes, numbers.iter().copied());
        bytes
    }

    fn read<T: TryFrom<i64> + TryFrom<i128> + Copy>(
        bytes: &[u8],
        rows: usize,
    ) -> Result<Vec<T>, DecodeError> {
        let mut reader = Reader::new(bytes);
        let numbers = take(&mut reader, rows)?;
        reader.finish().map(|()| numbers)
    }

    proptest! {
        #[test]
        fn every_column_reads_back(
            numbers in proptest::collection::vec(prop_oneof![4 => 0..3_i128, 1 => any::<i128>(), 1 => 0..900_i128], 0..200),
        ) {
            prop_assert_eq!(read::<i128>(&written(&numbers), numbers.len()).unwrap(), numbers);
        }

        #[test]
        fn no_other_way_is_shorter(numbers in proptest::collection::vec(prop_oneof![4 => 0..3_i128, 1 => any::<i128>()], 1..60)) {
            let plain: usize = numbers.iter().map(|number| length(*number)).sum();
            let mut runs = Vec::new();
            put_runs(&mut runs, numbers.iter().copied());
            prop_assert!(written(&numbers).len() <= 2 + plain.min(runs.len()));
        }

        #[test]
        fn amounts_read_back(numbers in proptest::collection::vec(any::<i64>(), 0..50), digits in 0_u8..12) {
            let numbers: Vec<i128> = numbers.into_iter().map(|number| i128::from(number) * power(digits)).collect();
            let mut bytes = Vec::new();
            put_scaled(&mut bytes, numbers.iter().copied());
            prop_assert_eq!(take_scaled(&mut Reader::new(&bytes), numbers.len()).unwrap(), numbers);
        }
    }

    #[test]
    fn the_shortest_way_is_taken() {
        let way = |numbers: &[i128]| written(numbers)[0];
        assert_eq!(way(&[5; 9]), Way::Constant as u8);
        assert_eq!(way(&(0..100).map(|n| i128::from(n > 50)).collect::<Vec<_>>()), Way::Runs as u8);
        assert_eq!(way(&(0..100).map(|n| 1_700_000_000 + n * 3600).collect::<Vec<_>>()), Way::Delta as u8);
        assert_eq!(way(&[9, -8, 7, -60]), Way::Plain as u8);
        assert_eq!(written(&[5; 9]), [0, 10]);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(read::<u32>(&written(&[-1]), 1), Err(DecodeError::OutOfRange));
        assert_eq!(read::<u32>(&written(&[1, 2]), 3), Err(DecodeError::Uneven));
        assert_eq!(read::<u32>(&written(&[1]), usize::MAX), Err(DecodeError::TooManyRows));
        // One run, of more and of fewer rows than there are.
        assert_eq!(read::<u32>(&[1, 1, 2, 9], 2), Err(DecodeError::Uneven));
        assert_eq!(read::<u32>(&[1, 1, 2, 1], 2), Err(DecodeError::Uneven));
        assert_eq!(read::<u32>(&[4, 1, 2], 1), Err(DecodeError::Damaged));
        assert_eq!(read::<u32>(&[], 0), Err(DecodeError::Damaged));
    }
}
