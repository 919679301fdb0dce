//! Cubes of days become one, and one that is too large for a browser is folded. First the API keys and users with the
//! lowest costs become `Other`, for each project, model and everything else; when that is not enough, all keys and users
//! do, and so do the projects with the lowest costs. No cent is lost, only whose it was.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use api::Currency;
use api::cube::OTHER;
use facts::{Cube, CubeBuilder, Dimension, Fact, Symbol};

/// Who caused a fact: its API key and its user.
const OWNER: [Dimension; 2] = [Dimension::ApiKey, Dimension::User];
/// Where it was caused.
const PROJECT: [Dimension; 1] = [Dimension::Project];

/// Stands for a folded name while facts are counted: no dictionary has as many texts.
const FOLDED: Symbol = Symbol(u32::MAX);

/// A place that can be folded: the texts of some dimensions.
type Place = Vec<Option<String>>;

/// What places cost, and how many facts they have.
#[derive(Default)]
struct Sizes(HashMap<Place, (i128, usize)>);

/// What a window consists of: enough to decide what is folded.
#[derive(Default)]
pub(super) struct Census {
    owners: Sizes,
    projects: Sizes,
    /// The facts there would be without owners, and without projects: a hash of each.
    ownerless: HashSet<u64>,
    placeless: HashSet<u64>,
}

/// The places that keep their names.
pub(super) enum Kept {
    /// Everybody.
    All,
    /// These owners, and all projects.
    Owners(HashSet<Place>),
    /// No owner, and these projects.
    Projects(HashSet<Place>),
}

/// Facts of many days, and how many were folded into others.
#[derive(Default)]
pub(super) struct Folded {
    /// A cube in the making for each currency.
    pub(super) builders: BTreeMap<Currency, CubeBuilder>,
    /// How many facts lost their owner or their project.
    pub(super) folded: usize,
}

fn place(cube: &Cube, fact: &Fact, dimensions: &[Dimension]) -> Place {
    dimensions.iter().map(|at| cube.dictionary().text(fact.at(*at)).map(str::to_owned)).collect()
}

impl Census {
    /// Counts a cube's facts.
    pub(super) fn add(&mut self, cube: &Cube) {
        let hashes: Vec<u64> = std::iter::once(None)
            .chain(cube.dictionary().texts().map(Some))
            .map(|text| hash(&text))
            .collect();
        let of = |symbol: Symbol| hashes.get(symbol.0 as usize).copied().unwrap_or_default();
        // What has no name to lose stays apart from what has lost it.
        let fold = |fact: &mut Fact, at: &[Dimension]| {
            for at in at {
                if !fact.at(*at).is_none() {
                    fact.put(*at, FOLDED);
                }
            }
        };
        let mut owners = HashMap::new();
        let mut projects = HashMap::new();
        let currency = cube.currency();
        for mut fact in cube.facts() {
            count(&mut owners, fact, &OWNER, true);
            fold(&mut fact, &OWNER);
            let ownerless = fact.dimensions.map(of);
            let is_new = self.ownerless.insert(hash(&(currency.as_str(), fact.start, ownerless)));
            count(&mut projects, fact, &PROJECT, is_new);
            fold(&mut fact, &PROJECT);
            self.placeless.insert(hash(&(currency.as_str(), fact.start, fact.dimensions.map(of))));
        }
        self.owners.add(cube, owners, &OWNER);
        self.projects.add(cube, projects, &PROJECT);
    }

    /// What keeps its name, so that there are at most `most` facts: what is folded makes no more than there would be if
    /// everything was. Models, services and the like are never folded, so that it may still be more.
    pub(super) fn kept(&self, most: usize) -> Kept {
        match most.checked_sub(self.ownerless.len()) {
            Some(room) => Kept::Owners(self.owners.largest(room)),
            None => Kept::Projects(self.projects.largest(most.saturating_sub(self.placeless.len()))),
        }
    }
}

/// Adds a fact to its place, which is told by symbols of one cube.
fn count(places: &mut HashMap<Vec<Symbol>, (i128, usize, Fact)>, fact: Fact, at: &[Dimension], is_new: bool) {
    let symbols = at.iter().map(|dimension| fact.at(*dimension)).collect();
    let (cost, facts, _) = places.entry(symbols).or_insert((0, 0, fact));
    *cost = cost.saturating_add(fact.amount.pico());
    *facts += usize::from(is_new);
}

impl Sizes {
    fn add(&mut self, cube: &Cube, found: HashMap<Vec<Symbol>, (i128, usize, Fact)>, at: &[Dimension]) {
        for (cost, facts, fact) in found.into_values() {
            let sum = self.0.entry(place(cube, &fact, at)).or_default();
            *sum = (sum.0.saturating_add(cost), sum.1 + facts);
        }
    }

    /// Those with the highest costs, as many as have no more facts than there is room for. What has no name is not
    /// folded, and needs no room.
    fn largest(&self, room: usize) -> HashSet<Place> {
        let is_named = |place: &Place| place.iter().any(Option::is_some);
        let mut places: Vec<_> = self.0.iter().filter(|(place, _)| is_named(place)).collect();
        places.sort_unstable_by_key(|(place, (cost, _))| (std::cmp::Reverse(cost.unsigned_abs()), *place));
        let mut facts = 0;
        let fits = places.into_iter().take_while(|(_, (_, count))| {
            facts += count;
            facts <= room
        });
        fits.map(|(place, _)| place.clone()).collect()
    }
}

impl Kept {
    /// The dimensions of a fact in which it loses its name.
    fn folds(&self, cube: &Cube, fact: &Fact) -> &'static [Dimension] {
        const ALL: [Dimension; 3] = [Dimension::ApiKey, Dimension::User, Dimension::Project];
        match self {
            Self::All => &[],
            Self::Owners(owners) if owners.contains(&place(cube, fact, &OWNER)) => &[],
            Self::Projects(projects) if !projects.contains(&place(cube, fact, &PROJECT)) => &ALL,
            Self::Owners(_) | Self::Projects(_) => &OWNER,
        }
    }
}

impl Folded {
    /// How many facts there are.
    pub(super) fn len(&self) -> usize {
        self.builders.values().map(CubeBuilder::len).sum()
    }

    /// Adds a cube's facts; what does not keep its name becomes `Other`.
    pub(super) fn add(&mut self, cube: &Cube, kept: &Kept) {
        let currency = cube.currency();
        let builder = self.builders.entry(currency).or_insert_with(|| CubeBuilder::new(currency));
        if matches!(kept, Kept::All) {
            return builder.add_cube(cube);
        }
        let mut known: HashMap<[Symbol; 3], &[Dimension]> = HashMap::new();
        let mut texts = cube.dictionary().clone();
        let other = texts.intern(OTHER);
        let mut folded = 0;
        let facts = cube.facts().map(|mut fact| {
            let symbols = [Dimension::ApiKey, Dimension::User, Dimension::Project].map(|at| fact.at(at));
            let folds = *known.entry(symbols).or_insert_with(|| kept.folds(cube, &fact));
            // What has no key, no user or no project has nothing to lose there.
            let lost = folds.iter().filter(|at| !fact.at(**at).is_none()).copied();
            let lost: Vec<Dimension> = lost.collect();
            folded += usize::from(!lost.is_empty());
            lost.into_iter().for_each(|at| fact.put(at, other));
            fact
        });
        builder.add(facts, &texts);
        self.folded += folded;
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use api::Amount;
    use facts::Dictionary;
    use proptest::prelude::*;

    use super::*;

    /// Facts of projects with as many keys each, on some days. The last key of the last project costs most.
    fn cube(projects: usize, keys: usize, days: i64) -> Cube {
        let mut texts = Dictionary::default();
        let mut facts = Vec::new();
        for (project, key) in (0..projects).flat_map(|project| (0..keys).map(move |key| (project, key))) {
            for day in 0..days {
                let mut fact = Fact {
                    start: day * 86_400,
                    dimensions: [Symbol::NONE; Dimension::COUNT],
                    amount: Amount::from_pico((1 + project * keys + key) as i128).unwrap(),
                    quantity: Amount::ZERO,
                    requests: 1,
                };
                // The first project and the first key of each are none.
                if project > 0 {
                    fact.put(Dimension::Project, texts.intern(&format!("proj_{project}")));
                }
                if key > 0 {
                    fact.put(Dimension::ApiKey, texts.intern(&format!("key_{project}_{key}")));
                }
                facts.push(fact);
            }
        }
        let mut builder = CubeBuilder::new(Currency::USD);
        builder.add(facts.into_iter(), &texts);
        builder.finish()
    }

    fn folded(cube: &Cube, most: usize) -> (Cube, usize) {
        let mut census = Census::default();
        census.add(cube);
        let mut folded = Folded::default();
        folded.add(cube, &census.kept(most));
        (folded.builders.into_values().next().unwrap().finish(), folded.folded)
    }

    fn texts(cube: &Cube) -> Vec<&str> {
        cube.dictionary().texts().collect()
    }

    #[test]
    fn the_keys_with_the_lowest_costs_become_one_and_projects_stay() {
        let whole = cube(3, 4, 5);
        let (small, count) = folded(&whole, 40);
        assert!(small.len() <= 40, "{}", small.len());
        let texts = texts(&small);
        assert!(
            texts.contains(&"key_2_3") && texts.contains(&OTHER) && !texts.contains(&"key_0_1"),
            "{texts:?}"
        );
        assert!(texts.contains(&"proj_1") && texts.contains(&"proj_2"));
        assert!(count > 0);
    }

    #[test]
    fn when_that_is_not_enough_projects_with_the_lowest_costs_become_one() {
        let (small, _) = folded(&cube(6, 2, 5), 34);
        assert!(small.len() <= 34, "{}", small.len());
        let texts = texts(&small);
        assert!(
            texts.contains(&"proj_5") && texts.contains(&OTHER) && !texts.contains(&"proj_1"),
            "{texts:?}"
        );
        assert!(!texts.iter().any(|text| text.starts_with("key_")), "{texts:?}");
    }

    proptest! {
        #[test]
        fn no_cent_and_no_request_is_lost(
            projects in 1_usize..6, keys in 1_usize..6, days in 1_i64..6, most in 0_usize..200,
        ) {
            let whole = cube(projects, keys, days);
            let (small, _) = folded(&whole, most);
            prop_assert_eq!(small.total(), whole.total());
            prop_assert_eq!(small.requests().iter().sum::<u64>(), whole.requests().iter().sum::<u64>());
            // What has a project and what has none, with a key and without, stay apart.
            prop_assert!(small.len() <= most.max(4 * usize::try_from(days).unwrap()));
        }
    }
}
