//! A day's rows as the store keeps them: columns with a dictionary, compressed.
//!
//! The rows are put in an order of their own and rows with the same key become one, so that equal days give equal bytes:
//! whether a day that was read again has changed is told by comparing them. Upstream's null is a key like any other.

use std::collections::BTreeMap;

use money::{Amount, Currency};
use serde::{Deserialize, Serialize};

use crate::column::{Column, Scaled};
use crate::{CostLine, DecodeError, Dictionary, Measure, Measures, Symbol, UsageRow};

const VERSION: u8 = 1;
/// Most bytes that a segment may claim to unpack to.
const LARGEST: usize = 256 * 1024 * 1024;

#[derive(Serialize, Deserialize)]
struct Packed {
    version: u8,
    rows: u32,
    texts: Vec<String>,
    /// Symbols and small numbers.
    columns: Vec<Column>,
    /// Amounts and quantities.
    scaled: Vec<Scaled>,
    /// Measures by their number, with a row's presence as 0 or 1.
    measures: Vec<(u8, Column, Column)>,
}

/// A day of costs as bytes.
pub fn encode_costs(lines: &[CostLine], texts: &Dictionary) -> Vec<u8> {
    type Key<'a> = (Option<&'a str>, Option<&'a str>, Option<&'a str>, &'a str, Option<&'a str>);
    let mut rows: BTreeMap<Key<'_>, (Amount, Option<Amount>, bool)> = BTreeMap::new();
    for line in lines {
        let key = (
            texts.text(line.project),
            texts.text(line.line_item),
            texts.text(line.api_key),
            line.currency.as_str(),
            texts.text(line.unit),
        );
        let row = rows.entry(key).or_default();
        row.0 = row.0 + line.amount;
        row.1 = match (row.1, line.quantity) {
            (Some(one), Some(other)) => Some(one + other),
            (one, other) => one.or(other),
        };
        row.2 |= line.rounded;
    }
    let mut own = Dictionary::default();
    let mut symbols = [const { Vec::new() }; 5];
    for (project, line_item, api_key, currency, unit) in rows.keys() {
        for (column, text) in symbols.iter_mut().zip([*project, *line_item, *api_key, Some(*currency), *unit])
        {
            column.push(i128::from(own.intern_optional(text).0));
        }
    }
    let flag = |of: fn(&(Amount, Option<Amount>, bool)) -> bool| {
        Column::encode(rows.values().map(move |row| i128::from(of(row))))
    };
    let mut columns: Vec<Column> =
        symbols.iter().map(|column| Column::encode(column.iter().copied())).collect();
    columns.push(flag(|row| row.1.is_some()));
    columns.push(flag(|row| row.2));
    pack(&Packed {
        version: VERSION,
        rows: u32::try_from(rows.len()).unwrap_or(u32::MAX),
        texts: own.texts().map(str::to_owned).collect(),
        columns,
        scaled: vec![
            Scaled::encode(rows.values().map(|row| row.0.pico())),
            Scaled::encode(rows.values().map(|row| row.1.unwrap_or_default().pico())),
        ],
        measures: Vec::new(),
    })
}

/// Reads what [`encode_costs`] wrote.
pub fn decode_costs(bytes: &[u8]) -> Result<(Dictionary, Vec<CostLine>), DecodeError> {
    let packed = unpack(bytes)?;
    let rows = packed.rows as usize;
    let texts = dictionary(&packed.texts)?;
    let [projects, line_items, api_keys, currencies, units, quantified, rounded] =
        columns::<7>(packed.columns, rows)?;
    let [amounts, quantities] = <[Scaled; 2]>::try_from(packed.scaled).map_err(|_| DecodeError::Damaged)?;
    let (amounts, quantities) = (amounts.decode(rows)?, quantities.decode(rows)?);
    let amount = |pico: &i128| Amount::from_pico(*pico).map_err(|_| DecodeError::OutOfRange);
    let mut lines = Vec::with_capacity(rows);
    let measures = amounts.iter().zip(&quantities).zip(quantified.iter().zip(&rounded));
    let places = projects.iter().zip(&line_items).zip(api_keys.iter().zip(currencies.iter().zip(&units)));
    for (((project, line_item), (api_key, (currency, unit))), ((pico, quantity), (quantified, rounded))) in
        places.zip(measures)
    {
        let currency = texts.text(symbol(*currency, &texts)?).ok_or(DecodeError::Damaged)?;
        lines.push(CostLine {
            project: symbol(*project, &texts)?,
            line_item: symbol(*line_item, &texts)?,
            api_key: symbol(*api_key, &texts)?,
            currency: Currency::parse(currency).map_err(|_| DecodeError::Damaged)?,
            amount: amount(pico)?,
            quantity: if *quantified == 1 { Some(amount(quantity)?) } else { None },
            unit: symbol(*unit, &texts)?,
            rounded: *rounded == 1,
        });
    }
    Ok((texts, lines))
}

/// A day of usage as bytes. Rows of one hour with the same dimensions are added up.
pub fn encode_usage(rows: &[UsageRow], texts: &Dictionary) -> Vec<u8> {
    type Key<'a> = (i64, [Option<&'a str>; SYMBOLS], Option<bool>);
    let mut sums: BTreeMap<Key<'_>, Measures> = BTreeMap::new();
    for row in rows {
        let key = (row.start, symbols_of(row).map(|symbol| texts.text(symbol)), row.batch);
        sums.entry(key).or_default().add(&row.measures);
    }
    let mut own = Dictionary::default();
    let mut symbols = [const { Vec::new() }; SYMBOLS];
    for (_, of_row, _) in sums.keys() {
        for (column, text) in symbols.iter_mut().zip(of_row) {
            column.push(i128::from(own.intern_optional(*text).0));
        }
    }
    let mut columns = vec![
        Column::encode(sums.keys().map(|(start, ..)| i128::from(*start))),
        Column::encode(sums.keys().map(|(.., batch)| batch.map_or(0, |batch| 1 + i128::from(batch)))),
    ];
    columns.extend(symbols.iter().map(|column| Column::encode(column.iter().copied())));
    let measures =
        Measure::ALL.into_iter().filter(|measure| sums.values().any(|row| row.get(*measure).is_some()));
    let measures = measures.map(|measure| {
        let numbers = Column::encode(sums.values().map(move |row| i128::from(row.or_zero(measure))));
        let present = Column::encode(sums.values().map(move |row| i128::from(row.get(measure).is_some())));
        (measure as u8, numbers, present)
    });
    pack(&Packed {
        version: VERSION,
        rows: u32::try_from(sums.len()).unwrap_or(u32::MAX),
        texts: own.texts().map(str::to_owned).collect(),
        columns,
        scaled: Vec::new(),
        measures: measures.collect(),
    })
}

/// Reads what [`encode_usage`] wrote.
pub fn decode_usage(bytes: &[u8]) -> Result<(Dictionary, Vec<UsageRow>), DecodeError> {
    let packed = unpack(bytes)?;
    let count = packed.rows as usize;
    let texts = dictionary(&packed.texts)?;
    let mut columns = packed.columns.into_iter();
    let starts: Vec<i64> = columns.next().ok_or(DecodeError::Damaged)?.decode(count)?;
    let batches: Vec<u8> = columns.next().ok_or(DecodeError::Damaged)?.decode(count)?;
    let mut rows: Vec<UsageRow> = starts
        .into_iter()
        .zip(batches)
        .map(|(start, batch)| UsageRow {
            start,
            batch: batch.checked_sub(1).map(|batch| batch == 1),
            ..UsageRow::default()
        })
        .collect();
    for at in 0..SYMBOLS {
        let column: Vec<u32> = columns.next().ok_or(DecodeError::Damaged)?.decode(count)?;
        for (row, number) in rows.iter_mut().zip(column) {
            let read = symbol(number, &texts)?;
            if let Some(kept) = symbols_mut(row).into_iter().nth(at) {
                *kept = read;
            }
        }
    }
    for (number, numbers, present) in packed.measures {
        let measure = *Measure::ALL.get(usize::from(number)).ok_or(DecodeError::Damaged)?;
        let (numbers, present): (Vec<u64>, Vec<u8>) = (numbers.decode(count)?, present.decode(count)?);
        for ((row, number), present) in rows.iter_mut().zip(numbers).zip(present) {
            row.measures.set(measure, (present == 1).then_some(number));
        }
    }
    Ok((texts, rows))
}

/// Adds the hours of each UTC day up. What is a level and no flow has the level of its last hour.
pub fn daily(rows: &[UsageRow]) -> Vec<UsageRow> {
    const DAY: i64 = 86_400;
    type Key = (i64, [Symbol; SYMBOLS], Option<bool>);
    let mut days: BTreeMap<Key, (i64, UsageRow)> = BTreeMap::new();
    for row in rows {
        let start = row.start - row.start.rem_euclid(DAY);
        let day = days
            .entry((start, symbols_of(row), row.batch))
            .or_insert_with(|| (row.start, UsageRow { start, measures: Measures::default(), ..*row }));
        let level = if row.start >= day.0 {
            row.measures.get(Measure::Bytes)
        } else {
            day.1.measures.get(Measure::Bytes)
        };
        day.0 = day.0.max(row.start);
        day.1.measures.add(&row.measures);
        day.1.measures.set(Measure::Bytes, level);
    }
    days.into_values().map(|(_, row)| row).collect()
}

/// Dimensions of a usage row that are texts.
const SYMBOLS: usize = 9;

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

fn pack(packed: &Packed) -> Vec<u8> {
    // Writing to memory cannot fail; nothing would be refused by whoever reads it.
    lz4_flex::compress_prepend_size(&postcard::to_stdvec(packed).unwrap_or_default())
}

fn unpack(bytes: &[u8]) -> Result<Packed, DecodeError> {
    let (size, rest) = lz4_flex::block::uncompressed_size(bytes).map_err(|_| DecodeError::Damaged)?;
    if size > LARGEST {
        return Err(DecodeError::TooManyRows);
    }
    let plain = lz4_flex::decompress(rest, size).map_err(|_| DecodeError::Damaged)?;
    if plain.first() != Some(&VERSION) {
        return Err(DecodeError::Version);
    }
    postcard::from_bytes(&plain).map_err(|_| DecodeError::Damaged)
}

fn dictionary(texts: &[String]) -> Result<Dictionary, DecodeError> {
    let mut dictionary = Dictionary::default();
    for text in texts {
        dictionary.intern(text);
    }
    if dictionary.len() == texts.len() { Ok(dictionary) } else { Err(DecodeError::Damaged) }
}

fn columns<const N: usize>(columns: Vec<Column>, rows: usize) -> Result<[Vec<u32>; N], DecodeError> {
    let read = columns.into_iter().map(|column| column.decode(rows)).collect::<Result<Vec<_>, _>>()?;
    read.try_into().map_err(|_| DecodeError::Damaged)
}

fn symbol(number: u32, texts: &Dictionary) -> Result<Symbol, DecodeError> {
    if number as usize <= texts.len() { Ok(Symbol(number)) } else { Err(DecodeError::OutOfRange) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts() -> Dictionary {
        let mut texts = Dictionary::default();
        for text in ["proj_1", "proj_2", "gpt-5.4, input", "", "tokens"] {
            texts.intern(text);
        }
        texts
    }

    fn line(project: u32, item: u32, amount: i128, quantity: Option<i128>) -> CostLine {
        CostLine {
            project: Symbol(project),
            line_item: Symbol(item),
            api_key: Symbol::NONE,
            currency: Currency::USD,
            amount: Amount::from_pico(amount).unwrap(),
            quantity: quantity.map(|pico| Amount::from_pico(pico).unwrap()),
            unit: Symbol(5),
            rounded: false,
        }
    }

    #[test]
    fn equal_days_give_equal_bytes_whatever_their_order_and_dictionary() {
        let lines =
            [line(1, 3, 5, None), line(0, 3, 7, Some(9)), line(4, 3, 1, None), line(1, 3, 2, Some(1))];
        let mut other = Dictionary::default();
        for text in ["tokens", "", "gpt-5.4, input", "proj_2", "proj_1"] {
            other.intern(text);
        }
        let moved = |symbol: Symbol| other.find(texts().text(symbol).unwrap_or("?")).unwrap_or_default();
        let mut turned: Vec<CostLine> = lines
            .iter()
            .map(|line| CostLine {
                project: moved(line.project),
                line_item: moved(line.line_item),
                unit: moved(line.unit),
                ..*line
            })
            .collect();
        turned.reverse();
        let bytes = encode_costs(&lines, &texts());
        assert_eq!(encode_costs(&turned, &other), bytes);
        let (_, read) = decode_costs(&bytes).unwrap();
        assert_eq!(read.len(), 3, "null, the empty text and a text are three keys, and equal keys are one");
        assert_eq!(read.iter().map(|line| line.amount.pico()).sum::<i128>(), 15);
    }

    #[test]
    fn a_day_adds_flows_up_and_keeps_the_last_level() {
        let row = |hour: i64, requests: u64, bytes: u64| UsageRow {
            start: 86_400 + hour * 3600,
            project: Symbol(1),
            measures: Measures::default()
                .with(Measure::Requests, Some(requests))
                .with(Measure::Bytes, Some(bytes)),
            ..UsageRow::default()
        };
        let days = daily(&[row(5, 2, 40), row(1, 1, 30), row(23, 4, 20), row(24, 8, 10)]);
        let read: Vec<_> = days
            .iter()
            .map(|day| {
                (day.start, day.measures.or_zero(Measure::Requests), day.measures.or_zero(Measure::Bytes))
            })
            .collect();
        assert_eq!(read, [(86_400, 7, 20), (172_800, 8, 10)]);
    }

    proptest! {
        #[test]
        fn costs_read_back(rows in proptest::collection::vec((0_u32..5, 0_u32..5, any::<i64>(), proptest::option::of(any::<u32>())), 0..40)) {
            let lines: Vec<_> = rows.iter().map(|(project, item, amount, quantity)| line(*project, *item, i128::from(*amount), quantity.map(i128::from))).collect();
            let (own, read) = decode_costs(&encode_costs(&lines, &texts())).unwrap();
            let sum: i128 = lines.iter().map(|line| line.amount.pico()).sum();
            prop_assert_eq!(read.iter().map(|line| line.amount.pico()).sum::<i128>(), sum);
            prop_assert_eq!(encode_costs(&read, &own), encode_costs(&lines, &texts()));
        }

        #[test]
        fn usage_reads_back(rows in proptest::collection::vec((0_i64..3, 0_u32..5, proptest::option::of(any::<bool>()), proptest::option::of(any::<u32>())), 0..40)) {
            let rows: Vec<_> = rows.iter().map(|(hour, project, batch, tokens)| UsageRow {
                start: hour * 3600, project: Symbol(*project), batch: *batch,
                measures: Measures::default().with(Measure::InputTokens, tokens.map(u64::from)), ..UsageRow::default()
            }).collect();
            let (own, read) = decode_usage(&encode_usage(&rows, &texts())).unwrap();
            let sum = |rows: &[UsageRow]| rows.iter().map(|row| row.measures.or_zero(Measure::InputTokens)).sum::<u64>();
            prop_assert_eq!(sum(&read), sum(&rows));
            prop_assert_eq!(encode_usage(&read, &own), encode_usage(&rows, &texts()));
        }

        #[test]
        fn any_bytes_are_refused_or_read(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = (decode_costs(&bytes).is_ok(), decode_usage(&bytes).is_ok());
        }
    }
}
