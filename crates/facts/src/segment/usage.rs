//! A day of usage as bytes.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::{Ranks, Used, checked, exactly, head, pack, unpack};
use crate::bytes::{Reader, put_count};
use crate::{DecodeError, Dictionary, Measure, Measures, Symbol, UsageRow, column};

/// Dimensions of a usage row that are texts.
const SYMBOLS: usize = 9;
/// Columns before the measures: the hour, whether it was a batch, and the texts.
const COLUMNS: usize = 2 + SYMBOLS;

/// A day of usage as bytes. Rows of one hour with the same dimensions are added up, except for levels, of which the
/// larger one is taken: a level that is told twice is not twice as high.
pub fn encode_usage(rows: &[UsageRow], texts: &Dictionary) -> Vec<u8> {
    let mut rows = rows.to_vec();
    let ranks = Ranks::new(texts);
    let key = |row: &UsageRow| (row.start, symbols_of(row).map(|symbol| ranks.of(symbol)), row.batch);
    rows.sort_unstable_by_key(key);
    rows.dedup_by(|row, kept| {
        let is_same = key(row) == key(kept);
        if is_same {
            let level = row.measures.get(Measure::Bytes).max(kept.measures.get(Measure::Bytes));
            kept.measures.add(&row.measures);
            kept.measures.set(Measure::Bytes, level);
        }
        is_same
    });
    let mut used = Used::new(texts);
    let mut symbols = [const { Vec::new() }; SYMBOLS];
    for row in &rows {
        for (column, symbol) in symbols.iter_mut().zip(symbols_of(row)) {
            column.push(used.symbol(symbol));
        }
    }
    let mut bytes = Vec::new();
    put_count(&mut bytes, COLUMNS);
    column::put(&mut bytes, rows.iter().map(|row| i128::from(row.start)));
    column::put(&mut bytes, rows.iter().map(|row| row.batch.map_or(0, |batch| 1 + i128::from(batch))));
    for column in &symbols {
        column::put(&mut bytes, column.iter().map(|symbol| i128::from(symbol.0)));
    }
    // There are no amounts, which costs have.
    put_count(&mut bytes, 0);
    let told: Vec<Measure> = Measure::ALL
        .into_iter()
        .filter(|measure| rows.iter().any(|row| row.measures.get(*measure).is_some()))
        .collect();
    put_count(&mut bytes, told.len());
    for measure in told {
        bytes.push(measure as u8);
        column::put(&mut bytes, rows.iter().map(|row| i128::from(row.measures.or_zero(measure))));
        column::put(&mut bytes, rows.iter().map(|row| i128::from(row.measures.get(measure).is_some())));
    }
    pack(rows.len(), &used.own, &bytes)
}

/// Reads what [`encode_usage`] wrote.
///
/// # Errors
///
/// When the bytes are of another version, damaged, too short or too long.
pub fn decode_usage(bytes: &[u8]) -> Result<(Dictionary, Vec<UsageRow>), DecodeError> {
    let plain = unpack(bytes)?;
    let mut reader = Reader::new(&plain);
    let (count, texts) = head(&mut reader)?;
    exactly(COLUMNS, &mut reader)?;
    let starts: Vec<i64> = column::take(&mut reader, count)?;
    let batches: Vec<u8> = column::take(&mut reader, count)?;
    let mut rows: Vec<UsageRow> = Vec::with_capacity(count);
    for (start, batch) in starts.into_iter().zip(batches) {
        let batch = match batch {
            0 => None,
            1 | 2 => Some(batch == 2),
            _ => return Err(DecodeError::OutOfRange),
        };
        rows.push(UsageRow { start, batch, ..UsageRow::default() });
    }
    for at in 0..SYMBOLS {
        let column: Vec<u32> = column::take(&mut reader, count)?;
        for (row, number) in rows.iter_mut().zip(column) {
            if let Some(kept) = symbols_mut(row).into_iter().nth(at) {
                *kept = Symbol(number);
            }
        }
    }
    for row in &rows {
        checked(&symbols_of(row), &texts)?;
    }
    exactly(0, &mut reader)?;
    let mut next = 0;
    for _ in 0..reader.count()? {
        let number = usize::from(reader.byte()?);
        let measure = Measure::ALL.get(number).filter(|_| number >= next).ok_or(DecodeError::Damaged)?;
        next = number + 1;
        let numbers: Vec<u64> = column::take(&mut reader, count)?;
        let present: Vec<u8> = column::take(&mut reader, count)?;
        for ((row, number), present) in rows.iter_mut().zip(numbers).zip(present) {
            row.measures.set(*measure, (present == 1).then_some(number));
        }
    }
    reader.finish()?;
    Ok((texts, rows))
}

/// Adds the hours of each UTC day up. What is a level and no flow has the level of its last hour.
pub fn daily(rows: &[UsageRow]) -> Vec<UsageRow> {
    const DAY: i64 = 86_400;
    type Key = (i64, [Symbol; SYMBOLS], Option<bool>);
    let mut days: BTreeMap<Key, (i64, UsageRow)> = BTreeMap::new();
    for row in rows {
        let start = row.start - row.start.rem_euclid(DAY);
        let (last, day) = days
            .entry((start, symbols_of(row), row.batch))
            .or_insert_with(|| (row.start, UsageRow { start, measures: Measures::default(), ..*row }));
        let [level, new] = [&day.measures, &row.measures].map(|measures| measures.get(Measure::Bytes));
        let level = match row.start.cmp(last) {
            Ordering::Less => level,
            Ordering::Equal => level.max(new),
            Ordering::Greater => new,
        };
        *last = row.start.max(*last);
        day.measures.add(&row.measures);
        day.measures.set(Measure::Bytes, level);
    }
    days.into_values().map(|(_, row)| row).collect()
}

fn symbols_of(row: &UsageRow) -> [Symbol; SYMBOLS] {
    [
        row.project,
        row.user,
        row.api_key,
        row.model,
        row.service_tier,
        row.size,
        row.source,
        row.vector_store,
        row.context_level,
    ]
}

fn symbols_mut(row: &mut UsageRow) -> [&mut Symbol; SYMBOLS] {
    [
        &mut row.project,
        &mut row.user,
        &mut row.api_key,
        &mut row.model,
        &mut row.service_tier,
        &mut row.size,
        &mut row.source,
        &mut row.vector_store,
        &mut row.context_level,
    ]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row(hour: i64, project: u32, requests: Option<u64>, bytes: Option<u64>) -> UsageRow {
        UsageRow {
            start: 86_400 + hour * 3_600,
            project: Symbol(project),
            measures: Measures::default().with(Measure::Requests, requests).with(Measure::Bytes, bytes),
            ..UsageRow::default()
        }
    }

    fn told(rows: &[UsageRow]) -> Vec<(i64, Option<u64>, Option<u64>)> {
        let told = |row: &UsageRow| {
            (row.start, row.measures.get(Measure::Requests), row.measures.get(Measure::Bytes))
        };
        rows.iter().map(told).collect()
    }

    fn texts() -> Dictionary {
        let mut texts = Dictionary::default();
        for text in ["proj_2", "", "proj_1", "user_1"] {
            texts.intern(text);
        }
        texts
    }

    #[test]
    fn a_day_adds_flows_up_and_keeps_the_last_level() {
        let rows = [
            row(5, 1, Some(2), Some(40)),
            row(1, 1, Some(1), Some(30)),
            row(23, 1, Some(4), Some(20)),
            row(24, 1, Some(8), Some(10)),
        ];
        let expected = [(86_400, Some(7), Some(20)), (172_800, Some(8), Some(10))];
        assert_eq!(told(&daily(&rows)), expected);
        let backwards: Vec<_> = rows.into_iter().rev().collect();
        assert_eq!(told(&daily(&backwards)), expected);
    }

    #[test]
    fn levels_of_different_stores_are_two_rows_and_one_that_is_told_twice_is_no_higher() {
        let rows = [row(0, 1, Some(1), Some(9)), row(0, 1, Some(1), Some(7)), row(0, 3, None, Some(5))];
        let (_, read) = decode_usage(&encode_usage(&rows, &texts())).unwrap();
        assert_eq!(told(&read), [(86_400, None, Some(5)), (86_400, Some(2), Some(9))]);
    }

    #[test]
    fn absent_is_not_zero() {
        let rows = [row(0, 0, Some(0), None), row(1, 0, None, None), row(2, 0, Some(3), None)];
        let (_, read) = decode_usage(&encode_usage(&rows, &texts())).unwrap();
        assert_eq!(told(&read), [(86_400, Some(0), None), (90_000, None, None), (93_600, Some(3), None)]);
    }

    proptest! {
        #[test]
        fn usage_reads_back_and_equal_days_give_equal_bytes(
            rows in proptest::collection::vec(
                (0_i64..3, 0_u32..5, 0_u32..5, proptest::option::of(any::<bool>()), proptest::option::of(any::<u32>())), 0..40,
            ),
        ) {
            let rows: Vec<_> = rows
                .iter()
                .map(|(hour, project, user, batch, tokens)| UsageRow {
                    user: Symbol(*user),
                    batch: *batch,
                    measures: Measures::default().with(Measure::InputTokens, tokens.map(u64::from)),
                    ..row(*hour, *project, None, None)
                })
                .collect();
            let bytes = encode_usage(&rows, &texts());
            let (own, read) = decode_usage(&bytes).unwrap();
            let sum = |rows: &[UsageRow]| rows.iter().map(|row| row.measures.or_zero(Measure::InputTokens)).sum::<u64>();
            prop_assert_eq!(sum(&read), sum(&rows));
            prop_assert_eq!(encode_usage(&read, &own), bytes.clone());
            let backwards: Vec<_> = rows.iter().rev().copied().collect();
            prop_assert_eq!(encode_usage(&backwards, &texts()), bytes);
            let days = daily(&read);
            prop_assert_eq!(sum(&days), sum(&rows));
        }
    }
}
