//! Facts split by one label, with one sum of each interval: what a chart shows that somebody waits for. They are gone through
//! once, with a place for each text and interval.

use std::sync::Arc;

use super::said::{Said, Sieve};
use super::sums::Kinds;
use super::{Group, Grouping, Groups, Sum, Sums, whole};
use crate::{Cube, Label, Names};

/// Places up to which a table is worth its room: 32 MB.
const PLACES: usize = 1 << 21;

/// The groups of a label, ordered and cut as is asked for; none where there are too many places for a table.
///
/// Never inlined: the app is compiled for size, and what is inlined there is, too.
#[inline(never)]
pub(super) fn split(asked: &Grouping<'_>, label: Label, cube: &Cube, names: &Names) -> Option<Groups> {
    let said = Said::new(cube, label, names);
    let width = asked.bounds.len().saturating_sub(1);
    let places = said.len().checked_mul(width).filter(|places| *places <= PLACES)?;
    let table = Table { width, sums: vec![0; places], is_used: vec![false; said.len()] };
    let table = table.filled(asked, &said, cube, names);
    let mut ranked: Vec<(Arc<str>, i128, &[i128])> = said
        .into_texts()
        .into_iter()
        .zip(table.rows())
        .filter_map(|(text, row)| Some((text, row?)))
        .map(|(text, row)| (text, row.iter().fold(0, |sum: i128, more| sum.saturating_add(*more)), row))
        .collect();
    ranked.sort_unstable_by(|(a_text, a, _), (b_text, b, _)| b.cmp(a).then_with(|| a_text.cmp(b_text)));
    let folded = ranked.len().saturating_sub(asked.limit);
    let rest = ranked.split_off(ranked.len() - folded);
    let mut groups: Vec<Group> = ranked
        .into_iter()
        .map(|(text, _, row)| {
            group(Some(vec![text]), row.iter().map(|sum| Sums::of(asked.order, *sum)).collect())
        })
        .collect();
    let empty = || vec![Sums::default(); width];
    groups.extend((folded > 0).then(|| {
        let mut intervals = empty();
        for (.., row) in rest {
            for (sums, more) in intervals.iter_mut().zip(row) {
                sums.add(&Sums::of(asked.order, *more));
            }
        }
        group(None, intervals)
    }));
    Some(whole(groups, empty(), folded))
}

fn group(texts: Option<Vec<Arc<str>>>, intervals: Vec<Sums>) -> Group {
    Group { texts, total: Sums::default(), intervals }
}

/// A sum for each text of a label and each interval.
struct Table {
    width: usize,
    /// By the text's number, then by interval.
    sums: Vec<i128>,
    /// Whether any fact with this text was selected: one that is worth nothing is a group too.
    is_used: Vec<bool>,
}

impl Table {
    fn filled(mut self, asked: &Grouping<'_>, said: &Said<'_>, cube: &Cube, names: &Names) -> Self {
        let sieves: Vec<Sieve<'_>> =
            asked.filters.iter().map(|filter| Sieve::new(cube, filter, names)).collect();
        // What a fact costs is a column, and nothing else need be known of it.
        if asked.order == Sum::Cost {
            let amounts = cube.amounts();
            self.fill(asked, said, cube, &sieves, |row| amounts.get(row).copied().unwrap_or_default());
        } else {
            let kinds = Kinds::new(cube);
            self.fill(asked, said, cube, &sieves, |row| kinds.one(row, asked.order));
        }
        self
    }

    #[inline(never)]
    fn fill(
        &mut self,
        asked: &Grouping<'_>,
        said: &Said<'_>,
        cube: &Cube,
        sieves: &[Sieve<'_>],
        worth: impl Fn(usize) -> i128,
    ) {
        asked.each_selected(cube, sieves, |selected| {
            let row = selected.row as usize;
            let text = said.number(row) as usize;
            if let Some(sum) = self.sums.get_mut(text * self.width + selected.interval as usize) {
                *sum = sum.wrapping_add(worth(row));
            }
            if let Some(is_used) = self.is_used.get_mut(text) {
                *is_used = true;
            }
        });
    }

    /// For each text its sums, or none where no fact has it.
    fn rows(&self) -> impl Iterator<Item = Option<&[i128]>> {
        let row = |(text, is_used): (usize, &bool)| {
            let row = self.sums.get(text * self.width..(text + 1) * self.width);
            row.filter(|_| *is_used)
        };
        self.is_used.iter().enumerate().map(row)
    }
}
