//! Numbers and texts as bytes, the way `postcard` writes them: varints of seven bits a byte, lowest first, and signed
//! numbers zigzag.
//!
//! Nothing is made from what bytes claim before it is compared with how many bytes there are: damaged ones cannot take
//! more memory than they could fill.

use crate::DecodeError;

/// Most bytes of a number that has room in 63 bits.
const SHORT: usize = 9;

/// Writes an unsigned number.
pub(crate) fn put_unsigned(bytes: &mut Vec<u8>, mut number: u128) {
    while number > 0x7f {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Writes a number.
pub(crate) fn put_signed(bytes: &mut Vec<u8>, number: i128) {
    put_unsigned(bytes, zigzag(number));
}

/// Writes how many things follow.
pub(crate) fn put_count(bytes: &mut Vec<u8>, count: usize) {
    put_unsigned(bytes, count as u128);
}

/// Writes a text.
pub(crate) fn put_text(bytes: &mut Vec<u8>, text: &str) {
    put_count(bytes, text.len());
    bytes.extend_from_slice(text.as_bytes());
}

/// How many bytes [`put_signed`] writes.
pub(crate) fn length(number: i128) -> usize {
    (128 - zigzag(number).leading_zeros()).max(1).div_ceil(7) as usize
}

/// Small numbers of either sign become small numbers.
fn zigzag(number: i128) -> u128 {
    ((number << 1) ^ (number >> 127)).cast_unsigned()
}

/// Reads from the front of bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// How many bytes are left.
    pub(crate) const fn left(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn byte(&mut self) -> Result<u8, DecodeError> {
        let (byte, rest) = self.0.split_first().ok_or(DecodeError::Damaged)?;
        self.0 = rest;
        Ok(*byte)
    }

    pub(crate) fn unsigned(&mut self) -> Result<u128, DecodeError> {
        match self.short() {
            Some(number) => Ok(u128::from(number)),
            None => self.long(),
        }
    }

    /// A number of up to nine bytes; none when it is longer, or cut off: then nothing is read. Most numbers have one or two
    /// bytes, and all but sums have less than nine: 64 bits are faster than 128.
    fn short(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for (at, byte) in self.0.iter().take(SHORT).enumerate() {
            number |= u64::from(byte & 0x7f) << (7 * at);
            if *byte < 0x80 {
                self.0 = self.0.get(at + 1..).unwrap_or_default();
                return Some(number);
            }
        }
        None
    }

    fn long(&mut self) -> Result<u128, DecodeError> {
        let mut number = 0_u128;
        for shift in (0..128).step_by(7) {
            let byte = self.byte()?;
            let bits = u128::from(byte & 0x7f);
            if (bits << shift) >> shift != bits {
                return Err(DecodeError::OutOfRange);
            }
            number |= bits << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(DecodeError::Damaged)
    }

    /// A number, made into something by one of two functions: by `short` when it has few bytes, as almost all have.
    pub(crate) fn signed_with<T>(
        &mut self,
        short: impl Fn(i64) -> Result<T, DecodeError>,
        long: impl Fn(i128) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        match self.short() {
            Some(number) => short((number >> 1).cast_signed() ^ -(number & 1).cast_signed()),
            None => {
                let number = self.long()?;
                long((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
            }
        }
    }

    pub(crate) fn signed(&mut self) -> Result<i128, DecodeError> {
        self.signed_with(|number| Ok(i128::from(number)), Ok)
    }

    /// Skips so many numbers.
    pub(crate) fn skip(&mut self, mut count: usize) -> Result<(), DecodeError> {
        // A number ends with a byte below 0x80: those of a block are counted at once, and it has no more than bytes.
        const BLOCK: usize = 64;
        let ends = |bytes: &[u8]| bytes.iter().filter(|byte| **byte < 0x80).count();
        while count >= BLOCK {
            let (block, rest) = self.0.split_at_checked(BLOCK).ok_or(DecodeError::Damaged)?;
            count -= ends(block);
            self.0 = rest;
        }
        while count > 0 {
            count -= usize::from(self.byte()? < 0x80);
        }
        Ok(())
    }

    /// A number that counts something without saying how many bytes follow.
    pub(crate) fn number(&mut self) -> Result<usize, DecodeError> {
        usize::try_from(self.unsigned()?).map_err(|_| DecodeError::OutOfRange)
    }

    /// How many things follow, each of which takes a byte at least.
    pub(crate) fn count(&mut self) -> Result<usize, DecodeError> {
        let count = self.number()?;
        if count <= self.left() { Ok(count) } else { Err(DecodeError::Damaged) }
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, DecodeError> {
        let count = self.count()?;
        let (text, rest) = self.0.split_at_checked(count).ok_or(DecodeError::Damaged)?;
        self.0 = rest;
        std::str::from_utf8(text).map_err(|_| DecodeError::Damaged)
    }

    /// Whether what is left can be columns of so many rows. Rows differ in something, and wherever a row differs from the
    /// one before it, some column has a byte for it: there are no more rows than bytes.
    pub(crate) const fn has_room_for(&self, rows: usize) -> Result<(), DecodeError> {
        if rows <= self.left() { Ok(()) } else { Err(DecodeError::TooManyRows) }
    }

    /// Nothing may follow.
    pub(crate) const fn finish(self) -> Result<(), DecodeError> {
        if self.0.is_empty() { Ok(()) } else { Err(DecodeError::Damaged) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_and_texts_are_written_as_postcard_writes_them(
            number in prop_oneof![any::<i128>(), -200_i128..200, any::<i64>().prop_map(i128::from)], text in ".{0,9}",
        ) {
            let mut bytes = Vec::new();
            put_signed(&mut bytes, number);
            prop_assert_eq!(bytes.len(), length(number));
            put_text(&mut bytes, &text);
            prop_assert_eq!(&bytes, &postcard::to_stdvec(&(number, &text)).unwrap());
            let mut reader = Reader::new(&bytes);
            prop_assert_eq!(reader.signed(), Ok(number));
            prop_assert_eq!(reader.text(), Ok(text.as_str()));
            prop_assert_eq!(reader.finish(), Ok(()));
        }

        #[test]
        fn what_is_skipped_is_what_would_be_read(
            numbers in proptest::collection::vec(prop_oneof![any::<i128>(), -200_i128..200], 0..300), cut in any::<proptest::sample::Index>(),
        ) {
            let mut bytes = Vec::new();
            numbers.iter().for_each(|number| put_signed(&mut bytes, *number));
            let count = cut.index(numbers.len() + 1);
            let mut reader = Reader::new(&bytes);
            prop_assert_eq!(reader.skip(count), Ok(()));
            for number in &numbers[count..] {
                prop_assert_eq!(reader.signed(), Ok(*number));
            }
            prop_assert_eq!(reader.skip(1), Err(DecodeError::Damaged));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let mut reader = Reader::new(&bytes);
            while reader.signed().is_ok() {}
            let _ = (reader.text().is_ok(), reader.count().is_ok());
        }
    }

    #[test]
    fn the_borders_of_what_fits() {
        for number in [i128::MIN, i128::MAX, i128::from(i64::MIN), i128::from(i64::MAX), 0, -1] {
            let mut bytes = Vec::new();
            put_signed(&mut bytes, number);
            assert_eq!(Reader::new(&bytes).signed(), Ok(number));
        }
        let mut wide = [0xff; 19];
        wide[18] = 0x03;
        assert_eq!(Reader::new(&wide).unsigned(), Ok(u128::MAX));
        wide[18] = 0x04;
        assert_eq!(Reader::new(&wide).unsigned(), Err(DecodeError::OutOfRange));
        assert_eq!(Reader::new(&[0x80; 40]).unsigned(), Err(DecodeError::Damaged));
        assert_eq!(Reader::new(&[5, b'a']).text(), Err(DecodeError::Damaged));
        assert_eq!(Reader::new(&[0; 9]).has_room_for(10), Err(DecodeError::TooManyRows));
    }
}
