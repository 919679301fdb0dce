//! Changes of which it is known why.

use facts::group::Grouping;
use facts::group::{Group, Sums};
use facts::{Basis, Cube, CubeBuilder, Dictionary, Dimension, Fact, Names, Symbol};
use money::{Amount, Currency};
use proptest::prelude::*;

use super::*;

const ONE: i128 = 1_000_000_000_000;

/// A fact: project, model, tier, line item, tokens and dollars of 10^-12.
type Row<'a> = (&'a str, &'a str, &'a str, &'a str, i128, i128);

fn cube(rows: &[Row<'_>]) -> Cube {
    let mut texts = Dictionary::default();
    let facts: Vec<Fact> = rows
        .iter()
        .map(|(project, model, tier, line_item, tokens, pico)| {
            let mut fact = Fact {
                start: 0,
                dimensions: [Symbol::NONE; Dimension::COUNT],
                amount: Amount::from_pico(*pico).unwrap(),
                quantity: Amount::from_pico(tokens * ONE).unwrap(),
                requests: 0,
            };
            for (dimension, text) in [
                (Dimension::Account, "conn_1"),
                (Dimension::Project, project),
                (Dimension::Model, model),
                (Dimension::CostType, tier),
                (Dimension::LineItem, line_item),
                (Dimension::Unit, "tokens"),
                (Dimension::Basis, Basis::Attributed.as_str()),
            ] {
                fact.put(dimension, texts.intern(text));
            }
            fact
        })
        .collect();
    let mut builder = CubeBuilder::new(Currency::USD);
    builder.add(facts.into_iter(), &texts);
    builder.finish()
}

fn groups(rows: &[Row<'_>]) -> Vec<Group> {
    let grouping = Grouping {
        labels: &Change::LABELS,
        filters: &[],
        bounds: &[0, 86_400],
        order: Sum::Cost,
        limit: usize::MAX,
    };
    grouping.of(&cube(rows), &Names::default()).groups
}

fn change(before: &[Row<'_>], after: &[Row<'_>]) -> Change {
    let mut change = Change::default();
    groups(before).iter().for_each(|group| change.add(Side::Before, group));
    groups(after).iter().for_each(|group| change.add(Side::After, group));
    change
}

fn total(change: &Change) -> Difference {
    let mut total = Difference::default();
    change.explain().values().for_each(|difference| total.add(difference));
    total
}

/// The effects that did anything.
fn effects(difference: &Difference) -> Vec<(Effect, i128)> {
    let all = Effect::ALL.into_iter().map(|effect| (effect, difference.effect(effect)));
    all.filter(|(_, amount)| *amount != 0).collect()
}

#[test]
fn one_cause_is_one_effect() {
    let (input, cached, output) = ("m, input", "m, cached input", "m, output");
    let regular: &[Row<'_>] = &[("p", "m", "regular", input, 100, 1_000)];
    for (before, after, expected) in [
        // Twice as much of everything.
        (
            &[("p", "m", "regular", input, 100, 1_000), ("p", "m", "regular", output, 10, 500)][..],
            &[("p", "m", "regular", input, 200, 2_000), ("p", "m", "regular", output, 20, 1_000)][..],
            vec![(Effect::Volume, 1_500)],
        ),
        (regular, &[("p", "m", "regular", input, 100, 1_300)], vec![(Effect::Price, 300)]),
        // Half of it is read from a cache that costs a tenth.
        (
            regular,
            &[("p", "m", "regular", input, 50, 500), ("p", "m", "regular", cached, 50, 50)],
            vec![(Effect::Cache, -450)],
        ),
        (regular, &[("p", "m", "batch", "batch | m, input", 100, 500)], vec![(Effect::Tier, -500)]),
        (regular, &[("p", "n", "regular", "n, input", 100, 200)], vec![(Effect::ModelMix, -800)]),
        (&[], regular, vec![(Effect::New, 1_000)]),
        (regular, &[], vec![(Effect::Gone, -1_000)]),
        (&[], &[("p", "m", "regular", "tax", 0, 7)], vec![(Effect::WithoutUsage, 7)]),
        (regular, regular, vec![]),
    ] {
        let total = total(&change(before, after));
        assert_eq!(effects(&total), expected, "{before:?} -> {after:?}");
    }
}

#[test]
fn two_causes_share_what_they_did_together() {
    // Twice as much at twice the price: 1,000 more for each alone, and 1,000 more because of both.
    let before: &[Row<'_>] = &[("p", "m", "regular", "m, input", 100, 1_000)];
    let after: &[Row<'_>] = &[("p", "m", "regular", "m, input", 200, 4_000)];
    let total = total(&change(before, after));
    assert_eq!(effects(&total), [(Effect::Volume, 1_500), (Effect::Price, 1_500)]);
}

#[test]
fn usage_that_nothing_was_billed_for_is_left_out() {
    let mut group = groups(&[("p", "m", "regular", "m, input", 100, 0)]).remove(0);
    let mut texts = group.texts.take().unwrap();
    *texts.last_mut().unwrap() = "Not billed".into();
    let mut change = Change::default();
    change.add(Side::After, &Group { texts: Some(texts), total: Sums::default(), intervals: Vec::new() });
    assert!(change.0.is_empty());
}

fn rows() -> impl Strategy<Value = Vec<(usize, usize, usize, usize, i128, i128)>> {
    let tokens = prop_oneof![Just(0_i128), 1..50_i128, 1..1_000_000_000_000_i128];
    let pico = prop_oneof![-50..50_i128, -1_000_000_000_000_000_000_i128..1_000_000_000_000_000_000_i128];
    proptest::collection::vec((0..3_usize, 0..3_usize, 0..2_usize, 0..3_usize, tokens, pico), 0..14)
}

fn named(rows: &[(usize, usize, usize, usize, i128, i128)]) -> Vec<Row<'static>> {
    let named = rows.iter().map(|(project, model, tier, line, tokens, pico)| {
        (
            ["p", "q", "r"][*project],
            ["m", "n", "o"][*model],
            ["regular", "batch"][*tier],
            ["input", "cached input", "output"][*line],
            *tokens,
            *pico,
        )
    });
    named.collect()
}

#[test]
fn effects_of_odd_quantities_are_amounts_and_still_sum() {
    // A millionth of a millionth of a token for a million dollars, and a trillion tokens the day after.
    let of = |cost: i128, quantity: u128| Piece { cost, quantity, without_usage: 0 };
    let many = 1_000_000_000_000 * ONE.unsigned_abs();
    for cost in [1_000_000 * ONE, -1_000_000 * ONE] {
        let pieces = Pair { before: of(cost, 1), after: of(7, many) };
        let difference = effect::difference(&pieces, &[Pair { before: 1, after: many }; 4]);
        let effects = Effect::ALL.map(|effect| difference.effect(effect));
        let amounts = effects.map(|effect| Amount::from_pico(effect).expect("an effect is an amount").pico());
        assert_eq!(amounts.iter().sum::<i128>(), 7 - cost);
    }
}

proptest! {
    #[test]
    fn effects_sum_to_the_difference_to_the_last_unit(before in rows(), after in rows()) {
        let (before, after) = (named(&before), named(&after));
        let change = change(&before, &after);
        for difference in change.explain().values() {
            let sum: i128 = Effect::ALL.iter().map(|effect| difference.effect(*effect)).sum();
            prop_assert_eq!(sum, difference.after - difference.before);
        }
        let total = total(&change);
        prop_assert_eq!(total.before, before.iter().map(|row| row.5).sum::<i128>());
        prop_assert_eq!(total.after, after.iter().map(|row| row.5).sum::<i128>());
    }

    #[test]
    fn parts_that_are_merged_are_the_whole(before in rows(), after in rows()) {
        let (before, after) = (named(&before), named(&after));
        let mut merged = change(&before, &[]);
        merged.merge(change(&[], &after));
        prop_assert_eq!(merged.explain(), change(&before, &after).explain());
    }
}
