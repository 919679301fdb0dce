//! What labels say of the facts of a cube, and which facts a filter lets through.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::{Cube, Dimension, Label, Names, Symbol};

/// Which facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// By what.
    pub label: Label,
    /// The texts, as the label says them.
    pub texts: Vec<String>,
    /// Whether facts with these texts are left out rather than kept.
    pub exclude: bool,
}

/// The texts that a label has among all facts of a cube, in alphabetical order.
pub fn texts(cube: &Cube, label: Label, names: &Names) -> Vec<Arc<str>> {
    if cube.is_empty() {
        return Vec::new();
    }
    let mut texts = Said::new(cube, label, names).texts;
    texts.sort_unstable();
    texts
}

/// A column, and something for each symbol that is in it.
pub(super) struct BySymbol<'a, T> {
    column: &'a [u32],
    values: Vec<T>,
}

impl<'a, T: Copy + Default> BySymbol<'a, T> {
    /// Makes a value of each text that the column has; `None` is what upstream did not tell.
    pub(super) fn new(
        cube: &'a Cube,
        dimension: Dimension,
        mut make: impl FnMut(Option<&'a str>) -> T,
    ) -> Self {
        let column = cube.column(dimension);
        let texts = cube.dictionary();
        // A cube has no column where no fact has a text.
        if column.is_empty() {
            return Self { column, values: vec![make(None)] };
        }
        let mut is_used = vec![false; texts.len() + 1];
        for symbol in column {
            if let Some(is_used) = is_used.get_mut(*symbol as usize) {
                *is_used = true;
            }
        }
        let values = is_used.into_iter().zip(0..);
        let values = values.map(
            |(is_used, symbol)| {
                if is_used { make(texts.text(Symbol(symbol))) } else { T::default() }
            },
        );
        Self { column, values: values.collect() }
    }

    /// The value of a fact.
    pub(super) fn at(&self, row: usize) -> T {
        let symbol = self.column.get(row).copied().unwrap_or_default();
        self.values.get(symbol as usize).copied().unwrap_or_default()
    }
}

/// A label, said for each symbol of its column: symbols that are said alike have one number.
pub(super) struct Said<'a> {
    numbers: BySymbol<'a, u32>,
    texts: Vec<Arc<str>>,
}

impl<'a> Said<'a> {
    pub(super) fn new(cube: &'a Cube, label: Label, names: &Names) -> Self {
        let mut texts: Vec<Arc<str>> = Vec::new();
        let mut known: HashMap<Arc<str>, u32> = HashMap::new();
        let numbers = BySymbol::new(cube, label.dimension(), |stored| {
            let said = label.text(stored, names);
            if let Some(number) = known.get(said.as_ref()) {
                return *number;
            }
            let (number, text) = (u32::try_from(texts.len()).unwrap_or(u32::MAX), Arc::from(said));
            texts.push(Arc::clone(&text));
            known.insert(text, number);
            number
        });
        Self { numbers, texts }
    }

    /// Its texts, in the order of their numbers.
    pub(super) fn into_texts(self) -> Vec<Arc<str>> {
        self.texts
    }

    /// How many different texts there are.
    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    /// The number of a fact's text.
    pub(super) fn number(&self, row: usize) -> u32 {
        self.numbers.at(row)
    }

    /// A fact's text.
    pub(super) fn text(&self, row: usize) -> Arc<str> {
        self.texts.get(self.number(row) as usize).cloned().unwrap_or_else(|| "".into())
    }
}

/// A filter, asked once for each symbol.
pub(super) struct Sieve<'a>(BySymbol<'a, bool>);

impl<'a> Sieve<'a> {
    pub(super) fn new(cube: &'a Cube, filter: &Filter, names: &Names) -> Self {
        let wanted: HashSet<&str> = filter.texts.iter().map(String::as_str).collect();
        Self(BySymbol::new(cube, filter.label.dimension(), |stored| {
            wanted.contains(filter.label.text(stored, names).as_ref()) != filter.exclude
        }))
    }

    pub(super) fn passes(&self, row: usize) -> bool {
        self.0.at(row)
    }
}
