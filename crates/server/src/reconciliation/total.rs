//! Sums of a reconciliation, and whether they agree with OpenAI's.

use api::cost::Coverage;
use api::reconciliation::{ReconciledDay, Totals, Verdict};
use api::{Amount, Currency};
use attribution::reconcile::Line;

/// How the lines of a day compare with OpenAI's total of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Difference {
    /// There is no total to compare them with.
    Unknown,
    /// They are equal, or would be if no figure had been rounded: each that was is off by less than 10^-12.
    Rounding,
    /// They are not.
    Real,
}

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

    /// How the lines compare with OpenAI's total, when so many figures were rounded to 10^-12.
    pub(super) fn difference(&self, rounded: i128) -> Difference {
        match self.upstream {
            None => Difference::Unknown,
            Some((total, lines)) if lines.abs_diff(total) > rounded.unsigned_abs() => Difference::Real,
            Some(_) => Difference::Rounding,
        }
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

/// Whether days agree with OpenAI's totals. Lines and totals are read moments apart, so that those of a day may differ until
/// OpenAI revises it no more.
pub(super) fn verdict<'a>(
    days: impl Iterator<Item = (&'a ReconciledDay, Difference)> + Clone,
    is_complete: bool,
) -> Verdict {
    let is_settled = |day: &ReconciledDay| day.coverage == Coverage::Settled;
    let mut differing = days.clone().filter(|(_, difference)| *difference == Difference::Real);
    let mut open = days
        .filter(|(day, difference)| day.coverage == Coverage::Missing || *difference != Difference::Rounding);
    if differing.any(|(day, _)| is_settled(day)) {
        Verdict::Differs
    } else if !is_complete || open.next().is_some() {
        Verdict::Incomplete
    } else {
        Verdict::Agrees
    }
}

#[cfg(test)]
mod tests {
    use api::{ConnectionId, Day};

    use super::*;

    fn day(coverage: Coverage, difference: i128) -> ReconciledDay {
        let sums =
            Sums { billed: 100 + difference, upstream: Some((100, 100 + difference)), ..Sums::default() };
        ReconciledDay {
            day: Day::from_number(20_000),
            connection: ConnectionId::parse("conn_a").unwrap(),
            coverage,
            usage_coverage: coverage,
            totals: sums.said(Currency::USD),
            lines: Vec::new(),
        }
    }

    fn check(coverage: Coverage, difference: i128, rounded: i128, expected: Verdict) {
        let sums = Sums { upstream: Some((100, 100 + difference)), ..Sums::default() };
        let day = day(coverage, difference);
        let found = verdict(std::iter::once((&day, sums.difference(rounded))), true);
        assert_eq!(found, expected, "{coverage:?} {difference} {rounded}");
        assert_eq!(day.totals.difference, Some(Amount::saturating(difference)), "it is shown");
    }

    #[test]
    fn what_rounding_explains_is_no_difference_and_anything_more_is_one() {
        use Coverage::{Missing, Provisional, Settled};
        check(Settled, 0, 0, Verdict::Agrees);
        check(Settled, 1, 0, Verdict::Differs);
        check(Settled, -3, 3, Verdict::Agrees);
        check(Settled, -4, 3, Verdict::Differs);
        check(Provisional, 4, 3, Verdict::Incomplete);
        check(Provisional, 3, 3, Verdict::Agrees);
        check(Missing, 0, 0, Verdict::Incomplete);
        let days = [day(Settled, 0)];
        let unknown = days.iter().map(|day| (day, Sums::default().difference(9)));
        assert_eq!(verdict(unknown, true), Verdict::Incomplete);
        assert_eq!(verdict(std::iter::empty(), false), Verdict::Incomplete);
    }
}
