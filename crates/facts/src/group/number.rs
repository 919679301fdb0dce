//! Groups as numbers, so that facts are put into groups without looking at texts.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::Selected;
use super::said::Said;

/// Pairs up to which a table takes less than hashing does: a megabyte of numbers.
const TABLE: usize = 1 << 18;

/// Which group each fact is in. Groups are numbered from zero, by their first fact.
#[derive(Debug)]
pub(super) struct Numbered {
    /// The group of each selected fact.
    pub(super) groups: Vec<u32>,
    /// The row of each group's first fact.
    pub(super) firsts: Vec<u32>,
}

impl Numbered {
    /// Groups facts by what all columns say of them.
    pub(super) fn new(selected: &[Selected], columns: &[Said<'_>]) -> Self {
        let firsts = selected.first().map(|selected| selected.row).into_iter().collect();
        let mut numbered = Self { groups: vec![0; selected.len()], firsts };
        for said in columns {
            numbered.split(selected, said);
        }
        numbered
    }

    /// Splits each group by one more column.
    fn split(&mut self, selected: &[Selected], said: &Said<'_>) {
        let mut known = Known::new(self.firsts.len(), said.len());
        let (mut firsts, mut next) = (Vec::new(), 0);
        for (group, selected) in self.groups.iter_mut().zip(selected) {
            let number = known.number(*group, said.number(selected.row as usize), next);
            if number == next {
                firsts.push(selected.row);
                next += 1;
            }
            *group = number;
        }
        self.firsts = firsts;
    }
}

/// The numbers of pairs of a group and what a column says.
enum Known {
    /// One place for each pair, with the number plus one, or zero.
    Table { width: usize, numbers: Vec<u32> },
    /// Those that there are.
    Map(HashMap<(u32, u32), u32, BuildHasherDefault<Mixer>>),
}

impl Known {
    fn new(groups: usize, width: usize) -> Self {
        match groups.checked_mul(width) {
            Some(pairs) if pairs <= TABLE => Self::Table { width, numbers: vec![0; pairs] },
            _ => Self::Map(HashMap::default()),
        }
    }

    /// The number of a pair, which is the next one if the pair is new.
    fn number(&mut self, group: u32, said: u32, next: u32) -> u32 {
        match self {
            Self::Table { width, numbers } => {
                match numbers.get_mut(group as usize * *width + said as usize) {
                    Some(number) => {
                        if *number == 0 {
                            *number = next + 1;
                        }
                        *number - 1
                    }
                    None => next,
                }
            }
            Self::Map(numbers) => *numbers.entry((group, said)).or_insert(next),
        }
    }
}

/// Hashes pairs of small numbers that nobody chooses: what resists an attacker would take most of the time.
#[derive(Default)]
struct Mixer(u64);

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        // An odd number without a pattern (the golden ratio) spreads upwards, the shift back down.
        let mixed = (self.0.rotate_left(32) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn pairs_are_numbered_alike_in_a_table_and_in_a_map() {
        let mut table = Known::new(8, 100);
        let mut map = Known::new(usize::MAX, 100);
        assert!(matches!((&table, &map), (Known::Table { .. }, Known::Map(_))));
        let mut next = 0;
        for (group, said) in (0..4_000).map(|n| (n * 7 % 8, n * 31 % 100)) {
            let number = table.number(group, said, next);
            assert_eq!(map.number(group, said, next), number);
            next = next.max(number + 1);
        }
        assert_eq!(next, 200, "steps of 7 in 8 and of 31 in 100 meet every 200th");
    }

    #[test]
    fn pairs_of_small_numbers_do_not_collide() {
        let hash = |group: u64, said: u64| {
            let mut mixer = Mixer::default();
            mixer.write_u64(group);
            mixer.write_u64(said);
            mixer.finish()
        };
        let pairs = || (0..300).flat_map(|group| (0..300).map(move |said| (group, said)));
        let hashes: HashSet<u64> = pairs().map(|(group, said)| hash(group, said)).collect();
        assert_eq!(hashes.len(), 90_000);
        // A map of so many looks at the lowest 17 bits: at random, 65,000 of 131,072 are taken.
        let low: HashSet<u64> = hashes.iter().map(|hash| hash & 0x1_ffff).collect();
        assert!(low.len() > 60_000, "{}", low.len());
    }
}
