//! Sums of a reconciliation, and whether they agree with OpenAI's.

use api::cost::Coverage;
use api::reconciliation::{ReconciledDay, Totals, Verdict};
use api::{Amount, Currency, Day};
use attribution::reconcile::Line;

/// Sums of lines, in 10^-12.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    billed: i128,
    attributed: i128,
    unattributed: i128,
    /// OpenAI's total of the days that have one, and what the lines of these days sum to.
    upstream: Option<(i128, i128)>,
}

impl Sums {
    /// The sums of a day, beside OpenAI's total of it.
    pub(super) fn of<'a>(lines: impl Iterator<Item = &'a Line>, upstream: Option<i128>) -> Self {
        let mut sums = Self::default();
        for line in lines {
            sums.billed = sums.billed.saturating_add(line.billed);
            sums.attributed = sums.attributed.saturating_add(line.attributed);
            let unattributed =
                line.unattributed.values().fold(0, |sum: i128, more| sum.saturating_add(*more));
            sums.unattributed = sums.unattributed.saturating_add(unattributed);
        }
        sums.upstream = upstream.map(|total| (total, sums.billed));
        sums
    }

    /// Adds another day.
    pub(super) fn add(&mut self, day: &Self) {
        self.billed = self.billed.saturating_add(day.billed);
        self.attributed = self.attributed.saturating_add(day.attributed);
        self.unattributed = self.unattributed.saturating_add(day.unattributed);
        self.upstream = match (self.upstream, day.upstream) {
            (Some((total, lines)), Some((more, of_lines))) => {
                Some((total.saturating_add(more), lines.saturating_add(of_lines)))
            }
            (one, other) => one.or(other),
        };
    }

    /// The sums as the contract says them.
    pub(super) fn said(&self, currency: Currency) -> Totals {
        Totals {
            currency,
            billed: Amount::saturating(self.billed),
            attributed: Amount::saturating(self.attributed),
            unattributed: Amount::saturating(self.unattributed),
            upstream_total: self.upstream.map(|(total, _)| Amount::saturating(total)),
            difference: self.upstream.map(|(total, lines)| Amount::saturating(lines.saturating_sub(total))),
        }
    }
}

/// Whether days agree with OpenAI's totals. Of today, lines and totals were read moments apart while both grow.
pub(super) fn verdict(days: &[ReconciledDay], today: Day, is_complete: bool) -> Verdict {
    let differs = |day: &ReconciledDay| day.totals.difference.is_some_and(|by| by != Amount::ZERO);
    let is_open = |day: &ReconciledDay| {
        day.coverage == Coverage::Missing || day.totals.upstream_total.is_none() || differs(day)
    };
    if days.iter().any(|day| day.day < today && differs(day)) {
        Verdict::Differs
    } else if !is_complete || days.iter().any(is_open) {
        Verdict::Incomplete
    } else {
        Verdict::Agrees
    }
}
