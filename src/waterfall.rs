//! How one amount becomes another, step by step: where the bars of such a chart stand.

use crate::scale::pico_percent;

/// Where bars stand, each from one side to the other: percent of the chart's width.
#[derive(Clone, Debug, PartialEq)]
pub struct Bars {
    /// The first amount, each step, and the last amount.
    pub bars: Vec<(f64, f64)>,
    /// Where zero is; absent where it is not on the chart.
    pub zero: Option<f64>,
    /// What the chart's left edge stands for, in 10^-12.
    pub start: i128,
}

/// The bars of steps that lead from a first amount on, all in 10^-12. Where steps are small beside the amounts, the chart
/// does not begin at zero: they could not be seen otherwise.
pub fn bars(first: i128, steps: &[i128]) -> Bars {
    let mut reached = vec![first];
    for step in steps {
        let last = reached.last().copied().unwrap_or(first);
        reached.push(last.saturating_add(*step));
    }
    let lowest = reached.iter().copied().min().unwrap_or(first);
    let highest = reached.iter().copied().max().unwrap_or(first);
    let spread = highest.saturating_sub(lowest);
    let is_cut = lowest > 0 && spread > 0 && spread.saturating_mul(4) < highest;
    let start = if is_cut { lowest.saturating_sub(spread / 2).max(0) } else { lowest.min(0) };
    let width = highest.max(0).saturating_sub(start).max(1);
    let place = |value: i128| pico_percent(value.saturating_sub(start), width);
    let base = place(start.max(0));
    let mut bars = vec![(base, place(first))];
    bars.extend(reached.windows(2).filter_map(|pair| match pair {
        [from, to] => Some((place(*from), place(*to))),
        _ => None,
    }));
    bars.push((base, place(reached.last().copied().unwrap_or(first))));
    Bars { bars, zero: (start <= 0).then_some(base), start }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(first: i128, steps: &[i128], expected: &[(f64, f64)], start: i128) {
        let found = bars(first, steps);
        // Thousandths of a percent: the last digit of a third depends on how it is computed.
        let rounded = |bars: &[(f64, f64)]| -> Vec<(f64, f64)> {
            bars.iter().map(|(from, to)| ((from * 1e3).round(), (to * 1e3).round())).collect()
        };
        assert_eq!((rounded(&found.bars), found.start), (rounded(expected), start), "{first} {steps:?}");
        assert_eq!(found.zero.is_some(), start <= 0);
    }

    #[test]
    fn each_step_begins_where_the_one_before_ended() {
        check(50, &[50, -75], &[(0.0, 50.0), (50.0, 100.0), (100.0, 25.0), (0.0, 25.0)], 0);
        check(0, &[8], &[(0.0, 0.0), (0.0, 100.0), (0.0, 100.0)], 0);
    }

    #[test]
    fn credits_reach_below_zero() {
        check(30, &[-40, 100], &[(10.0, 40.0), (40.0, 0.0), (0.0, 100.0), (10.0, 100.0)], -10);
    }

    #[test]
    fn small_steps_of_large_amounts_can_be_seen() {
        check(
            1_000,
            &[20, -10],
            &[(0.0, 100.0 / 3.0), (100.0 / 3.0, 100.0), (100.0, 200.0 / 3.0), (0.0, 200.0 / 3.0)],
            990,
        );
    }

    #[test]
    fn nothing_is_no_bar() {
        check(0, &[], &[(0.0, 0.0), (0.0, 0.0)], 0);
        check(7, &[], &[(0.0, 100.0), (0.0, 100.0)], 0);
    }
}
