use std::collections::{BTreeMap, HashSet};

use money::{Amount, Currency};
use proptest::prelude::*;

use super::*;
use crate::{CubeBuilder, Dictionary, Dimension, Fact, Symbol};

const ONE: i128 = 1_000_000_000_000;

fn cube(rows: &[(i64, &str, &str, i128)]) -> Cube {
    let mut texts = Dictionary::default();
    let mut facts = Vec::new();
    for (day, project, operation, amount) in rows {
        let mut fact = Fact {
            start: day * 86_400,
            dimensions: [Symbol::NONE; Dimension::COUNT],
            amount: Amount::from_pico(*amount).unwrap(),
            quantity: Amount::from_pico(10 * ONE).unwrap(),
            requests: 1,
        };
        fact.put(Dimension::Project, texts.intern_optional(Some(*project).filter(|text| !text.is_empty())));
        fact.put(Dimension::Operation, texts.intern(operation));
        fact.put(Dimension::Unit, texts.intern("tokens"));
        facts.push(fact);
    }
    let mut builder = CubeBuilder::new(Currency::USD);
    builder.add(facts.into_iter(), &texts);
    builder.finish()
}

fn grouping<'a>(labels: &'a [Label], filters: &'a [Filter], bounds: &'a [i64], limit: usize) -> Grouping<'a> {
    Grouping { labels, filters, bounds, order: Sum::Cost, limit }
}

#[test]
fn the_largest_come_first_and_the_rest_is_one() {
    let cube = cube(&[
        (0, "a", "input", 5),
        (1, "a", "output", 1),
        (0, "b", "input", 9),
        (1, "", "input", 2),
        (2, "c", "input", 100),
    ]);
    let bounds = [0, 86_400, 172_800];
    let groups = grouping(&[Label::Project], &[], &bounds, 2).of(&cube, &Names::default());
    let read: Vec<_> = groups
        .groups
        .iter()
        .map(|group| (group.texts.as_ref().map(|texts| texts[0].to_string()), group.total.get(Sum::Cost)))
        .collect();
    assert_eq!(read, [(Some("b".into()), 9), (Some("a".into()), 6), (None, 2)]);
    assert_eq!(groups.folded, 1);
    assert_eq!(groups.total.get(Sum::Cost), 17, "the third day lies outside");
    assert_eq!(groups.intervals.iter().map(|sums| sums.get(Sum::Cost)).collect::<Vec<_>>(), [14, 3]);
    assert_eq!((groups.total.get(Sum::InputTokens), groups.total.get(Sum::OutputTokens)), (30, 10));
}

#[test]
fn what_each_text_of_many_labels_is_worth_is_what_its_group_is_worth() {
    let cube = cube(&[
        (0, "a", "input", 5),
        (1, "a", "output", 1),
        (0, "b", "input", 9),
        (1, "", "input", 2),
        (0, "c", "input", 1),
        (1, "d", "input", -3),
    ]);
    let bounds = [0, 86_400, 172_800];
    let labels = [Label::Project, Label::Operation];
    let worths = grouping(&labels, &[], &bounds, 0).worths(&cube, &Names::default());
    for (label, worths) in labels.iter().zip(worths) {
        let groups =
            grouping(std::slice::from_ref(label), &[], &bounds, 9).of(&cube, &Names::default()).groups;
        let expected: Vec<_> = groups
            .into_iter()
            .map(|group| (group.texts.unwrap().remove(0), group.total.get(Sum::Cost)))
            .collect();
        assert_eq!(worths, expected, "{label:?}");
    }
}

#[test]
fn filters_keep_or_leave_out_what_is_said() {
    let cube = cube(&[(0, "a", "input", 5), (0, "b", "input", 9), (0, "", "input", 2)]);
    let total = |exclude| {
        let texts = vec!["a".to_owned(), "Not assigned to a project".to_owned()];
        let filters = [Filter { label: Label::Project, texts, exclude }];
        grouping(&[], &filters, &[0, 86_400], 9).of(&cube, &Names::default()).total.get(Sum::Cost)
    };
    assert_eq!((total(false), total(true)), (7, 9));
}

#[test]
fn projects_of_one_name_are_one_group_by_name_and_two_by_id() {
    let cube = cube(&[(0, "p1", "input", 5), (0, "p2", "input", 9)]);
    let mut names = Names::default();
    names.projects.insert("p1".into(), "search".into());
    names.projects.insert("p2".into(), "search".into());
    let count = |label| grouping(&[label], &[], &[0, 86_400], 9).of(&cube, &names).groups.len();
    assert_eq!((count(Label::Project), count(Label::ProjectId)), (1, 2));
    assert_eq!(texts(&cube, Label::Project, &names), [Arc::from("search")]);
}

#[test]
fn groups_of_one_worth_come_in_the_order_of_their_texts_and_credits_come_last() {
    let cube =
        cube(&[(0, "c", "input", 5), (0, "b", "input", 5), (0, "a", "input", -9), (1, "", "input", 0)]);
    let groups = grouping(&[Label::Project], &[], &[0, 172_800], 9).of(&cube, &Names::default());
    let read: Vec<_> = groups.groups.iter().flat_map(|group| group.texts.clone().unwrap()).collect();
    assert_eq!(
        read.iter().map(AsRef::as_ref).collect::<Vec<_>>(),
        ["b", "c", "Not assigned to a project", "a"]
    );
}

#[test]
fn a_cube_of_nothing_has_no_groups() {
    let cube = cube(&[]);
    let groups = grouping(&[Label::Model], &[], &[0, 86_400, 172_800], 9).of(&cube, &Names::default());
    assert_eq!(groups, Groups { intervals: vec![Sums::default(); 2], ..Groups::default() });
    assert!(texts(&cube, Label::Model, &Names::default()).is_empty());
}

#[test]
fn facts_outside_of_the_bounds_are_left_out() {
    let cube =
        cube(&[(0, "a", "input", 1), (1, "a", "input", 2), (3, "a", "input", 4), (9, "a", "input", 8)]);
    for (bounds, expected) in [
        (&[86_400, 3 * 86_400, 4 * 86_400][..], &[2, 4][..]),
        (&[0, 86_400], &[1]),
        (&[10 * 86_400, 11 * 86_400], &[0]),
        (&[0], &[]),
        (&[], &[]),
    ] {
        let groups = grouping(&[], &[], bounds, 9).of(&cube, &Names::default());
        let read: Vec<_> = groups.intervals.iter().map(|sums| sums.get(Sum::Cost)).collect();
        assert_eq!((read.as_slice(), groups.total.get(Sum::Cost)), (expected, expected.iter().sum()));
    }
}

/// Facts as a person would add them up: by texts, one by one.
fn by_hand(cube: &Cube, asked: &Grouping<'_>) -> BTreeMap<Vec<String>, Vec<i128>> {
    let names = Names::default();
    let says = |fact: &Fact, label: Label| {
        label.text(cube.dictionary().text(fact.at(label.dimension())), &names).into_owned()
    };
    let mut sums: BTreeMap<Vec<String>, Vec<i128>> = BTreeMap::new();
    for fact in cube.facts() {
        let interval =
            asked.bounds.windows(2).position(|bounds| (bounds[0]..bounds[1]).contains(&fact.start));
        let passes = |filter: &Filter| filter.texts.contains(&says(&fact, filter.label)) != filter.exclude;
        if let Some(interval) = interval.filter(|_| asked.filters.iter().all(passes)) {
            let texts = asked.labels.iter().map(|label| says(&fact, *label)).collect();
            sums.entry(texts).or_insert_with(|| vec![0; asked.bounds.len() - 1])[interval] +=
                fact.amount.pico();
        }
    }
    sums
}

type Row = (i64, String, &'static str, i128);

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let operation = prop_oneof![Just("input"), Just("cached input"), Just("output")];
    proptest::collection::vec((0_i64..5, "[abc]?", operation, -1000_i128..1000), 0..50)
}

fn cube_of(rows: &[Row]) -> Cube {
    let rows: Vec<_> = rows
        .iter()
        .map(|(day, project, operation, amount)| (*day, project.as_str(), *operation, *amount))
        .collect();
    cube(&rows)
}

const CUTS: [&[Label]; 4] = [
    &[],
    &[Label::Project],
    &[Label::Operation, Label::Project],
    &[Label::Project, Label::Unit, Label::Operation],
];

proptest! {
    #[test]
    fn groups_are_what_is_added_up_by_hand(rows in rows(), cut in 0_usize..4, wanted in proptest::sample::subsequence(vec!["a", "b", "Not assigned to a project"], 0..3), exclude in any::<bool>()) {
        let cube = cube_of(&rows);
        let filters = [Filter { label: Label::Project, texts: wanted.into_iter().map(str::to_owned).collect(), exclude }];
        let bounds = [0, 86_400, 2 * 86_400, 4 * 86_400];
        let asked = grouping(CUTS[cut], &filters, &bounds, usize::MAX);
        let groups = asked.of(&cube, &Names::default());
        let read: BTreeMap<Vec<String>, Vec<i128>> = groups
            .groups
            .iter()
            .map(|group| {
                let texts = group.texts.iter().flatten().map(ToString::to_string).collect();
                (texts, group.intervals.iter().map(|sums| sums.get(Sum::Cost)).collect())
            })
            .collect();
        prop_assert_eq!(read.len(), groups.groups.len(), "no group comes twice");
        prop_assert_eq!(&read, &by_hand(&cube, &asked));
        // The same of no more than is looked at.
        let few = Cube::decode_only(&cube.encode(), asked.dimensions()).unwrap();
        let mut each = BTreeMap::new();
        asked.each(&few, &Names::default(), |texts, sums| {
            let texts: Vec<String> = texts.iter().map(ToString::to_string).collect();
            each.insert(texts, sums.iter().map(|sums| sums.get(Sum::Cost)).collect());
        });
        prop_assert_eq!(each, read);
        let costs = asked.costs_by(Label::Project, &cube, &Names::default());
        let costs: i128 = costs.into_iter().map(|(_, cost)| cost).sum();
        prop_assert_eq!(costs, groups.total.get(Sum::Cost));
    }

    #[test]
    fn groups_sum_to_the_whole_however_they_are_cut(rows in rows(), limit in 0_usize..5, order in proptest::sample::select(&Sum::ALL[..])) {
        let cube = cube_of(&rows);
        let bounds = [0, 86_400, 2 * 86_400, 5 * 86_400];
        let all: i128 = rows.iter().map(|(.., amount)| amount).sum();
        for labels in CUTS {
            let grouping_by_order = Grouping { order, ..grouping(labels, &[], &bounds, limit) };
            let groups = grouping_by_order.of(&cube, &Names::default());
            prop_assert_eq!(groups.total.get(Sum::Cost), all);
            let ordered = |groups: &Groups| -> Vec<_> {
                let of = |group: &Group| {
                    let each = group.intervals.iter().map(|sums| sums.get(order)).collect::<Vec<_>>();
                    (group.texts.clone(), group.total.get(order), each)
                };
                groups.groups.iter().map(of).collect()
            };
            let split = grouping_by_order.split(&cube, &Names::default());
            prop_assert_eq!((ordered(&split), split.folded), (ordered(&groups), groups.folded));
            prop_assert_eq!(split.total.get(order), groups.total.get(order));
            let mut sums = Sums::default();
            groups.groups.iter().flat_map(|group| &group.intervals).for_each(|more| sums.add(more));
            prop_assert_eq!(sums, groups.total);
            let mut sums = Sums::default();
            groups.intervals.iter().for_each(|more| sums.add(more));
            prop_assert_eq!(sums, groups.total);
            let every = Grouping { order, ..grouping(labels, &[], &bounds, usize::MAX) }.of(&cube, &Names::default());
            prop_assert_eq!(groups.folded, every.groups.len().saturating_sub(limit));
            let kept = limit.min(every.groups.len());
            prop_assert_eq!(&groups.groups[..kept], &every.groups[..kept], "what is kept is the same without a limit");
            prop_assert_eq!(groups.groups.len(), kept + usize::from(groups.folded > 0));
            prop_assert!(every.groups.is_sorted_by(|a, b| a.total.get(order) >= b.total.get(order)));
            let distinct: HashSet<_> = every.groups.iter().map(|group| group.texts.clone()).collect();
            prop_assert_eq!(distinct.len(), every.groups.len());
        }
    }

    #[test]
    fn what_a_filter_keeps_and_what_it_leaves_out_are_everything(rows in rows()) {
        let cube = cube_of(&rows);
        let part = |exclude| {
            let filters = [Filter { label: Label::Project, texts: vec!["a".into(), "b".into()], exclude }];
            grouping(&[], &filters, &[0, 5 * 86_400], 9).of(&cube, &Names::default()).total
        };
        let mut sums = part(true);
        sums.add(&part(false));
        prop_assert_eq!(sums, grouping(&[], &[], &[0, 5 * 86_400], 9).of(&cube, &Names::default()).total);
    }
}
