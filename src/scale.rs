//! The scale of a chart's axis: round numbers that the largest value fits under.

use money::Amount;

/// An axis from zero: its marks, lowest first. The last one is its top.
pub fn marks(largest: Amount) -> Vec<Amount> {
    let marks = pico_marks(largest.pico());
    marks.into_iter().filter_map(|mark| Amount::from_pico(mark).ok()).collect()
}

/// The same for a number of 10^-12 that is no amount.
pub fn pico_marks(largest: i128) -> Vec<i128> {
    let largest = largest.max(1);
    let step = step(largest);
    let count = (largest - 1) / step + 1;
    (0..=count).map(|mark| step.saturating_mul(mark)).collect()
}

/// How high a value stands on an axis with this top: 0 to 100, in percent of the chart's height.
pub fn percent(value: Amount, top: Amount) -> f64 {
    pico_percent(value.pico(), top.pico())
}

/// The same for numbers of 10^-12 that are no amounts.
#[expect(clippy::cast_precision_loss, reason = "pixels show no more digits")]
pub fn pico_percent(value: i128, top: i128) -> f64 {
    if top <= 0 {
        return 0.0;
    }
    (value.max(0) as f64 / top as f64 * 100.0).min(100.0)
}

/// The smallest of 1, 2, 2.5 and 5 times a power of ten of which at most four reach the largest value.
fn step(largest: i128) -> i128 {
    let mut power = 1_i128;
    loop {
        let five = power.saturating_mul(5);
        for step in [power, power.saturating_mul(2), five / 2, five] {
            if step > 0 && step.saturating_mul(4) >= largest {
                return step;
            }
        }
        power = power.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(largest: &str, expected: &[&str]) {
        let largest = money::Decimal::parse(largest).unwrap().amount;
        let printed: Vec<_> = marks(largest).iter().map(ToString::to_string).collect();
        assert_eq!(printed, expected, "{largest}");
    }

    #[test]
    fn marks_are_round_and_few() {
        check("980", &["0", "250", "500", "750", "1000"]);
        check("1000", &["0", "250", "500", "750", "1000"]);
        check("3.1", &["0", "1", "2", "3", "4"]);
        check("0.0000012", &["0", "0.0000005", "0.000001", "0.0000015"]);
        check("1000000001", &["0", "500000000", "1000000000", "1500000000"]);
    }

    #[test]
    fn nothing_and_credits_have_an_axis_too() {
        check("0", &["0", "0.000000000001"]);
        check("-5", &["0", "0.000000000001"]);
        assert!(percent(Amount::ZERO, Amount::ZERO) < f64::EPSILON);
    }
}
