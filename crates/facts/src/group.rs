//! Groups of facts: filtered, split by up to three labels and by time, added up.
//!
//! A label is said once for each text that a column has and not once for each fact: the facts themselves are only
//! numbers. They are gone through twice, first for what each group is worth, then for the sums of those that are kept, so
//! that sums by interval take the room of the kept groups and not of all.

mod number;
mod said;
mod split;
mod sums;

pub use said::{Filter, texts};
pub use sums::{Sum, Sums};

use std::sync::Arc;

use number::Numbered;
use said::{Said, Sieve};
use sums::Kinds;

use crate::{Cube, Dimensions, Label, Names};

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
    /// By what, up to three labels; none for everything as one group.
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

/// A fact that was selected.
#[derive(Clone, Copy, Debug)]
struct Selected {
    row: u32,
    interval: u32,
}

impl Grouping<'_> {
    /// What of a cube is looked at, beside its measures: another dimension need not be there.
    pub fn dimensions(&self) -> Dimensions {
        let filters = self.filters.iter().map(|filter| &filter.label);
        Kinds::DIMENSIONS.and(self.labels.iter().chain(filters).map(|label| label.dimension()).collect())
    }

    /// Tells of each group of a cube what it is and its sums in each interval, in no order, whatever is said of an order
    /// and a limit: for whoever adds up many cubes, and orders and cuts the whole.
    pub fn each(&self, cube: &Cube, names: &Names, mut tell: impl FnMut(Vec<Arc<str>>, &[Sums])) {
        let selected = self.select(cube, names);
        let columns: Vec<Said<'_>> = self.labels.iter().map(|label| Said::new(cube, *label, names)).collect();
        let numbered = Numbered::new(&selected, &columns);
        let kinds = Kinds::new(cube);
        let width = self.bounds.len().saturating_sub(1).max(1);
        let mut sums = vec![Sums::default(); numbered.firsts.len().saturating_mul(width)];
        for (selected, group) in selected.iter().zip(&numbered.groups) {
            if let Some(sums) = sums.get_mut(*group as usize * width + selected.interval as usize) {
                kinds.add(selected.row as usize, sums);
            }
        }
        for (first, sums) in numbered.firsts.iter().zip(sums.chunks(width)) {
            tell(columns.iter().map(|said| said.text(*first as usize)).collect(), sums);
        }
    }

    /// What the facts that are selected cost by each text of one label, in no order.
    pub fn costs_by(&self, label: Label, cube: &Cube, names: &Names) -> Vec<(Arc<str>, i128)> {
        let said = Said::new(cube, label, names);
        let mut costs = vec![0_i128; said.len()];
        for selected in self.select(cube, names) {
            let row = selected.row as usize;
            if let (Some(cost), Some(amount)) =
                (costs.get_mut(said.number(row) as usize), cube.amounts().get(row))
            {
                *cost = cost.saturating_add(*amount);
            }
        }
        said.into_texts().into_iter().zip(costs).collect()
    }

    /// The same groups as [`Self::of`] makes, of one label with nothing in their sums but what they are ordered by: a chart of
    /// one sum is drawn sooner.
    pub fn split(&self, cube: &Cube, names: &Names) -> Groups {
        let split = match self.labels {
            [label] => split::split(self, *label, cube, names),
            _ => None,
        };
        split.unwrap_or_else(|| self.of(cube, names))
    }

    /// Groups a cube. Groups that are worth the same come in the order of their texts.
    pub fn of(&self, cube: &Cube, names: &Names) -> Groups {
        let selected = self.select(cube, names);
        let columns: Vec<Said<'_>> = self.labels.iter().map(|label| Said::new(cube, *label, names)).collect();
        let numbered = Numbered::new(&selected, &columns);
        let kinds = Kinds::new(cube);
        let mut ranked = self.ranked(&selected, &numbered, &columns, &kinds);
        let mut places = vec![0; ranked.len()];
        for (place, (group, ..)) in ranked.iter().enumerate() {
            if let Some(kept) = places.get_mut(*group) {
                *kept = place.min(self.limit);
            }
        }
        let folded = ranked.len().saturating_sub(self.limit);
        ranked.truncate(self.limit);
        let empty = || vec![Sums::default(); self.bounds.len().saturating_sub(1)];
        let group = |texts| Group { texts, total: Sums::default(), intervals: empty() };
        let mut groups: Vec<Group> = ranked.into_iter().map(|(.., texts)| group(Some(texts))).collect();
        groups.extend((folded > 0).then(|| group(None)));
        for (selected, number) in selected.iter().zip(&numbered.groups) {
            let group = places.get(*number as usize).and_then(|place| groups.get_mut(*place));
            if let Some(sums) = group.and_then(|group| group.intervals.get_mut(selected.interval as usize)) {
                kinds.add(selected.row as usize, sums);
            }
        }
        whole(groups, empty(), folded)
    }

    /// What each text of each label is worth by itself, a list for each label, largest first. The facts are selected once
    /// for all labels, and nothing but what is ordered by is added up; `limit` does not count.
    pub fn worths(&self, cube: &Cube, names: &Names) -> Vec<Vec<(Arc<str>, i128)>> {
        let selected = self.select(cube, names);
        let kinds = Kinds::new(cube);
        let worths = |label: &Label| {
            let columns = [Said::new(cube, *label, names)];
            let numbered = Numbered::new(&selected, &columns);
            let ranked = self.ranked(&selected, &numbered, &columns, &kinds).into_iter();
            ranked.filter_map(|(_, worth, texts)| Some((texts.into_iter().next()?, worth))).collect()
        };
        self.labels.iter().map(worths).collect()
    }

    /// The groups' numbers, those that are worth most first, and what they are.
    fn ranked(
        &self,
        selected: &[Selected],
        numbered: &Numbered,
        columns: &[Said<'_>],
        kinds: &Kinds<'_>,
    ) -> Vec<(usize, i128, Vec<Arc<str>>)> {
        let mut worth = vec![0_i128; numbered.firsts.len()];
        for (selected, group) in selected.iter().zip(&numbered.groups) {
            if let Some(worth) = worth.get_mut(*group as usize) {
                *worth = worth.saturating_add(kinds.one(selected.row as usize, self.order));
            }
        }
        let texts = |first: u32| columns.iter().map(|said| said.text(first as usize)).collect();
        let groups = numbered.firsts.iter().zip(worth).enumerate();
        let mut ranked: Vec<(usize, i128, Vec<Arc<str>>)> =
            groups.map(|(group, (first, worth))| (group, worth, texts(*first))).collect();
        ranked
            .sort_unstable_by(|(_, a, a_texts), (_, b, b_texts)| b.cmp(a).then_with(|| a_texts.cmp(b_texts)));
        ranked
    }

    /// The facts that lie in an interval and pass all filters.
    fn select(&self, cube: &Cube, names: &Names) -> Vec<Selected> {
        let sieves: Vec<Sieve<'_>> =
            self.filters.iter().map(|filter| Sieve::new(cube, filter, names)).collect();
        let mut selected = Vec::with_capacity(cube.len());
        self.each_selected(cube, &sieves, |fact| selected.push(fact));
        selected
    }

    /// Tells of each of them, in order.
    fn each_selected(&self, cube: &Cube, sieves: &[Sieve<'_>], mut tell: impl FnMut(Selected)) {
        let mut interval = 0;
        for (start, row) in cube.starts().iter().zip(0..) {
            // Neighbours mostly begin together, or a little later.
            if !self.is_in(*start, interval) {
                let after = self.bounds.partition_point(|bound| bound <= start);
                if after == 0 || after == self.bounds.len() {
                    continue;
                }
                interval = u32::try_from(after - 1).unwrap_or(u32::MAX);
            }
            if sieves.iter().all(|sieve| sieve.passes(row as usize)) {
                tell(Selected { row, interval });
            }
        }
    }

    fn is_in(&self, start: i64, interval: u32) -> bool {
        match self.bounds.get(interval as usize..) {
            Some([from, to, ..]) => (*from..*to).contains(&start),
            _ => false,
        }
    }
}

/// Adds groups up.
fn whole(mut groups: Vec<Group>, intervals: Vec<Sums>, folded: usize) -> Groups {
    let mut whole = Groups { intervals, folded, ..Groups::default() };
    for group in &mut groups {
        for (sums, all) in group.intervals.iter().zip(&mut whole.intervals) {
            group.total.add(sums);
            all.add(sums);
        }
        whole.total.add(&group.total);
    }
    whole.groups = groups;
    whole
}

#[cfg(test)]
mod tests;
