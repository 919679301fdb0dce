//! A day's rows as the store keeps them: columns with a dictionary, compressed.
//!
//! The rows are put in an order of their own and rows with the same key become one, so that equal days give equal bytes:
//! whether a day that was read again has changed is told by comparing them. Upstream's null is a key like any other.

mod cost;
mod usage;

pub use cost::{decode_costs, encode_costs};
pub use usage::{daily, decode_usage, encode_usage};

use crate::bytes::{Reader, put_count, put_text};
use crate::{DecodeError, Dictionary, Symbol};

const VERSION: u8 = 1;
/// Most bytes that a segment may claim to unpack to.
const LARGEST: usize = 256 * 1024 * 1024;
/// Bytes that a byte of LZ4 stands for at most: a match goes on by 255 with every byte.
const MOST_PACKED: usize = 255;

/// Compresses: the version, how many rows, the texts, and the columns.
fn pack(rows: usize, texts: &Dictionary, columns: &[u8]) -> Vec<u8> {
    let mut bytes = vec![VERSION];
    put_count(&mut bytes, rows);
    put_count(&mut bytes, texts.len());
    texts.texts().for_each(|text| put_text(&mut bytes, text));
    bytes.extend_from_slice(columns);
    lz4_flex::compress_prepend_size(&bytes)
}

/// Undoes the compression. What the bytes claim to unpack to is compared with what so many can unpack to.
fn unpack(bytes: &[u8]) -> Result<Vec<u8>, DecodeError> {
    let (size, rest) = lz4_flex::block::uncompressed_size(bytes).map_err(|_| DecodeError::Damaged)?;
    if size > LARGEST {
        return Err(DecodeError::TooManyRows);
    }
    if size > rest.len().saturating_mul(MOST_PACKED) {
        return Err(DecodeError::Damaged);
    }
    lz4_flex::decompress(rest, size).map_err(|_| DecodeError::Damaged)
}

/// What [`pack`] wrote before the columns.
fn head(reader: &mut Reader<'_>) -> Result<(usize, Dictionary), DecodeError> {
    if reader.byte()? != VERSION {
        return Err(DecodeError::Version);
    }
    let rows = reader.number()?;
    let texts = Dictionary::take(reader)?;
    reader.has_room_for(rows)?;
    Ok((rows, texts))
}

/// Reads a count that has to be this one.
fn exactly(count: usize, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
    if reader.number()? == count { Ok(()) } else { Err(DecodeError::Damaged) }
}

/// The places of a dictionary's texts in alphabetical order, by their symbols. None comes before all texts.
struct Ranks(Vec<u32>);

impl Ranks {
    fn new(texts: &Dictionary) -> Self {
        let mut sorted: Vec<(&str, u32)> = texts.texts().zip(1..).collect();
        sorted.sort_unstable();
        let mut ranks = vec![0; texts.len() + 1];
        for ((_, symbol), rank) in sorted.into_iter().zip(1..) {
            if let Some(kept) = ranks.get_mut(symbol as usize) {
                *kept = rank;
            }
        }
        Self(ranks)
    }

    /// The rank of a symbol; that of none for a symbol without a text.
    fn of(&self, symbol: Symbol) -> u32 {
        self.0.get(symbol.0 as usize).copied().unwrap_or_default()
    }
}

/// The texts of a segment, in the order of their first use.
struct Used<'a> {
    texts: &'a Dictionary,
    own: Dictionary,
    /// By the symbol, where it has been used.
    known: Vec<Option<Symbol>>,
}

impl<'a> Used<'a> {
    fn new(texts: &'a Dictionary) -> Self {
        Self { texts, own: Dictionary::default(), known: vec![None; texts.len() + 1] }
    }

    /// The segment's own symbol of a text.
    fn symbol(&mut self, symbol: Symbol) -> Symbol {
        match self.known.get_mut(symbol.0 as usize) {
            Some(known) => *known.get_or_insert_with(|| self.own.intern_optional(self.texts.text(symbol))),
            None => Symbol::NONE,
        }
    }
}

/// Symbols as they are read: each must have a text.
fn checked(symbols: &[Symbol], texts: &Dictionary) -> Result<(), DecodeError> {
    let has_text = |symbol: &Symbol| symbol.0 as usize <= texts.len();
    if symbols.iter().all(has_text) { Ok(()) } else { Err(DecodeError::OutOfRange) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_claim_to_unpack_to_more_than_bytes_can_is_refused() {
        for (claim, error) in [(200_000_000_u32, DecodeError::Damaged), (u32::MAX, DecodeError::TooManyRows)]
        {
            let bytes = [&claim.to_le_bytes()[..], &[0; 40]].concat();
            assert_eq!(decode_costs(&bytes).unwrap_err(), error);
            assert_eq!(decode_usage(&bytes).unwrap_err(), error);
        }
        assert!(unpack(&lz4_flex::compress_prepend_size(&vec![0; 1_000_000])).is_ok());
    }

    #[test]
    fn another_version_is_refused() {
        let bytes = lz4_flex::compress_prepend_size(&[VERSION + 1, 0, 0]);
        assert_eq!(decode_costs(&bytes).unwrap_err(), DecodeError::Version);
        assert_eq!(decode_usage(&bytes).unwrap_err(), DecodeError::Version);
    }

    proptest! {
        #[test]
        fn any_bytes_are_refused_or_read(bytes in proptest::collection::vec(prop_oneof![3 => 0_u8..4, 1 => any::<u8>()], 0..80)) {
            let packed = lz4_flex::compress_prepend_size(&[&[VERSION], bytes.as_slice()].concat());
            for bytes in [bytes, packed] {
                let _ = (decode_costs(&bytes).is_ok(), decode_usage(&bytes).is_ok());
            }
        }
    }
}
