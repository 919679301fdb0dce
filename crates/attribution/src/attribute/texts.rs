//! One dictionary for all texts of a day.

use std::collections::HashMap;

use facts::{Dictionary, Symbol, without_date};

use super::Day;
use crate::model_name::common;

/// Texts of lines and of all streams. Those of the input are sorted, so that comparing their symbols compares the texts and
/// no result depends on the order in which upstream told them.
#[derive(Debug)]
pub(crate) struct Texts {
    /// The texts, and what is added while facts are made.
    pub(crate) all: Dictionary,
    /// By model.
    names: HashMap<Symbol, Name>,
}

/// The name by which the usage and the bill of a model find each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Name {
    /// What both call it, dated where the model's own name is.
    pub(crate) dated: Symbol,
    /// The same without a date.
    pub(crate) base: Symbol,
}

impl Name {
    /// Of what has no model.
    pub(crate) const NONE: Self = Self { dated: Symbol::NONE, base: Symbol::NONE };

    /// Whether two names of one base are of one model: one of them leaves the date out, or both have the same.
    pub(crate) fn agrees(self, other: Self) -> bool {
        self.dated == other.dated || self.dated == self.base || other.dated == other.base
    }
}

/// From the symbols of one dictionary to those of [`Texts`].
#[derive(Debug)]
pub(crate) struct Moved(Vec<Symbol>);

impl Texts {
    pub(crate) fn new(day: &Day<'_>) -> Self {
        let dictionaries = std::iter::once(day.texts).chain(day.usage.iter().map(|usage| usage.texts));
        let mut sorted: Vec<&str> = dictionaries.flat_map(Dictionary::texts).collect();
        sorted.sort_unstable();
        sorted.dedup();
        let mut all = Dictionary::default();
        for text in sorted {
            all.intern(text);
        }
        Self { all, names: HashMap::new() }
    }

    /// Where the symbols of a dictionary that this was made from have gone.
    pub(crate) fn moved(&self, from: &Dictionary) -> Moved {
        let own = from.texts().map(|text| self.all.find(text).unwrap_or_default());
        Moved(std::iter::once(Symbol::NONE).chain(own).collect())
    }

    /// The name by which a model is matched.
    pub(crate) fn name(&mut self, model: Symbol) -> Name {
        if let Some(name) = self.names.get(&model) {
            return *name;
        }
        let name = match self.all.text(model).map(|text| common(text).into_owned()) {
            Some(dated) => {
                Name { dated: self.all.intern(&dated), base: self.all.intern(without_date(&dated)) }
            }
            None => Name::NONE,
        };
        self.names.insert(model, name);
        name
    }
}

impl Moved {
    pub(crate) fn get(&self, symbol: Symbol) -> Symbol {
        self.0.get(symbol.0 as usize).copied().unwrap_or_default()
    }
}
