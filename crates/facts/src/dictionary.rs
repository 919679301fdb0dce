//! Texts, each kept once.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

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
    numbers: HashMap<Arc<str>, u32>,
}

impl Dictionary {
    /// The symbol of a text, which is kept if it is new.
    pub fn intern(&mut self, text: &str) -> Symbol {
        if let Some(number) = self.numbers.get(text) {
            return Symbol(*number);
        }
        let text: Arc<str> = text.into();
        self.texts.push(Arc::clone(&text));
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.numbers.insert(text, number);
        Symbol(number)
    }

    /// The symbol of a text, or none for none.
    pub fn intern_optional(&mut self, text: Option<&str>) -> Symbol {
        text.map_or(Symbol::NONE, |text| self.intern(text))
    }

    /// The symbol of a text that is kept already.
    pub fn find(&self, text: &str) -> Option<Symbol> {
        self.numbers.get(text).map(|number| Symbol(*number))
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
}
