//! Texts, each kept once.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use crate::DecodeError;
use crate::bytes::Reader;

/// A text of a [`Dictionary`], or [`Symbol::NONE`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Symbol(pub u32);

impl Symbol {
    /// No text: upstream's null. It is not the empty text.
    pub const NONE: Self = Self(0);

    /// Whether there is no text.
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }
}

/// Texts by number. A symbol means something in the dictionary that gave it, and nowhere else.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    texts: Vec<Arc<str>>,
    /// Made when the first text is looked for: dictionaries that were read are mostly only read from.
    numbers: OnceLock<HashMap<Arc<str>, u32>>,
}

impl Dictionary {
    /// The symbol of a text, which is kept if it is new.
    pub fn intern(&mut self, text: &str) -> Symbol {
        if let Some(symbol) = self.find(text) {
            return symbol;
        }
        let text: Arc<str> = text.into();
        self.texts.push(Arc::clone(&text));
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        if let Some(numbers) = self.numbers.get_mut() {
            numbers.insert(text, number);
        }
        Symbol(number)
    }

    /// The symbol of a text, or none for none.
    pub fn intern_optional(&mut self, text: Option<&str>) -> Symbol {
        text.map_or(Symbol::NONE, |text| self.intern(text))
    }

    /// The symbol of a text that is kept already.
    pub fn find(&self, text: &str) -> Option<Symbol> {
        let numbers = self.numbers.get_or_init(|| self.texts.iter().cloned().zip(1..).collect());
        numbers.get(text).map(|number| Symbol(*number))
    }

    /// The text of a symbol; none for [`Symbol::NONE`] and for symbols of other dictionaries.
    pub fn text(&self, symbol: Symbol) -> Option<&str> {
        let index = usize::try_from(symbol.0).ok()?.checked_sub(1)?;
        self.texts.get(index).map(AsRef::as_ref)
    }

    /// The texts, in the order of their symbols, the first of which is 1.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(AsRef::as_ref)
    }

    /// How many texts it has.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Reads texts: first how many there are. Damaged bytes may have a text twice; it then has two symbols, which say the
    /// same.
    pub(crate) fn take(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let count = reader.count()?;
        let texts = (0..count).map(|_| reader.text().map(Arc::from)).collect::<Result<_, _>>()?;
        Ok(Self { texts, numbers: OnceLock::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_one_symbol_each_and_a_dictionary_that_was_read_goes_on() {
        let mut read = Dictionary::take(&mut Reader::new(&[2, 1, b'a', 0])).unwrap();
        assert_eq!(read.texts().collect::<Vec<_>>(), ["a", ""]);
        assert_eq!((read.intern(""), read.intern("b"), read.intern("a")), (Symbol(2), Symbol(3), Symbol(1)));
        assert_eq!((read.find("b"), read.find("c")), (Some(Symbol(3)), None));
        assert_eq!(
            (read.text(Symbol(3)), read.text(Symbol::NONE), read.text(Symbol(4))),
            (Some("b"), None, None)
        );
        assert_eq!(read.intern_optional(None), Symbol::NONE);
    }

    #[test]
    fn more_texts_than_bytes_are_refused() {
        assert_eq!(Dictionary::take(&mut Reader::new(&[3, 1, b'a', 0])).unwrap_err(), DecodeError::Damaged);
    }
}
