//! A cube as bytes.

use money::{Amount, Currency};

use super::Cube;
use crate::bytes::{Reader, put_count, put_text};
use crate::{DecodeError, Dictionary, Dimension, Dimensions, column};

/// The version of the bytes. Another one is refused, and whoever kept them makes them anew.
const VERSION: u8 = 2;

/// Seconds that starts are counted in: the largest of these that divides all of them.
const UNITS: [i64; 3] = [86_400, 3_600, 1];

impl Cube {
    /// The cube as bytes: the version, the currency, how many facts, the texts, and the columns. Equal facts with equal
    /// dictionaries give equal bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        put_text(&mut bytes, self.currency.as_str());
        put_count(&mut bytes, self.len());
        put_count(&mut bytes, self.dictionary.len());
        self.dictionary.texts().for_each(|text| put_text(&mut bytes, text));
        let divides = |unit: &i64| self.starts.iter().all(|start| start % unit == 0);
        let (number, unit) = (0_u8..).zip(UNITS).find(|(_, unit)| divides(unit)).unwrap_or((2, 1));
        bytes.push(number);
        column::put(&mut bytes, self.starts.iter().map(|start| i128::from(start / unit)));
        let used = || self.dimensions.iter().zip(0_u8..).filter(|(symbols, _)| !symbols.is_empty());
        put_count(&mut bytes, used().count());
        for (symbols, number) in used() {
            bytes.push(number);
            column::put(&mut bytes, symbols.iter().map(|symbol| i128::from(*symbol)));
        }
        column::put_scaled(&mut bytes, self.amounts.iter().copied());
        column::put_scaled(&mut bytes, self.quantities.iter().copied());
        column::put(&mut bytes, self.requests.iter().map(|requests| i128::from(*requests)));
        bytes
    }

    /// Reads bytes. Whatever they are, they cannot make it panic or take more memory than a cube of their length can.
    ///
    /// # Errors
    ///
    /// When they are of another version, damaged, too short or too long.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        Self::decode_only(bytes, Dimensions::ALL)
    }

    /// Reads some dimensions of a cube. The others are as if no fact had them: neither the time nor the memory that they
    /// would take is needed. What they consist of is not looked at.
    ///
    /// # Errors
    ///
    /// When the bytes are of another version, damaged in what is read, too short or too long.
    pub fn decode_only(bytes: &[u8], wanted: Dimensions) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        if reader.byte() != Ok(VERSION) {
            return Err(DecodeError::Version);
        }
        let currency = Currency::parse(reader.text()?).map_err(|_| DecodeError::Damaged)?;
        let rows = reader.number()?;
        let dictionary = Dictionary::take(&mut reader)?;
        reader.has_room_for(rows)?;
        let unit = UNITS.get(usize::from(reader.byte()?)).ok_or(DecodeError::Damaged)?;
        let mut starts: Vec<i64> = column::take(&mut reader, rows)?;
        for start in &mut starts {
            *start = start.checked_mul(*unit).ok_or(DecodeError::OutOfRange)?;
        }
        let mut dimensions = vec![Vec::new(); Dimension::COUNT];
        let mut next = 0;
        for _ in 0..reader.count()? {
            let number = usize::from(reader.byte()?);
            if number < next {
                return Err(DecodeError::Damaged);
            }
            next = number + 1;
            let dimension = Dimension::ALL.get(number).ok_or(DecodeError::Damaged)?;
            if !wanted.contains(*dimension) {
                column::skip(&mut reader, rows)?;
                continue;
            }
            let symbols: Vec<u32> = column::take(&mut reader, rows)?;
            if symbols.iter().any(|symbol| *symbol as usize > dictionary.len()) {
                return Err(DecodeError::OutOfRange);
            }
            *dimensions.get_mut(number).ok_or(DecodeError::Damaged)? = symbols;
        }
        let amounts = column::take_scaled(&mut reader, rows)?;
        let quantities = column::take_scaled(&mut reader, rows)?;
        if amounts.iter().chain(&quantities).any(|pico| Amount::from_pico(*pico).is_err()) {
            return Err(DecodeError::OutOfRange);
        }
        let requests: Vec<u64> = column::take(&mut reader, rows)?;
        reader.finish()?;
        Ok(Self { currency, dictionary, starts, dimensions, amounts, quantities, requests })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::builder::tests::{cube_of, rows};
    use super::*;

    proptest! {
        #[test]
        fn bytes_read_back(rows in rows()) {
            let cube = cube_of(&rows);
            let read = Cube::decode(&cube.encode()).unwrap();
            prop_assert_eq!(read.facts().collect::<Vec<_>>(), cube.facts().collect::<Vec<_>>());
            prop_assert!(read.dictionary().texts().eq(cube.dictionary().texts()));
            prop_assert_eq!((read.total(), read.currency()), (cube.total(), cube.currency()));
            prop_assert_eq!(read.encode(), cube.encode());
        }

        #[test]
        fn some_dimensions_read_alone_say_what_they_say_among_all(rows in rows(), wanted in any::<u32>()) {
            let cube = cube_of(&rows);
            let wanted: Dimensions =
                Dimension::ALL.into_iter().filter(|dimension| wanted & (1 << *dimension as u32) != 0).collect();
            let read = Cube::decode_only(&cube.encode(), wanted).unwrap();
            for dimension in Dimension::ALL {
                let expected = if wanted.contains(dimension) { cube.column(dimension) } else { &[] };
                prop_assert_eq!(read.column(dimension), expected);
            }
            prop_assert_eq!((read.starts(), read.amounts(), read.requests()), (cube.starts(), cube.amounts(), cube.requests()));
            prop_assert_eq!(read.quantities(), cube.quantities());
        }

        #[test]
        fn damaged_bytes_are_refused_or_read_and_never_panic(
            rows in rows(), at in any::<proptest::sample::Index>(), byte in any::<u8>(), cut in any::<proptest::sample::Index>(),
        ) {
            let mut bytes = cube_of(&rows).encode();
            prop_assert!(Cube::decode(&bytes[..cut.index(bytes.len())]).is_err(), "cut off");
            *at.get_mut(&mut bytes) = byte;
            let _ = Cube::decode(&bytes).map(|cube| cube.facts().count());
            let _ = Cube::decode_only(&bytes, Dimensions::NONE).map(|cube| cube.facts().count());
        }

        #[test]
        fn any_bytes_are_refused_or_read(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let versioned = [&[VERSION, 3][..], b"USD", &bytes].concat();
            let _ = (Cube::decode(&bytes).is_ok(), Cube::decode(&versioned).is_ok());
        }
    }

    #[test]
    fn another_version_is_refused() {
        assert_eq!(Cube::decode(&[9]).unwrap_err(), DecodeError::Version);
        assert_eq!(Cube::decode(&[]).unwrap_err(), DecodeError::Version);
    }

    #[test]
    fn a_few_bytes_cannot_claim_many_rows() {
        let mut bytes = vec![VERSION];
        put_text(&mut bytes, "USD");
        put_count(&mut bytes, 4_000_000);
        put_count(&mut bytes, 0);
        column::put(&mut bytes, std::iter::once(0));
        assert_eq!(Cube::decode(&bytes).unwrap_err(), DecodeError::TooManyRows);
    }

    #[test]
    fn symbols_without_a_text_a_dimension_that_comes_twice_and_more_bytes_are_refused() {
        let cube = cube_of(&[(0, 1, 0, 5)]);
        let whole = cube.encode();
        assert!(Cube::decode(&[whole.as_slice(), &[0]].concat()).is_err());
        let stranger = Cube { dictionary: Dictionary::default(), ..cube.clone() };
        assert_eq!(Cube::decode(&stranger.encode()).unwrap_err(), DecodeError::OutOfRange);
        // After one dimension, number 1, comes the amount: claim two dimensions, and repeat it.
        let at = whole.windows(4).position(|part| part == [1, Dimension::Project as u8, 0, 2]).unwrap();
        let mut twice = whole.clone();
        twice[at] = 2;
        twice.splice(at + 1..at + 1, [Dimension::Project as u8, 0, 2]);
        assert_eq!(Cube::decode(&twice).unwrap_err(), DecodeError::Damaged);
    }
}
