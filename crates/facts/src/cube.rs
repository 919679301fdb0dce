//! Facts in columns.

use std::collections::HashMap;

use money::{Amount, Currency};
use serde::{Deserialize, Serialize};

use crate::column::{Column, Scaled};
use crate::{DecodeError, Dictionary, Dimension, Fact, Symbol};

/// The version of the bytes. Another one is refused, and whoever kept them makes them anew.
const VERSION: u8 = 1;

/// Facts of one currency: a column for the start, one for each dimension that any fact has, and one for each measure.
#[derive(Clone, Debug)]
pub struct Cube {
    currency: Currency,
    dictionary: Dictionary,
    starts: Vec<i64>,
    /// By the dimension's number; empty where no fact has one.
    dimensions: Vec<Vec<u32>>,
    amounts: Vec<i128>,
    quantities: Vec<i128>,
    requests: Vec<u64>,
}

/// How a cube travels.
#[derive(Serialize, Deserialize)]
struct Bytes {
    version: u8,
    currency: String,
    rows: u32,
    texts: Vec<String>,
    starts: Column,
    dimensions: Vec<(u8, Column)>,
    amounts: Scaled,
    quantities: Scaled,
    requests: Column,
}

impl Cube {
    /// How many facts it has.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// The currency of all amounts.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// The texts of its symbols.
    pub fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// The starts of the facts, in Unix seconds.
    pub fn starts(&self) -> &[i64] {
        &self.starts
    }

    /// The symbols' numbers of a dimension; empty where no fact has one.
    pub fn column(&self, dimension: Dimension) -> &[u32] {
        self.dimensions.get(dimension as usize).map_or(&[], Vec::as_slice)
    }

    /// The amounts, in 10^-12 of the currency.
    pub fn amounts(&self) -> &[i128] {
        &self.amounts
    }

    /// The quantities, in 10^-12 of each fact's unit.
    pub fn quantities(&self) -> &[i128] {
        &self.quantities
    }

    /// The requests.
    pub fn requests(&self) -> &[u64] {
        &self.requests
    }

    /// The sum of all amounts.
    pub fn total(&self) -> Amount {
        self.facts().map(|fact| fact.amount).sum()
    }

    /// The facts, one by one.
    pub fn facts(&self) -> impl Iterator<Item = Fact> + '_ {
        let measures = self.amounts.iter().zip(&self.quantities).zip(&self.requests);
        self.starts.iter().zip(measures).enumerate().map(|(row, (start, ((amount, quantity), requests)))| {
            let mut dimensions = [Symbol::NONE; Dimension::COUNT];
            for (kept, column) in dimensions.iter_mut().zip(&self.dimensions) {
                *kept = Symbol(column.get(row).copied().unwrap_or_default());
            }
            Fact {
                start: *start,
                dimensions,
                amount: Amount::from_pico(*amount).unwrap_or_default(),
                quantity: Amount::from_pico(*quantity).unwrap_or_default(),
                requests: *requests,
            }
        })
    }

    /// The cube as bytes. Equal facts with equal dictionaries give equal bytes.
    pub fn encode(&self) -> Vec<u8> {
        let dimensions = self
            .dimensions
            .iter()
            .enumerate()
            .filter(|(_, column)| !column.is_empty())
            .map(|(number, column)| {
                let column = Column::encode(column.iter().map(|symbol| i128::from(*symbol)));
                (u8::try_from(number).unwrap_or(u8::MAX), column)
            })
            .collect();
        let bytes = Bytes {
            version: VERSION,
            currency: self.currency.as_str().to_owned(),
            rows: u32::try_from(self.len()).unwrap_or(u32::MAX),
            texts: self.dictionary.texts().map(str::to_owned).collect(),
            starts: Column::encode(self.starts.iter().map(|start| i128::from(*start))),
            dimensions,
            amounts: Scaled::encode(self.amounts.iter().copied()),
            quantities: Scaled::encode(self.quantities.iter().copied()),
            requests: Column::encode(self.requests.iter().map(|requests| i128::from(*requests))),
        };
        // Writing to memory cannot fail; nothing would be refused by whoever reads it.
        postcard::to_stdvec(&bytes).unwrap_or_default()
    }

    /// Reads bytes. Whatever they are, they cannot make it panic or take more memory than a cube can have.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        if bytes.first() != Some(&VERSION) {
            return Err(DecodeError::Version);
        }
        let bytes: Bytes = postcard::from_bytes(bytes).map_err(|_| DecodeError::Damaged)?;
        let rows = bytes.rows as usize;
        let mut dictionary = Dictionary::default();
        for text in &bytes.texts {
            dictionary.intern(text);
        }
        if dictionary.len() != bytes.texts.len() {
            return Err(DecodeError::Damaged);
        }
        let starts: Vec<i64> = bytes.starts.decode(rows)?;
        let mut dimensions = vec![Vec::new(); Dimension::COUNT];
        for (number, column) in bytes.dimensions {
            let kept = dimensions.get_mut(usize::from(number)).ok_or(DecodeError::Damaged)?;
            *kept = column.decode::<u32>(rows)?;
            if kept.iter().any(|symbol| *symbol as usize > dictionary.len()) {
                return Err(DecodeError::OutOfRange);
            }
        }
        let fits = |number: &i128| Amount::from_pico(*number).is_ok();
        let (amounts, quantities) = (bytes.amounts.decode(rows)?, bytes.quantities.decode(rows)?);
        if !(amounts.iter().all(fits) && quantities.iter().all(fits)) {
            return Err(DecodeError::OutOfRange);
        }
        Ok(Self {
            currency: Currency::parse(&bytes.currency).map_err(|_| DecodeError::Damaged)?,
            dictionary,
            starts,
            dimensions,
            amounts,
            quantities,
            requests: bytes.requests.decode(rows)?,
        })
    }
}

/// Makes a cube. Facts that differ in no dimension and begin together become one.
#[derive(Clone, Debug)]
pub struct CubeBuilder {
    currency: Currency,
    dictionary: Dictionary,
    rows: HashMap<(i64, [Symbol; Dimension::COUNT]), usize>,
    facts: Vec<Fact>,
}

impl CubeBuilder {
    /// A cube of no facts yet.
    pub fn new(currency: Currency) -> Self {
        Self { currency, dictionary: Dictionary::default(), rows: HashMap::new(), facts: Vec::new() }
    }

    /// Adds facts, whose symbols are those of a dictionary.
    pub fn add(&mut self, facts: impl Iterator<Item = Fact>, texts: &Dictionary) {
        let mut known: Vec<Option<Symbol>> = vec![None; texts.len() + 1];
        for mut fact in facts {
            for symbol in &mut fact.dimensions {
                *symbol = match known.get(symbol.0 as usize).copied().flatten() {
                    Some(symbol) => symbol,
                    None => {
                        let own = self.dictionary.intern_optional(texts.text(*symbol));
                        if let Some(kept) = known.get_mut(symbol.0 as usize) {
                            *kept = Some(own);
                        }
                        own
                    }
                };
            }
            self.push(fact);
        }
    }

    /// Adds a cube's facts.
    pub fn add_cube(&mut self, cube: &Cube) {
        self.add(cube.facts(), &cube.dictionary);
    }

    /// How many facts there are so far.
    pub fn len(&self) -> usize {
        self.facts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// The cube.
    pub fn finish(mut self) -> Cube {
        // Neighbours that have much in common make short columns.
        self.facts.sort_unstable_by(|a, b| (&a.dimensions, a.start).cmp(&(&b.dimensions, b.start)));
        let facts = &self.facts;
        let column = |dimension: Dimension| {
            let is_used = facts.iter().any(|fact| !fact.at(dimension).is_none());
            if is_used { facts.iter().map(|fact| fact.at(dimension).0).collect() } else { Vec::new() }
        };
        Cube {
            currency: self.currency,
            starts: facts.iter().map(|fact| fact.start).collect(),
            dimensions: Dimension::ALL.into_iter().map(column).collect(),
            amounts: facts.iter().map(|fact| fact.amount.pico()).collect(),
            quantities: facts.iter().map(|fact| fact.quantity.pico()).collect(),
            requests: facts.iter().map(|fact| fact.requests).collect(),
            dictionary: self.dictionary,
        }
    }

    fn push(&mut self, fact: Fact) {
        let next = self.facts.len();
        let row = *self.rows.entry((fact.start, fact.dimensions)).or_insert(next);
        match self.facts.get_mut(row) {
            Some(same) => {
                same.amount = same.amount + fact.amount;
                same.quantity = same.quantity + fact.quantity;
                same.requests = same.requests.saturating_add(fact.requests);
            }
            None => self.facts.push(fact),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fact(start: i64, symbols: &[(Dimension, u32)], amount: i128) -> Fact {
        let mut fact = Fact {
            start,
            dimensions: [Symbol::NONE; Dimension::COUNT],
            amount: Amount::from_pico(amount).unwrap(),
            quantity: Amount::from_pico(amount / 2).unwrap(),
            requests: 1,
        };
        for (dimension, symbol) in symbols {
            fact.put(*dimension, Symbol(*symbol));
        }
        fact
    }

    fn texts() -> Dictionary {
        let mut texts = Dictionary::default();
        for text in ["", "proj_1", "proj_2", "gpt-5.4, input", "key_1"] {
            texts.intern(text);
        }
        texts
    }

    #[test]
    fn equal_facts_become_one_and_none_is_not_the_empty_text() {
        let mut builder = CubeBuilder::new(Currency::USD);
        let facts = [
            fact(0, &[(Dimension::Project, 2)], 5),
            fact(0, &[(Dimension::Project, 2)], 7),
            fact(0, &[(Dimension::Project, 1)], 1),
            fact(0, &[], 2),
        ];
        builder.add(facts.into_iter(), &texts());
        let cube = builder.finish();
        assert_eq!((cube.len(), cube.total().pico()), (3, 15));
        assert!(cube.column(Dimension::User).is_empty());
    }

    proptest! {
        #[test]
        fn bytes_read_back(rows in proptest::collection::vec((0_i64..5, 0_u32..6, 0_u32..6, -1_000_000_000_000_i128..1_000_000_000_000), 0..60)) {
            let mut builder = CubeBuilder::new(Currency::USD);
            let facts = rows.iter().map(|(start, project, key, amount)| {
                fact(start * 86_400, &[(Dimension::Project, *project), (Dimension::ApiKey, *key)], *amount)
            });
            builder.add(facts, &texts());
            let cube = builder.finish();
            let read = Cube::decode(&cube.encode()).unwrap();
            prop_assert_eq!(read.facts().collect::<Vec<_>>(), cube.facts().collect::<Vec<_>>());
            prop_assert_eq!(read.total(), cube.total());
            prop_assert_eq!(read.encode(), cube.encode());
        }

        #[test]
        fn damaged_bytes_are_refused_or_read_and_never_panic(at in 0_usize..200, byte in any::<u8>(), cut in 0_usize..200) {
            let mut builder = CubeBuilder::new(Currency::USD);
            builder.add((0..9).map(|n| fact(n, &[(Dimension::Project, 1 + n as u32 % 4)], i128::from(n) * 77)), &texts());
            let mut bytes = builder.finish().encode();
            if let Some(kept) = bytes.get_mut(at) { *kept = byte; }
            bytes.truncate(cut.max(1));
            let _ = Cube::decode(&bytes).map(|cube| cube.facts().count());
        }
    }

    #[test]
    fn another_version_is_refused() {
        assert_eq!(Cube::decode(&[9]).unwrap_err(), DecodeError::Version);
        assert_eq!(Cube::decode(&[]).unwrap_err(), DecodeError::Version);
    }
}
