//! A day of costs as bytes.

use money::{Amount, Currency};

use super::{Ranks, Used, checked, exactly, head, pack, unpack};
use crate::bytes::{Reader, put_count};
use crate::{CostLine, DecodeError, Dictionary, Symbol, column};

/// Columns of symbols, and of flags.
const COLUMNS: usize = 7;
/// Columns of amounts.
const SCALED: usize = 2;

/// A day of costs as bytes. Lines with the same key are added up.
pub fn encode_costs(lines: &[CostLine], texts: &Dictionary) -> Vec<u8> {
    let mut lines = lines.to_vec();
    let ranks = Ranks::new(texts);
    let key = |line: &CostLine| {
        let places = [line.project, line.line_item, line.api_key].map(|symbol| ranks.of(symbol));
        (places, line.currency, ranks.of(line.unit))
    };
    // By everything, so that equal days are added up in the same order whatever came first.
    lines.sort_unstable_by_key(|line| (key(line), line.amount, line.quantity, line.rounded));
    lines.dedup_by(|line, kept| {
        let sum = if key(line) == key(kept) { sum(kept, line) } else { None };
        sum.is_some_and(|sum| {
            *kept = sum;
            true
        })
    });
    let mut used = Used::new(texts);
    let mut symbols = [const { Vec::new() }; 5];
    for line in &lines {
        let of_line = [
            used.symbol(line.project),
            used.symbol(line.line_item),
            used.symbol(line.api_key),
            used.own.intern(line.currency.as_str()),
            used.symbol(line.unit),
        ];
        for (column, symbol) in symbols.iter_mut().zip(of_line) {
            column.push(symbol);
        }
    }
    let mut bytes = Vec::new();
    put_count(&mut bytes, COLUMNS);
    for column in &symbols {
        column::put(&mut bytes, column.iter().map(|symbol| i128::from(symbol.0)));
    }
    column::put(&mut bytes, lines.iter().map(|line| i128::from(line.quantity.is_some())));
    column::put(&mut bytes, lines.iter().map(|line| i128::from(line.rounded)));
    put_count(&mut bytes, SCALED);
    column::put_scaled(&mut bytes, lines.iter().map(|line| line.amount.pico()));
    column::put_scaled(&mut bytes, lines.iter().map(|line| line.quantity.unwrap_or_default().pico()));
    // There are no measures, which usage has.
    put_count(&mut bytes, 0);
    pack(lines.len(), &used.own, &bytes)
}

/// Two lines as one; none when that is more than a line can say.
fn sum(one: &CostLine, other: &CostLine) -> Option<CostLine> {
    let add = |one: Amount, other: Amount| Amount::from_pico((one + other).pico()).ok();
    let quantity = match (one.quantity, other.quantity) {
        (Some(one), Some(other)) => Some(add(one, other)?),
        (one, other) => one.or(other),
    };
    let amount = add(one.amount, other.amount)?;
    Some(CostLine { amount, quantity, rounded: one.rounded || other.rounded, ..*one })
}

/// Reads what [`encode_costs`] wrote.
///
/// # Errors
///
/// When the bytes are of another version, damaged, too short or too long.
pub fn decode_costs(bytes: &[u8]) -> Result<(Dictionary, Vec<CostLine>), DecodeError> {
    let plain = unpack(bytes)?;
    let mut reader = Reader::new(&plain);
    let (rows, texts) = head(&mut reader)?;
    exactly(COLUMNS, &mut reader)?;
    let mut symbols = [const { Vec::new() }; 5];
    for column in &mut symbols {
        *column = column::take::<u32>(&mut reader, rows)?;
    }
    let quantified: Vec<u8> = column::take(&mut reader, rows)?;
    let rounded: Vec<u8> = column::take(&mut reader, rows)?;
    exactly(SCALED, &mut reader)?;
    let amounts = column::take_scaled(&mut reader, rows)?;
    let quantities = column::take_scaled(&mut reader, rows)?;
    exactly(0, &mut reader)?;
    reader.finish()?;
    let [projects, line_items, api_keys, currencies, units] = &symbols;
    let places = projects.iter().zip(line_items).zip(api_keys.iter().zip(currencies).zip(units));
    let measures = amounts.iter().zip(&quantities).zip(quantified.iter().zip(&rounded));
    let mut lines = Vec::with_capacity(rows);
    for (((project, line_item), ((api_key, currency), unit)), ((pico, quantity), (quantified, rounded))) in
        places.zip(measures)
    {
        let amount = |pico: &i128| Amount::from_pico(*pico).map_err(|_| DecodeError::OutOfRange);
        let [project, line_item, api_key, currency, unit] =
            [project, line_item, api_key, currency, unit].map(|number| Symbol(*number));
        checked(&[project, line_item, api_key, currency, unit], &texts)?;
        let currency = texts.text(currency).ok_or(DecodeError::Damaged)?;
        lines.push(CostLine {
            project,
            line_item,
            api_key,
            currency: Currency::parse(currency).map_err(|_| DecodeError::Damaged)?,
            amount: amount(pico)?,
            quantity: if *quantified == 1 { Some(amount(quantity)?) } else { None },
            unit,
            rounded: *rounded == 1,
        });
    }
    Ok((texts, lines))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts() -> Dictionary {
        let mut texts = Dictionary::default();
        for text in ["proj_1", "proj_2", "gpt-5.4, input", "", "tokens", "USD"] {
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

    /// The same lines, with the symbols of a dictionary that numbers the texts the other way round.
    fn turned(lines: &[CostLine]) -> (Vec<CostLine>, Dictionary) {
        let (texts, mut other) = (texts(), Dictionary::default());
        let mut all: Vec<&str> = texts.texts().collect();
        all.reverse();
        all.into_iter().for_each(|text| {
            other.intern(text);
        });
        let moved = |symbol| texts.text(symbol).and_then(|text| other.find(text)).unwrap_or_default();
        let mut lines: Vec<CostLine> = lines
            .iter()
            .map(|line| CostLine {
                project: moved(line.project),
                line_item: moved(line.line_item),
                unit: moved(line.unit),
                ..*line
            })
            .collect();
        lines.reverse();
        (lines, other)
    }

    #[test]
    fn null_the_empty_text_and_a_text_are_three_keys_and_equal_keys_are_one() {
        let lines =
            [line(1, 3, 5, None), line(0, 3, 7, Some(9)), line(4, 3, 1, None), line(1, 3, 2, Some(1))];
        let (own, read) = decode_costs(&encode_costs(&lines, &texts())).unwrap();
        let read: Vec<_> = read
            .iter()
            .map(|line| (own.text(line.project), line.amount.pico(), line.quantity.map(Amount::pico)))
            .collect();
        assert_eq!(read, [(None, 7, Some(9)), (Some(""), 1, None), (Some("proj_1"), 7, Some(1))]);
    }

    #[test]
    fn what_one_line_cannot_say_stays_two() {
        let largest = i128::from(i64::MAX) * 1_000_000;
        let lines = [line(1, 3, largest, None), line(1, 3, largest, None), line(1, 3, 4, None)];
        let (_, read) = decode_costs(&encode_costs(&lines, &texts())).unwrap();
        assert_eq!(read.iter().map(|line| line.amount.pico()).sum::<i128>(), 2 * largest + 4);
    }

    proptest! {
        #[test]
        fn costs_read_back_and_equal_days_give_equal_bytes(
            rows in proptest::collection::vec((0_u32..5, 0_u32..5, any::<i64>(), proptest::option::of(any::<u32>())), 0..40),
        ) {
            let lines: Vec<_> = rows
                .iter()
                .map(|(project, item, amount, quantity)| line(*project, *item, i128::from(*amount), quantity.map(i128::from)))
                .collect();
            let bytes = encode_costs(&lines, &texts());
            let (own, read) = decode_costs(&bytes).unwrap();
            let sum = |lines: &[CostLine]| -> (i128, i128) {
                let quantity = |line: &CostLine| line.quantity.unwrap_or_default().pico();
                (lines.iter().map(|line| line.amount.pico()).sum(), lines.iter().map(quantity).sum())
            };
            prop_assert_eq!(sum(&read), sum(&lines));
            prop_assert_eq!(encode_costs(&read, &own), bytes.clone(), "what was read is written alike");
            let (lines, other) = turned(&lines);
            prop_assert_eq!(encode_costs(&lines, &other), bytes, "in another order, with other numbers");
        }
    }
}
