//! Cubes of days become one, and one that is too large for a browser is folded: the API keys and users with the lowest
//! costs become `Other`, for each project, model and everything else. No cent is lost, only whose key it was.

use std::collections::{BTreeMap, HashMap, HashSet};

use api::Currency;
use api::cube::OTHER;
use facts::{Cube, CubeBuilder, Dimension, Symbol};

/// Who caused a fact: its API key and its user.
type Owner = (Option<String>, Option<String>);

/// What owners cost, and how many facts they have.
#[derive(Default)]
pub(super) struct Owners(HashMap<Owner, (i128, usize)>);

/// The owners that keep their names.
#[derive(Default)]
pub(super) struct Kept(HashSet<Owner>);

/// Facts of many days, and how many were folded into others.
#[derive(Default)]
pub(super) struct Folded {
    /// A cube in the making for each currency.
    pub(super) builders: BTreeMap<Currency, CubeBuilder>,
    /// How many facts lost their owner.
    pub(super) folded: usize,
}

/// The owner of each fact of a cube, as symbols.
fn owners(cube: &Cube) -> impl Fn(usize) -> (u32, u32) + '_ {
    let (keys, users) = (cube.column(Dimension::ApiKey), cube.column(Dimension::User));
    let at = |column: &[u32], row: usize| column.get(row).copied().unwrap_or_default();
    move |row| (at(keys, row), at(users, row))
}

fn named(cube: &Cube, (key, user): (u32, u32)) -> Owner {
    let text = |symbol| cube.dictionary().text(Symbol(symbol)).map(str::to_owned);
    (text(key), text(user))
}

impl Owners {
    /// Adds a cube's facts.
    pub(super) fn add(&mut self, cube: &Cube) {
        let owner = owners(cube);
        let mut found: HashMap<(u32, u32), (i128, usize)> = HashMap::new();
        for (row, amount) in cube.amounts().iter().enumerate() {
            let (cost, facts) = found.entry(owner(row)).or_default();
            *cost = cost.saturating_add(*amount);
            *facts += 1;
        }
        for (symbols, (cost, facts)) in found {
            let sum = self.0.entry(named(cube, symbols)).or_default();
            *sum = (sum.0.saturating_add(cost), sum.1 + facts);
        }
    }

    /// The owners with the highest costs, as many as have no more facts than there is room for.
    pub(super) fn largest(&self, room: usize) -> Kept {
        let mut owners: Vec<_> = self.0.iter().collect();
        owners.sort_unstable_by_key(|(owner, (cost, _))| (std::cmp::Reverse(cost.unsigned_abs()), *owner));
        let mut facts = 0;
        let fits = owners.into_iter().take_while(|(_, (_, count))| {
            facts += count;
            facts <= room
        });
        Kept(fits.map(|(owner, _)| owner.clone()).collect())
    }
}

impl Folded {
    /// How many facts there are.
    pub(super) fn len(&self) -> usize {
        self.builders.values().map(CubeBuilder::len).sum()
    }

    /// Adds a cube's facts; those of owners that do not keep their names become `Other`'s. None keeps all.
    pub(super) fn add(&mut self, cube: &Cube, kept: Option<&Kept>) {
        let currency = cube.currency();
        let builder = self.builders.entry(currency).or_insert_with(|| CubeBuilder::new(currency));
        let Some(kept) = kept else { return builder.add_cube(cube) };
        let owner = owners(cube);
        let mut known: HashMap<(u32, u32), bool> = HashMap::new();
        let mut texts = cube.dictionary().clone();
        let other = texts.intern(OTHER);
        let mut folded = 0;
        let facts = cube.facts().enumerate().map(|(row, mut fact)| {
            let symbols = owner(row);
            // What has neither key nor user has nothing to fold.
            let keeps = symbols == (0, 0)
                || *known.entry(symbols).or_insert_with(|| kept.0.contains(&named(cube, symbols)));
            if !keeps {
                folded += 1;
                for dimension in [Dimension::ApiKey, Dimension::User] {
                    if !fact.at(dimension).is_none() {
                        fact.put(dimension, other);
                    }
                }
            }
            fact
        });
        builder.add(facts, &texts);
        self.folded += folded;
    }
}

#[cfg(test)]
mod tests {
    use api::Amount;
    use facts::{Dictionary, Fact};

    use super::*;

    /// Facts of some keys on some days. The first key costs least; those of the last project have no key.
    fn cube(keys: usize, days: i64) -> Cube {
        let mut texts = Dictionary::default();
        let mut facts = Vec::new();
        for key in 0..=keys {
            let symbol = texts.intern(&format!("key_{key}"));
            for day in 0..days {
                let mut fact = Fact {
                    start: day * 86_400,
                    dimensions: [Symbol::NONE; Dimension::COUNT],
                    amount: Amount::from_pico(1 + key as i128).unwrap(),
                    quantity: Amount::ZERO,
                    requests: 1,
                };
                if key < keys {
                    fact.put(Dimension::ApiKey, symbol);
                }
                facts.push(fact);
            }
        }
        let mut builder = CubeBuilder::new(Currency::USD);
        builder.add(facts.into_iter(), &texts);
        builder.finish()
    }

    fn folded(cube: &Cube, room: usize) -> (Cube, usize) {
        let mut owners = Owners::default();
        owners.add(cube);
        let mut folded = Folded::default();
        folded.add(cube, Some(&owners.largest(room)));
        (folded.builders.into_values().next().unwrap().finish(), folded.folded)
    }

    #[test]
    fn the_keys_with_the_lowest_costs_become_one_and_no_cent_is_lost() {
        let whole = cube(10, 5);
        let (small, count) = folded(&whole, 20);
        assert_eq!(small.total(), whole.total());
        assert_eq!(small.requests().iter().sum::<u64>(), 55);
        let keys: Vec<&str> = small.dictionary().texts().collect();
        assert!(keys.contains(&"key_9") && keys.contains(&OTHER) && !keys.contains(&"key_0"), "{keys:?}");
        // Three keys of five days keep theirs, beside what has no key and the others as one.
        assert_eq!((small.len(), count), (25, 35));
    }

    #[test]
    fn without_room_all_keys_are_one_and_what_has_none_stays_apart() {
        let (small, count) = folded(&cube(3, 30), 0);
        assert_eq!((small.len(), count), (60, 90));
    }
}
