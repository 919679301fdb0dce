//! The effects on one line item.
//!
//! What a line item costs is a product: the project's usage, times the model's share of it, times the tier's share of
//! that, times the line item's share of that, times its price. Going from one period to the other the factors change one
//! after the other, and what each changes is its effect. The order matters, so both are taken, forward and backward, and
//! the effects are the means of the two. A factor that a period does not have, such as the price of what was not used, is
//! that of the other period: a model that is new came with its price and was not made dearer.
//!
//! Products are rounded to the last unit and effects are their differences, so that they sum exactly however they are
//! rounded.

use money::{Amount, share};

use super::{Difference, Effect, Pair, Piece};

/// The effects in the order in which the factors change.
const CHAIN: [Effect; 5] = [Effect::Volume, Effect::ModelMix, Effect::Tier, Effect::Cache, Effect::Price];

/// What changed the cost of a line item, given the usage that it is a part of: the project's, the model's, the tier's and
/// its own.
pub(super) fn difference(pieces: &Pair<Piece>, levels: &[Pair<u128>; 4]) -> Difference {
    let Pair { before, after } = pieces;
    let (all_before, all_after) =
        (before.cost.saturating_add(before.without_usage), after.cost.saturating_add(after.without_usage));
    let mut difference = Difference { before: all_before, after: all_after, ..Difference::default() };
    difference.put(Effect::WithoutUsage, after.without_usage.saturating_sub(before.without_usage));
    let change = after.cost.saturating_sub(before.cost);
    let [project, ..] = levels;
    match (project.before, project.after) {
        (0, _) => difference.put(Effect::New, change),
        (_, 0) => difference.put(Effect::Gone, change),
        _ => {
            for (effect, amount) in CHAIN.into_iter().zip(chain(before.cost, after.cost, levels)) {
                difference.put(effect, amount);
            }
        }
    }
    difference
}

/// The effects of [`CHAIN`].
fn chain(before: i128, after: i128, levels: &[Pair<u128>; 4]) -> [i128; 5] {
    // Forward, the costs after each factor has changed: usage of the level as it is now, below it as it was.
    let forward = levels.map(|level| share(before, level.after, level.before).map_or(after, kept));
    // Backward, the costs before each factor changes: usage of the level as it was, below it as it is now.
    let backward = levels.map(|level| share(after, level.before, level.after).map_or(before, kept));
    let [volume, mix, tier, cache] = forward;
    let one = [
        volume.saturating_sub(before),
        mix.saturating_sub(volume),
        tier.saturating_sub(mix),
        cache.saturating_sub(tier),
        after.saturating_sub(cache),
    ];
    let [volume, mix, tier, cache] = backward;
    let other = [
        after.saturating_sub(volume),
        volume.saturating_sub(mix),
        mix.saturating_sub(tier),
        tier.saturating_sub(cache),
        cache.saturating_sub(before),
    ];
    means(one, other)
}

/// A product, kept so small that its distance from any cost is an amount: quantities of next to nothing have prices
/// beyond all amounts. The effects sum as well, whatever the products are.
fn kept(product: i128) -> i128 {
    product.clamp(Amount::LEAST.pico() / 2, Amount::MOST.pico() / 2)
}

/// The means of two lists with the same sum, which their sum stays. A half is rounded down and up by turns: there is an
/// even number of them, since twice the sum is even.
fn means(one: [i128; 5], other: [i128; 5]) -> [i128; 5] {
    let mut is_up = false;
    let mut means = one;
    for (mean, other) in means.iter_mut().zip(other) {
        let both = mean.saturating_add(other);
        *mean = both.div_euclid(2);
        if both.rem_euclid(2) == 1 {
            *mean += i128::from(is_up);
            is_up = !is_up;
        }
    }
    means
}
