//! The scale of a chart's axis: round numbers that all values lie between, zero among them.

use money::Amount;

/// An axis of numbers of 10^-12: what its bottom and its top stand for, and how far its marks are apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scale {
    bottom: i128,
    top: i128,
    step: i128,
}

impl Scale {
    /// The axis for values between these two. It always has zero on it.
    pub fn new(lowest: i128, largest: i128) -> Self {
        let (lowest, largest) = (lowest.min(0), largest.max(0));
        let span = largest.saturating_sub(lowest).max(1);
        let step = step(span);
        let marks = |reach: i128| (reach.saturating_add(step - 1)) / step;
        let (below, above) = (marks(lowest.saturating_neg()), marks(largest));
        // A chart of nothing has an axis too.
        let above = if below + above == 0 { 1 } else { above };
        Self { bottom: step.saturating_mul(-below), top: step.saturating_mul(above), step }
    }

    /// The marks, lowest first: the bottom, the top, and what lies between.
    pub fn marks(&self) -> Vec<i128> {
        let marks = (self.bottom / self.step)..=(self.top / self.step);
        marks.map(|mark| self.step.saturating_mul(mark)).collect()
    }

    /// The marks as they are written beside the chart, each where it stands. One that would say what the one below it says
    /// is left out: a chart of nothing has its zero alone.
    pub fn axis(&self, words: impl Fn(i128) -> String) -> Vec<(f64, String)> {
        let mut axis: Vec<_> = self.marks().into_iter().map(|mark| (self.place(mark), words(mark))).collect();
        axis.dedup_by(|above, below| above.1 == below.1);
        axis
    }

    /// Where a value stands: 0 to 100, in percent of the chart's height from its bottom.
    pub fn place(&self, value: i128) -> f64 {
        share(value.saturating_sub(self.bottom), self.top.saturating_sub(self.bottom)).clamp(0.0, 100.0)
    }

    /// How high a value is: in percent of the chart's height, negative for what reaches below zero.
    pub fn height(&self, value: i128) -> f64 {
        share(value, self.top.saturating_sub(self.bottom)).clamp(-100.0, 100.0)
    }
}

/// How much of a whole a value is: 0 to 100.
pub fn percent(value: Amount, whole: Amount) -> f64 {
    pico_percent(value.pico(), whole.pico())
}

/// The same for numbers of 10^-12 that are no amounts.
pub fn pico_percent(value: i128, whole: i128) -> f64 {
    if whole <= 0 { 0.0 } else { share(value.max(0), whole).min(100.0) }
}

#[expect(clippy::cast_precision_loss, reason = "pixels show no more digits")]
fn share(part: i128, whole: i128) -> f64 {
    part as f64 / whole.max(1) as f64 * 100.0
}

/// The smallest of 1, 2, 2.5 and 5 times a power of ten of which at most four reach over the span.
fn step(span: i128) -> i128 {
    let mut power = 1_i128;
    loop {
        let five = power.saturating_mul(5);
        for step in [power, power.saturating_mul(2), five / 2, five] {
            if step > 0 && step.saturating_mul(4) >= span {
                return step;
            }
        }
        power = power.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pico(text: &str) -> i128 {
        money::Decimal::parse(text).unwrap().amount.pico()
    }

    fn check(lowest: &str, largest: &str, expected: &[&str]) {
        let scale = Scale::new(pico(lowest), pico(largest));
        let printed: Vec<_> =
            scale.marks().into_iter().map(|mark| Amount::from_pico(mark).unwrap().to_string()).collect();
        assert_eq!(printed, expected, "{lowest} to {largest}");
    }

    #[test]
    fn marks_are_round_and_few() {
        check("0", "980", &["0", "250", "500", "750", "1000"]);
        check("0", "1000", &["0", "250", "500", "750", "1000"]);
        check("3", "3.1", &["0", "1", "2", "3", "4"]);
        check("0", "0.0000012", &["0", "0.0000005", "0.000001", "0.0000015"]);
        check("0", "1000000001", &["0", "500000000", "1000000000", "1500000000"]);
    }

    #[test]
    fn credits_have_their_place_below_zero() {
        check("-5", "0", &["-6", "-4", "-2", "0"]);
        check("-120", "700", &["-250", "0", "250", "500", "750"]);
        let scale = Scale::new(pico("-250"), pico("750"));
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{a} {b}");
        close(scale.place(0), 25.0);
        close(scale.height(pico("-100")), -10.0);
        close(scale.height(pico("750")), 75.0);
    }

    #[test]
    fn nothing_has_an_axis_too() {
        check("0", "0", &["0", "0.000000000001"]);
        let whole = |scale: Scale| -> Vec<String> {
            let words = |mark: i128| (mark / 1_000_000_000_000).to_string();
            scale.axis(words).into_iter().map(|(_, words)| words).collect()
        };
        assert_eq!(whole(Scale::new(0, 0)), ["0"], "it has no second zero");
        assert_eq!(whole(Scale::new(0, pico("2"))), ["0", "1", "2"], "halves are not written");
        assert!(Scale::new(i128::MIN, i128::MAX).marks().len() < 9, "tokens of any number have one");
        assert!(percent(Amount::ZERO, Amount::ZERO) < f64::EPSILON);
    }
}
