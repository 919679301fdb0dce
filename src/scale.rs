//! The scale of a chart's axis: round numbers that the largest value fits under.

use money::Amount;

/// An axis from zero: its marks, lowest first. The last one is its top.
pub fn marks(largest: Amount) -> Vec<Amount> {
    let largest = largest.pico().max(1);
    let step = step(largest);
    let count = (largest + step - 1) / step;
    (0..=count).filter_map(|mark| Amount::from_pico(mark * step).ok()).collect()
}

/// How high a value stands on an axis with this top: 0 to 100, in percent of the chart's height.
#[expect(clippy::cast_precision_loss, reason = "pixels show no more digits")]
pub fn percent(value: Amount, top: Amount) -> f64 {
    if top.pico() <= 0 {
        return 0.0;
    }
    (value.pico().max(0) as f64 / top.pico() as f64 * 100.0).min(100.0)
}

/// The smallest of 1, 2, 2.5 and 5 times a power of ten of which at most four reach the largest value.
fn step(largest: i128) -> i128 {
    let mut power = 1_i128;
    loop {
        for step in [power, power * 2, power * 5 / 2, power * 5] {
            if step > 0 && step * 4 >= largest {
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
