//! Facts become a cube.

use std::collections::HashMap;

use money::{Amount, Currency};

use super::Cube;
use crate::{Dictionary, Dimension, Fact, Symbol};

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

    /// Adds what a cube of another currency tells of usage: its costs are in no sum of this one's, and what it was billed
    /// has no price here.
    pub fn add_usage(&mut self, cube: &Cube) {
        let of_usage = |mut fact: Fact| {
            fact.amount = Amount::ZERO;
            fact.put(Dimension::Basis, Symbol::NONE);
            (fact.quantity != Amount::ZERO || fact.requests != 0).then_some(fact)
        };
        self.add(cube.facts().filter_map(of_usage), &cube.dictionary);
    }

    /// The sum of all amounts so far.
    pub fn total(&self) -> Amount {
        self.facts.iter().map(|fact| fact.amount).sum()
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
        let row = self.rows.entry((fact.start, fact.dimensions)).or_insert(next);
        if let Some(same) = self.facts.get_mut(*row) {
            if let Some(sum) = sum(same, &fact) {
                *same = sum;
                return;
            }
            *row = next;
        }
        self.facts.push(fact);
    }
}

/// Two facts as one; none when that is more than a fact can say. Terabytes are kept by more than one project.
fn sum(one: &Fact, other: &Fact) -> Option<Fact> {
    let add = |one: Amount, other: Amount| Amount::from_pico((one + other).pico()).ok();
    Some(Fact {
        amount: add(one.amount, other.amount)?,
        quantity: add(one.quantity, other.quantity)?,
        requests: one.requests.checked_add(other.requests)?,
        ..*one
    })
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The day, the project's symbol, the API key's, and the amount.
    pub(crate) type Row = (i64, u32, u32, i128);

    pub(crate) fn rows() -> impl Strategy<Value = Vec<Row>> {
        let amount = prop_oneof![-1_000_000_000_000_i128..1_000_000_000_000, -9_i128..9];
        proptest::collection::vec((0_i64..5, 0_u32..6, 0_u32..6, amount), 0..60)
    }

    fn texts() -> Dictionary {
        let mut texts = Dictionary::default();
        for text in ["", "proj_1", "proj_2", "gpt-5.4, input", "key_1"] {
            texts.intern(text);
        }
        texts
    }

    fn fact((day, project, key, amount): Row) -> Fact {
        let mut fact = Fact {
            start: day * 86_400,
            dimensions: [Symbol::NONE; Dimension::COUNT],
            amount: Amount::from_pico(amount).unwrap(),
            quantity: Amount::from_pico(amount / 2).unwrap(),
            requests: 1,
        };
        fact.put(Dimension::Project, Symbol(project));
        fact.put(Dimension::ApiKey, Symbol(key));
        fact
    }

    pub(crate) fn cube_of(rows: &[Row]) -> Cube {
        let mut builder = CubeBuilder::new(Currency::USD);
        builder.add(rows.iter().map(|row| fact(*row)), &texts());
        builder.finish()
    }

    #[test]
    fn equal_facts_become_one_and_none_is_not_the_empty_text() {
        let cube = cube_of(&[(0, 2, 0, 5), (0, 2, 0, 7), (0, 1, 0, 1), (0, 0, 0, 2)]);
        assert_eq!((cube.len(), cube.total().pico()), (3, 15));
        assert!(cube.column(Dimension::User).is_empty());
    }

    #[test]
    fn what_one_fact_cannot_say_stays_two() {
        let largest = i128::from(i64::MAX) * 1_000_000;
        let cube = cube_of(&[(0, 2, 0, largest), (0, 2, 0, 7), (0, 2, 0, -7), (0, 2, 0, 3)]);
        assert_eq!(cube.total().pico(), largest + 3);
        assert_eq!(Cube::decode(&cube.encode()).unwrap().total(), cube.total());
    }

    proptest! {
        #[test]
        fn cubes_of_parts_are_the_cube_of_the_whole(rows in rows(), cut in any::<proptest::sample::Index>()) {
            let (one, other) = rows.split_at(cut.index(rows.len() + 1));
            let mut builder = CubeBuilder::new(Currency::USD);
            for part in [one, other] {
                builder.add_cube(&cube_of(part));
            }
            let whole = cube_of(&rows);
            prop_assert_eq!((builder.len(), builder.is_empty()), (whole.len(), whole.is_empty()));
            let said = |cube: &Cube| {
                let text = |fact: &Fact, at| cube.dictionary().text(fact.at(at)).map(str::to_owned);
                let mut facts: Vec<_> = cube
                    .facts()
                    .map(|fact| (fact.start, text(&fact, Dimension::Project), text(&fact, Dimension::ApiKey), fact.amount, fact.requests))
                    .collect();
                facts.sort();
                facts
            };
            prop_assert_eq!(said(&builder.finish()), said(&whole));
        }
    }
}
