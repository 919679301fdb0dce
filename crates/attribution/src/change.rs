//! Why did it change? The costs of two periods, and the effects that lead from one to the other.

mod effect;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use facts::group::{Group, Sum};
use facts::{Basis, Label};

/// Why cost changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// The project used more or less.
    Volume,
    /// Usage moved between models.
    ModelMix,
    /// Usage moved between regular, batch, flex and priority.
    Tier,
    /// Usage moved between cached and uncached input, output and other operations.
    Cache,
    /// The same cost more or less.
    Price,
    /// The project used nothing of the kind before.
    New,
    /// The project no longer uses anything of the kind.
    Gone,
    /// Costs that have no usage: credits, taxes, and lines without a quantity.
    WithoutUsage,
}

impl Effect {
    /// How many there are.
    pub const COUNT: usize = 8;
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Volume,
        Self::ModelMix,
        Self::Tier,
        Self::Cache,
        Self::Price,
        Self::New,
        Self::Gone,
        Self::WithoutUsage,
    ];
}

/// Two costs in 10^-12 of a currency, and the effects between them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// The cost of the earlier period.
    pub before: i128,
    /// The cost of the later period.
    pub after: i128,
    effects: [i128; Effect::COUNT],
}

impl Difference {
    /// What an effect did. All of them sum to `after` less `before`, exactly.
    pub fn effect(&self, effect: Effect) -> i128 {
        self.effects.get(effect as usize).copied().unwrap_or_default()
    }

    /// Adds another difference to this one.
    pub fn add(&mut self, other: &Self) {
        self.before = self.before.saturating_add(other.before);
        self.after = self.after.saturating_add(other.after);
        for (sum, more) in self.effects.iter_mut().zip(other.effects) {
            *sum = sum.saturating_add(more);
        }
    }

    fn put(&mut self, effect: Effect, more: i128) {
        if let Some(sum) = self.effects.get_mut(effect as usize) {
            *sum = sum.saturating_add(more);
        }
    }
}

/// Which period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The earlier one.
    Before,
    /// The later one.
    After,
}

/// A project and a model of an account, as reports say them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The account.
    pub account: Arc<str>,
    /// The project.
    pub project: Arc<str>,
    /// The model.
    pub model: Arc<str>,
}

/// Costs and usage of two periods.
#[derive(Clone, Debug, Default)]
pub struct Change(BTreeMap<Vec<Arc<str>>, Pair<Piece>>);

/// How many labels a level of usage has: all of a project's in a unit, a model's, a tier's, and that of a line item.
const LEVELS: [usize; 4] = [3, 4, 5, 6];

impl Change {
    /// What facts are grouped by before they are added.
    pub const LABELS: [Label; 7] = [
        Label::Account,
        Label::Project,
        Label::Unit,
        Label::Model,
        Label::CostType,
        Label::LineItem,
        // Apart, so that a line without usage does not look like usage that became dearer.
        Label::CostBasis,
    ];

    /// Adds a group of facts by [`Self::LABELS`]. Usage that nothing was billed for changes no cost and is left out:
    /// most of it is billed tomorrow.
    pub fn add(&mut self, side: Side, group: &Group) {
        const BILLED: [Basis; 3] = [Basis::Billed, Basis::Attributed, Basis::Unattributed];
        let Some((basis, key)) = group.texts.as_ref().and_then(|texts| texts.split_last()) else { return };
        if BILLED.iter().any(|billed| billed.as_str() == basis.as_ref()) {
            let (cost, quantity) = (group.total.get(Sum::Cost), group.total.get(Sum::Quantity));
            self.0.entry(key.to_vec()).or_default().of(side).add(&Piece::new(cost, quantity));
        }
    }

    /// Adds what was added elsewhere.
    pub fn merge(&mut self, other: Self) {
        for (key, more) in other.0 {
            let kept = self.0.entry(key).or_default();
            kept.before.add(&more.before);
            kept.after.add(&more.after);
        }
    }

    /// Why the cost of each place changed. Places that cost nothing in both periods are left out.
    pub fn explain(&self) -> BTreeMap<Place, Difference> {
        let mut levels: HashMap<&[Arc<str>], Pair<u128>> = HashMap::new();
        for (key, pieces) in &self.0 {
            for level in LEVELS.iter().filter_map(|length| key.get(..*length)) {
                let sum = levels.entry(level).or_default();
                sum.before = sum.before.saturating_add(pieces.before.quantity);
                sum.after = sum.after.saturating_add(pieces.after.quantity);
            }
        }
        let mut places: BTreeMap<Place, Difference> = BTreeMap::new();
        for (key, pieces) in &self.0 {
            let [account, project, _, model, ..] = key.as_slice() else { continue };
            let of = |length: &usize| key.get(..*length).and_then(|level| levels.get(level)).copied();
            let levels = LEVELS.each_ref().map(|length| of(length).unwrap_or_default());
            let [account, project, model] = [account, project, model].map(Arc::clone);
            let place = Place { account, project, model };
            places.entry(place).or_default().add(&effect::difference(pieces, &levels));
        }
        places.retain(|_, difference| *difference != Difference::default());
        places
    }
}

/// The same of both periods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Pair<T> {
    before: T,
    after: T,
}

impl<T> Pair<T> {
    fn of(&mut self, side: Side) -> &mut T {
        match side {
            Side::Before => &mut self.before,
            Side::After => &mut self.after,
        }
    }
}

/// A line item of a project in a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Piece {
    /// What was billed by quantity.
    cost: i128,
    /// That quantity, in 10^-12 of the unit.
    quantity: u128,
    /// What was billed without one.
    without_usage: i128,
}

impl Piece {
    fn new(cost: i128, quantity: i128) -> Self {
        match u128::try_from(quantity) {
            Ok(quantity) if quantity > 0 => Self { cost, quantity, without_usage: 0 },
            _ => Self { without_usage: cost, ..Self::default() },
        }
    }

    fn add(&mut self, other: &Self) {
        self.cost = self.cost.saturating_add(other.cost);
        self.quantity = self.quantity.saturating_add(other.quantity);
        self.without_usage = self.without_usage.saturating_add(other.without_usage);
    }
}

#[cfg(test)]
mod tests;
