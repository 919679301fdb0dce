//! Groups of facts: filtered, split by up to three labels and by time, added up.
//!
//! A label is said once for each text of the cube and not once for each fact: the facts themselves are only numbers.

use std::collections::HashMap;
use std::sync::Arc;

use crate::{Cube, Dimension, Label, Names};

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

/// What is added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sum {
    /// Amounts, in 10^-12 of the currency.
    Cost,
    /// Requests.
    Requests,
    /// Quantities, in 10^-12 of the unit. They add up to something within one unit alone.
    Quantity,
    /// Tokens of all directions.
    Tokens,
    /// Input tokens that did not come from a cache.
    InputTokens,
    /// Input tokens from a cache.
    CachedTokens,
    /// Input tokens that went into a cache.
    CacheWriteTokens,
    /// Output tokens.
    OutputTokens,
    /// Tokens of batches.
    BatchTokens,
    /// Amounts that belong to tokens: what a price per token is made from.
    TokenCost,
}

impl Sum {
    /// How many there are.
    pub const COUNT: usize = 10;
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Cost,
        Self::Requests,
        Self::Quantity,
        Self::Tokens,
        Self::InputTokens,
        Self::CachedTokens,
        Self::CacheWriteTokens,
        Self::OutputTokens,
        Self::BatchTokens,
        Self::TokenCost,
    ];
}

/// A sum of each kind. Tokens and requests are whole numbers, costs and quantities are in 10^-12.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums([i128; Sum::COUNT]);

impl Sums {
    /// A sum.
    pub fn get(&self, sum: Sum) -> i128 {
        self.0.get(sum as usize).copied().unwrap_or_default()
    }

    /// Adds other sums to these.
    pub fn add(&mut self, other: &Self) {
        for (sum, more) in self.0.iter_mut().zip(other.0) {
            *sum = sum.saturating_add(more);
        }
    }

    fn put(&mut self, sum: Sum, more: i128) {
        if let Some(kept) = self.0.get_mut(sum as usize) {
            *kept = kept.saturating_add(more);
        }
    }
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What it is, a text for each label; none for the rest that was folded into one.
    pub texts: Option<Vec<Arc<str>>>,
    /// Its sums over all intervals.
    pub total: Sums,
    /// Its sums in each interval.
    pub intervals: Vec<Sums>,
}

/// Groups, largest first. Together they are all facts that were selected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    /// The groups; the last one is the rest if there is one.
    pub groups: Vec<Group>,
    /// The sums of all.
    pub total: Sums,
    /// The sums of all in each interval.
    pub intervals: Vec<Sums>,
    /// How many groups the rest is made of.
    pub folded: usize,
}

/// What is asked of a cube.
#[derive(Clone, Debug)]
pub struct Grouping<'a> {
    /// By what; none for everything as one group.
    pub labels: &'a [Label],
    /// Which facts: those that pass all filters.
    pub filters: &'a [Filter],
    /// Where the intervals begin, ascending, and last where they end, in Unix seconds. Facts outside are left out.
    pub bounds: &'a [i64],
    /// What the largest groups are largest in.
    pub order: Sum,
    /// How many groups are kept; the others become the rest.
    pub limit: usize,
}

impl Grouping<'_> {
    /// Groups a cube.
    pub fn of(&self, cube: &Cube, names: &Names) -> Groups {
        let keep = keepers(cube, self.filters, names);
        let columns: Vec<Said<'_>> = self.labels.iter().map(|label| Said::new(cube, *label, names)).collect();
        let kinds = Kinds::new(cube);
        let intervals = self.bounds.len().saturating_sub(1);
        let mut numbers: HashMap<[u32; 3], usize> = HashMap::new();
        let mut found: Vec<Found> = Vec::new();
        let mut last = None;
        for (row, start) in cube.starts().iter().enumerate() {
            let Some(interval) = self.interval(*start) else { continue };
            if !keep.iter().all(|(column, kept)| is_kept(column, kept, row)) {
                continue;
            }
            let mut key = [0; 3];
            for (part, said) in key.iter_mut().zip(&columns) {
                *part = said.number(row);
            }
            // Neighbours are often of one group.
            let at = match last {
                Some((before, at)) if before == key => at,
                _ => {
                    let next = found.len();
                    *numbers.entry(key).or_insert(next)
                }
            };
            last = Some((key, at));
            if at == found.len() {
                found.push(Found { key, intervals: vec![Sums::default(); intervals] });
            }
            if let Some(sums) = found.get_mut(at).and_then(|found| found.intervals.get_mut(interval)) {
                kinds.add(cube, row, sums);
            }
        }
        self.finish(found, &columns)
    }

    fn interval(&self, start: i64) -> Option<usize> {
        let after = self.bounds.partition_point(|bound| *bound <= start);
        (after > 0 && after < self.bounds.len()).then(|| after - 1)
    }

    fn finish(&self, found: Vec<Found>, columns: &[Said<'_>]) -> Groups {
        let mut groups: Vec<Group> = found
            .into_iter()
            .map(|found| {
                let texts = columns.iter().zip(found.key).map(|(said, number)| said.text(number)).collect();
                let mut total = Sums::default();
                found.intervals.iter().for_each(|sums| total.add(sums));
                Group { texts: Some(texts), total, intervals: found.intervals }
            })
            .collect();
        groups.sort_by(|a, b| {
            b.total.get(self.order).cmp(&a.total.get(self.order)).then_with(|| a.texts.cmp(&b.texts))
        });
        let mut whole = Groups {
            intervals: vec![Sums::default(); self.bounds.len().saturating_sub(1)],
            ..Groups::default()
        };
        for group in &groups {
            add_up(&mut whole.total, &mut whole.intervals, group);
        }
        if groups.len() > self.limit {
            let rest = groups.split_off(self.limit);
            let mut folded = Group {
                texts: None,
                total: Sums::default(),
                intervals: vec![Sums::default(); whole.intervals.len()],
            };
            for group in &rest {
                add_up(&mut folded.total, &mut folded.intervals, group);
            }
            whole.folded = rest.len();
            groups.push(folded);
        }
        whole.groups = groups;
        whole
    }
}

/// The texts that a label has among all facts of a cube, in alphabetical order.
pub fn texts(cube: &Cube, label: Label, names: &Names) -> Vec<Arc<str>> {
    let said = Said::new(cube, label, names);
    let mut used = vec![false; said.texts.len()];
    for row in 0..cube.len() {
        if let Some(used) = used.get_mut(said.number(row) as usize) {
            *used = true;
        }
    }
    let mut texts: Vec<_> =
        said.texts.iter().zip(used).filter(|(_, used)| *used).map(|(text, _)| Arc::clone(text)).collect();
    texts.sort();
    texts
}

fn add_up(total: &mut Sums, intervals: &mut [Sums], group: &Group) {
    total.add(&group.total);
    for (sums, more) in intervals.iter_mut().zip(&group.intervals) {
        sums.add(more);
    }
}

/// A group while it is added up.
struct Found {
    key: [u32; 3],
    intervals: Vec<Sums>,
}

/// A label, said for each symbol of the cube: symbols that are said alike have one number.
struct Said<'a> {
    column: &'a [u32],
    numbers: Vec<u32>,
    texts: Vec<Arc<str>>,
}

impl<'a> Said<'a> {
    fn new(cube: &'a Cube, label: Label, names: &Names) -> Self {
        let mut said =
            Self { column: cube.column(label.dimension()), numbers: Vec::new(), texts: Vec::new() };
        let mut known: HashMap<Arc<str>, u32> = HashMap::new();
        for stored in std::iter::once(None).chain(cube.dictionary().texts().map(Some)) {
            let text: Arc<str> = label.text(stored, names).as_ref().into();
            let next = u32::try_from(said.texts.len()).unwrap_or(u32::MAX);
            let number = *known.entry(Arc::clone(&text)).or_insert(next);
            if number == next {
                said.texts.push(text);
            }
            said.numbers.push(number);
        }
        said
    }

    fn number(&self, row: usize) -> u32 {
        let symbol = self.column.get(row).copied().unwrap_or_default();
        self.numbers.get(symbol as usize).copied().unwrap_or_default()
    }

    fn text(&self, number: u32) -> Arc<str> {
        self.texts.get(number as usize).cloned().unwrap_or_else(|| "".into())
    }
}

/// For each filter its column, and which symbols pass.
fn keepers<'a>(cube: &'a Cube, filters: &[Filter], names: &Names) -> Vec<(&'a [u32], Vec<bool>)> {
    let keeper = |filter: &Filter| {
        let stored = std::iter::once(None).chain(cube.dictionary().texts().map(Some));
        let passes = |stored| {
            let text = filter.label.text(stored, names);
            filter.texts.iter().any(|wanted| *wanted == text) != filter.exclude
        };
        (cube.column(filter.label.dimension()), stored.map(passes).collect())
    };
    filters.iter().map(keeper).collect()
}

fn is_kept(column: &[u32], kept: &[bool], row: usize) -> bool {
    let symbol = column.get(row).copied().unwrap_or_default();
    kept.get(symbol as usize).copied().unwrap_or_default()
}

/// What each symbol means for the sums of tokens.
struct Kinds {
    tokens: Vec<bool>,
    operations: Vec<Option<Sum>>,
    batch: Vec<bool>,
}

impl Kinds {
    fn new(cube: &Cube) -> Self {
        let stored = || std::iter::once("").chain(cube.dictionary().texts());
        Self {
            tokens: stored().map(|text| text == "tokens").collect(),
            operations: stored().map(direction).collect(),
            batch: stored().map(|text| text == "batch").collect(),
        }
    }

    fn add(&self, cube: &Cube, row: usize, sums: &mut Sums) {
        let cost = cube.amounts().get(row).copied().unwrap_or_default();
        let quantity = cube.quantities().get(row).copied().unwrap_or_default();
        sums.put(Sum::Cost, cost);
        sums.put(Sum::Quantity, quantity);
        sums.put(Sum::Requests, i128::from(cube.requests().get(row).copied().unwrap_or_default()));
        let symbol = |dimension| cube.column(dimension).get(row).copied().unwrap_or_default() as usize;
        if self.tokens.get(symbol(Dimension::Unit)).copied().unwrap_or_default() {
            let tokens = quantity / 1_000_000_000_000;
            sums.put(Sum::Tokens, tokens);
            sums.put(Sum::TokenCost, cost);
            if let Some(sum) = self.operations.get(symbol(Dimension::Operation)).copied().flatten() {
                sums.put(sum, tokens);
            }
            if self.batch.get(symbol(Dimension::CostType)).copied().unwrap_or_default() {
                sums.put(Sum::BatchTokens, tokens);
            }
        }
    }
}

/// Which tokens an operation counts.
fn direction(operation: &str) -> Option<Sum> {
    if operation.starts_with("cache write") {
        Some(Sum::CacheWriteTokens)
    } else if operation.contains("cached") {
        Some(Sum::CachedTokens)
    } else if operation.ends_with("input") {
        Some(Sum::InputTokens)
    } else if operation.ends_with("output") {
        Some(Sum::OutputTokens)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use money::{Amount, Currency};
    use proptest::prelude::*;

    use super::*;
    use crate::{CubeBuilder, Dictionary, Fact, Symbol};

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
            fact.put(
                Dimension::Project,
                texts.intern_optional(Some(*project).filter(|text| !text.is_empty())),
            );
            fact.put(Dimension::Operation, texts.intern(operation));
            fact.put(Dimension::Unit, texts.intern("tokens"));
            facts.push(fact);
        }
        let mut builder = CubeBuilder::new(Currency::USD);
        builder.add(facts.into_iter(), &texts);
        builder.finish()
    }

    fn grouping<'a>(
        labels: &'a [Label],
        filters: &'a [Filter],
        bounds: &'a [i64],
        limit: usize,
    ) -> Grouping<'a> {
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

    proptest! {
        #[test]
        fn groups_sum_to_the_whole_however_they_are_cut(
            rows in proptest::collection::vec((0_i64..4, "[abc]?", prop_oneof![Just("input"), Just("cached input"), Just("output")], -1000_i128..1000), 0..50),
            limit in 0_usize..5,
        ) {
            let rows: Vec<_> = rows.iter().map(|(day, project, operation, amount)| (*day, project.as_str(), *operation, *amount)).collect();
            let cube = cube(&rows);
            let bounds = [0, 86_400, 2 * 86_400, 4 * 86_400];
            let all: i128 = rows.iter().map(|(.., amount)| amount).sum();
            for labels in [&[][..], &[Label::Project], &[Label::Project, Label::Operation], &[Label::Operation, Label::Project, Label::Unit]] {
                let groups = grouping(labels, &[], &bounds, limit).of(&cube, &Names::default());
                prop_assert_eq!(groups.total.get(Sum::Cost), all);
                let mut sums = Sums::default();
                groups.groups.iter().flat_map(|group| &group.intervals).for_each(|more| sums.add(more));
                prop_assert_eq!(sums, groups.total);
                prop_assert!(groups.groups.len() <= limit + 1);
            }
            let part = |exclude| {
                let filters = [Filter { label: Label::Project, texts: vec!["a".into(), "b".into()], exclude }];
                grouping(&[], &filters, &bounds, 9).of(&cube, &Names::default()).total.get(Sum::Cost)
            };
            prop_assert_eq!(part(true) + part(false), all);
        }
    }
}
