//! Numbers, money and time as people read them. What depends on the browser's locale stands in `locale`.

#[cfg(target_family = "wasm")]
pub mod locale;

use ::api::Timestamp;

/// How long ago a moment was, in words: `just now`, `6 min ago`, `3 h ago`, `2 days ago`.
pub fn ago(moment: Timestamp, now: Timestamp) -> String {
    let seconds = now.unix_seconds().saturating_sub(moment.unix_seconds());
    match seconds {
        ..45 => "just now".into(),
        45..3_570 => format!("{} min ago", (seconds + 30) / 60),
        3_570..84_600 => format!("{} h ago", (seconds + 1_800) / 3_600),
        _ => {
            let days = (seconds + 43_200) / 86_400;
            format!("{} ago", count(days.unsigned_abs(), "day", "days"))
        }
    }
}

/// How long until a moment, in words: `now`, `in 6 min`, `in 3 h`, `in 2 days`. What is over is now.
pub fn until(moment: Timestamp, now: Timestamp) -> String {
    let seconds = moment.unix_seconds().saturating_sub(now.unix_seconds());
    match seconds {
        ..45 => "now".into(),
        45..3_570 => format!("in {} min", (seconds + 30) / 60),
        3_570..84_600 => format!("in {} h", (seconds + 1_800) / 3_600),
        _ => {
            let days = (seconds + 43_200) / 86_400;
            format!("in {}", count(days.unsigned_abs(), "day", "days"))
        }
    }
}

/// A number with its noun: `1 account`, `2 accounts`. For numbers below a thousand; larger ones are for `locale`.
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A price in 10^-12 units with the digits that count: cents, and of what is smaller three digits.
pub fn price_digits(pico: i128) -> i128 {
    const CENT: i128 = 10_i128.pow(10);
    let mut unit = CENT;
    while unit > 1 && pico.unsigned_abs() < unit.unsigned_abs() * 100 {
        unit /= 10;
    }
    pico.saturating_add(pico.signum() * unit / 2) / unit * unit
}

/// An id that is too long to read: its head and its tail, `org-7Ybx…d3k2`. Short ones stay whole.
pub fn short_id(id: &str) -> String {
    let length = id.chars().count();
    if length <= 14 {
        return id.to_owned();
    }
    let head: String = id.chars().take(8).collect();
    let tail: String = id.chars().skip(length - 4).collect();
    format!("{head}…{tail}")
}

/// A greeting for an hour of the day, 0 to 23.
pub const fn greeting(hour: u32) -> &'static str {
    match hour {
        5..12 => "Good morning",
        12..18 => "Good afternoon",
        _ => "Good evening",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ago_rounds_to_the_nearest() {
        let now = Timestamp::from_unix_seconds(1_000_000_000);
        for (seconds, words) in [
            (-5, "just now"),
            (44, "just now"),
            (45, "1 min ago"),
            (89, "1 min ago"),
            (90, "2 min ago"),
            (3_569, "59 min ago"),
            (3_570, "1 h ago"),
            (5_400, "2 h ago"),
            (84_599, "23 h ago"),
            (84_600, "1 day ago"),
            (172_800, "2 days ago"),
        ] {
            assert_eq!(ago(now.plus_seconds(-seconds), now), words, "{seconds}");
        }
    }

    #[test]
    fn until_rounds_to_the_nearest() {
        let now = Timestamp::from_unix_seconds(1_000_000_000);
        for (seconds, words) in [
            (-9_000, "now"),
            (44, "now"),
            (45, "in 1 min"),
            (3_569, "in 59 min"),
            (3_570, "in 1 h"),
            (84_600, "in 1 day"),
            (8_208_000, "in 95 days"),
        ] {
            assert_eq!(until(now.plus_seconds(seconds), now), words, "{seconds}");
        }
    }

    #[test]
    fn ids_are_cut_in_the_middle_and_only_when_long() {
        assert_eq!(short_id("org-7Yb"), "org-7Yb");
        assert_eq!(short_id("org-14-signs-x"), "org-14-signs-x");
        assert_eq!(short_id("org-7YbxAAAAAAAAAd3k2"), "org-7Ybx…d3k2");
        assert_eq!(short_id("örg-ünïcödé-ünïcödé"), "örg-ünïc…cödé");
    }

    #[test]
    fn one_is_singular() {
        assert_eq!([0, 1, 2].map(|n| count(n, "day", "days")), ["0 days", "1 day", "2 days"]);
    }

    #[test]
    fn every_hour_has_its_greeting() {
        assert_eq!(
            [4, 5, 11, 12, 17, 18].map(greeting),
            [
                "Good evening",
                "Good morning",
                "Good morning",
                "Good afternoon",
                "Good afternoon",
                "Good evening"
            ]
        );
    }

    #[test]
    fn a_price_has_cents_or_three_digits_whichever_says_more() {
        for (pico, shown) in [
            (2_328_044_000_000, 2_330_000_000_000),
            (1_234_567_000_000_000, 1_234_570_000_000_000),
            (-2_325_000_000_000, -2_330_000_000_000),
            (500_000_000_000, 500_000_000_000),
            (12_345_678_000, 12_300_000_000),
            (123_456_789, 123_000_000),
            (7, 7),
            (0, 0),
        ] {
            assert_eq!(price_digits(pico), shown);
        }
    }
}
